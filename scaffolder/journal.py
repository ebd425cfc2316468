"""A change of a work tree and its index that was prepared in a folder, carried out whole.

This runs alone, in a process and session of its own, so that no signal meant for us stops it, and with nothing imported that
could be missing or slow. Everything slow was done before: here files are only moved. Should it be killed nevertheless, the folder
tells the next process how far it came.

    new/PATH      what is to be there         old/NUMBER   what was there
    index         the index to be             plan.json    the steps; named back.json while they are undone

The folder is prepared under another name. Renaming it to `mlops-transition` is the moment from which on it will be finished.
"""

import errno
import hashlib
import json
import os
import shutil
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

NAME, DONE, KEPT = "mlops-transition", "mlops-done-", "mlops-kept"
PLAN, BACK, HELD = "plan.json", "back.json", "held"
MARK = b"mlops\n"  # what a lock of ours holds; git never reads it
BUSY, CHANGED, UNDONE, HALF = 10, 11, 12, 13
_PATIENCE = 20.0
_MOVING = ".mlops-moving"

Signature = list[int] | None


class Busy(Exception):
    """Another process is at work in this repository."""


class Changed(Exception):
    """What stands there is no longer what the change was made for."""


class Undone(Exception):
    """It could not be carried out, and everything is as it was."""


def carry_out(prepared: Path) -> None:
    """Do what ``prepared`` says. Raises Busy, Changed, Undone, and then nothing is changed; OSError if it is half done."""
    plan = _plan(prepared / PLAN)
    with _locked(Path(plan["index"]), prepared / HELD):
        if digest(Path(plan["index"])) != plan["digest"]:
            raise Changed("the index")
        for path, _, signature in plan["steps"]:
            if look(Path(plan["top"], path)) != signature:
                raise Changed(path)
        here = prepared.with_name(NAME)
        if here.exists():
            raise Busy
        prepared.rename(here)
        _finish(here)


def recover(folder: Path, index: Path, held: Path) -> None:
    """Finish what a killed process left in the git directory ``folder``, if it did, and remove its lock."""
    with _locked(index, held):
        if (folder / NAME).exists():
            _finish(folder / NAME)


def look(path: Path) -> Signature:
    """By which a file is known to be the one that was looked at before."""
    try:
        found = path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return None
    return [found.st_mode, found.st_size, found.st_mtime_ns]


def digest(path: Path) -> str:
    """By which an index is known to be the one that was looked at before; there may be none."""
    return hashlib.sha256(path.read_bytes() if path.exists() else b"").hexdigest()


def ours(lock: Path) -> bool:
    """Whether it is a lock that we made."""
    try:
        with lock.open("rb") as file:
            return file.read(len(MARK) + 1) == MARK
    except OSError:
        return False


def _finish(here: Path) -> None:
    """Forwards; back where a disk or a file's owner does not let us, or where that was begun before."""
    if (here / BACK).exists():
        _back(here, _plan(here / BACK))
        return
    plan = _plan(here / PLAN)
    try:
        _forward(here, plan)
    except OSError as error:
        (here / PLAN).rename(here / BACK)
        _back(here, plan)
        raise Undone(f"{error.strerror}: {error.filename2 or error.filename}") from None
    _done(here, plan)


def _forward(here: Path, plan: dict[str, Any]) -> None:
    """Each step may have been done before, or the half of it."""
    top = Path(plan["top"])
    (here / "old").mkdir(exist_ok=True)
    for number, (path, kind, signature) in enumerate(plan["steps"]):
        place, new, old = top / path, here / "new" / path, here / "old" / str(number)
        if kind == "delete":
            if os.path.lexists(place) and not os.path.lexists(old):
                _move(place, old)
            _prune(place.parent, top, plan["stays"])
        elif os.path.lexists(new):
            if not os.path.lexists(old):
                _save(place, old)
            elif look(place) not in (signature, look(new)):  # written since a run that was killed
                _keep(here, place)
            place.parent.mkdir(parents=True, exist_ok=True)
            _move(new, place)
    if (here / "index").exists():
        (here / "index").replace(plan["index"])


def _back(here: Path, plan: dict[str, Any]) -> None:
    """In the other order: what came goes, then its folders, then what went away comes back."""
    top, steps = Path(plan["top"]), [*enumerate(plan["steps"])]
    for number, (path, kind, signature) in steps:
        place, new, old = top / path, here / "new" / path, here / "old" / str(number)
        if kind == "put" and os.path.lexists(old):
            _move(old, place)
        elif kind == "put" and signature is None and not os.path.lexists(new) and os.path.lexists(place):
            _move(place, new)
    for folder in reversed(plan["folders"]):
        with suppress(OSError):
            (top / folder).rmdir()
    for number, (path, kind, _) in steps:
        old = here / "old" / str(number)
        if kind == "delete" and os.path.lexists(old):
            (top / path).parent.mkdir(parents=True, exist_ok=True)
            _move(old, top / path)
    _away(here)


