"""Operational metrics that configuration switches on: agents, scrape targets, platform options."""

import re
from collections.abc import Iterator
from typing import Self

from msgspec import Struct

from scorecard.facts.configuration import Configuration, is_operational
from scorecard.facts.resources import Resources
from scorecard.model import Evidence
from scorecard.patterns import lazily, search
from scorecard.readers.node import Node
from scorecard.repository import Repository

# Words of a start command that make the started process, or what stands before it, measure itself.
_AGENTS = lazily(
    r"opentelemetry-instrument|ddtrace-run|newrelic-admin run-program|--statsd-host|^[ \t]*statsd_host\s*=\s*['\"]|"
    r"--metrics\.prometheus"
    r"|--otlp-traces-endpoint|--enable-metrics\b|-javaagent:[^\s\"']{0,200}(?:opentelemetry|dd-java|"
    r"applicationinsights|newrelic|elastic-apm|jmx_prometheus)"
    r"|@opentelemetry/auto-instrumentations-node/register|-r\s+dd-trace/init|-r\s+newrelic\b|"
    r"AIRFLOW__METRICS__STATSD_ON['\"]?\s*[:=]\s*['\"]?[Tt]rue"
    r"|^[ \t]*metrics_address\s*=|^[ \t]*enable_metrics_api\s*=\s*true|^[ \t]*metrics_mode\s*=\s*prometheus|"
    r"^[ \t]*management\.endpoints\.web\.exposure\.include\s*=.{0,60}(?:prometheus|metrics|\*)"
    r"|^[ \t]*management\.endpoint\.prometheus\.enabled\s*=\s*true|^[ \t]*elastic\.apm\.\w+\s*=|--monitoring_config_file|--allow-metrics=true"
    r"|^[ \t]*quarkus\.(?:micrometer\.export|otel\.exporter|opentelemetry)\.|^[ \t]*management\.(?:otlp|tracing|zipkin)\.\w+"
)
_AGENT_FILES = (
    "Dockerfile*", "*.Dockerfile", "Containerfile", "Procfile", "*.y*ml", "*.sh", "package.json", "gunicorn*.py",
    "*gunicorn*.conf*", "config.properties",
    "application*.properties", "*.service", "supervisord*.conf", "*.tf", "*.toml", "*.ini", "*.bicep",
)  # fmt: skip
_COMMENT = ("#", "//", ";")
_CRD = frozenset(
    {
        "ServiceMonitor",
        "PodMonitor",
        "PodMonitoring",
        "ClusterPodMonitoring",
        "Instrumentation",
        "OpenTelemetryCollector",
        "ScrapeConfig",
    }
)
_INSIGHTS = lazily(r"^app_?insights_?enabled$", re.IGNORECASE)
_SCRAPES = lazily(
    r"^(?:prometheus\.io[/_]scrape|serving\.kserve\.io/enable-(?:prometheus-scraping|metric-aggregation)|instrumentation\.opentelemetry\.io/inject-\w+|"
    r"dapr\.io/enable-metrics)$"
)
_XRAY = lazily(
    r"tracing_config\s*\{[^}]{0,200}Active|xray_tracing_enabled\s*=\s*true|\bmetrics_enabled\s*=\s*true|"
    r"\bMetricsEnabled['\"]?\s*:\s*['\"]?[Tt]rue|:layer:LambdaInsightsExtension"
)
_CONTAINERS = lazily(r"containerInsights\W{1,6}[Vv]alue\W{1,6}en(?:abled|hanced)")
_CONNECTION = lazily(
    r"APPLICATIONINSIGHTS_CONNECTION_STRING|APPINSIGHTS_INSTRUMENTATIONKEY|"
    r"application_insights_(?:connection_string|key)"
)
_HANDED = lazily(r"^[ \t]*applicationInsights?\w{0,20}\s*:\s*\w+\.outputs\.\w*[iI]nsights\w*")
_OPTIONAL = lazily(r"!empty\((\w+)\)")
_SITES = ("azurerm_*function_app*", "azurerm_*web_app*", "azurerm_app_service*", "Microsoft.Web/sites*")
_WATCHED = (
    "aws_cloudwatch_metric_alarm", "aws_cloudwatch_composite_alarm", "aws_cloudwatch_dashboard",
    "aws_cloudwatch_log_metric_filter", "AWS::CloudWatch::*Alarm",
    "AWS::CloudWatch::Dashboard", "AWS::Logs::MetricFilter", "AWS::ApplicationSignals::*",
    "azurerm_monitor_metric_alert", "Microsoft.Insights/metricAlerts",
    "google_monitoring_*", "google_logging_metric", "datadog_monitor", "datadog_dashboard*", "newrelic_*",
    "AWS::ApplicationInsights::Application",
)  # fmt: skip
_AGENT_KEYS = lazily(r"^[ \t]*(?:license_key|push_api_key|authentication|key|api_key|secret_token)\s*:\s*\S")
_RUBY_AGENTS = (
    "config/newrelic.yml",
    "config/appsignal.yml",
    "config/skylight.yml",
    "config/scout_apm.yml",
    "config/elastic_apm.yml",
    "newrelic.ini",
    "newrelic.yml",
)


class MetricsConfig(Struct, frozen=True):
    """``on`` is what makes the running system measured; ``idle`` what is provided for and switched on nowhere."""

    on: tuple[Evidence, ...]
    idle: tuple[Evidence, ...] = ()

    @classmethod
    def gather(cls, repository: Repository, configuration: Configuration, resources: Resources) -> Self:
        on = [
            *_agents(repository),
            *_trees(configuration),
            *_sites(repository, resources),
            *functions_of_azure(repository),
            *(d.evidence for d in resources.all if _XRAY.search(d.body)),
            *(d.evidence for d in resources.of(*_WATCHED)),
            *(d.evidence for d in resources.of("aws_ecs_cluster", "AWS::ECS::Cluster") if _CONTAINERS.search(d.body)),
        ]
        idle = resources.of("azurerm_application_insights", "Microsoft.Insights/components")
        modules = [d for d in resources.of("module") if "insights" in d.resource.name.lower()]
        return cls(tuple(dict.fromkeys(on)), tuple(d.evidence for d in (*idle, *modules)))


