"""mise: [tasks] of mise.toml and the scripts of .mise/tasks."""

import re
from collections.abc import Iterable, Iterator

from scorecard.patterns import lazily
from scorecard.readers import toml
from scorecard.readers.node import Node
from scorecard.readers.wrappers import Words
from scorecard.repository import Repository
from scorecard.runners.model import Call, Task
from scorecard.runners.shapes import below, call_after, folder_of, lines_of, source_line

NAME = "mise"
FILES = (
    "mise.toml", ".mise.toml", "mise.local.toml", ".mise.local.toml", ".rtx.toml", "**/mise/config.toml",
    "**/.mise/config.toml",
    "**/.mise/tasks/**", "**/mise-tasks/**", "**/.mise-tasks/**", "**/mise/tasks/**",
)  # fmt: skip
_TASK_FOLDER = lazily(r"(?P<home>(?:.*/)?)(?:\.config/)?\.?mise(?:/|-)tasks/(?P<name>.+)")
_VALUED = frozenset({"-C", "--cd", "-j", "--jobs", "-o", "--output", "-t", "--tool", "-E", "--env"})
_BUILTIN = frozenset(
    {
        "activate", "alias", "backends", "cache", "completion", "config", "current", "deactivate", "direnv",
        "doctor", "en", "env", "exec", "x", "fmt", "generate", "help", "hook-env", "implode", "install", "i",
        "latest", "link", "ln", "list", "ls", "ls-remote", "outdated", "plugins", "prune", "registry",
        "reshim",
        "search", "self-update", "set", "settings", "shell", "sync", "tasks", "tool", "trust", "uninstall",
        "unset", "unuse", "upgrade", "use", "u", "version", "watch", "where", "which", "bootstrap",
    }
)  # fmt: skip


def tasks(repository: Repository, path: str) -> Iterable[Task]:
    script = _TASK_FOLDER.match(path)
    if script and not path.endswith(".toml"):
        name = script["name"].removesuffix("/_default").replace("/", ":")
        home = script["home"].rstrip("/")
        for spelling in dict.fromkeys((name, re.sub(r"\.\w+\Z", "", name))):
            yield Task(NAME, spelling, path, 1, ((1, repository.text(path)),), folder=home, home=home)
        return
    root = toml.read(repository.text(path))
    home = (
        re.sub(r"/?(?:\.config/)?\.?mise\Z", "", folder_of(path)) if path.endswith("config.toml") else folder_of(path)
    )
    entries = root["tasks"]
    for name, node in entries.items():
        yield from _task(repository, path, home, name, node, entries.key_line(name))


def _task(repository: Repository, path: str, home: str, name: str, node: Node, line: int) -> Iterator[Task]:
    run = node["run"] if node.is_map else node
    folder = below(home, re.sub(r"\{\{\s*config_root\s*\}\}/?", "", node["dir"].text)) if node["dir"] else home
    commands: list[tuple[int, str]] = []
    for entry in run.as_list():
        commands += lines_of(entry)
        commands += (
            (n.line, f"mise run {n.text}") for n in (*entry["task"].as_list(), *entry["tasks"].as_list()) if n.text
        )
    if node["file"]:
        commands.append((node["file"].line, node["file"].text))
    commands += ((n.line, f"mise run {n.text}") for n in node["depends_post"].as_list() if n.text)
    needs = tuple(
        words[0] for entry in node["depends"].as_list() if (words := (entry.text or " ".join(entry.strings())).split())
    )
    task = Task(
        NAME,
        name,
        path,
        line,
        tuple(commands),
        needs,
        folder,
        source_line(repository, path, line),
        home,
        stops=True,
    )  # mise starts `sh -c -o errexit`
    yield task
    for alias in node["alias"].strings():
        yield Task(NAME, alias, path, line, task.commands, needs, folder, task.text, home, stops=True)


def invoked(words: Words) -> Call | None:
    if words[:1] != ("mise",):
        return None
    start = 1
    if words[1:3] == ("tasks", "run"):
        start = 3
    elif words[1:2] in (("run",), ("r",)):
        start = 2
    call = call_after(words, start, _VALUED, folder=("-C", "--cd"))
    if not call.names or (start == 1 and call.names[0] in (*_BUILTIN, "run", "r")):
        return None
    names: list[str] = [call.names[0]]  # others follow `:::`; the rest are arguments
    names += [after for mark, after in zip(call.names, call.names[1:], strict=False) if mark == ":::"]
    return Call(tuple(names), call.folder)
