"""A regular expression of the audited repository, searched for in time that grows with the text and no faster.

`(a|a)*b` takes Python's `re` twice as long for each further letter, and who wrote it may mean just that. Here all ways
through the expression are followed at once (K. Thompson, "Regular expression search algorithm", CACM 11(6), 1968), as RE2 does it,
by which GitLab itself reads such expressions. It knows no look-around and no references back either.
"""

import re
import string
from collections.abc import Callable, Iterable
from functools import lru_cache
from re import _compiler, _parser  # type: ignore[attr-defined]  # what `re` itself stands on
from re import _constants as sre  # type: ignore[attr-defined]  # likewise
from typing import Any, Final

MOST_STATES, MOST_TEXT = 200, 255  # a branch has no longer name; both at once take some hundredths of a second
_REPEATS = frozenset({sre.MAX_REPEAT, sre.MIN_REPEAT})
_WORD = frozenset(string.ascii_letters + string.digits + "_")


class NotPlain(ValueError):
    """An expression that no finite automaton can follow, or one of too many states."""


@lru_cache(maxsize=1024)
def searched(pattern: str, flags: int, text: str) -> bool:
    """Is the expression found somewhere in the text? False where it is none that can be followed, or the text is longer than names are."""
    if len(text) > MOST_TEXT:
        return False
    try:
        return _Automaton(pattern, flags | re.ASCII).searches(text)  # RE2's words and digits are those of ASCII
    except (
        ValueError,
        re.error,
        OverflowError,
        RecursionError,
    ):  # the first also where it wants flags that go not together
        return False


class _Automaton:
    """States are numbers: one reads a character and leads to the next, or leads to others for nothing."""

    def __init__(self, pattern: str, flags: int) -> None:
        parsed = _parser.parse(pattern, flags)
        self._state: Final = parsed.state
        self._flags: Final = int(flags) | parsed.state.flags
        self._reads: Final[list[Callable[[str], object] | None]] = []
        self._where: Final[list[Any]] = []
        self._next: Final[list[list[int]]] = []
        self._fits: Final[dict[str, set[int]]] = {}
        self._end: Final = self._add()
        self._start: Final = self._sequence(parsed, self._end)

    def searches(self, text: str) -> bool:
        """One step for each character, whatever the number of ways."""
        now: set[int] = set()
        for place in range(len(text) + 1):
            now = self._further((*now, self._start), text, place)
            if self._end in now:
                return True
            if place < len(text):
                now = {then for one in now & self._fitting(text[place]) for then in self._next[one]}
        return False

    def _further(self, states: Iterable[int], text: str, place: int) -> set[int]:
        """With all that is reached without reading on."""
        found, waiting = set[int](), list(states)
        while waiting:
            one = waiting.pop()
            if one in found or not self._stands(self._where[one], text, place):
                continue
            found.add(one)
            if self._reads[one] is None:
                waiting += self._next[one]
        return found

    def _fitting(self, char: str) -> set[int]:
        known = self._fits.get(char)
        if known is None:
            known = self._fits[char] = {one for one, reads in enumerate(self._reads) if reads and reads(char)}
        return known

    def _stands(self, where: Any, text: str, place: int) -> bool:
        if where is None:
            return True
        if where is sre.AT_BEGINNING_STRING:
            return place == 0
        if where is sre.AT_BEGINNING:
            return place == 0 or (self._flags & re.MULTILINE > 0 and text[place - 1] == "\n")
        if where is sre.AT_END:
            rest = text[place : place + 2]
            return rest in ("", "\n") or (self._flags & re.MULTILINE > 0 and rest[0] == "\n")
        if where is sre.AT_END_STRING:
            return place == len(text)
        inside = (text[place - 1 : place] in _WORD) != (text[place : place + 1] in _WORD)
        return inside is (where is sre.AT_BOUNDARY)

    def _add(self, reads: Callable[[str], object] | None = None, where: Any = None, then: Iterable[int] = ()) -> int:
        if len(self._next) >= MOST_STATES:
            raise NotPlain("too many states")
        self._reads.append(reads)
        self._where.append(where)
        self._next.append(list(then))
        return len(self._next) - 1

    def _sequence(self, items: Any, then: int) -> int:
        for kind, value in reversed(list(items)):
            then = self._item(kind, value, then)
        return then

    def _item(self, kind: Any, value: Any, then: int) -> int:
        """The state before the item, when ``then`` is the one after it."""
        if kind in (sre.LITERAL, sre.NOT_LITERAL, sre.ANY, sre.IN):
            one = _parser.SubPattern(self._state, [(kind, value)])
            return self._add(_compiler.compile(one, self._flags).match, then=[then])
        if kind is sre.AT:
            return self._add(where=value, then=[then])
        if kind is sre.BRANCH:
            return self._add(then=[self._sequence(branch, then) for branch in value[1]])
        if kind is sre.SUBPATTERN and not value[1] and not value[2]:
            return self._sequence(value[3], then)
        if kind in _REPEATS:
            least, most, body = value
            return self._repeat(least, most, body, then)
        raise NotPlain(f"no automaton follows {kind}")

    def _repeat(self, least: int, most: Any, body: Any, then: int) -> int:
        if most is sre.MAXREPEAT:
            again = self._add()
            self._next[again] += [self._sequence(body, again), then]
            then = again
        else:
            for _ in range(most - least):
                then = self._add(then=[self._sequence(body, then), then])
        for _ in range(least):  # a state for an empty body, too: there is an end to them
            then = self._add(then=[self._sequence(body, then)])
        return then
