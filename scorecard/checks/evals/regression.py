"""Are the results of the evaluations held against something?"""

from scorecard.asks import EVALS
from scorecard.checks import check
from scorecard.checks.evals.suites import LOOKED_IN, named, without_a_model, without_suite
from scorecard.facts.eval_gates import EvalGates
from scorecard.facts.evals import Evals
from scorecard.facts.identity import Identity
from scorecard.model import Effort, Finding, met, unmet


@check(
    EVALS,
    level=2,
    effort=Effort.HOURS,
    question="Are evaluation results held against known-good outputs, a baseline or a threshold?",
    surprise="The average falls from 0.9 to 0.6 in one release, and the number scrolls by in a log that nobody reads.",
    needs=("evals.cases",),
    closed_by="evals",
)
def regression(identity: Identity, evals: Evals, gates: EvalGates) -> Finding:
    nothing = without_a_model(identity, evals)
    if nothing:
        return nothing
    if not evals.suites:
        return unmet(
            f"There are no evaluation results to hold against anything: {without_suite(evals)}.",
            looked_in=LOOKED_IN,
            near=[n.evidence for n in evals.near],
        )
    comparing = [e for gate in (*gates.automatic, *gates.manual) if gate.compares for e in gate.chain]
    held = (*evals.thresholds, *comparing)
    if held:
        return met("Evaluation results are held against a threshold, a baseline or a known-good output.", held)
    return unmet(
        f"{named(evals)} scores answers, and nothing compares the scores with a threshold, a baseline or a known-good output.",
        looked_in=(
            "assertions and conditions of the suite",
            "thresholds given to metrics",
            "baselines in the code and in CI",
        ),
        near=[e for suite in evals.suites[:2] for e in (*suite.graders[:1], *suite.run[:1])],
    )
