"""What git would wait for without end is told before git is asked."""

import os
import subprocess
import time
from pathlib import Path

import pytest

from scorecard.clone import cloned
from scorecard.git_traps import trap
from scorecard.model import NotARepository
from scorecard.repository import open_repository
from tests.helpers import GIT, commit, started


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = started(tmp_path / "a")
    (made / "a.py").write_text("import a\n")
    commit(made)
    return made


def configured(folder: Path, text: str) -> None:
    with (folder / ".git" / "config").open("a") as file:
        file.write(text)


@pytest.mark.parametrize(
    "place", ["HEAD2", "packed-refs", "info/grafts", "refs/heads/b", "objects/info/alternates", "shallow"]
)
def test_a_pipe_in_gits_folder_is_told(folder: Path, place: str) -> None:
    assert trap(folder / ".git") is None
    os.mkfifo(folder / ".git" / place)

    assert place in (trap(folder / ".git") or "")


@pytest.mark.parametrize(
    "text",
    [
        "[include]\n\tpath = ../endless\n",
        '[includeIf "gitdir:/"] path = "../endless"\n',
        "[core]\n\texcludesFile = ../endless # all\n",
        "[include]\n\tpath = ../more\n",
        "[include]\n\tpath = /dev/zero\n",
        "[include]\n\tpath = ../link\n",
    ],
)
def test_a_pipe_that_the_configuration_names_is_told(folder: Path, text: str) -> None:
    os.mkfifo(folder / "endless")
    (folder / "link").symlink_to("endless")
    (folder / "more").write_text("[include]\npath = more\n[include]\npath = endless\n")
    configured(folder, text)

    assert "which is no file" in (trap(folder / ".git") or "")


def test_a_linked_work_tree_is_looked_at_where_its_configuration_lies(folder: Path) -> None:
    subprocess.run([*GIT, "worktree", "add", "-q", "../b"], cwd=folder, check=True)
    linked = folder / ".git" / "worktrees" / "b"
    assert trap(linked) is None
    os.mkfifo(folder / ".git" / "packed-refs")

    assert trap(linked) == "packed-refs is no file"


@pytest.mark.parametrize(
    "text",
    [
        "[include]\n\tpath = ../more\n",
        "[core]\n\texcludesFile = /dev/null\n\teditor = vi\n\tpager = ~nobody-of-this-name/x\n",
        "[include]\n\tpath = ../nowhere\n",
        '[remote "a"]\n\turl = ../endless.git\n',
        "[include\n= = =\n\0\n",
    ],
)
def test_files_and_what_is_not_there_are_no_trap(folder: Path, text: str) -> None:
    (folder / "more").write_text("[include]\npath = more\n")
    os.mkfifo(folder / "endless")  # in the work tree a pipe is no matter
    configured(folder, text)

    assert trap(folder / ".git") is None


def test_a_trapped_repository_is_read_as_a_folder_at_once_and_not_fetched(folder: Path) -> None:
    os.mkfifo(folder / "endless")
    configured(folder, "[include]\n\tpath = ../endless\n")
    began = time.monotonic()

    repository = open_repository(folder)
    with pytest.raises(NotARepository, match="names endless, which is no file"):
        open_repository(folder, "HEAD")
    with pytest.raises(NotARepository, match="names endless, which is no file"), cloned(f"file://{folder}"):
        pass

    assert "a.py" in repository.paths
    assert any("would come to no end" in note.reason for note in repository.notes)
    assert time.monotonic() - began < 10
