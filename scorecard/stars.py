"""Patterns in which a star stands for anything, without an expression to compile for each of some thousand of them."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache, cached_property

from scorecard.literals import Haystack, fold
from scorecard.paths import matches
from scorecard.wildcards import literals


@cache
def _parts(pattern: str) -> tuple[str, list[str], str, str | None]:
    """What stands before the first star, between stars, and behind the last; and the name that `*.name` also means."""
    head, *middle, tail = pattern.split("*")
    bare = tail[1:] if not head and not middle and tail[:1] == "." else None
    return head, [part for part in middle if part], tail, bare


def fits(pattern: str, name: str) -> bool:
    """Like ``fnmatch`` with stars alone; `*.fit` also means `fit` itself."""
    if "*" not in pattern:
        return pattern == name
    head, middle, tail, bare = _parts(pattern)
    if not (name.endswith(tail) and name.startswith(head)) or len(name) < len(head) + len(tail):
        return name == bare
    if not middle:
        return True
    start, end = len(head), len(name) - len(tail)
    for part in middle:
        start = name.find(part, start, end)
        if start < 0:
            return False
        start += len(part)
    return True


def fitting(pattern: str, names: Iterable[str]) -> list[str]:
    """Those of many names that fit a pattern with a star: ``fits`` for each of them."""
    head, middle, tail, bare = _parts(pattern)
    if middle:
        return [name for name in names if fits(pattern, name)]
    least = len(head) + len(tail)
    return [
        name for name in names if (name.endswith(tail) and name.startswith(head) and len(name) >= least) or name == bare
    ]


def chosen(pattern: str, names: Iterable[str]) -> list[str]:
    """Those of many names that fit a pattern with a star, most of them told by how they begin or end."""
    head, middle, tail, _ = _parts(pattern)
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
            head, middle, tail, _ = _parts(pattern)
            tail = tail.removeprefix(".")  # `*.fit` also means `fit` itself
            if head:
                near: Iterable[str] = _beginning(self._sorted, head)
            elif tail:
                near = [word[::-1] for word in _beginning(self._reversed, tail[::-1])]
            elif middle:
                near = self._haystack.holding((fold(max(middle, key=len)),))
            else:
                near = self._places
            found = near if head and pattern == f"{head}*" else fitting(pattern, near)
            known = self._known[pattern] = tuple(sorted(found, key=self._places.__getitem__))
        return known

    @cached_property
    def _sorted(self) -> list[str]:
        return sorted(self._places)

    @cached_property
    def _haystack(self) -> Haystack:
        return Haystack(self._places)

    @cached_property
    def _reversed(self) -> list[str]:
        return sorted([word[::-1] for word in self._places])


def _beginning(words: list[str], head: str) -> list[str]:
    """Those of sorted words that begin so."""
    first = bisect_left(words, head)
    last = bisect_left(words, head + chr(0x10FFFF), first)
    return words[first:last]


class Files:
    """Finds files by patterns: each pattern is held once in an audit against the files that may fit it."""

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
        for pattern in patterns:
            known = self._known.get(pattern)
            if known is None:
                is_path = "/" in pattern or "?" in pattern or "[" in pattern
                known = self._known[pattern] = self._placed(pattern) if is_path else self._named(pattern.lower())
            places |= known
        return (self._files[place][0] for place in sorted(places))

    def _named(self, pattern: str) -> frozenset[int]:
        if "*" not in pattern:
            return frozenset(self._names.get(pattern, ()))
        head, _, tail, _ = _parts(pattern)
        near: Iterable[str] = self._names
        if head:
            near = _beginning(self._sorted, head)
        elif tail:
            near = [name[::-1] for name in _beginning(self._reversed, tail[::-1])]
        return frozenset().union(*(self._names[name] for name in chosen(pattern, near)))

    def _placed(self, pattern: str) -> frozenset[int]:
        """A pattern for a whole path is held against the paths in which its longest word stands."""
        word = max(map(fold, literals(pattern)), key=len, default="")
        near = self._paths.places((word,)) if word else range(len(self._files))
        only = (pattern,)
        return frozenset(place for place in near if any(matches(path, only) for path in set(self._files[place])))

    @cached_property
    def _sorted(self) -> list[str]:
        return sorted(self._names)

    @cached_property
    def _reversed(self) -> list[str]:
        return sorted([name[::-1] for name in self._names])

    @cached_property
    def _paths(self) -> Haystack:
        return Haystack(path if path == rooted else f"{path} {rooted}" for path, rooted in self._files)
