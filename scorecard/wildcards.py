"""A pattern with many wildcards, held against a path in time that grows with its length and no faster.

`*a*a*a*a*b` as a regular expression tries every way to share the letters out: seconds for one name of a hundred. Here all
ways are followed at once, as bits of one number: a bit says that the pattern's first parts fit what was read so far.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import Final

_PART = re.compile(r"(?:\*\*/)+|\*\*|\*|\[[^]]{0,200}\]|.", re.DOTALL)
_SET_WORDS = re.compile(r"[\[&~|]")  # Python warns that they may mean sets of sets one day
_WILDCARD = re.compile(r"(?:\*\*/)+|\*\*|\*|\[[^]]{0,200}\]|\?")


class Wildcards:
    """One pattern: `*` and `?` stay within a folder, `**/` is any number of folders, `**` anything. Case is ignored."""

    def __init__(self, pattern: str) -> None:
        self._singles: Final[list[tuple[int, re.Pattern[str]]]] = []
        self._stars = self._anything = self._folders = 0
        place = 0
        for part in parts(pattern):
            bit = 1 << place
            if part == "*":
                self._stars |= bit
            elif part == "**":
                self._anything |= bit
            elif part == "**/":
                self._folders |= bit
                place += 1  # the second bit: inside of a folder's name
            else:
                self._singles.append((bit, _single(part)))
            place += 1
        self._end = 1 << place
        self._may: dict[str, int] = {}

    def match(self, path: str) -> bool:
        """Does the whole path fit?"""
        inside = self._folders << 1
        now = self._further(1)
        for char in path:
            if not now:
                return False
            then = (now & self._fitting(char)) << 1
            if char == "/":
                then |= (now & inside) >> 1
            else:
                then |= (now & (self._stars | inside)) | ((now & self._folders) << 1)
            if char != "\n":
                then |= now & self._anything
            now = self._further(then)
        return bool(now & self._end)

    def _further(self, now: int) -> int:
        """With what follows a wildcard that may stand for nothing."""
        while True:
            more = now | ((now & (self._stars | self._anything)) << 1) | ((now & self._folders) << 2)
            if more == now:
                return now
            now = more

    def _fitting(self, char: str) -> int:
        known = self._may.get(char)
        if known is None:
            known = self._may[char] = sum(bit for bit, part in self._singles if part.fullmatch(char))
        return known


@cache
def _single(part: str) -> re.Pattern[str]:
    """What fits one character of a path: `?`, a class, or the character itself."""
    return re.compile(expression_of(part), re.IGNORECASE)


def expression_of(part: str) -> str:
    """As a regular expression; a class that says nothing (`[z-a]`) means its own characters, as shells have it."""
    if part == "?":
        return "[^/]"
    if len(part) > 1:
        plain = "[" + _SET_WORDS.sub(r"\\\g<0>", part[1:-1]) + "]"
        try:
            re.compile(plain)
        except re.error:
            return re.escape(part)
        return plain
    return re.escape(part)


def parts(pattern: str) -> Iterator[str]:
    """The pattern's wildcards, classes and characters, in order; `**/` that follow each other are one."""
    return ("**/" if part.startswith("**/") else part for part in _PART.findall(pattern))


def literals(pattern: str) -> Iterator[str]:
    """What stands between a pattern's wildcards: each must stand in a path that fits, in whatever case."""
    return (word for word in _WILDCARD.split(pattern) if word)
