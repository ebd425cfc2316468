"""Chains of string methods on a text, and what holds for every text that they give."""

import ast
from typing import Any

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


def of_text(body: list[ast.stmt], name: str) -> dict[str, Any]:
    """What holds for `return name.strip().lower()`. Raises Unsure."""
    if len(body) != 1 or not isinstance(body[0], ast.Return) or body[0].value is None:
        raise Unsure
    chain: list[tuple[str, list[str]]] = []
    node = body[0].value
    while isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        if node.func.attr not in STRINGS or node.keywords:
            raise Unsure
        chain.insert(0, (node.func.attr, [string_of(argument) for argument in node.args]))
        node = node.func.value
    if not chain or not isinstance(node, ast.Name) or node.id != name:
        raise Unsure
    return {"takes": "text", "gives": "text", **_of_chain(chain)}


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
