"""A command's words held against the table of the field's programs."""

from collections import defaultdict

from msgspec import Struct

from scorecard.facts.delivery_tables import COMMANDS, HARMLESS, Acts, What
from scorecard.readers.wrappers import Words


class Deed(Struct, frozen=True):
    """What a command or a packaged action does."""

    acts: Acts
    what: What
    tool: str


def listed(words: Words) -> Deed | None:
    for parts, acts, what in _INDEX.get(words[0], ()):
        if _holds(words, parts) and not HARMLESS.intersection(words[1:]).difference(parts):
            return Deed(acts, what, " ".join(parts))
    return None


def _holds(words: Words, parts: Words) -> bool:
    """Do the words begin with the parts, options and their values apart?"""
    at = 0
    for before, word in zip(("", *words), words, strict=False):
        if word == parts[at]:
            at += 1
            if at == len(parts):
                return True
        elif not word.startswith("-") and not before.startswith("-"):
            return False
    return False


_INDEX: dict[str, list[tuple[Words, Acts, What]]] = defaultdict(list)
for _acts, _what, _commands in COMMANDS:
    for _command in _commands:
        _parts = tuple(_command.split())
        _INDEX[_parts[0]].append((_parts, _acts, _what))
for _entries in _INDEX.values():
    _entries.sort(key=lambda entry: -len(entry[0]))
