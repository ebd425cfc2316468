"""A merged tree into the work tree and the index, whole or not at all, whatever kills us.

All that is slow or may fail happens first, in a folder of git's own: objects, files as the user's git would check them out, the new
index. What is left is to move them, which a process with a session of its own does (``journal``), so that neither Ctrl-C nor a
SIGKILL of ours, of our group or of our terminal can stop it half way. If that one is killed, whoever comes next finishes.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from scaffolder import git, hiding, journal, repository, stopping
from scaffolder.errors import Refused
from scaffolder.merging import Merged
from scaffolder.repository import Repository

_PREPARED = "mlops-prepared-"
_NONE = "0" * 40


def opened(folder: Path) -> Repository:
    """To be written to. Raises Refused where there is no commit to go back to, or work that is in none."""
    git.require((2, 38))
    if not folder.is_dir():
        raise Refused(f"{folder} is no folder", "name the folder of the project")
    found = repository.found(folder)
    recover(found)
    if git.attempt(folder, "rev-parse", "--verify", "--quiet", "HEAD").returncode:
        raise Refused("the repository has no commit yet", "commit first, so that you can always go back")
    if changed := git.run(folder, "status", "--porcelain", "--untracked-files=no", "--", ".", checkout=True):
        raise Refused("there are changes that are not committed", f"commit or stash them first:\n{changed}")
    return found


def recover(found: Repository) -> None:
    """Finish what a killed process of ours left half done, remove its lock, and clear away its folders."""
    for left in found.folder.glob(f"{_PREPARED}*"):
        _clear(left)
    for left in found.folder.glob(f"{journal.DONE}*"):
        shutil.rmtree(left, ignore_errors=True)
    lock = found.index.with_name(f"{found.index.name}.lock")
    if (found.folder / journal.NAME).exists() or journal.ours(lock):
        with _room(found) as (room, held):
            _run(found, held, found.folder, found.index, room / journal.HELD)


def _clear(left: Path) -> None:
    """A room whose process is gone. One that is at work is waited for: the process that writes outlives a killed mlops."""
    held = left / journal.HELD
    with suppress(OSError):
        left.rmdir()  # it was killed before it moved in; one that is about to takes another room
    with suppress(OSError), held.open("rb+") as file:
        if not journal.waited(file.fileno()):
            return
        shutil.rmtree(left, ignore_errors=True)
    if not held.exists():  # its clearing up was killed
        shutil.rmtree(left, ignore_errors=True)


def apply(found: Repository, merged: Merged, env: dict[str, str]) -> None:
    """Write what was merged. ``env`` is where its objects are. Raises Refused, and then nothing is changed."""
    refuse_way(found, merged)
    with _room(found) as (room, held):
        _keep(found, merged, env)
        _prepare(found, merged, room)
        with stopping.waits():
            _run(found, held, room)
    git.attempt(found.top, "update-index", "-q", "--refresh", checkout=True)  # else the next git status reads all of it


@contextmanager
def _room(found: Repository) -> Iterator[tuple[Path, int]]:
    """A folder of git's own, and the lock that says that we are alive."""
    with ExitStack() as stack:
        try:
            room, held = _moved_in(found.folder, stack)
        except OSError as error:
            raise Refused(f"{found.folder} may not be written to: {error.strerror}") from None
        try:
            yield room, held
        except OSError as error:
            raise Refused(f"the change cannot be prepared: {error.strerror}", "nothing was changed") from None


def _moved_in(folder: Path, stack: ExitStack) -> tuple[Path, int]:
    """Another mlops takes a room in which nothing is held yet for one that was left, and clears it away: then the next one."""
    while True:
        room = stack.enter_context(hiding.hidden(_PREPARED, folder))
        with suppress(FileNotFoundError):
            file = stack.enter_context((room / journal.HELD).open("wb", buffering=0))
            file.write(journal.MARK)
            journal.waited(file.fileno())
            if os.path.samestat((room / journal.HELD).stat(), os.fstat(file.fileno())):
                return room, file.fileno()


def _keep(found: Repository, merged: Merged, env: dict[str, str]) -> None:
    """Give the repository the objects that the result needs and that it lacks."""
    staged = "".join(f"{line.split()[1]}\n" for lines in merged.stages.values() for line in lines)
    wanted = f"{merged.result}\n{staged}^{merged.ours}\n"
    pack = Path(env["GIT_DIR"]) / "kept"
    name = git.run(found.top, "pack-objects", "--quiet", "--revs", "--local", pack, stdin=wanted, env=env)
    with pack.with_name(f"kept-{name}.pack").open("rb") as objects:
        git.run(found.top, "unpack-objects", "-q", stdin=objects)


