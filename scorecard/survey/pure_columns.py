"""Expressions over columns: what each row of them holds, and what the columns must hold for that."""

import ast

from scorecard.survey.pure_reading import Reading, Unsure, column_kind, is_label, is_literal, label_of
from scorecard.survey.pure_text import STRINGS

_ELEMENTS = frozenset({"fillna", "map", "replace", "isin", "isna", "isnull", "notna", "notnull", "copy", "where"})
_NUMBERS = frozenset({"clip", "round", "abs", "add", "sub", "mul", "between"})
_AGGREGATES = frozenset(
    {"mean", "median", "std", "var", "min", "max", "sum", "rank", "shift", "diff", "cumsum", "pct_change", "quantile"}
)
_NUMPY = frozenset(
    {"log", "log1p", "log10", "sqrt", "exp", "expm1", "abs", "sin", "cos", "square", "round", "floor", "ceil", "clip"}
)
_DATES = frozenset({"year", "month", "day", "dayofweek", "weekday", "hour", "minute", "dayofyear", "quarter"})


def kind_of(reading: Reading, node: ast.expr, want: str) -> str:
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
            return kind_of(reading, reading.plain[name], want)
        case ast.Name(id=name) if isinstance(reading.module.constants.get(name), int | float):
            return "num"
        case ast.Subscript(value=inner, slice=named) if (
            isinstance(inner, ast.Name) and inner.id in reading.frames and is_label(reading, named)
        ):
            return column_kind(reading, label_of(reading, named), want)
        case ast.Attribute(value=inner, attr=column) if isinstance(inner, ast.Name) and inner.id in reading.frames:
            if column not in reading.made:
                raise Unsure  # perhaps a column, perhaps not
            return column_kind(reading, column, want)
        case ast.Attribute(value=ast.Attribute(value=inner, attr="dt"), attr=part) if part in _DATES:
            kind_of(reading, inner, "moment")
            return "num"
        case ast.BinOp(left=left, op=ast.Add() | ast.Sub() | ast.Mult() | ast.Div(), right=right):
            kind_of(reading, left, "num")
            kind_of(reading, right, "num")
            return "num"
        case ast.BinOp(left=left, op=ast.BitAnd() | ast.BitOr(), right=right):
            kind_of(reading, left, "truth")
            kind_of(reading, right, "truth")
            return "truth"
        case ast.UnaryOp(op=ast.Invert(), operand=inner):
            return kind_of(reading, inner, "truth")
        case ast.UnaryOp(op=ast.USub(), operand=inner):
            return kind_of(reading, inner, "num")
        case ast.Compare(left=left, ops=[operator], comparators=[right]):
            number = _is_number(reading, left) or _is_number(reading, right)
            ordered = not isinstance(operator, ast.Eq | ast.NotEq)
            for side in (left, right):
                kind_of(reading, side, "num" if number or ordered else "any")
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
            kind_of(reading, args[0], "truth")
            kinds = {kind_of(reading, one, "any") for one in args[1:]}
            return kinds.pop() if len(kinds) == 1 else "any"
        if method in _NUMPY and not given:
            for one in args:
                kind_of(reading, one, "num")
            return "num"
        raise Unsure
    if library == "pandas":
        if method == "to_datetime" and len(args) == 1 and not given:
            kind_of(reading, args[0], "date")
            return "moment"
        raise Unsure
    if isinstance(inner, ast.Attribute) and inner.attr == "str":
        if not all(is_literal(reading, one) for one in args):
            raise Unsure
        kind_of(reading, inner.value, "text")
        if method in STRINGS and not set(given) - {"regex"}:
            return "text"
        if method == "len":
            return "num"
        if method in {"startswith", "endswith", "contains"} and not given:
            return "truth"
        raise Unsure
    match inner:
        case ast.Call(func=ast.Attribute(value=base, attr="rolling"), args=[ast.Constant(value=int())], keywords=[]):
            if method in _AGGREGATES and not args and not given:
                kind_of(reading, base, "num")
                reading.by_row = False
                return "num"
            raise Unsure
    if method == "astype" and len(args) == 1 and not given:
        to = ast.unparse(args[0]).strip("'\"")
        if to in {"int", "float", "int64", "float64", "bool", "int8"}:
            if to.startswith("int") and not _is_whole(reading, inner):
                raise Unsure
            if kind_of(reading, inner, "any") not in {"truth", "num"}:
                kind_of(reading, inner, "num")
            return "num"
        if to in {"str", "string"}:
            kind_of(reading, inner, "any")
            return "text"
        raise Unsure
    if method in _NUMBERS:
        kind_of(reading, inner, "num")
        for one in (*args, *given.values()):
            kind_of(reading, one, "num")
        return "truth" if method == "between" else "num"
    if method in _AGGREGATES and not given and not args:
        kind_of(reading, inner, "num")
        reading.by_row = False
        return "num"
    if method in _ELEMENTS and not given and all(is_literal(reading, one) for one in args):
        kind = kind_of(reading, inner, "any")
        if method in {"isin", "isna", "isnull", "notna", "notnull"}:
            return "truth"
        return kind if method in {"fillna", "copy"} else "any"
    raise Unsure


def _is_whole(reading: Reading, node: ast.expr) -> bool:
    """Has it no gaps for certain: a truth, a column as it came, or gaps that were filled?"""
    match node:
        case ast.Subscript(slice=named) if is_label(reading, named):
            return label_of(reading, named) not in reading.made
        case ast.Call(func=ast.Attribute(attr="fillna")):
            return True
    return kind_of(reading, node, "any") == "truth"
