"""Conditions and what they lead to."""

from typing import TYPE_CHECKING

from scorecard.readers.code import Guard
from scorecard.readers.lang.grammar import GuardParts
from scorecard.readers.lang.naming import Names
from scorecard.readers.lang.tree import part

if TYPE_CHECKING:
    from tree_sitter import Node

_MAX_NODES = 300
_OPS = {
    "<": "<", "<=": "<=", ">": ">", ">=": ">=", "==": "==", "===": "==", "eql?": "==", "!=": "!=", "!==": "!=",
    "!": "not", "not": "not", "&&": "and", "and": "and", "||": "or", "or": "or", "in": "in", "is": "is",
    "instanceof": "is", "=~": "=~", "+": "+", "-": "-", "*": "*", "/": "/", "%": "%", "|": "|", "&": "&",
}  # fmt: skip
_EFFECTS = {
    "throw_statement": "raise", "throw_expression": "raise", "return_statement": "return",
    "return_expression": "return", "return": "return", "continue_statement": "continue", "next": "continue",
    "continue_expression": "continue", "break_statement": "break", "break": "break", "break_expression": "break",
    "assert_statement": "assert",
}  # fmt: skip
_WRAPPERS = frozenset({
    "statement_block", "block", "then", "else", "else_clause", "statement_list", "body_statement", "block_body",
    "do", "control_structure_body", "ensure",
})  # fmt: skip
_THROUGH = frozenset({"expression_statement", "await_expression", "await", "parenthesized_expression"})
_RAISES = frozenset({"raise", "panic", "error", "fail", "stop", "throw", "check", "require"})
_EXITS = frozenset({"exit", "Exit", "exit!", "abort", "abort!", "Fatal", "Fatalf", "Fatalln", "fail", "fail!", "quit"})
_LOGS = (
    "log", "debug", "info", "warn", "error", "exception", "critical", "trace", "print", "puts", "write", "echo",
)  # fmt: skip
_IFS = frozenset({"if_statement", "if_expression", "if", "elsif", "unless"})
_COMMENTS = frozenset({"comment", "line_comment", "block_comment"})


def guards(node: "Node", parts: GuardParts, names: Names, scope: str) -> list[Guard]:
    """The guard that ``node`` is, and its ``else`` where that is not another condition."""
    condition = part(node, parts.condition)
    found, values, ops = _condition(condition, names)
    if node.type.startswith("unless"):
        ops |= {"not"}
    line = node.start_point[0] + 1
    if parts.kind == "assert":
        return [Guard("assert", line, node.end_point[0] + 1, scope, found, values, ops, frozenset({"assert"}))]
    body = part(node, parts.body)
    end = (body if body is not None else node).end_point[0] + 1
    made = [Guard(parts.kind, line, end, scope, found, values, ops, _effects(body, names))]
    other = part(node, parts.other)
    if other is not None and other.type not in _IFS:
        inner = _statements(other)
        if not (len(inner) == 1 and inner[0].type in _IFS):
            first = inner[0].start_point[0] + 1 if inner else other.start_point[0] + 1
            effects = _effects(other, names)
            made.append(Guard("else", first, other.end_point[0] + 1, scope, found, values, ops, effects))
    return made


def _condition(node: "Node | None", names: Names) -> tuple[frozenset[str], tuple[str, ...], frozenset[str]]:
    found: set[str] = set()
    values: list[str] = []
    ops: set[str] = set()
    stack = [node] if node is not None else []
    grammar = names.grammar
    for _ in range(_MAX_NODES):
        if not stack:
            break
        current = stack.pop()
        kind = current.type
        if kind in grammar.words:
            word = names.word(current)
            found.add(word)
            bound = names.bound.get(word)
            if bound:
                found.add(bound.rpartition(".")[2].removesuffix("()"))
        elif kind in grammar.strings or kind in grammar.constants:
            values.append(names.short(current))
        elif kind in _OPS:
            ops.add(_OPS[kind])
        elif kind == "operator_identifier":
            ops.add(_OPS.get(names.text(current), "other"))
        else:
            stack.extend(reversed(current.children))
    return frozenset(found), tuple(values[:20]), frozenset(ops)


def _statements(body: "Node | None") -> list["Node"]:
    inner = [body] if body is not None else []
    for _ in range(4):
        if len(inner) != 1 or inner[0].type not in _WRAPPERS:
            break
        inner = [child for child in inner[0].named_children if child.type not in _COMMENTS]
    return inner


def _effects(body: "Node | None", names: Names) -> frozenset[str]:
    return frozenset(_effect(statement, names) for statement in _statements(body)) or frozenset({"pass"})


def _effect(node: "Node", names: Names) -> str:
    for _ in range(3):
        below = part(node, "0") if node.type in _THROUGH else None
        if below is None:
            break
        node = below
    effect = _EFFECTS.get(node.type)
    if effect:
        return effect
    if node.type not in names.grammar.calls and node.type not in names.grammar.words:
        return "other"
    name = names.callee(node)
    last = name.rpartition(".")[2].removesuffix("()")
    if name.removesuffix("()") in _RAISES:
        return "raise"
    if last in _EXITS:
        return "exit"
    return "log" if last.lower().startswith(_LOGS) else "other"
