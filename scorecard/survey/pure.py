"""Functions that a test can call without the world, and what is true of what they give, as their text alone shows it.

Only what is understood whole counts: straight lines of pandas on a frame, or of string methods on a text. Everything else (a file, a
clock, a random number, a loop, a name that cannot be told) raises Unsure, and the function is left alone.
"""

import ast
from dataclasses import dataclass, field
from typing import Any

from scorecard.survey.modules import Module

_FRAMES = frozenset({"df", "frame", "data", "dataframe", "dataset", "x", "rows", "table", "features", "raw"})
_STRINGS = frozenset(
    {
        "strip",
        "lstrip",
        "rstrip",
        "lower",
        "upper",
        "title",
        "capitalize",
        "casefold",
        "replace",
        "removeprefix",
        "removesuffix",
    }
)
_ELEMENTS = frozenset({"fillna", "map", "replace", "isin", "isna", "isnull", "notna", "notnull", "copy", "where"})
_NUMBERS = frozenset({"clip", "round", "abs", "add", "sub", "mul", "between"})
_AGGREGATES = frozenset(
    {"mean", "median", "std", "var", "min", "max", "sum", "rank", "shift", "diff", "cumsum", "pct_change", "quantile"}
)
_NUMPY = frozenset(
    {"log", "log1p", "log10", "sqrt", "exp", "expm1", "abs", "sin", "cos", "square", "round", "floor", "ceil", "clip"}
)
_DATES = frozenset({"year", "month", "day", "dayofweek", "weekday", "hour", "minute", "dayofyear", "quarter"})
_FRAME_METHODS = frozenset(
    {"copy", "assign", "drop", "dropna", "drop_duplicates", "rename", "reset_index", "fillna", "sort_values"}
)


class Unsure(Exception):
    """Something that cannot be told for certain from the text."""


@dataclass(slots=True)
class Reading:
    """What has been understood so far. ``needs`` are the input's columns with what they must hold: num, text, date or any."""

    module: Module
    frames: dict[str, bool] = field(default_factory=dict)  # name → is it a copy?
    texts: set[str] = field(default_factory=set)
    plain: dict[str, ast.expr] = field(default_factory=dict)
    needs: dict[str, set[str]] = field(default_factory=dict)
    made: dict[str, str] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    chosen: "list[str] | None" = None
    keeps_input: bool = True
    keeps_rows: bool = True
    by_row: bool = True


def understood(module: Module, function: ast.FunctionDef) -> dict[str, Any] | None:
    """What is true of ``function``, None where that cannot be told. See `scorecard.survey.testing`."""
    arguments = function.args
    required = arguments.args[: len(arguments.args) - len(arguments.defaults)]
    if function.decorator_list or len(required) != 1 or arguments.vararg or arguments.kwarg or arguments.posonlyargs:
        return None
    if any(default is None for default in arguments.kw_defaults):
        return None
    annotated = ast.unparse(required[0].annotation) if required[0].annotation else ""
    name = required[0].arg
    body = function.body[1:] if ast.get_docstring(function, clean=False) is not None else function.body
    for default, argument in zip(arguments.defaults, arguments.args[1:], strict=True):
        if not isinstance(default, ast.Constant):
            return None
        del argument
    try:
        if annotated == "str" or (not annotated and name in {"text", "name", "value", "string", "s"}):
            return _text(Reading(module, texts={name}), body, name)
        if annotated.endswith("DataFrame") or (not annotated and name.lower() in _FRAMES):
            return _frame(Reading(module, frames={name: False}), body)
    except (Unsure, RecursionError):
        return None
    return None


# Texts


