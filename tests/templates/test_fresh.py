"""From its first minute a project is all that it promises."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from promises import gaps, told_by_the_readme

from scorecard import audit
from scorecard.model import Scorecard

pytestmark = pytest.mark.templates
Run = Callable[..., Any]


@pytest.fixture(scope="module")
def scored(project: Path) -> Scorecard:
    return audit(project)


def test_every_criterion_is_met_but_those_of_language_models(scored: Scorecard) -> None:
    assert gaps(scored, beside="evals") == []


def test_every_ask_that_applies_stands_at_the_top(scored: Scorecard) -> None:
    levels = {ask: level.level for ask, level in scored.levels.items()}
    assert {ask for ask, level in levels.items() if level is None} == {"evals"}
    assert {ask: level for ask, level in levels.items() if level not in {3, None}} == {}


def test_all_evidence_is_in_what_was_committed(scored: Scorecard, project: Path, run: Run) -> None:
    tags = {f".git/refs/tags/{tag}" for tag in run(project, "git", "tag").stdout.splitlines()}
    committed = {*run(project, "git", "ls-files").stdout.splitlines(), *tags}
    cited = {evidence.path for finding in scored.findings.values() for evidence in finding.evidence}
    assert cited <= committed


def test_a_project_without_its_tests_is_seen_to_lack_them(project: Path, tmp_path: Path) -> None:
    shutil.copytree(project, tmp_path / "bare", ignore=shutil.ignore_patterns("tests", ".venv", ".git"))
    bare = audit(tmp_path / "bare", only=["testing"])
    assert bare.levels["testing"].level == 0


def test_the_two_commands_of_the_readme_end_well_and_leave_nothing(make: Callable[..., Path], run: Run) -> None:
    told = told_by_the_readme(make(), run)
    assert "come back bit for bit: True" in told[0]
    assert re.search(r"\d+ passed in", told[1])
