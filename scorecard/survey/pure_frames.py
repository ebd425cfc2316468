"""Straight lines of pandas on one frame, and what holds for the frame or the column that they give."""

import ast
from typing import Any

from scorecard.survey.pure_columns import kind_of
from scorecard.survey.pure_reading import (
    Reading,
    Unsure,
    column_kind,
    is_frame,
    label_of,
    names_in,
    string_of,
)


def of_frame(reading: Reading, body: list[ast.stmt]) -> dict[str, Any]:
    """What holds for what a body gives that works on the frames of ``reading``. Raises Unsure."""
    if not body or not isinstance(body[-1], ast.Return) or body[-1].value is None:
        raise Unsure
    for statement in body[:-1]:
        _statement(reading, statement)
    value = body[-1].value
    gives = "frame"
    if is_frame(reading, value):
        _taken(reading, value)
    else:
        gives = "series"
        kind_of(reading, value, "any")
        if not reading.needs or not reading.by_row:
            raise Unsure
    if gives == "frame" and not (reading.made or reading.gone or reading.chosen or not reading.keeps_rows):
        raise Unsure  # nothing is promised
    added = [
        name for name in reading.made if name not in reading.gone and (reading.chosen is None or name in reading.chosen)
    ]
    return {
        "takes": "frame",
        "gives": gives,
        "needs": {column: sorted(kinds - {"any"}) for column, kinds in reading.needs.items()},
        "adds": added,
        "drops": sorted(reading.gone),
        "columns": reading.chosen or [],
        "keeps_input": reading.keeps_input,
        "keeps_rows": reading.keeps_rows,
        "by_row": reading.by_row and reading.keeps_rows,
    }


def _statement(reading: Reading, node: ast.stmt) -> None:
    if isinstance(node, ast.If) and not node.orelse:
        column_kind(reading, _asked_for(reading, node.test), "any")  # the rows have it, so the branch is taken
        for inner in node.body:
            _statement(reading, inner)
        return
    if isinstance(node, ast.Assign) and len(node.targets) == 1:
        target, value = node.targets[0], node.value
    elif isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Subscript):
        target, value = node.target, ast.BinOp(left=node.target, op=node.op, right=node.value)
    else:
        raise Unsure
    if isinstance(target, ast.Name):
        if is_frame(reading, value):
            reading.frames[target.id] = _taken(reading, value)
        else:
            kind_of(reading, value, "any")
            reading.plain[target.id] = value
    elif isinstance(target, ast.Subscript) and isinstance(target.value, ast.Name) and target.value.id in reading.frames:
        column = label_of(reading, target.slice)
        _make(reading, column, value)
        reading.keeps_input = reading.keeps_input and reading.frames[target.value.id]
    else:
        raise Unsure


def _asked_for(reading: Reading, test: ast.expr) -> str:
    """The column of `if "a" in df.columns:`."""
    match test:
        case ast.Compare(
            left=label, ops=[ast.In()], comparators=[ast.Attribute(value=ast.Name(id=name), attr="columns")]
        ):
            if name in reading.frames:
                return label_of(reading, label)
    raise Unsure


def _make(reading: Reading, column: str, value: ast.expr) -> None:
    reading.made[column] = kind_of(reading, value, "any")
    reading.gone.discard(column)
    if reading.chosen is not None and column not in reading.chosen:
        reading.chosen = [*reading.chosen, column]


def _taken(reading: Reading, node: ast.expr) -> bool:
    """Follow an expression that gives a frame; is what it gives a copy?"""
    if isinstance(node, ast.Name):
        return reading.frames[node.id]
    if isinstance(node, ast.Subscript):
        _taken(reading, node.value)
        names = names_in(reading, node.slice)
        if names is None:
            kind_of(reading, node.slice, "any")
            reading.keeps_rows = False
        else:
            for name in names:
                column_kind(reading, name, "any")
            reading.chosen = names
        return True
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        raise Unsure
    _taken(reading, node.func.value)
    given = {keyword.arg or "": keyword.value for keyword in node.keywords}
    _method(reading, node.func.attr, node.args, given)
    return True


def _method(reading: Reading, name: str, args: list[ast.expr], given: dict[str, ast.expr]) -> None:
    if "" in given or "inplace" in given:
        raise Unsure
    if name == "assign":
        for column, value in given.items():
            _make(reading, column, value)
    elif name == "drop":
        if set(given) - {"columns", "axis"} or (args and "axis" not in given):
            raise Unsure
        names = names_in(reading, given.get("columns", args[0] if args else ast.Constant(value=None)))
        for column in (
            names
            if names is not None
            else [string_of(given.get("columns", args[0] if args else ast.Constant(value=None)))]
        ):
            column_kind(reading, column, "any")
            reading.gone.add(column)
            if reading.chosen is not None:
                reading.chosen = [name for name in reading.chosen if name != column]
            reading.made.pop(column, None)
    elif name in {"dropna", "drop_duplicates"}:
        for value in [*args, *given.values()]:
            for column in names_in(reading, value) or [string_of(value)]:
                column_kind(reading, column, "any")
        reading.keeps_rows = False
    elif name == "reset_index":
        if args or set(given) - {"drop"} or not isinstance(given.get("drop"), ast.Constant):
            raise Unsure
    elif name == "fillna":
        if given or len(args) != 1 or not isinstance(args[0], ast.Constant):
            raise Unsure
    elif name == "sort_values":
        if given or len(args) != 1:
            raise Unsure
        for column in names_in(reading, args[0]) or [string_of(args[0])]:
            column_kind(reading, column, "any")
        reading.by_row = False
    elif name != "copy":
        raise Unsure
