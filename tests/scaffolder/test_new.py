"""`mlops new`: a whole repository, or a clear word and nothing."""

import ast
import os
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from mlops.cli import run
from scaffolder import new
from scaffolder.source import URL

Git = Callable[..., str]
FORK = """\
_subdirectory: project
_tasks: {tasks}
project_name: {{type: str, default: x}}
"""


def answers(folder: Path) -> dict[str, object]:
    said = yaml.safe_load((folder / ".copier-answers.yml").read_text())
    assert isinstance(said, dict)
    return said


def template(folder: Path, files: dict[str, str], *, tasks: str = "[]") -> Path:
    for name, text in {"copier.yml": FORK.format(tasks=tasks), **files}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


def test_the_first_commit_is_the_first_release_that_the_changelog_speaks_of(here: Path, git: Git) -> None:
    new(Path("churn"))

    tag = git(here / "churn", "describe", "--tags", "--exact-match")

    assert f"## {tag.removeprefix('v')}" in (here / "churn" / "CHANGELOG.md").read_text()


def test_a_new_repository_has_one_commit_of_everything_and_nothing_lies_beside_it(here: Path, git: Git) -> None:
    made = new(Path("churn"))
    assert [p.name for p in here.iterdir()] == ["churn"]
    assert git(here / "churn", "log", "--format=%an <%ae> %cn %s") == (
        f"Ada Lovelace <ada@example.com> Ada Lovelace mlops new: templates {made.version}"
    )
    assert git(here / "churn", "status", "--porcelain", "--ignored") == ""
    assert git(here / "churn", "branch", "--show-current") == "main"
    assert len(git(here / "churn", "ls-files").splitlines()) == made.files
    assert (here / "churn").stat().st_mode & 0o777 == 0o777 & ~_umask()


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def test_it_remembers_an_address_and_a_version_and_no_place_on_this_machine(here: Path) -> None:
    made = new(Path("churn"))
    said = answers(here / "churn")
    assert said["_src_path"] == URL
    assert said["_commit"] == made.version
    for path in (here / "churn").rglob("*"):
        if path.is_file():
            assert str(here).encode() not in path.read_bytes(), path


def test_the_folder_and_git_answer_what_they_can(here: Path) -> None:
    new(Path("Churn of 2026"))
    said = answers(here / "Churn of 2026")
    assert (said["project_name"], said["package_name"]) == ("Churn of 2026", "churn_of_2026")
    assert said["author"] == "Ada Lovelace"
    assert said["ci"] == ["github"]


@pytest.mark.parametrize(
    ("given", "there", "not_there"),
    [
        ({"ci": "gitlab,jenkins"}, [".gitlab-ci.yml", "Jenkinsfile"], [".github", "azure-pipelines.yml"]),
        ({"ci": "", "container": "none"}, ["README.md"], [".github", "Dockerfile", "deploy"]),
        ({"ci": ["azure"], "container": "docker"}, ["azure-pipelines.yml", "Dockerfile"], ["deploy"]),
        ({"container": "kubernetes", "license": "mit"}, ["deploy", "Dockerfile", "LICENSE"], []),
        ({"license": "proprietary"}, ["pyproject.toml"], ["LICENSE"]),
    ],
    ids=lambda value: "-".join(map(str, value.values())) if isinstance(value, dict) else "",
)
def test_each_answer_brings_its_files_and_no_others(
    here: Path, given: dict[str, object], there: list[str], not_there: list[str]
) -> None:
    new(Path("churn"), given)
    for name in there:
        assert (here / "churn" / name).exists(), name
    for name in not_there:
        assert not (here / "churn" / name).exists(), name
    _reads_well(here / "churn")


def _reads_well(folder: Path) -> None:
    """What machines read of a project is what they can read."""
    for path in folder.rglob("*"):
        if path.suffix == ".py":
            ast.parse(path.read_text())
        elif path.suffix == ".toml":
            tomllib.loads(path.read_text())
        elif path.suffix in {".yml", ".yaml"}:
            list(yaml.safe_load_all(path.read_text()))