def _agents(repository: Repository) -> Iterator[Evidence]:
    for path in repository.glob(*_AGENT_FILES):
        if not is_operational(path):
            continue
        text = repository.text(path)
        if len(text) > 300_000 or not (search(_AGENTS, text) or _maybe(text)):
            continue
        for number, line in enumerate(text.split("\n"), 1):
            if _AGENTS.search(line[:2_000]) and not line.lstrip().startswith(_COMMENT):
                yield Evidence(path, number, line)
                break
    for path in repository.glob(*_RUBY_AGENTS):
        for number, line in enumerate(repository.lines(path), 1):
            if _AGENT_KEYS.match(line):
                yield Evidence(path, number, line)
                break
    for path in repository.glob("fly.toml", "fly.*.toml"):
        for number, line in enumerate(repository.lines(path), 1):
            if line.strip() in ("[metrics]", "[[metrics]]"):
                yield Evidence(path, number, line)


def _maybe(text: str) -> bool:
    """Patterns that are bound to the start of a line do not show in a search of the whole text."""
    return any(
        word in text
        for word in (
            "statsd_host",
            "metrics_address",
            "enable_metrics_api",
            "metrics_mode",
            "management.endpoint",
            "elastic.apm",
            "quarkus.",
            "management.",
        )
    )


def _trees(configuration: Configuration) -> Iterator[Evidence]:
    needles = (
        "scrape_configs",
        "ServiceMonitor",
        "PodMonitor",
        "prometheus.io",
        "enable-prometheus-scraping",
        "instrumentation.opentelemetry.io",
        "dapr.io/enable-metrics",
        "nsights",
        "Tracing",
        "tracing",
        "management:",
        "OpenTelemetryCollector",
        "kind: Instrumentation",
        "ScrapeConfig",
    )
    for path in configuration.holding_any(needles):
        text = configuration.repository.text(path)
        for document in configuration.documents(path):
            if document["kind"].text in _CRD and document["apiVersion"]:
                yield configuration.evidence(path, document.key_line("kind"))
            if "scrape_configs" in text:
                yield from (configuration.evidence(path, line) for line in _targets(document))
            yield from (configuration.evidence(path, line) for line in _options(document, path))


def _targets(document: Node) -> Iterator[int]:
    """Scrape jobs of something else than the monitoring stack itself."""
    for key, value in document.pairs():
        embedded = value.block and "scrape_configs" in value.text
        if key == "scrape_configs" and value.is_list:
            for job in value:
                name = job["job_name"].text.lower()
                if name and not any(word in name for word in ("prometheus", "alertmanager", "grafana", "loki")):
                    yield job.line
        elif embedded:
            for line, text in value.lines():
                if "job_name" in text and "prometheus" not in text and not text.lstrip().startswith("#"):
                    yield line
                    break


def _options(document: Node, path: str) -> Iterator[int]:
    for node in document.walk():
        if not node.is_map:
            continue
        for key, value in node.items():
            enabled = value.text.lower() in ("true", "1", "yes")
            insights = _INSIGHTS.match(key) and (enabled or value["enabled"].is_true)
            scraped = _SCRAPES.match(key) and enabled
            traced = key in ("Tracing", "TracingConfig") and "Active" in (value.text, value["Mode"].text)
            if insights or scraped or traced:
                yield node.key_line(key)
        exposed = node["management"]["endpoints"]["web"]["exposure"]["include"]
        if any(word in text for text in exposed.strings() for word in ("prometheus", "metrics", "*")):
            yield exposed.line
        if "serverless" in path and node["tracing"].is_map and node["tracing"]["lambda"].text in ("true", "Active"):
            yield node.key_line("tracing")


def _sites(repository: Repository, resources: Resources) -> Iterator[Evidence]:
    """Function and web applications that are given the connection string, by which the platform instruments them."""
    for path in dict.fromkeys(d.path for d in resources.of(*_SITES)):
        for number, line in enumerate(repository.lines(path), 1):
            if _CONNECTION.search(line) and not line.lstrip().startswith(_COMMENT):
                optional = _OPTIONAL.search(line)
                if not optional or _is_passed(repository, optional[1], path):
                    yield Evidence(path, number, line)
                    break


def functions_of_azure(repository: Repository) -> Iterator[Evidence]:
    """Azure Functions whose host writes to Application Insights, where a template hands one to the application."""
    hosts = [path for path in repository.glob("host.json") if "applicationInsights" in repository.text(path)]
    if not hosts or not is_operational(hosts[0]):
        return
    for path in repository.glob("*.bicep"):
        for number, line in enumerate(repository.lines(path), 1):
            if _HANDED.match(line):
                text = repository.lines(hosts[0])
                host = next(n for n, row in enumerate(text, 1) if "applicationInsights" in row)
                yield Evidence(path, number, line)
                yield Evidence(hosts[0], host, text[host - 1])
                return


def _is_passed(repository: Repository, parameter: str, to: str) -> bool:
    """Does another template give the optional parameter a value?"""
    given = re.compile(rf"^[ \t]*{re.escape(parameter)}\s*:\s*(?!'')\S")
    return any(
        given.match(line) for path in repository.glob("*.bicep") if path != to for line in repository.lines(path)
    )
