"""A new folder that is there whole, or not at all.

It is made in a hidden folder beside its place and moved there by one rename. Whatever stops us on the way, the place itself
stays untouched; after a kill that nobody can catch, the hidden folder is left, and the next run beside it clears it away.
"""

import contextlib
import errno
import os
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from scaffolder import hiding, stopping
from scaffolder.errors import Refused

_PREFIX = ".mlops-new-"
_LOCK = "in-use"
_HOUR = 3600


@dataclass(frozen=True, slots=True)
class Place:
    """A folder to fill, and room beside it for what is thrown away in the end."""

    folder: Path
    scratch: Path


@contextmanager
def whole(target: Path) -> Iterator[Place]:
    """Where the block ends well its folder becomes ``target``; otherwise nothing of it remains. Raises Refused."""
    place = resolved(target)
    # The first folder that is missing: what lies between it and the place is made in hiding, too, and comes by the same rename.
    first = place
    with _words(place):
        _refuse_used(place)
        while not first.parent.exists():
            first = first.parent
    with _hidden(first.parent, place) as hidden:
        made, scratch = hidden / "made", hidden / "scratch"
        folder = made / place.relative_to(first.parent)
        with _words(place):
            folder.mkdir(parents=True)
            scratch.mkdir()
        with _room(place):
            yield Place(folder, scratch)
        with _words(place):
            _move(made / first.name, first)


def resolved(target: Path) -> Path:
    """The place that is meant, wherever one stands. Raises Refused."""
    try:
        Path.cwd()
    except OSError:
        raise Refused("the folder in which you stand is gone", "cd to one that exists") from None
    try:
        return target.expanduser().resolve()
    except (OSError, RuntimeError) as error:
        raise Refused(f"{_shown(target)} leads nowhere: {error}", "give a full path") from None


def _refuse_used(place: Path) -> None:
    if place.is_dir():
        if any(place.iterdir()):
            raise Refused(
                f"{_shown(place)} exists and is not empty",
                "choose a new folder; to close gaps in a repository that you have, use mlops add inside it",
            )
    elif os.path.lexists(place):
        raise Refused(f"{_shown(place)} exists and is no folder", "choose another name")
    elif not (above := next(p for p in place.parents if os.path.lexists(p))).is_dir():
        raise Refused(f"{_shown(above)} is no folder", "choose another place")


@contextmanager
def _hidden(parent: Path, place: Path) -> Iterator[Path]:
    _sweep(parent)
    with stopping.unwinds(), contextlib.ExitStack() as stack:
        with _words(place):
            hidden = stack.enter_context(hiding.hidden(_PREFIX, parent))
        with _locked(hidden, place):
            yield hidden


@contextmanager
def _locked(hidden: Path, place: Path) -> Iterator[None]:
    with contextlib.ExitStack() as stack:
        with _words(place):
            lock = stack.enter_context((hidden / _LOCK).open("w"))
        with contextlib.suppress(OSError):  # a file system without locks: then nobody else can have it either
            _hold(lock)
        yield


def _move(made: Path, place: Path) -> None:
    """The one step that anybody else can see."""
    if os.name == "nt" and place.is_dir():
        place.rmdir()  # Windows renames onto nothing that exists
    made.rename(place)


def _sweep(parent: Path) -> None:
    """Clear away what killed runs left here. A lock goes with its process, so one that can be had belongs to nobody."""
    with contextlib.suppress(OSError):
        for left in parent.glob(f"{_PREFIX}*"):
            if left.is_symlink() or not left.is_dir():
                continue
            with contextlib.suppress(OSError):
                if (left / _LOCK).exists():
                    with (left / _LOCK).open("r+") as lock:
                        _hold(lock)
                        shutil.rmtree(left, ignore_errors=True)
                elif time.time() - left.stat().st_mtime > _HOUR:  # killed between its first two steps
                    shutil.rmtree(left, ignore_errors=True)


if sys.platform == "win32":

    def _hold(lock: IO[str]) -> None:
        """Windows refuses to delete what somebody has open, which is lock enough."""

else:
    import fcntl

    def _hold(lock: IO[str]) -> None:
        """Raises OSError where another process holds it."""
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)


@contextmanager
def _words(place: Path) -> Iterator[None]:
    """What a file system says no with to a step of ours."""
    try:
        with _room(place):
            yield
    except OSError as error:
        why = error.strerror or str(error)
        if error.errno in (errno.ENOTEMPTY, errno.EEXIST):
            raise Refused(
                f"{_shown(place)} has been filled by somebody else meanwhile", "choose a new folder"
            ) from None
        if error.errno in (errno.EBUSY, errno.EXDEV):
            raise Refused(f"{_shown(place)} is a mount point", "name a new folder inside it") from None
        if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
            where = place if place.is_dir() and not os.access(place, os.R_OK | os.X_OK) else place.parent
            raise Refused(f"{_shown(where)} may not be written to: {why}", "choose another place") from None
        raise Refused(f"{_shown(place)} cannot be made: {why}", "choose another name or place") from None


@contextmanager
def _room(place: Path) -> Iterator[None]:
    """A full disk is nobody's bug, wherever it shows."""
    try:
        yield
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            raise
        raise Refused(f"there is no room for {_shown(place)}: {error.strerror}", "free some space") from None


def _shown(path: Path) -> str:
    """As text that no terminal takes for a command."""
    return "".join(c if c.isprintable() else "?" for c in str(path))
