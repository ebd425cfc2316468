"""Texts that make a regular expression slow, made from the expression itself, and a judge of the time that it takes.

Each unbounded repeat of the expression is pumped: what stands before it, then its body many times, then what does not fit.
Each of its pieces is repeated, too, so that a search begins at many places and comes to nothing at each.
"""

import re
import signal
import time
from collections.abc import Iterable, Iterator
from re import _constants as sre  # type: ignore[attr-defined]  # what `re` itself stands on
from re import _parser  # type: ignore[attr-defined]  # likewise
from typing import Any

SHORT, TIMES = 4000, 6  # characters of a text, and how many times as long the second is
ROUNDS = 2
MORE = 3  # what the long text may take of the time of so many short ones: by the square, it takes TIMES as much
WORTH_A_LOOK = 0.005  # seconds: by the square, the short text takes at least as long
LONGEST = 2  # seconds for one text, after which it is slow whatever the other took
ALL = 60  # seconds for all texts of one expression; none of the others took a third of that
MOST = 14  # characters of a class that are tried
LONG = 200  # repeats: what may be repeated less often is no matter
_ALPHABET = "a0_ -.\n\t/:=,'\"@A#(){}[]<>|&$%*+~!?\\`;^\r\u00e9"
_CATEGORIES = {
    sre.CATEGORY_DIGIT: str.isdigit,
    sre.CATEGORY_NOT_DIGIT: lambda c: not c.isdigit(),
    sre.CATEGORY_SPACE: str.isspace,
    sre.CATEGORY_NOT_SPACE: lambda c: not c.isspace(),
    sre.CATEGORY_WORD: lambda c: c.isalnum() or c == "_",
    sre.CATEGORY_NOT_WORD: lambda c: not (c.isalnum() or c == "_"),
}


def texts(pattern: str, flags: int, length: int) -> Iterator[str]:
    """Texts of about ``length`` characters that the expression may find hard."""
    pumps = dict.fromkeys(_pumps(list(_parser.parse(pattern, flags)), "", ""))
    for before, body, after in pumps:
        many = body * (length // len(body))
        yield before + many
        yield before + many + "\0"
        if before:
            yield (before + body) * (length // len(before + body))
            yield before * (length // len(before)) + body + "\0"
        if after:  # all that is asked but its last character, again and again
            near = before + body + after[:-1] + "\0"
            yield near * (length // len(near))
            yield (body + after[:-1]) * (length // len(body + after[:-1]))


def _pumps(items: list[tuple[Any, Any]], before: str, after: str) -> Iterator[tuple[str, str, str]]:
    for number, (kind, value) in enumerate(items):
        then = _sample(items[number + 1 :]) + after
        if kind in (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT):
            _, most, body = value
            if most is sre.MAXREPEAT or most >= LONG:
                for one in _bodies(list(body)):
                    yield before, one, then
            yield from _pumps(list(body), before, then)
        elif kind is sre.SUBPATTERN:
            yield from _pumps(list(value[3]), before, then)
        elif kind is sre.ATOMIC_GROUP:
            yield from _pumps(list(value), before, then)
        elif kind is sre.BRANCH:
            for branch in value[1]:
                yield from _pumps(list(branch), before, then)
        elif kind in (sre.ASSERT, sre.ASSERT_NOT):
            yield from _pumps(list(value[1]), before, then)
        before += _sample([(kind, value)])


def _bodies(items: list[tuple[Any, Any]]) -> set[str]:
    """Ways in which one turn of a repeat can look: for a class, its kinds of characters."""
    found = set()
    if len(items) == 1:
        kind, value = items[0]
        if kind is sre.BRANCH:
            for branch in value[1]:
                found |= _bodies(list(branch))
        elif kind is sre.SUBPATTERN:
            found |= _bodies(list(value[3]))
        else:
            found |= set(_characters(kind, value)[:MOST])
    else:
        found.add(_sample(items))
        found.add(_sample(items, last=True))
    return {one for one in found if one}


def _characters(kind: Any, value: Any) -> str:
    if kind is sre.LITERAL:
        return chr(value)
    if kind is sre.NOT_LITERAL:
        return "".join(c for c in _ALPHABET if ord(c) != value)
    if kind is sre.ANY:
        return _ALPHABET.replace("\n", "")
    if kind is sre.CATEGORY:
        return "".join(c for c in _ALPHABET if _CATEGORIES[value](c))
    if kind is sre.IN:
        negated = value[0][0] is sre.NEGATE
        inside = "".join(_members(*item) for item in value if item[0] is not sre.NEGATE)
        return "".join(c for c in _ALPHABET if c not in inside) if negated else inside
    return ""


def _members(kind: Any, value: Any) -> str:
    if kind is sre.RANGE:
        return chr(value[0])
    return _characters(kind, value)


def _sample(items: Iterable[tuple[Any, Any]], *, last: bool = False) -> str:
    """A text that the parts match, as short as may be; with ``last``, by the last of what can be chosen."""
    found = ""
    for kind, value in items:
        if kind in (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT):
            found += _sample(value[2], last=last) * value[0]
        elif kind is sre.SUBPATTERN:
            found += _sample(value[3], last=last)
        elif kind is sre.ATOMIC_GROUP:
            found += _sample(value, last=last)
        elif kind is sre.BRANCH:
            found += _sample(value[1][-1 if last else 0], last=last)
        else:
            characters = _characters(kind, value)
            found += characters[-1 if last else 0] if characters else ""
    return found


def slow_text(made: "re.Pattern[str]", way: str = "search") -> str:
    """The beginning of a text over which the expression takes time by the square of the length, or worse; "" where there is none.

    ``way``: as which method it is used, `match`, `fullmatch`, or another, for which all is found that can be.
    """
    seen, began = set[str](), time.process_time()
    short_and_long = zip(
        texts(made.pattern, made.flags, SHORT), texts(made.pattern, made.flags, SHORT * TIMES), strict=True
    )
    for short, long in short_and_long:
        if short in seen:
            continue
        seen.add(short)
        before = _seconds(made, short, way)
        if before == float("inf"):
            return short[:40]
        if time.process_time() - began > ALL:
            return short[:40]
        if before < WORTH_A_LOOK or _seconds(made, long, way) < before * TIMES * MORE / 2:
            continue
        before = after = float("inf")
        # A busy machine makes any of them longer, and none shorter; so the two are to be of one length.
        for _ in range(ROUNDS):
            many = sum(_seconds(made, short, way) for _ in range(TIMES))
            before, after = min(before, many), min(after, _seconds(made, long, way))
            if after < before * MORE:
                break
        else:
            return long[:40]
    return ""


def _seconds(made: "re.Pattern[str]", text: str, way: str) -> float:
    began = time.process_time()
    try:
        signal.setitimer(signal.ITIMER_PROF, LONGEST)
        try:
            if way in ("match", "fullmatch"):
                getattr(made, way)(text)
            else:
                for _ in made.finditer(text):
                    pass
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
    except TimeoutError:  # it may ring on the last step, too
        return float("inf")
    return time.process_time() - began
