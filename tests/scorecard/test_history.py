"""The levels over time, from git's objects alone, and the commit that turned each criterion."""

import json
import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from helpers import started

from mlops.cli import run
from scorecard import NotARepository, audit
from scorecard.cache import Cache
from scorecard.history import History, read
from scorecard.levels import level
from scorecard.reports import history as report

TRAIN = """\
import pandas as pd
from sklearn.linear_model import LinearRegression

LinearRegression().fit(pd.read_csv("data.csv"), [1])
"""
WORKFLOW = "on: push\njobs:\n  t:\n    runs-on: ubuntu-latest\n    steps:\n      - run: pytest\n"
TEST = "import train\n\ndef test_it():\n    assert train.PRICE > 1\n"
PYPROJECT = '[tool.poetry]\nname = "x"\n[tool.poetry.dependencies]\npandas = "^2"\n'
LOCK = '[[package]]\nname = "pandas"\nversion = "2.2.0"\n'


class Story:
    """A repository to which a commit is added each day; a text of None takes the file away."""

    def __init__(self, folder: Path) -> None:
        self.folder = started(folder)
        self.days = 0

    def then(self, files: dict[str, str | None], *, tag: str = "", days: int = 1) -> str:
        self.days += days
        for name, text in files.items():
            path = self.folder / name
            if text is None:
                path.unlink()
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        when = f"2026-{1 + self.days // 28:02}-{1 + self.days % 28:02}T12:00:00+00:00"
        env = os.environ | {"GIT_COMMITTER_DATE": when, "GIT_AUTHOR_DATE": when}
        who = ("-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false")
        self.git("add", "-A")
        self.git(*who, "commit", "-qm", f"day {self.days}", env=env)
        if tag:
            self.git("tag", tag)
        return self.git("rev-parse", "HEAD").strip()

    def git(self, *words: str, env: dict[str, str] | None = None) -> str:
        return subprocess.run(
            ["git", *words], cwd=self.folder, check=True, capture_output=True, text=True, env=env
        ).stdout

    def read(self, **said: Any) -> History:
        place = self.folder.parent / "cache"
        return read(self.folder, **({"every": None, "limit": 50, "blame": False, "cache": Cache(place)} | said))


@pytest.fixture
def story(tmp_path: Path) -> Story:
    return Story(tmp_path / "project")


def turned(history: History) -> list[tuple[str, str, str]]:
    return [(turn.mark, turn.criterion, turn.commit.id) for turn in history.turns if turn.mark != "~"]


def test_each_commit_has_the_levels_that_an_audit_of_it_says(story: Story) -> None:
    ids = [
        story.then({"train.py": TRAIN, "pyproject.toml": PYPROJECT, "poetry.lock": LOCK}),
        story.then({"tests/test_train.py": TEST}),
        story.then({"README.md": "x"}),
        story.then({".github/workflows/ci.yml": WORKFLOW}),
        story.then({"README.md": "y"}),
        story.then({"poetry.lock": None}),
    ]
    history = story.read(every="commit")
    assert [point.commit.id for point in history.points] == ids
    for point in history.points:
        assert point.levels == audit(story.folder, rev=point.commit.id).levels
    assert ("+", "testing.on-push", ids[3]) in turned(history)
    assert ("-", "versioning.environment", ids[5]) in turned(history)


def test_a_proof_that_was_gone_for_a_while_is_seen_though_both_ends_agree(story: Story) -> None:
    story.then({"train.py": TRAIN, "tests/test_train.py": TEST, ".github/workflows/ci.yml": WORKFLOW})
    story.then({"README.md": "x"})
    gone = story.then({".github/workflows/ci.yml": None})
    story.then({"README.md": "y"})
    back = story.then({".github/workflows/tests.yml": WORKFLOW})
    story.then({"README.md": "z"})
    told = [turn for turn in turned(story.read(every="commit")) if turn[1] == "testing.on-push"]
    assert told == [("-", "testing.on-push", gone), ("+", "testing.on-push", back)]


def test_commits_that_change_nothing_are_not_read(story: Story) -> None:
    story.then({"train.py": TRAIN})
    for number in range(20):
        story.then({"README.md": str(number)})
    history = story.read(every="commit")
    assert [point.read for point in history.points] == [True, *[False] * 19, True]
    assert history.audits == 2
    assert history.turns == ()


