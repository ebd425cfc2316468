"""pre-commit: hooks with an entry of their own, and those of other repositories under the name of their
tool."""

from collections.abc import Iterable

from scorecard.readers.wrappers import Words, after_options, option
from scorecard.repository import Repository
from scorecard.runners.model import Call, Task
from scorecard.runners.shapes import document, folder_of

NAME = "pre-commit"
FILES = (".pre-commit-config.yaml", ".pre-commit-config.yml", "prek.toml")
_RENAMED = {"commit": "pre-commit", "push": "pre-push"}
_USUAL = frozenset({"pre-commit", "commit"})
_VALUED = frozenset({"-c", "--config", "--hook-stage", "--from-ref", "--to-ref", "-s", "-o", "--color", "--files"})


def tasks(repository: Repository, path: str) -> Iterable[Task]:
    root = document(repository, path)
    fallback = root["default_stages"].strings() or ["pre-commit"]
    stages: dict[str, list[str]] = {}
    for source in root["repos"].as_list():
        for hook in source["hooks"].as_list():
            name = hook["id"].text
            if not name:
                continue
            entry = hook["entry"] or hook["id"]  # another repository's hook is mostly called as its tool is
            line = entry.line + 1 if entry.block else entry.line
            words = [entry.text.strip(), *(arg.text for arg in hook["args"].as_list())]
            text = " ".join(word if word and " " not in word else f"'{word}'" for word in words[1:])
            command = f"{words[0]} {text}".strip()
            yield Task(NAME, name, path, hook["id"].line, ((line, command),), folder=folder_of(path))
            for stage in hook["stages"].strings() or fallback:
                stages.setdefault(_RENAMED.get(stage, stage), []).append(name)
    for stage, names in stages.items():
        yield Task(
            NAME,
            "" if stage == "pre-commit" else f"@{stage}",
            path,
            1,
            needs=tuple(dict.fromkeys(names)),
            folder=folder_of(path),
        )


def invoked(words: Words) -> Call | None:
    if words[:2] not in (("pre-commit", "run"), ("prek", "run")):
        return None
    at = after_options(words, 2, _VALUED)
    stage = option(words, "--hook-stage")
    file = option(words, "-c", "--config")
    if at < len(words):
        return Call(words[at : at + 1], file=file)
    stage = "pre-push" if stage == "push" else stage
    return Call((f"@{stage}",) if stage and stage not in _USUAL else (), file=file)