def _text(reading: Reading, body: list[ast.stmt], name: str) -> dict[str, Any]:
    if len(body) != 1 or not isinstance(body[0], ast.Return) or body[0].value is None:
        raise Unsure
    chain: list[tuple[str, list[str]]] = []
    node = body[0].value
    while isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        if node.func.attr not in _STRINGS or node.keywords:
            raise Unsure
        chain.insert(0, (node.func.attr, [_string(argument) for argument in node.args]))
        node = node.func.value
    if not chain or not isinstance(node, ast.Name) or node.id != name:
        raise Unsure
    del reading
    return {"takes": "text", "gives": "text", **_of_chain(chain)}


def _label(reading: Reading, node: ast.expr) -> str:
    """A column's name, written out or as a constant of the module."""
    if isinstance(node, ast.Name):
        value = reading.module.constants.get(node.id)
        if isinstance(value, str):
            return value
    return _string(node)


def _string(node: ast.expr) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    raise Unsure


def _of_chain(chain: list[tuple[str, list[str]]]) -> dict[str, Any]:
    """What holds for every text that a chain of string methods gives."""
    stripped = lowered = False
    absent: list[str] = []
    for method, given in chain:
        if method == "replace":
            if len(given) != 2 or len(given[0]) != 1:
                raise Unsure
            old, new = given
            stripped = stripped and new.strip() == new and bool(new)
            lowered = lowered and new == new.lower()
            absent = [one for one in absent if one not in new] + ([old] if old not in new else [])
        elif method == "strip" and not given:
            stripped = True
        elif method == "lower":
            lowered = True
            absent = [one for one in absent if one.lower() == one]
        elif method in {"upper", "title", "capitalize", "casefold"}:
            lowered, absent = False, [one for one in absent if not one.isalpha()]
        elif given and any(text.strip() for text in given):
            stripped = False
    plain = all(method in {"strip", "lower", "replace"} for method, _ in chain) and not any(
        method == "strip" and given for method, given in chain
    )
    replaced = [given[0] for method, given in chain if method == "replace"]
    used = {method for method, _ in chain}
    same = (
        plain
        and (stripped or "strip" not in used)
        and (lowered or "lower" not in used)
        and set(replaced) <= set(absent)
    )
    return {"stripped": stripped, "lowered": lowered, "absent": absent, "idempotent": same}


# Frames


def _frame(reading: Reading, body: list[ast.stmt]) -> dict[str, Any]:
    if not body or not isinstance(body[-1], ast.Return) or body[-1].value is None:
        raise Unsure
    for statement in body[:-1]:
        _statement(reading, statement)
    value = body[-1].value
    gives = "frame"
    if _is_frame(reading, value):
        _taken(reading, value)
    else:
        gives = "series"
        _kind(reading, value, "any")
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
        _column(reading, _asked_for(reading, node.test), "any")  # the rows have it, so the branch is taken
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
        if _is_frame(reading, value):
            reading.frames[target.id] = _taken(reading, value)
        else:
            _kind(reading, value, "any")
            reading.plain[target.id] = value
    elif isinstance(target, ast.Subscript) and isinstance(target.value, ast.Name) and target.value.id in reading.frames:
        column = _label(reading, target.slice)
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
                return _label(reading, label)
    raise Unsure


def _make(reading: Reading, column: str, value: ast.expr) -> None:
    reading.made[column] = _kind(reading, value, "any")
    reading.gone.discard(column)
    if reading.chosen is not None and column not in reading.chosen:
        reading.chosen = [*reading.chosen, column]


def _is_frame(reading: Reading, node: ast.expr) -> bool:
    if isinstance(node, ast.Name):
        return node.id in reading.frames
    if isinstance(node, ast.Subscript):
        return _is_frame(reading, node.value) and not _is_label(reading, node.slice)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return node.func.attr in _FRAME_METHODS and _is_frame(reading, node.func.value)
    return False


def _is_label(reading: Reading, node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) or (
        isinstance(node, ast.Name) and isinstance(reading.module.constants.get(node.id), str)
    )


