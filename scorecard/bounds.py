r"""Bounds for what a regular expression repeats, so that a hostile text costs it time by its length, and not by the square.

`build\w*index` runs to the end of a text of `buildbuildbuild…` from each of its words: a megabyte of that takes minutes. Nobody's
name is that long, so a class of characters (`\w*`, `[ \t]*`, `[\w./-]+`) is repeated ``NAME`` times at most, what takes nearly anything
(`.*`, `[^"]*`, `\S+`) ``ANYTHING`` times. What ends an expression is not bounded, nor what is
possessive (`[^\n]*+`, for readers whose comments and strings may be long): it never has to be tried again.
"""

from re import _constants as sre  # type: ignore[attr-defined]  # what `re` itself stands on
from typing import Any

NAME = 300
ANYTHING = 1000
_REPEATS = frozenset({sre.MAX_REPEAT, sre.MIN_REPEAT})
_OPEN = frozenset({sre.CATEGORY_NOT_SPACE, sre.CATEGORY_NOT_WORD, sre.CATEGORY_NOT_DIGIT})


def bounded(parsed: Any) -> Any:
    """The parsed expression itself, with each endless repeat of single characters bounded."""
    _bound(parsed, is_end=True)
    return parsed


def _bound(items: Any, *, is_end: bool) -> None:
    last = len(items) - 1
    while last >= 0 and items[last][0] is sre.AT:
        last -= 1
    for number, (kind, value) in enumerate(items):
        at_end = is_end and number == last
        if kind in _REPEATS:
            least, most, body = value
            most_of_it = _most(body)
            if most is sre.MAXREPEAT and most_of_it and not (at_end and most_of_it == ANYTHING):
                items[number] = (kind, (least, max(least, most_of_it), body))
            else:
                _bound(body, is_end=False)
        elif kind is sre.POSSESSIVE_REPEAT:
            _bound(value[2], is_end=False)
        elif kind is sre.SUBPATTERN:
            _bound(value[3], is_end=at_end)
        elif kind is sre.ATOMIC_GROUP:
            _bound(value, is_end=at_end)
        elif kind is sre.BRANCH:
            for branch in value[1]:
                _bound(branch, is_end=at_end)
        elif kind in (sre.ASSERT, sre.ASSERT_NOT):
            _bound(value[1], is_end=False)


def _most(body: Any) -> int:
    """How often the body of a repeat may come; 0 where it is more than one character, and another rule's business."""
    if len(body) != 1:
        return 0
    kind, value = body[0]
    if kind is sre.LITERAL:
        return NAME
    if kind in (sre.ANY, sre.NOT_LITERAL):
        return ANYTHING
    if kind is not sre.IN:
        return 0
    is_open = value[0][0] is sre.NEGATE or any(what is sre.CATEGORY and which in _OPEN for what, which in value)
    return ANYTHING if is_open else NAME
