"""`mlops history`: the levels over time, and what turned each."""

import gc
import sys
import tempfile
from pathlib import Path

from mlops.audit import progress
from mlops.errors import FINE, MlopsError
from mlops.files import write
from scorecard import NotARepository
from scorecard.cache import Cache, home
from scorecard.history import read
from scorecard.reports.history import FORMATS


def run(
    path: Path,
    *,
    every: str | None,
    limit: int,
    blame: bool,
    fmt: str,
    output: Path | None,
    configured: bool,
    cached: bool,
    rev: str,
) -> int:
    """Show the history of ``path`` and give the exit code. Raises MlopsError."""
    gc.enable()  # what each audit leaves has to go before the next
    with tempfile.TemporaryDirectory(prefix="mlops-history-") as place:
        # Without the user's cache, one for this run: what its revisions have in common is read once all the same.
        cache = Cache(home() if cached else Path(place))
        try:
            with progress(f"reading the history of {path}"):
                found = read(path, every=every, limit=limit, blame=blame, cache=cache, configured=configured, rev=rev)
        except NotARepository as error:
            hint = "give the path of a git repository with its history: mlops history PATH"
            raise MlopsError(str(error), hint) from None
        finally:
            cache.close()
    text = FORMATS[fmt](found)
    if output is None:
        sys.stdout.write(text)
        sys.stdout.flush()
    else:
        write(output, text)
    return FINE
