"""A folder to prepare things in, that goes away again whatever stops us."""

import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from scaffolder import stopping

# Seconds before each try to clear up: a process that we started may still be writing while it is stopped.
_WAITS = (0.0, 0.2, 0.5, 1.0, 2.0)


@contextmanager
def hidden(prefix: str, parent: Path) -> Iterator[Path]:
    """A new folder in ``parent`` while the block runs. Raises OSError where none can be made."""
    folder: Path | None = None
    try:
        try:
            with stopping.held():  # else a request to stop could fall between the folder and our knowing its name
                folder = Path(tempfile.mkdtemp(prefix=prefix, dir=parent))
            yield folder
        finally:
            _clear(folder)
    finally:
        _clear(folder)  # where the first was stopped before it could make anybody wait


def _clear(folder: Path | None) -> None:
    with stopping.waits():
        for wait in _WAITS:
            if folder and folder.exists():
                time.sleep(wait)
                shutil.rmtree(folder, ignore_errors=True)
