"""A check into the line that reads a table, and what that line says of how it is read."""

import ast
from typing import Any

from scaffolder.errors import Refused
from scaffolder.foreign.python_edits import after_statement, parsed, rows_of, with_import

_HARMLESS = frozenset({
    "filepath_or_buffer", "path", "source", "encoding", "low_memory", "engine", "parse_dates", "compression", "float_precision",
    "memory_map", "infer_datetime_format", "date_parser", "dayfirst", "cache_dates", "try_parse_dates", "infer_schema_length",
    "on_bad_lines", "keep_default_na", "date_format", "encoding_errors",
})  # fmt: skip


def checked(text: str, line: int, reader: str, module: str, own: frozenset[str], also: str = "") -> str:
    """``text`` in which what ``reader`` reads on ``line`` goes through the `check` of ``module``.

    ``own`` are top-level modules beside it; ``also`` is the other name under which ``module`` may be found.
    """
    mark = "\ufeff" if text.startswith("\ufeff") else ""
    text = text.removeprefix("\ufeff")
    tree = parsed(text)
    taken = {name for node in ast.walk(tree) for name in _names(node)}
    name = next(n for n in ("check", "check_data", "check_table", "checked_data") if n not in taken)
    call, statement = _call(tree, line, reader)
    rows = rows_of(text)
    alone = statement.value is call if isinstance(statement, ast.Assign | ast.AnnAssign) else False
    alone = alone and not rows[statement.lineno - 1][: statement.col_offset].strip() and _ends_row(rows, statement)
    target = _target(statement)
    if alone and target:
        text = after_statement(text, line, [f"{target} = {name}({target})"])
    else:
        text = _wrapped(text, call, name)
    what = "import check" + (f" as {name}" if name != "check" else "")
    imported = [f"from {module} {what}"]
    if also:
        imported = [
            "try:",
            f"    {imported[0]}",
            "except ImportError:  # started as a script",
            f"    from {also} {what}",
        ]
    return mark + _with_own_import(text, imported, module, own)


def options(text: str, line: int, reader: str) -> dict[str, Any] | None:
    """What the call says of the table, as far as `tables.read` knows it; None where it says more than that."""
    call, _ = _call(parsed(text.removeprefix("\ufeff")), line, reader)
    if len(call.args) > 1 or not reader.endswith("read_csv"):
        return None if not reader.endswith("read_table") or len(call.args) > 1 or call.keywords else {"sep": "\t"}
    found: dict[str, Any] = {}
    for keyword in call.keywords:
        word = {"delimiter": "sep", "separator": "sep", "columns": "usecols", "null_values": "na_values"}.get(
            keyword.arg or "", keyword.arg or ""
        )
        if word in _HARMLESS:
            continue
        try:
            value = ast.literal_eval(keyword.value)
        except (ValueError, TypeError, SyntaxError):
            return None
        if word == "sep" and isinstance(value, str) and len(value) == 1:
            found["sep"] = value
        elif word in ("names", "usecols") and _is_texts(value):
            found[word] = value
        elif word == "na_values" and (isinstance(value, str) or _is_texts(value)):
            found[word] = [value] if isinstance(value, str) else value
        elif word == "header" and value is None:
            found["header"] = None
        elif word == "index_col" and isinstance(value, int | str) and value is not False:
            found["index_col"] = value
        elif word == "dtype" and isinstance(value, dict):
            found["dtype"] = list(value)
        elif not (word == "header" and value in (0, "infer")) and value is not None:
            return None
    return found


def _call(tree: ast.Module, line: int, reader: str) -> tuple[ast.Call, ast.stmt]:
    last = reader.rpartition(".")[2]
    for statement in ast.walk(tree):
        if isinstance(statement, ast.stmt) and not hasattr(statement, "body"):
            for node in ast.walk(statement):
                if isinstance(node, ast.Call) and node.lineno == line and _last(node.func) == last:
                    return node, statement
    raise Refused(f"{last} is no longer called on line {line}", "commit the file as it is now, then try again")


def _last(node: ast.AST) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def _names(node: ast.AST) -> tuple[str, ...]:
    if isinstance(node, ast.alias):
        return (node.asname or node.name,)
    if isinstance(node, ast.Name):
        return (node.id,)
    if isinstance(node, ast.arg):
        return (node.arg,)
    return (node.name,) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) else ()


def _target(statement: ast.stmt) -> str:
    targets = statement.targets if isinstance(statement, ast.Assign) else [getattr(statement, "target", None)]
    if len(targets) == 1 and isinstance(targets[0], ast.Name | ast.Attribute):
        return ast.unparse(targets[0])
    return ""


def _ends_row(rows: list[str], statement: ast.stmt) -> bool:
    """Nothing but a comment follows: neither another statement, nor what makes the line above it a header."""
    rest = (
        rows[(statement.end_lineno or 1) - 1].encode()[statement.end_col_offset or 0 :].decode(errors="replace").strip()
    )
    return not rest or rest.startswith("#")


def _wrapped(text: str, call: ast.Call, name: str) -> str:
    rows = text.encode("utf-8", "surrogateescape").splitlines(keepends=True)
    first, last = call.lineno - 1, (call.end_lineno or call.lineno) - 1
    end, start = call.end_col_offset or 0, call.col_offset
    rows[last] = rows[last][:end] + b")" + rows[last][end:]
    rows[first] = rows[first][:start] + f"{name}(".encode() + rows[first][start:]
    return b"".join(rows).decode("utf-8", "surrogateescape")


def _with_own_import(text: str, lines: list[str], module: str, own: frozenset[str]) -> str:
    """Among the imports of own modules where it belongs in order; else after the last import, apart from those of others."""
    body = parsed(text).body
    top: list[ast.stmt] = []
    for node in body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            top.append(node)
        elif top:
            break
    named = [(n, "." * n.level + (n.module or "")) for n in body if isinstance(n, ast.ImportFrom)]
    group = [(n, name) for n, name in named if n.level or name.partition(".")[0] in own]
    rows, end = rows_of(text), "\r\n" if "\r\n" in text else "\n"
    before = next((n for n, name in group if name > module), None)
    if before and len(lines) == 1:
        place = before.lineno - 1
    elif group:  # which may stand below a line that makes it possible
        place = group[-1][0].end_lineno or group[-1][0].lineno
    elif top:
        place = top[-1].end_lineno or top[-1].lineno
        if not any(isinstance(n, ast.Import) and n.names[0].name.partition(".")[0] in own for n in top):
            lines = ["", *lines]
    else:
        return with_import(text, end.join(lines))
    return "".join([*rows[:place], *(line + end for line in lines), *rows[place:]])


def _is_texts(value: object) -> bool:
    return isinstance(value, list | tuple) and bool(value) and all(isinstance(v, str) for v in value)
