"""Ids in log lines: bound to each of them, in their format, or written into several."""

from collections import defaultdict
from collections.abc import Iterator
from enum import StrEnum

from msgspec import Struct

from scorecard.facts.code import Code, Hit
from scorecard.facts.correlation_vocabulary import (
    BINDS,
    CONTEXT_CALLS,
    CONTEXT_MODULES,
    FORMAT,
    HEADER,
    ID_WORD,
    INSTALLED,
    MIDDLEWARE,
    OWN_ID,
    REQUEST_ID,
    RUN_ID,
    SETTERS,
    TRACKERS,
)
from scorecard.facts.logs import Logs, says_logger
from scorecard.facts.tracing import is_offline
from scorecard.model import Evidence
from scorecard.paths import is_test
from scorecard.readers.code import Source

_RAILS_TAGS = frozenset({"config.log_tags()", "config.log_tags"})
_PRINTS = frozenset({"print", "console.error", "console.log"})
# Where a language has no other log of its own: a Lambda's console, the messages of an R script.
_SPOKEN = frozenset({"console.log", "console.error", "console.warn", "console.info", "message"})
_PASSES_ON = frozenset({"info", "error", "warning", "debug", "bind_contextvars", "exception", "set", "warn"})
_PAIRS = frozenset({"With", "WithField", "Str", "WithValues"})  # Go names what it binds by a string
_ROWS = 10
_TOLD = 3  # lines in which a logger is told what to carry


class Tie(StrEnum):
    """Where an id stands."""

    CONTEXT = "bound to every log line"
    LINES = "in log lines"
    TRACE = "in traces"
    RECORD = "in records"
    RUN = "in the outputs of several steps"


class Id(Struct, frozen=True):
    """One id with the lines that carry it."""

    tie: Tie
    name: str
    evidence: tuple[Evidence, ...]


def counts(source: Source) -> bool:
    """Could the file be part of the running system?"""
    return not (is_test(source.path) or is_offline(source.path) or source.notebook)


def bound(code: Code) -> Iterator[Id]:
    """Ids that a library, a middleware, a bound context or the format puts on every line."""
    hits = [h for h in (*code.calls(*CONTEXT_CALLS), *code.uses(*CONTEXT_MODULES)) if counts(h.source)]
    if hits:
        yield Id(Tie.CONTEXT, hits[0].name.rpartition(".")[2], tuple(code.quote(hits)))
    for hit in code.calls("*.add_middleware", "starlette.middleware.Middleware", "*.use", "*.Use"):
        if hit.call and hit.call.args and MIDDLEWARE.search(hit.call.args[0]) and counts(hit.source):
            yield Id(Tie.CONTEXT, hit.call.args[0].rpartition(".")[2], (code.evidence(hit),))
    for hit in code.texts(INSTALLED.pattern, flags=0):
        if counts(hit.source):
            yield Id(Tie.CONTEXT, hit.name.rpartition(".")[2], (code.evidence(hit),))
    for hit in code.calls(*BINDS):
        named = [key.rpartition(".")[2] for key, _ in hit.call.kwargs] if hit.call else []
        named += hit.call.strings if hit.call and hit.call.last in _PAIRS else ()
        if hit.call and hit.call.last == "LoggerAdapter":  # its `extra` is a mapping
            named += [t.value for t in hit.source.texts_in(hit.line, hit.line + 3)]
        key = next((key for key in named if _is_id(key)), "")
        if key and _binds_to_lines(hit) and counts(hit.source):
            yield Id(Tie.CONTEXT, key, (code.evidence(hit),))
    for hit in code.calls(*SETTERS):
        told = " ".join(code.line(hit.path, number) for number in range(hit.line, hit.line + _TOLD))
        given = told.partition(");")[0]
        word = OWN_ID.search(given) or ID_WORD.search(given)
        if word and _binds_to_lines(hit) and counts(hit.source):
            yield Id(Tie.CONTEXT, word[0].strip("( "), (code.evidence(hit),))
    for hit in code.texts(FORMAT.pattern):
        if counts(hit.source):
            yield Id(Tie.CONTEXT, "the log format", (code.evidence(hit),))
    for source in code.sources:
        for assign in source.assigns if source.language == "ruby" else ():
            if assign.target in _RAILS_TAGS and "request_id" in code.line(source.path, assign.line):
                yield Id(Tie.CONTEXT, "request_id", (code.evidence(source, assign.line),))


