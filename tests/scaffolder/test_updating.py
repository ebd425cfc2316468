"""`mlops update` and `mlops versions`: to newer templates, and what is in doubt is left to a person."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import worlds
import yaml

from mlops.cli import run
from scaffolder import Refused, check, finish, new, update, versions
from scaffolder.transition import current, transition

Git = Callable[..., str]
MINE = worlds.LINES.replace("line 3\n", "mine\n")


@pytest.fixture
def templates(here: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("COPIER_CACHE_DIR", str(here / "cache"))
    return worlds.publish(here / "t.git", ("v1.0.0", worlds.V1), ("v2.0.0", worlds.V2))


@pytest.fixture
def project(here: Path, templates: str) -> Path:
    new(Path("p"), template=templates, ref="v1.0.0")
    return here / "p"


def commit(project: Path, git: Git, **files: str) -> None:
    for name, text in files.items():
        (project / name.replace("_", ".")).write_text(text)
    git(project, "add", "-A")
    git(project, "commit", "-qm", "mine")


def answers(project: Path) -> dict[str, object]:
    said = yaml.safe_load((project / ".copier-answers.yml").read_text())
    assert isinstance(said, dict)
    return said


@pytest.fixture
def conflict(project: Path, git: Git) -> Path:
    commit(project, git, a_txt=MINE)
    assert run(["update", str(project)]) == 1
    return project


def test_it_goes_to_the_newest_and_says_what_it_did(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["update", str(project)]) == 0
    out, err = capsys.readouterr()
    assert "templates v1.0.0 to v2.0.0\n  v2.0.0\n" in out
    assert "  added        renamed.txt\n" in out
    assert "  deleted      gone.txt\n" in out
    assert f"git -C {project} diff --cached" in out
    assert err == ""
    assert answers(project)["_commit"] == "v2.0.0"
    assert not (project / ".mlops-pending.yml").exists()


def test_it_says_that_there_is_nothing_to_do(project: Path, git: Git, capsys: pytest.CaptureFixture[str]) -> None:
    run(["update", str(project)])
    git(project, "commit", "-qm", "update")
    capsys.readouterr()
    assert run(["update", str(project)]) == 0
    assert run(["update", str(project), "--check"]) == 0
    assert capsys.readouterr().out == "up to date: templates v2.0.0\n" * 2
    assert git(project, "status", "--porcelain") == ""


def test_a_look_says_by_its_exit_code_whether_there_is_something_newer(
    project: Path, git: Git, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["update", str(project), "--check"]) == 1
    assert "templates v1.0.0 to v2.0.0" in capsys.readouterr().out
    assert git(project, "status", "--porcelain") == ""


def test_a_look_imports_no_copier(here: Path) -> None:
    new(Path("churn"), ref="v1.0.0")
    code = (
        "import sys; from mlops.cli import run; code = run(['update', 'churn', '--check']);"
        "sys.exit('copier' in sys.modules or code != 1)"
    )
    root = Path(__file__).parents[2]
    subprocess.run([sys.executable, "-c", code], check=True, cwd=here, env={**os.environ, "PYTHONPATH": str(root)})


def test_a_dry_run_shows_the_difference_and_writes_nothing(
    project: Path, git: Git, capsys: pytest.CaptureFixture[str]
) -> None:
    commit(project, git, a_txt=MINE)
    assert run(["update", str(project), "--dry-run"]) == 1
    out = capsys.readouterr().out
    assert "  conflict     a.txt: you and the templates changed the same lines\n" in out
    assert "+line three\n" in out
    assert git(project, "status", "--porcelain") == ""


def test_with_a_conflict_it_stays_a_project_of_the_old_version(
    project: Path, git: Git, capsys: pytest.CaptureFixture[str]
) -> None:
    commit(project, git, a_txt=MINE)
    assert run(["update", str(project)]) == 1
    assert f"then: mlops update --finish {project}" in capsys.readouterr().out
    assert answers(project)["_commit"] == "v1.0.0"
    assert "UU a.txt" in git(project, "status", "--porcelain")
    assert run(["update", str(project), "--check"]) == 3
    assert "mlops update --finish" in capsys.readouterr().err


def test_a_commit_of_an_unmerged_file_is_refused_by_git(conflict: Path) -> None:
    done = subprocess.run(["git", "commit", "-m", "bot"], cwd=conflict, capture_output=True, check=False)
    assert done.returncode != 0


def test_it_is_finished_when_nothing_is_left(conflict: Path, git: Git, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert run(["update", str(conflict), "--finish"]) == 1
    assert "a.txt: it still holds conflict markers" in capsys.readouterr().out
    (conflict / "a.txt").write_text(MINE)
    assert run(["update", str(conflict), "--finish"]) == 1
    assert "git add a.txt" in capsys.readouterr().out
    git(conflict, "add", "a.txt")
    assert answers(conflict)["_commit"] == "v1.0.0"
    assert run(["update", str(conflict), "--finish"]) == 0
    assert "templates v2.0.0" in capsys.readouterr().out
    assert answers(conflict)["_commit"] == "v2.0.0"
    git(conflict, "commit", "-qm", "update")
    assert git(conflict, "status", "--porcelain") == ""
    assert ".mlops-pending.yml" not in git(conflict, "ls-files")
    assert update(conflict).old == "v2.0.0"


def test_what_waits_survives_a_commit_and_a_clone(conflict: Path, git: Git, here: Path) -> None:
    git(conflict, "add", "-A")  # with its markers, as a bot might
    git(conflict, "commit", "-qm", "update")
    git(here, "clone", "-q", "p", "q")
    with pytest.raises(Refused, match=r"an update to v2\.0\.0 waits"):
        update(here / "q")
    assert finish(here / "q").left == (("a.txt", "it still holds conflict markers"),)
    (here / "q" / "a.txt").write_text(MINE)
    git(here / "q", "add", "a.txt")
    assert finish(here / "q").left == ()
    assert answers(here / "q")["_commit"] == "v2.0.0"


def test_it_can_be_given_up(conflict: Path, git: Git) -> None:
    git(conflict, "reset", "-q", "--hard")
    assert git(conflict, "status", "--porcelain") == ""
    assert update(conflict, dry=True).outcome.conflicts


def test_there_may_be_nothing_to_finish(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["update", str(project), "--finish"]) == 3
    assert "no update to finish" in capsys.readouterr().err


@pytest.fixture
def uv(here: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Writes down how it was called, and fails where a file says so."""
    folder = here / "bin"
    folder.mkdir()
    (folder / "uv").write_text(
        f'#!/bin/sh\necho "$@" >> {folder}/calls\ngrep -q "<<<" uv.lock && exit 1\n'
        f'[ "$1" = lock ] && echo locked >> uv.lock\n[ ! -e "{folder}/fails-$1" ]\n'
    )
    (folder / "uv").chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    return folder


