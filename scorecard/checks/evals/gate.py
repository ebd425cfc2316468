"""Do the evaluations run by themselves, or before every release?"""

from scorecard.asks import EVALS
from scorecard.checks import check
from scorecard.checks.evals.suites import named, without_a_model, without_suite
from scorecard.facts.eval_gates import EvalGates
from scorecard.facts.evals import Evals
from scorecard.facts.identity import Identity
from scorecard.model import Effort, Finding, met, unmet

_LOOKED_IN = ("jobs of CI, their commands followed to the end", "scheduled jobs", "tasks that a release needs")


@check(
    EVALS,
    level=3,
    effort=Effort.HOURS,
    question="Do the evaluations run automatically in CI, or as a required step before release?",
    surprise="The suite exists, nobody ran it before the last three releases, and the worse prompt has been live for weeks.",
    needs=("evals.regression",),
    closed_by="evals",
)
def gate(identity: Identity, evals: Evals, gates: EvalGates) -> Finding:
    nothing = without_a_model(identity, evals)
    if nothing:
        return nothing
    if gates.automatic:
        first = gates.automatic[0]
        evidence = [e for one in gates.automatic[:2] for e in one.chain]
        return met(f"{first.where} runs the evaluations without a person.", evidence)
    if not evals.suites:
        return unmet(f"There is nothing to run: {without_suite(evals)}.", looked_in=_LOOKED_IN)
    if gates.manual:
        return unmet(
            f"{gates.manual[0].where} runs the evaluations, but only when a person starts it.",
            looked_in=_LOOKED_IN,
            near=gates.manual[0].chain,
        )
    read = (
        f"none of {gates.pipelines} CI pipelines starts it" if gates.pipelines else "there is no CI that could start it"
    )
    return unmet(
        f"{named(evals)} is started by hand; {read}.",
        looked_in=_LOOKED_IN,
        near=[e for suite in evals.suites[:2] for e in suite.run[:1]],
    )
