"""`mlops add` and `mlops remove` as a person types them."""

import subprocess
from pathlib import Path

import pytest

from mlops.cli import run
from tests.foreign.worlds import flat, write
from tests.helpers import commit, started


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A repository that we did not make: scripts side by side, a table, no checks."""
    top = started(tmp_path / "work")
    write(flat(), top)
    commit(top)
    return top


def test_what_is_closed_is_what_a_second_audit_sees(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["add", "data", str(folder)]) == 0
    said = capsys.readouterr().out
    assert "  added        data_checks.py" in said
    assert "closed, as mlops audit sees it now:" in said
    assert "✓ data.values" in said
    assert "git diff --cached" in said


def test_a_dry_run_shows_every_line_and_writes_none(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["add", "data", str(folder), "--dry-run"]) == 0
    said = capsys.readouterr().out
    assert "+    df = check(df)" in said
    assert "Nothing was written" in said
    assert not (folder / "data_checks.py").exists()


def test_what_was_added_goes_again_and_nothing_else(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(["add", "data", str(folder)])
    (folder / "train.py").write_text((folder / "train.py").read_text() + "\n# mine\n")
    commit(folder)
    assert run(["remove", "data", str(folder)]) == 0
    assert "deleted      data_checks.py" in capsys.readouterr().out
    text = (folder / "train.py").read_text()
    assert "check(df)" not in text
    assert text.endswith("# mine\n")


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["add", "dta"], 2, "did you mean data?"),
        (["remove", "xyz"], 2, "one of testing, deployment, data"),
        (["remove", "data"], 3, "mlops has not added data here"),
        (["add", "evals"], 3, "no application around a language model"),
        (["add", "monitoring"], 3, "mlops add logging first"),
    ],
)
def test_what_cannot_be_done_is_said_and_changes_nothing(
    words: list[str], code: int, said: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([*words, str(folder)]) == code
    assert said in capsys.readouterr().err
    assert subprocess.run(["git", "status", "--porcelain"], cwd=folder, capture_output=True, check=True).stdout == b""


def test_work_that_is_not_committed_is_never_mixed_with_ours(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "train.py").write_text("x = 1\n")
    assert run(["add", "data", str(folder)]) == 3
    assert "not committed" in capsys.readouterr().err
    assert (folder / "train.py").read_text() == "x = 1\n"


def test_a_folder_that_is_no_repository_is_told_how_to_become_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "train.py").write_text("x = 1\n")
    assert run(["add", "data", str(tmp_path)]) == 3
    assert "git init" in capsys.readouterr().err
