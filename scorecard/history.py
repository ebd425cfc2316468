"""How the answers came to be: the levels at points of a history, and the commit that turned each.

A point is audited as any revision is. Between two points whose answers differ, commits are halved, with only those criteria
judged that differ, until the one is found that made the difference. A stretch of commits with the same answers at both ends is taken to
have had them all along, unless a file that proves one of them is missing in between.
"""

import contextlib
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from pathlib import Path

from msgspec import Struct

from scorecard import answers, audited, commits, levels, uncollected
from scorecard.asks import ASKS
from scorecard.cache import Cache
from scorecard.checks import all_checks
from scorecard.commits import Commit
from scorecard.config import BadConfig
from scorecard.model import Finding, Level, NotARepository, Outcome
from scorecard.readers import toml, yaml
from scorecard.repository import Repository, Revisions

Findings = Mapping[str, Finding]
_YES = (Outcome.MET, Outcome.WAIVED)


class Point(Struct, frozen=True):
    """One commit with its levels; ``read`` is false where they are those of both its neighbours that were read."""

    commit: Commit
    levels: dict[str, Level]
    read: bool = True

    @property
    def met(self) -> int:
        return sum(level.met for level in self.levels.values())

    @property
    def applicable(self) -> int:
        return sum(level.applicable for level in self.levels.values())


class Turn(Struct, frozen=True):
    """A criterion whose answer changed with ``commit``, or between ``since`` and it where nobody looked closer.

    ``summary`` and ``places`` are of the side that is met, else of what came.
    """

    criterion: str
    commit: Commit
    since: Commit | None
    before: str
    after: str
    summary: str
    places: tuple[str, ...] = ()

    @property
    def mark(self) -> str:
        """`+` for what is met or waived since then, `-` for what was, `~` for the rest."""
        return "+" if self.after in _YES else "-" if self.before in _YES else "~"


class History(Struct, frozen=True):
    """Points oldest first, turns likewise; ``audits`` is how many revisions were looked at."""

    name: str
    every: str
    points: tuple[Point, ...]
    turns: tuple[Turn, ...]
    notes: tuple[str, ...] = ()
    audits: int = 0


class Unread(Exception):
    """A revision that cannot be audited; says why."""


def read(
    path: Path, *, every: str | None, limit: int, blame: bool, cache: Cache, configured: bool = True, rev: str = "HEAD"
) -> History:
    """The history of the repository at ``path``. ``every`` is release, month or commit; None for releases where there are two, else months.

    Raises NotARepository.
    """
    revisions = Revisions(path)
    chosen, wanted = _wanted(revisions.git_dir, every, limit, rev)
    cache.held = {}
    try:
        reader = _Reader(revisions, cache, configured=configured)
        return reader.history(chosen, wanted, blame=blame)
    finally:
        cache.held = None
        yaml.read.cache_clear()
        toml.read.cache_clear()
        cache.flush()


def _wanted(git_dir: Path, every: str | None, limit: int, rev: str) -> tuple[str, list[Commit]]:
    if every is not None:
        return every, commits.points(git_dir, every, limit, rev)
    releases = commits.points(git_dir, "release", limit, rev)
    is_enough = sum(commit.name != rev for commit in releases) > 1
    return ("release", releases) if is_enough else ("month", commits.points(git_dir, "month", limit, rev))


