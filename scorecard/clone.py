"""A repository at an address, for as long as it is read: a shallow bare clone, so that nothing of it is ever checked out.

Without a checkout there are no filters, no links and no paths of its choosing; hooks and templates are off, and git may speak
only the protocols named here. How to reach a server (credential helpers, keys) remains the user's own configuration.
"""

import contextlib
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote

from scorecard import git
from scorecard.model import NotARepository
from scorecard.patterns import lazily

_ADDRESS = lazily(r"(?:https?|ssh|git|file)://[^\s]+|[\w.-]+@[\w.-]+:[^\s:][^\s]*")
_HARDENED = (
    "-c", "core.hooksPath=/dev/null",
    "-c", "core.fsmonitor=false",
    "-c", "init.templateDir=",
    "-c", "submodule.recurse=false",
    "-c", "transfer.bundleURI=false",
    "-c", "protocol.allow=never",
    *(word for name in ("https", "http", "ssh", "git", "file") for word in ("-c", f"protocol.{name}.allow=always")),
)  # fmt: skip
TIMEOUT = 600


def is_address(word: str) -> bool:
    """Is this an address, rather than a path?"""
    return ":" in word and bool(_ADDRESS.fullmatch(word)) and not Path(word).exists()


def name_of(address: str) -> str:
    """What the repository at an address is called."""
    return address.rstrip("/").replace(":", "/").rpartition("/")[2].removesuffix(".git") or "repository"


@contextmanager
def cloned(address: str) -> Iterator[Path]:
    """A bare clone of the newest commit and of the tags' names, gone afterwards. Raises NotARepository."""
    import tempfile  # noqa: PLC0415  most repositories lie on the disk

    _refuse_traps(address)
    with tempfile.TemporaryDirectory(prefix="mlops-audit-", ignore_cleanup_errors=True) as place:
        folder = Path(place) / f"{name_of(address)}.git"
        said = _git(
            "clone",
            "--quiet",
            "--bare",
            "--depth=1",
            "--no-recurse-submodules",
            "--template=",
            "--",
            address,
            str(folder),
        )
        if said is not None:
            raise NotARepository(f"{_shown(address)} cannot be fetched: {said}")
        # Only the commits that tags name, no files: releases are read from the names. Servers that refuse cost the names.
        with contextlib.suppress(OSError):
            tags = (
                "fetch",
                "--quiet",
                "--depth=1",
                "--filter=tree:0",
                "--no-write-fetch-head",
                "origin",
                "+refs/tags/*:refs/tags/*",
            )
            _git(f"--git-dir={folder}", *tags)
        yield folder


def _refuse_traps(address: str) -> None:
    """A repository of this machine is read by git here, with its own configuration."""
    if address.startswith("file://"):
        folder = Path(unquote(address.removeprefix("file://")))
        for git_dir in (folder / ".git", folder):
            try:
                git.refuse_traps(git_dir)
            except git.GitError as error:
                raise NotARepository(f"{_shown(address)} cannot be fetched: {error}") from None


def _git(*arguments: str) -> str | None:
    """git's last word where it failed. Raises NotARepository where there is no git."""
    executable = shutil.which("git")
    if executable is None:
        raise NotARepository("git is not installed")
    env = {
        k: v
        for k, v in os.environ.items()
        if not k.startswith("GIT_") or k.startswith(("GIT_SSH", "GIT_ASKPASS", "GIT_CONFIG_GLOBAL"))
    }
    env |= {"GIT_TERMINAL_PROMPT": "0", "GIT_LFS_SKIP_SMUDGE": "1", "LC_ALL": "C"}
    env.setdefault("GIT_SSH_COMMAND", "ssh -oBatchMode=yes")
    try:
        # A program that the user's PATH names, a fixed list of commands, no shell.
        done = subprocess.run(  # noqa: S603
            [executable, *_HARDENED, *arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            env=env,
            timeout=TIMEOUT,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"no end after {TIMEOUT} s"
    if not done.returncode:
        return None
    lines = done.stderr.decode("utf-8", "replace").strip().splitlines()
    return next((line for line in lines if line.startswith(("fatal:", "error:"))), lines[-1] if lines else "git failed")


def _shown(address: str) -> str:
    """Without the name and password that it may hold."""
    return re.sub(r"//[^/@]*@", "//…@", address)