def _prepare(found: Repository, merged: Merged, room: Path) -> None:
    """The files and the index that are to be, and the steps that put them there."""
    listed = git.run(found.top, "diff-tree", "-r", "-z", "--no-renames", merged.ours, merged.result).split("\0")
    steps = [(path, line.split()[-1]) for line, path in zip(listed[::2], listed[1::2], strict=False)]
    index, before = room / "index", journal.digest(found.index)
    if found.index.exists():
        shutil.copyfile(found.index, index)
    looks = {path: journal.look(found.top / path) for path, _ in steps}
    env = {"GIT_INDEX_FILE": str(index)}
    git.attempt(found.top, "update-index", "-q", "--refresh", env=env, checkout=True)
    trees = (merged.ours, merged.result)
    said = git.attempt(found.top, "read-tree", "-m", "-u", "--dry-run", *trees, env=env, checkout=True)
    if said.returncode:
        raise Refused(f"git would not write it: {said.stderr.strip().splitlines()[0]}", "nothing was changed")
    git.run(found.top, "read-tree", "-m", *trees, env=env, checkout=True)
    sparse = {
        line[2:] for line in git.run(found.top, "ls-files", "-z", "-t", env=env).split("\0") if line.startswith("S ")
    }
    wanted = [path for path, kind in steps if kind != "D" and path not in sparse]
    files = room / "new"
    files.mkdir()
    git.run(
        files,
        "checkout-index",
        "-z",
        "--stdin",
        env={**env, "GIT_DIR": str(found.folder), "GIT_WORK_TREE": str(files)},
        stdin="".join(f"{path}\0" for path in wanted),
        checkout=True,
    )
    if merged.stages:
        info = "".join(
            f"0 {_NONE}\t{path}\0" + "".join(f"{s}\0" for s in lines) for path, lines in merged.stages.items()
        )
        git.run(found.top, "update-index", "-z", "--index-info", env=env, stdin=info)
    # What goes away goes first: a folder may take the place of a file.
    ordered = sorted((kind != "D", path) for path, kind in steps if path not in sparse)
    folders = {above for path in wanted for above in Path(path).parents if not (found.top / above).is_dir()}
    plan = {
        "top": str(found.top),
        "index": str(found.index),
        "digest": before,
        "steps": [(path, "put" if put else "delete", looks[path]) for put, path in ordered],
        "folders": sorted(map(str, folders)),
        "stays": _here(),
    }
    (room / journal.PLAN).write_text(json.dumps(plan), encoding="utf-8")


def _here() -> str:
    try:
        return str(Path.cwd())
    except OSError:
        return os.sep


def refuse_way(found: Repository, merged: Merged) -> None:
    """A file that is not in git cannot be brought back: nothing is written over it, or through a link that somebody put there."""
    added, deleted = merged.outcome.added, merged.outcome.deleted
    way = [path for path in added if os.path.lexists(found.top / path)]
    for path in added:
        for above in [p for p in Path(path).parents if p != Path()]:
            place = found.top / above
            if (
                os.path.lexists(place)
                and (place.is_symlink() or not place.is_dir())
                and above.as_posix() not in deleted
            ):
                way.append(above.as_posix())
    way = list(dict.fromkeys(way))
    if way:
        raise Refused(
            f"{way[0]}{f' and {len(way) - 1} more' if way[1:] else ''} would be overwritten, and is not in git",
            "commit it, or move it away: " + " ".join(way),
        )


def _run(found: Repository, held: int, *arguments: Path) -> None:
    """In a session of its own: it is out of reach of what stops us. It inherits our lock, so that it is known to be alive."""
    posix = os.name == "posix"
    done = subprocess.run(  # noqa: S603  our own file
        [sys.executable, "-I", "-S", str(Path(journal.__file__)), *map(str, arguments)],
        cwd=found.folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        start_new_session=posix,
        pass_fds=[held] if posix else [],
    )
    why = os.fsdecode(done.stderr).strip()
    match done.returncode:
        case 0:
            return
        case journal.BUSY:
            lock = found.index.with_name(f"{found.index.name}.lock")
            raise Refused("another git process is at work in this repository", f"wait, or remove {lock}")
        case journal.CHANGED:
            raise Refused(f"{why} was changed meanwhile", "nothing was changed; try again")
        case journal.UNDONE:
            raise Refused(f"it could not be written: {why}", "everything is as it was before")
        case _:
            if (found.folder / journal.NAME).exists():
                raise Refused(
                    f"it is written half: {why.splitlines()[-1] if why else 'its process was stopped'}",
                    "mend that, then mlops update finishes or undoes it before all else",
                )
            raise Refused(f"it could not be written: {why.splitlines()[-1] if why else 'its process was stopped'}")
