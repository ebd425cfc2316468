"""The few plumbing commands of git that run nothing of the repository they read.

Measured over hostile repositories: with these commands and this environment no hook, fsmonitor, filter,
textconv, pager, alias, signature program or lazy fetch of the repository was started. `status`, `diff`,
`blame` and `archive` are not among them and must not be added.
"""

import contextlib
import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from scorecard.git_traps import trap

_HARDENED = (
    "-c", "core.fsmonitor=false",
    "-c", "core.hooksPath=/dev/null",
    "-c", "core.untrackedCache=false",
    "-c", "log.showSignature=false",
    "-c", "protocol.allow=never",
    "-c", "core.quotePath=false",
)  # fmt: skip
_ALLOWED = frozenset({"ls-files", "ls-tree", "rev-parse", "rev-list", "cat-file", "for-each-ref", "merge-base"})
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


class TooLarge(GitError):
    """An object that is larger than the caller wants to read; ``size`` in bytes."""

    def __init__(self, size: int) -> None:
        super().__init__("is too large to read")
        self.size = size


def _command(git_dir: Path, work_tree: Path | None, *arguments: str) -> list[str]:
    if arguments[0] not in _ALLOWED:
        raise GitError(f"git {arguments[0]} is not among the commands that are known to run nothing")
    executable = shutil.which("git")
    if executable is None:
        raise GitError("git is not installed")
    where: Sequence[str] = (f"--git-dir={git_dir}", *([f"--work-tree={work_tree}"] if work_tree else []))
    return [executable, *_HARDENED, *where, *arguments]


_stuck: dict[Path, str] = {}  # why git is not asked there: it has not come to an end once, or would not; "" where it is


def refuse_traps(git_dir: Path) -> None:
    """Raises GitError where git would wait without end, or has done so once."""
    if git_dir not in _stuck:
        found = trap(git_dir)
        _stuck[git_dir] = f"git would come to no end, for {found}" if found else ""
    if _stuck[git_dir]:
        raise GitError(_stuck[git_dir])


def run(git_dir: Path, work_tree: Path | None, *arguments: str) -> bytes:
    """The output of one plumbing command. Raises GitError."""
    command = _command(git_dir, work_tree, *arguments)
    refuse_traps(git_dir)
    try:
        # An absolute program, a fixed list of commands, no shell.
        done = subprocess.run(  # noqa: S603
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            env=environment(),
            cwd=work_tree or git_dir,
            timeout=TIMEOUT,
            check=False,
        )
    except OSError as error:
        raise GitError(str(error)) from None
    except subprocess.TimeoutExpired:
        _stuck[git_dir] = f"git came to no end within {TIMEOUT} s"
        raise GitError(_stuck[git_dir]) from None
    if done.returncode:
        raise GitError(done.stderr.decode("utf-8", "replace").strip() or f"git {arguments[0]} failed")
    return done.stdout


def blob_id(content: bytes) -> str:
    """As git names it."""
    from hashlib import sha1  # noqa: PLC0415  loads OpenSSL, and only what is kept has a name

    digest = sha1(b"blob %d\0" % len(content), usedforsecurity=False)
    digest.update(content)
    return digest.hexdigest()


class Objects:
    """Objects of a repository by their ids, over one process that lives as long as this does."""

    def __init__(self, git_dir: Path) -> None:
        self._git_dir = git_dir
        self._process: subprocess.Popen[bytes] | None = None

    def read(self, object_id: str, limit: int) -> bytes:
        """The content. Raises TooLarge above ``limit`` bytes, GitError where the clone lacks it."""
        process = self._process or self._start()
        if process.stdin is None or process.stdout is None:
            raise GitError("git does not answer")
        try:
            process.stdin.write(object_id.encode() + b"\n")
            process.stdin.flush()
            header = process.stdout.readline().split()
            if len(header) != 3:
                raise GitError("is missing from this clone")
            size = int(header[2])
            content = b"" if size > limit else process.stdout.read(size)
            left = size + 1 - len(content)
            while left > 0:  # skim what is not wanted, and the newline after each object
                skimmed = process.stdout.read(min(left, 1 << 20))
                if not skimmed:
                    raise GitError("git stopped in the middle of an object")
                left -= len(skimmed)
        except (OSError, ValueError) as error:
            raise GitError(str(error)) from None
        if size > limit:
            raise TooLarge(size)
        return content

    def _start(self) -> subprocess.Popen[bytes]:
        refuse_traps(self._git_dir)
        # As in run: an absolute program, a fixed list of commands, no shell.
        self._process = subprocess.Popen(  # noqa: S603
            _command(self._git_dir, None, "cat-file", "--batch"),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment(),
            cwd=self._git_dir,
        )
        return self._process

    def close(self) -> None:
        """End the process."""
        process, self._process = self._process, None
        if process is not None:
            for stream in (process.stdin, process.stdout):
                if stream is not None:
                    stream.close()
            process.wait(timeout=TIMEOUT)

    def __del__(self) -> None:
        with contextlib.suppress(Exception):
            self.close()


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