def _taken(reading: Reading, node: ast.expr) -> bool:
    """Follow an expression that gives a frame; is what it gives a copy?"""
    if isinstance(node, ast.Name):
        return reading.frames[node.id]
    if isinstance(node, ast.Subscript):
        _taken(reading, node.value)
        names = _names(reading, node.slice)
        if names is None:
            _kind(reading, node.slice, "any")
            reading.keeps_rows = False
        else:
            for name in names:
                _column(reading, name, "any")
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
        names = _names(reading, given.get("columns", args[0] if args else ast.Constant(value=None)))
        for column in (
            names
            if names is not None
            else [_string(given.get("columns", args[0] if args else ast.Constant(value=None)))]
        ):
            _column(reading, column, "any")
            reading.gone.add(column)
            if reading.chosen is not None:
                reading.chosen = [name for name in reading.chosen if name != column]
            reading.made.pop(column, None)
    elif name in {"dropna", "drop_duplicates"}:
        for value in [*args, *given.values()]:
            for column in _names(reading, value) or [_string(value)]:
                _column(reading, column, "any")
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
        for column in _names(reading, args[0]) or [_string(args[0])]:
            _column(reading, column, "any")
        reading.by_row = False
    elif name != "copy":
        raise Unsure


def _names(reading: Reading, node: ast.expr) -> list[str] | None:
    """A list of column names, written out or as a constant of the module."""
    value: object = None
    if isinstance(node, ast.List):
        value = [item.value if isinstance(item, ast.Constant) else None for item in node.elts]
    elif isinstance(node, ast.Name):
        value = reading.module.constants.get(node.id)
    if isinstance(value, list) and value and all(isinstance(item, str) for item in value):
        return [str(item) for item in value]
    return None


def _column(reading: Reading, name: str, want: str) -> str:
    if name in reading.gone:
        raise Unsure
    if name not in reading.made:
        reading.needs.setdefault(name, set()).add(want)
        return want
    kind = reading.made[name]
    if want not in {"any", kind}:
        raise Unsure
    return kind


def _kind(reading: Reading, node: ast.expr, want: str) -> str:
    """What an expression over columns holds, one value a row (or one for all): num, text, date or any. It must be ``want``."""
    kind = _read(reading, node, want)
    if want not in {"any", kind}:
        raise Unsure
    return kind


def _read(reading: Reading, node: ast.expr, want: str) -> str:
    match node:
        case ast.Constant(value=bool() | int() | float()):
            return "num"
        case ast.Constant(value=str()):
            return "text"
        case ast.Name(id=name) if name in reading.plain:
            return _kind(reading, reading.plain[name], want)
        case ast.Name(id=name) if isinstance(reading.module.constants.get(name), int | float):
            return "num"
        case ast.Subscript(value=inner, slice=label) if _is_frame(reading, inner) and _is_label(reading, label):
            _taken(reading, inner)
            return _column(reading, _label(reading, label), want)
        case ast.Attribute(value=inner, attr=column) if isinstance(inner, ast.Name) and inner.id in reading.frames:
            if column not in reading.made:
                raise Unsure  # perhaps a column, perhaps not
            return _column(reading, column, want)
        case ast.Attribute(value=ast.Attribute(value=inner, attr="dt"), attr=part) if part in _DATES:
            _kind(reading, inner, "moment")
            return "num"
        case ast.BinOp(left=left, op=ast.Add() | ast.Sub() | ast.Mult() | ast.Div(), right=right):
            _kind(reading, left, "num")
            _kind(reading, right, "num")
            return "num"
        case ast.BinOp(left=left, op=ast.BitAnd() | ast.BitOr(), right=right):
            _kind(reading, left, "truth")
            _kind(reading, right, "truth")
            return "truth"
        case ast.UnaryOp(op=ast.Invert(), operand=inner):
            return _kind(reading, inner, "truth")
        case ast.UnaryOp(op=ast.USub(), operand=inner):
            return _kind(reading, inner, "num")
        case ast.Compare(left=left, ops=[operator], comparators=[right]):
            number = _is_number(reading, left) or _is_number(reading, right)
            ordered = not isinstance(operator, ast.Eq | ast.NotEq)
            for side in (left, right):
                _kind(reading, side, "num" if number or ordered else "any")
            return "truth"
        case ast.Call(func=ast.Attribute(value=inner, attr=method), args=args, keywords=keywords):
            return _called(reading, inner, method, args, {k.arg or "": k.value for k in keywords})
    raise Unsure


