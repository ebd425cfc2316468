"""Dashboards of the running system that are kept in the repository: files of dashboard tools, and infrastructure.

An empty Grafana in a compose file is none: it takes the dashboards themselves. Pages that the project programs are
`scorecard.facts.pages`.
"""

import re
from collections.abc import Iterator
from typing import Self

from msgspec import Struct

from scorecard.facts.bicep_modules import BicepModules
from scorecard.facts.code import Code
from scorecard.facts.configuration import Configuration, is_operational
from scorecard.facts.resources import Resources
from scorecard.model import Evidence
from scorecard.patterns import lazily
from scorecard.readers.node import Node
from scorecard.repository import Repository

RESOURCES = (
    "aws_cloudwatch_dashboard", "AWS::CloudWatch::Dashboard", "azurerm_portal_dashboard", "azurerm_dashboard",
    "azurerm_application_insights_workbook*", "azurerm_dashboard_grafana_*",
    "Microsoft.Portal/dashboards", "Microsoft.Insights/workbooks", "google_monitoring_dashboard",
    "datadog_dashboard*", "newrelic_one_dashboard*", "grafana_dashboard", "kibana_dashboard",
    "databricks_dashboard", "databricks_sql_dashboard", "elasticstack_kibana_*dashboard*", "signalfx_dashboard",
    "AWS::QuickSight::Dashboard", "AWS::Grafana::*", "honeycombio_board*",
)  # fmt: skip
CALLS = (
    "*.put_dashboard", "*.putDashboard", "*.create_dashboard", "aws_cdk.*.Dashboard", "aws_cdk.Dashboard",
    "aws-cdk-lib/aws-cloudwatch.Dashboard", "aws_cdk.aws_cloudwatch.Dashboard",
    "cloudwatch.Dashboard", "*.aws_cloudwatch.Dashboard", "aws-cdk-lib.aws_cloudwatch.Dashboard",
    "grafanalib.core.Dashboard", "*.add_dashboard_panel", "*.dashboard.add_panel", "evidently.*DashboardPanel*",
    "pulumi_aws.cloudwatch.Dashboard", "pulumi_gcp.monitoring.Dashboard",
    "*.DashboardsServiceClient.create_dashboard", "datadog_api_client.*create_dashboard",
    "datadog.api.Dashboard.create", "datadog.api.Timeboard.create", "*.createDashboard",
    "grafana_foundation_sdk.builders.dashboard.Dashboard", "evidently.ui.*Dashboard*",
    "cdk-monitoring-constructs.MonitoringFacade", "cdk_monitoring_constructs.MonitoringFacade",
)  # fmt: skip
# Services that are themselves a dashboard of what runs: queues and drift reports.
_SERVED = lazily(r"\brq-dashboard\b|\bmher/flower\b|\bcelery\b[^\n]{0,80}\bflower\b|\bevidently ui\b|\bbull-?board\b")
_GRAFANA_STORE = lazily(
    r"(?<![\w./${}-])((?>[\w./${}-]*grafana)(?:[\w./-]*[\w.-])?)/*+:/var/lib/grafana(?:/grafana\.db)?(?::|[\"']?\s*$)"
)
_TOOLS = (
    "grafana",
    "panels",
    "kibana",
    "visualization",
    "lvdash",
    "widgets",
    '"datasets"',
    "gridPos",
    "dashboard_title",
    "position_json",
    "position:",
    "dashboard.json",
    "x-pack",
    "tiles",
    "dashcards",
)
_NEW = lazily(r"^[^#/]{0,80}\bdashboard\.new\(|^[ \t]*-\s+dashboard:\s*\w")
_EMBEDDED = lazily(r"\"(?:panels|gridPos|rows)\"\s*:")


class Dashboards(Struct, frozen=True):
    """``files`` of dashboard tools, ``declared`` as infrastructure or by an API, ``served`` by a container.

    ``empty`` are tools without content.
    """

    files: tuple[Evidence, ...]
    declared: tuple[Evidence, ...]
    served: tuple[Evidence, ...]
    empty: tuple[Evidence, ...] = ()

    @classmethod
    def gather(
        cls,
        repository: Repository,
        code: Code,
        configuration: Configuration,
        resources: Resources,
        modules: BicepModules,
    ) -> Self:
        calls = [hit for hit in code.calls(*CALLS) if is_operational(hit.path)]
        deployed = (d.evidence for d in resources.of(*RESOURCES) if modules.is_deployed(d.path))
        declared = (*deployed, *code.quote(calls))
        files = (
            *_json(configuration),
            *_embedded(configuration),
            *_stores(repository, configuration),
            *_written(repository),
        )
        return cls(tuple(dict.fromkeys(files)), declared, tuple(_served(configuration)), tuple(_empty(configuration)))

    @property
    def all(self) -> tuple[Evidence, ...]:
        return (*self.files, *self.declared, *self.served)


