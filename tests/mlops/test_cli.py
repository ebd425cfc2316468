"""What a person at the command line gets: results on stdout, talk on stderr, an exit code."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from mlops.cli import run
from scorecard.checks import all_checks

TRAIN = """\
import pandas as pd
from sklearn.linear_model import LinearRegression

df = pd.read_csv("data.csv")
LinearRegression().fit(df[["x"]], df["y"])
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "train.py").write_text(TRAIN)
    return folder


def test_json_follows_the_contract(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["audit", str(project), "--format", "json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["schema"] == 1
    assert report["kind"] == "ml"
    assert report["stage"] == "prototype"
    assert {c["id"] for c in report["criteria"]} == set(all_checks())
    assert set(report["asks"]) == {c["ask"] for c in report["criteria"]}
    assert [g["rank"] for g in report["gaps"]] == list(range(1, len(report["gaps"]) + 1))
    for gap in report["gaps"]:
        assert gap["why"]
        assert gap["effort"] in {"hours", "days", "weeks"}
        ask = gap["criterion"].partition(".")[0]
        assert gap["command"] in (f"mlops explain {gap['criterion']}", f"mlops add {ask}")
    assert "mlops add data" in {gap["command"] for gap in report["gaps"]}


def test_a_met_criterion_cites_what_is_there(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(["audit", str(project), "--format", "json"])
    for criterion in json.loads(capsys.readouterr().out)["criteria"]:
        if criterion["status"] == "met":
            assert criterion["evidence"]
            assert all((project / e["path"]).is_file() for e in criterion["evidence"])


def test_nothing_is_written_into_the_audited_folder(project: Path) -> None:
    before = {p: p.stat().st_mtime_ns for p in project.rglob("*")}
    run(["audit", str(project)])
    assert {p: p.stat().st_mtime_ns for p in project.rglob("*")} == before


def test_plain_in_a_pipe(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(["audit", str(project)])
    out = capsys.readouterr().out
    assert "\x1b" not in out
    assert not re.search("[╭╮╰╯│─]", out)
    assert "Close this first" in out


@pytest.mark.parametrize("width", [40, 80, 160])
def test_no_line_is_wider_than_the_screen(
    project: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, width: int
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    run(["audit", str(project)])
    assert max(len(line) for line in capsys.readouterr().out.splitlines()) <= width


def test_markdown_has_a_table_and_the_gap(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(["audit", str(project), "--format", "markdown"])
    out = capsys.readouterr().out
    assert "| Testing | 0 of 3 |" in out
    assert "> **Close this first:" in out


def test_only_shows_one_ask(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(["audit", str(project), "--only", "data", "--format", "json"])
    report = json.loads(capsys.readouterr().out)
    assert set(report["asks"]) == {"data"}
    assert {g["criterion"].partition(".")[0] for g in report["gaps"]} == {"data"}


def test_kind_and_stage_can_be_told(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(["audit", str(project), "--kind", "llm", "--stage", "production", "--format", "json"])
    report = json.loads(capsys.readouterr().out)
    assert (report["kind"], report["stage"]) == ("llm", "production")
    assert report["asks"]["evals"]["applicable"] == 4


def test_a_repository_without_ml_is_said_first_and_shown_in_full_on_request(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.py").write_text("print(1)\n")
    assert run(["audit", str(tmp_path)]) == 0
    short = capsys.readouterr().out
    assert "Nothing of machine learning was found" in short
    assert "Close this first" not in short
    run(["audit", str(tmp_path), "--full"])
    assert "Close this first" in capsys.readouterr().out


def test_output_goes_to_a_file_whole(project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "report.json"
    assert run(["audit", str(project), "--format", "json", "--output", str(target)]) == 0
    assert capsys.readouterr().out == ""
    assert json.loads(target.read_text())["schema"] == 1
    assert sorted(p.name for p in tmp_path.iterdir()) == ["project", "report.json"]


def test_a_gate_that_is_reached_is_silent(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["audit", str(project), "--min-level", "testing=0", "--min-met", "0%"]) == 0
    assert "gate" not in capsys.readouterr().err


def test_a_gate_that_is_missed_exits_with_1_and_says_why(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["audit", str(project), "--min-level", "testing=2", "--min-met", "90"]) == 1
    err = capsys.readouterr().err
    assert "testing is at level 0, wanted 2" in err
    assert "wanted 90 %" in err


def test_a_gate_on_what_does_not_apply_holds_nobody_up(project: Path) -> None:
    assert run(["audit", str(project), "--min-level", "evals=3"]) == 0


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["audit", "/nowhere"], "there is no folder /nowhere"),
        (["audit", "--min-level", "testing"], "expected ASK=N"),
        (["audit", "--min-level", "speed=1"], "expected ASK=N"),
        (["audit", "--min-met", "lots"], "expected a percentage"),
        (["audit", "--min-met", "101%"], "expected a percentage"),
        (["audit", "--kind", "webshop"], "webshop"),
        (["audit", "--format", "pdf"], "pdf"),
        (["audit", "--only", "data", "--min-level", "testing=1"], "--only leaves out"),
        (["explain", "testing.on-pull"], "did you mean testing.on-push"),
        (["explain", "nonsense"], "mlops explain lists them all"),
        (["frobnicate"], "frobnicate"),
    ],
)
def test_a_users_mistake_gets_one_word_and_exit_code_2(
    arguments: list[str], word: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(arguments) == 2
    captured = capsys.readouterr()
    assert word in captured.err
    assert "Traceback" not in captured.err
    assert captured.out == ""


def test_an_output_that_cannot_be_written_is_said(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["audit", str(project), "--output", "/nowhere/report.txt"]) == 2
    assert "cannot write /nowhere/report.txt" in capsys.readouterr().err


def test_our_own_bug_exits_with_3_and_says_so(
    project: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    import scorecard.assemble

    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(scorecard.assemble, "assemble", broken)
    assert run(["audit", str(project)]) == 3
    assert "this is a bug of mlops" in capsys.readouterr().err


def test_explain_prints_the_page(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["explain", "testing.tests"]) == 0
    assert capsys.readouterr().out.startswith("# `testing.tests`")


def test_explain_alone_lists_every_criterion(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["explain"]) == 0
    out = capsys.readouterr().out
    assert all(name in out for name in all_checks())


def test_without_arguments_it_helps(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["mlops"])
    assert run() == 0
    assert "Usage: mlops" in capsys.readouterr().out


@pytest.mark.parametrize("command", ["mlops", "sevenasks"])
def test_both_names_are_installed(command: str) -> None:
    program = Path(sys.executable).with_name(command)
    done = subprocess.run([program, "--version"], capture_output=True, text=True, check=True)
    assert re.match(r"mlops \d+\.\d+\.\d+", done.stdout)


@pytest.mark.parametrize("arguments", [["--help"], ["new", "--help"], ["audit", "--help"], ["new"]])
def test_help_imports_nothing_heavy(arguments: list[str]) -> None:
    code = (
        f"import sys; from mlops.cli import run; run({arguments});"
        "heavy = {'yaml', 'rich.table', 'tree_sitter', 'scorecard.checks', 'scaffolder', 'copier', 'jinja2', 'plumbum'};"
        "bad = heavy & set(sys.modules);"
        "sys.exit(f'imported {bad}' if bad else 0)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, env=dict(os.environ))


def test_a_mistake_in_the_answers_is_said_before_copier_is_imported(tmp_path: Path) -> None:
    code = (
        f"import sys; from mlops.cli import run; assert run(['new', {str(tmp_path / 'x')!r}, '--data', 'a']) == 2;"
        "sys.exit('copier' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, env=dict(os.environ))


def test_control_characters_of_a_file_name_reach_no_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "train\x1b[2J.py").write_text(TRAIN)
    for fmt in ("terminal", "markdown", "json"):
        run(["audit", str(tmp_path), "--format", fmt, "--full"])
        assert "\x1b" not in capsys.readouterr().out
