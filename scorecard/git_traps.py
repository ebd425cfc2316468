"""What git would wait for without end: pipes and devices where it expects files.

git opens what it finds in its own folder, and what its configuration names, whatever it is: at a pipe that nobody writes to
it waits until it is stopped. A look at the kinds of the files beforehand tells, and opens nothing but the configuration.
"""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from scorecard.patterns import lazily

_VALUE = lazily(r"^[ \t]*(?:\[[^\]\n]{0,300}\][ \t]*)?([A-Za-z][\w-]{0,60})[ \t]{0,20}=[ \t]{0,20}([^\n]{1,1000})$")
_FOLDERS = ("", "info", "objects/info", "objects/pack")
_LONGEST = 200_000  # bytes of a configuration; the rest of a longer one is not looked at
_MOST = 50  # configurations that include each other


def trap(git_dir: Path) -> str | None:
    """The first thing that git would wait for, in words; None where there is nothing of the kind."""
    found = _trap(git_dir)
    shared = git_dir / "commondir"  # a linked work tree has its configuration and its references elsewhere
    if found is None and shared.is_file():
        with shared.open(encoding="utf-8", errors="replace") as file:
            place = file.read(4096).split("\n")[0].replace("\0", "")
        found = _trap((git_dir / place).resolve())
    return found


def _trap(git_dir: Path) -> str | None:
    for folder in _FOLDERS:
        for found in _strange(git_dir / folder):
            return f"{found.relative_to(git_dir)} is no file"
    for found in _below(git_dir / "refs"):
        return f"{found.relative_to(git_dir)} is no file"
    waiting, seen = [git_dir / "config", git_dir / "config.worktree"], set[Path]()
    while waiting and len(seen) < _MOST:
        path = waiting.pop()
        if path in seen:
            continue
        seen.add(path)
        for key, named in _named(path):
            if _waits(named):
                return f"its configuration names {named.name}, which is no file"
            if key == "path":
                waiting.append(named)
    return None


def _named(config: Path) -> Iterator[tuple[str, Path]]:
    """The keys of a configuration with their values as paths, as git would look for them."""
    try:
        with config.open("rb") as file:
            text = file.read(_LONGEST).decode("utf-8", "replace")
    except OSError:
        return
    for line in text.split("\n"):
        match = _VALUE.match(line[:1500])
        if match and "\0" not in match[2]:
            value = match[2].partition(" #")[0].partition(" ;")[0].strip().strip('"')
            yield match[1].lower(), config.parent / os.path.expanduser(value)  # noqa: PTH111  Path's raises for unknown users


def _strange(folder: Path) -> Iterator[Path]:
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if not (entry.is_file(follow_symlinks=False) or entry.is_dir(follow_symlinks=False)):
                    path = Path(entry.path)
                    if not entry.is_symlink() or _waits(path):
                        yield path
    except OSError:
        return


def _below(folder: Path) -> Iterator[Path]:
    for parent, _, _ in os.walk(folder):
        yield from _strange(Path(parent))


def _waits(path: Path) -> bool:
    """Is it a pipe, a socket or a device? `/dev/null` is empty, and many a configuration names it."""
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError):
        return False
    return not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)) and str(path) != os.devnull
