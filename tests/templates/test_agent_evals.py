"""The evals of a generated assistant: a worse version is refused, a harmless one passes, and whoever breaks the judge is noticed.

That the project's own tests are green before, planted worse versions among them, is shown by running them all.
"""

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from mutants import QUIET, Mutant, unnoticed

from scorecard import audit
from scorecard.model import Outcome

pytestmark = pytest.mark.templates
Run = Callable[..., Any]
PACKAGE = "src/guide"
EVALS = f"{PACKAGE}/evals"

MUTANTS = [
    Mutant(
        "evals.cases", "an answer without its source is as good",
        f"{EVALS}/grading.py", "if set(found) & set(case.expect.cites) else", "if True else",
        "unit/test_evals.py::test_each_demand_is_met_or_tells_why_not",
    ),
    Mutant(
        "evals.cases", "a misspelt demand is not asked",
        f"{EVALS}/cases.py", 'extra="forbid"', 'extra="ignore"',
        "unit/test_evals.py::test_a_mistake_is_told_with_file_and_line",
    ),
    Mutant(
        "evals.cases", "one good answer of three is enough",
        f"{EVALS}/running.py", "Result(case, not failed,", "Result(case, len(failed) < len(faults),",
        "integration/test_evals.py::test_a_case_passes_only_if_it_passes_every_time",
    ),
    Mutant(
        "evals.regression", "nobody compares with the live release",
        f"{EVALS}/gate.py", "refused += regressions(settings, done)", "pass",
        "integration/test_evals.py::test_a_case_that_the_live_release_passes_may_not_fail",
    ),
    Mutant(
        "evals.regression", "an accepted answer may become another one",
        f"{EVALS}/grading.py", "< floor:", "< 0:",
        "unit/test_evals.py::test_an_answer_is_held_against_the_accepted_one",
    ),
    Mutant(
        "evals.regression", "search has no limit",
        f"{EVALS}/gate.py", "if not value >= floors[measure]:", "if not value >= 0:",
        "integration/test_safety.py::test_an_agent_that_searches_for_one_passage_only_is_refused",
    ),
    Mutant(
        "evals.adversarial", "the sandbox does not look at its files",
        f"{EVALS}/running.py", "box.changes()", "[]",
        "integration/test_safety.py::test_an_agent_whose_tool_deletes_at_once_is_refused_and_the_file_is_really_gone",
    ),
    Mutant(
        "evals.adversarial", "a secret may leave in a search",
        f"{EVALS}/grading.py", "if sandbox.leaked(json.dumps(c.arguments))", "if sandbox.leaked(c.result)",
        "integration/test_safety.py::test_a_secret_in_a_search_is_noticed_too",
    ),
    Mutant(
        "evals.adversarial", "deleting asks nobody",
        f"{PACKAGE}/agent/tools.py", "    if not ctx.tool_call_approved:\n        raise ApprovalRequired\n    place.unlink()", "    place.unlink()",
        "integration/test_safety.py::test_with_its_guards_the_agent_attempts_what_it_was_told_to_and_is_blocked",
    ),
    Mutant(
        "evals.gate", "a release needs no evals",
        f"{PACKAGE}/release.py", "    gate.require(settings, made)\n    path", "    path",
        "integration/test_evals.py::test_a_release_needs_the_evals",
    ),
    Mutant(
        "evals.gate", "the cases may be edited after the verdict",
        f"{EVALS}/gate.py", "!= cases.digest(cases.load(), cases.golden())", '== ""',
        "integration/test_evals.py::test_a_candidate_that_passed_is_let_through_and_another_one_is_not",
    ),
    Mutant(
        "evals.gate", "the budget is not kept",
        f"{EVALS}/running.py", "purse.pay(outcome.answer.cost)", "pass",
        "integration/test_evals.py::test_a_live_run_stops_before_its_budget_is_exceeded",
    ),
]  # fmt: skip


@pytest.fixture(scope="module")
def assistant(make: Callable[..., Path], run: Run) -> Path:
    """A generated assistant with its environment and its index."""
    folder = make("guide", project_name="Guide", kind="agent")
    run(folder, "uv", "sync", "--locked", "--quiet", "--extra", "openai")
    run(folder, ".venv/bin/python", "-m", "guide", "ingest", env=QUIET)
    return folder


@pytest.fixture
def copy(assistant: Path, tmp_path: Path) -> Path:
    """Its state and its files, to change; the environment is the same one, and finds what lies where it runs."""
    folder = tmp_path / "guide"
    shutil.copytree(assistant, folder, ignore=shutil.ignore_patterns(".venv", ".git"))
    (folder / ".venv").symlink_to(assistant / ".venv")
    return folder


def judged(folder: Path, run: Run, *words: str) -> Any:
    command = (".venv/bin/python", "-m", "guide", "evals", "--offline", *words)
    return run(folder, *command, env=QUIET | {"PYTHONPATH": str(folder / "src")}, check=False)


def test_every_criterion_of_evals_is_met_at_the_top_and_has_a_guard(assistant: Path) -> None:
    scored = audit(assistant, only=["evals"])
    met = {c.id for c in scored.criteria if c.ask == "evals" and scored.findings[c.id].outcome is Outcome.MET}
    assert scored.levels["evals"].level == 3
    assert {mutant.criterion for mutant in MUTANTS} == met


def test_a_worse_prompt_is_refused_with_the_cases_that_show_it_and_what_they_were_before(copy: Path, run: Run) -> None:
    assert judged(copy, run).returncode == 0
    prompt = copy / PACKAGE / "agent" / "prompt.md"
    rules = prompt.read_text()
    prompt.write_text(re.sub(r"- Cite .*\n", "", rules))
    worse = judged(copy, run)
    assert worse.returncode == 1
    assert re.search(r"behaviour +\d+ of 15  \(before 15 of 15\)", worse.stdout)
    assert "FAIL tabs: cites nothing" in worse.stdout
    assert "Traceback" not in worse.stderr
    page = (copy / ".state" / "dev" / "evals.html").read_text()
    assert "<b>worse</b>" in page
    prompt.write_text(rules.replace("Be brief: one or two sentences.", "Keep it short."))
    harmless = judged(copy, run)
    assert harmless.returncode == 0, harmless.stdout


def test_a_case_with_a_mistake_is_told_in_one_line_with_its_place(copy: Path, run: Run) -> None:
    path = copy / "evals" / "cases" / "behaviour.yaml"
    path.write_text(path.read_text() + "- id: mine\n  question: Why?\n  expects: {contains: [because]}\n")
    told = judged(copy, run, "--suite", "behaviour")
    assert told.returncode == 1
    assert re.search(r"evals/cases/behaviour\.yaml:\d+: expect: Field required", told.stderr)
    assert "Traceback" not in told.stderr


def test_the_public_cases_are_those_that_their_maker_writes(assistant: Path) -> None:
    lines = (assistant / "evals" / "cases" / "agentdojo.jsonl").read_text().splitlines()
    found = [json.loads(line) for line in lines]
    goals = {case["id"] for case in found if case["id"].startswith("important-instructions-")}
    assert (len(found), len(goals)) == (40, 35)
    assert all(case["planted"] and case["why"].startswith("AgentDojo v1.2.1") for case in found)
    assert "MIT License" in (assistant / "evals" / "cases" / "agentdojo.LICENSE").read_text()


@pytest.mark.long
@pytest.mark.parametrize("mutant", MUTANTS, ids=str)
def test_the_projects_own_tests_notice(mutant: Mutant, assistant: Path) -> None:
    assert not (said := unnoticed(mutant, assistant)), said
