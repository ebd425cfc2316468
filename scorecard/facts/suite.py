"""The automated tests: which ones there are, what they assert, and whether they call the project's own code.

A test that compares a string with itself tests nothing; neither does one of functions that the test file defines.
"""

import posixpath
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Self

from msgspec import Struct

from scorecard.facts.code import Code, Hit
from scorecard.facts.definitions import in_template, own_module
from scorecard.model import Evidence
from scorecard.paths import is_demo, is_test
from scorecard.patterns import lazily
from scorecard.readers.code import Call, Guard, Source, Test

# Ways into the project that need no import of it: the running service, its command line, its whole flow.
_INTERFACES = lazily(
    r"TestClient|test_client|AsyncClient|CliRunner|\.invoke$|^(?:requests|httpx|subprocess|testbook|papermill|nbclient)\.|AppTest\.from_"
    r"|live_server|ProcessExecutor|^importlib\.(?:import_module|util\.spec_from_file_location)|^runpy\.|SourceFileLoader|^os\.system"
)

_TOOLS = lazily(
    r"(?:vitest|@?jest|jest-\w+|mocha|chai|sinon|fast-check|tape|ava|node:|assert$|path$|fs$|os$|util$|crypto$|uuid$|@faker-js|faker)(?:/|$|\b)"
)
_SCRIPTS = frozenset({"typescript", "javascript"})
_SUFFIXES = (".ts", ".tsx", ".js", ".mjs", "/index.ts", "/index.js")
_EXPECTS = lazily(r"(?:expect|assert)(?:$|[A-Z_])")
_DRIVES = lazily(r"(?:cy|browser|page|request|supertest|agent|driver)\.|fetch$|axios")


class Case(Struct, frozen=True):
    """One test with the file it stands in."""

    source: Source
    test: Test

    @property
    def path(self) -> str:
        return self.source.path


class Suite(Struct, dict=True, eq=False):
    """``cases`` assert something about the project; ``hollow`` are tests that do not."""

    code: Code
    cases: tuple[Case, ...]
    hollow: tuple[Case, ...]

    @classmethod
    def gather(cls, code: Code) -> Self:
        helpers: dict[str, set[str]] = {}
        good: list[Case] = []
        hollow: list[Case] = []
        for source in code.sources:
            if not source.tests or not _may_hold_tests(source):
                continue
            ours = _reaches_project(code, source)
            files = _test_code(code, source) if ours else ()
            for test in source.tests:
                counts = ours and not test.skipped and _asserts(source, test, files, helpers)
                (good if counts else hollow).append(Case(source, test))
        return cls(code, tuple(good), tuple(hollow))

    @cached_property
    def files(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(case.path for case in self.cases))

    def evidence(self, cases: Iterable[Case], most: int = 4) -> list[Evidence]:
        """The first assertion-bearing test of each file, the system's own before demos."""
        ordered = sorted(cases, key=lambda c: (is_demo(c.path), c.path, c.test.line))
        first: dict[str, Case] = {}
        for case in ordered:
            first.setdefault(case.path, case)
        return [self.code.evidence(c.source, _first_assert(c)) for c in list(first.values())[:most]]

    def assertion(self, case: Case, after: int = 0) -> Evidence:
        """The first assertion of a test that stands at or below a line, or its first one."""
        lines = [g.line for g in self.asserted(case)]
        return self.code.evidence(case.source, min([n for n in lines if n >= after] or lines, default=case.test.line))

    def calls(self, case: Case) -> list[Call]:
        """The calls in a test's body, helpers and fixtures not followed."""
        return case.source.calls_in(case.test.line, case.test.end)

    def asserted(self, case: Case) -> list[Guard]:
        """The plain assertions in a test's body."""
        return case.source.guards_in(case.test.line, case.test.end, "assert")

    def hits(self, *patterns: str) -> list[Hit]:
        """Calls in test files."""
        return self.code.calls(*patterns, tests=True)


def _may_hold_tests(source: Source) -> bool:
    return not source.notebook and (is_test(source.path) or source.language != "python")


