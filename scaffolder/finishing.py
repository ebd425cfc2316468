"""The end of an update that had conflicts: nothing is left of them, the lock is new, the tests run; then the project is of the new version."""

import os
import shlex
import shutil
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

from scaffolder import applying, git, pending, repository
from scaffolder.errors import Refused

_MARKS = (b"<<<<<<< ", b"||||||| ", b">>>>>>> ")
_LOCK = "uv.lock"


@dataclass(frozen=True, slots=True)
class Finished:
    """What is left to do, path and why; or, with nothing left, the version that the project is of now."""

    version: str
    left: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()


def finish(folder: Path, *, tests: bool = True) -> Finished:
    """Advance the answers file, if all is done that has to be. What uv and the tests print goes to stderr. Raises Refused."""
    git.require((2, 38))
    applying.recover(repository.found(folder))
    waits = pending.read(folder)
    if waits is None:
        raise Refused("there is no update to finish", "mlops update begins one")
    if not waits.answers:
        return Finished(waits.version, waits.conflicts)
    uv, notes = shutil.which("uv"), []
    paths = [path for path, _ in waits.conflicts]
    locks = uv is not None and (folder / _LOCK).is_file()
    if left := _left(folder, [path for path in paths if not (locks and path == _LOCK)]):
        return Finished(waits.version, left)
    if locks:
        if _LOCK in paths and _left(folder, [_LOCK]):
            _yours(folder)
        if _called(folder, "uv", "lock"):
            return Finished(waits.version, ((_LOCK, "uv lock failed"),))
        git.run(folder, "add", "--update", "--", _LOCK, checkout=True)  # one that is ignored stays so
    elif (folder / _LOCK).is_file():
        notes.append("uv is not installed, so uv.lock was not made anew")
    if tests and uv and _has_tests(folder):
        if _called(folder, "uv", "run", "poe", "test"):
            return Finished(waits.version, (("uv run poe test", "a test failed"),))
    elif tests:
        notes.append("no tests were run: there is no uv, or no task named test")
    _advance(folder, waits.answers, waits.file)
    return Finished(waits.version, notes=tuple(notes))


def _left(folder: Path, paths: list[str]) -> tuple[tuple[str, str], ...]:
    listed = git.run(folder, "ls-files", "--unmerged", "-z", "--", ".")
    unmerged = {line.partition("\t")[2] for line in listed.split("\0") if line}
    left = []
    for path in paths:
        place = folder / path
        if place.is_file() and any(line.startswith(_MARKS) for line in place.read_bytes().splitlines()):
            left.append((path, "it still holds conflict markers"))
        elif path in unmerged:
            left.append((path, f"git does not know that it is resolved: git add {shlex.quote(path)}"))
    left += [(path, "git has it as unmerged") for path in sorted(unmerged - set(paths) - {_LOCK})]
    return tuple(left)


def _yours(folder: Path) -> None:
    """A lock is made and not merged: uv starts from the one that there was."""
    said = git.attempt(folder, "show", f":2:./{_LOCK}")
    if said.returncode:
        said = git.attempt(folder, "show", f"HEAD:./{_LOCK}")
    (folder / _LOCK).write_bytes(said.stdout.encode("utf-8", "surrogateescape"))


def _has_tests(folder: Path) -> bool:
    try:
        tool = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8")).get("tool", {})
        return "test" in tool["poe"]["tasks"]
    except (OSError, ValueError, TypeError, KeyError):
        return False


def _called(folder: Path, *command: str) -> int:
    """With the environment of the project, and not of whoever called us."""
    env = {k: v for k, v in os.environ.items() if k != "VIRTUAL_ENV" and not k.startswith("GIT_")}
    return subprocess.run(command, cwd=folder, env=env, stdout=sys.stderr.fileno(), check=False).returncode  # noqa: S603  the project's own


def _advance(folder: Path, answers: str, file: str) -> None:
    """The answers first: stopped between the two, it is only to be finished again."""
    new = folder / f"{file}.new"
    new.write_bytes(answers.encode("utf-8", "surrogateescape"))
    new.replace(folder / file)
    (folder / pending.FILE).unlink()
    git.run(folder, "add", "--all", "--", file, checkout=True)
    git.run(folder, "rm", "--quiet", "--cached", "--ignore-unmatch", "--", pending.FILE)
