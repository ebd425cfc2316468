"""`data.values`"""

from scorecard.asks import DATA
from scorecard.checks import check
from scorecard.checks.data.intake import LOOKED_IN, cited, near_misses, reading, said, takes_no_data
from scorecard.facts.data_checks import DataChecks
from scorecard.facts.data_found import Kind
from scorecard.facts.data_inputs import DataInputs
from scorecard.facts.identity import Identity
from scorecard.model import Effort, Finding, met, unmet


@check(
    DATA,
    level=2,
    effort=Effort.DAYS,
    question="Are values (nulls, ranges, duplicates, counts) checked so that bad ones fail, are flagged or set aside?",
    surprise="A broken sensor or a column of nulls flows into training and predictions, and nobody is told.",
    needs=("data.schema",),
    closed_by="data",
)
def values(checks: DataChecks, identity: Identity, inputs: DataInputs) -> Finding:
    nothing = takes_no_data(identity, inputs)
    if nothing:
        return nothing
    found = checks.of(Kind.VALUES)
    if found:
        return met(f"Values are checked: {said(found)}.", cited(checks, found))
    idle = near_misses(checks, Kind.VALUES)
    if idle:
        return unmet(f"{idle[0].path} defines a check of values that nothing calls.", looked_in=LOOKED_IN, near=idle)
    silent = checks.silent()
    if silent:
        return unmet(
            f"Bad values are cleaned away silently ({silent[0].path}:{silent[0].line}): "
            "nothing fails, is flagged or counted.",
            looked_in=LOOKED_IN,
            near=silent,
        )
    return unmet(
        f"{reading(inputs)} and no nulls, ranges, duplicates, allowed values or row counts are checked.",
        looked_in=LOOKED_IN,
        near=inputs.any,
    )
