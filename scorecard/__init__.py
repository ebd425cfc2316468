"""Reads repositories and judges them. ``audit(path)`` is the public interface."""

import gc
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
    config: Path | None = None,
    configured: bool = True,
    rev: str | None = None,
) -> Scorecard:
    """The scorecard of the repository or folder at ``path``, as it stands or at a revision of git's, read without a checkout.

    ``kind`` and ``stage`` override what would be found out; ``only`` are ids of asks to answer, none for all.
    ``config`` is a file like `mlops.toml` to take instead of the repository's own, which is left aside where ``configured`` is
    false. Runs nothing of the repository and writes nothing into it. Raises NotARepository, BadConfig.
    """
    collecting = gc.isenabled()
    gc.disable()  # modules and facts are millions of small objects that live until the end
    try:
        from scorecard import settings  # noqa: PLC0415  help and usage errors need none of it
        from scorecard.assemble import assemble  # noqa: PLC0415
        from scorecard.repository import open_repository  # noqa: PLC0415

        repository = open_repository(path, rev)
        said = settings.of(repository, config) if configured else None
        return assemble(repository, kind=kind, stage=stage, only=frozenset(only), config=said)
    finally:
        if collecting:
            gc.enable()