def test_the_end_locks_anew_and_runs_the_tests(conflict: Path, git: Git, uv: Path) -> None:
    commit(conflict, git, a_txt=MINE, uv_lock="old\n", pyproject_toml="[tool.poe.tasks]\ntest = 'pytest'\n")
    (uv / "fails-run").touch()
    assert finish(conflict).left == (("uv run poe test", "a test failed"),)
    assert answers(conflict)["_commit"] == "v1.0.0"
    (uv / "fails-run").unlink()
    (uv / "fails-lock").touch()
    assert finish(conflict).left == (("uv.lock", "uv lock failed"),)
    (uv / "fails-lock").unlink()
    assert finish(conflict, tests=False).left == ()
    assert (uv / "calls").read_text().splitlines() == ["lock", "run poe test", "lock", "lock"]
    assert answers(conflict)["_commit"] == "v2.0.0"
    assert git(conflict, "diff", "--name-only") == ""


def test_a_lock_in_conflict_is_made_anew(here: Path, git: Git, uv: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COPIER_CACHE_DIR", str(here / "cache"))
    one, two = ({**worlds.V1, "project/uv.lock": f"{text}\n"} for text in ("one", "two"))
    address = worlds.publish(here / "locked.git", ("v1.0.0", one), ("v2.0.0", two))
    new(Path("p"), template=address, ref="v1.0.0")
    commit(here / "p", git, uv_lock="mine\n")
    assert [path for path, _ in update(here / "p").outcome.conflicts] == ["uv.lock"]
    assert finish(here / "p").left == ()
    assert (here / "p" / "uv.lock").read_text() == "mine\nlocked\n"
    assert git(here / "p", "ls-files", "--unmerged") == ""
    assert uv.exists()


def test_what_waits_may_not_be_edited(conflict: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (conflict / ".mlops-pending.yml").write_text("- a\n")
    assert run(["update", str(conflict), "--finish"]) == 1
    assert "says no more what is to be" in capsys.readouterr().out


def test_a_version_before_is_refused(project: Path, git: Git, capsys: pytest.CaptureFixture[str]) -> None:
    update(project)
    git(project, "commit", "-qm", "update")
    assert run(["update", str(project), "--ref", "v1.0.0"]) == 3
    assert "v1.0.0 is older than v2.0.0" in capsys.readouterr().err


def test_a_version_that_this_program_does_not_have_is_refused(
    here: Path, git: Git, capsys: pytest.CaptureFixture[str]
) -> None:
    new(Path("churn"), ref="v1.0.0")
    path = here / "churn" / ".copier-answers.yml"
    path.write_text(path.read_text().replace("v1.0.0", "v99.0.0"))
    git(here / "churn", "commit", "-qam", "by a newer mlops")
    latest = versions()[-1].version
    for arguments in ([], ["--check"]):
        assert run(["update", "churn", *arguments]) == 3
        said = capsys.readouterr().err
        assert f"made with v99.0.0, this mlops knows up to {latest}: uv tool upgrade sevenasks" in said
    assert run(["update", "churn", "--ref", "v98.0.0"]) == 3


def test_it_refuses_and_says_why(
    here: Path, git: Git, project: Path, settings: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    del settings
    (here / "plain").mkdir()
    git(here, "init", "-q", "unborn")
    git(here, "init", "-q", "foreign")
    commit(here / "foreign", git, a_txt="a\n")
    shutil.copytree(project, here / "dirty")
    (here / "dirty" / "a.txt").write_text("mine\n")
    shutil.copytree(project, here / "way")
    (here / "way" / "local.env").write_text("secret\n")
    for folder, word in {
        "nowhere": "is no folder",
        "plain": "is no git repository",
        "unborn": "no commit yet",
        "foreign": "mlops add",
        "dirty": "not committed",
        "way": "local.env would be overwritten",
    }.items():
        before = sorted((here / folder).rglob("*"))
        assert run(["update", folder]) == 3, folder
        out, err = capsys.readouterr()
        assert word in err
        assert out == ""
        assert sorted((here / folder).rglob("*")) == before


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can give files away")
def test_somebody_elses_repository_is_refused_with_gits_own_line(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for path in [project, *project.rglob("*")]:
        os.chown(path, 12345, 12345)
    assert run(["update", str(project)]) == 3
    assert f"git config --global --add safe.directory {project}" in capsys.readouterr().err


def test_options_that_exclude_each_other_are_a_mistake(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["update", "--check", "--finish"]) == 2
    assert "three different things" in capsys.readouterr().err


def test_the_answers_are_replaced_and_never_in_conflict(project: Path, git: Git) -> None:
    path = project / ".copier-answers.yml"
    path.write_text("# mine\n" + path.read_text().replace("_commit: v1.0.0\n", "_commit: v1.0.0\n# mine\n"))
    git(project, "commit", "-qam", "mine")
    assert update(project).outcome.conflicts == ()
    assert answers(project)["_commit"] == "v2.0.0"


def test_an_edit_alone_leaves_the_answers_as_they_are(project: Path, git: Git) -> None:
    path = project / ".copier-answers.yml"
    path.write_text("# mine\n" + path.read_text())
    git(project, "commit", "-qam", "mine")
    state = current(project)
    assert state is not None
    assert transition(project, state, state, edits={"mine.txt": (None, b"mine\n")}).added == ("mine.txt",)
    assert path.read_text().startswith("# mine\n")


def test_a_fork_follows_us_and_its_programs_run_when_they_are_trusted(
    here: Path, git: Git, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COPIER_CACHE_DIR", str(here / "cache"))
    task = '_tasks: ["echo ran > by-task.txt"]\n'
    acme = {"project/acme.txt": "acme\n"}
    address = worlds.publish(
        here / "fork.git",
        ("v1.0.0", worlds.V1),
        ("v1.0.0+acme.1", {**worlds.V1, **acme}),
        ("v1.1.0rc1", worlds.V1),
    )
    new(Path("p"), template=address, ref="v1.0.0+acme.1")
    assert check(here / "p").new == "v1.0.0+acme.1"  # a preview is not proposed
    merged = {**worlds.V2, **acme}
    worlds.publish(here / "fork.git", ("v1.1.0", worlds.V2), ("v1.1.0+acme.1", merged))
    assert check(here / "p").new == "v1.1.0+acme.1"
    made = update(here / "p")
    assert [release.version for release in made.passed] == ["v1.1.0", "v1.1.0+acme.1"]
    assert (here / "p" / "acme.txt").read_text() == "acme\n"
    assert answers(here / "p")["_src_path"] == address
    git(here / "p", "commit", "-qm", "update")
    trusted = {**merged, "copier.yml": worlds.V1["copier.yml"] + task}
    worlds.publish(here / "fork.git", ("v1.1.0+acme.2", trusted))
    with pytest.raises(Refused, match="wants to run programs"):
        update(here / "p")
    assert git(here / "p", "status", "--porcelain") == ""
    assert update(here / "p", trust=True).outcome.added == ("by-task.txt",)


def test_a_template_without_versions_is_said_to_have_none(here: Path, git: Git, project: Path) -> None:
    for tag in ("v1.0.0", "v2.0.0"):
        git(here / "t.git", "tag", "-d", tag)
    with pytest.raises(Refused, match="has no versions"):
        check(project)


def test_versions_are_a_line_each_oldest_first(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["versions"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == [release.version for release in versions()]
    assert lines[0].split(maxsplit=2)[1:] == ["2026-11-27", versions()[0].changes]
    assert run(["versions", "--format", "json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert [entry["version"] for entry in said["versions"]] == [release.version for release in versions()]


@pytest.mark.parametrize("release", versions(), ids=lambda release: release.version)
def test_a_project_can_be_made_of_each_of_them(here: Path, release: object) -> None:
    version = release.version  # type: ignore[attr-defined]
    assert run(["new", "churn", "--defaults", "--ref", version]) == 0
    assert answers(here / "churn")["_commit"] == version
