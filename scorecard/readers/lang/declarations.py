"""What stands at the head of a function or a class: parameters, bases, annotations."""

from typing import TYPE_CHECKING

from scorecard.readers.lang.naming import Names
from scorecard.readers.lang.tree import part

if TYPE_CHECKING:
    from tree_sitter import Node

_MAX_ARGUMENTS = 50
_BASE_WRAPPERS = frozenset({
    "class_heritage", "extends_clause", "implements_clause", "superclass", "super_interfaces", "extends_interfaces",
    "type_list", "interface_type_list", "base_list", "delegation_specifiers", "delegation_specifier",
    "constructor_invocation", "primary_constructor_base_type",
})  # fmt: skip
_MODIFIERS = frozenset({"modifiers", "attribute_list", "annotation", "decorator", "marker_annotation"})
_BODIES = frozenset({
    "statement_block", "block", "statement_list", "block_body", "body_statement", "constructor_body", "function_body",
    "indented_block",
})  # fmt: skip


def parameters(names: Names, node: "Node | None") -> tuple[tuple[str, ...], tuple[tuple[str, str], ...]]:
    found: list[str] = []
    typed: list[tuple[str, str]] = []
    words = names.grammar.words
    children = [node] if node is not None and node.type in words else node.named_children if node is not None else []
    for child in children[:_MAX_ARGUMENTS]:
        if child.type in words:
            found.append(names.text(child))
            continue
        here = child.children_by_field_name("name") or child.children_by_field_name("pattern")
        here = here or [c for c in child.named_children if c.type in words][:1]
        written = [names.word(n) for n in here if n.type in words]
        found += written
        declared = part(child, "type") or part(child, "user_type")
        if declared is not None and declared.type == "type_annotation":
            declared = part(declared, "0")
        dotted = names.resolve(names.written(declared)) if declared is not None else ""
        if dotted:
            typed += [(name, dotted) for name in written]
    return tuple(found), tuple(typed)


def bases_of(names: Names, node: "Node | None") -> list[str]:
    found: list[str] = []
    stack = [node] if node is not None else []
    for _ in range(100):
        if not stack:
            break
        current = stack.pop()
        if current.type in _BASE_WRAPPERS:
            stack.extend(reversed(current.named_children))
        else:
            written = names.written(current)
            if written:
                found.append(names.resolve(written).removesuffix("()"))
    return found


def decorators_of(names: Names, node: "Node") -> tuple[str, ...]:
    found: list[str] = []
    for child in node.children:
        kind = child.type
        if kind in names.grammar.decorators:
            found += decorator(names, child)
        elif kind in _MODIFIERS:
            for inner in child.named_children:
                if inner.type in names.grammar.decorators:
                    found += decorator(names, inner)
        elif kind == "identifier":
            break
    return tuple(found)


def decorator(names: Names, node: "Node") -> list[str]:
    label = part(node, "name") or part(node, "-1")
    written = names.written(label) if label is not None else ""
    if not written:
        return []
    return [names.resolve(written.removesuffix("()"))]


def says_skip(names: Names, node: "Node") -> bool:
    """Does an attribute above the function say ``Skip = "reason"``?"""
    lists = (child for child in node.named_children if child.type == "attribute_list")
    return any("Skip" in names.text(child) for child in lists)


def size(body: "Node | None") -> int:
    """How many statements stand directly in a body."""
    for _ in range(3):
        if body is None or body.named_child_count != 1:
            break
        below = body.named_child(0)
        if below is None or below.type not in _BODIES:
            break
        body = below
    if body is None:
        return 0
    return sum(1 for child in body.named_children if "comment" not in child.type) if body.type in _BODIES else 1
