"""Objects around a model: they hold one that another class of the project wraps, and do more with each input than ask it."""

from collections import defaultdict
from functools import cached_property
from typing import Self

from msgspec import Struct, field

from scorecard.facts.code import Code
from scorecard.facts.definitions import Definition, Definitions
from scorecard.facts.identity import llm_calls
from scorecard.facts.vocabulary import SERVE_CALLS


class Engines(Struct, dict=True, eq=False):
    """Tells whether a method takes an input through the held model and at least one further step of the object's own."""

    code: Code
    definitions: Definitions
    _held: dict[tuple[str, str], frozenset[str]] = field(default_factory=dict)

    @classmethod
    def gather(cls, code: Code, definitions: Definitions) -> Self:
        return cls(code, definitions)

    def drives(self, method: Definition) -> bool:
        """Does the method ask the held model and do something more with the answer?"""
        owner, _, _ = method.name.rpartition(".")
        if not owner or method.function is None or method.source.language != "python":
            return False
        models = self._models(method, owner)
        parts = self._parts(method, owner)
        asked: set[str] = set()
        others: set[str] = set()
        for call in method.source.calls_in(method.line, method.end):
            first = call.name.removeprefix("self.").partition(".")[0].rstrip("()[]")
            target = self.definitions.of(call, method.source)
            made = target.name.partition(".")[0] if target else ""
            if (call.name.startswith("self.") and first in models) or made in models:
                asked.add(first)
            elif call.name.startswith("self.") and (first in parts or self._is_own(method, owner, first)):
                others.add(first)
            elif made and made != owner and made in parts:
                others.add(made)
        return bool(asked and others)

    def _is_own(self, method: Definition, owner: str, name: str) -> bool:
        found = self.definitions.function(method.source, f"{owner}.{name}")
        return found is not None and found.function is not None and found.function.statements > 1

    def _models(self, method: Definition, owner: str) -> frozenset[str]:
        """The attributes, and the classes in them, whose class stands in a file that asks a model."""
        key = (method.path, owner)
        if key not in self._held:
            held: set[str] = set()
            for name, target in self._made(method, owner):
                if target.path in self._asking and target.name != owner:
                    held |= {name, target.name}
            self._held[key] = frozenset(held)
        return self._held[key]

    def _parts(self, method: Definition, owner: str) -> frozenset[str]:
        return frozenset(part for name, target in self._made(method, owner) for part in (name, target.name))

    def _made(self, method: Definition, owner: str) -> list[tuple[str, Definition]]:
        """What `self.model = Classifier(...)` says, in any method of the class."""
        found = []
        for target, value in self._attributes.get((method.path, owner), ()):
            definition = self.definitions.named(value.replace("()", ""), method.source)
            if definition is not None and definition.klass is not None:
                found.append((target, definition))
        return found

    @cached_property
    def _attributes(self) -> dict[tuple[str, str], list[tuple[str, str]]]:
        known: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
        for source in self.code.sources:
            for assign in source.assigns:
                if assign.target.startswith("self.") and assign.value.endswith("()") and "." in assign.scope:
                    known[source.path, assign.scope.partition(".")[0]].append(
                        (assign.target.removeprefix("self."), assign.value)
                    )
        return known

    @cached_property
    def _asking(self) -> frozenset[str]:
        hits = (*self.code.calls(*SERVE_CALLS, notebooks=False), *llm_calls(self.code))
        return frozenset(hit.path for hit in hits)
