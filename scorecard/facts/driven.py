"""Tests that drive the service or app through its interface: requests, command lines, graphs, browsers, handlers, whole flows.

A request to a health page does not reach the model and is kept apart.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import Self

from msgspec import Struct

from scorecard.facts.code import Code
from scorecard.facts.definitions import Definition
from scorecard.facts.driven_words import (
    ADDRESS,
    APPLICATION,
    BROWSERS,
    CLIENTS,
    COMMAND,
    COMMAND_LINES,
    CORE,
    DOTNET,
    ENTERS,
    FLOWS,
    GRAPH_NAMES,
    GRAPHS,
    HANDLERS,
    LIBRARIES,
    MAINS,
    MODEL,
    NO_MODEL,
    ONE_STAGE,
    ORCHESTRATED,
    OWNERS,
    PLAIN_VERBS,
    REFUSALS,
    RELATIVE,
    RUNS,
    SENDS,
    SHOWS,
    SIGNS_IN,
    STARTS,
    STEPS,
    VERBS,
    WRITES,
)
from scorecard.facts.engines import Engines
from scorecard.facts.suite import Case, beside
from scorecard.facts.tested import Body, Tested
from scorecard.paths import is_demo, is_test
from scorecard.readers.code import Call, Source


class Driven(Struct, frozen=True):
    """A test and the line that drives; ``how`` in words."""

    case: Case
    source: Source
    line: int
    how: str
    sure: bool = False  # what it asks for is named like a model's answer


class DrivenTests(Struct, frozen=True):
    """``found`` reach the model; ``shallow`` only ask whether the service is up, or sign in."""

    found: tuple[Driven, ...]
    shallow: tuple[Driven, ...]

    @classmethod
    def gather(cls, tested: Tested, engines: Engines) -> Self:
        found: list[Driven] = []
        shallow: list[Driven] = []
        browsers = {source.path for source in tested.code.sources if _in_browser(source)}
        for body in tested.bodies():
            every = list(_drives(body, engines, tested.code, browsers))
            deep = [driven for driven, reaches in every if reaches]
            found += [min(deep, key=lambda d: not d.sure)] if deep else []
            shallow += [driven for driven, _ in every[:1] if not deep]
        return cls(
            *(tuple(sorted(some, key=lambda d: (is_demo(d.case.path), not d.sure))) for some in (found, shallow))
        )


def _drives(body: Body, engines: Engines, code: Code, browsers: set[str]) -> Iterator[tuple[Driven, bool]]:
    """Every way in which a test enters the application, and whether it reaches the model; ``browsers`` are files that drive one."""
    case = body.case
    refused = _only_refused(body)
    for call, source in body.calls:
        how, deep, sure = _enters(call, source, body, code)
        if how:
            yield Driven(case, source, call.line, how, sure), deep and not (refused and how == "by a request")
    for reached in body.reached:
        how = _enters_project(reached.target, reached.call, body)
        if how:
            yield Driven(case, reached.source, reached.call.line, how), True
        elif STEPS.fullmatch(reached.target.last) and not body.mocked and engines.drives(reached.target):
            yield Driven(case, reached.source, reached.call.line, "step by step"), True
    if case.path in browsers or any(near.path in browsers for near in _fixtures(case.source, code)):
        test = case.test
        texts = (t.value for t in case.source.texts_in(test.line, test.end) if len(t.value) < 80)
        said = " ".join([test.name, *texts])
        sends = any(ENTERS.match(call.last) for call, _ in body.calls) and not SIGNS_IN.search(case.path)
        yield Driven(case, case.source, test.line, "in a browser"), sends and bool(MODEL.search(f"{case.path} {said}"))


def _only_refused(body: Body) -> bool:
    """Does the test expect nothing but to be turned away?"""
    test = body.case.test
    asserted = body.case.source.guards_in(test.line, test.end, "assert")
    codes = {v for g in asserted for v in g.values if len(v) == 3 and v.isdigit()}
    return bool(codes) and codes <= REFUSALS


def _enters(call: Call, source: Source, body: Body, code: Code) -> tuple[str, bool, bool]:
    """How a call enters the application, whether down to the model, and whether that is certain."""
    last = call.last
    if last in VERBS and _is_request(call):
        path = _path(call) or (f"/{_subject(call, source, body)}" if _address(call) else None)
        if path is None:
            return "by a request", last in WRITES and not body.mocked, False
        deep = not NO_MODEL.match(path) and (last in WRITES or bool(MODEL.search(path)))
        return "by a request", deep, bool(CORE.search(path))
    if last in PLAIN_VERBS and call.name == last and call.string().startswith("/"):
        where = f"{call.string()} {source.path}"
        how = "in a browser" if last == "visit" else "by a request"
        return (
            how,
            not NO_MODEL.match(call.string()) and (last == "post" or bool(MODEL.search(where))),
            bool(CORE.search(where)),
        )
    if last in ("NewRequest", "NewRequestWithContext") and "httptest" in call.name:
        path = call.string(1)
        return "by a request", bool(path) and not NO_MODEL.match(path), bool(CORE.search(path))
    if _is_flow(call.name):
        return "as a whole flow", True, True
    if _is_command_line(call.name) and (call.name.endswith(".invoke") or _starts_project(call, source, body)):
        return "by its command line", not _only_shows(body), False
    if last in GRAPHS and source.language == "python" and _is_graph(call, source, body, code):
        return "as a graph", True, True
    return "", False, False


@cache  # the calls of a fixture are asked about for each test
def _is_flow(name: str) -> bool:
    return bool(FLOWS.match(name))


@cache
def _is_command_line(name: str) -> bool:
    return bool(COMMAND_LINES.search(name))


def _only_shows(body: Body) -> bool:
    """`--help`, `--version`: the program says what it is and does nothing."""
    test = body.case.test
    texts = [t.value for t in body.case.source.texts_in(test.line, test.end)]
    return any(SHOWS.search(text) for text in texts)


def _is_request(call: Call) -> bool:
    if "mock" in call.name.lower() or "mock" in call.on.lower():
        return False
    if LIBRARIES.search(call.name):
        return True
    told = (_path(call) or "").startswith(("/", "h", "{")) or bool(_address(call))
    return told and bool(CLIENTS.search(call.on or call.name)) and "." in call.name


def _path(call: Call) -> str | None:
    """The path that is asked for, "" for the root, None where it cannot be told."""
    if call.last in DOTNET and RELATIVE.fullmatch(call.string()):
        return f"/{call.string()}"
    for text in (call.string(), call.string(1), (call.kwarg("url", "path") or "").removeprefix("'")):
        if text.startswith(("/", "http", "{}")):
            return text
    return None


def _address(call: Call) -> str:
    """The name that holds where something is sent, or the router that tells it: `PREDICT_URL`, `self.url`, `reverse()`."""
    given = (*call.args[:1], call.kwarg("url", "path") or "") if call.last in SENDS else ()
    return next((word for word in given if not word.startswith("'") and ADDRESS.search(word.removesuffix("()"))), "")


def _subject(call: Call, source: Source, body: Body) -> str:
    """What an address is about: by the route that a router is asked for, by its name, or by that of the test."""
    address = _address(call).removesuffix("()").rpartition(".")[2]
    routed = (c.string() for c, s in body.calls if s is source and c.last == address and 0 <= c.line - call.line < 3)
    name = next(routed, "") or ADDRESS.sub("", address)
    case = body.case
    tested = MODEL.search(f"{case.path.rpartition('/')[2]} {case.test.name}")
    return re.split(r"[:.]", name.lower())[-1] or (tested[0].lower() if tested else "unknown")


def _is_graph(call: Call, source: Source, body: Body, code: Code) -> bool:
    """`graph.invoke({...})` of something that the project built, with no mock in its place."""
    on = call.on or call.name.rpartition(".")[0].rpartition(".")[2]
    if (
        not GRAPH_NAMES.search(on)
        or re.search(r"mock|runner|tool\b|model|llm|client", on, re.IGNORECASE)
        or not (call.args or call.kwargs)
    ):
        return False
    if any(GRAPH_NAMES.search(f"{r.target.name} {r.target.path}") for r in body.reached):
        return True
    known = any(GRAPH_NAMES.search(item.alias) and item.alias == on for item in source.imports)
    return known or _compiles_own(call, source, code)


def _compiles_own(call: Call, source: Source, code: Code) -> bool:
    """`graph = builder.compile(…)` of a builder that the project's own code made."""
    builder, compiled, _ = call.name.partition(".compile().")
    path = code.module(builder.rpartition(".")[0], source.path) if compiled and "." in builder else ""
    return bool(path) and not is_test(path)


