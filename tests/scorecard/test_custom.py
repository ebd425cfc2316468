"""Checks of a team's own: they run where the user says so, never because the audited repository asks, and one that is broken costs only itself."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest

from mlops.cli import run
from scorecard import audit, beside, custom
from scorecard.checks import all_checks
from scorecard.custom import BadChecks, with_ours
from scorecard.fleet import look
from scorecard.model import Outcome
from tests.helpers import commit, started

TRAIN = "import pandas as pd\nfrom sklearn.svm import SVC\nSVC().fit(pd.read_csv('a.csv')[['x']], 1)\n"
HEAD = "from scorecard.asks import TESTING\nfrom scorecard.checks import check\nfrom scorecard.model import Effort, Evidence, met, unmet\n"
GOOD = f"""{HEAD}from scorecard.model import Finding
from scorecard.repository import Repository


@check(TESTING, level=1, effort=Effort.HOURS, question="Is there a train.py?", surprise="Nobody trains.")
def naming(repository: Repository) -> Finding:
    if repository.has("train.py"):
        return met("there is", [repository.quote("train.py", 1)])
    return unmet("there is none", looked_in=["train.py"])
"""
PAGE = """\
# `acme/testing.naming`

Why.

## Passes

```python title="train.py"
import this  # <- evidence
```

## Fails

```python title="other.py"
import this
```

## Fix

