"""A tree of mappings, lists and scalars that knows its lines and never raises on what is absent.

``workflow["jobs"]["test"]["steps"]`` is a falsy node where any part is missing, so that readers of CI
systems say what they look for and not what might go wrong on the way.
"""

from collections.abc import Iterator
from typing import Any

_MAP, _LIST, _SCALAR, _NONE = "map", "list", "scalar", "none"


class Node:
    """One node. ``line`` counts from 1; ``text`` is the scalar's text, "" for anything else."""

    __slots__ = ("_children", "_keys", "block", "kind", "line", "tag", "text")

    def __init__(self, kind: str, line: int, text: str = "", *, block: bool = False, tag: str = "") -> None:
        self.kind, self.line, self.text, self.block, self.tag = kind, line, text, block, tag
        self._children: list[Node] = []
        self._keys: dict[str, tuple[Node, Node]] = {}

    @classmethod
    def scalar(cls, text: str, line: int, *, block: bool = False, tag: str = "") -> "Node":
        return cls(_SCALAR, line, text, block=block, tag=tag)

    @classmethod
    def mapping(cls, line: int, *, tag: str = "") -> "Node":
        return cls(_MAP, line, tag=tag)

    @classmethod
    def sequence(cls, line: int, *, tag: str = "") -> "Node":
        return cls(_LIST, line, tag=tag)

    @classmethod
    def of(cls, value: Any, line: int = 1, *, depth: int = 100) -> "Node":
        """From plain parsed data (TOML, JSON), whose lines are not known."""
        if depth and isinstance(value, dict):
            node = cls.mapping(line)
            for key, child in value.items():
                node.put(cls.scalar(str(key), line), cls.of(child, line, depth=depth - 1))
            return node
        if depth and isinstance(value, list):
            node = cls.sequence(line)
            for child in value:
                node.append(cls.of(child, line, depth=depth - 1))
            return node
        if value is None:
            return cls.scalar("null", line)
        if isinstance(value, bool):
            return cls.scalar("true" if value else "false", line)
        return cls.scalar(str(value), line)

    @property
    def is_map(self) -> bool:
        return self.kind == _MAP

    @property
    def is_list(self) -> bool:
        return self.kind == _LIST

    @property
    def is_scalar(self) -> bool:
        return self.kind == _SCALAR

    @property
    def is_true(self) -> bool:
        """YAML 1.2's true, so that `on` and `yes` stay words."""
        return self.text.lower() == "true"

    @property
    def is_null(self) -> bool:
        return self.kind == _SCALAR and self.text in ("", "~", "null", "Null", "NULL")

    def put(self, key: "Node", value: "Node") -> None:
        self._keys[key.text] = (key, value)

    def append(self, value: "Node") -> None:
        self._children.append(value)

    def __bool__(self) -> bool:
        """Is there anything here? An empty mapping or list, and an absent node, are nothing."""
        if self.kind == _MAP:
            return bool(self._keys)
        if self.kind == _LIST:
            return bool(self._children)
        return self.kind == _SCALAR and not self.is_null

    def __len__(self) -> int:
        return len(self._keys) if self.kind == _MAP else len(self._children)

    def __getitem__(self, key: str) -> "Node":
        found = self._keys.get(key)
        return found[1] if found else MISSING

    def get(self, *keys: str) -> "Node":
        """The first of several spellings that is there."""
        return next((self[key] for key in keys if key in self._keys), MISSING)

    def has(self, key: str) -> bool:
        """Is the key written, even with nothing after it?"""
        return key in self._keys

    def key_line(self, key: str) -> int:
        """The line on which ``key`` stands, or this node's own."""
        found = self._keys.get(key)
        return found[0].line if found else self.line

    def entries(self) -> Iterator[tuple["Node", "Node"]]:
        yield from self._keys.values()

    def items(self) -> Iterator[tuple[str, "Node"]]:
        for name, (_, value) in self._keys.items():
            yield name, value

    def keys(self) -> list[str]:
        return list(self._keys)

    def __iter__(self) -> Iterator["Node"]:
        """The members of a list; a mapping's values; nothing for a scalar."""
        if self.kind == _MAP:
            return iter([value for _, value in self._keys.values()])
        return iter(self._children)

    def as_list(self) -> list["Node"]:
        """A list's members, or the one thing that stands where a list may stand."""
        if self.kind == _LIST:
            return list(self._children)
        return [self] if self else []

    def strings(self) -> list[str]:
        """The scalar texts of ``as_list``; for a mapping its keys (GitHub's `on:` may be any of the three)."""
        if self.kind == _MAP:
            return self.keys()
        return [node.text for node in self.as_list() if node.is_scalar]

    def lines(self) -> Iterator[tuple[int, str]]:
        """The scalar line by line, each with the line of the file on which it stands."""
        first = self.line + 1 if self.block else self.line
        for offset, text in enumerate(self.text.split("\n")):
            yield (first + offset if self.block else self.line), text

    def walk(self) -> Iterator["Node"]:
        """This node and all below it, each once, however often it is aliased."""
        seen: set[int] = set()
        stack = [self]
        while stack:
            node = stack.pop()
            if id(node) in seen:
                continue
            seen.add(id(node))
            yield node
            stack.extend(reversed(list(node)))

    def pairs(self) -> Iterator[tuple[str, "Node"]]:
        """Every (key, value) pair at any depth."""
        for node in self.walk():
            yield from node.items()

    def __repr__(self) -> str:
        return f"Node({self.kind}, line {self.line}, {self.text[:40]!r}, {self.keys() or len(self._children)})"


MISSING = Node(_NONE, 1)
