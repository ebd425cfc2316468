"""Conditions of GitHub, GitLab and Azure: one small grammar holds all that our files say in them."""

import re
from collections.abc import Callable, Mapping

Value = str | bool | None
TOKEN = re.compile(r"""\s*('[^']*'|"[^"]*"|&&|\|\||==|!=|[()\[\],]|\$?[A-Za-z_][\w.-]*)""")


def evaluate(text: str, names: Mapping[str, str]) -> Value:
    """`$A == "b" && ($C || $D)`, `github.x == 'y'`, `and(ne(variables['A'], 'b'), succeeded())`."""
    tokens = [token for token in TOKEN.findall(text) if token]
    if "".join(tokens) != re.sub(r"\s+(?=(?:[^'\"]*['\"][^'\"]*['\"])*[^'\"]*$)", "", text):
        raise ValueError(f"no condition that we know: {text}")
    value, rest = _either(tokens, names)
    if rest:
        raise ValueError(f"{rest} is left of {text}")
    return value


def _either(tokens: list[str], names: Mapping[str, str]) -> tuple[Value, list[str]]:
    value, tokens = _both(tokens, names)
    while tokens[:1] == ["||"]:
        other, tokens = _both(tokens[1:], names)
        value = value or other
    return value, tokens


def _both(tokens: list[str], names: Mapping[str, str]) -> tuple[Value, list[str]]:
    value, tokens = _compared(tokens, names)
    while tokens[:1] == ["&&"]:
        other, tokens = _compared(tokens[1:], names)
        value = value and other
    return value, tokens


def _compared(tokens: list[str], names: Mapping[str, str]) -> tuple[Value, list[str]]:
    value, tokens = _one(tokens, names)
    if tokens[:1] in (["=="], ["!="]):
        other, rest = _one(tokens[1:], names)
        return (value == other) == (tokens[0] == "=="), rest
    return value, tokens


def _one(tokens: list[str], names: Mapping[str, str]) -> tuple[Value, list[str]]:
    first, rest = tokens[0], tokens[1:]
    if first == "(":
        value, rest = _either(rest, names)
        return value, rest[1:]
    if first[0] in "'\"":
        return first[1:-1], rest
    if first == "null":
        return None, rest
    if rest[:1] == ["("]:
        values, rest = [], rest[1:]
        while rest[0] != ")":
            value, rest = _either(rest, names)
            values.append(value)
            rest = rest[1:] if rest[0] == "," else rest
        return FUNCTIONS[first](*values), rest[1:]
    if rest[:1] == ["["]:
        return names.get(f"{first}.{rest[1][1:-1]}", ""), rest[3:]
    return names.get(first.removeprefix("$"), None if first[0] == "$" else ""), rest


FUNCTIONS: Mapping[str, Callable[..., Value]] = {
    "and": lambda *values: all(values),
    "eq": lambda one, other: one == other,
    "ne": lambda one, other: one != other,
    "notIn": lambda one, *others: one not in others,
    "always": lambda: True,  # no step is tried after one that failed, not even these
    "succeeded": lambda: True,  # jobs whose needs did not run are left out, and those after a failure do not start
}
