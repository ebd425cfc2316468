"""dvc: the stages of dvc.yaml, each after those whose outputs it needs."""

from collections.abc import Iterable

from scorecard.readers.node import Node
from scorecard.readers.wrappers import Words
from scorecard.repository import Repository
from scorecard.runners.model import Call, Task
from scorecard.runners.shapes import below, call_after, document, folder_of, lines_of

NAME = "dvc"
FILES = ("dvc.yaml",)
_VALUED = frozenset({"-j", "--jobs", "-n", "--name", "-S", "--set-param", "-q", "--queue-name", "-R", "-C"})


def tasks(repository: Repository, path: str) -> Iterable[Task]:
    stages = document(repository, path)["stages"]
    makers = {
        out: name
        for name, node in stages.items()
        for key in ("outs", "metrics", "plots")
        for out in _paths(_stage(node)[key])
    }
    for name, node in stages.items():
        stage = _stage(node)
        commands = tuple(command for entry in stage["cmd"].as_list() for command in lines_of(entry))
        needs = tuple(
            dict.fromkeys(makers[dep] for dep in _paths(stage["deps"]) if dep in makers and makers[dep] != name)
        )
        folder = below(folder_of(path), stage["wdir"].text) if stage["wdir"] else folder_of(path)
        for spelling in (name, f"{name}@%") if node["foreach"] or node["matrix"] else (name,):
            yield Task(
                NAME,
                spelling,
                path,
                stages.key_line(name),
                commands,
                needs,
                folder,
                f"{name}:",
                folder_of(path),
            )
    if stages:
        yield Task(NAME, "", path, stages.line, needs=tuple(stages.keys()), folder=folder_of(path), text="stages:")


def _stage(node: Node) -> Node:
    return node["do"] if node["foreach"] and node["do"] else node


def _paths(node: Node) -> list[str]:
    return [entry.text or (entry.keys() or [""])[0] for entry in node.as_list()]


def invoked(words: Words) -> Call | None:
    start = (
        2 if words[:2] in (("dvc", "repro"), ("dvc", "reproduce")) else 3 if words[:3] == ("dvc", "exp", "run") else 0
    )
    if not start or "--dry" in words:
        return None
    call = call_after(words, start, _VALUED)
    files = [name for name in call.names if name.partition(":")[0].endswith((".yaml", ".dvc"))]
    names = tuple(name.rpartition(":")[2] for name in call.names if not name.endswith((".yaml", ".dvc")))
    return Call(
        names,
        file=files[0].partition(":")[0] if files and files[0].partition(":")[0].endswith(".yaml") else "",
    )
