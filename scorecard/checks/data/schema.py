"""`data.schema`"""

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
    level=1,
    effort=Effort.HOURS,
    question="Is the data that enters a pipeline checked against an expected schema: columns, types, required fields?",
    surprise="A renamed or retyped column passes silently, and the model learns from nonsense until somebody looks.",
    closed_by="data",
)
def schema(checks: DataChecks, identity: Identity, inputs: DataInputs) -> Finding:
    nothing = takes_no_data(identity, inputs)
    if nothing:
        return nothing
    found = checks.of(Kind.SCHEMA)
    if found:
        return met(f"Incoming data are held against a schema: {said(found)}.", cited(checks, found))
    idle = near_misses(checks, Kind.SCHEMA)
    if idle:
        return unmet(
            f"{idle[0].path} defines a check of columns that nothing calls, and {reading(inputs)} without it.",
            looked_in=LOOKED_IN,
            near=idle,
        )
    return unmet(
        f"{reading(inputs)} and nothing checks columns, types or required fields.",
        looked_in=LOOKED_IN,
        near=inputs.any,
    )
