"""What `${{ }}` stands for in GitHub Actions, where that can be read: env, inputs, matrix values."""

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice, product

from scorecard.patterns import lazily
from scorecard.readers.node import Node

MAX_ALTERNATIVES = 8
_EXPRESSION = lazily(r"\$\{\{\s{0,9}([\w.-]{1,100})\s{0,9}\}\}")
_MATRIX = lazily(r"\$\{\{\s{0,9}(matrix\.[\w.-]{1,100})\s{0,9}\}\}", re.IGNORECASE)

Values = Mapping[str, str]


def fill(text: str, values: Values) -> str:
    """``text`` with every expression replaced whose value is known; lines stay where they are."""
    if "${{" not in text:
        return text
    for _ in range(3):  # a value may hold an expression itself
        filled = _EXPRESSION.sub(lambda found: values.get(found[1].lower(), found[0]), text)
        if filled == text or len(filled) > 200_000:
            break
        text = filled
    return text


def named(prefix: str, node: Node) -> dict[str, str]:
    """The scalars of a mapping under their names in expressions: `env.x`, `inputs.x`."""
    if not node.is_map:
        return {}
    return {
        f"{prefix}.{key}".lower(): value.text
        for key, value in node.items()
        if value.is_scalar and "\n" not in value.text
    }


def defaults(prefix: str, inputs: Node) -> dict[str, str]:
    """The default values of declared inputs."""
    return {
        f"{prefix}.{key}".lower(): declared["default"].text
        for key, declared in (inputs.items() if inputs.is_map else ())
        if declared.has("default") and "\n" not in declared["default"].text
    }


def alternatives(texts: Iterable[str], matrix: Node) -> list[dict[str, str]]:
    """The sets of matrix values under which ``texts`` differ, at most eight; one empty set otherwise."""
    used = sorted({name.lower() for text in texts for name in _MATRIX.findall(text)})
    if not used or not matrix.is_map:
        return [{}]
    found: list[dict[str, str]] = []
    names = list(dict.fromkeys(name.split(".")[1] for name in used))
    lists = [matrix[_spelled(matrix, name)].as_list() for name in names]
    if all(lists):
        combinations = islice(product(*lists), MAX_ALTERNATIVES * 4)
        found += [_flat(dict(zip(names, combination, strict=True))) for combination in combinations]
    found += [_flat(dict(entry.items())) for entry in matrix["include"].as_list() if entry.is_map]
    complete = [{name: got[name] for name in used} for got in found if all(name in got for name in used)]
    unique: list[dict[str, str]] = [
        dict(pairs) for pairs in dict.fromkeys(tuple(values.items()) for values in complete)
    ]
    return unique[:MAX_ALTERNATIVES] or [{}]


def _spelled(matrix: Node, name: str) -> str:
    return next((key for key, _ in matrix.items() if key.lower() == name), name)


def _flat(values: Mapping[str, Node]) -> dict[str, str]:
    return dict(_leaves("matrix", values.items(), 4))


def _leaves(prefix: str, entries: Iterable[tuple[str, Node]], depth: int) -> Iterator[tuple[str, str]]:
    for key, value in entries:
        name = f"{prefix}.{key}".lower()
        if value.is_scalar and "${{" not in value.text and "\n" not in value.text:
            yield name, value.text
        elif value.is_map and depth:
            yield from _leaves(name, value.items(), depth - 1)
