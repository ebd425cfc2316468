"""What `add`, `remove` and `update` print: files, then criteria, then what is left to do."""

import os
import sys
from collections.abc import Iterable

from scaffolder.merging import Outcome


def printable(text: str) -> str:
    """A name of a file may hold what is a command to a terminal, or no text at all."""
    return "".join(c if c.isprintable() or c == "\n" else "?" for c in text)


def say(lines: Iterable[str]) -> None:
    """The result, to standard output."""
    sys.stdout.write(printable("\n".join(lines) + "\n"))
    sys.stdout.flush()


def note(text: str) -> None:
    """Talk, to standard error."""
    sys.stderr.write(printable(f"note: {text}\n"))


def files(outcome: Outcome) -> list[str]:
    """A line for each file, by what happened to it."""
    return [
        *(f"  {style('+', '32')} {path}" for path in outcome.added),
        *(f"  {style('~', '33')} {path}" for path in outcome.changed),
        *(f"  {style('-', '31')} {path}" for path in outcome.deleted),
        *(f"  {style('!', '31')} {path}: {why}" for path, why in outcome.conflicts),
    ]


def diff(text: str) -> None:
    """A patch, coloured where a person looks at it."""
    colours = {"+": "32", "-": "31", "@": "36"}
    for line in text.splitlines():
        head = line.startswith(("+++", "---", "diff ", "index "))
        sys.stdout.write(style(printable(line), "1" if head else colours.get(line[:1], "")) + "\n")


def style(text: str, code: str) -> str:
    """ANSI colour, on a terminal that wants it."""
    plain = not code or not sys.stdout.isatty() or os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    return text if plain else f"\x1b[{code}m{text}\x1b[0m"