Name it.
"""


def team(folder: Path, text: str = GOOD, page: str = PAGE, name: str = "naming", ask: str = "testing") -> Path:
    place = folder / "acme" / ask
    place.mkdir(parents=True, exist_ok=True)
    (place / f"{name}.py").write_text(text)
    if page:
        (place / f"{name}.md").write_text(page)
    return folder / "acme"


def project(folder: Path, config: str = "", name: str = "train.py") -> Path:
    folder.mkdir(parents=True)
    (folder / name).write_text(TRAIN)
    if config:
        (folder / "mlops.toml").write_text(config)
    return folder


def answered(folder: Path, *checks: Path) -> dict[str, str]:
    return {name: str(f.outcome) for name, f in audit(folder, checks=checks).findings.items()}


# what they answer ----------------------------------------------------------------------------------------------------


def test_a_check_of_a_team_is_asked_beside_ours(tmp_path: Path) -> None:
    found = answered(project(tmp_path / "shop"), team(tmp_path))
    assert found.pop("acme/testing.naming") == "met"
    assert found == answered(tmp_path / "shop")


def test_it_moves_no_level_and_comes_after_our_gaps(tmp_path: Path) -> None:
    shop = project(tmp_path / "shop", name="fit.py")
    plain, card = audit(shop), audit(shop, checks=[team(tmp_path)])
    assert card.findings["acme/testing.naming"].outcome is Outcome.UNMET
    assert card.levels == plain.levels
    assert [gap.criterion for gap in card.gaps] == [*(gap.criterion for gap in plain.gaps), "acme/testing.naming"]


def test_it_counts_where_the_configuration_says_so(tmp_path: Path) -> None:
    shop, folder = project(tmp_path / "shop"), team(tmp_path)
    (tmp_path / "team.toml").write_text('checks = ["acme"]\ncount-checks = true\n')
    counted = audit(shop, config=tmp_path / "team.toml")
    assert counted.levels["testing"].applicable == audit(shop, checks=[folder]).levels["testing"].applicable + 1
    assert counted.met == audit(shop).met + 1


@pytest.mark.parametrize("fmt", ["json", "html", "sarif", "junit", "markdown", "terminal", "github", "gitlab"])
def test_every_format_shows_it_under_its_name(tmp_path: Path, fmt: str, capsys: pytest.CaptureFixture[str]) -> None:
    shop = project(tmp_path / "shop", name="fit.py")
    if fmt == "github":  # shows ten gaps: ours come first, so leave only the asks that matter
        (tmp_path / "team.toml").write_text('checks = ["acme"]\ncount-checks = true\n')
        assert (
            run(
                [
                    "audit",
                    str(shop),
                    "--config",
                    str(team(tmp_path).parent / "team.toml"),
                    "--only",
                    "testing",
                    "-f",
                    fmt,
                ]
            )
            == 0
        )
    else:
        assert run(["audit", str(shop), "--checks", str(team(tmp_path)), "-f", fmt]) == 0
    assert "acme/naming" in (said := capsys.readouterr().out) or "acme/testing.naming" in said
    if fmt == "html":
        assert "<p>Name it.</p>" in said


def test_a_waiver_of_it_settles_it_and_is_noted_where_nothing_answers(tmp_path: Path) -> None:
    shop = project(tmp_path / "shop", '[waivers]\n"acme/testing.naming" = "it is called fit.py"\n', name="fit.py")
    assert answered(shop, team(tmp_path))["acme/testing.naming"] == "waived"
    assert "no check answers here" in " ".join(note.reason for note in audit(shop).notes)


def test_a_fleet_asks_it_too(tmp_path: Path) -> None:
    row = look(str(project(tmp_path / "shop")), 60, (str(team(tmp_path)),))
    assert "acme/testing.naming" in {c["id"] for c in row["report"]["criteria"]}


def test_checks_of_one_folder_may_share_a_helper(tmp_path: Path) -> None:
    folder = team(
        tmp_path,
        GOOD.replace('"train.py"', "NAME").replace(
            "from scorecard.model import Finding", "from .._shared import NAME\nfrom scorecard.model import Finding"
        ),
    )
    (folder / "_shared.py").write_text('NAME = "train.py"\n')
    assert answered(project(tmp_path / "shop"), folder)["acme/testing.naming"] == "met"


def test_nothing_is_written_beside_them(tmp_path: Path) -> None:
    folder = team(tmp_path)
    answered(project(tmp_path / "shop"), folder)
    assert {path.name for path in folder.rglob("*")} == {"testing", "naming.py", "naming.md"}


# broken ones ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("def naming(:\n", "SyntaxError"),
        ("import nothing_of_that_name\n", "No module named 'nothing_of_that_name'"),
        ("raise SystemExit(3)\n", "SystemExit: 3"),
        ("x = 1\n", "holds no check called naming"),
        (GOOD.replace("TESTING", "DATA"), "answers data, and lies in the folder of testing"),
        (GOOD.replace("level=1", "level=4"), "its level is 4"),
        (GOOD.replace("level=1", 'level=1, after=("testing.none",)'), "names testing.none, which is no criterion"),
        (GOOD.replace("level=1", 'level=1, after=("acme/testing.naming",)'), "wait for each other"),
        (GOOD.replace("repository: Repository", "repository: int"), "AttributeError"),
        (GOOD.replace('return met("there is"', '1 / 0\n        return met("there is"'), "ZeroDivisionError"),
        (GOOD.replace('return met("there is"', 'exit(0)\n        return met("there is"'), "SystemExit"),
        (GOOD.replace('return met("there is", [repository.quote("train.py", 1)])', "return True"), "answered bool"),
        (GOOD.replace('[repository.quote("train.py", 1)]', "[]"), "must cite evidence"),
    ],
)  # fmt: skip
def test_a_broken_one_is_an_error_finding_and_costs_nothing_else(tmp_path: Path, text: str, said: str) -> None:
    shop = project(tmp_path / "shop")
    card = audit(shop, checks=[team(tmp_path, text)])
    broken = card.findings["acme/testing.naming"]
    assert broken.outcome is Outcome.ERROR
    assert said in broken.summary
    assert {name: f for name, f in card.findings.items() if "/" not in name} == audit(shop).findings


def test_one_without_a_page_is_broken(tmp_path: Path) -> None:
    card = audit(project(tmp_path / "shop"), checks=[team(tmp_path, page="")])
    assert "has no page" in card.findings["acme/testing.naming"].summary


def test_the_line_that_breaks_is_named(tmp_path: Path) -> None:
    folder = team(tmp_path, "x = 1\ny = x / 0\n")
    assert (
        f"{folder / 'testing' / 'naming.py'}:2"
        in audit(project(tmp_path / "shop"), checks=[folder]).findings["acme/testing.naming"].summary
    )


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda tmp: tmp / "nowhere", "there is no folder"),
        (lambda tmp: project(tmp / "empty"), "holds no check"),
        (lambda tmp: team(tmp, ask="tests"), "tests is none of the seven asks"),
        (lambda tmp: team(tmp).rename(tmp / "1 team"), "cannot be a namespace"),
    ],
)
def test_a_folder_that_is_none_of_checks_is_a_mistake_of_usage(
    tmp_path: Path, make: Callable[[Path], Path], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = make(tmp_path)
    for command in (["audit", str(project(tmp_path / "shop"))], ["explain"], ["fleet", str(tmp_path)]):
        assert run([*command, "--checks", str(folder)]) == 2
        assert said in capsys.readouterr().err


def test_two_folders_of_one_name_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BadChecks, match="already"):
        with_ours([team(tmp_path / "a"), team(tmp_path / "b")])


# who may ask for them ------------------------------------------------------------------------------------------------


@pytest.fixture
def evil(tmp_path: Path) -> tuple[Path, Path]:
    """A repository that asks for a check of its own, and the file that would tell."""
    canary = tmp_path / "canary"
    shop = project(tmp_path / "evil", 'exclude = []\nchecks = ["acme"]\n')
    team(shop, f"open({str(canary)!r}, 'w')\n{GOOD}")
    started(shop)
    commit(shop)
    return shop, canary


@pytest.mark.parametrize("options", [[], ["--rev", "HEAD"], ["--base", "HEAD"], ["--full"]])
def test_what_the_audited_repository_asks_for_is_said_and_not_run(
    evil: tuple[Path, Path], options: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    shop, canary = evil
    assert run(["audit", str(shop), "--format", "json", *options]) == 0
    report = json.loads(capsys.readouterr().out)
    assert not canary.exists()
    assert not [c for c in report["criteria"] if "/" in c["id"]]
    (note,) = [n for n in report["notes"] if "--trust-checks" in n["reason"]]
    assert note["path"] == "mlops.toml:2"


def test_nor_from_its_pyproject_nor_by_address_nor_in_a_fleet(evil: tuple[Path, Path]) -> None:
    shop, canary = evil
    (shop / "mlops.toml").rename(shop / "was.toml")
    (shop / "pyproject.toml").write_text('[tool.mlops.audit]\nchecks = ["acme"]\n')
    commit(shop)
    assert run(["audit", str(shop)]) == 0
    assert run(["audit", f"file://{shop}"]) == 0
    assert run(["fleet", str(shop), f"file://{shop}", "--jobs", "1"]) == 0
    assert not canary.exists()


def test_it_is_run_where_the_user_trusts_it(evil: tuple[Path, Path]) -> None:
    shop, canary = evil
    assert audit(shop, trust_checks=True).findings["acme/testing.naming"].outcome is Outcome.MET
    assert canary.exists()


def test_an_address_has_no_folder_that_could_be_trusted(
    evil: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    shop, canary = evil
    assert run(["audit", f"file://{shop}", "--trust-checks"]) == 2
    assert "there is no folder" in capsys.readouterr().err
    assert not canary.exists()


def test_a_file_that_the_user_names_may_name_them_relative_to_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    team(tmp_path / "platform")
    (tmp_path / "platform" / "team.toml").write_text('checks = ["acme"]\n')
    monkeypatch.chdir(tmp_path)
    assert "acme/testing.naming" in audit(project(tmp_path / "shop"), config=Path("platform/team.toml")).findings


def _package(site: Path) -> None:
    """An installed distribution with checks."""
    (site / "acme_checks" / "testing").mkdir(parents=True)
    (site / "acme_checks" / "__init__.py").write_text("")
    (site / "acme_checks" / "testing" / "naming.py").write_text(GOOD)
    (site / "acme_checks" / "testing" / "naming.md").write_text(PAGE)
    info = site / "acme_checks-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: acme-checks\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(f"[{beside.GROUP}]\nacme = acme_checks\n")


def test_an_installed_package_brings_its_checks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    site = tmp_path / "site"
    _package(site)
    monkeypatch.syspath_prepend(str(site))
    monkeypatch.setattr("sysconfig.get_path", lambda _name: str(site))
    custom._with_ours.cache_clear()
    try:
        assert answered(project(tmp_path / "shop"))["acme/testing.naming"] == "met"
    finally:
        custom._with_ours.cache_clear()


def test_a_package_that_lies_in_the_current_folder_brings_nothing(tmp_path: Path) -> None:
    """`python -m mlops` in an untrusted repository: neither its entry points nor its modules are ours."""
    shop = project(tmp_path / "shop")
    canary = tmp_path / "canary"
    _package(shop)
    for name in (
        "yaml",
        "tomllib",
        "rich",
        "msgspec",
        "multiprocessing",
        "socket",
        "signal",
        "sitecustomize",
        "distributed",
    ):
        (shop / f"{name}.py").write_text(f"open({str(canary)!r}, 'w')\n")
    ours = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    for words in (["audit", "."], ["fleet", ".", "--jobs", "2"]):
        done = subprocess.run(
            [sys.executable, "-m", "mlops", *words], cwd=shop, env=ours, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        assert not canary.exists(), words


def test_ours_alone_are_ours(tmp_path: Path) -> None:
    assert with_ours() == all_checks()
    assert set(with_ours([team(tmp_path)])) - set(all_checks()) == {"acme/testing.naming"}


# their pages ---------------------------------------------------------------------------------------------------------


def test_pages_that_are_right_are_fine(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check-pages", str(team(tmp_path))]) == 0
    assert capsys.readouterr().out == "acme/testing.naming: 2 examples, nothing wrong\n"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("import this  # <- evidence", "import this\nimport os  # <- evidence", "train.py:2 is marked as evidence and not cited"),
        ('title="other.py"', 'title="train.py"', "Fails: plain: is met, not unmet"),
        ("## Fix", "## Repair", "its page has no ## Fix"),
        ("# `acme/testing.naming`", "# Naming", "does not begin with # `acme/testing.naming`"),
        (' title="other.py"', "", "shows no example under Fails"),
    ],
)  # fmt: skip
def test_a_page_that_is_wrong_is_told(
    tmp_path: Path, old: str, new: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["check-pages", str(team(tmp_path, page=PAGE.replace(old, new)))]) == 1
    assert said in capsys.readouterr().out


def test_explain_prints_its_page_and_says_how_where_it_is_not_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["explain", "acme/testing.naming", "--checks", str(team(tmp_path))]) == 0
    assert "Name it." in capsys.readouterr().out
    assert run(["explain", "acme/testing.naming"]) == 2
    assert "--checks DIR" in capsys.readouterr().err


# the tutorial --------------------------------------------------------------------------------------------------------


def test_the_tutorial_is_right_to_the_letter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Files are written as they stand, in order; each line below a command is in what it prints."""
    import re
    import shlex

    text = (Path(__file__).parents[2] / "docs" / "custom-checks.md").read_text(encoding="utf-8")
    shop = project(tmp_path / "shop")
    (shop / ".github" / "workflows").mkdir(parents=True)
    (shop / ".github" / "workflows" / "ci.yml").write_text("on: push\njobs: {}\n")
    (tmp_path / "platform").mkdir()
    monkeypatch.chdir(tmp_path / "platform")
    monkeypatch.setenv("COLUMNS", "200")
    fences = re.compile(
        r'^(?P<ticks>`{3,})(?P<kind>\w+)(?: title="(?P<path>[^"]+)")?\n(?P<text>.*?)^(?P=ticks)$',
        re.DOTALL | re.MULTILINE,
    )
    ran = 0
    for fence in fences.finditer(text):
        if fence["path"]:
            Path(fence["path"]).parent.mkdir(parents=True, exist_ok=True)
            Path(fence["path"]).write_text(fence["text"])
        elif fence["kind"] == "console":
            for step in re.split(r"^\$ ", fence["text"], flags=re.MULTILINE)[1:]:
                command, *lines = step.splitlines()
                capsys.readouterr()
                assert run(shlex.split(command)[1:]) == 0, command
                shown = " ".join(capsys.readouterr().out.split())
                for line in lines:
                    assert " ".join(line.split()) in shown, (command, line, shown)
                ran += 1
    assert ran == 6


def test_the_example_in_the_configuration_is_understood() -> None:
    from scorecard.config import BadConfig, read

    assert read("mlops.toml", 'checks = ["tools/acme"]\ncount-checks = true\n', all_checks(), []).count_checks
    for text in ("checks = 'x'\n", "count-checks = 1\n", 'checks = [""]\n', dedent('[waivers]\n"acme/x" = "y"\n')):
        with pytest.raises(BadConfig):
            read("mlops.toml", text, all_checks(), [])
