"""lefthook: the commands of git hooks."""

from collections.abc import Iterable, Iterator

from scorecard.readers import toml
from scorecard.readers.node import Node
from scorecard.readers.wrappers import Words
from scorecard.repository import Repository
from scorecard.runners.model import Call, Task
from scorecard.runners.shapes import below, call_after, document, folder_of, lines_of

NAME = "lefthook"
FILES = (
    "lefthook.yml",
    ".lefthook.yml",
    "lefthook.yaml",
    ".lefthook.yaml",
    "lefthook.toml",
    ".lefthook.toml",
)


def tasks(repository: Repository, path: str) -> Iterable[Task]:
    root = toml.read(repository.text(path)) if path.endswith(".toml") else document(repository, path)
    for hook, node in root.items():
        commands = [*_of(node["commands"]), *_jobs(node["jobs"])]
        for script, settings in node["scripts"].items():
            source = f"{folder_of(path)}/.lefthook/{hook}/{script}".lstrip("/")
            if repository.has(source):
                commands.append((settings.line, f"{settings['runner'].text or 'sh'} .lefthook/{hook}/{script}"))
        if commands:
            yield Task(
                NAME,
                hook,
                path,
                root.key_line(hook),
                tuple(commands),
                folder=below(folder_of(path), ""),
                text=f"{hook}:",
            )


def _of(commands: Node) -> Iterator[tuple[int, str]]:
    for command in commands:
        for line, text in lines_of(command["run"]):
            root = command["root"].text
            yield line, f"cd {root} && {text}" if root else text


def _jobs(jobs: Node) -> Iterator[tuple[int, str]]:
    for job in jobs.as_list():
        yield from lines_of(job["run"])
        yield from _jobs(job["group"]["jobs"])


def invoked(words: Words) -> Call | None:
    return (
        call_after(words, 2, frozenset({"--command", "--commands", "--file"}), most=1)
        if words[:2] == ("lefthook", "run")
        else None
    )
