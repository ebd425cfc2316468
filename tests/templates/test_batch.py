"""`--kind batch`: from its first minute it is all that it promises, and its own tests notice when a guard is broken."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from mutants import PACKAGE, Mutant, unnoticed
from promises import gaps, told_by_the_readme

from scorecard import audit

pytestmark = pytest.mark.templates
Run = Callable[..., Any]
SCORING = "integration/test_scoring.py"
DAILY = "integration/test_daily.py"


@pytest.fixture(scope="module")
def batch(make: Callable[..., Path], run: Run) -> Path:
    """A generated project of the kind, its environment installed."""
    folder = make(kind="batch")
    run(folder, "uv", "sync", "--locked", "--quiet")
    return folder


def test_every_criterion_is_met_and_every_ask_stands_at_the_top(batch: Path) -> None:
    scored = audit(batch)
    assert gaps(scored, beside="evals") == []
    assert {ask: level.level for ask, level in scored.levels.items() if level.level != 3} == {"evals": None}


def test_the_two_commands_of_the_readme_end_well_and_leave_nothing(batch: Path, run: Run) -> None:
    told = told_by_the_readme(batch, run)
    assert "come back bit for bit: True" in told[0]
    assert "a second run finds nothing to do: True" in told[0]
    assert re.search(r"\d+ passed", told[1])


# What a schedule adds to the guards of test_guards.py, most of which stand in files that both kinds have.
MUTANTS = [
    Mutant(
        "data.values", "a timetable is not looked at before it is scored",
        f"{PACKAGE}/inference/intake.py", "        quality.accept(settings, checked, checked.good.clear())\n", "",
        f"{SCORING}::test_a_timetable_that_is_bad_is_refused_and_the_other_days_are_scored",
    ),
    Mutant(
        "data.mitigation", "rows that are set aside are counted again by each run",
        f"{PACKAGE}/inference/intake.py", 'store.overwrite(settings, "rejected", bad, where)', 'store.append(settings, "rejected", bad)',
        f"{SCORING}::test_a_few_bad_rows_are_set_aside_once_with_their_reason",
    ),
    Mutant(
        "data.mitigation", "nobody is warned of a day whose batch was refused",
        f"{PACKAGE}/inference/daily.py", "except quality.BadBatch as reason:", "except ZeroDivisionError as reason:",
        f"{DAILY}::test_a_batch_that_is_refused_does_not_keep_the_day_from_being_scored",
    ),
    Mutant(
        "testing.features", "a backfill knows the future",
        f"{PACKAGE}/inference/scoring.py", '.filter(pl.col("valid_from") <= day)', "",
        f"{SCORING}::test_a_backfill_knows_no_later_features",
    ),
    Mutant(
        "deployment.pipelines", "a second run writes the day again",
        f"{PACKAGE}/inference/scoring.py", '(old[0]["plan"], old[0]["digest"]) == (self.plan, digest)', "not digest",
        f"{SCORING}::test_a_second_run_of_the_same_day_writes_nothing",
    ),
    Mutant(
        "deployment.pipelines", "late data are left out",
        f"{PACKAGE}/inference/scoring.py", 'found: list[tuple[date, Why]] = [(day, "late data") for day in late]', "found: list[tuple[date, Why]] = late and []",
        f"{SCORING}::test_rows_that_come_late_make_their_day_due_again_and_are_told",
    ),
    Mutant(
        "deployment.pipelines", "a missed day is never made up for",
        f"{PACKAGE}/inference/days.py", "first = min(done) if done", "first = max(done) if done",
        f"{SCORING}::test_a_day_that_was_left_out_is_due",
    ),
    Mutant(
        "deployment.artifact", "the image starts what does not exist",
        "Dockerfile", 'CMD ["daily"]', 'CMD ["dayly"]',
        "unit/test_ci.py::test_every_command_of_the_manifests_exists",
    ),
    Mutant(
        "versioning.rollback", "after a rollback a day gets the features of today",
        f"{PACKAGE}/inference/scoring.py", "return int(used[0]) if len(used) else store.version", "return store.version",
        f"{SCORING}::test_after_a_rollback_the_old_scores_come_back_bit_for_bit_whatever_the_features_became",
    ),
    Mutant(
        "versioning.ab", "a shadow that fails stops the day",
        f"{PACKAGE}/inference/scoring.py", "except Exception as error:", "except KeyError as error:",
        f"{SCORING}::test_a_shadow_that_fails_disturbs_nobody",
    ),
    Mutant(
        "logging.predictions", "a run that was killed leaves no word",
        f"{PACKAGE}/inference/scoring.py", "        self._mend()\n", "",
        f"{DAILY}::test_a_run_that_is_killed_leaves_the_day_whole_or_absent",
    ),
    Mutant(
        "logging.review", "replay always agrees",
        f"{PACKAGE}/inference/replay.py", 'same_score=made["score"] == records["score"]', "same_score=pl.lit(value=True)",
        f"{SCORING}::test_a_record_that_was_changed_does_not_come_out_the_same",
    ),
    Mutant(
        "monitoring.quality", "a corrected outcome is not taken",
        f"{PACKAGE}/inference/outcomes.py", "corrected=(~new & ~same).sum()", "corrected=pl.lit(0)",
        "integration/test_outcomes.py::test_a_corrected_outcome_replaces_the_first_and_the_others_keep_their_time",
    ),
    Mutant(
        "monitoring.alerts", "a missed day is nobody's business",
        f"{PACKAGE}/monitoring/coverage.py", 'found["missed_day"] = ', "_ = ",
        "unit/test_monitoring.py::test_people_are_told_what_is_beyond_a_limit_and_nothing_else",
    ),
]  # fmt: skip


@pytest.fixture(scope="module")
def copy(batch: Path, breakable: Callable[[Path], Path]) -> Path:
    return breakable(batch)


@pytest.mark.parametrize("mutant", MUTANTS, ids=str)
def test_the_projects_own_tests_notice(mutant: Mutant, copy: Path) -> None:
    assert not (said := unnoticed(mutant, copy)), said
