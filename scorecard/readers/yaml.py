"""YAML to a tree with line numbers: YAML 1.2 booleans, tags kept out of the way, templates survived.

Built from libyaml's parser events instead of a loader: a loader hangs on merge-key bombs, crashes on deep
flow nesting, refuses unknown tags (`!reference`, `!Sub`), reads the key `on` as a boolean, and knows no lines.
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import yaml

from scorecard.patterns import lazily
from scorecard.readers.node import MISSING, Node

MAX_DEPTH = 200
MAX_NODES = 200_000
MAX_MERGED = 5_000

try:
    from yaml.cyaml import CParser as _Parser  # type: ignore[attr-defined]  # `yaml` itself does not pass it on, nor do the stubs
except ImportError:  # PyYAML without libyaml: six times slower, same events
    from yaml import Loader as _Parser  # type: ignore[assignment]  # all that is called of it is the same


class YamlError(ValueError):
    """The text is no YAML; says the line."""


@lru_cache(maxsize=1_500)  # CI, infrastructure and monitoring ask for the same files; nobody changes a node
def read(text: str) -> tuple[Node, ...]:
    """Every document of ``text``. Raises YamlError."""
    try:
        return tuple(_documents(text))
    except yaml.YAMLError as error:
        if is_template(text):
            try:
                return tuple(_documents(without_templates(text)))
            except yaml.YAMLError:
                pass
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        problem = getattr(error, "problem", None) or "not YAML"
        raise YamlError(f"line {line}: {problem}") from None
    except (RecursionError, ValueError, MemoryError) as error:
        raise YamlError(str(error) or "not readable") from None


_TEMPLATE = lazily(r"\{\{|\{%")
_CONTROL_LINE = lazily(r"^[ \t]*(?:\{\{[^{}]{0,500}\}\}|\{%[^{}%]{0,500}%\})[ \t]*$")
_CONTROL = lazily(
    r"\{\{-?[ \t]*(?:if|else|end|range|with|define|include|block|template)\b[^{}]{0,500}\}\}|\{%[^{}%]{0,500}%\}"
)
_INLINE = lazily(r"\{\{[^{}]{0,500}\}\}|\{%[^{}%]{0,500}%\}")


def is_template(text: str) -> bool:
    """Does a template engine's mark stand in it?"""
    return bool(_TEMPLATE.search(text))


def without_templates(text: str) -> str:
    """Go, Jinja and Helm templates taken out so that the rest parses; lines stay where they are."""
    return "\n".join(
        "" if _CONTROL_LINE.match(line) else _INLINE.sub("TEMPLATE", _CONTROL.sub("", line))
        for line in text.split("\n")
    )


def _documents(text: str) -> Iterator[Node]:
    parser: Any = _Parser(text.replace("\t", "    ") if "\t" in text else text)
    try:
        anchors: dict[str, Node] = {}
        count = 0
        stack: list[Node] = []
        keys: list[Node | None] = []
        root: Node | None = None
        while True:
            event = parser.get_event()
            if event is None or isinstance(event, yaml.StreamEndEvent):
                return
            if isinstance(event, yaml.DocumentStartEvent):
                root, stack, keys, anchors = None, [], [], {}
                continue
            if isinstance(event, yaml.DocumentEndEvent):
                if root is not None:
                    yield root
                continue
            if isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
                done = stack.pop()
                keys.pop()
                _merge(done)
                continue
            if isinstance(event, yaml.StreamStartEvent):
                continue
            count += 1
            if count > MAX_NODES:
                raise ValueError(f"more than {MAX_NODES} nodes")
            node = _node(event, anchors)
            if node is None:
                continue
            anchor = getattr(event, "anchor", None)
            if anchor and not isinstance(event, yaml.AliasEvent):
                anchors[anchor] = node
            if not stack:
                root = node
            elif stack[-1].is_list:
                stack[-1].append(node)
            elif keys[-1] is None:
                keys[-1] = node
                if isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent)):
                    stack.append(node)  # a complex key: read it, use it as an unnamed one
                    keys.append(None)
                continue
            else:
                stack[-1].put(keys[-1], node)
                keys[-1] = None
            if isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent)):
                if len(stack) >= MAX_DEPTH:
                    raise ValueError(f"nested deeper than {MAX_DEPTH}")
                stack.append(node)
                keys.append(None)
    finally:
        dispose = getattr(parser, "dispose", None)
        if dispose:
            dispose()


def _node(event: yaml.Event, anchors: dict[str, Node]) -> Node | None:
    line = event.start_mark.line + 1 if event.start_mark else 1
    if isinstance(event, yaml.ScalarEvent):
        return Node.scalar(event.value, line, block=event.style in ("|", ">"), tag=event.tag or "")
    if isinstance(event, yaml.MappingStartEvent):
        return Node.mapping(line, tag=event.tag or "")
    if isinstance(event, yaml.SequenceStartEvent):
        return Node.sequence(line, tag=event.tag or "")
    if isinstance(event, yaml.AliasEvent):
        return anchors.get(event.anchor or "", MISSING)
    return None


def _merge(node: Node) -> None:
    """Fill in what `<<: *base` brings, without letting a bomb of merges grow."""
    merged = node["<<"] if node.is_map else MISSING
    if not merged:
        return
    budget = MAX_MERGED
    for base in merged if merged.is_list else (merged,):
        for key, value in base.entries():
            budget -= 1
            if budget < 0:
                return
            if not node.has(key.text):
                node.put(key, value)
