"""Expressions of Python as short texts, with names resolved through imports and plain assignments."""

import ast
from typing import Any

_OPS = {
    ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!=",
    ast.In: "in", ast.NotIn: "not in", ast.Is: "is", ast.IsNot: "is not", ast.Not: "not",
    ast.And: "and", ast.Or: "or", ast.Sub: "-", ast.Add: "+", ast.Mult: "*", ast.Div: "/",
    ast.USub: "-", ast.BitOr: "|", ast.BitAnd: "&", ast.Invert: "~", ast.Mod: "%",
}  # fmt: skip
_MAX_SHORT = 200
MAX_CHAIN = 12


class Names:
    """What plain names stand for in one scope: an imported thing, or the class or factory that made a value."""

    __slots__ = ("bound",)

    def __init__(self, bound: dict[str, str] | None = None) -> None:
        self.bound: dict[str, str] = bound or {}

    def child(self) -> "Names":
        return Names(self.bound.copy())

    def dotted(self, head: str, parts: list[str]) -> str:
        """What ``head`` and the attributes behind it, the last one first, stand for together."""
        if not parts:
            return self.bound.get(head, head)
        known = self.bound.get(f"{head}.{parts[-1]}") if head in ("self", "cls") else None
        if known:
            parts[-1] = known
        else:
            parts.append(self.bound.get(head, head))
        parts.reverse()
        return ".".join(parts)

    def bind(self, written: str, value: ast.expr) -> None:
        """Remember ``written = value`` where the value says what it is; forget an older meaning otherwise."""
        if value.__class__ is ast.Await:
            value = value.value
        if value.__class__ is ast.Call:
            name = short(value.func, self)
            last = name.rpartition(".")[2]
            if name and name[0] != "'":
                root, called, _ = name.partition("()")
                if called:
                    self.bound[written] = f"{root}()"
                else:
                    self.bound[written] = name if last[:1].isupper() else f"{name}()"
                return
        elif value.__class__ is ast.Name or value.__class__ is ast.Attribute:
            name = short(value, self)
            if name and name != written:
                self.bound[written] = name
                return
        elif value.__class__ is ast.Constant and value.value is None:
            return  # `except ImportError: Client = None` does not change what Client is where it is used
        self.bound.pop(written, None)


def short(node: ast.AST, names: Names | None) -> str:
    """A short text for an expression.

    A literal string is its value behind a quote mark, a number itself, a name or attribute its resolved dotted
    name, a call its callee with ``()``, a subscript its value with ``[]``; an f-string its literal parts with
    the names between, as ``{version}`` (``{args.version}``, ``{datetime.now}``), and ``{}`` for what has none;
    anything else "".
    """
    kind = node.__class__
    if kind is ast.Name:
        head: str = node.id  # type: ignore[attr-defined]
        return names.bound.get(head, head) if names else head
    if kind is ast.Constant:
        value = node.value  # type: ignore[attr-defined]
        if value.__class__ is str:
            return "'" + value[:_MAX_SHORT]
        return str(value)[:40]
    parts: list[str] = []
    suffix = ""
    for _ in range(MAX_CHAIN):
        if kind is ast.Name:
            head = node.id  # type: ignore[attr-defined]
            if not parts:
                return (names.bound.get(head, head) if names else head) + suffix
            tail = ".".join(reversed(parts))
            if names:
                if head in ("self", "cls") and not suffix:
                    known = names.bound.get(f"{head}.{parts[-1].rstrip('[]()')}")
                    if known:
                        rest = ".".join(reversed(parts[:-1]))
                        return f"{known}.{rest}" if rest else known
                head = names.bound.get(head, head)
            if suffix == "()" and head.rpartition(".")[2][:1].isupper():
                suffix = ""  # what a class makes is known by the class, bound to a name or not
            return f"{head}{suffix}.{tail}"
        if kind is ast.Attribute:
            parts.append(node.attr + suffix)  # type: ignore[attr-defined]
            suffix = ""
            node = node.value  # type: ignore[attr-defined]
        elif kind is ast.Call:
            suffix = "()" + suffix
            node = node.func  # type: ignore[attr-defined]
        elif kind is ast.Subscript:
            suffix = "[]" + suffix
            node = node.value  # type: ignore[attr-defined]
        elif kind is ast.Await:
            node = node.value  # type: ignore[attr-defined]
        elif kind is ast.JoinedStr and not parts:
            return (
                "'"
                + "".join(
                    str(v.value) if isinstance(v, ast.Constant) else f"{{{_hole(v)}}}"
                    for v in node.values  # type: ignore[attr-defined]
                )[:_MAX_SHORT]
            )
        elif kind is ast.Constant and parts:
            return "str." + ".".join(reversed(parts)) + suffix
        else:
            break
        kind = node.__class__
    return ("?." + ".".join(reversed(parts)) + suffix) if parts else ""


def _hole(node: ast.AST) -> str:
    """The dotted name in a hole of an f-string, calls by their callee and items by their key; "" if it has none."""
    node = getattr(node, "value", node)
    parts: list[str] = []
    for _ in range(MAX_CHAIN):
        if isinstance(node, ast.Name):
            return ".".join([node.id, *reversed(parts)])
        if isinstance(node, ast.Attribute):
            parts.append(node.attr)
            node = node.value
        elif isinstance(node, ast.Call):
            node = node.func
        elif isinstance(node, ast.Subscript):
            key = node.slice.value if isinstance(node.slice, ast.Constant) else ""
            if isinstance(key, str) and key.isidentifier():
                parts.append(key)
            node = node.value
        else:
            break
    return ""


def argument(node: Any, names: Names) -> str:
    """`short`, but a variable that holds the result of some call keeps its own, more telling name."""
    kind = node.__class__
    if kind is ast.Name:
        word: str = node.id
        bound = names.bound.get(word)
        return word if bound is None or bound.endswith(")") else bound
    if kind is ast.Constant:
        value = node.value
        return "'" + value[:_MAX_SHORT] if value.__class__ is str else str(value)[:40]
    return short(node, names)


def condition(test: ast.expr, names: Names) -> tuple[frozenset[str], tuple[str, ...], frozenset[str]]:
    """The identifiers, the constants and the operators of a condition."""
    found: set[str] = set()
    values: list[str] = []
    ops: set[str] = set()
    bound = names.bound
    stack: list[Any] = [test]
    while stack:
        node = stack.pop()
        kind = node.__class__
        while kind is ast.Attribute:
            found.add(node.attr)
            node = node.value
            kind = node.__class__
        if kind is ast.Name:
            name = node.id
            found.add(name)
            meaning = bound.get(name)
            if meaning:
                found.add(meaning.rpartition(".")[2])
        elif kind is ast.Constant:
            values.append(short(node, None))
        elif kind is ast.BoolOp:
            ops.add(_OPS[node.op.__class__])
            stack += node.values
        elif kind is ast.UnaryOp:
            stack.append(node.operand)
            if node.op.__class__ in _OPS:
                ops.add(_OPS[node.op.__class__])
        elif kind is ast.Compare:
            ops.update([_OPS[op.__class__] for op in node.ops])
            stack.append(node.left)
            stack += node.comparators
        elif kind is ast.Call:
            stack.append(node.func)
            stack += node.args
            stack += [keyword.value for keyword in node.keywords]
        elif kind in _OPS:
            ops.add(_OPS[kind])
        else:
            stack.extend(ast.iter_child_nodes(node))
    return frozenset(found), tuple(values[:20]), frozenset(ops)