def _starts_project(call: Call, source: Source, body: Body) -> bool:
    """Does the process start a program of the project that is named like its application?"""
    test = body.case.test
    near = [
        t.value
        for t in source.texts
        if (abs(t.line - call.line) <= 3 or (call.scope and t.scope == call.scope)) and len(t.value) < 200
    ]
    near += [t.value for t in body.case.source.texts_in(test.line, test.end) if COMMAND.search(t.value[:400])]
    text = " ".join([*call.strings, *near])
    return bool(re.search(r"\.py\b|\.R\b|^-m$|-m ", text)) and bool(APPLICATION.search(f"{text} {body.case.test.name}"))


def _enters_project(target: Definition, call: Call, body: Body) -> str:
    if target.function is None:
        return ""
    if target.last in HANDLERS and (call.args or call.kwargs):
        return "by its handler"
    if target.last in MAINS and "." not in target.name and (call.args or call.kwargs) and not body.mocked:
        return "by its command line" if APPLICATION.search(target.path) and not _only_shows(body) else ""
    if STARTS.fullmatch(target.last) and not body.mocked:
        return "as a whole flow"
    if target.name == "run" and not body.mocked and APPLICATION.search(target.path) and _is_started(target):
        return "as a whole flow"
    owner = target.name.rpartition(".")[0].rpartition(".")[2]
    if target.last in RUNS and OWNERS.search(owner) and not ONE_STAGE.search(owner):
        return "as a whole flow"
    if any(ORCHESTRATED.search(d) for d in target.function.decorators):
        return "as a whole flow"
    return ""


def _is_started(target: Definition) -> bool:
    """Is it what the program's own start calls: `main`, or the last lines of the file?"""
    return any(call.last == target.name and call.scope in ("", *MAINS) for call in target.source.calls)


def _fixtures(source: Source, code: Code) -> Iterator[Source]:
    """The project's own files of JavaScript from which a test has its `test`: Playwright's, extended with fixtures."""
    for item in source.imports:
        if "test" in (item.name, item.alias):
            yield from beside(code, source, item.module)


def _in_browser(source: Source) -> bool:
    return any(item.module.startswith(BROWSERS) for item in source.imports)
