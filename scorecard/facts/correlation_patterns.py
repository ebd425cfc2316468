"""Ids that the logging configuration of the JVM and of .NET puts on every line, from what tracing or a filter has bound."""

from collections.abc import Iterator

from scorecard.facts.configuration import is_operational
from scorecard.facts.correlation_lines import Id, Tie
from scorecard.model import Evidence
from scorecard.patterns import lazily
from scorecard.repository import Repository

_FILES = (
    "*logback*.xml", "*log4j*.xml", "*log4j*.properties", "*log4j*.y*ml", "application*.y*ml", "application*.properties", "bootstrap.y*ml",
    "nlog.config", "NLog.config", "appsettings*.json",
)  # fmt: skip
_PATTERN = lazily(
    r"(?:%X|%mdc|%MDC|\$\$?\{ctx:)[{:]?(?:trace[._-]?id|traceId|request[._-]?id|requestId|correlation[._-]?id|correlationId|session[._-]?id|"
    r"sessionId|X-Request-ID|X-Correlation-ID|X-B3-TraceId)\b"
    r"|^[ \t]*logging\.pattern\.correlation\s*[=:]\s*\S|<includeMdcKeyName>(?:traceId|trace_id|requestId|correlationId)<"
    r"|\$\{mdlc:item=(?:RequestId|CorrelationId|TraceId)\}|\{(?:CorrelationId|RequestId|TraceId)(?::\w+)?\}"
)
_COMMENT = ("#", "<!--", "//", "!")


def patterned(repository: Repository) -> Iterator[Id]:
    """One for each file: the first line whose pattern names such an id."""
    for path in repository.glob(*_FILES):
        if not is_operational(path):
            continue
        for number, line in enumerate(repository.lines(path), 1):
            if not line.lstrip().startswith(_COMMENT) and (match := _PATTERN.search(line[:2_000])):
                yield Id(Tie.CONTEXT, f"`{match[0].strip()[:40]}`", (Evidence(path, number, line),))
                break
