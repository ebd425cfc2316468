"""pixi: tasks of pixi.toml and of [tool.pixi] in pyproject.toml."""

from collections.abc import Iterable

from scorecard.readers import toml
from scorecard.readers.node import Node
from scorecard.readers.wrappers import Words
from scorecard.repository import Repository
from scorecard.runners.model import Call, Task
from scorecard.runners.shapes import below, call_after, folder_of, lines_of, source_line

NAME = "pixi"
FILES = ("pixi.toml", "pyproject.toml")
_VALUED = frozenset({"-e", "--environment", "--manifest-path", "-m"})


def tasks(repository: Repository, path: str) -> Iterable[Task]:
    text = repository.text(path)
    if path.endswith("pyproject.toml") and "tool.pixi" not in text:
        return
    root = toml.read(text)
    pixi = root if path.endswith("pixi.toml") else root["tool"]["pixi"]
    tables = [pixi["tasks"], *(part["tasks"] for part in (*pixi["feature"], *pixi["target"]))]
    for table in tables:
        for name, node in table.items():
            line = table.key_line(name)
            command = node if node.is_scalar else node["cmd"]
            commands = (
                ((command.line, " ".join(command.strings())),) if command.is_list and command else lines_of(command)
            )
            folder = below(folder_of(path), node["cwd"].text) if node["cwd"] else folder_of(path)
            yield Task(
                NAME,
                name,
                path,
                line,
                commands,
                _needs(node),
                folder,
                source_line(repository, path, line),
                folder_of(path),
            )


def _needs(node: Node) -> tuple[str, ...]:
    entries = node if node.is_list else node.get("depends-on", "depends_on")
    return tuple(name for entry in entries.as_list() if (name := entry.text or entry["task"].text))


def invoked(words: Words) -> Call | None:
    if words[:2] not in (("pixi", "run"), ("pixi", "r")):
        return None
    return call_after(words, 2, _VALUED, file=("--manifest-path", "-m"), most=1)
