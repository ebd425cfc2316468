"""Which functions and classes of the project make data or features: clean, split, tokenise, chunk, encode, assemble.

Judged by their names, by the module they stand in, and by whether they handle tables, arrays or documents. A function that
trains, predicts, measures, plots or talks to a service is none, whatever its name begins with.
"""

import re
from functools import cache, cached_property
from typing import Self

from msgspec import Struct, field

from scorecard.facts.code import Code
from scorecard.facts.definitions import Definition, Definitions
from scorecard.facts.transform_words import (
    ALWAYS,
    ARRAYS,
    ASIDE,
    BASES,
    CLEANS,
    FEATURES,
    FRAMES,
    INTERFACES,
    LOADS,
    MODULES,
    NETWORKS,
    NEVER,
    OTHER_MODULES,
    SCIENCE,
    SCREEN,
    SPLITS,
    TABULAR,
    TEXTS,
    THINGS,
    TRANSFORMS,
    VERBS,
)
from scorecard.paths import is_demo, is_test, plain_name


class DataCode(Struct, dict=True, eq=False):
    """The definitions that handle data, and the question whether one of them does."""

    code: Code
    definitions: Definitions
    _known: dict[tuple[str, str], bool] = field(default_factory=dict)

    @classmethod
    def gather(cls, code: Code, definitions: Definitions) -> Self:
        return cls(code, definitions)

    def is_data(self, definition: Definition) -> bool:
        """Does it clean, transform, split or assemble data?"""
        key = (definition.path, definition.name)
        if key not in self._known:
            self._known[key] = self._judge(definition)
        return self._known[key]

    @cached_property
    def all(self) -> tuple[Definition, ...]:
        """Every such definition outside of tests, the system's own before demos."""
        found = [d for d in self.definitions.all if not is_test(d.path) and self.is_data(d)]
        return tuple(sorted(found, key=lambda d: (is_demo(d.path), d.source.notebook)))

    @cached_property
    def scripts(self) -> tuple[str, ...]:
        """Files that handle tables outside of any function."""
        return tuple(
            source.path
            for source in self.code.sources
            if not is_test(source.path)
            and any(not call.scope and call.name.startswith(TABULAR) for call in source.calls)
        )

    def _judge(self, definition: Definition) -> bool:
        words = _words(definition.last)
        if definition.last in (
            "__init__",
            "fit",
            "transform",
            "fit_transform",
            "__getitem__",
            "__len__",
            "split",
            "read",
            "load",
            "check",
            "process",
            "run",
            "__call__",
            "forward",
        ):
            owner = definition.name.rpartition(".")[0].rpartition(".")[2]
            if owner:
                return self._owner(definition, owner)
        owner = definition.name if definition.klass else definition.name.rpartition(".")[0]
        if _excluded(words) or ASIDE.search(owner):
            return False
        if self._is_network(definition):
            return False
        if definition.klass and any(BASES.search(base) for base in self.code.ancestors(definition.klass)):
            return True
        if definition.source.language in INTERFACES and SCREEN.search(definition.path):
            return False
        if any(
            ALWAYS.fullmatch(word) or (word in FEATURES and definition.source.language in SCIENCE) for word in words
        ):
            return True
        if definition.function and definition.source.language in SCIENCE and CLEANS & set(words) and TEXTS & set(words):
            return True
        verb, thing = any(w in VERBS for w in words), any(w in THINGS for w in words)
        module = _module(definition.path)
        if definition.klass:
            return thing and module is True
        if any(pair <= set(words) for pair in SPLITS) and "split" in words:
            return True
        frames = self._handles_frames(definition)
        if verb and thing and (frames or (module is True and not LOADS.match(definition.last))):
            return True
        if any(w in TRANSFORMS for w in words) and (module is True or (thing and module is not False)):
            return definition.source.language not in INTERFACES
        if verb and frames and module is not False:
            return True
        return frames and module is True

    def _owner(self, method: Definition, owner: str) -> bool:
        """A method with a name that says nothing is judged by its class."""
        klass = self.definitions.function(method.source, method.name.rpartition(".")[0])
        if klass is None or klass.klass is None or method.last == "__init__":
            return False
        words = _words(owner)
        if self._is_network(method) or _excluded(words):
            return False
        if any(BASES.search(base) for base in self.code.ancestors(klass.klass)):
            return True
        named = any(ALWAYS.fullmatch(w) or w in ("dataset", "datasets", "feature", "features") for w in words)
        named = named or (any(w in VERBS for w in words) and _module(method.path) is True)
        return named or (any(w in THINGS for w in words) and _module(method.path) is not False)

    def _is_network(self, definition: Definition) -> bool:
        """A layer, a network or a model, whatever its name."""
        owner = (
            definition
            if definition.klass
            else self.definitions.function(definition.source, definition.name.rpartition(".")[0])
        )
        return (
            owner is not None
            and owner.klass is not None
            and any(NETWORKS.search(base) for base in self.code.ancestors(owner.klass))
        )

    def _handles_frames(self, definition: Definition) -> bool:
        function = definition.function
        if function is None:
            return False
        if any(FRAMES.search(dotted) for _, dotted in function.annotations):
            return True
        inside = definition.source.calls_in(definition.line, definition.end)
        if any(call.name.startswith(TABULAR) for call in inside):
            return True
        arrays = [call for call in inside if call.name.startswith(ARRAYS) and ".random" not in call.name]
        return len(arrays) >= 2


@cache
def _words(name: str) -> tuple[str, ...]:
    """The words of an identifier: `TextCleaner2` and `clean_text` alike."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name)
    return tuple(word.lower() for word in spaced.split("_") if word)


def _excluded(words: tuple[str, ...]) -> bool:
    if ("clean" in words and "up" in words) or words[:1] in (
        ("test",),
        ("has",),
        ("is",),
        ("should",),
        ("can",),
        ("supports",),
    ):
        return True
    if any(pair <= set(words) for pair in SPLITS):
        words = tuple(w for w in words if w not in ("train", "test"))
    return any(NEVER.fullmatch(word) for word in words)


@cache
def _module(path: str) -> bool | None:
    """True in a module for data, False in one for something else, None where its name says nothing."""
    parts = plain_name(path).lower().split("/")
    stem = parts[-1].rpartition(".")[0] or parts[-1]
    for part in (stem, *reversed(parts[:-1][-2:])):
        words = [w for w in re.split(r"[_\-.]", part) if w]
        if part in MODULES or any(w in MODULES for w in words):
            return True
        if any(OTHER_MODULES.match(w) for w in (part, *words)):
            return False
    return None
