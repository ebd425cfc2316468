"""TOML to a tree with line numbers. The standard library reads the values, a scan of the text finds the
lines."""

import re
from functools import lru_cache
from typing import Any

from scorecard.patterns import lazily
from scorecard.readers.node import MISSING, Node

MAX_DEPTH = 100
# Reading a dotted key takes time by the square of its parts, here and in the standard library: 40 KB of one take seconds.
_ENDLESS_KEY = lazily(r"""(?:\.[ \t]{0,9}["']?[\w-]{0,100}["']?[ \t]{0,9}){300}""")
_SPACE = lazily(r"[ \t]*+")
_GAP = lazily(r"(?:[ \t\r\n]++|#[^\n]*+)*+")
_BARE = lazily(r"[A-Za-z0-9_-]+")
_SCALAR = lazily(r"[^,\]}#\n]*")
_ESCAPE = lazily(r'\\(["\\])')

Path = tuple[str | int, ...]


# The tools of one `pyproject.toml` are a dozen, and each is asked for its tasks; nobody changes a node.
@lru_cache(maxsize=1_500)
def read(text: str) -> Node:
    """The document as one mapping; MISSING where the text is no TOML. Never raises."""
    text = text.replace("\r\n", "\n")
    try:
        values = loads(text)
    except (ValueError, RecursionError):
        return MISSING
    scan = _Scan(text)
    scan.run()
    return _node(values, (), 1, scan, MAX_DEPTH)


def loads(text: str) -> dict[str, Any]:
    """Like ``tomllib.loads``, in bounded time. Raises tomllib.TOMLDecodeError, RecursionError."""
    import tomllib  # noqa: PLC0415  a warm audit does without

    if _ENDLESS_KEY.search(text):
        raise tomllib.TOMLDecodeError("a key of hundreds of parts")
    return tomllib.loads(text)


def _node(value: Any, path: Path, line: int, scan: "_Scan", depth: int) -> Node:
    line = scan.values.get(path, line)
    if depth and isinstance(value, dict):
        node = Node.mapping(line)
        for key, child in value.items():
            at = scan.keys.get((*path, key), line)
            node.put(Node.scalar(key, at), _node(child, (*path, key), at, scan, depth - 1))
        return node
    if depth and isinstance(value, list):
        node = Node.sequence(line)
        for index, child in enumerate(value):
            node.append(_node(child, (*path, index), line, scan, depth - 1))
        return node
    if isinstance(value, bool):
        return Node.scalar("true" if value else "false", line)
    return Node.scalar(str(value), line, block=path in scan.blocks)


class _Scan:
    """Where each key and each value of a valid document begins. An odd document costs right lines, never an
    error."""

    def __init__(self, text: str) -> None:
        self.text, self.at, self.line, self.counted = text, 0, 1, 0
        self.keys: dict[Path, int] = {}
        self.values: dict[Path, int] = {}
        self.blocks: set[Path] = set()  # strings of several lines whose text begins on the line after the quotes
        self.tables: dict[Path, int] = {}  # how often an array of tables has been opened

    def run(self) -> None:
        table: Path = ()
        while True:
            self._skip(_GAP)
            if self.at >= len(self.text):
                return
            before = self.at
            if self.text[self.at] == "[":
                table = self._header()
            else:
                self._entry(table, MAX_DEPTH)
            if self.at == before:
                self.at = (self.text.find("\n", self.at) + 1) or len(self.text)

    def _here(self) -> int:
        self.line += self.text.count("\n", self.counted, self.at)
        self.counted = max(self.at, self.counted)
        return self.line

    def _skip(self, pattern: re.Pattern[str]) -> None:
        found = pattern.match(self.text, self.at)
        self.at = found.end() if found else self.at

    def _header(self) -> Path:
        line = self._here()
        several = self.text.startswith("[[", self.at)
        self.at += 2 if several else 1
        path: Path = ()
        names = self._key()
        for index, name in enumerate(names):
            path = (*path, name)
            self.keys.setdefault(path, line)
            self.values.setdefault(path, line)
            last = index == len(names) - 1
            if last and several:
                self.tables[path] = self.tables.get(path, -1) + 1
            if path in self.tables:
                path = (*path, self.tables[path])
                self.values.setdefault(path, line)
        self.values[path] = line
        end = self.text.find("\n", self.at)
        self.at = len(self.text) if end < 0 else end
        return path

    def _key(self) -> list[str]:
        names: list[str] = []
        while True:
            self._skip(_SPACE)
            if self.text[self.at : self.at + 1] in ('"', "'"):
                names.append(_ESCAPE.sub(r"\1", self._string()))
            elif found := _BARE.match(self.text, self.at):
                names.append(found[0])
                self.at = found.end()
            self._skip(_SPACE)
            if self.text[self.at : self.at + 1] != ".":
                return names
            self.at += 1

    def _entry(self, table: Path, depth: int) -> None:
        line = self._here()
        path = table
        for name in self._key():
            path = (*path, name)
            self.keys.setdefault(path, line)
            self.values.setdefault(path, line)
        if self.text[self.at : self.at + 1] != "=":
            return
        self.at += 1
        self._skip(_SPACE)
        self._value(path, depth)

    def _value(self, path: Path, depth: int) -> None:
        self.values[path] = self._here()
        char = self.text[self.at : self.at + 1]
        if char in ('"', "'"):
            if self.text.startswith(char * 3 + "\n", self.at):
                self.blocks.add(path)
            self._string()
        elif char in ("[", "{") and depth:
            self.at += 1
            closing = "]" if char == "[" else "}"
            index = 0
            while True:
                self._skip(_GAP)
                following = self.text[self.at : self.at + 1]
                if following in (closing, ""):
                    self.at += 1
                    return
                before = self.at
                if following == ",":
                    self.at += 1
                elif char == "[":
                    self._value((*path, index), depth - 1)
                    index += 1
                else:
                    self._entry(path, depth - 1)
                if self.at == before:
                    self.at += 1
        else:
            self._skip(_SCALAR)

    def _string(self) -> str:
        mark = self.text[self.at]
        mark = mark * 3 if self.text.startswith(mark * 3, self.at) else mark
        start = self.at = self.at + len(mark)
        while self.at < len(self.text):
            if mark[0] == '"' and self.text[self.at] == "\\":
                self.at += 2
            elif self.text.startswith(mark, self.at):
                end = self.at
                self.at += len(mark)
                while len(mark) == 3 and self.text.startswith(mark[0], self.at):
                    self.at += 1  # quotes may stand right before the closing ones
                return self.text[start:end]
            else:
                self.at += 1
        return self.text[start:]