def test_a_turn_is_found_in_as_many_steps_as_halving_takes(story: Story) -> None:
    story.then({"train.py": TRAIN})
    for number in range(15):
        story.then({"README.md": str(number)})
    culprit = story.then({".github/workflows/ci.yml": WORKFLOW, "tests/test_train.py": TEST})
    for number in range(15):
        story.then({"README.md": f"again {number}"})
    history = story.read(every="commit")
    assert {commit for _, _, commit in turned(history)} == {culprit}
    assert history.audits <= 2 + 5


def test_releases_are_tags_with_versions_and_head_is_the_last_point(story: Story) -> None:
    story.then({"train.py": TRAIN}, tag="v1.0.0")
    story.then({"README.md": "x"}, tag="v1.1.0rc1")
    story.then({"README.md": "y"}, tag="nightly")
    story.then({"tests/test_train.py": TEST}, tag="v1.1.0")
    story.then({"README.md": "z"})
    history = story.read()
    assert history.every == "release"
    assert [point.commit.name for point in history.points] == ["v1.0.0", "v1.1.0", "HEAD"]
    assert {turn.since.name for turn in history.turns if turn.since} == {"v1.0.0"}


def test_annotated_tags_name_the_commit_that_they_are_on(story: Story) -> None:
    first = story.then({"train.py": TRAIN})
    story.git("-c", "user.name=t", "-c", "user.email=t@example.com", "tag", "-am", "one", "v1.0.0")
    story.then({"README.md": "x"}, tag="v2.0.0")
    assert story.read(every="release").points[0].commit.id == first


def test_with_blame_the_commit_between_two_releases_is_named(story: Story) -> None:
    story.then({"train.py": TRAIN}, tag="v1.0.0")
    story.then({"README.md": "x"})
    culprit = story.then({".github/workflows/ci.yml": WORKFLOW, "tests/test_train.py": TEST})
    story.then({"README.md": "y"}, tag="v2.0.0")
    plain, blamed = story.read(every="release"), story.read(every="release", blame=True)
    assert {turn.commit.name for turn in plain.turns} == {"v2.0.0"}
    assert {turn.commit.id for turn in blamed.turns} == {culprit}
    assert all(turn.since is None for turn in blamed.turns)
    assert [t.criterion for t in plain.turns] == [t.criterion for t in blamed.turns]


def test_without_releases_it_is_months_each_by_its_last_commit(story: Story) -> None:
    story.then({"train.py": TRAIN})
    january = story.then({"README.md": "x"})
    story.then({"README.md": "y"}, days=30)
    history = story.read()
    assert (history.every, history.points[0].commit.id) == ("month", january)
    assert [point.commit.name for point in history.points] == ["2026-01", "2026-02"]


def test_the_newest_points_are_taken(story: Story) -> None:
    ids = [story.then({"train.py": f"{TRAIN}# {number}\n"}) for number in range(5)]
    assert [point.commit.id for point in story.read(every="commit", limit=2).points] == ids[-2:]


def test_the_work_tree_is_not_looked_at_and_nothing_is_written_there(story: Story) -> None:
    story.then({"train.py": TRAIN})
    story.then({"README.md": "x"})
    (story.folder / "train.py").unlink()
    before = sorted((p, p.stat().st_mtime_ns) for p in story.folder.rglob("*"))
    assert {level.level for level in story.read(every="commit").points[-1].levels.values()} != {None}
    assert sorted((p, p.stat().st_mtime_ns) for p in story.folder.rglob("*")) == before


def test_a_bare_repository_has_a_history_too(story: Story, tmp_path: Path) -> None:
    story.then({"train.py": TRAIN})
    story.then({"tests/test_train.py": TEST})
    subprocess.run(["git", "clone", "-q", "--bare", str(story.folder), str(tmp_path / "bare.git")], check=True)
    history = read(tmp_path / "bare.git", every="commit", limit=9, blame=False, cache=Cache(tmp_path / "c"))
    assert len(history.points) == 2
    assert history.name == "bare"


def test_a_folder_of_a_repository_has_a_history_from_where_it_begins(story: Story) -> None:
    story.then({"other/a.py": "x = 1\n"})
    first = story.then({"app/train.py": TRAIN})
    last = story.then({"app/tests/test_train.py": TEST})
    history = read(story.folder / "app", every="commit", limit=9, blame=False, cache=Cache(story.folder.parent / "c"))
    assert [point.commit.id for point in history.points] == [first, last]
    assert "was left out" in history.notes[0]


def test_a_shallow_clone_is_said_to_be_one(story: Story, tmp_path: Path) -> None:
    story.then({"train.py": TRAIN})
    story.then({"README.md": "x"})
    address = story.folder.as_uri()
    subprocess.run(["git", "clone", "-q", "--depth=1", address, str(tmp_path / "shallow")], check=True)
    history = read(tmp_path / "shallow", every="commit", limit=9, blame=False, cache=Cache(tmp_path / "c"))
    assert "shallow" in history.notes[0]
    assert len(history.points) == 1


