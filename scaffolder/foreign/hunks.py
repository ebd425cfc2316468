"""What an edit of ours did to a file, kept so that it can be taken away again, and nothing else with it."""

from difflib import SequenceMatcher
from typing import TypedDict


class Hunk(TypedDict):
    """Lines that stood there, those that stand there now, the line above them, and how many lines stood before them."""

    line: int
    above: str
    before: list[str]
    after: list[str]


def between(before: str, after: str) -> list[Hunk]:
    """The hunks that lead from ``before`` to ``after``."""
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    return [
        Hunk(line=j1, above=new[j1 - 1] if j1 else "", before=old[i1:i2], after=new[j1:j2])
        for tag, i1, i2, j1, j2 in SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes()
        if tag != "equal"
    ]


def undone(text: str, hunks: list[Hunk]) -> tuple[str, list[Hunk]]:
    """``text`` without what ``hunks`` did, and the hunks that the user has changed since, which stay.

    Text that nobody has touched since becomes what it was, to the byte.
    """
    lines, kept = text.splitlines(keepends=True), []
    for hunk in reversed(hunks):
        place = _place(lines, hunk)
        if place is None:
            kept.append(hunk)
        else:
            lines[place : place + len(hunk["after"])] = hunk["before"]
    return "".join(lines), kept[::-1]


def _place(lines: list[str], hunk: Hunk) -> int | None:
    """Where the hunk stands now: the nearest to where it stood, below the same line rather than another."""
    size = len(hunk["after"])
    places = [n for n in range(len(lines) - size + 1) if lines[n : n + size] == hunk["after"]]
    exact = [n for n in places if (lines[n - 1] if n else "") == hunk["above"]]
    if not size:  # lines that were taken away come back only below the line that they stood below
        places = exact
    return min(exact or places, key=lambda n: abs(n - hunk["line"]), default=None)
