"""`data.mitigation`"""

from scorecard.asks import DATA
from scorecard.checks import check
from scorecard.checks.data.intake import cited, said, takes_no_data
from scorecard.facts.data_checks import DataChecks
from scorecard.facts.data_found import Effect
from scorecard.facts.data_inputs import DataInputs
from scorecard.facts.identity import Identity
from scorecard.model import Effort, Finding, met, unmet

_ACTS = frozenset({Effect.STOPS, Effect.SETS_ASIDE})
_LOOKED_IN = (
    "what follows each data check: errors, refusals, quarantine, skipped batches",
    "results of suites and validators, and who reads them",
)


@check(
    DATA,
    level=3,
    effort=Effort.HOURS,
    question="Is it defined what happens when data is bad: halt, quarantine, fall back, skip the batch, alert someone?",
    surprise="Bad data are noticed in a log, and the pipeline trains and publishes on them all the same.",
    needs=("data.values", "data.wired"),
    closed_by="data",
)
def mitigation(checks: DataChecks, identity: Identity, inputs: DataInputs) -> Finding:
    nothing = takes_no_data(identity, inputs)
    if nothing:
        return nothing
    every = checks.every
    acting = [f for f in every if f.effect in _ACTS and not f.demo and checks.wiring.takes_effect(f)]
    if acting:
        return met(f"Bad data have a consequence: {said(acting)} ({acting[0].path}).", cited(checks, acting))
    if every and checks.verdicts:
        return met(
            f"{checks.verdicts[0].path} stops where the validation before it said no.",
            (*checks.verdicts, *cited(checks, every)),
        )
    if not every:
        return unmet("There are no data checks, so nothing follows from bad data.", looked_in=_LOOKED_IN)
    first = every[0]
    if first.test:
        how = "runs where a failure stops nothing"
    elif first.is_declared:
        how = "is declared and never run"
    else:
        how = (
            "writes a report that nothing reads" if first.effect is Effect.RECORDS else "only tells, and the data go on"
        )
    return unmet(
        f"{first.what} in {first.path} {how}.",
        looked_in=_LOOKED_IN,
        near=[e for f in every[:3] for e in f.evidence[:1]],
    )
