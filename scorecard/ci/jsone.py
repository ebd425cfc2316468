"""JSON-e, the template language of Taskcluster: every task that some branch of a template makes."""

from collections.abc import Iterator, Mapping

from msgspec import Struct
from msgspec.structs import replace

from scorecard.readers.node import MISSING, Node

_DEPTH = 40
_VISITS = 20_000  # aliases can make a small file endless
_MEMBERS = 500
_MERGES = ("$merge", "$mergeDeep")

Scope = Mapping[str, Node]
Conditions = tuple[tuple[Node, bool], ...]


class Found(Struct, frozen=True):
    """A task, and the conditions on the way to it, each with whether it holds there."""

    node: Node
    conditions: Conditions


def tasks(template: Node) -> list[Found]:
    """Everything in ``template`` that has a payload."""
    return list(_Template().walk(template, {}, (), _DEPTH))


def plain(node: Node, depth: int = _DEPTH) -> Node:
    """What a value comes to, whatever `$let` and `$if` stand around it: the last branch, else the first."""
    if node.is_map and depth:
        if node.has("$let"):
            return plain(node["in"], depth - 1)
        if node.has("$if"):
            return plain(node["else"] or node["then"], depth - 1)
    return node


class _Template(Struct):
    visits: int = 0

    def exhausted(self, depth: int) -> bool:
        self.visits += 1
        return depth == 0 or self.visits > _VISITS

    def walk(self, node: Node, scope: Scope, above: Conditions, depth: int) -> Iterator[Found]:
        if self.exhausted(depth):
            return
        if node.is_list:
            for one in node:
                yield from self.walk(one, scope, above, depth - 1)
            return
        if not node.is_map:
            return
        if node.has("$let"):
            inner = {**scope, **dict(node["$let"].items())}
            yield from self.walk(node["in"], inner, above, depth - 1)
        elif node.has("$if"):
            for key, holds in (("then", True), ("else", False)):
                yield from self.walk(node[key], scope, (*above, (node["$if"], holds)), depth - 1)
        elif node.has("$match") or node.has("$switch"):
            for case, value in node.get("$match", "$switch").entries():
                known = above if case.text.startswith("$") else (*above, (case, True))
                yield from self.walk(value, scope, known, depth - 1)
        elif node.has("$map"):
            for key, value in node.items():
                if key.startswith("each"):
                    yield from self.walk(value, scope, above, depth - 1)
        elif any(node.has(key) for key in _MERGES):
            yield from self.merged(node, scope, above, depth)
        elif node.has("payload"):
            yield Found(node, above)
        elif node.has("$eval"):
            named = scope.get(node["$eval"].text.strip(), MISSING)
            yield from self.walk(named, scope, above, depth - 1)
        else:
            for value in node:
                yield from self.walk(value, scope, above, depth - 1)

    def merged(self, node: Node, scope: Scope, above: Conditions, depth: int) -> Iterator[Found]:
        """The task that the parts of a merge make together."""
        task, conditions = MISSING, above
        for part in node.get(*_MERGES).as_list():
            for found in self.parts(part, scope, above, depth - 1):
                task = _merged(task, found.node)
                conditions = (*conditions, *found.conditions[len(above) :])
        if task["payload"]:
            yield Found(task, conditions)

    def parts(self, node: Node, scope: Scope, above: Conditions, depth: int) -> Iterator[Found]:
        """The mappings that a merge puts together; of a condition the branch that says more."""
        if self.exhausted(depth) or not node.is_map:
            return
        if node.has("$eval"):
            named = scope.get(node["$eval"].text.strip(), MISSING)
            yield from self.parts(named, scope, above, depth - 1)
        elif node.has("$if"):
            key = "then" if len(node["then"]) >= len(node["else"]) else "else"
            for found in self.parts(node[key], scope, above, depth - 1):
                yield replace(found, conditions=(*above, (node["$if"], key == "then")))
        elif node.has("$let"):
            inner = {**scope, **dict(node["$let"].items())}
            yield from self.parts(node["in"], inner, above, depth - 1)
        elif any(node.has(key) for key in _MERGES):
            for part in node.get(*_MERGES).as_list():
                yield from self.parts(part, scope, above, depth - 1)
        else:
            yield Found(node, above)


def _merged(first: Node, second: Node, depth: int = 8) -> Node:
    """Two mappings as one; lists follow one another, the rest is the second's."""
    if first.is_list and second.is_list:
        both = Node.sequence(second.line)
        for one in [*first, *second][:_MEMBERS]:
            both.append(one)
        return both
    if not first.is_map or not second.is_map or depth == 0:
        return second if second.kind != MISSING.kind else first
    node = Node.mapping(second.line)
    for key, value in (*first.entries(), *second.entries()):
        node.put(key, _merged(node[key.text], value, depth - 1) if node.has(key.text) else value)
    return node
