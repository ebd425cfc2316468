"""What a team says of its own repository, and what it is told when that is not understood."""

import contextlib
from datetime import date, timedelta
from pathlib import Path
from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlops.cli import run
from scorecard import audit
from scorecard.asks import ASKS
from scorecard.checks import all_checks
from scorecard.config import BadConfig, Config, Waiver, read
from scorecard.model import Evidence, Finding, Outcome
from scorecard.waivers import applied

TRAIN = "import pandas as pd\nfrom sklearn.svm import SVC\nSVC().fit(pd.read_csv('a.csv')[['x']], 1)\n"
TODAY = date(2027, 1, 1)


def parsed(text: str, path: str = "mlops.toml") -> Config:
    return read(path, dedent(text), all_checks(), [ask.id for ask in ASKS])


def test_everything_that_may_be_said_is_understood() -> None:
    config = parsed(
        """
        kind = "ml"
        stage = "production"
        exclude = ["legacy/**"]
        min-met = "60%"
        min-level = { testing = 2 }
        [waivers]
        "testing.bias" = "no groups"
        "monitoring.alerts" = { reason = "elsewhere", until = 2027-03-01 }
        """
    )
    assert (config.kind, config.stage, config.exclude) == ("ml", "production", ("legacy/**",))
    assert (config.min_met, config.min_level) == ("60%", ("testing=2",))
    assert config.waivers["monitoring.alerts"] == Waiver("elsewhere", date(2027, 3, 1), "mlops.toml", 9)


@pytest.mark.parametrize("text", ["", "[tool.black]\nline-length = 100\n", "this is no TOML", "[tool]\nother = 3\n"])
def test_a_pyproject_that_says_nothing_of_us_says_nothing(text: str) -> None:
    assert parsed(text, "pyproject.toml") == Config()


def test_a_pyproject_holds_the_same_under_its_own_table() -> None:
    config = parsed(
        '[tool.mlops.audit]\nkind = "llm"\n[tool.mlops.audit.waivers]\n"evals.gate" = "soon"\n', "pyproject.toml"
    )
    assert config.kind == "llm"
    assert config.waivers["evals.gate"].line == 4


@pytest.mark.parametrize(
    ("text", "line", "what", "allowed"),
    [
        ('\nkinds = "ml"\n', 2, "kinds is unknown", "did you mean kind?"),
        ('kind = "web"\n', 1, "kind cannot be 'web'", "one of ml, llm"),
        ("exclude = 'legacy'\n", 1, "must be a list", "legacy/**"),
        ("min-met = 101\n", 1, "cannot be 101", "60%"),
        ("[min-level]\ntests = 1\n", 2, "there is no ask tests", "did you mean testing?"),
        ("[min-level]\ntesting = 4\n", 2, "cannot be at level 4", "0, 1, 2 or 3"),
        ('[waivers]\n"testing.bais" = "x"\n', 2, "there is no criterion testing.bais", "did you mean testing.bias?"),
        ('[waivers]\ntesting.bias = "x"\n', 2, "testing is an ask, not a criterion", "in quotes"),
        ('[waivers]\n"testing.bias" = ""\n', 2, "gives no reason", "successor"),
        ('[waivers]\n"testing.bias" = { until = 2027-01-01 }\n', 2, "gives no reason", "successor"),
        ('[waivers]\n"testing.bias" = { reason = "x", until = "soon" }\n', 2, "has no date", "without quotes"),
        ("kind = \n", 1, "is no TOML", "toml.io"),
    ],
)
def test_a_mistake_is_named_with_its_line_and_what_is_allowed(text: str, line: int, what: str, allowed: str) -> None:
    with pytest.raises(BadConfig) as caught:
        parsed(text)
    assert caught.value.what.startswith(f"mlops.toml:{line}: ")
    assert what in caught.value.what
    assert allowed in caught.value.allowed


