"""Do the cases of the evaluations attack the application, or lie at the edge of what it is for?"""

from scorecard.asks import EVALS
from scorecard.checks import check
from scorecard.checks.evals.suites import LOOKED_IN, named, without_a_model, without_suite
from scorecard.facts.evals import Evals
from scorecard.facts.identity import Identity
from scorecard.model import Effort, Finding, met, unmet


@check(
    EVALS,
    level=3,
    effort=Effort.DAYS,
    question="Do evaluation cases cover adversarial or edge input: injection, jailbreaks, toxicity, PII, questions out of scope?",
    surprise="The first prompt injection that the application meets is a real one, and its answer is on a screenshot.",
    needs=("evals.cases",),
    closed_by="evals",
)
def adversarial(identity: Identity, evals: Evals) -> Finding:
    nothing = without_a_model(identity, evals)
    if nothing:
        return nothing
    if evals.attacks:
        return met("Evaluation cases attack the system, or ask what it should refuse.", evals.attacks)
    guards = evals.guardrails
    if not evals.suites:
        if guards:
            said = f"{guards[0].path} guards the application, but no case puts an attack through it"
        else:
            said = f"There are no adversarial cases: {without_suite(evals)}"
        return unmet(f"{said}.", looked_in=LOOKED_IN, near=guards)
    shown = [e for suite in evals.suites[:2] for e in suite.cases[:1]]
    return unmet(
        f"{named(evals)} holds ordinary cases only: no injection, jailbreak, harmful request or question out of scope was found.",
        looked_in=("case files of the suites", "cases written in their code", "red-teaming tools"),
        near=(*shown, *guards),
    )
