"""Functions of a few plain values whose answer can be read off their text: names that are put together, keys that are looked up,
lists of lists, and lists in pieces.
"""

import ast
import re
from collections.abc import Iterator
from typing import Any

from scorecard.survey.modules import Module
from scorecard.survey.pure_reading import Unsure
from scorecard.survey.pure_text import STRINGS

_SAMPLES = ("alpha", "beta", "gamma", "delta", "epsilon", "zeta")
_TEXTS = frozenset({"", "str", "Optional[str]", "str | None"})
_ERRORS = frozenset({"ValueError", "KeyError", "TypeError", "NotImplementedError", "LookupError"})
_TREES = re.compile(
    r"(?:typing\.)?(?:dict|Dict|Mapping)\b|(?:event|payload|config|cfg|settings|params|message|request|response|record)$"
)
_MOST = 6
Example = dict[str, str]


def of_values(module: Module, function: ast.FunctionDef, body: list[ast.stmt]) -> dict[str, Any]:
    """``examples`` of what it is given and gives, and of what it ``raises``, as they are written in Python. Raises Unsure."""
    arguments = function.args
    required = arguments.args[: len(arguments.args) - len(arguments.defaults)]
    if not body or not required or len(required) > len(_SAMPLES):
        raise Unsure
    names = [argument.arg for argument in required]
    texts = all((ast.unparse(a.annotation) if a.annotation else "") in _TEXTS for a in required)
    found = {"takes": "values", "gives": "values", "examples": [], "raises": [], "pieces": False}
    if shape := _of_lists(names, body):
        return {**found, **shape}
    if len(names) == 1 and (shape := _looked_up(module, names[0], body) or _reached(required[0], body)):
        return {**found, **shape}
    if texts:
        return {**found, "examples": [_composed(names, body)]}
    raise Unsure


def _of_lists(names: list[str], body: list[ast.stmt]) -> dict[str, Any]:
    """One list out of lists, or a list in pieces of a size."""
    if len(body) != 1:
        return {}
    said = " ".join(ast.unparse(body[0]).split())
    if len(names) == 1 and isinstance(body[0], ast.Return) and isinstance(body[0].value, ast.ListComp):
        match body[0].value:
            case ast.ListComp(
                elt=ast.Name(id=item),
                generators=[
                    ast.comprehension(target=ast.Name(id=part), iter=ast.Name(id=whole), ifs=[]),
                    ast.comprehension(target=ast.Name(id=last), iter=ast.Name(id=inner), ifs=[]),
                ],
            ) if item == last and part == inner and whole == names[0]:
                return {"examples": [_example(["[[1, 2], [], [3]]"], "[1, 2, 3]"), _example(["[]"], "[]")]}
    if len(names) == 2:
        whole, size = names
        for at in ("i", "pos", "idx", "start", "index", "n", "j"):
            piece = f"{whole}[{at}:{at} + {size}]"
            over = f"for {at} in range(0, len({whole}), {size})"
            lines = (
                f"return ({piece} {over})",
                f"return [{piece} {over}]",
                f"yield from ({piece} {over})",
                f"{over}: yield {piece}",
            )
            if said in lines:
                return {"pieces": True, "examples": [_example(["[1, 2, 3, 4, 5]", "2"], "[[1, 2], [3, 4], [5]]")]}
    return {}


def _looked_up(module: Module, name: str, body: list[ast.stmt]) -> dict[str, Any]:
    """`if name == "a": return 1`, or a table: what each key gives, and what becomes of another."""
    known, otherwise = _table(module, name, body) or _branches(name, body) or ({}, None)
    examples = [
        _example([_say(key)], _say(value)) for key, value in known.items() if _is_plain(key) and _is_plain(value)
    ]
    if not examples or otherwise is None:
        return {}
    other = _say("neither of them") if isinstance(next(iter(known)), str) else "-98765"
    if isinstance(otherwise, str):
        return {"examples": examples[:_MOST], "raises": [{"given": other, "error": otherwise}]}
    return {"examples": [*examples[:_MOST], _example([other], _say(otherwise[0]))]}


def _table(module: Module, name: str, body: list[ast.stmt]) -> tuple[dict[Any, Any], Any] | None:
    tables = {n: v for n, v in module.constants.items() if isinstance(v, dict)}
    for statement in body[:-1]:
        match statement:
            case ast.Assign(targets=[ast.Name(id=target)], value=ast.Dict() as value):
                tables[target] = _literal(value)
            case _:
                return None
    match body[-1]:
        case ast.Return(value=ast.Subscript(value=ast.Name(id=table), slice=ast.Name(id=key))) if (
            key == name and table in tables
        ):
            return tables[table], "KeyError"
        case ast.Return(
            value=ast.Call(
                func=ast.Attribute(value=ast.Name(id=table), attr="get"), args=[ast.Name(id=key), *rest], keywords=[]
            )
        ) if key == name and table in tables:
            return tables[table], (_literal(rest[0]) if rest else None,)
    return None