def _test_code(code: Code, source: Source) -> tuple[Source, ...]:
    """A file of tests, and the test code that it imports."""
    near = (found.path for item in source.imports for found in beside(code, source, item.module))
    paths = (p for p in (*code.imports_of.get(source.path, ()), *near) if is_test(p))
    return tuple(file for path in dict.fromkeys((source.path, *paths)) if (file := code.source(path)))


def _asserts(source: Source, test: Test, files: tuple[Source, ...], helpers: dict[str, set[str]]) -> bool:
    """Does the test assert, itself or by a helper of the test code: `check_response(response)`, `self.verify(result)`?

    ``helpers`` remembers which functions of a file assert.
    """
    if test.asserts:
        return True
    called = {c.last for c in source.calls_in(test.line, test.end)}
    for file in files:
        if file.path not in helpers:
            helpers[file.path] = _asserting(file)
        if called & helpers[file.path] - {test.name}:
            return True
    return False


def _asserting(source: Source) -> set[str]:
    """The functions of a file that assert something, directly or by another one of them."""
    found = {f.last for f in source.functions if any(g.names for g in source.guards_in(f.line, f.end, "assert"))}
    if source.language in _SCRIPTS:
        calls = ((f.last, c.last) for f in source.functions for c in source.calls_in(f.line, f.end))
        found |= {name for name, called in calls if _EXPECTS.match(called)}
    indirect = {
        f.last
        for f in source.functions
        if f.last not in found and any(c.last in found for c in source.calls_in(f.line, f.end))
    }
    return found | indirect


def beside(code: Code, source: Source, module: str) -> Iterator[Source]:
    """The project's own file that a relative import of TypeScript or JavaScript brings in."""
    if source.language in _SCRIPTS and module.startswith("."):
        stem = posixpath.normpath(posixpath.join(posixpath.dirname(source.path), module))
        names = (stem, *(f"{stem}{suffix}" for suffix in _SUFFIXES), f"{stem.removesuffix('.js')}.ts")
        yield from (found for name in dict.fromkeys(names) if (found := code.source(name)))


def _first_assert(case: Case) -> int:
    lines = [g.line for g in case.source.guards_in(case.test.line, case.test.end, "assert")]
    return min(lines, default=case.test.line)


def _reaches_project(code: Code, source: Source) -> bool:
    """Does the file, a helper it imports, or a conftest above it, bring in the project's own code?"""
    if source.language in _SCRIPTS:
        return _imports_more_than_tools(source)
    if source.language != "python":
        return bool(source.tests)  # its frameworks compile or load the code under test with the test
    seen: set[str] = set()
    todo = [source.path, *conftests(code, source.path)]
    while todo:
        path = todo.pop()
        if path in seen:
            continue
        seen.add(path)
        for target in (*code.imports_of.get(path, ()), *_of_template(code, path)):
            if not is_test(target):
                return True
            todo.append(target)
        if _drives_interface(code.source(path)):
            return True
    return False


def _imports_more_than_tools(source: Source) -> bool:
    """A test that brings in nothing but its framework tests functions of its own."""
    modules = [item.module for item in source.imports]
    modules += [call.string() for call in source.calls if call.last in ("require", "import")]
    if any(module and not _TOOLS.match(module) for module in modules):
        return True
    return any(_DRIVES.match(call.name) for call in source.calls)


def _of_template(code: Code, path: str) -> list[str]:
    """What a test of a project template imports from the package that will be made from it."""
    source = code.source(path)
    modules = [item.module for item in source.imports] if source and in_template(path) else []
    return [target for module in modules if (target := own_module(code, module, path))]


def conftests(code: Code, path: str) -> list[str]:
    """The files named conftest.py in the folders above a test, the outermost first."""
    folders = path.split("/")[:-1]
    candidates = ["/".join([*folders[:depth], "conftest.py"]) for depth in range(len(folders) + 1)]
    return [c for c in candidates if code.source(c)]


def _drives_interface(source: Source | None) -> bool:
    return source is not None and any(_INTERFACES.search(call.name) for call in source.calls)
