"""Reads repositories and judges them. ``audit(path)`` is the public interface."""

from collections.abc import Iterable
from pathlib import Path

from scorecard.model import Kind, NotARepository, Scorecard, Stage

__all__ = ["Kind", "NotARepository", "Scorecard", "Stage", "audit"]


def audit(
    path: Path,
    *,
    kind: Kind | None = None,
    stage: Stage | None = None,
    only: Iterable[str] = (),
) -> Scorecard:
    """The scorecard of the repository or folder at ``path``.

    ``kind`` and ``stage`` override what would be found out; ``only`` are ids of asks to answer, none for all.
    Runs nothing of the repository and writes nothing into it. Raises NotARepository.
    """
    from scorecard.assemble import assemble  # noqa: PLC0415  help and usage errors need none of the checks
    from scorecard.repository import open_repository  # noqa: PLC0415

    return assemble(open_repository(path), kind=kind, stage=stage, only=frozenset(only))
