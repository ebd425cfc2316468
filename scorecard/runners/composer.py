"""Scripts of composer.json."""

import json
from collections.abc import Iterable

from scorecard.readers.wrappers import Words
from scorecard.repository import Repository
from scorecard.runners.model import Call, Task
from scorecard.runners.shapes import call_after, folder_of

NAME = "composer"
FILES = ("composer.json",)


def tasks(repository: Repository, path: str) -> Iterable[Task]:
    text = repository.text(path)
    try:
        root = json.loads(text)
    except (ValueError, RecursionError):
        return
    scripts = root.get("scripts") if isinstance(root, dict) else None
    for name, given in scripts.items() if isinstance(scripts, dict) else ():
        line = next((n for n, row in enumerate(text.split("\n"), 1) if row.strip().startswith(f'"{name}"')), 1)
        parts = [part for part in (given if isinstance(given, list) else [given]) if isinstance(part, str)]
        commands = tuple(
            (line, f"composer {part[1:]}" if part.startswith("@") else part) for part in parts if "::" not in part
        )
        yield Task(NAME, str(name), path, line, commands, folder=folder_of(path))


def invoked(words: Words) -> Call | None:
    if words[:1] != ("composer",):
        return None
    call = call_after(words, 1, frozenset({"-d", "--working-dir"}), folder=("-d", "--working-dir"))
    names = call.names[1:2] if call.names[:1] in (("run",), ("run-script",)) else call.names[:1]
    return Call(names, call.folder) if names else None