def _branches(name: str, body: list[ast.stmt]) -> tuple[dict[Any, Any], Any] | None:
    known: dict[Any, Any] = {}
    todo = list(body)
    while todo:
        statement = todo.pop(0)
        match statement:
            case ast.If(
                test=ast.Compare(left=ast.Name(id=left), ops=[ast.Eq()], comparators=[key]),
                body=[ast.Return(value=value)],
                orelse=other,
            ) if left == name and value is not None:
                known.setdefault(_literal(key), _literal(value))
                todo = [*other, *todo] if other else todo
            case ast.Raise(exc=error) if error is not None and known:
                kind = ast.unparse(error.func if isinstance(error, ast.Call) else error)
                return (known, kind) if kind in _ERRORS and not todo else None
            case ast.Return(value=value) if known and value is not None:
                return (known, (_literal(value),)) if not todo else None
            case _:
                return None
    return None


def _reached(argument: ast.arg, body: list[ast.stmt]) -> dict[str, Any]:
    """`return event["a"]["b"]`: what lies there."""
    kind = ast.unparse(argument.annotation) if argument.annotation else argument.arg
    if not _TREES.match(kind):
        return {}
    node = body[0].value if len(body) == 1 and isinstance(body[0], ast.Return) else None
    keys: list[str] = []
    while (
        isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant) and isinstance(node.slice.value, str)
    ):
        keys.insert(0, node.slice.value)
        node = node.value
    if not keys or not isinstance(node, ast.Name) or node.id != argument.arg:
        return {}
    given = _say("alpha")
    for key in reversed(keys):
        given = f"{{{_say(key)}: {given}}}"
    return {"examples": [_example([given], _say("alpha"))], "raises": [{"given": "{}", "error": "KeyError"}]}


def _composed(names: list[str], body: list[ast.stmt]) -> Example:
    """A text that is put together of the ones that are given."""
    known = dict(zip(names, _SAMPLES, strict=False))
    for statement in body[:-1]:
        match statement:
            case ast.Assign(targets=[ast.Name(id=target)], value=value):
                known[target] = _text(value, known)
            case _:
                raise Unsure
    last = body[-1]
    if not isinstance(last, ast.Return) or last.value is None:
        raise Unsure
    gives = _text(last.value, known)
    if not all(_SAMPLES[n] in gives.lower() for n in range(len(names))) or gives in _SAMPLES:
        raise Unsure  # something is asked for and not used, or nothing is done with it
    return _example([_say(known_) for known_ in _SAMPLES[: len(names)]], _say(gives))


def _text(node: ast.expr, known: dict[str, str]) -> str:
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.Name(id=name) if name in known:
            return known[name]
        case ast.JoinedStr(values=values):
            return "".join(map(str, (_text(value, known) for value in values)))
        case ast.FormattedValue(value=value, conversion=-1, format_spec=None):
            return _text(value, known)
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return _text(left, known) + _text(right, known)
        case ast.Call(func=ast.Name(id="str"), args=[inner], keywords=[]):
            return _text(inner, known)
        case ast.Call(
            func=ast.Attribute(value=ast.Constant(value=str(between)), attr="join"),
            args=[ast.List(elts=parts)],
            keywords=[],
        ):
            return between.join(_text(part, known) for part in parts)
        case ast.Call(func=ast.Attribute(value=inner, attr=method), args=args, keywords=[]) if method in STRINGS:
            made: str = getattr(_text(inner, known), method)(*(_text(one, known) for one in args))
            return made
    raise Unsure


def _example(given: list[str], gives: str) -> Example:
    return {"given": ", ".join(given), "gives": gives}


def _literal(node: ast.expr) -> Any:
    try:
        return ast.literal_eval(node)
    except (ValueError, TypeError, MemoryError, RecursionError):
        raise Unsure from None


def _is_plain(value: Any) -> bool:
    """Is it short, and written the same way everywhere?"""
    inner: Iterator[Any] = iter(value if isinstance(value, list | tuple) else [value])
    return all(one is None or isinstance(one, str | int | float | bool) for one in inner) and len(repr(value)) < 100


def _say(value: Any) -> str:
    """As it is written in Python, texts in double quotes."""
    if isinstance(value, str) and '"' not in value and value.isprintable() and "\\" not in value:
        return f'"{value}"'
    return repr(value)
