"""The templates of every release, found again in any clone with its history."""

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from scaffolder import bundle
from scaffolder.errors import Refused

Git = Callable[..., str]


@pytest.fixture
def project(tmp_path: Path, git: Git) -> Path:
    """Two released template versions, and one commit that is no release."""
    root = tmp_path / "project"
    (root / "scaffolder").mkdir(parents=True)
    (root / "templates" / "project").mkdir(parents=True)
    git(root, "init", "-q")
    for number in (1, 2):
        (root / "templates" / "copier.yml").write_text(f"a: {number}\n")
        commit(root, git)
        bundle.release(root, f"v0.{number}.0", f"the {number}.")
        commit(root, git)
    (root / "README.md").write_text("later\n")
    commit(root, git)
    return root


def commit(root: Path, git: Git) -> None:
    git(root, "add", "-A")
    git(root, "commit", "-qm", "next")


def versions(root: Path, out: Path) -> list[str]:
    bundle.build(root, out)
    return [release["version"] for release in json.loads((out / bundle.MANIFEST).read_text())["releases"]]


def opened(out: Path, git: Git) -> Path:
    shutil.rmtree(out / "opened", ignore_errors=True)
    git(out, "clone", "-q", bundle.BUNDLE, "opened")
    return out / "opened"


def test_each_release_is_a_tag_and_the_last_is_what_one_clones(project: Path, tmp_path: Path, git: Git) -> None:
    assert versions(project, tmp_path / "out") == ["v0.1.0", "v0.2.0"]
    clone = opened(tmp_path / "out", git)
    assert git(clone, "tag") == "v0.1.0\nv0.2.0"
    assert git(clone, "show", "v0.1.0:copier.yml") == "a: 1"
    assert (clone / "copier.yml").read_text() == "a: 2\n"
    assert git(clone, "log", "-1", "--format=%s") == "templates v0.2.0: the 2."


def test_any_clone_makes_the_same_bytes(project: Path, tmp_path: Path, git: Git) -> None:
    git(tmp_path, "clone", "-q", "--no-tags", f"file://{project}", "other")
    git(project, "gc", "-q", "--aggressive")
    first, second = bundle.build(project, tmp_path / "1"), bundle.build(tmp_path / "other", tmp_path / "2")
    assert first == second
    assert (tmp_path / "1" / bundle.BUNDLE).read_bytes() == (tmp_path / "2" / bundle.BUNDLE).read_bytes()


def test_a_clone_without_history_is_refused(project: Path, tmp_path: Path, git: Git) -> None:
    git(tmp_path, "clone", "-q", "--depth=1", f"file://{project}", "shallow")
    with pytest.raises(bundle.HistoryMissing, match=r"lacks the templates of v0\.1\.0"):
        bundle.build(tmp_path / "shallow", tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_but_it_runs_with_what_it_has(project: Path, tmp_path: Path, git: Git) -> None:
    git(tmp_path, "clone", "-q", "--depth=1", f"file://{project}", "shallow")
    releases = bundle.history(tmp_path / "shallow", tmp_path / "bare", whole=False)
    assert [release.version for release in releases] == ["v0.2.0"]


def test_a_partial_clone_fetches_what_it_lacks(project: Path, tmp_path: Path, git: Git) -> None:
    git(project, "config", "uploadpack.allowFilter", "true")
    git(project, "config", "uploadpack.allowAnySHA1InWant", "true")
    git(tmp_path, "clone", "-q", "--filter=blob:none", f"file://{project}", "partial")
    assert bundle.build(tmp_path / "partial", tmp_path / "1") == bundle.build(project, tmp_path / "2")


def test_files_without_git_are_refused_where_a_release_is_missing(project: Path, tmp_path: Path) -> None:
    shutil.copytree(project, tmp_path / "zip", ignore=shutil.ignore_patterns(".git"))
    with pytest.raises(bundle.HistoryMissing):
        bundle.build(tmp_path / "zip", tmp_path / "out")
    releases = bundle.history(tmp_path / "zip", tmp_path / "bare", whole=False)
    assert [release.version for release in releases] == ["v0.2.0"]


def test_what_is_being_worked_on_is_a_version_of_its_own(project: Path, tmp_path: Path, git: Git) -> None:
    (project / "templates" / "copier.yml").write_text("a: 3\n")
    names = versions(project, tmp_path / "out")
    tree = git(opened(tmp_path / "out", git), "rev-parse", "HEAD^{tree}")
    assert names == ["v0.1.0", "v0.2.0", f"v0.2.1.dev0+t{tree[:12]}"]


def test_the_work_tree_counts_and_the_index_stays_as_it_is(project: Path, tmp_path: Path, git: Git) -> None:
    (project / "templates" / "project" / "new.txt").write_text("new\n")
    (project / "templates" / "__pycache__").mkdir()
    (project / "templates" / "__pycache__" / "x.pyc").write_text("x")
    (project / ".gitignore").write_text("__pycache__/\n")
    before = git(project, "status", "--porcelain")
    bundle.build(project, tmp_path / "out")
    assert git(project, "status", "--porcelain") == before
    assert git(opened(tmp_path / "out", git), "ls-files") == "copier.yml\nproject/new.txt"


def test_a_tracked_file_that_the_templates_ignore_is_there(project: Path, tmp_path: Path, git: Git) -> None:
    (project / "templates" / "project" / ".gitignore").write_text("*.csv\n")
    (project / "templates" / "project" / "a.csv").write_text("1\n")
    git(project, "add", "-f", "templates")
    bundle.build(project, tmp_path / "out")
    assert "project/a.csv" in git(opened(tmp_path / "out", git), "ls-files")


@pytest.mark.parametrize(
    ("version", "changes", "word"),
    [
        ("0.3.0", "more", "such as v1.2.0"),
        ("v0.3.0", "", "what changed"),
        ("v0.3.0", 'a "b"', "double quotes"),
        ("v0.2.0", "more", "does not follow"),
        ("v0.3.0", "more", "have not changed"),
    ],
)
def test_a_release_that_makes_no_sense_is_refused(project: Path, version: str, changes: str, word: str) -> None:
    before = (project / bundle.LOCK).read_text()
    with pytest.raises(Refused, match=word):
        bundle.release(project, version, changes)
    assert (project / bundle.LOCK).read_text() == before


def test_our_own_releases_are_all_in_our_history(tmp_path: Path) -> None:
    root = Path(__file__).parents[2]
    if (
        subprocess.run(
            ["git", "rev-parse", "--is-shallow-repository"], cwd=root, capture_output=True, check=False
        ).stdout
        != b"false\n"
    ):
        pytest.skip("not a clone with full history")
    releases = bundle.history(root, tmp_path / "bare", whole=True)
    assert [release for release in releases if "dev" not in release.version] == bundle.locked(root)
