"""What an edit of ours did to a file, kept so that it can be taken away again, and nothing else with it."""

from difflib import SequenceMatcher
from typing import TypedDict


class Hunk(TypedDict):
    """Lines that stood there, the lines that stand there now, and the line before them (to tell two places apart)."""

    above: str
    before: list[str]
    after: list[str]


def between(before: str, after: str) -> list[Hunk]:
    """The hunks that lead from ``before`` to ``after``."""
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    return [
        Hunk(above=new[j1 - 1] if j1 else "", before=old[i1:i2], after=new[j1:j2])
        for tag, i1, i2, j1, j2 in SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes()
        if tag != "equal"
    ]


def undone(text: str, hunks: list[Hunk]) -> tuple[str, list[Hunk]]:
    """``text`` without what ``hunks`` did, and the hunks that the user has changed since, which stay."""
    lines, kept = text.splitlines(keepends=True), []
    for hunk in reversed(hunks):
        size = len(hunk["after"])
        places = [n for n in range(len(lines) - size + 1) if lines[n : n + size] == hunk["after"]] if size else []
        exact = [n for n in places if (lines[n - 1] if n else "") == hunk["above"]]
        if len(exact or places) == 1:
            place = (exact or places)[0]
            lines[place : place + size] = hunk["before"]
        else:
            kept.append(hunk)
    return "".join(lines), kept[::-1]