def _done(here: Path, plan: dict[str, Any]) -> None:
    """What somebody wrote meanwhile into a file that we moved away is kept."""
    for number, (path, _, signature) in enumerate(plan["steps"]):
        old = here / "old" / str(number)
        if os.path.lexists(old) and look(old) != signature:
            _keep(here, old, Path(path).name)
    _away(here)


def _keep(here: Path, file: Path, name: str = "") -> None:
    kept = here.with_name(KEPT)
    kept.mkdir(exist_ok=True)
    _move(file, kept / f"{time.time_ns()}-{name or file.name}")


def _away(here: Path) -> None:
    gone = here.with_name(f"{DONE}{time.time_ns()}")
    here.rename(gone)
    shutil.rmtree(gone, ignore_errors=True)


def _save(place: Path, old: Path) -> None:
    """As a second name of the file, so that there is no moment without it."""
    try:
        os.link(place, old, follow_symlinks=False)
    except (FileNotFoundError, NotADirectoryError):
        return
    except OSError:  # another file system, or one without links
        _move(place, old)


def _move(source: Path, target: Path) -> None:
    try:
        source.replace(target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        near = target.with_name(_MOVING)
        with suppress(FileNotFoundError):
            near.unlink()
        shutil.copy2(source, near, follow_symlinks=False)
        near.replace(target)
        source.unlink()


def _prune(folder: Path, top: Path, stays: str) -> None:
    """Folders that are empty now, as git does, but for the one somebody stands in."""
    with suppress(OSError):
        while folder != top and not Path(stays).is_relative_to(folder):
            with suppress(FileNotFoundError):
                folder.rmdir()
            folder = folder.parent


def _plan(path: Path) -> dict[str, Any]:
    plan: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return plan


@contextmanager
def _locked(index: Path, held: Path) -> Iterator[None]:
    """git's own lock of the index. It is a second name of ``held``, on which there is a lock that goes with its processes."""
    lock = index.with_name(f"{index.name}.lock")
    until = time.monotonic() + _PATIENCE
    with ExitStack() as stack:
        while True:
            try:
                _take(held, lock, stack)
                break
            except FileExistsError:
                if not _abandoned(lock, until):
                    raise Busy from None
        try:
            yield
        finally:
            lock.unlink(missing_ok=True)


def _take(held: Path, lock: Path, stack: ExitStack) -> None:
    try:
        os.link(held, lock)
    except FileExistsError:
        raise
    except OSError:  # a file system without links
        file = stack.enter_context(lock.open("xb", buffering=0))
        hold(file.fileno())
        file.write(MARK)


def _abandoned(lock: Path, until: float) -> bool:
    """Remove a lock of ours whose process is gone; wait for one that is at work. False: it is not ours, or takes too long."""
    if not ours(lock):
        return not lock.exists()
    with suppress(FileNotFoundError), lock.open("rb+") as file:
        if not waited(file.fileno(), until):
            return False
        with suppress(FileNotFoundError):
            if lock.stat().st_ino == os.fstat(file.fileno()).st_ino:
                lock.unlink()
    return True


def waited(file: int, until: float | None = None) -> bool:
    """``hold``, once the process that has it is gone; false where that takes too long."""
    until = time.monotonic() + _PATIENCE if until is None else until
    while True:
        try:
            return _lock(file)
        except BlockingIOError:
            if time.monotonic() > until:
                return False
            time.sleep(0.02)


def hold(file: int) -> bool:
    """Whether the file is locked now for this process and those that inherit it; false where it is for another."""
    with suppress(BlockingIOError):
        return _lock(file)
    return False


def _lock(file: int) -> bool:
    """Raises BlockingIOError where it is another's. False: this file system has no locks, and nobody can tell."""
    try:
        import fcntl  # noqa: PLC0415  Windows has none: there nobody can remove what somebody has open
    except ImportError:
        return True
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise
    except OSError:
        return False
    return True


def main(arguments: list[str]) -> int:
    """`journal.py PREPARED`, or `journal.py FOLDER INDEX HELD` to recover. What went wrong is an exit code and a line."""
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        if number := getattr(signal, name, None):
            signal.signal(number, signal.SIG_IGN)
    places = [Path(argument) for argument in arguments]
    try:
        if len(places) == 1:
            carry_out(*places)
        else:
            recover(*places)
    except Busy:
        return BUSY
    except (Changed, Undone) as error:
        with suppress(OSError):
            sys.stderr.buffer.write(os.fsencode(str(error)))
        return CHANGED if isinstance(error, Changed) else UNDONE
    except OSError as error:
        with suppress(OSError):
            sys.stderr.buffer.write(os.fsencode(str(error)))
        return HALF
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
