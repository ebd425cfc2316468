"""What has been understood of a function so far, and the names of columns in it."""

import ast
from dataclasses import dataclass, field

from scorecard.survey.modules import Module

FRAME_METHODS = frozenset(
    {"copy", "assign", "drop", "dropna", "drop_duplicates", "rename", "reset_index", "fillna", "sort_values"}
)


class Unsure(Exception):
    """Something that cannot be told for certain from the text."""


@dataclass(slots=True)
class Reading:
    """What has been understood so far. ``needs`` are the input's columns with what they must hold: num, text, date or any."""

    module: Module
    frames: dict[str, bool] = field(default_factory=dict)  # name → is it a copy?
    plain: dict[str, ast.expr] = field(default_factory=dict)
    needs: dict[str, set[str]] = field(default_factory=dict)
    made: dict[str, str] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    chosen: "list[str] | None" = None
    keeps_input: bool = True
    keeps_rows: bool = True
    by_row: bool = True


def is_frame(reading: Reading, node: ast.expr) -> bool:
    """Does it give the frame, as it came or worked on?"""
    if isinstance(node, ast.Name):
        return node.id in reading.frames
    if isinstance(node, ast.Subscript):
        return is_frame(reading, node.value) and not is_label(reading, node.slice)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return node.func.attr in FRAME_METHODS and is_frame(reading, node.func.value)
    return False


def is_label(reading: Reading, node: ast.expr) -> bool:
    """Does it name one column?"""
    return isinstance(node, ast.Constant) or (
        isinstance(node, ast.Name) and isinstance(reading.module.constants.get(node.id), str)
    )


def label_of(reading: Reading, node: ast.expr) -> str:
    """A column's name, written out or as a constant of the module."""
    if isinstance(node, ast.Name):
        value = reading.module.constants.get(node.id)
        if isinstance(value, str):
            return value
    return string_of(node)


def string_of(node: ast.expr) -> str:
    """A string that is written out."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    raise Unsure


def names_in(reading: Reading, node: ast.expr) -> list[str] | None:
    """A list of column names, written out or as a constant of the module."""
    value: object = None
    if isinstance(node, ast.List):
        value = [item.value if isinstance(item, ast.Constant) else None for item in node.elts]
    elif isinstance(node, ast.Name):
        value = reading.module.constants.get(node.id)
    if isinstance(value, list) and value and all(isinstance(item, str) for item in value):
        return [str(item) for item in value]
    return None


def column_kind(reading: Reading, name: str, want: str) -> str:
    """What a column holds, which must be ``want``; of the input's own, that is what it then needs."""
    if name in reading.gone:
        raise Unsure
    if name not in reading.made:
        reading.needs.setdefault(name, set()).add(want)
        return want
    kind = reading.made[name]
    if want not in {"any", kind}:
        raise Unsure
    return kind


def is_literal(reading: Reading, node: ast.expr) -> bool:
    """Is it written out, or a constant of the module?"""
    if isinstance(node, ast.Name):
        return node.id in reading.module.constants
    try:
        ast.literal_eval(node)
    except (ValueError, TypeError):
        return False
    return True
