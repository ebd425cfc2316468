"""git without surprises: neither where we were called from nor how a user set git up changes what we make."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import IO

from scaffolder.errors import Refused

# Whoever calls us from a hook, a rebase or an alias has variables set that point git at another repository or index.
# These alone stay: who the user is, and how to reach a server.
_KEPT = re.compile(
    r"GIT_((AUTHOR|COMMITTER)_(NAME|EMAIL)|SSH(_\w+)?|ASKPASS|TERMINAL_PROMPT|ALLOW_PROTOCOL|EXEC_PATH|SSL_\w+"
    r"|CONFIG_(GLOBAL|SYSTEM|NOSYSTEM|COUNT|KEY_\d+|VALUE_\d+))"
)
_CONTENT = {
    "core.autocrlf": "false",
    "core.eol": "lf",
    "core.excludesFile": os.devnull,
    "core.attributesFile": os.devnull,
}
_HERMETIC = {
    "core.hooksPath": os.devnull,
    "core.safecrlf": "false",
    "core.fsmonitor": "false",
    "commit.gpgSign": "false",
    "tag.gpgSign": "false",
    "init.templateDir": "",
    "advice.detachedHead": "false",
}
_ANYWHERE = Path(os.sep)  # a folder that is no repository, and is there even if the one we stand in is gone
NOBODY = {
    f"GIT_{role}_{key}": value
    for role in ("AUTHOR", "COMMITTER")
    for key, value in (("NAME", "mlops"), ("EMAIL", "mlops@localhost"))
}


class GitFailed(Refused):
    """git itself said no."""


def require(least: tuple[int, int] = (2, 31)) -> None:
    """Raises Refused where there is no such git; from 2.31 on it takes its configuration from the environment."""
    if not shutil.which("git"):
        raise Refused("git is not installed, or not on PATH", "install git, then try again: https://git-scm.com")
    found = version()
    if found < least:
        raise Refused(f"git {_dotted(found)} is too old for this", f"git {_dotted(least)} or newer is needed")


def _dotted(numbers: Iterable[int]) -> str:
    return ".".join(map(str, numbers))


def version() -> tuple[int, ...]:
    """As in (2, 39)."""
    found = re.search(r"(\d+)\.(\d+)", run(_ANYWHERE, "version"))
    return tuple(map(int, found.groups())) if found else (0,)


def environment(
    config: Mapping[str, str] | None = None, *, alone: bool = False, checkout: bool = False
) -> dict[str, str]:
    """The environment for any git process of ours, with this configuration; ``alone`` leaves the user's own out.

    ``checkout``: it reads or writes the user's own files, whose line ends and filters are as the user set them up.
    """
    env = {key: value for key, value in os.environ.items() if not key.startswith("GIT_") or _KEPT.fullmatch(key)}
    if alone:
        env = {key: value for key, value in env.items() if not key.startswith(("GIT_CONFIG", "GIT_ALLOW_PROTOCOL"))}
        env |= {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    settings = {**_HERMETIC, **({} if checkout else _CONTENT), **(config or {})}
    count = env.get("GIT_CONFIG_COUNT", "")
    first = int(count) if count.isdigit() else 0
    for number, (key, value) in enumerate(settings.items(), first):
        env |= {f"GIT_CONFIG_KEY_{number}": key, f"GIT_CONFIG_VALUE_{number}": value}
    env["GIT_CONFIG_COUNT"] = str(first + len(settings))
    env.setdefault("GIT_TERMINAL_PROMPT", "0")
    env["LC_ALL"] = "C"
    return env


def run(
    folder: Path,
    *arguments: str | Path,
    stdin: str | IO[bytes] = "",
    env: Mapping[str, str] | None = None,
    config: Mapping[str, str] | None = None,
    alone: bool = False,
    checkout: bool = False,
) -> str:
    """What ``git arguments`` prints in ``folder``, without the last line break. Raises GitFailed."""
    done = attempt(folder, *arguments, stdin=stdin, env=env, config=config, alone=alone, checkout=checkout)
    if done.returncode:
        raise failure(f"git {arguments[0]} failed", done.stderr or done.stdout or f"exit code {done.returncode}")
    return done.stdout.removesuffix("\n")


# The words of the C library, and git's own (csum-file.c, object-file.c).
_FULL = ("No space left on device", "Disk quota exceeded", "unable to write file", "Out of diskspace")


def failure(what: str, said: str) -> GitFailed:
    """git's own last word, unless the disk is full, which it says in the middle of much else, or in other words."""
    if any(word in said for word in _FULL):
        return GitFailed("there is no room left on the disk", "free some space")
    return GitFailed(f"{what}: {said.strip().splitlines()[-1]}")


def attempt(
    folder: Path,
    *arguments: str | Path,
    stdin: str | IO[bytes] = "",
    env: Mapping[str, str] | None = None,
    config: Mapping[str, str] | None = None,
    alone: bool = False,
    checkout: bool = False,
) -> "subprocess.CompletedProcess[str]":
    """Like ``run``, where a failure is an answer. Names and lines that are no UTF-8, or end in CRLF, survive the way through."""
    done = subprocess.run(  # noqa: S603  our own arguments, no shell
        ["git", *map(str, arguments)],  # noqa: S607  which git is the user's choice
        cwd=folder,
        input=stdin.encode("utf-8", "surrogateescape") if isinstance(stdin, str) else stdin.read(),
        env={**environment(config, alone=alone, checkout=checkout), **(env or {})},
        capture_output=True,
        check=False,
    )
    said, complained = (text.decode("utf-8", "surrogateescape") for text in (done.stdout, done.stderr))
    return subprocess.CompletedProcess(done.args, done.returncode, said, complained)


def first_commit(folder: Path, message: str, *, ignored: bool) -> bool:
    """Makes ``folder`` a repository with one commit of what lies there, with what its .gitignore names or without.

    False: git does not know the user.
    """
    run(folder, "init", "--quiet", "--initial-branch=main")
    known = _identity(folder)
    who = {} if known else {key: os.environ.get(key) or value for key, value in NOBODY.items()}
    run(folder, "add", "--all", *(["--force"] if ignored else []), ".")
    run(folder, "commit", "--quiet", "--no-verify", "--message", message, env=who)
    return known


def _identity(folder: Path) -> bool:
    """Whether a commit would have an author and a committer without git's guessing them from the machine."""
    settings = run(folder, "config", "--list", "-z")  # in place: a user may be somebody else in some folders
    names = {entry.partition("\n")[0] for entry in settings.split("\0") if entry.partition("\n")[2]}
    return all(
        os.environ.get(f"GIT_{role}_{key.upper()}") or f"user.{key}" in names or f"{role.lower()}.{key}" in names
        for role in ("AUTHOR", "COMMITTER")
        for key in ("name", "email")
    )


def author() -> str:
    """What git calls the user, or nothing."""
    return os.environ.get("GIT_AUTHOR_NAME") or attempt(_ANYWHERE, "config", "--get", "user.name").stdout.strip()


def enclosing(folder: Path) -> Path | None:
    """The repository in which ``folder`` lies, or will."""
    return next((above for above in (folder, *folder.parents) if (above / ".git").exists()), None)
