"""Levels as the rubric says, by hand-made findings."""

from scorecard.asks import TESTING
from scorecard.checks import Check
from scorecard.levels import level
from scorecard.model import Effort, Evidence, Finding, Level, Outcome


def a_check(name: str, rung: int) -> Check:
    def run() -> Finding: ...

    run.__name__ = name
    return Check(run, TESTING, rung, Effort.HOURS, "Is it?", "It hurts.")


CHECKS = [a_check("one", 1), a_check("two", 2), a_check("three", 3)]


def reached(*outcomes: Outcome) -> Level:
    findings = {c.id: Finding(outcome, "", (Evidence("a.py"),)) for c, outcome in zip(CHECKS, outcomes, strict=True)}
    return level(TESTING, CHECKS, findings)


def test_nothing_met_is_level_0() -> None:
    assert reached(Outcome.UNMET, Outcome.MET, Outcome.MET) == Level(0, 2, 3)


def test_a_level_needs_all_the_levels_below() -> None:
    assert reached(Outcome.MET, Outcome.UNMET, Outcome.MET) == Level(1, 2, 3)


def test_what_does_not_apply_holds_nobody_up_and_is_not_counted() -> None:
    assert reached(Outcome.MET, Outcome.NOT_APPLICABLE, Outcome.MET) == Level(3, 2, 2)


def test_a_waiver_counts_as_met() -> None:
    assert reached(Outcome.MET, Outcome.WAIVED, Outcome.UNMET) == Level(2, 2, 3)


def test_unknown_and_our_own_error_are_not_met() -> None:
    assert reached(Outcome.UNKNOWN, Outcome.MET, Outcome.MET).level == 0
    assert reached(Outcome.MET, Outcome.MET, Outcome.ERROR).level == 2


def test_an_ask_of_which_nothing_applies_has_no_level() -> None:
    assert reached(*[Outcome.NOT_APPLICABLE] * 3) == Level(None, 0, 0)
