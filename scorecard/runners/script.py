"""Console scripts: the commands that installing the project brings, and the modules behind them."""

import ast
import re
from collections.abc import Iterable, Iterator

from scorecard.patterns import lazily
from scorecard.readers import ini, toml
from scorecard.readers.command_strings import dotted, parse
from scorecard.readers.wrappers import Words
from scorecard.repository import Repository
from scorecard.runners.model import Call, Task
from scorecard.runners.shapes import folder_of

NAME = "script"
FILES = ("pyproject.toml", "setup.cfg", "setup.py")
_ENTRY = lazily(r"\s*([\w.-]+)\s*=\s*([\w.]+)\s*(?::\s*[\w.]+)?\s*(?:\[.*\])?\s*\Z")


def tasks(repository: Repository, path: str) -> Iterable[Task]:
    text = repository.text(path)
    if "script" not in text:
        return
    found = _toml(text) if path.endswith(".toml") else _config(text) if path.endswith(".cfg") else _setup(text)
    for line, name, module in found:
        yield Task(NAME, name, path, line, ((line, f"python -m {module}"),), folder=folder_of(path))


def _toml(text: str) -> Iterator[tuple[int, str, str]]:
    root = toml.read(text)
    for table in (
        root["project"]["scripts"],
        root["tool"]["poetry"]["scripts"],
        root["project"]["gui-scripts"],
    ):
        for name, node in table.items():
            module = (node.text or node.get("callable", "reference").text).partition(":")[0]
            if module:
                yield table.key_line(name), name, module


def _config(text: str) -> Iterator[tuple[int, str, str]]:
    parser = ini.read(text)
    if parser is None:
        return
    if parser.has_option("options.entry_points", "console_scripts"):
        yield from _entries(text, (parser.get("options.entry_points", "console_scripts") or "").split("\n"))


def _entries(text: str, entries: Iterable[str]) -> Iterator[tuple[int, str, str]]:
    for entry in entries:
        found = _ENTRY.match(entry)
        if found:
            line = text.count("\n", 0, max(text.find(entry.strip()), 0)) + 1
            yield line, found[1], found[2]


def _setup(text: str) -> Iterator[tuple[int, str, str]]:
    for node in ast.walk(parse(text)):
        if isinstance(node, ast.Call) and dotted(node.func).rpartition(".")[2] == "setup":
            for keyword in node.keywords:
                if keyword.arg == "entry_points":
                    texts = [
                        c.value
                        for c in ast.walk(keyword.value)
                        if isinstance(c, ast.Constant) and isinstance(c.value, str)
                    ]
                    yield from _entries(text, (row for value in texts for row in value.split("\n")))


def invoked(words: Words) -> Call | None:
    """Any name may be a console script; whether it is one, the project's own files say."""
    return Call(words[:1], anywhere=True) if words and re.fullmatch(r"[A-Za-z][\w.-]*", words[0]) else None
