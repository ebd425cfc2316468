"""How log lines are formatted, and where that is decided: one place that others use, or each script for itself."""

import re
from collections.abc import Iterator
from enum import StrEnum
from typing import Self

from msgspec import Struct

from scorecard.facts.code import Code, Hit
from scorecard.facts.logging_files import configured_by_file, shipped_by_file
from scorecard.facts.logging_vocabulary import CENTRAL, MACHINE, MACHINE_MODULES, PRIMITIVES, SHIPPED, SHIPPED_MODULES
from scorecard.facts.logs import Logs, is_own_logger
from scorecard.facts.tracing import is_offline
from scorecard.model import Evidence
from scorecard.paths import is_test
from scorecard.patterns import lazily
from scorecard.readers.code import Call, Source
from scorecard.repository import Repository


class Style(StrEnum):
    """What a piece of logging configuration achieves."""

    MACHINE = "machine-readable lines"
    CENTRAL = "one configuration"
    SHIPPED = "lines shipped to a log store"
    LOCAL = "a configuration for one script"


class Setup(Struct, frozen=True):
    """One piece of configuration, and the lines of other files that use it."""

    style: Style
    what: str
    evidence: Evidence
    users: tuple[Evidence, ...] = ()


_LOG_NAMED = lazily(
    r"(?:^|/)[\w-]*log(?:s|ger|gers|ging)?(?:[_-]\w+)?(?:/__init__|/index)?\.(?:py|ts|js|mjs|go|rb)$", re.IGNORECASE
)
_MIGRATION = lazily(
    r"(?:^|/)(?:alembic|migrations|migration)/(?:[\w-]+/)?env\.py$"
)  # generated, and configures migrations only
_ENTRY = lazily(r"_?(?:main|cli|run|entrypoint|start|serve|train|evaluate|predict)(?:_\w+)?")
_COMMAND = lazily(r"(?:^|\.)command(?:\(|$)")
_BUILDS = frozenset({"NODE_ENV", "DEV", "PROD", "__DEV__"})
_QUIET = lazily(r"silent|quiet|prod|(?:^|_|is)dev|NODE_ENV", re.IGNORECASE)
_SENTRY_LOGS = ("enable_logs", "_experiments", "enableLogs")


class LoggingSetup(Struct, frozen=True):
    """``setups`` in the order of what they prove; `local` ones are the near misses."""

    setups: tuple[Setup, ...]

    @classmethod
    def gather(cls, repository: Repository, code: Code, logs: Logs) -> Self:
        found = [*_machine(code), *_json_lines(code, logs), *_shared(code), *_own_loggers(code)]
        found += [Setup(Style.CENTRAL, what, e) for what, e in configured_by_file(repository, code)]
        found += _first_of_each_file(code, Style.SHIPPED, _system(code, SHIPPED, SHIPPED_MODULES))
        found += _sentry(code)
        found += [Setup(Style.SHIPPED, what, e) for what, e in shipped_by_file(repository) if logs.lines]
        return cls(tuple(found))

    def of(self, *styles: Style) -> tuple[Setup, ...]:
        return tuple(setup for style in styles for setup in self.setups if setup.style is style)


def _system(code: Code, patterns: tuple[str, ...], modules: tuple[str, ...] = ()) -> list[Hit]:
    found = [*code.calls(*patterns), *(code.uses(*modules) if modules else ())]
    return [h for h in found if not h.source.notebook and not is_offline(h.path) and not _MIGRATION.search(h.path)]


def _machine(code: Code) -> Iterator[Setup]:
    serialized = [
        hit
        for hit in _system(code, ("loguru.logger.add", "loguru.logger.configure"))
        if hit.call and hit.call.kwarg("serialize") not in (None, "False")
    ]
    yield from _first_of_each_file(code, Style.MACHINE, [*_system(code, MACHINE, MACHINE_MODULES), *serialized])


def _json_lines(code: Code, logs: Logs) -> Iterator[Setup]:
    """`logger.info(json.dumps({…}))` where the format adds nothing around it: each line is one JSON object."""
    bare = any(h.call and h.call.kwarg("format") == "'%(message)s" for h in code.calls("logging.basicConfig"))
    bare = bare or any(h.call and h.call.string() == "%(message)s" for h in code.calls("logging.Formatter"))
    for hit in logs.lines if bare else ():
        if hit.call and hit.call.args and hit.call.args[0] in ("json.dumps()", "orjson.dumps()"):
            yield Setup(Style.MACHINE, "JSON objects as messages", code.evidence(hit))
            return


def _first_of_each_file(code: Code, style: Style, hits: list[Hit]) -> Iterator[Setup]:
    first = {hit.path: hit for hit in reversed(hits)}
    for hit in sorted(first.values(), key=lambda h: (not _LOG_NAMED.search(h.path), h.path)):
        yield Setup(style, hit.name.partition("(")[0], code.evidence(hit))


def _sentry(code: Code) -> Iterator[Setup]:
    """Sentry as a log store: only when told to take log lines, not only errors."""
    for hit in _system(code, ("sentry_sdk.init", "@sentry/*.init", "Sentry.init")):
        if hit.call and hit.call.kwarg(*_SENTRY_LOGS) not in (None, "False"):
            yield Setup(Style.SHIPPED, "Sentry logs", code.evidence(hit))
    for hit in _system(code, ("sentry_sdk.integrations.logging.LoggingIntegration",)):
        if hit.call and hit.call.kwarg("sentry_logs_level"):
            yield Setup(Style.SHIPPED, "Sentry logs", code.evidence(hit))