def test_the_kind_can_be_named_by_itself_and_asks_nothing(here: Path) -> None:
    assert run(["new", "nightly", "--kind", "batch"]) == 0
    assert run(["new", "service", "--data", "kind=batch", "--kind", "realtime"]) == 0
    assert [answers(here / name)["kind"] for name in ("nightly", "service")] == ["batch", "realtime"]
    assert "daily" in (here / "nightly" / "pyproject.toml").read_text()
    assert "orchestrator" not in answers(here / "service")


def test_data_beats_the_answers_file_and_that_beats_the_folder(here: Path) -> None:
    (here / "a.yml").write_text(
        "_commit: v1\nproject_name: From the file\nauthor: Grace Hopper\npython_version: 3.13\n"
    )
    assert run(["new", "churn", "--answers", "a.yml", "--data", "author=Mary Keller"]) == 0
    said = answers(here / "churn")
    assert (said["project_name"], said["author"], said["python_version"]) == ("From the file", "Mary Keller", "3.13")


def test_another_project_answers_for_a_new_one(here: Path) -> None:
    new(Path("one"), {"ci": "gitlab", "license": "mit"})
    assert run(["new", "two", "--answers", "one/.copier-answers.yml", "--data", "project_name=Two"]) == 0
    assert {**answers(here / "two"), "project_name": "one"} == answers(here / "one")


def test_the_result_says_what_to_type_next(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["new", "it's", "--data", "project_name=Mine"]) == 0
    out, err = capsys.readouterr()
    assert "cd 'it'\"'\"'s'" in out
    assert "uv run poe demo" in out
    assert err == ""
    assert here.exists()


@pytest.mark.parametrize(
    ("arguments", "word", "code"),
    [
        (["new", "x"], "--defaults takes the default answers", 2),
        (["new", "x", "--data", "author"], "expected NAME=VALUE", 2),
        (["new", "x", "--data", "licence=mit"], "did you mean license?", 2),
        (["new", "x", "--data", "license=gpl"], "must be one of apache-2.0, mit, proprietary", 2),
        (["new", "x", "--data", "ci=github,travis"], "ci", 2),
        (["new", "x", "--kind", "webshop"], "must be one of", 2),
        (["new", "x", "--data", "package_name=class"], "keyword of Python", 2),
        (["new", "x", "--data", "package_name=json"], "module of Python's standard library", 2),
        (["new", "x", "--data", "package_name=pandas"], "a library that the project may import", 2),
        (["new", "x", "--data", "package_name=tests"], "another folder of the project", 2),
        (["new", "x", "--data", "package_name=My-Package"], "lower-case letters", 2),
        (["new", "x", "--data", "project_name="], "project_name", 2),
        (["new", "x", "--data", 'author="; rm -rf /'], "must be plain", 2),
        (["new", "x", "--data", "description=a\nb"], "without control characters", 2),
        (["new", "x", "--data", "description={{ 7*7 }}"], "must be plain", 2),
        (["new", 'a"b', "--defaults"], "--data project_name=", 2),
        (["new", "a\x1b[31mb", "--defaults"], "--data project_name=", 2),
        (["new", "x", "--answers", "nowhere.yml"], "cannot read nowhere.yml", 2),
        (["new", "x", "--answers", "list.yml"], "holds no answers", 2),
        (["new", "x", "--answers", "broken.yml"], "line 2 is no YAML", 2),
        (["new", "x", "--answers", "odd.yml"], "author", 2),
        (["new", "full", "--defaults"], "mlops add", 3),
        (["new", "list.yml", "--defaults"], "is no folder", 3),
        (["new", "list.yml/x", "--defaults"], "is no folder", 3),
        (["new", "y" * 300, "--defaults"], "name too long", 3),
        (["new", "x", "--defaults", "--ref", "v99.0.0"], "no template version v99.0.0", 3),
        (["new", "x", "--defaults", "--template", "/nowhere"], "no folder and no repository", 3),
        (["new", "x", "--defaults", "--template", "https://127.0.0.1:9/x.git"], "cannot be fetched", 3),
        (["new", "x", "--defaults", "--template", "https://me:secret@127.0.0.1:9/x.git"], "remember and publish", 3),
        (["new", "x", "--defaults", "--template", "ext::sh -c 'touch here' .git"], "not allowed", 3),
    ],
    ids=lambda value: " ".join(value)[:50] if isinstance(value, list) else "",
)
def test_what_cannot_be_is_said_and_leaves_nothing(
    here: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], word: str, code: int
) -> None:
    (here / "full").mkdir()
    (here / "full" / "mine.txt").write_text("mine\n")
    for name, text in {"list.yml": "- a\n", "broken.yml": "a: [\n", "odd.yml": "author: [a, b]\nlicense:\n"}.items():
        (here / name).write_text(text)
    before = sorted(here.rglob("*"))
    assert run(arguments) == code
    out, err = capsys.readouterr()
    assert word in err
    assert "Traceback" not in err
    assert "\x1b" not in err
    assert "secret" not in err
    assert out == ""
    assert sorted(here.rglob("*")) == before


