"""Whatever stands at the path, the audit gets a view of it or a clear word."""

import os
import subprocess
from pathlib import Path

import pytest

from scorecard.model import NotARepository
from scorecard.repository import MAX_TEXT, open_repository


def git(folder: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "init.defaultBranch=main")
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True)


def committed(folder: Path, files: dict[str, str]) -> Path:
    folder.mkdir(exist_ok=True)
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    git(folder, "init", "-q")
    git(folder, "add", "-A", "-f")
    git(folder, "commit", "-q", "-m", "first")
    return folder


def reasons(folder: Path) -> str:
    repository = open_repository(folder)
    for path in repository.paths:
        repository.text(path)
    return "\n".join(f"{note.path}: {note.reason}" for note in repository.notes)


def test_a_missing_path_is_named(tmp_path: Path) -> None:
    with pytest.raises(NotARepository, match="there is no folder"):
        open_repository(tmp_path / "nowhere")


def test_a_file_is_no_repository(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("")
    with pytest.raises(NotARepository, match="is a file"):
        open_repository(tmp_path / "a.py")


def test_an_empty_folder_has_nothing_to_audit(tmp_path: Path) -> None:
    with pytest.raises(NotARepository, match="holds no file"):
        open_repository(tmp_path)


def test_an_empty_repository_has_nothing_to_audit(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    with pytest.raises(NotARepository, match="holds no file"):
        open_repository(tmp_path)


def test_a_folder_without_git_is_read_and_said_to_be_one(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("x = 1\n")
    assert "is no git repository" in reasons(tmp_path)
    assert open_repository(tmp_path).paths == ("a.py",)


def test_untracked_files_count_and_ignored_ones_do_not(tmp_path: Path) -> None:
    committed(tmp_path, {"a.py": "", ".gitignore": "secret.py\n"})
    (tmp_path / "new.py").write_text("")
    (tmp_path / "secret.py").write_text("")
    assert open_repository(tmp_path).paths == (".gitignore", "a.py", "new.py")


def test_a_tracked_file_that_was_deleted_is_not_listed(tmp_path: Path) -> None:
    committed(tmp_path, {"a.py": "", "b.py": ""})
    (tmp_path / "a.py").unlink()
    assert open_repository(tmp_path).paths == ("b.py",)


def test_a_folder_inside_a_repository_is_audited_alone_and_said_to_be_one(tmp_path: Path) -> None:
    committed(tmp_path, {"app/a.py": "", "b.py": ""})
    repository = open_repository(tmp_path / "app")
    assert repository.paths == ("a.py",)
    assert "is a folder of the repository" in repository.notes[0].reason


def test_a_bare_repository_is_read_at_its_head(tmp_path: Path) -> None:
    committed(tmp_path / "work", {"a.py": "x = 1\n"})
    git(tmp_path, "clone", "-q", "--bare", str(tmp_path / "work"), "bare.git")
    repository = open_repository(tmp_path / "bare.git")
    assert repository.text("a.py") == "x = 1\n"
    assert repository.name == "bare"


def test_a_bare_repository_without_a_commit_is_refused(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q", "--bare", "bare.git")
    with pytest.raises(NotARepository, match="without a commit"):
        open_repository(tmp_path / "bare.git")


def test_a_submodule_is_noted_and_not_entered(tmp_path: Path) -> None:
    committed(tmp_path / "inner", {"a.py": ""})
    outer = committed(tmp_path / "outer", {"b.py": ""})
    git(outer, "-c", "protocol.file.allow=always", "submodule", "add", "-q", str(tmp_path / "inner"), "lib")
    repository = open_repository(outer)
    assert repository.paths == (".gitmodules", "b.py")
    assert ("lib", "is a submodule, whose files belong to another repository") in [
        (n.path, n.reason) for n in repository.notes
    ]


def test_symlinks_and_their_loops_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("")
    (tmp_path / "loop").symlink_to(tmp_path)
    (tmp_path / "passwd").symlink_to("/etc/passwd")
    assert open_repository(tmp_path).paths == ("a.py",)
    committed(tmp_path, {})
    repository = open_repository(tmp_path)
    assert repository.paths == ("a.py",)
    assert repository.text("passwd") == ""


def test_a_file_behind_a_linked_folder_is_not_read(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "a.py").write_text("secret = 1\n")
    inside = committed(tmp_path / "inside", {"lib/a.py": "x = 1\n"})
    (inside / "lib" / "a.py").unlink()
    (inside / "lib").rmdir()
    (inside / "lib").symlink_to(outside)
    assert open_repository(inside).text("lib/a.py") == ""


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_an_unreadable_file_is_noted(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("")
    (tmp_path / "a.py").chmod(0)
    assert "a.py: Permission denied" in reasons(tmp_path)


def test_a_pipe_does_not_block(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("")
    os.mkfifo(tmp_path / "pipe.py")
    assert "pipe.py: is no regular file" in reasons(tmp_path)


def test_a_file_too_large_is_noted(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("x" * (50 * MAX_TEXT))
    assert "a.py: is too large to read (50 MB)" in reasons(tmp_path)


def test_what_is_not_utf8_is_read_with_replacements(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_bytes(b"name = 'caf\xe9'\n")
    assert "a.py: is not UTF-8" in reasons(tmp_path)
    assert open_repository(tmp_path).text("a.py").startswith("name = 'caf")


def test_binary_content_is_no_text(tmp_path: Path) -> None:
    (tmp_path / "a.pkl").write_bytes(b"\x80\x04\x00\x00")
    assert open_repository(tmp_path).text("a.pkl") == ""


def test_a_repository_of_another_owner_is_read(tmp_path: Path) -> None:
    committed(tmp_path / "theirs", {"a.py": ""})
    if os.geteuid() == 0:
        for path in (tmp_path / "theirs", *(tmp_path / "theirs").rglob("*")):
            os.chown(path, 12345, 12345)
    assert open_repository(tmp_path / "theirs").paths == ("a.py",)


def test_nothing_that_the_repository_configures_is_run(tmp_path: Path) -> None:
    folder = committed(tmp_path / "evil", {"a.py": "x = 1\n", ".gitattributes": "*.py filter=evil diff=evil\n"})
    canary = tmp_path / "canary"
    payload = f"touch {canary}"
    for key in (
        "core.fsmonitor",
        "filter.evil.clean",
        "filter.evil.smudge",
        "filter.evil.process",
        "diff.evil.textconv",
        "diff.external",
        "core.pager",
        "core.sshCommand",
        "gpg.program",
        "alias.ls-files",
    ):
        git(folder, "config", key, f"!{payload}" if key.startswith("alias") else f"sh -c '{payload}'")
    for hook in ("post-index-change", "post-checkout", "pre-commit", "fsmonitor-watchman"):
        path = folder / ".git" / "hooks" / hook
        path.write_text(f"#!/bin/sh\n{payload}\n")
        path.chmod(0o755)
    (folder / "a.py").write_text("x = 2\n")
    repository = open_repository(folder)
    for name in repository.paths:
        repository.text(name)
    assert not canary.exists()


def test_tags_and_branches_are_known(tmp_path: Path) -> None:
    committed(tmp_path, {"a.py": ""})
    git(tmp_path, "tag", "v1.0.0")
    git(tmp_path, "branch", "develop")
    history = open_repository(tmp_path).history
    assert history.tags == ("v1.0.0",)
    assert (tmp_path / history.tag_evidence("v1.0.0", "").path).is_file()
    assert set(history.branches) == {"main", "develop"}
    assert history.default_branch == "main"


@pytest.mark.parametrize(
    ("pattern", "path", "fits"),
    [
        ("Dockerfile*", "services/api/Dockerfile.prod", True),
        ("Dockerfile*", "Dockerfiles/readme.md", False),
        (".github/workflows/*.yml", ".github/workflows/ci.yml", True),
        (".github/workflows/*.yml", "app/.github/workflows/ci.yml", False),
        ("**/azure-pipelines/**/*.yml", "azure-pipelines/templates/a.yml", True),
        ("**/azure-pipelines/**/*.yml", "a/b/azure-pipelines/x.yml", True),
        ("Makefile", "makefile", True),
    ],
)
def test_a_pattern_means_a_name_or_a_path(pattern: str, path: str, *, fits: bool) -> None:
    from scorecard.paths import matches

    assert matches(path, [pattern]) is fits


def test_a_shipped_template_counts_as_the_project_it_becomes() -> None:
    from helpers import repo

    world = repo({"template/{{cookiecutter.name}}/.github/workflows/ci.yml.tmpl": "on: push\n"})
    assert list(world.glob(".github/workflows/*.yml")) == list(world.paths)


def test_a_library_beside_its_version_among_static_files_is_somebody_elses() -> None:
    from scorecard.paths import is_foreign

    assert is_foreign("src/Web/wwwroot/pdfjs-4.2.67-dist/build/pdf.mjs")
    assert is_foreign("static/jquery-3.7.1/jquery.js")
    assert not is_foreign("releases/shop-1.2.3/values.yaml")
    assert not is_foreign("static/js/price.js")


def test_the_head_of_a_file_is_its_first_whole_lines_however_large_it_is(tmp_path: Path) -> None:
    table = "age,left\n" + "31,0\n" * MAX_TEXT
    folder = committed(tmp_path / "a", {"large.csv": table, "small.csv": "age\n31"})
    (folder / "link.csv").symlink_to("small.csv")
    git(folder, "add", "-A")
    repository = open_repository(folder)
    assert repository.head("large.csv", 100) == table[:99]
    assert repository.head("small.csv", 100) == "age\n31"
    assert [repository.head(path, 100) for path in ("none.csv", "link.csv", "../a/small.csv")] == ["", "", ""]
    assert open_repository(folder, "HEAD").head("small.csv", 5) == "age\n"
    assert repository.notes == []
