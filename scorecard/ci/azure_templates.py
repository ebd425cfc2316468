"""Templates of Azure Pipelines: parameters, variables, inserted blocks, and files that include files."""

import posixpath
import re
from collections.abc import Iterator, Mapping

from msgspec import Struct, field
from msgspec.structs import replace

from scorecard.ci.model import Reading
from scorecard.ci.sources import Source, find, is_template, load
from scorecard.model import Evidence
from scorecard.patterns import lazily
from scorecard.readers.node import MISSING, Node
from scorecard.repository import Repository

MAX_DEPTH = 12
MAX_EACH = 8
MAX_ITEMS = 3_000
_EXPRESSION = lazily(r"\$\{\{\s{0,9}([\w.\[\]'-]{1,120})\s{0,9}\}\}")
_WHOLE = lazily(r"^\$\{\{\s{0,9}([\w.\[\]'-]{1,120})\s{0,9}\}\}$")
_EACH = lazily(r"^\$\{\{\s{0,9}each\s+(\w+)\s+in\s+([\w.\[\]'-]{1,120})\s{0,9}\}\}$")
_MACRO = lazily(r"\$\(([\w.-]{1,80})\)")


class Bound(Struct, frozen=True):
    """A value with the frame in which it was written."""

    node: Node
    frame: "Frame"


class Frame(Struct, frozen=True):
    """What names mean in one file in one situation. A variable may have several values, by condition."""

    source: Source
    names: Mapping[str, Bound] = field(default_factory=dict)
    variables: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    via: tuple[Evidence, ...] = ()

    def look_up(self, expression: str) -> Bound | None:
        """`parameters.x`, `parameters['x']`, or the variable of an `each`, and what lies below it."""
        parts = [part.strip("'") for part in re.split(r"[.\[\]]+", expression) if part]
        for length in (2, 1):
            bound = self.names.get(".".join(parts[:length]).lower())
            if bound is not None and len(parts) >= length:
                node = bound.node
                for part in parts[length:]:
                    node = node[part]
                return Bound(node, bound.frame)
        return None

    def fill(self, text: str, depth: int = 5) -> str:
        """``text`` with parameters and variables of one value replaced; lines stay where they are."""
        if "$" not in text or not depth:
            return text
        text = _EXPRESSION.sub(lambda found: self._said(found[1], found[0], depth), text)
        return _MACRO.sub(lambda found: self._variable(found[1], found[0], depth), text)[:200_000]

    def _said(self, expression: str, otherwise: str, depth: int) -> str:
        if expression.lower().startswith("variables"):
            name = expression[len("variables") :].strip(".[]'")
            return self._variable(name, otherwise, depth)
        bound = self.look_up(expression)
        if bound is None or not bound.node.is_scalar:
            return otherwise
        value = bound.frame.fill(bound.node.text, depth - 1)
        return value.strip().replace("\n", " ")

    def _variable(self, name: str, otherwise: str, depth: int) -> str:
        values = self.variables.get(name.lower(), ())
        return self.fill(values[0], depth - 1) if len(values) == 1 and "\n" not in values[0] else otherwise

    def alternatives(self, text: str) -> list[str]:
        """The values that ``text`` may have: a variable set under a condition has one for each branch."""
        filled = self.fill(text)
        found = _MACRO.search(filled)
        values = self.variables.get(found[1].lower(), ()) if found else ()
        if not found or not values:
            return [filled]
        return [self.fill(filled.replace(found[0], value)) for value in values[:MAX_EACH]]


