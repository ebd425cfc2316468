"""Which words a text must hold for a regular expression to be found in it.

To look for a dozen words in a long text is twenty times cheaper than to run an expression over it, and most expressions
of the checks are about words that most repositories do not hold.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable
from itertools import accumulate
from re import _constants as sre  # type: ignore[attr-defined]  # what `re` itself stands on
from typing import Any

_SHORTEST = 2
_MOST = 120


def fold(text: str) -> str:
    """The text as ``needed`` words stand in it, in whatever case they are written."""
    return text.casefold().replace("\u0131", "i")


def needed(parsed: Any) -> tuple[str, ...] | None:
    """Words of which one must stand in a text, folded, for a parsed expression to match; None where none must."""
    found = _of_sequence(parsed)
    return tuple(sorted(found)) if found and len(found) <= _MOST else None


def _of_sequence(items: Iterable[tuple[Any, Any]]) -> frozenset[str] | None:
    """The most telling of what the parts of a sequence need."""
    best: frozenset[str] | None = None
    word = ""
    for kind, value in (*items, (None, None)):
        if kind is sre.LITERAL:
            word += chr(value)
            continue
        for one in (frozenset({fold(word)}) if len(word) >= _SHORTEST else None, _of_part(kind, value)):
            if one and (best is None or _worth(one) > _worth(best)):
                best = one
        word = ""
    return best


def _of_part(kind: Any, value: Any) -> frozenset[str] | None:
    if kind is sre.SUBPATTERN:
        return None if value[1] & ~re.IGNORECASE else _of_sequence(value[3])
    if kind in (sre.MAX_REPEAT, sre.MIN_REPEAT) and value[0]:
        return _of_sequence(value[2])
    if kind is sre.BRANCH:
        every = [_of_sequence(branch) for branch in value[1]]
        return frozenset().union(*(one for one in every if one)) if all(every) else None
    return None


def _worth(words: frozenset[str]) -> tuple[int, int]:
    return min(map(len, words)), -len(words)


class Haystack:
    """Many short texts, in which those that hold one of some words are found at once."""

    def __init__(self, texts: Iterable[str]) -> None:
        self.texts = tuple(texts)
        folded = [fold(text) for text in self.texts]
        self._all = "\n".join(folded)
        self._known: dict[str, set[int]] = {}  # many expressions need the same words
        self._starts = list(accumulate((len(text) + 1 for text in folded), initial=0))

    def holding(self, words: Iterable[str]) -> list[str]:
        """The texts in their order."""
        return [self.texts[place] for place in sorted(self.places(words))]

    def places(self, words: Iterable[str]) -> set[int]:
        """Where among the texts those stand that hold one of some folded words."""
        return set().union(*map(self._places_of, words))

    def _places_of(self, word: str) -> set[int]:
        places = self._known.get(word)
        if places is None:
            places = self._known[word] = set()
            at = self._all.find(word)
            while at >= 0:
                place = bisect_right(self._starts, at) - 1
                places.add(place)
                at = self._all.find(word, self._starts[place + 1])
        return places
