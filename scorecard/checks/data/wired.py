"""`data.wired`"""

from scorecard.asks import DATA
from scorecard.checks import check
from scorecard.checks.data.intake import takes_no_data
from scorecard.facts.data_checks import DataChecks
from scorecard.facts.data_inputs import DataInputs
from scorecard.facts.identity import Identity
from scorecard.model import Effort, Finding, met, unmet

_LOOKED_IN = ("services, pipelines, jobs and scripts, and what they import", "commands of CI, images and task runners")


@check(
    DATA,
    level=2,
    effort=Effort.HOURS,
    question="Do the data checks run unattended, in the pipeline's own code path, the service or CI?",
    surprise="The checks exist, and on the night when bad data arrive nobody has run them.",
    needs=("data.schema",),
    closed_by="data",
)
def wired(checks: DataChecks, identity: Identity, inputs: DataInputs) -> Finding:
    nothing = takes_no_data(identity, inputs)
    if nothing:
        return nothing
    every = checks.every
    reached = [f for f in every if checks.chain(f) and not f.demo]
    if reached:
        first, chain = reached[0], checks.chain(reached[0])
        short = chain if len(chain) <= 5 else (*chain[:2], *chain[-3:])
        more = [e for f in reached[1:4] for e in f.evidence[:1]]
        return met(
            f"{first.path} is reached without a person and checks: {first.what}.", (*short, *first.evidence, *more)
        )
    if not every:
        near = [e for f in checks.idle for e in f.evidence[:1]]
        return unmet("There are no data checks to run.", looked_in=_LOOKED_IN, near=near)
    first = every[0]
    if first.is_declared:
        where = "configuration that no command reads"
    elif first.test:
        where = "tests that CI does not run"
    else:
        where = "a notebook" if first.path.endswith(".ipynb") else "code that nothing starts"
    near = [e for f in every[:3] for e in f.evidence[:1]]
    return unmet(f"The data checks stand in {where} ({first.path}).", looked_in=_LOOKED_IN, near=near)