def test_without_git_it_says_so(
    here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(here))
    assert run(["new", "x", "--defaults"]) == 3
    assert "git is not installed" in capsys.readouterr().err
    assert list(here.iterdir()) == []


def test_an_empty_folder_is_as_good_as_none(here: Path) -> None:
    (here / "churn").mkdir()
    new(Path("churn"))
    assert (here / "churn" / "README.md").exists()


def test_the_folder_one_stands_in_may_be_it(
    here: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run(["new", ".", "--defaults"]) == 0
    out, err = capsys.readouterr()
    assert f"cd {here}" in out
    assert "your shell still stands" in err
    monkeypatch.chdir(here)
    assert (here / "README.md").exists()


def test_where_the_folder_one_stands_in_is_gone_it_says_so(
    here: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (here / "gone").mkdir()
    monkeypatch.chdir(here / "gone")
    (here / "gone").rmdir()
    assert run(["new", "x", "--defaults"]) == 3
    assert "the folder in which you stand is gone" in capsys.readouterr().err
    monkeypatch.chdir(here)


def test_folders_on_the_way_are_made(here: Path) -> None:
    new(Path("a/b/churn"))
    assert (here / "a" / "b" / "churn" / "README.md").exists()
    assert [p.name for p in here.iterdir()] == ["a"]


def test_a_stranger_to_git_gets_a_commit_and_a_word(here: Path, settings: Path, git: Git) -> None:
    settings.write_text("[user]\nuseConfigOnly = true\n")
    made = new(Path("churn"))
    assert git(here / "churn", "log", "--format=%an <%ae>") == "mlops <mlops@localhost>"
    assert "git commit --amend --reset-author" in " ".join(made.notes)
    assert answers(here / "churn")["author"] == ""


def test_an_identity_of_the_environment_is_one(
    here: Path, settings: Path, git: Git, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.write_text("")
    for role in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{role}_NAME", "Bot")
        monkeypatch.setenv(f"GIT_{role}_EMAIL", "bot@example.com")
    made = new(Path("churn"))
    assert git(here / "churn", "log", "--format=%an <%ae>") == "Bot <bot@example.com>"
    assert made.notes == ()


def test_no_git_configuration_changes_what_is_made(here: Path, settings: Path, git: Git) -> None:
    new(Path("plain/churn"))
    hooks = here / "hooks"
    (hooks / "hooks").mkdir(parents=True)
    for name in ("pre-commit", "prepare-commit-msg", "post-checkout", "hooks/pre-commit"):
        (hooks / name).write_text("#!/bin/sh\nexit 1\n")
        (hooks / name).chmod(0o755)
    settings.write_text(
        f"[user]\nname = Ada Lovelace\nemail = ada@example.com\n[core]\nhooksPath = {hooks}\nautocrlf = true\n"
        f"[init]\ntemplateDir = {hooks}\n[commit]\ngpgSign = true\n[gpg]\nprogram = /bin/false\n"
        f'[url "https://127.0.0.1:9/"]\ninsteadOf = https://sevenasks.invalid/\n[protocol]\nallow = never\n'
    )
    new(Path("odd/churn"))
    assert git(here / "odd/churn", "rev-parse", "HEAD^{tree}") == git(here / "plain/churn", "rev-parse", "HEAD^{tree}")
    assert list((here / "odd/churn/.git").glob("hooks/*")) == []
    assert b"\r" not in (here / "odd/churn/README.md").read_bytes()


def test_the_repository_whose_hook_calls_us_stays_as_it_is(
    here: Path, git: Git, monkeypatch: pytest.MonkeyPatch
) -> None:
    git(here, "init", "-q", "outer")
    outer = here / "outer"
    (outer / "a.txt").write_text("a\n")
    git(outer, "add", "a.txt")
    index = (outer / ".git" / "index").read_bytes()
    for name, value in {
        "GIT_DIR": f"{outer}/.git",
        "GIT_INDEX_FILE": f"{outer}/.git/index",
        "GIT_WORK_TREE": str(outer),
        "GIT_CONFIG_PARAMETERS": "'core.bare=true'",
    }.items():
        monkeypatch.setenv(name, value)
    new(outer / "inner")
    monkeypatch.undo()
    assert (outer / ".git" / "index").read_bytes() == index
    assert os.listdir(outer / "inner" / ".git")  # noqa: PTH208  that it has any
    assert git(outer, "status", "--porcelain") == "A  a.txt\n?? inner/"


def test_inside_another_repository_it_says_so(here: Path, git: Git) -> None:
    git(here, "init", "-q")
    assert "lies inside another repository" in " ".join(new(Path("churn")).notes)


def test_outside_it_says_nothing(here: Path) -> None:
    assert new(here / "churn").notes == ()


def test_templates_may_be_somebody_elses(here: Path, git: Git, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COPIER_CACHE_DIR", str(here / "cache"))
    fork = template(here / "fork", {"project/a.txt.jinja": "{{ project_name }}\n"})
    (fork / "project" / "{{ _copier_conf.answers_file }}.jinja").write_text("{{ _copier_answers | to_nice_yaml }}")
    git(fork, "init", "-q")
    git(fork, "add", "-A")
    git(fork, "commit", "-qm", "one")
    git(fork, "tag", "v1.0.0+acme.1")
    (fork / "project" / "b.txt").write_text("later\n")
    git(fork, "add", "-A")
    git(fork, "commit", "-qm", "two")
    made = new(Path("churn"), template=f"file://{fork}/.git", ref="v1.0.0+acme.1")
    assert made.version == "v1.0.0+acme.1"
    assert (here / "churn" / "a.txt").read_text() == "churn\n"
    assert not (here / "churn" / "b.txt").exists()
    assert not made.ours


def test_a_folder_of_this_machine_is_used_with_a_word(here: Path) -> None:
    made = new(Path("churn"), template=str(template(here / "fork", {"project/a.txt": "a\n"})))
    assert "never know which version" in " ".join(made.notes)


def test_their_programs_run_when_they_are_trusted_and_not_before(
    here: Path, git: Git, capsys: pytest.CaptureFixture[str]
) -> None:
    fork = template(
        here / "fork", {"project/a.txt": "a\n"}, tasks='["touch made-by-task by.log; echo *.log > .gitignore"]'
    )
    assert run(["new", "churn", "--defaults", "--template", str(fork)]) == 3
    assert "add --trust" in capsys.readouterr().err
    assert [p.name for p in here.iterdir()] == ["fork"]
    assert run(["new", "churn", "--defaults", "--template", str(fork), "--trust"]) == 0
    assert git(here / "churn", "ls-files").splitlines() == [".gitignore", "a.txt", "made-by-task"]


def test_what_a_template_ships_is_committed_even_where_it_will_be_ignored(here: Path, git: Git) -> None:
    new(Path("churn"), template=str(template(here / "fork", {"project/.gitignore": "*.csv\n", "project/a.csv": "1\n"})))
    assert git(here / "churn", "ls-files") == ".gitignore\na.csv"


def test_their_mistakes_are_called_theirs(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    fork = template(here / "fork", {"project/a.txt.jinja": "{% if %}\n"})
    assert run(["new", "churn", "--defaults", "--template", str(fork)]) == 3
    err = capsys.readouterr().err
    assert "is at fault" in err
    assert "Traceback" not in err
