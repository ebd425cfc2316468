"""Can a bad model fail a test, or the pipeline that would register it?"""

from scorecard.asks import TESTING
from scorecard.checks import check
from scorecard.facts.gate_frameworks import GateFrameworks
from scorecard.facts.identity import Identity
from scorecard.facts.measured import Measured
from scorecard.facts.model_gates import ModelGates
from scorecard.facts.model_tests import ModelTests
from scorecard.facts.training import Training
from scorecard.model import Effort, Evidence, Finding, Kind, met, not_applicable, unmet
from scorecard.paths import is_demo


@check(
    TESTING,
    level=3,
    effort=Effort.DAYS,
    question="Does a test, or a gate in the training pipeline, fail a model that performs or behaves badly?",
    surprise="A retraining on bad data gives a worse model, which is registered and served like any other.",
    needs=("testing.tests",),
)
def model(
    gates: ModelGates,
    frameworks: GateFrameworks,
    tests: ModelTests,
    training: Training,
    identity: Identity,
    measured: Measured,
) -> Finding:
    if identity.kind is Kind.LLM or not (training.evidence or (identity.kind is Kind.NONE and training.doubtful)):
        return not_applicable("nothing here trains a model", identity.evidence)
    code = gates.code
    said: list[str] = []
    shown: list[Evidence] = []
    if gates.gates:
        first = gates.gates[0]
        shown += [code.evidence(source, line) for source, line in first.lines]
        said.append(f"a comparison of the model's measure {first.way}")
    if frameworks.gates:
        said.append(frameworks.gates[0].what)
        shown += frameworks.gates[0].evidence[:3]
    if tests.found:
        said.append(f"tests assert on {tests.found[0].what}")
        shown += [code.evidence(t.case.source, t.line) for t in tests.found[:3]]
    if gates.gates and (is_demo(gates.gates[0].source.path) or gates.gates[0].source.notebook):
        shown = [*shown[len(gates.gates[0].lines) :], *shown[: len(gates.gates[0].lines)]]
    if said:
        return met(" and ".join(said), shown)
    return _nothing(gates, measured)


def _nothing(gates: ModelGates, measured: Measured) -> Finding:
    code = gates.code
    looked = ("tests", "conditions of training, evaluation and registration code", "steps of pipelines and CI")
    if gates.idle:
        source = gates.idle[0][0]
        near = [code.evidence(s, g.line) for s, g in gates.idle[:4]]
        return unmet(
            f"{source.path} compares the model's measure, but the outcome neither stops the run nor decides what is registered",
            looked_in=looked, near=near,
        )  # fmt: skip
    if measured.hits:
        names = ", ".join(measured.names[:3])
        return unmet(
            f"{names} {'are' if len(measured.names) > 1 else 'is'} computed and only reported",
            looked_in=looked,
            near=measured.lines,
        )
    return unmet(
        "no test and no step of training holds the model against a threshold, a baseline or its predecessor",
        looked_in=looked,
    )