def test_a_mistake_in_an_old_configuration_costs_only_that_point(story: Story) -> None:
    story.then({"train.py": TRAIN}, tag="v1.0.0")
    story.then({"mlops.toml": 'kind = "what"\n'}, tag="v2.0.0")
    story.then({"mlops.toml": 'kind = "ml"\n'}, tag="v3.0.0")
    history = story.read(every="release")
    assert [point.commit.name for point in history.points] == ["v1.0.0", "v3.0.0"]
    assert "v2.0.0 was left out" in history.notes[0]
    assert len(story.read(every="release", configured=False).points) == 3


def test_the_second_time_nothing_is_read_anew(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    story.then({"train.py": TRAIN})
    story.then({"tests/test_train.py": TEST})
    story.then({".github/workflows/ci.yml": WORKFLOW})
    first = story.read(every="commit")

    def never(*_: object, **__: object) -> None:
        raise AssertionError

    monkeypatch.setattr("scorecard._fresh", never)
    monkeypatch.setattr("scorecard.assemble.answers", never)
    assert story.read(every="commit") == first


def test_a_revision_that_looks_like_an_option_is_none(story: Story) -> None:
    story.then({"train.py": TRAIN})
    with pytest.raises(NotARepository, match="--output=x"):
        story.read(every="commit", rev="--output=x")


def test_a_folder_without_git_has_no_history(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["history", str(tmp_path)]) == 2
    assert "is no git repository" in capsys.readouterr().err


def test_the_command_shows_a_chart_a_table_and_what_changed(story: Story, capsys: pytest.CaptureFixture[str]) -> None:
    story.then({"train.py": TRAIN}, tag="v1.0.0")
    story.then({"tests/test_train.py": TEST, ".github/workflows/ci.yml": WORKFLOW}, tag="v2.0.0")
    assert run(["history", str(story.folder)]) == 0
    shown = capsys.readouterr().out
    assert re.search(r"^Testing +[▁▃▅█]{2}  \d$", shown, re.MULTILINE)
    assert re.search(r"^v2\.0\.0  2026-01-03", shown, re.MULTILINE)
    assert re.search(
        r"^  \+ 2026-01-03 v2\.0\.0 \(after v1\.0\.0\)  testing\.on-push, unmet → met: ", shown, re.MULTILINE
    )


def test_json_and_the_page_say_the_same(story: Story, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    story.then({"train.py": TRAIN})
    commit = story.then({"tests/test_train.py": TEST, ".github/workflows/ci.yml": WORKFLOW})
    assert run(["history", str(story.folder), "--every", "commit", "--format", "json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["schema"] == 1
    assert [point["name"] for point in said["points"]] == [point["commit"][:8] for point in said["points"]]
    turn = next(turn for turn in said["turns"] if turn["criterion"] == "testing.on-push")
    assert (turn["commit"], turn["subject"], turn["since"]) == (commit, "day 2", None)
    page = tmp_path / "page.html"
    assert run(["history", str(story.folder), "--every", "commit", "--format", "html", "-o", str(page)]) == 0
    text = page.read_text()
    assert text.count("<polyline") >= 5
    assert "testing.on-push, unmet → met" in text
    assert "<script" not in text


def test_what_a_commit_says_reaches_neither_terminal_nor_page_as_more_than_text(story: Story) -> None:
    story.then({"train.py": TRAIN})
    (story.folder / "tests").mkdir()
    (story.folder / "tests/test_train.py").write_text(TEST)
    (story.folder / "ci.yml").write_text("x")
    story.git("add", "-A")
    who = ("-c", "user.name=t", "-c", "user.email=t@example.com")
    story.git(*who, "commit", "-qm", "\x1b[31m<script>alert(1)</script>")
    history = story.read(every="commit")
    assert history.turns
    assert "\x1b" not in report.text(history)
    assert "<script>" not in report.html(history)
    assert "&lt;script&gt;" in report.html(history)


def test_levels_of_a_point_follow_from_its_answers(story: Story) -> None:
    from scorecard.asks import ASKS
    from scorecard.checks import all_checks

    story.then({"train.py": TRAIN})
    card = audit(story.folder, rev="HEAD")
    [point] = story.read(every="commit").points
    assert point.levels == {ask.id: level(ask, all_checks().values(), card.findings) for ask in ASKS}
