"""From one state of the templates to another, and nothing of the user's is lost on the way."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
import worlds
import yaml

from scaffolder import new
from scaffolder.errors import Refused
from scaffolder.merging import Outcome
from scaffolder.transition import State, current, transition

Git = Callable[..., str]
LINES = worlds.LINES


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A repository of templates with the tags v1.0.0 and v2.0.0."""
    return worlds.publish(tmp_path_factory.mktemp("t") / "t.git", ("v1.0.0", worlds.V1), ("v2.0.0", worlds.V2))


@pytest.fixture
def project(here: Path, templates: str) -> Path:
    new(Path("p"), template=templates, ref="v1.0.0")
    return here / "p"


def edit(project: Path, git: Git, name: str, text: str | None) -> None:
    path = project / name
    if text is None:
        path.unlink()
    else:
        path.write_text(text)
    git(project, "add", "-A", "-f")
    git(project, "commit", "-qm", f"edit {name}")


def update(project: Path, templates: str, **changes: object) -> Outcome:
    old = current(project)
    assert old is not None
    return transition(project, old, State(templates, "v2.0.0", old.answers, changes))


def files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and ".git" not in path.relative_to(folder).parts
    }


def test_an_untouched_project_becomes_a_fresh_one(project: Path, templates: str, git: Git, here: Path) -> None:
    head = git(project, "rev-parse", "HEAD")
    outcome = update(project, templates)
    assert outcome == Outcome(
        added=("local.env", "renamed.txt"), changed=(".copier-answers.yml", "a.txt"), deleted=("gone.txt", "old.txt")
    )
    new(Path("fresh/p"), template=templates, ref="v2.0.0")
    assert files(project) == files(here / "fresh" / "p")
    assert git(project, "rev-parse", "HEAD") == head
    assert git(project, "for-each-ref", "--format=%(refname)") == "refs/heads/main"
    assert git(project, "diff") == ""


def test_twice_is_as_good_as_once(project: Path, templates: str, git: Git) -> None:
    update(project, templates)
    git(project, "commit", "-qam", "update")
    assert update(project, templates) == Outcome()


def test_an_answer_that_changes_brings_its_files_alone(project: Path, templates: str) -> None:
    old = current(project)
    assert old is not None
    outcome = transition(project, old, State(templates, "v1.0.0", old.answers, {"extra": True}))
    assert (outcome.added, outcome.changed) == (("extra.txt",), (".copier-answers.yml",))


def test_an_edit_elsewhere_in_the_file_is_merged(project: Path, templates: str, git: Git) -> None:
    edit(project, git, "a.txt", LINES.replace("line 15\n", "mine\n"))
    assert update(project, templates).conflicts == ()
    assert (project / "a.txt").read_text() == LINES.replace("line 15\n", "mine\n").replace("line 3\n", "line three\n")


def test_an_edit_follows_a_file_that_was_renamed(project: Path, templates: str, git: Git) -> None:
    edit(project, git, "old.txt", LINES.replace("line", "old") + "mine\n")
    assert update(project, templates).conflicts == ()
    assert (project / "renamed.txt").read_text().endswith("mine\n")


def test_an_edited_file_is_not_deleted(project: Path, templates: str, git: Git) -> None:
    edit(project, git, "gone.txt", "mine\n")
    assert update(project, templates).conflicts == (("gone.txt", "you changed it, and the templates have it no more"),)
    assert (project / "gone.txt").read_text() == "mine\n"


def test_a_deleted_file_stays_deleted(project: Path, templates: str, git: Git) -> None:
    edit(project, git, "a.txt", None)
    outcome = update(project, templates)
    assert (outcome.conflicts, outcome.left_deleted) == ((), ("a.txt",))
    assert not (project / "a.txt").exists()


def test_the_same_line_is_a_conflict_that_git_knows_of(project: Path, templates: str, git: Git) -> None:
    edit(project, git, "a.txt", LINES.replace("line 3\n", "mine\n"))
    assert update(project, templates).conflicts == (("a.txt", "you and the templates changed the same lines"),)
    assert "<<<<<<< yours\nmine\n=======\nline three\n>>>>>>> templates" in (project / "a.txt").read_text()
    assert "UU a.txt" in git(project, "status", "--porcelain")


@pytest.mark.parametrize("ignored", [True, False])
def test_a_file_that_is_not_in_git_is_never_overwritten(project: Path, templates: str, git: Git, ignored: bool) -> None:
    if ignored:
        edit(project, git, ".gitignore", "*.env\n")
    (project / "local.env").write_text("secret\n")
    before = files(project)
    with pytest.raises(Refused, match=r"local\.env would be overwritten"):
        update(project, templates)
    assert files(project) == before
    assert list((project / ".git").glob("index.*")) == []