class Templates(Struct):
    """Unfolds lists of stages, jobs, steps and variables."""

    repository: Repository
    into: Reading
    count: int = 0

    def items(self, node: Node, frame: Frame, section: str, depth: int = MAX_DEPTH) -> Iterator[tuple[Node, Frame]]:
        """The members of a list: inserted blocks count as present, templates as what they hold."""
        for item in node.as_list():
            self.count += 1
            if not depth or self.count > MAX_ITEMS:
                return
            if item.is_scalar:
                whole = _WHOLE.match(item.text.strip())
                bound = frame.look_up(whole[1]) if whole else None
                if bound:
                    yield from self.items(bound.node, bound.frame, section, depth - 1)
            elif item.has("template"):
                yield from self._template(item, frame, section, depth)
            else:
                inserted = [(key, value) for key, value in item.items() if key.startswith("${{")]
                if not inserted:
                    yield item, frame
                for key, value in inserted:
                    yield from self._inserted(key, value, frame, section, depth)

    def _inserted(self, key: str, value: Node, frame: Frame, section: str, depth: int) -> Iterator[tuple[Node, Frame]]:
        each = _EACH.match(key)
        bound = frame.look_up(each[2]) if each else None
        if not each or bound is None or not bound.node:
            yield from self.items(value, frame, section, depth - 1)
            return
        for member in list(bound.node)[:MAX_EACH]:
            inner = replace(frame, names={**frame.names, each[1].lower(): Bound(member, bound.frame)})
            yield from self.items(value, inner, section, depth - 1)

    def _template(self, item: Node, frame: Frame, section: str, depth: int) -> Iterator[tuple[Node, Frame]]:
        inner = self.enter(item, frame)
        if inner is None:
            if "@" in item["template"].text.replace("@self", ""):
                yield item, frame
            return
        yield from self.items(inner.source.root[section], inner, section, depth - 1)

    def enter(self, item: Node, frame: Frame) -> Frame | None:
        """The frame of the template that ``item`` names, with its parameters bound."""
        template = item["template"]
        path = resolved(frame.fill(template.text), frame.source.path)
        here = frame.source.at(template.line)
        if not path or len(frame.via) >= MAX_DEPTH or any(step == here for step in frame.via):
            return None
        found = find(self.repository, path, frame.source.path)
        if not found:
            if "$" not in path and not is_template(self.repository, frame.source.path):
                problem = Evidence(here.path, here.line, f"includes the template {path}, which does not exist")
                self.into.problems.append(problem)
            return None
        source = load(self.repository, found, self.into)
        if source is None:
            return None
        inner = Frame(source, {}, frame.variables, (*frame.via, here))
        passed = {name: Bound(value, frame) for name, value in _named(item["parameters"])}
        return replace(inner, names={**defaults(source.root["parameters"], inner), **passed})

    def variables(self, node: Node, frame: Frame) -> Frame:
        """``frame`` with what a `variables:` section adds."""
        table = dict(frame.variables)
        for name, value, conditional in self._variables(node, frame, False, MAX_DEPTH):
            kept = table.get(name.lower(), ()) if conditional else ()
            at_run_time = value.startswith("$[")
            table[name.lower()] = kept if value in kept or at_run_time else (*kept, value)
        return replace(frame, variables=table)

    def _variables(self, node: Node, frame: Frame, conditional: bool, depth: int) -> Iterator[tuple[str, str, bool]]:
        if not depth:
            return
        if node.is_list:
            for item in node:
                yield from self._variables(item, frame, conditional, depth - 1)
        elif node.has("template"):
            inner = self.enter(node, frame)
            if inner:
                yield from self._variables(inner.source.root["variables"], inner, conditional, depth - 1)
        elif node.has("name") and node.has("value"):
            yield node["name"].text, frame.fill(node["value"].text), conditional
        elif not node.has("group"):
            for key, value in node.items():
                if key.startswith("${{"):
                    yield from self._variables(value, frame, True, depth - 1)
                elif value.is_scalar:
                    yield key, frame.fill(value.text), conditional


def resolved(written: str, including: str) -> str:
    """The path of a template of this repository, "" for one of another."""
    path, _, repository = written.strip().replace("\\", "/").partition("@")
    if repository not in ("", "self") or not path:
        return ""
    if path.startswith("/"):
        return posixpath.normpath(path.lstrip("/"))
    return posixpath.normpath(posixpath.join(posixpath.dirname(including), path))


def defaults(parameters: Node, frame: Frame) -> dict[str, Bound]:
    """Declared parameters with their default values."""
    if parameters.is_list:
        declared = [(entry["name"].text, entry["default"]) for entry in parameters if entry.has("default")]
    else:
        declared = list(parameters.items())
    return {f"parameters.{name}".lower(): Bound(value, frame) for name, value in declared if value is not MISSING}


def _named(parameters: Node) -> Iterator[tuple[str, Node]]:
    for key, value in parameters.items():
        if key.startswith("${{"):
            yield from _named(value)
        else:
            yield f"parameters.{key}".lower(), value
