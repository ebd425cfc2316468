"""Which lines of the repository's code log through a logging framework, and which only print."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Self

from msgspec import Struct

from scorecard.facts.code import Code, Hit
from scorecard.paths import is_demo, is_test
from scorecard.patterns import lazily
from scorecard.readers.code import Call, Source

_LEVEL = lazily(
    r"(?:log_?|flog\.?)?(?:debug|info|information|warn|warning|error|err|exception|critical|fatal|trace|verbose|success|notice|severe)"
    r"(?:f|w|ln|s|v|context|ctx)?",
    re.IGNORECASE,
)
# The last part before the level: `logger`, `_LOG`, `getLogger()`, `AppLogger`, `run_logger`.
_LOGGER = lazily(
    r"(?:.*[_\W])?_*(?:log|logs|logger|logging|klog|glog|slog|sugar|zap|zerolog|logrus|logr|lgr|lgrs|log4r|logback|hclog|lager)(?:\(\))?|\w*[a-z](?:Log|Logger|Logging)(?:\(\))?|\w+_log(?:ger)?\(?\)?",
    re.IGNORECASE,
)
_CHAIN = lazily(
    r"\.(?:bind|opt|new|patch|contextualize|child|getChild|with\w*|With\w*|get_logger|getLogger|L|S|V|Ctx|FromContext\w*|atInfo|atError|tagged|isEnabled|forContext|ForContext)\(\)$",
)
# What ends a fluent line of zerolog, SLF4J 2 or Flogger: `log.Info().Str("a", "b").Msg("done")`.
_FLUENT = lazily(
    r"\.(?:at)?(?:Info|Error|Warn|Warning|Debug|Fatal|Trace|Severe|Panic)\(\)(?:\.\w++\(\)){0,40}+\.(?:Msg|Msgf|Send|log)$"
)
_GO_VERSION = lazily(r"/v\d+$")
_ENDS = frozenset({"Msg", "Msgf", "Send", "log"})
_GO_PRINT = frozenset({"Print", "Printf", "Println", "Panicf", "Panic", "Output"})
_R_LINE = lazily(r"(?:log_|flog\.)(?:trace|debug|info|warn|error|fatal|success)$")
_LEVEL_ARGUMENT = lazily(
    r"(?:logging\.|.*\b(?:Level|LogLevel)\.)?'?(?:DEBUG|INFO|WARNING|WARN|ERROR|CRITICAL|FATAL|level|log_level|lvl)$",
    re.IGNORECASE,
)
_NOT_LOGGERS = frozenset(
    {
        "console",
        "st",
        "mlflow",
        "wandb",
        "messages",
        "typer",
        "click",
        "ui",
        "toast",
        "alert",
        "math",
        "np",
        "torch",
        "tqdm",
        "warnings",
    }
)
_WRAPPER = lazily(
    r"(?:^|/)[a-z_]*log(?:s|ger|gers|ging)?(?:_?(?:utils?|helpers?|config|setup|manager|service|handler))?(?:/__init__)?\.py$",
)
_OWN_LOGGER = lazily(r"(?:^|/)(?:[\w-]*[._-])?logg?(?:er|ing|ger)(?:/index|[._-][\w-]+)?\.[cm]?[jt]sx?$", re.IGNORECASE)
_WRAPPED = lazily(
    r"(?:write_|send_|add_)?log(?:_?(?:message|msg|info|error|debug|warning|event|it|line|text|exception))?$",
    re.IGNORECASE,
)
_PRINTS = frozenset({
    "print", "console.log", "console.error", "console.warn", "console.info", "console.debug", "puts", "p",
    "fmt.Println", "fmt.Printf",
    "System.out.println", "System.err.println", "println", "Console.WriteLine", "cat", "message", "pprint.pprint",
    "rich.print",
})  # fmt: skip
_OF_ACTIONS = frozenset({"debug", "info", "notice", "warning", "error", "setFailed"})
# What a host hands to every function: `context.log("…")`, `context.error("…")` of Azure Functions, `context.log.warn("…")` of its first model.
_OF_HOSTS = lazily(
    r"@azure/functions\.(?:InvocationContext|Context)\.(?:log(?:\.(?:info|warn|error|verbose))?|trace|debug|info|warn|error)"
)
_HANDED = lazily(r"(?:context|ctx|invocationContext)\.(?:log(?:\.(?:info|warn|error|verbose))?|warn|error)")
_JS = frozenset({"typescript", "javascript", "tsx", "jsx", "vue", "svelte"})
JS_FRAMEWORKS = (
    "pino", "winston", "bunyan", "log4js", "consola", "tslog", "loglevel", "@nestjs/common", "signale", "debug",
    "roarr", "pino-http", "npmlog",
    "@aws-lambda-powertools/logger", "@google-cloud/logging", "@google-cloud/logging-winston", "firebase-functions",
    "next-axiom", "@axiomhq/logging",
    "@logtail/node", "@logtail/next", "fastify", "hono-pino", "nestjs-pino", "evlog", "@logtape/logtape",
    "electron-log", "@sentry/nextjs", "adze", "log4javascript", "@actions/core",
)  # fmt: skip


class Logs(Struct, frozen=True):
    """``lines`` are log calls of system code, ``elsewhere`` those of notebooks and demos, ``prints`` what it prints."""

    lines: tuple[Hit, ...]
    elsewhere: tuple[Hit, ...]
    prints: tuple[Hit, ...]

    @classmethod
    def gather(cls, code: Code) -> Self:
        lines: list[Hit] = []
        elsewhere: list[Hit] = []
        prints: list[Hit] = []
        wrappers = {source.path for source in code.sources if _is_wrapper(source)}
        hosted = {hit.path for hit in code.imports("@azure/functions")}
        javascript = bool(code.imports(*JS_FRAMEWORKS)) or any(is_own_logger(source) for source in code.sources)
        for source in code.sources:
            if is_test(source.path) or (source.language in _JS and not javascript and not source.calls):
                continue
            system = not source.notebook and not is_demo(source.path)
            found = [*_lines(code, source, wrappers, javascript=javascript)]
            if source.path in hosted:
                found += [hit for hit in _hosted(source) if hit not in found]
            (lines if system else elsewhere).extend(found)
            if system:
                prints += [Hit(source, c.line, c.scope, c.name, c) for c in source.calls if c.name in _PRINTS]
        return cls(tuple(lines), tuple(elsewhere), tuple(prints))

    @property
    def places(self) -> dict[str, list[Hit]]:
        """The log lines of system code by file."""
        found: dict[str, list[Hit]] = {}
        for hit in self.lines:
            found.setdefault(hit.path, []).append(hit)
        return found


def is_log_call(call: Call) -> bool:
    """Does the call write a line to a logger, as its own name says?"""
    named = _is_log_name(call.name, call.on)
    return named or (named is None and bool(call.args) and bool(_LEVEL_ARGUMENT.match(call.args[0])))


@cache
def _is_log_name(name: str, on: str) -> bool | None:
    """The same by the name alone; None where the first argument must be a level (`logger.log(INFO, …)`)."""
    owner, _, last = name.rpartition(".")
    if not owner:
        return bool(_R_LINE.match(name))
    if _R_LINE.match(last) or (last in _ENDS and _FLUENT.search(name)):
        return True
    if _LEVEL.fullmatch(last):
        return says_logger(owner, on)
    return None if last == "log" and says_logger(owner, on) else False


def says_logger(owner: str, on: str) -> bool:
    """Is the owner of a call a logger, by its last name or by the variable as written?"""
    for _ in range(4):
        shorter = _CHAIN.sub("", owner)
        if shorter == owner:
            break
        owner = shorter
    last = _GO_VERSION.sub("", owner).rpartition(".")[2]
    if owner.partition(".")[0] in _NOT_LOGGERS or last in _NOT_LOGGERS:
        return False
    return bool(_LOGGER.fullmatch(last) or (on and _LOGGER.fullmatch(on)))


def _lines(code: Code, source: Source, wrappers: set[str], *, javascript: bool) -> Iterator[Hit]:
    if source.language in _JS and not javascript:
        return
    wrapped = _wrapped_names(code, source, wrappers)
    for call in source.calls:
        last = call.last
        if (
            is_log_call(call)
            or (source.language == "go" and last in _GO_PRINT and call.name.startswith("log."))
            or (last in _OF_ACTIONS and call.name.startswith("@actions/core."))
            or (
                wrapped
                and last[:1].islower()
                and _WRAPPED.match(last)
                and any(call.name.startswith(name) for name in wrapped)
            )
        ):
            yield Hit(source, call.line, call.scope, call.name, call)


def _hosted(source: Source) -> Iterator[Hit]:
    """Lines written to the logger that the host of a function hands to it."""
    for call in source.calls:
        if _OF_HOSTS.fullmatch(call.name) or _HANDED.fullmatch(call.name):
            yield Hit(source, call.line, call.scope, call.name, call)


def _wrapped_names(code: Code, source: Source, wrappers: set[str]) -> tuple[str, ...]:
    """What this file imports from the repository's own module around a logging framework."""
    return tuple(
        f"{item.module}.{item.name}" if item.name else item.module
        for item in source.imports
        if wrappers & {code.module(item.module, source.path), code.module(f"{item.module}.{item.name}", source.path)}
    )


def is_own_logger(source: Source) -> bool:
    """A JavaScript project's own logger: a module named so, with a method per level and more than `console` behind it."""
    return (
        source.language in _JS
        and bool(_OWN_LOGGER.search(source.path))
        and not is_test(source.path)
        and len({"debug", "info", "warn", "error"} & (source.names | {f.last for f in source.functions})) > 2
        and not {"level", "levels", "LogLevel", "logLevel", "timestamp", "LOG_LEVEL"}.isdisjoint(source.names)
    )


def _is_wrapper(source: Source) -> bool:
    """An own module around a logging framework: named so, and it calls one."""
    return bool(_WRAPPER.search(source.path)) and any(
        i.module.partition(".")[0] in ("logging", "loguru", "structlog", "picologging", "logbook")
        for i in source.imports
    )
