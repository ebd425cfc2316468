"""Patterns in which a star stands for anything, without an expression to compile for each of some thousand of them."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache, cached_property

from scorecard.paths import matches


@cache
def _parts(pattern: str) -> tuple[str, list[str], str]:
    """What stands before the first star, between stars, and behind the last."""
    head, *middle, tail = pattern.split("*")
    return head, [part for part in middle if part], tail


def fits(pattern: str, name: str) -> bool:
    """Like ``fnmatch`` with stars alone; `*.fit` also means `fit` itself."""
    if "*" not in pattern:
        return pattern == name
    if pattern.startswith("*.") and pattern.count("*") == 1 and name == pattern[2:]:
        return True
    head, middle, tail = _parts(pattern)
    if len(name) < len(head) + len(tail) or not (name.startswith(head) and name.endswith(tail)):
        return False
    if not middle:
        return True
    start, end = len(head), len(name) - len(tail)
    for part in middle:
        start = name.find(part, start, end)
        if start < 0:
            return False
        start += len(part)
    return True


def chosen(pattern: str, names: Iterable[str]) -> list[str]:
    """Those of many names that fit a pattern with a star, most of them told by how they begin or end."""
    head, middle, tail = _parts(pattern)
    found = [name for name in names if name.startswith(head) and name.endswith(tail)]
    whole = not middle and not (head and tail)  # else beginning and end may overlap, or there is more to find
    return found if whole else [name for name in found if fits(pattern, name)]


class Words:
    """Many words, of which those that fit a pattern with a star are asked for again and again."""

    def __init__(self, words: Iterable[str]) -> None:
        self._places = {word: place for place, word in enumerate(words)}
        self._known: dict[str, tuple[str, ...]] = {}

    def fitting(self, pattern: str) -> tuple[str, ...]:
        """The words that fit, in their order."""
        known = self._known.get(pattern)
        if known is None:
            head, _, tail = _parts(pattern)
            tail = tail.removeprefix(".")  # `*.fit` also means `fit` itself
            if head:
                near: Iterable[str] = _beginning(self._sorted, head)
            elif tail:
                near = [word[::-1] for word in _beginning(self._reversed, tail[::-1])]
            else:
                near = self._places
            found = [word for word in near if fits(pattern, word)]
            known = self._known[pattern] = tuple(sorted(found, key=self._places.__getitem__))
        return known

    @cached_property
    def _sorted(self) -> list[str]:
        return sorted(self._places)

    @cached_property
    def _reversed(self) -> list[str]:
        return sorted([word[::-1] for word in self._places])


def _beginning(words: list[str], head: str) -> list[str]:
    """Those of sorted words that begin so."""
    first = bisect_left(words, head)
    last = bisect_left(words, head + chr(0x10FFFF), first)
    return words[first:last]


class Files:
    """Finds files by patterns: each pattern for a name is held against each name once in an audit."""

    def __init__(self, files: Iterable[tuple[str, str]]) -> None:
        """``files`` are paths as they are and as they count (below the root of a template), in order."""
        self._files = tuple(files)
        self._known: dict[str, frozenset[int]] = {}
        self._names: dict[str, set[int]] = defaultdict(set)
        for place, both in enumerate(self._files):
            for path in both:
                self._names[path.rpartition("/")[2].lower()].add(place)

    def find(self, patterns: Iterable[str]) -> Iterator[str]:
        """The paths that match one of the patterns, in order."""
        places: set[int] = set()
        rest = []
        for pattern in patterns:
            if "/" in pattern or "?" in pattern or "[" in pattern:
                rest.append(pattern)
            else:
                places |= self._named(pattern.lower())
        if rest:
            for place, (path, rooted) in enumerate(self._files):
                if place not in places and (matches(rooted, rest) or (rooted != path and matches(path, rest))):
                    places.add(place)
        return (self._files[place][0] for place in sorted(places))

    def _named(self, pattern: str) -> frozenset[int]:
        known = self._known.get(pattern)
        if known is None:
            if "*" in pattern:
                known = frozenset().union(*(self._names[name] for name in chosen(pattern, self._names)))
            else:
                known = frozenset(self._names.get(pattern, ()))
            self._known[pattern] = known
        return known
