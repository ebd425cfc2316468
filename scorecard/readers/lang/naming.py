"""Expressions as short texts, in the conventions of `scorecard.readers.expressions`, for every grammar."""

from typing import TYPE_CHECKING

from scorecard.readers.lang.grammar import Grammar
from scorecard.readers.lang.tree import part

if TYPE_CHECKING:
    from tree_sitter import Node

_MAX_CHAIN = 24
_MAX_SHORT = 200
_SELVES = frozenset({"this", "self", "super", "base", "Self", "@this"})
_TRIPLE = ('"""', "'''")


def unquote(raw: str) -> str:
    """What stands between the quotes, prefixes like ``@$`` or ``f`` left out; escapes stay as written."""
    start = 0
    while start < 4 and start < len(raw) and raw[start] not in "\"'`":
        start += 1
    if start == 4 or start == len(raw):
        return raw[3:-1] if raw[:1] == "%" else raw.removeprefix(":")
    body = raw[start:]
    if body[:3] in _TRIPLE:
        return body[3:].removesuffix(body[:3])
    return body[1:-1] if len(body) > 1 and body[-1] == body[0] else body[1:]


class Names:
    """What plain names stand for at one point of one file, and how its nodes read as names."""

    __slots__ = ("_written", "bound", "content", "fields", "grammar", "members")

    def __init__(self, grammar: Grammar, content: bytes) -> None:
        self.grammar, self.content = grammar, content
        self.bound: dict[str, str] = {}
        self.fields: dict[str, str] = {}  # `Class.field` → its type
        self._written: dict[int, str] = {}  # by the node's id, for most are asked about two or three times
        self.members: dict[str, str] = {}  # `this.x` and `@x`, which outlive the function that sets them

    def text(self, node: "Node") -> str:
        return self.content[node.start_byte : node.end_byte].decode("utf-8", "replace")

    def word(self, node: "Node") -> str:
        """A name as one dotted word: no type arguments, no ``::``, no sigils of nullability."""
        text = self.content[node.start_byte : node.end_byte][:400].decode("utf-8", "replace")
        if text.isidentifier():
            return text
        for bracket in "<[( \n":
            text = text.partition(bracket)[0]
        return text.replace("::", ".").replace("`", "").lstrip("*&?.:\\")

    def resolve(self, written: str) -> str:
        """``written`` with its head replaced by what it stands for."""
        head, dot, rest = written.partition(".")
        if head in _SELVES and dot:
            first, more, tail = rest.partition(".")
            known = self.members.get(first)
            if known:
                return known + more + tail
            return written
        plain = head.rstrip("[]()")
        known = self.bound.get(plain)
        if known is None:
            known = self.members.get(plain)
        if known is None:
            return written
        member, more, tail = rest.partition(".")
        typed = self.fields.get(f"{known}.{member}") if member and plain == head else None
        return typed + more + tail if typed else known + head[len(plain) :] + dot + rest

    def callee(self, node: "Node") -> str:
        """The written name of what a call calls, "" where it has none."""
        step = self.grammar.steps.get(node.type)
        written = self.written(node)
        if step is not None and step.suffix == "()":
            written = written.removesuffix("()")
        return written

    def written(self, node: "Node") -> str:
        """A dotted name as it stands there; ``?.`` begins what hangs on something nameless; "" for no name."""
        known = self._written.get(node.id)
        if known is None:
            known = self._written[node.id] = self._read(node)
        return known

    def _read(self, node: "Node") -> str:
        grammar, parts, suffix = self.grammar, list[str](), ""
        steps, current = grammar.steps, node
        for _ in range(_MAX_CHAIN):
            kind = current.type
            step = steps.get(kind)
            if step is None:
                if kind in grammar.words or kind in grammar.dotted:
                    return self._join(self.word(current) + suffix, parts)
                if kind in _SELVES:
                    return self._join(kind + suffix, parts)
                if kind in grammar.strings and parts:
                    return self._join("str" + suffix, parts)
                break
            suffix = step.suffix + suffix
            below = part(current, step.owner)
            if step.member:
                member = part(current, step.member)
                word = self.word(member) if member is not None else ""
                if word and word == grammar.new_method and below is not None:
                    suffix = suffix.removeprefix("()")
                else:
                    parts.append(word + suffix)
                    suffix = ""
            if below is None:
                return self._join("", parts)
            current = below
        return self._join("?" + suffix, parts) if parts else ""

    @staticmethod
    def _join(head: str, parts: list[str]) -> str:
        if not parts:
            return head
        return ".".join([head, *reversed(parts)] if head else reversed(parts))

    def short(self, node: "Node | None", *, argument: bool = False) -> str:
        """A literal string behind a quote mark, a constant itself, a name resolved; "" for anything else."""
        if node is None:
            return ""
        kind, grammar = node.type, self.grammar
        if kind in grammar.strings:
            return "'" + unquote(self.text(node))[:_MAX_SHORT]
        if kind in grammar.constants:
            return self.text(node)[:40]
        written = self.written(node)
        if not written:
            return ""
        if kind in grammar.news:
            return self.resolve(written) + "()"
        resolved = self.resolve(written)
        if argument and resolved.endswith(")") and kind in grammar.words:
            return written
        return resolved[:_MAX_SHORT]

    def bind(self, written: str, value: "Node | None", declared: "Node | None") -> None:
        """Remember what a variable holds where its type or its value says so; forget an older meaning otherwise."""
        meaning = ""
        if declared is not None:
            name = self.resolve(self.written(declared))
            meaning = name if name.rpartition(".")[2][:1].isupper() else ""
        if not meaning and value is not None:
            meaning = self._meaning(value)
        head, _, member = written.partition(".")
        if head in _SELVES or written[:1] == "@":
            target, key = self.members, member or written
        else:
            target, key = self.bound, written
        if meaning and meaning != written and len(meaning) < _MAX_SHORT:
            target[key] = meaning
        else:
            target.pop(key, None)

    def _meaning(self, value: "Node") -> str:
        if value.type in self.grammar.strings:
            return ""
        name = self.resolve(self.written(value))
        if name.startswith("?"):
            return ""
        root, called, _ = name.partition("()")
        if not called:
            return root
        plain = name == root + "()" and root.rpartition(".")[2][:1].isupper()
        return root if plain and self.grammar.language in ("kotlin", "scala") else root + "()"
