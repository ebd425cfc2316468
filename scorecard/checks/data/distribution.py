"""`data.distribution`"""

from scorecard.asks import DATA
from scorecard.checks import check
from scorecard.checks.data.intake import cited, said, takes_no_data
from scorecard.facts.data_checks import DataChecks
from scorecard.facts.data_found import Kind
from scorecard.facts.data_inputs import DataInputs
from scorecard.facts.identity import Identity
from scorecard.model import Effort, Finding, met, unmet

_LOOKED_IN = (
    "calls of drift libraries (Evidently, whylogs, NannyML, Alibi Detect, TFDV comparators, deepchecks …)",
    "statistical tests in code about drift, and own functions that compute it",
)


@check(
    DATA,
    level=3,
    effort=Effort.DAYS,
    question="Is a new batch's distribution compared with a reference before it is used?",
    surprise="The world changes, each row still looks valid, and the model gets quietly worse with every retraining.",
    needs=("data.values",),
    closed_by="data",
)
def distribution(checks: DataChecks, identity: Identity, inputs: DataInputs) -> Finding:
    nothing = takes_no_data(identity, inputs)
    if nothing:
        return nothing
    found = checks.of(Kind.DISTRIBUTION)
    if found:
        return met(f"Batches are compared with a reference: {said(found)}.", cited(checks, found))
    traffic = [e for f in checks.traffic for e in f.evidence][:2] or list(checks.monitors)
    if traffic:
        return unmet(
            f"Drift is looked for only in what was already served ({traffic[0].path}); "
            "no new batch is compared before it is used.",
            looked_in=_LOOKED_IN,
            near=traffic,
        )
    return unmet(
        "No new batch is compared with a reference: no drift library, test or statistic of its own.",
        looked_in=_LOOKED_IN,
    )
