"""What task files of several runners have in common: options of command lines, entries of YAML and TOML."""

import posixpath
import re
from collections.abc import Iterator

from scorecard.readers import yaml
from scorecard.readers.node import MISSING, Node
from scorecard.readers.wrappers import Words, after_options, option
from scorecard.repository import Repository
from scorecard.runners.model import Call


def folder_of(path: str) -> str:
    return path.rpartition("/")[0]


def below(folder: str, path: str) -> str:
    """``path`` as meant in ``folder``; "" is the root, and so is what lies outside of it."""
    result = posixpath.normpath(posixpath.join(folder, path or "."))
    return "" if result == "." or result.startswith(("..", "/")) else result


def document(repository: Repository, path: str) -> Node:
    """The first document of a YAML file, MISSING where it is none."""
    try:
        return next(iter(yaml.read(repository.text(path))), MISSING)
    except yaml.YamlError:
        return MISSING


def lines_of(node: Node) -> tuple[tuple[int, str], ...]:
    """A command as (line, text): one entry, however many lines its text has."""
    if not node.is_scalar or not node.text.strip():
        return ()
    return ((node.line + 1 if node.block else node.line, node.text),)


def forgiven(commands: tuple[tuple[int, str], ...]) -> tuple[tuple[int, str], ...]:
    """The commands so that their failure does not count."""
    return tuple((line, f"{{ {text}\n}} || true") for line, text in commands)


def source_line(repository: Repository, path: str, line: int) -> str:
    rows = repository.lines(path)
    return rows[line - 1].strip() if 0 < line <= len(rows) else ""


def plain_words(words: Words, start: int, valued: frozenset[str]) -> Iterator[str]:
    """The words that are neither options nor their values, nor `A=b`; what follows `--` belongs to the
    task."""
    at = start
    while at < len(words):
        word = words[at]
        if word == "--":
            return
        if word.startswith("-"):
            at += 2 if word in valued else 1
            continue
        if not re.match(r"\w+=", word):
            yield word
        at += 1


def call_after(
    words: Words,
    start: int,
    valued: frozenset[str],
    *,
    folder: tuple[str, ...] = (),
    file: tuple[str, ...] = (),
    most: int = 0,
) -> Call:
    """A call whose words from ``start`` on are names; ``most`` 1 where what follows the first are its
    arguments."""
    names = tuple(plain_words(words, start, valued))
    return Call(names[:most] if most else names, folder=option(words, *folder), file=option(words, *file))


__all__ = [
    "after_options",
    "below",
    "call_after",
    "document",
    "folder_of",
    "forgiven",
    "lines_of",
    "option",
    "plain_words",
    "source_line",
]
