"""What a change made better or worse, against a revision or an earlier report."""

import json
import subprocess
from pathlib import Path

import pytest

from mlops.cli import run
from scorecard import NotARepository, audit
from tests.helpers import commit, started

TRAIN = "import pandas as pd\nfrom sklearn.svm import SVC\nSVC().fit(pd.read_csv('a.csv')[['x']], 1)\n"
TEST = "from train import f\n\n\ndef test_f():\n    assert f(1) == 2\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """`main` has a test; the branch that is checked out came from it."""
    top = started(tmp_path / "work")
    (top / "train.py").write_text(f"def f(x):\n    return x + 1\n\n\n{TRAIN}")
    (top / "test_train.py").write_text(TEST)
    commit(top)
    subprocess.run(["git", "checkout", "-qb", "change"], cwd=top, check=True)
    return top


def compared(folder: Path, capsys: pytest.CaptureFixture[str], *options: str) -> tuple[int, dict[str, list[str]]]:
    code = run(["audit", str(folder), "--format", "json", *options])
    said = json.loads(capsys.readouterr().out)["compared"]
    return code, {side: [change["id"] for change in said[side]] for side in ("gained", "lost")}


def test_what_is_lost_is_said_with_the_proof_that_is_gone(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "test_train.py").unlink()
    commit(folder)
    run(["audit", str(folder), "--base", "main", "--format", "markdown"])
    said = capsys.readouterr().out
    assert ", 1 worse** than `main`" in said
    assert "testing.tests: " in said
    assert "test\\_train.py:" in said
    assert "is gone" in said


def test_a_loss_fails_only_where_it_is_to_fail(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "test_train.py").unlink()
    assert compared(folder, capsys, "--base", "main")[0] == 0
    code, changes = compared(folder, capsys, "--base", "main", "--fail-on", "regression")
    assert code == 1
    assert "testing.tests" in changes["lost"]


def test_what_is_gained_fails_nothing(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "Makefile").write_text("test:\n\tpytest\n")
    code, changes = compared(folder, capsys, "--base", "main", "--fail-on", "regression")
    assert (code, changes) == (0, {"gained": ["testing.one-command"], "lost": []})


def test_what_happened_on_the_base_since_is_not_this_change_s_doing(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    subprocess.run(["git", "checkout", "-q", "main"], cwd=folder, check=True)
    (folder / "Makefile").write_text("test:\n\tpytest\n")
    commit(folder)
    subprocess.run(["git", "checkout", "-q", "change"], cwd=folder, check=True)
    assert compared(folder, capsys, "--base", "main")[1] == {"gained": [], "lost": []}


def test_only_what_is_worse_than_the_baseline_fails(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    report = folder.parent / "baseline.json"
    run(["audit", str(folder), "--format", "json", "--output", str(report)])
    assert compared(folder, capsys, "--baseline", str(report)) == (0, {"gained": [], "lost": []})
    (folder / "test_train.py").unlink()
    assert compared(folder, capsys, "--baseline", str(report))[0] == 1


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"criteria": [{}], "asks": {}}', "\0"])
def test_a_file_that_is_no_report_is_a_mistake_of_usage(
    text: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder.parent / "b.json").write_text(text)
    assert run(["audit", str(folder), "--baseline", str(folder.parent / "b.json")]) == 2
    assert "is no report of ours" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--base", "nowhere"], "has no revision nowhere"),
        (["--base", "--upload-pack=touch x"], "has no revision"),
        (["--rev", "nowhere"], "has no revision nowhere"),
        (["--base", "main", "--baseline", "b.json"], "two answers to one question"),
        (["--fail-on", "regression"], "needs something to compare with"),
    ],
)
def test_what_cannot_be_compared_is_said(
    options: list[str], said: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["audit", str(folder), *options]) == 2
    assert said in capsys.readouterr().err


def test_a_revision_is_read_without_a_checkout(folder: Path) -> None:
    (folder / "test_train.py").unlink()
    (folder / "Makefile").write_text("test:\n\tpytest\n")
    then, now = audit(folder, rev="main"), audit(folder)
    assert then.findings["testing.tests"].outcome == "met"
    assert now.findings["testing.tests"].outcome == "unmet"
    assert not (folder / "test_train.py").exists()


def test_a_folder_of_a_repository_has_revisions_too(folder: Path) -> None:
    (folder / "sub").mkdir()
    (folder / "sub" / "train.py").write_text(TRAIN)
    commit(folder)
    assert audit(folder / "sub", rev="HEAD").files == 1
    with pytest.raises(NotARepository, match="holds no file"):
        audit(folder / "sub", rev="main")


def test_a_plain_folder_has_none(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("x = 1\n")
    with pytest.raises(NotARepository, match="no git repository"):
        audit(tmp_path, rev="HEAD")
