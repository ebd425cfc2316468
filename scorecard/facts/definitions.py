"""What a call means within the repository: the function or class of ours that it reaches, and what that one calls in its turn.

Python is followed through imports, packages that pass names on, instances and fixtures' classes; elsewhere a call means
the one definition of that name in the same language.
"""

from collections import defaultdict
from functools import cached_property
from operator import itemgetter
from typing import Self

from msgspec import Struct, field

from scorecard.facts.code import Code
from scorecard.paths import is_test, plain_name
from scorecard.readers.code import Call, Class, Function, Source

_FAMILY = {"typescript": "js", "javascript": "js", "kotlin": "jvm", "java": "jvm", "scala": "jvm"}
# The function within a step or task: of ZenML, Prefect, Airflow, functools.
_UNWRAPPED = frozenset({"entrypoint", "fn", "function", "__wrapped__"})
_MOST = 60  # functions looked at from one call on


class Definition(Struct, frozen=True):
    """A function, method or class of the repository."""

    source: Source
    name: str
    line: int
    end: int
    function: Function | None = None
    klass: Class | None = None

    @property
    def path(self) -> str:
        return self.source.path

    @property
    def last(self) -> str:
        return self.name.rpartition(".")[2]


class Definitions(Struct, dict=True, eq=False):
    """Finds definitions by what a call is named where it stands."""

    code: Code
    _known: dict[tuple[str, str], Definition | None] = field(default_factory=dict)
    _known_methods: dict[tuple[str, int, str, str], Definition | None] = field(default_factory=dict)
    _callees: dict[tuple[str, str], list[tuple[Call, Definition]]] = field(default_factory=dict)

    @classmethod
    def gather(cls, code: Code) -> Self:
        return cls(code)

    def of(self, call: Call, source: Source) -> Definition | None:
        """The definition that a call in ``source`` reaches, None if it is not ours or cannot be told."""
        key = (source.path, call.name if source.language == "python" else f"{call.name} {call.on}")
        if key not in self._known:
            find = self._python if source.language == "python" else self._other
            self._known[key] = find(call.name.replace("()", "") if _is_made(call.name) else call.name, source)
        return self._known[key]

    def named(self, dotted: str, source: Source) -> Definition | None:
        """The definition that a resolved dotted name means where it is written."""
        return self._python(dotted, source) if source.language == "python" else self._other(dotted, source)

    def callees(self, definition: Definition) -> list[tuple[Call, Definition]]:
        """What a definition calls of ours, with the calls."""
        key = (definition.path, definition.name)
        if key not in self._callees:
            inside = definition.source.calls_in(definition.line, definition.end)
            found = [(call, target) for call in inside if (target := self.of(call, definition.source))]
            self._callees[key] = [(call, target) for call, target in found if target != definition]
        return self._callees[key]

    def closure(self, definition: Definition, depth: int = 2) -> list[Definition]:
        """The definition and what it reaches within ``depth`` calls, nearest first."""
        seen = {(definition.path, definition.name): definition}
        rank = [definition]
        for _ in range(depth):
            reached = [target for one in rank for _, target in self.callees(one)]
            rank = []
            for target in reached:
                if (target.path, target.name) not in seen and len(seen) < _MOST:
                    seen[target.path, target.name] = target
                    rank.append(target)
        return list(seen.values())

    def method(self, klass: Definition, name: str) -> Definition | None:
        """A method of a class of ours, or of one that it derives from."""
        key = (klass.path, klass.line, klass.name, name)
        if key not in self._known_methods:
            self._known_methods[key] = self._method(klass, name)
        return self._known_methods[key]

    def _method(self, klass: Definition, name: str) -> Definition | None:
        own = self._by_name.get((klass.path, f"{klass.name}.{name}"))
        if own or klass.klass is None:
            return own
        bases = {base.rpartition(".")[2] for base in klass.klass.bases}
        inherited = [found for base in bases if (found := self._methods.get(f"{base}.{name}" if base else name))]
        return min(inherited, key=itemgetter(0))[1] if inherited else None

    def function(self, source: Source, name: str) -> Definition | None:
        """The function or class of that qualified name in a file."""
        return self._by_name.get((source.path, name))

    @cached_property
    def all(self) -> list[Definition]:
        """Every function and class, those of tests included."""
        found = []
        for source in self.code.sources:
            found += [Definition(source, f.name, f.line, f.end, f, None) for f in source.functions]
            found += [Definition(source, c.name, c.line, c.end, None, c) for c in source.classes]
        return found

    @cached_property
    def _methods(self) -> dict[str, tuple[int, Definition]]:
        """The first definition of each qualified name, with its place among all."""
        return {d.name: (place, d) for place, d in reversed(list(enumerate(self.all)))}

    @cached_property
    def _by_name(self) -> dict[tuple[str, str], Definition]:
        return {(d.path, d.name): d for d in reversed(self.all)}

    @cached_property
    def _by_last(self) -> dict[str, list[Definition]]:
        known: dict[str, list[Definition]] = defaultdict(list)
        for definition in self.all:
            known[definition.last].append(definition)
        return known

    def _python(self, name: str, source: Source, depth: int = 3) -> Definition | None:
        parts = name.split(".")
        if len(parts) == 1 or parts[0] in ("self", "cls"):
            return self._here(parts, source)
        for cut in range(len(parts) - 1, 0, -1):
            path = own_module(self.code, ".".join(parts[:cut]), source.path)
            if path:
                return self._inside(path, parts[cut:], depth)
        return self._by_name.get((source.path, name))

    def _here(self, parts: list[str], source: Source) -> Definition | None:
        found = self._by_name.get((source.path, parts[-1]))
        if found or parts[0] not in ("self", "cls") or len(parts) != 2:
            return found
        methods = [d for d in self._by_last.get(parts[1], ()) if d.path == source.path]
        return methods[0] if len(methods) == 1 else None

    def _inside(self, path: str, rest: list[str], depth: int) -> Definition | None:
        """A name below a module: defined there, or passed on by it."""
        if len(rest) > 1 and rest[-1] in _UNWRAPPED:
            rest = rest[:-1]
        found = self._by_name.get((path, ".".join(rest)))
        target = self.code.source(path)
        if found or target is None or depth <= 0:
            return found
        klass = self._by_name.get((path, rest[0]))
        if klass and klass.klass and len(rest) == 2:
            return self.method(klass, rest[1])
        meaning = target.exports.get(rest[0], "")
        if meaning and meaning != rest[0]:
            return self._python(".".join([meaning.replace("()", ""), *rest[1:]]), target, depth - 1)
        if path.endswith("__init__.py"):  # `from .core import *`
            folder = path.removesuffix("__init__.py")
            same = [d for d in self._by_last.get(rest[-1], ()) if d.path.startswith(folder)]
            return same[0] if len(same) == 1 else None
        return None

    def _other(self, name: str, source: Source) -> Definition | None:
        """The one definition of that name in the same language; a class that is named with it must be its owner."""
        *before, last = name.replace("()", "").replace("[]", "").split(".")
        owner = before[-1].rpartition("/")[2] if before else ""
        if owner == "described_class":
            owner = self._described(source)
        family = _family(source)
        found = [d for d in self._by_last.get(last, ()) if _family(d.source) == family and not is_test(d.path)]
        owned = [d for d in found if d.name.rpartition(".")[0].rpartition(".")[2] == owner] if owner else []
        if owned or owner[:1].isupper():
            return owned[0] if owned else None
        return found[0] if len(found) == 1 else None

    def _described(self, source: Source) -> str:
        """The class that an RSpec file is about."""
        named = (call.args[0] for call in source.calls if call.last == "describe" and call.args)
        return next((text.rpartition(".")[2] for text in named if text[:1].isupper()), "")


def _family(source: Source) -> str:
    return _FAMILY.get(source.language, source.language)


def own_module(code: Code, dotted: str, near: str) -> str:
    """The file that a module's name means; in a template the name of the package to be is left out."""
    found = code.module(dotted, near)
    if found or not in_template(near):
        return found
    parts = dotted.split(".")
    suffixes = (".".join(parts[start:]) for start in range(1, len(parts)))
    return next((path for name in suffixes if (path := code.module(name, near))), "")


def in_template(path: str) -> bool:
    """Does the file lie in a project template, so that its own package has no name yet?"""
    return "{{" in path or path != plain_name(path)


def _is_made(name: str) -> bool:
    """`Cleaner().clean`: a method of what a class made, not of what a function returned."""
    return "()" in name and all(part[:1].isupper() for part in name.split(".") if part.endswith("()"))