def _shared(code: Code) -> Iterator[Setup]:
    """Configuration in code: central where other files use it, local where only its own script does."""
    by_place: dict[tuple[str, str], list[Hit]] = {}
    for hit in _system(code, (*CENTRAL, *PRIMITIVES)):
        if hit.call and not any("NullHandler" in a for a in hit.call.args) and hit.source.language == "python":
            by_place.setdefault((hit.path, hit.scope), []).append(hit)
    at_top = sum(1 for _, scope in by_place if not scope)
    for (path, scope), hits in by_place.items():
        first = min(hits, key=lambda h: h.line)
        users = _users(code, first.source, scope) or _commands(code, first.source, scope)
        if any(h.call and h.call.last in ("dictConfig", "fileConfig") for h in hits):
            central = True
        elif _LOG_NAMED.search(path) or "log" in scope.lower():
            central = bool(users)
        elif all(
            h.call and h.call.last == "basicConfig" and h.call.kwarg("format", "handlers", "filename", "style") is None
            for h in hits
        ):
            central = False  # a level says nothing about the form of lines
        elif _ENTRY.fullmatch(scope.rpartition(".")[2]):
            central = False
        elif scope or path.endswith("/__init__.py"):
            central = len(users) > 1
        else:
            central = len(users) > 1 and at_top <= 2 and not first.source.main
        yield Setup(Style.CENTRAL if central else Style.LOCAL, first.name, code.evidence(first), tuple(users))


def _own_loggers(code: Code) -> Iterator[Setup]:
    """A JavaScript project's own logger module, where other files log through it."""
    for source in code.sources:
        if is_own_logger(source) and not is_offline(source.path):
            stem = source.path.rpartition("/")[2].partition(".")[0]
            users = [
                code.evidence(other, item.line)
                for other in code.sources
                for item in other.imports
                if item.module.rpartition("/")[2] in (stem, f"{stem}.js") and not is_test(other.path)
            ]
            if users and not _is_silent(source):
                machine = any(call.name == "JSON.stringify" for call in source.calls)
                style = Style.MACHINE if machine else Style.CENTRAL
                first = min((f.line for f in source.functions), default=1)
                yield Setup(style, "an own logger", code.evidence(source, first), tuple(users))


def _is_silent(source: Source) -> bool:
    """A wrapper of the browser's console that says nothing in production."""
    said = [c for c in source.calls if c.name.startswith("console.") and c.scope]
    return bool(said) and not source.names.isdisjoint(_BUILDS) and all(_is_kept_quiet(source, c) for c in said)


def _is_kept_quiet(source: Source, call: Call) -> bool:
    return any(
        _QUIET.search(" ".join(g.names))
        and (g.line <= call.line <= g.end or (g.scope == call.scope and g.line < call.line and "return" in g.effects))
        for g in source.guards
    )


def _users(code: Code, source: Source, scope: str) -> list[Evidence]:
    """Lines of other files that import the module or, for a function, call it; through a package's `__init__` too."""
    head, _, last = scope.partition(".")
    wanted = {head, last or head, *_callers(source, {head, last or head})} if scope else set()
    found = []
    for path in sorted(_importers(code, source, wanted)):
        other = code.source(path)
        if other is None or is_test(path) or is_offline(path) or path == source.path or path.endswith("__init__.py"):
            continue
        if scope:
            line = next((c.line for c in other.calls if c.last in wanted), 0)
        else:
            stem = _stem(source.path)
            line = next((i.line for i in other.imports if stem in (i.module.rpartition(".")[2], i.name)), 1)
        if line:
            found.append(code.evidence(other, line))
    return found


def _commands(code: Code, source: Source, scope: str) -> list[Evidence]:
    """Lines of the commands of one command line that call the function, where two of them or more do."""
    if not scope or "." in scope:
        return []
    commands = {f.name for f in source.functions if any(_COMMAND.search(d) for d in f.decorators)}
    calling = {c.scope: c.line for c in source.calls if c.last == scope and c.scope in commands}
    return [code.evidence(source, line) for line in sorted(calling.values())] if len(calling) > 1 else []


def _importers(code: Code, source: Source, wanted: set[str]) -> set[str]:
    """Files that import the module, a package's own files included where it configures on import."""
    found = set(code.imported_by.get(source.path, ()))
    for path in list(found):
        if path.endswith("__init__.py"):
            found |= code.imported_by.get(path, set())
    if source.path.endswith("/__init__.py") and not wanted:
        folder = source.path.removesuffix("__init__.py")
        found |= {s.path for s in code.sources if s.path.startswith(folder)}
    if wanted and not found:  # a module that is put on the path when it is deployed
        stem = _stem(source.path)
        found = {
            s.path for s in code.sources for i in s.imports if i.name in wanted and i.module.rpartition(".")[2] == stem
        }
    return found


def _stem(path: str) -> str:
    name = path.rpartition("/")[2].removesuffix(".py")
    return path.split("/")[-2] if name == "__init__" and "/" in path else name


def _callers(source: Source, names: set[str]) -> set[str]:
    """Functions and classes of the same file that call one of ``names``, two steps up."""
    found: set[str] = set()
    for _ in range(2):
        for call in source.calls:
            if call.last in names | found:
                found |= {part for part in call.scope.split(".") if part}
    return found