def written(code: Code, logs: Logs) -> tuple[list[Id], list[Evidence]]:
    """Ids that several log lines name, and lines whose id ties nothing together."""
    by_id: dict[str, list[Hit]] = defaultdict(list)
    spelled: dict[str, str] = {}
    alone: list[Evidence] = []
    spoken = [hit for hit in logs.prints if hit.name in _SPOKEN]
    for hit in (*logs.lines, *spoken):
        if not counts(hit.source):
            continue
        tracked = any(item.module.partition(".")[0] in TRACKERS for item in hit.source.imports)
        for name in _names(code, hit):
            if tracked and RUN_ID.fullmatch(name):
                alone.append(code.evidence(hit))
            else:
                key = name.replace("_", "").lower()
                spelled.setdefault(key, name)
                by_id[key].append(hit)
    found = []
    for key, hits in by_id.items():
        files, places = {h.path for h in hits}, {(h.path, h.line) for h in hits}
        run = bool(RUN_ID.fullmatch(spelled[key]))
        if len(places) > (2 if run else 1) and (len(files) > 1 or not run):
            shown = code.quote(hits, 3) if len(files) > 1 else list(dict.fromkeys(map(code.evidence, hits)))[:3]
            found.append((run, -len(places), Id(Tie.LINES, spelled[key], tuple(shown))))
        else:
            alone.append(code.evidence(hits[0]))
    return [one for *_, one in sorted(found, key=lambda f: f[:2])], alone


def headers(code: Code) -> Iterator[Id]:
    """A request's header that is read where something is logged, printed or passed on."""
    for hit in code.texts(HEADER.pattern):
        if counts(hit.source):
            inside = hit.source.calls_of(hit.scope)
            spoken = [c for c in inside if c.name in _PRINTS or c.last in _PASSES_ON]
            if spoken:
                yield Id(Tie.LINES, hit.name, (code.evidence(hit), code.evidence(hit.source, spoken[-1].line)))


def _is_id(word: str) -> bool:
    return bool(REQUEST_ID.fullmatch(word) or RUN_ID.fullmatch(word))


def _binds_to_lines(hit: Hit) -> bool:
    """Ray Serve's `bind` takes arguments; a logger's takes what each line shall carry."""
    owner = hit.name.rpartition(".")[0]
    return "contextvars" in hit.name or "Adapter" in hit.name or says_logger(owner, hit.call.on if hit.call else "")


def _names(code: Code, hit: Hit) -> list[str]:
    """The ids that a log call carries: as a keyword, as a key of `extra`, as an argument, or inside its text."""
    keys = [key.rpartition(".")[2] for key, _ in hit.call.kwargs] if hit.call else []
    found = [key for key in keys if _is_id(key)]
    for row in _rows(code, hit):
        found += [match[0].rpartition(".")[2] if match[1] else match[0] for match in ID_WORD.finditer(row)]
    return list(dict.fromkeys(name.strip("${}") for name in found))


def _rows(code: Code, hit: Hit) -> Iterator[str]:
    """The lines of a call, to where its parentheses close and no further link of a chain follows."""
    depth = 0
    for number in range(hit.line, hit.line + _ROWS):
        row = code.line(hit.path, number)
        yield row
        depth += row.count("(") - row.count(")")
        chained = row.rstrip().endswith(".") or code.line(hit.path, number + 1).lstrip().startswith(".")
        if depth <= 0 and not chained:
            return
