"""Results in colour where a person looks, plain elsewhere."""

import os
import sys
from collections.abc import Iterable

from mlops.text import printable


def say(lines: Iterable[str]) -> None:
    """The result, to standard output."""
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()


def note(text: str) -> None:
    """Talk, to standard error."""
    sys.stderr.write(printable(f"note: {text}\n"))


def patch(text: str) -> list[str]:
    """A diff, line by line."""
    colours = {"+": "32", "-": "31", "@": "36"}
    heads = ("+++", "---", "diff ", "index ", "new file", "deleted file")
    return [
        style(printable(line), "1" if line.startswith(heads) else colours.get(line[:1], ""))
        for line in text.splitlines()
    ]


def style(text: str, code: str) -> str:
    """ANSI colour, on a terminal that wants it."""
    plain = not code or not sys.stdout.isatty() or os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    return text if plain else f"\x1b[{code}m{text}\x1b[0m"