def _json(configuration: Configuration) -> Iterator[Evidence]:
    """Exported dashboards, known by their structure."""
    for path in configuration.paths:
        name = path.lower()
        if not name.endswith((".json", ".ndjson", ".json.tftpl", ".yaml", ".yml")):
            continue
        text = configuration.repository.text(path)
        if name.endswith(".ndjson"):
            if '"type":"dashboard"' in text.replace(" ", ""):
                yield Evidence(path, 1, '"type": "dashboard"')
        elif any(word in text for word in _TOOLS):
            if name.endswith((".yaml", ".yml")) and "dashboard" not in text and "dashcards" not in text:
                continue
            for document in configuration.documents(path):
                line = _is_dashboard(document, path)
                if line:
                    yield configuration.evidence(path, line)
                    break


def _is_dashboard(document: Node, path: str) -> int:
    """The line that shows that a tree is a dashboard: Grafana, Databricks, Superset, Datadog, CloudWatch, Google."""
    for node in (document, document["dashboard"], document["spec"]):
        panels = node.get("panels", "rows")
        if panels.is_list and len(panels) and (node["title"] or node.has("schemaVersion") or node["uid"]):
            return node.key_line("panels" if node.has("panels") else "rows")
        if (
            node["widgets"].is_list
            and len(node["widgets"])
            and (node["layout_type"] or any(w["properties"] or w["definition"] for w in node["widgets"]))
        ):
            return node.key_line("widgets")
    if path.endswith(".lvdash.json") and document["pages"]:
        return document.key_line("pages")
    if any(_is_new_relic(page) for page in document["pages"] if document["pages"].is_list):
        return document.key_line("pages")
    if document["dashcards"].is_list and (document["serdes/meta"] or document["entity_id"]):  # Metabase
        return document.key_line("dashcards")
    if document["dashboard_title"] and (document["position"] or document["position_json"]):
        return document.key_line("dashboard_title")
    if document["gridPos"].is_map and document["targets"].is_list and document["targets"] and document["type"]:
        return document.key_line("targets")  # one panel of Grafana, as its own page exports it
    if document["kind"].text in ("GrafanaDashboard", "Dashboard") and document["apiVersion"] and document["spec"]:
        return document.key_line("kind")
    if document["mosaicLayout"] or document["gridLayout"]:
        return document.key_line("mosaicLayout" if document.has("mosaicLayout") else "gridLayout")
    return 0


def _is_new_relic(page: Node) -> bool:
    return page["widgets"].is_list and any(w["rawConfiguration"] or w["visualization"] for w in page["widgets"])


def _written(repository: Repository) -> Iterator[Evidence]:
    """Dashboards in a language of their own: Grafonnet, LookML."""
    for path in repository.glob("*.jsonnet", "*.libsonnet", "*.dashboard.lookml"):
        if is_operational(path):
            for number, line in enumerate(repository.lines(path), 1):
                if _NEW.search(line):
                    yield Evidence(path, number, line)
                    break


def _embedded(configuration: Configuration) -> Iterator[Evidence]:
    """Dashboards inside a ConfigMap or a value of a chart."""
    for path in configuration.holding_any(('"panels"', '"gridPos"', "grafana_dashboard")):
        if path.endswith((".yaml", ".yml")):
            for document in configuration.documents(path):
                labelled = (
                    document["metadata"]["labels"].has("grafana_dashboard") and document["kind"].text == "ConfigMap"
                )
                for name, value in document.pairs():
                    if (value.block or "{" in value.text) and _EMBEDDED.search(value.text):
                        yield Evidence(path, value.line, f"{name}: a dashboard")
                        break
                else:
                    if labelled and document["data"]:
                        yield configuration.evidence(path, document["metadata"]["labels"].key_line("grafana_dashboard"))


def _stores(repository: Repository, configuration: Configuration) -> Iterator[Evidence]:
    """Grafana's own database, committed and mounted."""
    databases = [path for path in repository.own if path.endswith("grafana.db")]
    for path in configuration.holding("/var/lib/grafana") if databases else ():
        for number, line in configuration.lines(path):
            mount = _GRAFANA_STORE.search(line)
            wanted = [p for p in re.sub(r"/+", "/", mount[1]).split("/") if p not in (".", "..", "")] if mount else []
            if wanted and any("/".join(wanted) in database for database in databases):
                yield Evidence(path, number, line)


def _served(configuration: Configuration) -> Iterator[Evidence]:
    """Containers that are a dashboard; one behind a profile of compose is not started."""
    for path in configuration.holding_any(("flower", "rq-dashboard", "evidently ui", "bull-board", "bullboard")):
        for document in configuration.documents(path):
            for name, service in document["services"].items():
                said = " ".join(
                    (service["image"].text, *service["command"].strings(), *service["entrypoint"].strings())
                )
                if _SERVED.search(said) and not service["profiles"]:
                    yield configuration.evidence(
                        path, service.key_line("command" if service["command"] else "image") if name else service.line
                    )


def _empty(configuration: Configuration) -> Iterator[Evidence]:
    """A dashboard tool that is started, for the near miss."""
    for path in configuration.holding("grafana/grafana"):
        for number, line in configuration.lines(path):
            if "grafana/grafana" in line:
                yield Evidence(path, number, line)
                break