@given(st.text(max_size=60))
def test_no_text_breaks_the_reader(text: str) -> None:
    with contextlib.suppress(BadConfig):
        assert parsed(text).waivers == {}


def finding(outcome: Outcome) -> dict[str, Finding]:
    return {"testing.bias": Finding(outcome, "s", (Evidence("a.py"),))}


def test_a_waiver_settles_what_is_open_and_says_why() -> None:
    found, notes = applied(finding(Outcome.UNMET), {"testing.bias": Waiver("no groups", TODAY, "m.toml", 3)}, TODAY)
    assert found["testing.bias"].outcome is Outcome.WAIVED
    assert "no groups" in found["testing.bias"].summary
    assert found["testing.bias"].evidence[0] == Evidence("m.toml", 3)
    assert notes == ()


def test_a_waiver_that_has_ended_settles_nothing_and_is_told() -> None:
    ended = Waiver("later", TODAY - timedelta(days=1), "m.toml", 3)
    found, notes = applied(finding(Outcome.UNMET), {"testing.bias": ended}, TODAY)
    assert found["testing.bias"].outcome is Outcome.UNMET
    assert "waived testing.bias until 2026-12-31" in notes[0].reason


@pytest.mark.parametrize("outcome", [Outcome.MET, Outcome.NOT_APPLICABLE, Outcome.ERROR])
def test_a_waiver_that_nothing_needs_changes_nothing_and_is_told(outcome: Outcome) -> None:
    found, notes = applied(finding(outcome), {"testing.bias": Waiver("x", None, "m.toml", 3)}, TODAY)
    assert found["testing.bias"].outcome is outcome
    assert len(notes) == 1


def project(folder: Path, config: str = "", **files: str) -> Path:
    folder.mkdir()
    (folder / "train.py").write_text(TRAIN)
    if config:
        (folder / "mlops.toml").write_text(dedent(config))
    for name, text in files.items():
        (folder / f"{name}.py").write_text(text)
    return folder


def test_a_waived_criterion_is_no_gap_and_counts_as_settled(tmp_path: Path) -> None:
    plain = audit(project(tmp_path / "a"))
    card = audit(project(tmp_path / "b", '[waivers]\n"data.schema" = "from our own generator"\n'))
    assert "data.schema" in {gap.criterion for gap in plain.gaps}
    assert "data.schema" not in {gap.criterion for gap in card.gaps}
    assert card.met == plain.met + 1


def test_what_is_excluded_is_not_looked_at(tmp_path: Path) -> None:
    assert audit(project(tmp_path / "a")).profile.kind == "ml"
    assert audit(project(tmp_path / "b", 'exclude = ["train.py"]\n', other="x = 1\n")).profile.kind == "none"


def test_thresholds_of_the_repository_gate_and_the_command_line_goes_first(tmp_path: Path) -> None:
    folder = project(tmp_path / "a", "min-level = { testing = 1 }\nmin-met = '90%'\n")
    assert run(["audit", str(folder), "--format", "json"]) == 1
    assert run(["audit", str(folder), "--format", "json", "--min-level", "testing=0", "--min-met", "0%"]) == 0
    assert run(["audit", str(folder), "--format", "json", "--no-config"]) == 0


def test_a_mistake_in_it_is_a_mistake_of_usage(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = project(tmp_path / "a", 'knd = "ml"\n')
    assert run(["audit", str(folder)]) == 2
    assert "mlops.toml:1: knd is unknown\n  did you mean kind?" in capsys.readouterr().err


def test_another_file_may_be_taken_instead(tmp_path: Path) -> None:
    (tmp_path / "team.toml").write_text('kind = "library"\n')
    folder = project(tmp_path / "a", 'kind = "llm"\n')
    assert audit(folder, config=tmp_path / "team.toml").profile.kind == "library"
    with pytest.raises(BadConfig, match="cannot be read"):
        audit(folder, config=tmp_path / "none.toml")
