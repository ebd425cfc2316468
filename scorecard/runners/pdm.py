"""Scripts that pdm, rye and pipenv know by name."""

from collections.abc import Iterable, Iterator

from scorecard.readers import toml
from scorecard.readers.node import Node
from scorecard.readers.wrappers import Words
from scorecard.repository import Repository
from scorecard.runners.model import Call, Task
from scorecard.runners.shapes import call_after, folder_of, lines_of, source_line

NAME = "pdm"
FILES = ("pyproject.toml", "Pipfile")
_BUILTIN = frozenset(
    {
        "add", "build", "cache", "completion", "config", "export", "fix", "fmt", "format", "help", "import",
        "info", "init", "install", "link", "lint", "list", "lock", "new", "outdated", "plugin", "publish",
        "py",
        "python", "remove", "requests", "run", "search", "self", "shell", "show", "sync", "toolchain",
        "tools",
        "update", "use", "uninstall", "venv", "version", "clean", "check", "graph", "open", "upgrade",
        "scripts",
        "verify",
    }
)  # fmt: skip


def tasks(repository: Repository, path: str) -> Iterable[Task]:
    text = repository.text(path)
    if "scripts" not in text:
        return
    root = toml.read(text)
    tables = (
        (root["tool"]["pdm"]["scripts"], root["tool"]["rye"]["scripts"])
        if path.endswith(".toml")
        else (root["scripts"],)
    )
    for table in tables:
        for name, node in table.items():
            if name == "_":
                continue
            line = table.key_line(name)
            commands = [*_called(table, f"pre_{name}"), *_commands(node), *_called(table, f"post_{name}")]
            yield Task(
                NAME,
                name,
                path,
                line,
                tuple(commands),
                folder=folder_of(path),
                text=source_line(repository, path, line),
            )


def _called(table: Node, name: str) -> Iterator[tuple[int, str]]:
    if table.has(name):
        yield from _commands(table[name])


def _commands(node: Node) -> Iterator[tuple[int, str]]:
    if node.is_scalar:
        yield from lines_of(node)
    elif node.is_list:  # rye: the words of one command
        yield node.line, " ".join(node.strings())
    for key in ("cmd", "shell"):
        entry = node[key]
        yield from ((entry.line, " ".join(entry.strings())),) if entry.is_list and entry else lines_of(entry)
    if node["call"]:
        module = node["call"].text.partition(":")[0]
        yield node["call"].line, f"python -m {module}"
    for step in node.get("composite", "chain").as_list():
        yield from ((line, f"pdm run {text}") for line, text in lines_of(step))


def invoked(words: Words) -> Call | None:
    """`pdm run x`, `pdm x`; what is no script's name is a command in the environment, which is not for us to
    say."""
    if words[:1] not in (("pdm",), ("rye",), ("pipenv",)):
        return None
    valued = frozenset({"-p", "--project", "--venv"})
    call = call_after(words, 1, valued, folder=("-p", "--project"))
    names = call.names[1:2] if call.names[:1] == ("run",) else call.names[:1] if words[0] == "pdm" else ()
    return Call(names, call.folder) if names and (call.names[0] == "run" or names[0] not in _BUILTIN) else None
