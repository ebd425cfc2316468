"""doit: functions named task_* in dodo.py that return their actions."""

import ast
from collections.abc import Iterable

from scorecard.readers.command_strings import command, functions, parse
from scorecard.readers.wrappers import Words
from scorecard.repository import Repository
from scorecard.runners.model import Call, Task
from scorecard.runners.shapes import call_after, folder_of, source_line

NAME = "doit"
FILES = ("dodo.py",)


def tasks(repository: Repository, path: str) -> Iterable[Task]:
    default: list[str] = []
    for name, function in functions(parse(repository.text(path))).items():
        if not name.startswith("task_"):
            continue
        commands: list[tuple[int, str]] = []
        needs: list[str] = []
        for node in ast.walk(function):
            if not isinstance(node, ast.Dict):
                continue
            for key, value in zip(node.keys, node.values, strict=True):
                if isinstance(key, ast.Constant) and key.value == "actions":
                    commands += [
                        (e.lineno, text)
                        for e in getattr(value, "elts", [])
                        if (text := command(e)) and not isinstance(e, ast.Tuple)
                    ]
                elif isinstance(key, ast.Constant) and key.value in ("task_dep", "setup"):
                    needs += [str(e.value) for e in getattr(value, "elts", []) if isinstance(e, ast.Constant)]
        title = name.removeprefix("task_")
        default.append(title)
        yield Task(
            NAME, title, path, function.lineno, tuple(commands), tuple(needs), folder_of(path),
            source_line(repository, path, function.lineno),
        )  # fmt: skip
    yield Task(NAME, "", path, 1, needs=tuple(default), folder=folder_of(path), text="all tasks")


def invoked(words: Words) -> Call | None:
    if words[:1] != ("doit",) or words[1:2] in (("list",), ("help",), ("clean",), ("info",)):
        return None
    call = call_after(
        words,
        1,
        frozenset({"-f", "-n", "-d", "--file", "--dir"}),
        folder=("-d", "--dir"),
        file=("-f", "--file"),
    )
    return Call(tuple(name for name in call.names if name != "run"), call.folder, call.file)
