"""Does a suite of cases run the application, a prompt or a model?"""

from scorecard.asks import EVALS
from scorecard.checks import check
from scorecard.checks.evals.suites import LOOKED_IN, without_a_model
from scorecard.facts.evals import Evals
from scorecard.facts.identity import Identity
from scorecard.model import Effort, Finding, met, unmet


@check(
    EVALS,
    level=1,
    effort=Effort.DAYS,
    question="Is there a suite of cases with expected behaviour or graders, and code that runs the application over them?",
    surprise="A reworded prompt breaks answers that used to be right, and the first to notice is a user.",
    closed_by="evals",
)
def cases(identity: Identity, evals: Evals) -> Finding:
    nothing = without_a_model(identity, evals)
    if nothing:
        return nothing
    if evals.suites:
        first = evals.suites[0]
        count = f" of {len(evals.suites)} suites" if len(evals.suites) > 1 else ""
        evidence = [e for suite in evals.suites[:3] for e in suite.evidence[: 6 if suite is first else 2]]
        then = "the answers are graded" if first.graders else "the answers are laid beside what was expected"
        return met(f"Cases{count} are run through the system, and {then} ({first.how}).", evidence)
    near = [n.evidence for n in evals.near]
    if evals.near:
        return unmet(
            f"{evals.near[0].evidence.path} {evals.near[0].what}, and nothing runs the application over cases of its own.",
            looked_in=LOOKED_IN,
            near=near,
        )
    where = f"{identity.llm[0].path} asks a language model" if identity.llm else "A language model is in use"
    return unmet(f"{where}, and no case with an expected answer or a grader is run against it.", looked_in=LOOKED_IN)
