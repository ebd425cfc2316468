"""Whole reports, kept for as long as nothing changes of what they were made from."""

import contextlib
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

from scorecard.model import Finding, Kind, Outcome, Scorecard, Stage
from scorecard.repository import Repository

if TYPE_CHECKING:
    from scorecard.cache import Cache


class Question(Struct, frozen=True):
    """What the caller of an audit said; see ``scorecard.audit``."""

    kind: Kind | None
    stage: Stage | None
    only: tuple[str, ...]
    config: Path | None
    configured: bool
    offered: bool = False  # somebody says which gaps `mlops add` closes

    def words(self) -> tuple[object, ...]:
        """All that the answer depends on, the content of the named file included."""
        text = ""
        if self.config is not None:
            with contextlib.suppress(OSError):
                text = self.config.read_bytes().decode("utf-8", "surrogateescape")
        return (self.kind, self.stage, self.only, str(self.config), text, self.configured, self.offered)


class _Kept(Struct):
    card: Scorecard
    day: str = ""  # the only one for which it holds; waivers end


def report(repository: Repository, asked: Question, cache: "Cache", make: Callable[[], Scorecard]) -> Scorecard:
    """The scorecard as ``make`` gives it, from the cache where it has it."""
    from scorecard import fingerprint  # noqa: PLC0415  only what is kept needs a name

    rest, files = fingerprint.of(repository, *asked.words()), fingerprint.of_files(repository)
    key = f"report {rest} {files}"
    today = date.today().isoformat()  # noqa: DTZ011  a day as the user means it
    known = cache.get(key)
    if known is not None:
        with contextlib.suppress(msgspec.DecodeError, UnicodeDecodeError, ValueError):  # written by nobody of ours
            found = msgspec.msgpack.decode(known, type=_Kept)
            if found.day in ("", today):
                return found.card
    repository.cache = cache
    card = make()
    # Not where something may be otherwise the next time though no file is, or where somebody wrote while we read.
    if not repository.incomplete and not _broken(card) and files == fingerprint.of_files(repository):
        waived = any(finding.outcome is Outcome.WAIVED for finding in card.findings.values())
        with contextlib.suppress(UnicodeEncodeError):  # a file name that is no text
            cache.put(key, msgspec.msgpack.encode(_Kept(card, today if waived else "")))
    cache.flush()
    return card


def sources(repository: Repository, cache: "Cache", make: Callable[[], Scorecard]) -> Scorecard:
    """The scorecard that ``make`` gives, with what was read of the sources kept, and no more."""
    repository.cache = cache
    card = make()
    cache.flush()
    return card


def answers(
    repository: Repository,
    criteria: Sequence[str],
    asked: Question,
    cache: "Cache",
    make: Callable[[Sequence[str]], Mapping[str, Finding]],
) -> dict[str, Finding]:
    """The answers to some criteria as ``make`` gives them, from the cache where it has them. For revisions, whose files stay what they are."""
    from scorecard import fingerprint  # noqa: PLC0415  as above

    rest, files = fingerprint.of(repository, *asked.words()), fingerprint.of_files(repository)
    keys = {name: f"answer {rest} {files} {name}" for name in criteria}
    found: dict[str, Finding] = {}
    for name, key in keys.items():
        known = cache.get(key)
        if known is not None:
            with contextlib.suppress(msgspec.DecodeError, UnicodeDecodeError, ValueError):  # written by nobody of ours
                found[name] = msgspec.msgpack.decode(known, type=Finding)
    lacking = [name for name in criteria if name not in found]
    if lacking:
        repository.cache = cache
        made = make(lacking)
        for name, finding in made.items():
            if not repository.incomplete and finding.outcome not in (Outcome.WAIVED, Outcome.ERROR):
                with contextlib.suppress(UnicodeEncodeError):
                    cache.put(keys[name], msgspec.msgpack.encode(finding))
        found |= made
    return {name: found[name] for name in criteria if name in found}


def _broken(card: Scorecard) -> bool:
    """A check that ran out of memory or time may not the next time."""
    return any(finding.outcome is Outcome.ERROR for finding in card.findings.values())
