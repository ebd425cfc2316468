"""Targets of `docker buildx bake`, as `docker-bake.hcl` declares them (https://docs.docker.com/build/bake/reference/)."""

import re
from collections.abc import Iterable, Iterator

from scorecard.patterns import lazily
from scorecard.readers.wrappers import Words
from scorecard.repository import Repository
from scorecard.runners.model import Call, Task
from scorecard.runners.shapes import below, call_after, folder_of

NAME = "bake"
FILES = ("docker-bake.hcl", "docker-bake.override.hcl")
_BLOCK = lazily(r"^(target|group)[ \t]+\"([\w.-]{1,100})\"[ \t]*\{", re.MULTILINE)
_GIVEN = lazily(r"^[ \t]{1,20}(context|dockerfile|target)[ \t]{0,20}=[ \t]{0,20}\"([^\"\n]{0,200})\"", re.MULTILINE)
_LIST = lazily(r"^[ \t]{1,20}(targets|inherits)[ \t]{0,20}=[ \t]{0,20}\[([^\]]{0,2000})\]", re.MULTILINE)
_NAMES = lazily(r"\"([\w.-]{1,100})\"")
_VALUED = frozenset({"-f", "--file", "--set", "--metadata-file", "--builder", "--progress", "--allow", "--call"})


def tasks(repository: Repository, path: str) -> Iterable[Task]:
    text = repository.text(path)
    blocks = list(_blocks(text))
    inherited = {name: given for kind, name, _, given, _ in blocks if kind == "target"}
    for kind, name, line, _, lists in blocks:
        shown = text.split("\n")[line - 1].strip()
        if kind == "group":
            yield Task(NAME, name, path, line, needs=lists.get("targets", ()), text=shown)
            continue
        whole = {k: v for base in (*lists.get("inherits", ()), name) for k, v in inherited.get(base, {}).items()}
        context = below(folder_of(path), whole.get("context", "."))
        file = below(context, whole.get("dockerfile", "Dockerfile"))
        target = f" --target {whole['target']}" if whole.get("target") else ""
        command = f"docker build -f {file}{target} {context or '.'}"
        yield Task(NAME, name, path, line, ((line, command),), text=shown)
    if any(name == "default" for _, name, *_ in blocks):
        yield Task(NAME, "", path, 1, needs=("default",), folder=folder_of(path))


def _blocks(text: str) -> Iterator[tuple[str, str, int, dict[str, str], dict[str, tuple[str, ...]]]]:
    """(target or group, name, line, what it is given, its lists) of each block."""
    for match in _BLOCK.finditer(text):
        end = text.find("\n}", match.end())
        body = text[match.end() : end if end > 0 else len(text)]
        lists = {m[1]: tuple(_NAMES.findall(m[2])) for m in _LIST.finditer(body)}
        yield match[1], match[2], text.count("\n", 0, match.start()) + 1, dict(_GIVEN.findall(body)), lists


def invoked(words: Words) -> Call | None:
    if words[:3] == ("docker", "buildx", "bake"):
        at = 3
    elif words[:2] in (("depot", "bake"), ("docker", "bake")):
        at = 2
    else:
        return None
    call = call_after(words, at, _VALUED, file=("-f", "--file"))
    return Call(call.names, file=call.file if call.file.endswith(".hcl") else "")
