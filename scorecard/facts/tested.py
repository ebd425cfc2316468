"""What each test reaches of the project: directly, by its fixtures and set-up, and through helpers in test files."""

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache, cached_property
from typing import Self

from msgspec import Struct, field

from scorecard.facts.code import Code
from scorecard.facts.definitions import Definition, Definitions
from scorecard.facts.suite import Case, Suite, conftests
from scorecard.paths import is_test
from scorecard.patterns import lazily
from scorecard.readers.code import Call, Function, Source

_SETUPS = frozenset({
    "setUp", "setup_method", "setup_class", "setUpClass", "setup", "asyncSetUp", "setup_module", "setUpModule", "setUpTestData",
})  # fmt: skip
_MOCKS = lazily(r"mock|monkeypatch|(?:^|[._])patch|stub|(?:^|[._])fake|dummy|MagicMock", re.IGNORECASE)
_CLIENTS = lazily(r"pb2_grpc|ServiceStub\b")  # what gRPC calls a stub is the client
_SETTINGS = frozenset({"setenv", "delenv", "chdir"})  # of pytest's monkeypatch: where and how the real thing runs
_DEPTH = 3
_MOST_CALLS = 400


class Reached(Struct, frozen=True):
    """A definition of the project and the call in test code that reaches it."""

    call: Call
    source: Source
    target: Definition


class Body(Struct, frozen=True):
    """All code that runs for one test: ``calls`` with the file each stands in, ``reached`` what of the project they mean.
    ``mocked`` is true where it puts something else in the place of the real thing."""

    case: Case
    calls: tuple[tuple[Call, Source], ...]
    reached: tuple[Reached, ...]
    mocked: bool


class Meant(Struct, frozen=True):
    """A call with the file it stands in, and what it means by itself; ``mocks`` where it puts something in a thing's place."""

    at: tuple[Call, Source]
    target: Definition | None
    mocks: bool


def _mocks(call: Call) -> bool:
    return (_is_mock(call.name) or _is_mock(call.on)) and call.last not in _SETTINGS


@cache
def _is_mock(name: str) -> bool:
    return bool(_MOCKS.search(name)) and not _CLIENTS.search(name)


def _is_inside(found: Reached, case: Case) -> bool:
    """Does the call stand in the test itself?"""
    return found.source is case.source and case.test.line <= found.call.line <= case.test.end


class Tested(Struct, dict=True, eq=False):
    """The test cases with what they reach."""

    code: Code
    suite: Suite
    definitions: Definitions
    _bodies: dict[tuple[str, str, int], Body] = field(default_factory=dict)
    _blocks: dict[tuple[str, int, int], list[Meant]] = field(default_factory=dict)
    _mine: dict[str, dict[str, Function]] = field(default_factory=dict)
    _near: dict[str, dict[str, tuple[Function, Source]]] = field(default_factory=dict)

    @classmethod
    def gather(cls, code: Code, suite: Suite, definitions: Definitions) -> Self:
        return cls(code, suite, definitions)

    def bodies(self) -> Iterator[Body]:
        """Every test that asserts something about the project."""
        for case in self.suite.cases:
            yield self.body(case)

    def body(self, case: Case) -> Body:
        key = (case.path, case.test.name, case.test.line)
        if key not in self._bodies:
            self._bodies[key] = self._read(case)
        return self._bodies[key]

    def _read(self, case: Case) -> Body:
        source = case.source
        todo: list[tuple[Meant, int]] = []
        for function, where in self._around(case):
            todo += [(meant, 1) for meant in self._inside(where, function.line, function.end)]
        todo += [(meant, 0) for meant in self._inside(source, case.test.line, case.test.end)]
        mocked = False
        calls: list[tuple[Call, Source]] = []
        reached: dict[tuple[str, str], Reached] = {}
        classes: list[Definition] = []
        followed = {(source.path, case.test.name)}
        for meant, depth in todo:  # which grows meanwhile
            if len(calls) == _MOST_CALLS:
                break
            calls.append(meant.at)
            mocked = mocked or meant.mocks
            call, where = meant.at
            target = meant.target or self._of_fixture(call, classes)
            if target is None:
                continue
            if not is_test(target.path):
                key = (target.path, target.name)
                if key not in reached and target.klass:
                    classes.append(target)
                if key not in reached or (depth == 0 and not _is_inside(reached[key], case)):
                    reached[key] = Reached(call, where, target)
            elif depth < _DEPTH and (target.path, target.name) not in followed:
                followed.add((target.path, target.name))
                todo += [(inner, depth + 1) for inner in self._inside(target.source, target.line, target.end)]
        return Body(case, tuple(calls), tuple(reached.values()), mocked)

    def _inside(self, source: Source, first: int, last: int) -> list[Meant]:
        """The calls between two lines: those of a fixture or a helper are asked for by each test that it serves."""
        key = (source.path, first, last)
        if key not in self._blocks:
            self._blocks[key] = [
                Meant((call, source), self.definitions.of(call, source), _mocks(call))
                for call in source.calls_in(first, last)
            ]
        return self._blocks[key]

    def _of_fixture(self, call: Call, classes: list[Definition]) -> Definition | None:
        """A method on what a fixture gave: of the first class that was reached and has it."""
        if not classes or "." not in call.name or call.on in ("self", "cls"):
            return None
        return next((m for k in classes if (m := self.definitions.method(k, call.last))), None)

    def _around(self, case: Case) -> Iterator[tuple[Function, Source]]:
        """The fixtures that the test names or that are used for all, theirs in turn, and the set-up of its class."""
        if case.source.language != "python":
            return
        scope = case.test.name.rpartition(".")[0]
        mine = self._functions_of(case.source)
        for name in _SETUPS:
            found = mine.get(f"{scope}.{name}" if scope else name) or mine.get(name)
            if found:
                yield found, case.source
        fixtures = self._fixtures_of(case.path)
        seen: set[str] = set()
        this = mine.get(case.test.name)
        todo = [*self._everywhere.get(case.path, ()), *(this.params if this else ())]
        while todo and len(seen) < 30:
            name = todo.pop()
            if name not in seen and name in fixtures:
                seen.add(name)
                function, where = fixtures[name]
                todo += function.params
                yield function, where

    @cached_property
    def _everywhere(self) -> dict[str, list[str]]:
        """For each test file the fixtures that pytest uses for all its tests: `@pytest.fixture(autouse=True)`."""
        known: dict[str, list[str]] = defaultdict(list)
        for hit in self.code.calls("*fixture", tests=True):
            if hit.call and hit.call.kwarg("autouse") == "True":
                below = [f for f in hit.source.functions if f.line >= hit.line]
                if below:
                    known[hit.path].append(min(below, key=lambda f: f.line).last)
        return known

    def _functions_of(self, source: Source) -> dict[str, Function]:
        if source.path not in self._mine:
            self._mine[source.path] = {f.name: f for f in source.functions}
        return self._mine[source.path]

    def _fixtures_of(self, path: str) -> dict[str, tuple[Function, Source]]:
        if path not in self._near:
            found = self._near[path] = {}
            for place in (*conftests(self.code, path), path):
                found.update(self._fixtures.get(place, {}))
        return self._near[path]

    @cached_property
    def _fixtures(self) -> dict[str, dict[str, tuple[Function, Source]]]:
        known: dict[str, dict[str, tuple[Function, Source]]] = defaultdict(dict)
        for source, function in self.code.decorated("*fixture", tests=True):
            known[source.path][function.last] = (function, source)
        return known
