"""Lines into Python files, where the syntax tree says that they belong; every other byte stays as it is."""

import ast
import re
from collections.abc import Iterable

from scaffolder.errors import Refused


def with_import(text: str, line: str) -> str:
    """``line`` (an import) after the last import at the top of the module; unchanged if it stands there already."""
    body = parsed(text).body
    if line in text.splitlines():
        return text
    after = 0
    for node in body:
        if isinstance(node, ast.Import | ast.ImportFrom) or (not after and _is_docstring(node)):
            after = node.end_lineno or after
        elif after and not _is_docstring(node):
            break
    if not after:  # an interpreter line, an encoding and a licence come first
        rows = rows_of(text)
        after = next((n for n, row in enumerate(rows) if not row.startswith("#")), len(rows))
    lines = [line] if after and any(isinstance(n, ast.Import | ast.ImportFrom) for n in body) else [line, ""]
    return _inserted(text, after, lines)


def after_statement(text: str, line: int, lines: Iterable[str]) -> str:
    """``lines`` after the simple statement that holds ``line`` (counted from 1), indented as it is."""
    node = _statement(text, line)
    return _inserted(text, node.end_lineno or node.lineno, _indented(text, node, lines))


def after_block(text: str, line: int, lines: Iterable[str]) -> str:
    """``lines`` after the whole statement that begins on ``line``: behind the block of a `with` or a loop, not in it."""
    starting = [n for n in ast.walk(parsed(text)) if isinstance(n, ast.stmt) and n.lineno == line]
    if len(starting) != 1 and not all(hasattr(n, "body") for n in starting[:1]):
        return after_statement(text, line, lines)
    node = starting[0]
    return _inserted(text, node.end_lineno or node.lineno, _indented(text, node, lines))


def before_statement(text: str, line: int, lines: Iterable[str]) -> str:
    """``lines`` before the statement that holds ``line``, indented as it is; before the decorators of a function."""
    node = _statement(text, line)
    first = min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", []))])
    return _inserted(text, first - 1, _indented(text, node, lines))


def decorated(text: str, name: str, decorator: str) -> str:
    """The function ``name`` (qualified: `Class.method`) with ``decorator`` as the innermost one, right above its `def`."""
    node = function(text, name)
    return _inserted(text, node.lineno - 1, _indented(text, node, [decorator]))


def function(text: str, name: str) -> ast.FunctionDef | ast.AsyncFunctionDef:
    """The definition of ``name`` (qualified: `Class.method`). Raises Refused where there is none."""
    body: list[ast.stmt] = parsed(text).body
    found: ast.stmt | None = None
    for part in name.split("."):
        found = next(
            (
                n
                for s in body
                for n in ast.walk(s)
                if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and n.name == part
            ),
            None,
        )
        body = getattr(found, "body", [])
    if not isinstance(found, ast.FunctionDef | ast.AsyncFunctionDef):
        raise Refused(f"there is no function {name}", "commit the file as it is now, then try again")
    return found


def _statement(text: str, line: int) -> ast.stmt:
    """The innermost statement on ``line``."""
    holding = [
        n for n in ast.walk(parsed(text)) if isinstance(n, ast.stmt) and n.lineno <= line <= (n.end_lineno or n.lineno)
    ]
    if not holding:
        raise Refused(f"line {line} is in no statement", "commit the file as it is now, then try again")
    found = max(reversed(holding), key=lambda n: (n.lineno, -(n.end_lineno or n.lineno)))
    if any(n is not found and n.lineno == found.lineno and hasattr(n, "body") for n in holding):
        raise Refused(f"line {line} holds a statement and what it depends on", "write them on two lines")
    return found


def parsed(text: str) -> ast.Module:
    """The syntax tree. Raises Refused where there is none."""
    try:
        return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError) as error:
        raise Refused(f"a file that would be changed is no valid Python: {error}", "mend it first") from None


def _is_docstring(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def _indented(text: str, node: ast.stmt, lines: Iterable[str]) -> list[str]:
    row = rows_of(text)[node.lineno - 1]
    indent = row[: len(row) - len(row.lstrip())]
    return [f"{indent}{line}" if line else "" for line in lines]


def rows_of(text: str) -> list[str]:
    """Lines as Python counts them, with their ends: str.splitlines ends one at a form feed too."""
    return re.findall(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+", text)


def _inserted(text: str, after: int, lines: list[str]) -> str:
    rows = rows_of(text)
    end = "\r\n" if "\r\n" in text else "\n"
    if after and after <= len(rows) and not rows[after - 1].endswith(("\n", "\r")):
        rows[after - 1] += end
    result = "".join([*rows[:after], *(line + end for line in lines), *rows[after:]])
    parsed(result)
    return result
