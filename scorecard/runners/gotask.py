"""task (go-task): Taskfile.yml with its includes."""

from collections.abc import Iterable, Iterator

from scorecard.readers.node import Node
from scorecard.readers.wrappers import Words
from scorecard.repository import Repository
from scorecard.runners.model import Call, Task
from scorecard.runners.shapes import below, call_after, document, folder_of, forgiven, lines_of

NAME = "task"
FILES = ("Taskfile.yml", "Taskfile.yaml", "Taskfile.dist.yml", "Taskfile.dist.yaml")
_VALUED = frozenset({"-d", "--dir", "-t", "--taskfile", "-o", "--output", "-C", "--concurrency", "--interval"})
_MAX_DEPTH = 5


def tasks(repository: Repository, path: str) -> Iterable[Task]:
    yield from _tasks(repository, path, folder_of(path), folder_of(path), "", 0)
    yield Task(NAME, "", path, 1, needs=("default",), folder=folder_of(path), text="default task")


def _tasks(repository: Repository, path: str, home: str, folder: str, prefix: str, depth: int) -> Iterator[Task]:
    root = document(repository, path)
    entries = root["tasks"]
    for name, node in entries.items():
        commands = node if node.is_list else node.get("cmds", "cmd")
        if node.is_scalar:
            commands = node
        where = below(folder, node["dir"].text) if node.is_map and node["dir"] else folder
        yield Task(
            NAME,
            prefix + name,
            path,
            entries.key_line(name),
            tuple(_commands(commands, prefix)),
            tuple(prefix + need for need in _names(node["deps"])),
            where,
            f"{name}:",
            home,
        )
        for alias in node["aliases"].strings():
            yield Task(
                NAME,
                prefix + alias,
                path,
                entries.key_line(name),
                needs=(prefix + name,),
                folder=where,
                home=home,
            )
    if depth >= _MAX_DEPTH:
        return
    for name, node in root["includes"].items():
        given = node.text if node.is_scalar else node["taskfile"].text
        target = below(folder_of(path), given.removeprefix("./"))
        found = next(
            (p for p in (target, *(f"{target}/{file}".lstrip("/") for file in FILES)) if repository.has(p)),
            "",
        )
        if given and found:
            where = below(folder, node["dir"].text) if node["dir"] else folder_of(found)
            inner = prefix if node["flatten"].is_true else f"{prefix}{name}:"
            yield from _tasks(repository, found, home, where, inner, depth + 1)


def _names(node: Node) -> Iterator[str]:
    for entry in node.as_list():
        name = entry.text or entry["task"].text
        if name:
            yield name.lstrip(":")


def _commands(node: Node, prefix: str) -> Iterator[tuple[int, str]]:
    for entry in node.as_list():
        if entry.is_scalar:
            yield from lines_of(entry)
        elif entry["task"]:
            yield entry["task"].line, f"task {prefix}{entry['task'].text.lstrip(':')}"
        elif entry["cmd"]:
            commands = lines_of(entry["cmd"])
            yield from forgiven(commands) if entry["ignore_error"].is_true else commands


def invoked(words: Words) -> Call | None:
    if words[:1] != ("task",) or any(
        word in ("-l", "--list", "--list-all", "-a", "--dry", "-n", "--init") for word in words
    ):
        return None
    return call_after(words, 1, _VALUED, folder=("-d", "--dir"), file=("-t", "--taskfile"))
