"""poe the poet: [tool.poe.tasks] of pyproject.toml, poe_tasks.toml, and what they include."""

from collections.abc import Iterable, Iterator

from scorecard.readers import toml
from scorecard.readers.node import MISSING, Node
from scorecard.readers.wrappers import Words
from scorecard.repository import Repository
from scorecard.runners.model import Call, Task
from scorecard.runners.shapes import below, call_after, document, folder_of, forgiven, lines_of, source_line

NAME = "poe"
FILES = ("pyproject.toml", "poe_tasks.toml", "poe_tasks.yaml")
_VALUED = frozenset({"-C", "--directory", "-e", "--executor", "--root", "-X"})


def tasks(repository: Repository, path: str) -> Iterable[Task]:
    yield from _tasks(repository, path, folder_of(path), 0)


def _tasks(repository: Repository, path: str, home: str, depth: int) -> Iterator[Task]:
    text = repository.text(path)
    if path.endswith("pyproject.toml") and "tool.poe" not in text:
        return
    root = toml.read(text) if path.endswith(".toml") else document(repository, path)
    poe = root["tool"]["poe"] or (root if path.rpartition("/")[2] != "pyproject.toml" else MISSING)
    entries = poe["tasks"]
    for name, node in entries.items():
        folder = below(home, node["cwd"].text) if node.is_map and node["cwd"] else home
        line = entries.key_line(name)
        needs = (
            tuple(entry.text.split()[0] for entry in node["deps"].as_list() if entry.text.strip())
            if node.is_map
            else ()
        )
        commands = tuple(_commands(node, is_step=False))
        yield Task(NAME, name, path, line, commands, needs, folder, source_line(repository, path, line), home)
    for entry in poe["include"].as_list() if depth < 3 else []:
        target = below(home, entry.text or entry["path"].text)
        if repository.has(target):
            yield from _tasks(repository, target, below(home, entry["cwd"].text) if entry["cwd"] else home, depth + 1)


def _commands(node: Node, *, is_step: bool) -> Iterator[tuple[int, str]]:
    """A string is a command, and within a sequence the name of a task."""
    if node.is_scalar:
        if is_step and node.text:
            yield node.line, f"poe {node.text}"
        else:
            yield from lines_of(node)
        return
    if node.is_list:
        for step in node:
            yield from _commands(step, is_step=True)
        return
    found: list[tuple[int, str]] = []
    for key in ("cmd", "shell"):
        found += lines_of(node[key])
    if node["ref"]:
        found.append((node["ref"].line, f"poe {node['ref'].text}"))
    if node["script"]:
        found.append((node["script"].line, f"python -m {node['script'].text.partition(':')[0]}"))
    for step in node.get("sequence", "parallel", "switch").as_list():
        found += _commands(step, is_step=not (node["switch"] or node["default_item_type"].text == "cmd"))
    ignored = node["ignore_fail"].is_true or node["ignore_fail"].text == "return_zero"
    yield from forgiven(tuple(found)) if ignored else found


def invoked(words: Words) -> Call | None:
    start = 1 if words[:1] == ("poe",) else 2 if words[:2] == ("poetry", "poe") else 0
    return (
        call_after(words, start, _VALUED, folder=("-C", "--directory"), most=1)
        if start and len(words) > start
        else None
    )
