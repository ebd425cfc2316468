"""Procfile: the processes of a Heroku-like app."""

import re
from collections.abc import Iterable

from scorecard.readers.wrappers import Words, after_options
from scorecard.repository import Repository
from scorecard.runners.model import Call, Task
from scorecard.runners.shapes import folder_of

NAME = "procfile"
FILES = ("Procfile", "Procfile.*")
_STARTERS = frozenset(
    {
        ("heroku", "local"),
        ("honcho", "start"),
        ("foreman", "start"),
        ("overmind", "start"),
        ("hivemind", "Procfile"),
    }
)


def tasks(repository: Repository, path: str) -> Iterable[Task]:
    names: list[str] = []
    for number, row in enumerate(repository.lines(path), 1):
        found = re.match(r"([A-Za-z0-9_-]+):\s*(\S.*)", row)
        if found:
            names.append(found[1])
            yield Task(NAME, found[1], path, number, ((number, found[2].strip()),), folder=folder_of(path), text=row)
    yield Task(NAME, "", path, 1, needs=tuple(names), folder=folder_of(path))


def invoked(words: Words) -> Call | None:
    if words[:2] not in _STARTERS:
        return None
    at = after_options(words, 2, frozenset({"-f", "-p", "-e"}))
    return Call(words[at : at + 1])
