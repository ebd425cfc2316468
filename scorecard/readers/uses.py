"""What an expression of Python uses: every call, string and name in it."""

import ast
from ast import Attribute, Constant, Name
from typing import Any

from scorecard.readers.code import Call, Source, Text
from scorecard.readers.expressions import MAX_CHAIN, Names, argument, short

_MAX_TEXT = 2_000
_CHILDREN: dict[type[ast.AST], tuple[str, ...]] = {}


def uses(root: ast.expr, scope: str, env: Names, source: Source, *, used: bool = True) -> None:
    """Record them, without recursion: chains can be thousands deep.

    A name is recorded where its owner is met, not on a turn of its own: half of all nodes are names.
    """
    stack: list[Any] = [root]
    pop, push = stack.pop, stack.append
    texts, calls, add = source.texts, source.calls, source.names.add
    while stack:
        node = pop()
        kind = node.__class__
        while kind is Attribute:
            add(node.attr)
            node = node.value
            kind = node.__class__
        if kind is Name:
            add(node.id)
        elif kind is Constant:
            value = node.value
            if value.__class__ is str and len(value) > 1:
                texts.append(Text(value[:_MAX_TEXT], node.lineno, scope))
        elif kind is ast.Call:
            name, on = _callee(node.func, env, source.names, stack)
            args = []
            for one in node.args:
                args.append(argument(one, env))
                if one.__class__ is Name:
                    add(one.id)
                else:
                    push(one)
            kwargs = []
            for keyword in node.keywords:
                one = keyword.value
                kwargs.append((keyword.arg or "**", argument(one, env)))
                if one.__class__ is Name:
                    add(one.id)
                else:
                    push(one)
            last = name.rpartition(".")[2] if "." in name else name
            end, thrown = node.end_lineno or 0, not used and node is root
            calls.append(Call(name, node.lineno, scope, tuple(args), tuple(kwargs), not thrown, on, end, last))
        else:
            for field in _CHILDREN.get(kind) or _children(kind):
                value = getattr(node, field)
                if value.__class__ is Name:
                    add(value.id)
                elif value.__class__ is list:
                    for one in value:
                        if one.__class__ is Name:
                            add(one.id)
                        elif one is not None:
                            push(one)
                elif value is not None:
                    push(value)


def _callee(node: Any, env: Names, names: set[str], stack: list[Any]) -> tuple[str, str]:
    """The resolved name of what is called, and what stands before its last dot as written."""
    called, parts = node, []
    while node.__class__ is Attribute:
        parts.append(node.attr)
        node = node.value
    names.update(parts)
    if node.__class__ is Name:
        names.add(node.id)
        on = parts[1] if len(parts) > 1 else node.id if parts else ""
    else:
        stack.append(node)
        on = parts[1] if len(parts) > 1 else ""
    if node.__class__ is not Name or len(parts) >= MAX_CHAIN:
        return short(called, env) or "?", on
    return env.dotted(node.id, parts), on


def _children(kind: type[ast.AST]) -> tuple[str, ...]:
    """The fields of a node below which something may stand: not those of operators and contexts."""
    left_out = ["ctx", "op", "ops", "conversion", "is_async", *(["args"] if kind is ast.Lambda else ())]
    fields = tuple(field for field in kind._fields if field not in left_out)
    _CHILDREN[kind] = fields
    return fields
