"""What `mlops add` would close in an audited repository: the audit asks, for it does not know what can be added."""

from collections.abc import Collection, Mapping
from typing import Any

from scorecard.repository import Repository

_TABLES = (".csv", ".tsv")
_MOST = 100_000  # bytes of a table: of what a check of it would promise, its first rows say enough


def closes(ask: str, repository: Repository, survey: Mapping[str, Any]) -> Collection[str]:
    """The criteria that it would turn to met there. Writes nothing, and executes nothing."""
    from scaffolder import promises  # noqa: PLC0415  help and usage errors need none of it
    from scaffolder.foreign.model import Site  # noqa: PLC0415

    def text(path: str) -> str:
        return repository.head(path, _MOST) if path.endswith(_TABLES) else repository.text(path)

    try:
        return promises(ask, Site(repository.paths, text, survey))
    except Exception:  # noqa: BLE001  whatever is in that repository: the report comes all the same
        return ()
