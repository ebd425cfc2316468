"""Are the functions that make the data tested?"""

from scorecard.asks import TESTING
from scorecard.checks import check
from scorecard.facts.data_code import DataCode
from scorecard.facts.feature_tests import FeatureTests
from scorecard.facts.identity import Identity
from scorecard.facts.suite import Suite
from scorecard.facts.training import Training
from scorecard.model import Effort, Evidence, Finding, Kind, met, not_applicable, unmet


@check(
    TESTING,
    level=2,
    effort=Effort.DAYS,
    question="Do tests exercise the functions that clean, split or transform the data, with assertions on what they give?",
    surprise="A feature is computed wrongly after a change, the model goes on predicting, and nothing fails.",
    needs=("testing.tests",),
    closed_by="testing",
)
def features(tests: FeatureTests, data: DataCode, suite: Suite, identity: Identity, training: Training) -> Finding:
    if tests.found:
        first = tests.found[0]
        others = {t.body.case.path: t for t in reversed(tests.found) if t.body.case.path != first.body.case.path}
        shown = [
            data.code.evidence(first.body.case.source, first.line),
            data.code.evidence(first.target.source, first.target.line),
        ]
        shown += [data.code.evidence(t.body.case.source, t.line) for t in list(reversed(others.values()))[:3]]
        names = list(dict.fromkeys(t.target.name for t in tests.found))
        return met(f"tests assert on what {_listed(names, 'and')} {'give' if len(names) > 1 else 'gives'}", shown)
    if tests.models:
        return met("dbt tests hold its models against expectations", tests.models)
    nothing_trained = identity.kind is Kind.LLM or (identity.kind is Kind.NONE and not training.doubtful)
    if not data.all and not data.scripts and nothing_trained:
        return not_applicable("no code here cleans, splits or transforms data", identity.evidence)
    looked = ("test files", "their fixtures and helpers")
    if data.all:
        count = len(suite.cases)
        tested = (
            f"none of the {count} tests calls"
            if count > 1
            else "the one test does not call"
            if count
            else "no test calls"
        )
        near = [data.code.evidence(d.source, d.line) for d in data.all[:3]]
        return unmet(f"{tested} {_listed([d.name for d in data.all])}", looked_in=looked, near=near)
    if data.scripts:
        where = _listed(list(data.scripts))
        near = [Evidence(path, 1) for path in data.scripts[:3]]
        return unmet(
            f"{where} handles the data outside of functions, where no test reaches it", looked_in=looked, near=near
        )
    return unmet("no test exercises code that makes data", looked_in=looked)


def _listed(names: list[str], word: str = "or") -> str:
    if len(names) <= 2:
        return f" {word} ".join(names)
    return f"{names[0]}, {names[1]} {word} {len(names) - 2} more"
