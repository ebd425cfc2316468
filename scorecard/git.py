"""The few plumbing commands of git that run nothing of the repository they read.

Measured over hostile repositories: with these commands and this environment no hook, fsmonitor, filter,
textconv, pager, alias, signature program or lazy fetch of the repository was started. `status`, `diff`,
`blame` and `archive` are not among them and must not be added.
"""

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

_HARDENED = (
    "-c", "core.fsmonitor=false",
    "-c", "core.hooksPath=/dev/null",
    "-c", "core.untrackedCache=false",
    "-c", "log.showSignature=false",
    "-c", "protocol.allow=never",
    "-c", "core.quotePath=false",
)  # fmt: skip
_ALLOWED = frozenset({"ls-files", "ls-tree", "rev-parse", "rev-list", "cat-file", "for-each-ref"})
TIMEOUT = 60


class GitError(RuntimeError):
    """git is not there, or said no."""


def environment() -> dict[str, str]:
    """The caller's environment without anything that steers git elsewhere."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    return kept | {
        "GIT_ALLOW_PROTOCOL": "none",
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CEILING_DIRECTORIES": os.sep,
        "LC_ALL": "C",
    }


def run(git_dir: Path, work_tree: Path | None, *arguments: str, stdin: bytes = b"") -> bytes:
    """The output of one plumbing command. Raises GitError."""
    if arguments[0] not in _ALLOWED:
        raise GitError(f"git {arguments[0]} is not among the commands that are known to run nothing")
    executable = shutil.which("git")
    if executable is None:
        raise GitError("git is not installed")
    where: Sequence[str] = (f"--git-dir={git_dir}", *([f"--work-tree={work_tree}"] if work_tree else []))
    try:
        # An absolute program, a fixed list of commands, no shell.
        done = subprocess.run(  # noqa: S603
            [executable, *_HARDENED, *where, *arguments],
            input=stdin,
            capture_output=True,
            env=environment(),
            cwd=work_tree or git_dir,
            timeout=TIMEOUT,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise GitError(str(error)) from None
    if done.returncode:
        raise GitError(done.stderr.decode("utf-8", "replace").strip() or f"git {arguments[0]} failed")
    return done.stdout


def find_git_dir(folder: Path) -> tuple[Path, Path] | None:
    """(git directory, work tree) of the repository that holds ``folder``, or None. Follows `.git` files."""
    for candidate in (folder, *folder.parents):
        dot_git = candidate / ".git"
        if dot_git.is_dir() and (dot_git / "HEAD").exists():
            return dot_git, candidate
        if dot_git.is_file():
            text = dot_git.read_text(encoding="utf-8", errors="replace").strip()
            target = text.removeprefix("gitdir:").strip()
            if text.startswith("gitdir:") and target:
                resolved = (candidate / target).resolve()
                if (resolved / "HEAD").exists():
                    return resolved, candidate
    return None


def is_bare(folder: Path) -> bool:
    return (folder / "HEAD").is_file() and (folder / "objects").is_dir() and (folder / "refs").is_dir()
