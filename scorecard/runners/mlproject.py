"""MLflow projects: entry points of an MLproject file."""

import re
from collections.abc import Iterable

from scorecard.readers.wrappers import Words, after_options, option
from scorecard.repository import Repository
from scorecard.runners.model import Call, Task
from scorecard.runners.shapes import document, folder_of, lines_of

NAME = "mlflow"
FILES = ("MLproject",)
_VALUED = frozenset(
    {
        "-e", "--entry-point", "-v", "--version", "-P", "--param-list", "-A", "--docker-args",
        "--experiment-name", "--experiment-id", "-b", "--backend", "-c", "--backend-config", "--env-manager",
        "--storage-dir", "--run-id", "--run-name",
    }
)  # fmt: skip


def tasks(repository: Repository, path: str) -> Iterable[Task]:
    points = document(repository, path)["entry_points"]
    for name, node in points.items():
        commands = tuple((line, re.sub(r"\{(\w+)\}", r"${\1}", text)) for line, text in lines_of(node["command"]))
        yield Task(NAME, name, path, points.key_line(name), commands, folder=folder_of(path), text=f"{name}:")


def invoked(words: Words) -> Call | None:
    if words[:2] != ("mlflow", "run"):
        return None
    at = after_options(words, 2, _VALUED)
    place = words[at] if at < len(words) else "."
    if re.match(r"\w+://|git@", place):
        return None
    return Call((option(words, "-e", "--entry-point") or "main",), folder=place)