def _is_number(reading: Reading, node: ast.expr) -> bool:
    return (isinstance(node, ast.Constant) and isinstance(node.value, int | float)) or (
        isinstance(node, ast.Name) and isinstance(reading.module.constants.get(node.id), int | float)
    )


def _called(reading: Reading, inner: ast.expr, method: str, args: list[ast.expr], given: dict[str, ast.expr]) -> str:
    library = reading.module.aliases.get(inner.id, "") if isinstance(inner, ast.Name) else ""
    if library == "numpy":
        if method == "where" and len(args) == 3:
            _kind(reading, args[0], "truth")
            kinds = {_kind(reading, one, "any") for one in args[1:]}
            return kinds.pop() if len(kinds) == 1 else "any"
        if method in _NUMPY and not given:
            for one in args:
                _kind(reading, one, "num")
            return "num"
        raise Unsure
    if library == "pandas":
        if method == "to_datetime" and len(args) == 1 and not given:
            _kind(reading, args[0], "date")
            return "moment"
        raise Unsure
    if isinstance(inner, ast.Attribute) and inner.attr == "str":
        if not all(_is_literal(reading, one) for one in args):
            raise Unsure
        _kind(reading, inner.value, "text")
        if method in _STRINGS and not set(given) - {"regex"}:
            return "text"
        if method == "len":
            return "num"
        if method in {"startswith", "endswith", "contains"} and not given:
            return "truth"
        raise Unsure
    match inner:
        case ast.Call(func=ast.Attribute(value=base, attr="rolling"), args=[ast.Constant(value=int())], keywords=[]):
            if method in _AGGREGATES and not args and not given:
                _kind(reading, base, "num")
                reading.by_row = False
                return "num"
            raise Unsure
    if method == "astype" and len(args) == 1 and not given:
        to = ast.unparse(args[0]).strip("'\"")
        if to in {"int", "float", "int64", "float64", "bool", "int8"}:
            if to.startswith("int") and not _is_whole(reading, inner):
                raise Unsure
            if _kind(reading, inner, "any") not in {"truth", "num"}:
                _kind(reading, inner, "num")
            return "num"
        if to in {"str", "string"}:
            _kind(reading, inner, "any")
            return "text"
        raise Unsure
    if method in _NUMBERS:
        _kind(reading, inner, "num")
        for one in (*args, *given.values()):
            _kind(reading, one, "num")
        return "truth" if method == "between" else "num"
    if method in _AGGREGATES and not given and not args:
        _kind(reading, inner, "num")
        reading.by_row = False
        return "num"
    if method in _ELEMENTS and not given and all(_is_literal(reading, one) for one in args):
        kind = _kind(reading, inner, "any")
        if method in {"isin", "isna", "isnull", "notna", "notnull"}:
            return "truth"
        return kind if method in {"fillna", "copy"} else "any"
    raise Unsure


def _is_whole(reading: Reading, node: ast.expr) -> bool:
    """Has it no gaps for certain: a truth, a column as it came, or gaps that were filled?"""
    match node:
        case ast.Subscript(slice=label) if _is_label(reading, label):
            return _label(reading, label) not in reading.made
        case ast.Call(func=ast.Attribute(attr="fillna")):
            return True
    return _kind(reading, node, "any") == "truth"


def _is_literal(reading: Reading, node: ast.expr) -> bool:
    if isinstance(node, ast.Name):
        return node.id in reading.module.constants
    try:
        ast.literal_eval(node)
    except (ValueError, TypeError):
        return False
    return True