def test_a_file_that_is_not_in_the_way_may_be_there(project: Path, templates: str) -> None:
    (project / "notes.txt").write_text("mine\n")
    update(project, templates)
    assert (project / "notes.txt").read_text() == "mine\n"


def test_changes_that_are_not_committed_are_refused(project: Path, templates: str) -> None:
    (project / "a.txt").write_text("mine\n")
    before = files(project)
    with pytest.raises(Refused, match="not committed"):
        update(project, templates)
    assert files(project) == before


def test_a_project_in_a_folder_of_a_repository_is_merged_there(here: Path, templates: str, git: Git) -> None:
    git(here, "init", "-q", "mono")
    (here / "mono" / "other.txt").write_text("other\n")
    new(here / "mono" / "p", template=templates, ref="v1.0.0")
    for path in sorted((here / "mono" / "p" / ".git").rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    (here / "mono" / "p" / ".git").rmdir()
    git(here / "mono", "add", "-A")
    git(here / "mono", "commit", "-qm", "all")
    (here / "mono" / "other.txt").write_text("being edited\n")
    outcome = update(here / "mono" / "p", templates)
    assert "p/renamed.txt" in outcome.added
    assert (here / "mono" / "p" / "renamed.txt").exists()
    assert (here / "mono" / "other.txt").read_text() == "being edited\n"


def test_where_there_is_no_commit_to_go_back_to_it_refuses(here: Path, templates: str, git: Git) -> None:
    with pytest.raises(Refused, match="is no git repository"):
        transition(here, None, State(templates, "v1.0.0"))
    git(here, "init", "-q")
    with pytest.raises(Refused, match="no commit yet"):
        transition(here, None, State(templates, "v1.0.0"))
    assert [path.name for path in here.iterdir()] == [".git"]


def test_from_nothing_it_keeps_what_was_there(here: Path, templates: str, git: Git) -> None:
    git(here, "init", "-q", "theirs")
    (here / "theirs" / "mine.py").write_text("mine\n")
    git(here / "theirs", "add", "-A")
    git(here / "theirs", "commit", "-qm", "theirs")
    outcome = transition(here / "theirs", None, State(templates, "v1.0.0"))
    assert "a.txt" in outcome.added
    assert (here / "theirs" / "mine.py").read_text() == "mine\n"
    assert yaml.safe_load((here / "theirs" / ".copier-answers.yml").read_text())["project_name"] == "x"


def test_a_folder_that_we_did_not_make_has_no_state(here: Path) -> None:
    assert current(here) is None


def test_an_edit_of_the_users_own_file_comes_with_the_templates(project: Path, git: Git) -> None:
    edit(project, git, "run.sh", "#!/bin/sh\r\necho one\n")
    (project / "run.sh").chmod(0o755)
    git(project, "commit", "-qam", "executable")
    old = current(project)
    assert old is not None
    wanted = b"#!/bin/sh\r\necho one\necho \xff\n"
    edits = {"run.sh": ((project / "run.sh").read_bytes(), wanted), "own/new.bin": (None, b"\0\1")}
    dry = transition(project, old, old, edits=edits, dry=True)
    assert git(project, "status", "--porcelain") == ""
    removed = transition(project, old, old, edits={"a.txt": (LINES.encode(), None)}, dry=True)
    assert removed.deleted == ("a.txt",)
    outcome = transition(project, old, old, edits=edits)
    assert (outcome.added, outcome.changed) == (("own/new.bin",), ("run.sh",)) == (dry.added, dry.changed)
    assert (project / "run.sh").read_bytes() == wanted
    assert (project / "run.sh").stat().st_mode & 0o111
    assert (project / "own" / "new.bin").read_bytes() == b"\0\1"


def test_a_dry_run_says_what_would_change_and_writes_nothing(project: Path, templates: str, git: Git) -> None:
    edit(project, git, "a.txt", LINES.replace("line 15\n", "mine\r\n"))
    before = files(project), files(project / ".git")
    old = current(project)
    assert old is not None
    outcome = transition(project, old, State(templates, "v2.0.0", old.answers), dry=True)
    assert "-line 3\n+line three\n" in outcome.diff
    assert (files(project), files(project / ".git")) == before
    subprocess.run(
        ["git", "apply", "--index"], cwd=project, input=outcome.diff.encode("utf-8", "surrogateescape"), check=True
    )
    theirs = files(project)
    git(project, "reset", "-q", "--hard")
    transition(project, old, State(templates, "v2.0.0", old.answers))
    assert files(project) == theirs
