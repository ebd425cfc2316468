"""Reads repositories and judges them. ``audit(path)`` is the public interface, ``history.read(path)`` that over time."""

import gc
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from scorecard.model import Finding, Kind, NotARepository, Scorecard, Stage

if TYPE_CHECKING:
    from scorecard.cache import Cache
    from scorecard.kept import Question
    from scorecard.offers import Closes
    from scorecard.repository import Repository

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
    checks: Iterable[Path] = (),
    trust_checks: bool = False,
    cache: "Cache | None" = None,
    jobs: int = 1,
    closes: "Closes | None" = None,
) -> Scorecard:
    """The scorecard of the repository or folder at ``path``, as it stands or at a revision of git's, read without a checkout.

    ``kind`` and ``stage`` override what would be found out; ``only`` are ids of asks to answer, none for all.
    ``config`` is a file like `mlops.toml` to take instead of the repository's own, which is left aside where ``configured`` is
    false. ``checks`` are folders of checks to ask beside ours; those that the repository itself names are run only with
    ``trust_checks``. Else this runs nothing of the repository, and it writes nothing into it. What it made is kept in ``cache``,
    and taken from there where nothing has changed. With ``jobs`` above 1, large repositories are read by so many processes.
    ``closes`` says what `mlops add` of an ask would close; where the first gap is none of it, the gap's page is named instead.
    Raises NotARepository, BadConfig, BadChecks.
    """
    from scorecard import kept  # noqa: PLC0415  help and usage errors need none of it
    from scorecard.repository import open_repository  # noqa: PLC0415

    with uncollected():
        repository = open_repository(path, rev)
        repository.jobs = jobs
        if cache is not None and cache.path.is_relative_to(path.resolve()):
            cache = None
        asked = kept.Question(kind, stage, tuple(sorted(only)), config, configured, closes is not None)
        return _answered(repository, asked, cache, list(checks), path if trust_checks else None, closes)


def audited(repository: "Repository", *, configured: bool = True, cache: "Cache | None" = None) -> Scorecard:
    """The scorecard of a repository that is open; see ``audit``."""
    from scorecard import kept  # noqa: PLC0415

    return _answered(repository, kept.Question(None, None, (), None, configured), cache)


def answers(
    repository: "Repository", criteria: Sequence[str], *, cache: "Cache", configured: bool = True
) -> Mapping[str, Finding]:
    """What ``audited`` says of some criteria, for no more work than they need. Raises BadConfig."""
    from scorecard import kept, settings  # noqa: PLC0415
    from scorecard.assemble import answers as judged  # noqa: PLC0415
    from scorecard.config import Config  # noqa: PLC0415

    def make(lacking: Sequence[str]) -> Mapping[str, Finding]:
        said = settings.of(repository) if configured else Config()
        return judged(repository, lacking, said)

    asked = kept.Question(None, None, (), None, configured)
    return kept.answers(repository, criteria, asked, cache, make)


@contextmanager
def uncollected() -> Iterator[None]:
    """Modules and facts are millions of small objects that live until the end."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def _answered(
    repository: "Repository",
    asked: "Question",
    cache: "Cache | None",
    folders: Sequence[Path] = (),
    trusted: Path | None = None,
    closes: "Closes | None" = None,
) -> Scorecard:
    """``trusted`` is where the folders of checks lie that the repository itself names, if they are to run."""
    from scorecard import kept  # noqa: PLC0415

    def fresh() -> Scorecard:
        return _fresh(repository, asked, folders, trusted, closes)

    if cache is None:
        return fresh()
    if trusted or folders or _others(repository, asked):
        return kept.sources(repository, cache, fresh)
    return kept.report(repository, asked, cache, fresh)


def _fresh(
    repository: "Repository",
    asked: "Question",
    folders: Sequence[Path],
    trusted: Path | None,
    closes: "Closes | None",
) -> Scorecard:
    from scorecard import custom, settings  # noqa: PLC0415  heavy: all checks
    from scorecard.assemble import assemble  # noqa: PLC0415

    said = settings.of(repository, asked.config) if asked.configured else None
    named = settings.folders(said, repository, asked.config, trusted) if said else []
    known = custom.with_ours([*folders, *named])
    return assemble(
        repository,
        kind=asked.kind,
        stage=asked.stage,
        only=frozenset(asked.only),
        config=said,
        checks=known,
        closes=closes,
    )


def _others(repository: "Repository", asked: "Question") -> bool:
    """Are there checks of somebody else's? What those say may depend on more than the files that are read."""
    if asked.config is not None and asked.configured:
        from scorecard import settings  # noqa: PLC0415  as above

        if settings.of(repository, asked.config).checks:
            return True
    from scorecard import beside  # noqa: PLC0415

    return next(beside.files(), None) is not None
