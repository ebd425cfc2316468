"""What is given to a call: positional arguments, and the keys of named ones and of object literals."""

from typing import TYPE_CHECKING

from scorecard.readers.lang.naming import Names, unquote
from scorecard.readers.lang.tree import part

if TYPE_CHECKING:
    from tree_sitter import Node

_MAX_ARGUMENTS = 50
_WRAPPED = frozenset({"argument", "value_argument"})
_SIGNED = frozenset({"unary_expression", "literal_element"})


Keys = tuple[tuple[str, str], ...]


def literal(names: Names, node: "Node | None") -> Keys:
    """The keys of an object literal."""
    found: list[tuple[str, str]] = []
    _keys(names, node, "", found, 3)
    return tuple(found)


def arguments(names: Names, node: "Node | None", known: dict[str, Keys]) -> tuple[tuple[str, ...], Keys]:
    """The positional and the named arguments of a call, as short texts; ``known`` are variables that hold object literals."""
    args: list[str] = []
    kwargs: list[tuple[str, str]] = []
    pairs = names.grammar.pairs
    for child in node.named_children[:_MAX_ARGUMENTS] if node is not None else ():
        kind = child.type
        if kind in pairs and _pair(names, child, "", kwargs, 3):
            continue
        inner = part(child, "-1") if kind in _WRAPPED else child
        args.append(names.short(inner, argument=True))
        _keys(names, inner, "", kwargs, 3)
        if known and inner is not None and inner.type == "identifier":
            kwargs += known.get(names.text(inner), ())
    return tuple(args), tuple(kwargs)


def _keys(names: Names, node: "Node | None", prefix: str, found: list[tuple[str, str]], depth: int) -> None:
    """The keys of an object literal, nested ones as ``outer.inner``."""
    kind = node.type if node is not None else ""
    for _ in range(3):
        if node is not None and kind in _SIGNED:
            node = part(node, "0")
            kind = node.type if node is not None else ""
    if node is None or depth == 0 or len(found) > _MAX_ARGUMENTS:
        return
    if kind in names.grammar.news:
        node = part(node, "initializer") or part(node, "body")
        kind = node.type if node is not None else ""
    if node is None or kind not in names.grammar.objects:
        return
    for child in node.named_children[:_MAX_ARGUMENTS]:
        if child.type in names.grammar.pairs:
            _pair(names, child, prefix, found, depth)
        elif child.type == "shorthand_property_identifier":
            name = names.text(child)
            found.append((prefix + name, names.resolve(name)))


def _pair(names: Names, node: "Node", prefix: str, found: list[tuple[str, str]], depth: int) -> bool:
    where_key, where_value = names.grammar.pairs[node.type]
    key, value = part(node, where_key), part(node, where_value)
    if key is None or value is None or key == value:
        return False
    if value.type == "literal_element":
        value = part(value, "0") or value
    name = prefix + unquote(names.text(key)).strip(":\"' ") if key.child_count else ""
    name = name or prefix + names.text(key).strip(":\"' ")
    found.append((name, names.short(value, argument=True)))
    _keys(names, value, name + ".", found, depth - 1)
    return True


def attributes(names: Names, node: "Node") -> tuple[tuple[str, str], ...]:
    """The attributes of a JSX element."""
    found = []
    for child in node.named_children[:_MAX_ARGUMENTS]:
        key, value = part(child, "0"), part(child, "1")
        if child.type == "jsx_attribute" and key is not None:
            inner = part(value, "0") if value is not None and value.type == "jsx_expression" else value
            found.append((names.text(key), names.short(inner, argument=True)))
    return tuple(found)
