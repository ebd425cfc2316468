"""Logging configured by a file or by a framework's settings instead of by calls."""

import re
from collections.abc import Iterator

from scorecard.facts.code import Code
from scorecard.facts.metrics_config import functions_of_azure
from scorecard.model import Evidence
from scorecard.paths import is_demo, is_prose, is_test
from scorecard.patterns import lazily
from scorecard.readers import yaml
from scorecard.repository import Repository

_YAML = (
    "logging*.y*ml",
    "log_conf*.y*ml",
    "log-config*.y*ml",
    "**/conf/**/logging.y*ml",
    "**/job_logging/*.y*ml",
    "logger*.y*ml",
)
_FILES = {
    "logback*.xml": lazily(r"<appender\b"),
    "log4j2*.xml": lazily(r"<Appenders?\b", re.IGNORECASE),
    "log4j*.properties": lazily(r"^[ \t]*log4j\.|^[ \t]*appender", re.MULTILINE),
    "logging*.ini": lazily(r"^\[(?:loggers|handlers|formatters)\]", re.MULTILINE),
    "logging*.conf": lazily(r"^\[(?:loggers|handlers|formatters)\]", re.MULTILINE),
    "application*.properties": lazily(r"^logging\.(?:structured|pattern|file)\.", re.MULTILINE),
    "application*.y*ml": lazily(
        r"^logging:[^\n]*\n(?:[ \t]+[^\n]*\n){0,20}?[ \t]+(?:structured|pattern|file):", re.MULTILINE
    ),
    "log*.toml": lazily(r"^\[(?:handlers|formatters|loggers)", re.MULTILINE),
}
_RAILS = frozenset({"config.logger()", "config.log_formatter()", "config.lograge().enabled()"})


def configured_by_file(repository: Repository, code: Code) -> Iterator[tuple[str, Evidence]]:
    """(what it configures, where) of each configuration that a framework or the code reads by its name."""
    for source in code.sources:
        if source.language == "python" and not is_test(source.path) and not is_demo(source.path):
            line = next((a.line for a in source.assigns if a.target == "LOGGING"), 0)
            if line and any(t.value in ("handlers", "loggers") and t.line >= line for t in source.texts):
                yield "Django's LOGGING", code.evidence(source, line)
        if source.language == "ruby" and "/config/" in f"/{source.path}":
            for assign in source.assigns:
                if assign.target in _RAILS:
                    yield "Rails' logger", code.evidence(source, assign.line)
                    break
    if code.imports("@azure/functions", "azure.functions"):
        yield from (("Application Insights, by the host", evidence) for evidence in functions_of_azure(repository))
    hydra_or_kedro = bool(code.imports("hydra", "kedro"))
    texts = (text.value for s in code.sources for text in s.texts if text.value[-2:].lower() == "ml")
    named = {value.rpartition("/")[2] for value in texts if len(value) < 120}
    for path in repository.glob(*_YAML):
        text = repository.text(path)
        read = hydra_or_kedro or path.rpartition("/")[2] in named or "log-config" in text
        if read and not is_test(path) and not is_prose(path) and _is_logging(text):
            yield "a logging file", Evidence(path, 1, text.partition("\n")[0] or path)
    for pattern, shape in _FILES.items():
        for path in repository.glob(pattern):
            found = shape.search(repository.text(path))
            if found and not is_test(path) and not is_demo(path):
                yield "a logging file", repository.quote_at(path, found.start())


def _is_logging(text: str) -> bool:
    try:
        return any(d["handlers"] and (d["version"] or d["root"] or d["loggers"]) for d in yaml.read(text))
    except yaml.YamlError:
        return False


_SHIPPERS = {
    "*logstash*.conf": lazily(r"^[ \t]*output\s*\{", re.MULTILINE),
    "filebeat*.y*ml": lazily(r"^[ \t]*(?:-\s+)?(?:filebeat\.(?:inputs|autodiscover)|output\.\w+)", re.MULTILINE),
    "promtail*.y*ml": lazily(r"^(?:clients|scrape_configs):", re.MULTILINE),
    "*.alloy": lazily(r"\bloki\.write\b"),
    "fluent*.conf": lazily(r"^[ \t]*(?:\[OUTPUT\]|<match\b)", re.MULTILINE),
    "fluent*.y*ml": lazily(r"^[ \t]*(?:outputs|pipeline):", re.MULTILINE),
    "vector*.toml": lazily(r"^\[sinks\.", re.MULTILINE),
    "vector*.y*ml": lazily(r"^sinks:", re.MULTILINE),
    "*compose*.y*ml": lazily(r"^[ \t]*driver:\s*[\"']?(?:loki|fluentd|gelf|awslogs|gcplogs|splunk)\b", re.MULTILINE),
    "*.json": lazily(r"\"awslogs-group\""),
    "*.tf": lazily(r"awslogs-group"),
}
_MAX_SHIPPER = 200_000


def shipped_by_file(repository: Repository) -> Iterator[tuple[str, Evidence]]:
    """Agents and drivers that carry log lines to a store: Logstash, Filebeat, Promtail, Fluent Bit, Vector, awslogs."""
    for pattern, shape in _SHIPPERS.items():
        for path in repository.glob(pattern):
            if is_test(path) or is_demo(path) or is_prose(path) or (pattern == "*.json" and not _TASK.search(path)):
                continue
            text = repository.text(path)
            found = shape.search(text) if len(text) < _MAX_SHIPPER else None
            if found:
                quoted = repository.quote_at(path, found.start())
                if not quoted.text.startswith(("#", "//")):
                    yield found[0].strip(), quoted
                    break


_TASK = lazily(r"task|ecs|container|\.aws/", re.IGNORECASE)
