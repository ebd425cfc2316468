"""Which gap comes first, from a repository's own findings."""

from hypothesis import given
from hypothesis import strategies as st

from scorecard.asks import ASKS
from scorecard.checks import all_checks
from scorecard.gaps import HARM, Situation, rank, stage_of
from scorecard.levels import level
from scorecard.model import Evidence, Finding, Gap, Kind, Outcome, Stage

PRODUCTION = Situation(Kind.ML, Stage.PRODUCTION)
PROTOTYPE = Situation(Kind.ML, Stage.PROTOTYPE)


def gaps(outcomes: dict[str, Outcome], situation: Situation) -> tuple[Gap, ...]:
    checks = all_checks()
    findings = {name: Finding(outcomes.get(name, Outcome.MET), f"about {name}", (Evidence("a.py"),)) for name in checks}
    levels = {ask.id: level(ask, checks.values(), findings) for ask in ASKS}
    return rank(checks, findings, levels, situation)


def unmet(*names: str) -> dict[str, Outcome]:
    return dict.fromkeys(names, Outcome.UNMET)


def test_every_criterion_has_a_harm() -> None:
    assert set(HARM) == set(all_checks())


def test_nothing_unmet_leaves_no_gap() -> None:
    assert gaps({}, PRODUCTION) == ()


def test_a_prototype_is_told_what_hurts_now_and_not_to_deploy() -> None:
    missing = unmet("versioning.environment", "testing.tests", "deployment.artifact", "monitoring.platform")
    assert gaps(missing, PROTOTYPE)[0].criterion == "versioning.environment"
    assert gaps(missing, PRODUCTION)[0].criterion == "testing.tests"


def test_a_gap_waits_for_what_it_stands_on() -> None:
    order = [g.criterion for g in gaps(unmet("evals.gate", "evals.regression", "evals.cases"), PRODUCTION)]
    assert order == ["evals.cases", "evals.regression", "evals.gate"]


def test_what_a_gap_unlocks_is_said() -> None:
    first = gaps(unmet("testing.tests", "testing.on-push"), PRODUCTION)[0]
    assert first.criterion == "testing.tests"
    assert "testing.on-push" in first.unlocks


def test_two_repositories_with_other_findings_get_other_answers() -> None:
    no_schema = gaps(unmet("data.schema", "monitoring.alerts"), PRODUCTION)[0]
    no_consequence = gaps(unmet("data.mitigation", "monitoring.alerts"), PRODUCTION)[0]
    assert {no_schema.criterion, no_consequence.criterion} == {"data.schema", "data.mitigation"}


def test_why_quotes_this_repository() -> None:
    assert "about data.schema" in gaps(unmet("data.schema"), PRODUCTION)[0].why


def test_our_own_error_is_never_their_gap() -> None:
    assert gaps({"data.schema": Outcome.ERROR}, PRODUCTION) == ()


def test_an_automatic_deploy_or_described_infrastructure_is_production() -> None:
    def stage(*met: str) -> Stage:
        return stage_of({name: Finding(Outcome.MET, "", (Evidence("a"),)) for name in met})[0]

    assert stage("deployment.deploy") is Stage.PRODUCTION
    assert stage("deployment.infrastructure") is Stage.PRODUCTION
    assert stage("deployment.artifact", "deployment.build") is Stage.PROTOTYPE


OUTCOMES = st.dictionaries(st.sampled_from(sorted(HARM)), st.sampled_from(list(Outcome)))


@given(OUTCOMES, st.sampled_from(Kind), st.sampled_from(Stage))
def test_every_unmet_criterion_is_ranked_once_and_none_before_its_needs(
    outcomes: dict[str, Outcome], kind: Kind, stage: Stage
) -> None:
    order = [g.criterion for g in gaps(outcomes, Situation(kind, stage))]
    assert sorted(order) == sorted(name for name, o in outcomes.items() if o is Outcome.UNMET)
    checks = all_checks()
    ready = [n for n in order if not any(outcomes.get(need) is Outcome.UNMET for need in checks[n].needs)]
    assert order[: len(ready)] == ready
