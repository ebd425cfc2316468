"""String methods and regular expressions, one after the other, on a text, and what holds for every text that they give."""

import ast
import re
from dataclasses import dataclass, field
from typing import Any

from scorecard.survey.modules import Module
from scorecard.survey.pure_reading import Unsure, string_of

STRINGS = frozenset(
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
# A class of characters, once or several times: what matches it has one character that does, and no order of them matters.
_CLASS = re.compile(r"(\[\^?(?:\\[wWsSdDnt.\-_/^\]\[\\]|\\x[0-9a-fA-F]{2}|[^\[\]\\])+\]|\\[sSdDwW])\+?")
_SPACES = frozenset({r"\s", r"\s+", r"\s\s+", r"\s{2,}", r"[\s]+"})
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
Step = tuple[str, list[str]]


@dataclass(slots=True)
class Holds:
    """What is true of every text after the steps so far. ``patterns`` are classes of characters that are not in it any more."""

    stripped: bool = False
    lowered: bool = False
    squeezed: bool = False
    ascii: bool = False
    absent: list[str] = field(default_factory=list)
    patterns: list[str] = field(default_factory=list)


def of_text(module: Module, body: list[ast.stmt], name: str, given: dict[str, str]) -> dict[str, Any]:
    """What holds for `return name.strip().lower()`, and for lines that lead there; ``given`` are defaults. Raises Unsure."""
    known, steps = dict(given), list[Step]()
    for statement in body[:-1]:
        match statement:
            case ast.Assign(targets=[ast.Name(id=target)], value=value):
                if pattern := _compiled(value, known):
                    known[target] = pattern
                else:
                    steps += _steps(module, value, name, known)
                    name = target
            case ast.If(test=test, body=[inner], orelse=[]) if _is_guard(test, inner, name):
                continue
            case _:
                raise Unsure
    last = body[-1] if body else None
    if not isinstance(last, ast.Return) or last.value is None:
        raise Unsure
    steps += _steps(module, last.value, name, known)
    if not steps:
        raise Unsure
    holds = Holds()
    for method, args in steps:
        _done(holds, method, args)
    plain = all(method in STRINGS for method, _ in steps)
    if not plain and holds == Holds():
        raise Unsure  # nothing is promised
    return {
        "takes": "text", "gives": "text", "stripped": holds.stripped, "lowered": holds.lowered, "absent": holds.absent,
        "patterns": holds.patterns, "squeezed": holds.squeezed, "ascii": holds.ascii, "idempotent": plain and _is_idempotent(steps, holds),
    }  # fmt: skip


def _steps(module: Module, node: ast.expr, name: str, known: dict[str, str]) -> list[Step]:
    """What is done to the text, the first step first."""
    match node:
        case ast.Name(id=one) if one == name:
            return []
        case ast.Call(func=ast.Attribute(value=ast.Name(id="re"), attr="sub"), args=[pattern, by, inner], keywords=[]):
            if module.aliases.get("re") != "re":
                raise Unsure
            return [*_steps(module, inner, name, known), ("sub", [_said(pattern, known), _said(by, known)])]
        case ast.Call(func=ast.Attribute(value=ast.Name(id=pattern), attr="sub"), args=[by, inner], keywords=[]):
            said = known.get(pattern) or _constant(module, pattern)
            return [*_steps(module, inner, name, known), ("sub", [said, _said(by, known)])]
        case ast.Call(
            func=ast.Attribute(
                value=ast.Call(func=ast.Attribute(value=inner, attr="encode"), args=to, keywords=[]), attr="decode"
            ),
            keywords=[],
        ) if [string_of(one) for one in to] == ["ascii", "ignore"]:
            return [*_steps(module, inner, name, known), ("ascii", [])]
        case ast.Call(
            func=ast.Attribute(value=ast.Constant(value=" "), attr="join"),
            args=[ast.Call(func=ast.Attribute(value=inner, attr="split"), args=[], keywords=[])],
        ):
            return [*_steps(module, inner, name, known), ("squeeze", [])]
        case ast.Call(func=ast.Attribute(value=inner, attr=method), args=args, keywords=[]) if method in STRINGS:
            return [*_steps(module, inner, name, known), (method, [_said(one, known) for one in args])]
    raise Unsure


def _said(node: ast.expr, known: dict[str, str]) -> str:
    if isinstance(node, ast.Name) and node.id in known:
        return known[node.id]
    return string_of(node)


def _compiled(node: ast.expr, known: dict[str, str]) -> str:
    """The pattern of `re.compile("…")`, or of a text that is given a name; "" for anything else."""
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.Call(func=ast.Attribute(value=ast.Name(id="re"), attr="compile"), args=[one], keywords=keywords):
            if all(ast.unparse(k.value) in ("re.UNICODE", "re.U") for k in keywords):  # as it is anyway
                return _said(one, known)
    return ""


def _constant(module: Module, name: str) -> str:
    """The pattern that stands at the top of the module under a name."""
    for node in module.tree.body:
        match node:
            case ast.Assign(targets=[ast.Name(id=target)], value=value) if target == name:
                return _compiled(value, {})
    raise Unsure


def _is_guard(test: ast.expr, inner: ast.stmt, name: str) -> bool:
    """`if not text: return text`, and `if not isinstance(text, str): text = str(text)`: no text goes another way."""
    said, then = ast.unparse(test), ast.unparse(inner)
    empty = said == f"not {name}" and then in (f"return {name}", "return ''")
    return empty or (said == f"not isinstance({name}, str)" and then == f"{name} = str({name})")


def _done(holds: Holds, method: str, given: list[str]) -> None:
    """What holds after one more step."""
    if method == "replace":
        if len(given) != 2 or len(given[0]) != 1:
            raise Unsure
        _put(holds, given[0] in " \t\n", given[1])
        holds.absent += [given[0]] if given[0] not in given[1] else []
    elif method == "sub":
        pattern, by = given
        if "\\" in by:
            raise Unsure
        _put(holds, pattern in _SPACES, by)
        if _CLASS.fullmatch(pattern) and not _matches(pattern, by):
            holds.patterns.append(pattern)
        holds.squeezed = holds.squeezed or (pattern in _SPACES - {r"\s"} and by == " ")
    elif method == "squeeze":
        _put(holds, True, " ")
        holds.stripped = holds.squeezed = True
        holds.absent += [one for one in "\n\t" if one not in holds.absent]
    elif method == "ascii":
        holds.ascii, holds.stripped, holds.squeezed = True, False, False
    elif method == "strip" and not given:
        holds.stripped = True
    elif method == "lower":
        holds.lowered = True
        holds.absent = [one for one in holds.absent if one.lower() == one]
        holds.patterns = [one for one in holds.patterns if not _matches(one, _LETTERS)]
    elif method in {"upper", "title", "capitalize", "casefold"}:
        holds.lowered, holds.absent = False, [one for one in holds.absent if not one.isalpha()]
        holds.patterns = [one for one in holds.patterns if not _matches(one, _LETTERS + _LETTERS.upper())]
    elif given and any(text.strip() for text in given):
        holds.stripped = False


def _put(holds: Holds, spaces: bool, by: str) -> None:
    """Something, ``spaces`` or not, gives way to ``by``, wherever it stands."""
    solid = bool(by) and by.strip() == by
    holds.stripped = holds.stripped and (solid or spaces)
    holds.squeezed = holds.squeezed and (solid or (spaces and by == " "))
    holds.lowered = holds.lowered and by == by.lower()
    holds.ascii = holds.ascii and by.isascii()
    holds.absent = [one for one in holds.absent if one not in by]
    holds.patterns = [one for one in holds.patterns if not _matches(one, by)]


def _matches(pattern: str, text: str) -> bool:
    """Is one of the characters of ``text`` of the class?"""
    try:
        return any(re.match(pattern, one) for one in text)
    except re.error:
        raise Unsure from None


def _is_idempotent(steps: list[Step], holds: Holds) -> bool:
    """Does doing it twice change nothing?"""
    used = {method for method, _ in steps}
    plain = used <= {"strip", "lower", "replace"} and not any(method == "strip" and given for method, given in steps)
    replaced = [given[0] for method, given in steps if method == "replace"]
    same = (holds.stripped or "strip" not in used) and (holds.lowered or "lower" not in used)
    return plain and same and set(replaced) <= set(holds.absent)
