"""Packages installed beside us that bring checks: those with an entry point of the group ``sevenasks.checks``."""

import sysconfig
from collections.abc import Iterator
from pathlib import Path

GROUP = "sevenasks.checks"


def files() -> Iterator[Path]:
    """The `entry_points.txt` of each, in our own environment and nowhere else.

    `importlib.metadata.entry_points` would look at all of ``sys.path``, where the current folder may stand: a repository could
    bring an entry point with it. And it costs 30 ms, which is saved where nobody has any.
    """
    mark = f"[{GROUP}]".encode()
    for site in dict.fromkeys(sysconfig.get_path(name) for name in ("purelib", "platlib")):
        for file in sorted(Path(site).glob("*.dist-info/entry_points.txt")):
            if mark in file.read_bytes():
                yield file
