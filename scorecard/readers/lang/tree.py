"""Text to a syntax tree that knows its positions, within a time limit."""

import time
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Language, Node, Tree

_POSITIONS = {str(place): place for place in range(-2, 10)}
SECONDS = 2.0  # error recovery on text that is no program can take minutes


@cache
def _language(package: str, entry: str) -> "Language":
    from tree_sitter import Language  # noqa: PLC0415  heavy: only repositories with such files pay for it

    return Language(getattr(import_module(package), entry)())


def parse(content: bytes, package: str, entry: str, seconds: float = SECONDS) -> "Tree | None":
    """The tree of ``content``; None where it took too long."""
    from tree_sitter import Parser  # noqa: PLC0415  heavy, as above

    deadline = time.monotonic() + seconds

    def piece(offset: int, _point: object) -> bytes:
        return content[offset : offset + 65_536]

    def late(_offset: int, _errors: bool) -> bool:
        return time.monotonic() > deadline

    try:
        return Parser(_language(package, entry)).parse(piece, progress_callback=late)
    except ValueError:
        return None


def part(node: "Node", where: str) -> "Node | None":
    """The child at ``where``: a field, a position among the named children, or the first child of a kind.

    ``"left/0"`` is the first named child of the field ``left``.
    """
    if where in _POSITIONS:
        index = _POSITIONS[where]
        count = node.named_child_count
        index = index + count if index < 0 else index
        return node.named_child(index) if 0 <= index < count else None
    if not where:
        return None
    if "/" in where:
        first, _, rest = where.partition("/")
        below = part(node, first)
        return part(below, rest) if below is not None else None
    found = node.child_by_field_name(where)
    if found is None:
        for child in node.named_children:
            if child.type == where:
                return child
    return found
