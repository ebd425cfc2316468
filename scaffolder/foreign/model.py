"""What a capability knows of a foreign repository, and what it wants to do there. Pure data."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Site:
    """A foreign repository as it stands at HEAD.

    ``paths`` are its tracked files below the project's folder, ``text`` gives the text of one ("" for what is none, or is not there), and
    ``survey`` is what `scorecard.survey` found: plain data, documented there.
    """

    paths: tuple[str, ...]
    text: Callable[[str], str]
    survey: Mapping[str, Any]

    def has(self, path: str) -> bool:
        """Is there a file, or a folder with files, of this name?"""
        return any(p == path or p.startswith(f"{path}/") for p in self.paths)

    def is_met(self, criterion: str) -> bool:
        """Does the audit see it met?"""
        return bool(self.survey["criteria"].get(criterion) == "met")

    def is_open(self, criterion: str) -> bool:
        """Can it be turned to met: is it neither met nor without sense here?"""
        return self.survey["criteria"].get(criterion) not in ("met", "n/a")

    def free(self, path: str) -> str:
        """``path``, or where that is taken, a name like it which is not: what exists stays the user's."""
        stem, dot, suffix = path.rpartition(".")
        candidates = (path, *(f"{stem}_{n}{dot}{suffix}" for n in ("mlops", *range(2, 100))))
        return next(candidate for candidate in candidates if not self.has(candidate))


@dataclass(frozen=True, slots=True)
class Edit:
    """One of the user's own files, before and after; ``before`` is "" for one that does not exist yet."""

    path: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What adding a capability does.

    ``found`` are the facts that its templates are rendered with (they see it as ``found``); ``edits`` change the user's own files;
    ``left`` is what remains to do by hand, a line each; ``promises`` are the criteria that it turns to met.
    """

    found: Mapping[str, Any]
    promises: tuple[str, ...]
    edits: tuple[Edit, ...] = ()
    left: tuple[str, ...] = ()
    notes: tuple[str, ...] = field(default=())
