"""What the statements below a condition do, in a few words."""

import ast
from collections.abc import Iterable

from scorecard.readers.expressions import short

_EXITS = frozenset({"exit", "_exit", "abort", "quit", "skip_run", "cancel", "fail", "Exit", "SystemExit"})
_LOGS = frozenset(
    {"debug", "info", "warning", "warn", "error", "exception", "critical", "log", "print", "echo", "secho"}
)
_SAYS = {
    ast.Raise: "raise",
    ast.Return: "return",
    ast.Continue: "continue",
    ast.Break: "break",
    ast.Assert: "assert",
    ast.Pass: "pass",
}


def effects(body: Iterable[ast.stmt]) -> frozenset[str]:
    """What the block does directly: see ``Guard``."""
    found = set()
    for node in body:
        effect = _SAYS.get(node.__class__, "other")
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            last = short(node.value.func, None).rpartition(".")[2]
            effect = "exit" if last in _EXITS else "log" if last in _LOGS else "other"
        found.add(effect)
    return frozenset(found)