class _Reader:
    def __init__(self, revisions: Revisions, cache: Cache, *, configured: bool) -> None:
        self.revisions, self.cache, self.configured = revisions, cache, configured
        git_dir = revisions.git_dir
        self.notes: list[str] = [] if not (git_dir / "shallow").exists() else [
            "this clone is shallow, so its history is not whole: git fetch --unshallow"
        ]  # fmt: skip
        self.turns: list[Turn] = []
        self.since: dict[str, dict[str, Finding]] = {}  # the new answers by the commit that brought them
        self.audits = 0

    def history(self, every: str, wanted: list[Commit], *, blame: bool) -> History:
        found = self._commits(wanted) if every == "commit" else self._points(wanted, blame=blame)
        order = {point.commit.id: place for place, point in enumerate(found)}
        turns = sorted(self.turns, key=lambda t: (t.commit.day, order.get(t.commit.id, 0), t.criterion))
        name = self.revisions.folder.name.removesuffix(".git")
        return History(name, every, tuple(found), tuple(turns), tuple(self.notes), self.audits)

    def _points(self, wanted: list[Commit], *, blame: bool) -> list[Point]:
        found: list[Point] = []
        last: tuple[Commit, Findings] | None = None
        for commit in wanted:
            try:
                now = self._all(commit)
            except Unread as error:
                self.notes.append(f"{commit.name} was left out: {error}")
                continue
            found.append(Point(commit, _levels(now)))
            if last is not None and blame:
                way = commits.between(self.revisions.git_dir, last[0].id, commit.id)
                self._narrow([last[0], *way], last[1], now)
            elif last is not None:
                self._say(last[0], commit, last[1], now, exact=False)
            last = commit, now
        return found

    def _commits(self, wanted: list[Commit]) -> list[Point]:
        """Each commit, of which only those are read that can make a difference."""
        ends: list[Findings] = []
        while wanted and not ends:
            try:
                ends = [self._all(wanted[0]), self._all(wanted[-1])]
            except Unread as error:  # before there was anything to read
                self.notes.append(f"{wanted[0].name} was left out: {error}")
                wanted = wanted[1:]
        if not wanted:
            return []
        for (first, last), (before, after) in self._stretches(wanted, *ends).items():
            self._narrow(wanted[first : last + 1], before, after)
        now = dict(ends[0])
        found = []
        for commit in wanted:
            now |= self.since.get(commit.id, {})
            read = commit.id in self.since or commit is wanted[0] or commit is wanted[-1]
            found.append(Point(commit, _levels(now), read))
        return found

    def _stretches(
        self, way: Sequence[Commit], before: Findings, after: Findings
    ) -> dict[tuple[int, int], tuple[dict[str, Finding], dict[str, Finding]]]:
        """By first and last place on the ``way``: the answers that are known there, and of which nothing in between is known."""
        found: dict[tuple[int, int], tuple[dict[str, Finding], dict[str, Finding]]] = {}
        known = {name: {0: before[name], len(way) - 1: after[name]} for name in before if name in after}
        for place, criteria in self._without_proof(way, before, after).items():
            with contextlib.suppress(Unread):
                for name, finding in self._some(way[place], criteria).items():
                    known[name][place] = finding
        for name, answers_at in known.items():
            for pair in pairwise(sorted(answers_at)):
                old, new = found.setdefault(pair, ({}, {}))
                old[name], new[name] = (answers_at[place] for place in pair)
        return found

    def _without_proof(self, way: Sequence[Commit], before: Findings, after: Findings) -> dict[int, list[str]]:
        """Criteria that are met at both ends, by the places where a file that proves one at an end is not there yet, or no more."""
        kept = [n for n in before if n in after and before[n].outcome is Outcome.MET is after[n].outcome]
        paths = {
            name: ({e.path for e in before[name].evidence}, {e.path for e in after[name].evidence}) for name in kept
        }
        found: dict[int, set[str]] = {}
        last: Mapping[str, str] = self.revisions.tree(way[0].id)[0]
        for place, commit in enumerate(way[1:], 1):
            now = self.revisions.tree(commit.id)[0]
            gone, new = last.keys() - now.keys(), now.keys() - last.keys()
            for name, (old, young) in paths.items():
                if gone & old and place < len(way) - 1:
                    found.setdefault(place, set()).add(name)
                if new & young and place > 1:
                    found.setdefault(place - 1, set()).add(name)
            last = now
        return {place: sorted(names) for place, names in found.items()}

    def _narrow(self, way: Sequence[Commit], before: Findings, after: Findings) -> None:
        """Which commit of ``way``, whose first has the answers ``before`` and whose last those ``after``, changed each."""
        differ = _differing(before, after)
        if not differ:
            return
        if len(way) <= 2:
            self._say(way[0], way[-1], before, after, exact=len(way) == 2)
            return
        middle = len(way) // 2
        try:
            now = self._some(way[middle], differ)
        except Unread:
            self._say(way[0], way[-1], before, after, exact=False)
            return
        self._narrow(way[: middle + 1], {name: before[name] for name in differ}, now)
        self._narrow(way[middle:], now, {name: after[name] for name in differ})

    def _say(self, since: Commit, commit: Commit, before: Findings, after: Findings, *, exact: bool) -> None:
        for name in _differing(before, after):
            old, new = before[name], after[name]
            shows = old if old.outcome in _YES else new
            places = tuple(f"{e.path}:{e.line}" for e in shows.evidence[:3])
            says = None if exact else since
            self.since.setdefault(commit.id, {})[name] = new
            self.turns.append(Turn(name, commit, says, str(old.outcome), str(new.outcome), shows.summary, places))

    def _all(self, commit: Commit) -> Findings:
        return self._look(commit, lambda opened: audited(opened, cache=self.cache, configured=self.configured).findings)

    def _some(self, commit: Commit, criteria: Sequence[str]) -> Findings:
        return self._look(
            commit, lambda opened: answers(opened, criteria, cache=self.cache, configured=self.configured)
        )

    def _look(self, commit: Commit, ask: Callable[[Repository], Findings]) -> Findings:
        self.audits += 1
        try:
            with uncollected():
                return ask(self.revisions.open(commit.id))
        except (NotARepository, BadConfig) as error:
            raise Unread(str(error)) from None


def _differing(before: Findings, after: Findings) -> list[str]:
    return [name for name in before if name in after and before[name].outcome is not after[name].outcome]


def _levels(findings: Findings) -> dict[str, Level]:
    return {ask.id: levels.level(ask, all_checks().values(), findings) for ask in ASKS}
