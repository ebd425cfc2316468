"""hatch: scripts of environments, in pyproject.toml or hatch.toml."""

from collections.abc import Iterable

from scorecard.readers import toml
from scorecard.readers.node import MISSING
from scorecard.readers.wrappers import Words, after_options, option
from scorecard.repository import Repository
from scorecard.runners.model import Call, Task
from scorecard.runners.shapes import folder_of, lines_of, source_line

NAME = "hatch"
FILES = ("pyproject.toml", "hatch.toml")


def tasks(repository: Repository, path: str) -> Iterable[Task]:
    text = repository.text(path)
    if "hatch" not in text and not path.endswith("hatch.toml"):
        return
    root = toml.read(text)
    environments = root["envs"] if path.endswith("hatch.toml") else root["tool"]["hatch"]["envs"]
    inherited = environments["default"]["scripts"]
    for env, settings in environments.items():
        own = settings["scripts"]
        names = dict.fromkeys([*own.keys(), *([] if settings["detached"].is_true else inherited.keys())])
        for name in names:
            table = own if own.has(name) else inherited
            line = table.key_line(name)
            commands = []
            for entry in table[name].as_list():
                for at, command in lines_of(entry):
                    first, _, rest = command.strip().partition(" ")
                    sibling = first in names and first != name
                    text_ = f"hatch run {env}:{first} {rest}" if sibling else command
                    commands.append((at, f"{{ {text_[1:].strip()}\n}} || true" if text_.startswith("-") else text_))
            task = Task(
                NAME,
                f"{env}:{name}",
                path,
                line,
                tuple(commands),
                folder=folder_of(path),
                text=source_line(repository, path, line),
            )
            yield task
            if env == "default":
                yield Task(NAME, name, path, line, task.commands, folder=task.folder, text=task.text)
            if env == "hatch-test" and name == "run":
                yield Task(NAME, "hatch test", path, line, task.commands, folder=task.folder, text=task.text)
    if not environments and environments is not MISSING:
        return


def invoked(words: Words) -> Call | None:
    if words[:2] == ("hatch", "test"):
        return Call(("hatch test",))
    if words[:1] != ("hatch",) or "run" not in words:
        return None
    at = after_options(words, words.index("run") + 1, frozenset({"-e", "--env", "-i", "-x"}))
    if at >= len(words):
        return None
    env = option(words[: words.index("run")], "-e", "--env") or option(words[words.index("run") : at], "-e", "--env")
    name = words[at]
    return Call((f"{env}:{name}",)) if env and ":" not in name else Call((name.lstrip("+"),))
