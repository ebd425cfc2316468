"""nx: the targets of `project.json`."""

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from scorecard.readers.wrappers import Words, option
from scorecard.repository import Repository
from scorecard.runners.model import Call, Task
from scorecard.runners.shapes import folder_of, source_line

NAME = "nx"
FILES = ("project.json",)
# What an executor runs, where the target gives no command of its own.
_EXECUTORS = {
    "@nx/jest:jest": "jest", "@nrwl/jest:jest": "jest", "@nx/vite:test": "vitest", "@nx/vitest:test": "vitest", "@nxlv/python:run-commands": "",
    "@nx/playwright:playwright": "playwright test", "@nx/cypress:cypress": "cypress run", "@nx/next:build": "next build", "@nx/vite:build": "vite build",
    "@nx/webpack:webpack": "webpack", "@nx-tools/nx-container:build": "docker build .", "@nxlv/python:publish": "twine upload",
}  # fmt: skip
_TESTS = re.compile(r":(?:test|pytest)$")


def tasks(repository: Repository, path: str) -> Iterable[Task]:
    try:
        root = json.loads(repository.text(path))
    except (ValueError, RecursionError):
        return
    targets = root.get("targets") if isinstance(root, dict) else None
    if not isinstance(targets, dict):
        return
    project = str(root.get("name") or folder_of(path).rpartition("/")[2])
    rows = repository.lines(path)
    for name, target in targets.items():
        commands = tuple(_commands(target)) if isinstance(target, dict) else ()
        if not commands:
            continue
        line = next((n for n, row in enumerate(rows, 1) if f'"{name}"' in row), 1)
        text = source_line(repository, path, line)
        for called in (f"{project}:{name}", name):
            yield Task(NAME, called, path, line, tuple((line, c) for c in commands), text=text, home="")


def _commands(target: dict[str, Any]) -> Iterator[str]:
    options = target.get("options")
    options = options if isinstance(options, dict) else {}
    for given in (target.get("command"), options.get("command")):
        if isinstance(given, str):
            yield given
    several = options.get("commands")
    for entry in several if isinstance(several, list) else ():
        text = entry.get("command") if isinstance(entry, dict) else entry
        if isinstance(text, str):
            yield text
    executor = str(target.get("executor", ""))
    if _EXECUTORS.get(executor):
        yield _EXECUTORS[executor]
    elif "python" in executor and _TESTS.search(executor):
        yield "pytest"


def invoked(words: Words) -> Call | None:
    if words[:1] != ("nx",) or len(words) < 2:
        return None
    if words[1] in ("run-many", "affected"):
        return Call(_targets(words), anywhere=True)
    plain = [word for word in words[1:] if not word.startswith("-")]
    if plain[:1] == ["run"]:
        return Call((":".join(plain[1].split(":")[:2]),), anywhere=True) if len(plain) > 1 else None
    if len(plain) >= 2:  # `nx deploy api`
        return Call((f"{plain[1]}:{plain[0]}",), anywhere=True)
    return None


def _targets(words: Words) -> tuple[str, ...]:
    """`-t lint test build` and `--targets=lint,test`."""
    named: list[str] = []
    for at, word in enumerate(words):
        if word in ("-t", "--target", "--targets"):
            for value in words[at + 1 :]:
                if value.startswith("-"):
                    break
                named += value.split(",")
    return tuple(named) or tuple(option(words, "-t", "--target", "--targets").split(","))
