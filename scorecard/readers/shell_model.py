"""One command of a script, and whether its failure counts."""

import re
from collections.abc import Sequence

from msgspec import Struct

from scorecard.patterns import lazily

ASSIGNMENT = lazily(r"(?:\$env:)?([A-Za-z_]\w*)\+?=")
_HARMLESS = frozenset(
    {"true", ":", "echo", "printf", "touch", "cat", "ls", "sleep", "date", "logger", "warn", "Write-Host", "continue"}
)  # fmt: skip


class Command(Struct, frozen=True):
    """One simple command.

    ``folder`` is where it runs, relative to the repository, None where that is not known; ``guarded`` whether
    it only runs if some test holds; ``writes`` the files that its output goes to.
    """

    words: tuple[str, ...]
    line: int
    raw: str
    may_fail: bool = False
    folder: str | None = ""
    env: tuple[tuple[str, str], ...] = ()
    writes: tuple[str, ...] = ()
    guarded: bool = False
    stops: bool = False


def handled(following: str, rest: str) -> bool:
    """Is the exit status looked at by the next command, or kept and returned in the ``rest`` of the
    script?"""
    if "$?" not in following and "LASTEXITCODE" not in following:
        return False
    kept = ASSIGNMENT.match(following)
    if not kept:
        return bool(re.search(r"\b(?:exit|return|throw)\b", following))
    returned = re.search(r"\b(?:exit|return)\s+\"?\$\{?" + kept[1], rest)
    return bool(returned) or (kept[1] in rest and bool(re.search(r"\bexit [1-9]", rest)))


def lets_pass(commands: Sequence[Command], source: str, rest: str) -> bool:
    """Does the right side of `||` turn a failure into a success?"""
    if re.search(r"\b(?:exit|return)\s+(?:[1-9]|-1|\$)|\bfalse\b|\bkill\b", source):
        return False
    named = [command for command in commands if command.words]
    if named:
        last = named[-1].words
        return last[0] in _HARMLESS or last[:2] in (("exit", "0"), ("return", "0"))
    kept = ASSIGNMENT.match(source)
    if not kept:
        return False
    return not re.search(r"\b(?:exit|return)\s+\"?\$\{?" + kept[1] + r"\b|\bexit [1-9]", rest)
