"""What tells people, as configuration, that the running system degrades: rules, alarms, receivers, notices of jobs.

Notifications that code sends are `scorecard.facts.notices`.
"""

import re
from collections.abc import Iterator
from typing import Self

from msgspec import Struct

from scorecard.facts.alert_chains import chains, stays_inside
from scorecard.facts.code import Code
from scorecard.facts.configuration import Configuration, is_operational
from scorecard.facts.kestra_flows import told_by_flow
from scorecard.facts.resources import Declared, Resources
from scorecard.model import Evidence
from scorecard.patterns import lazily
from scorecard.readers.node import Node
from scorecard.repository import Repository

RESOURCES = (
    "aws_cloudwatch_metric_alarm", "aws_cloudwatch_composite_alarm", "AWS::CloudWatch::Alarm",
    "AWS::CloudWatch::CompositeAlarm", "azurerm_monitor_metric_alert",
    "azurerm_monitor_scheduled_query_rules_alert*", "azurerm_monitor_activity_log_alert",
    "azurerm_monitor_smart_detector_alert_rule", "Microsoft.Insights/metricAlerts",
    "Microsoft.Insights/scheduledQueryRules", "Microsoft.Insights/activityLogAlerts",
    "Microsoft.Insights/alertrules", "Microsoft.AlertsManagement/*", "google_monitoring_alert_policy",
    "datadog_monitor", "datadog_service_level_objective", "newrelic_*alert*", "newrelic_nrql_alert_condition",
    "grafana_rule_group", "grafana_contact_point", "pagerduty_service*", "opsgenie_*",
    "signalfx_detector", "AWS::DevOpsGuru::NotificationChannel", "betteruptime_monitor", "uptimerobot_monitor",
    "checkly_*", "elasticstack_kibana_alerting_rule", "databricks_alert", "databricks_sql_alert",
    "AWS::SNS::Subscription.alarm", "sentry_issue_alert", "sentry_metric_alert", "honeycombio_trigger",
    "statuscake_uptime_check",
)  # fmt: skip
CALLS = (
    "*.put_metric_alarm", "*.putMetricAlarm", "*.PutMetricAlarmCommand", "aws_cdk.aws_cloudwatch.Alarm",
    "aws_cdk.*.CfnAlarm", "*.aws_cloudwatch.CfnAlarm", "aws_cdk.aws_cloudwatch.CfnAlarm",
    "aws-cdk-lib/aws-cloudwatch.Alarm", "aws_cloudwatch.Alarm", "cloudwatch.Alarm",
    "*.create_alarm", "*.createAlarm", "*.create_alert_policy", "*EmailAlertConfig", "*.AlertNotification",
    "*.ModelMonitoringAlertConfig", "datadog.api.Monitor.create", "*.AlertingOptions",
    "azureml.*.AlertConfiguration", "azureml.datadrift.AlertConfiguration", "*.add_alarm_action", "*.addAlarmAction",
    "pulumi_aws.cloudwatch.MetricAlarm", "pulumi_gcp.monitoring.AlertPolicy",
    "cdk-monitoring-constructs.SnsAlarmActionStrategy", "cdk_monitoring_constructs.SnsAlarmActionStrategy",
    "*.SnsAlarmActionStrategy",
)  # fmt: skip
_RULE_WORDS = (
    "alert:", "PrometheusRule", "receivers", "contactPoints", "on_failure", "notify.", "alert_notification",
    "email_notifications", "webhook_notifications", "AlertPolicy", "notification_settings",
    "onFailure", "alerting", "PrometheusServiceLevel", "on_error", "automations", "email_on_failure", "slack",
    '"alert"', "monitoring_alerts", "notification_channels", "alertRules", "notifications", "noDataState", "condition:", "onExit", "io.kestra.plugin",
)  # fmt: skip
_RECEIVERS = lazily(
    r"^(?:email|slack|pagerduty|webhook|opsgenie|msteams|msteamsv2|telegram|discord|victorops|pushover|sns|webex|"
    r"wechat)_configs$"
)
_DATABRICKS = frozenset({"email_notifications", "webhook_notifications"})
_BAD_NEWS = frozenset({"on_failure", "on_duration_warning_threshold_exceeded", "on_streaming_backlog_exceeded"})
_ROUTE = lazily(r"^notify\.(?:email|slack|irc|matrix-room)\..{1,120}\.on-(?:failed|any|exception|defined)$")
_SCALING = lazily(r"autoscaling|appautoscaling", re.IGNORECASE)
_TELLS = lazily(r"sns|topic|slack|pager|action|email|opsgenie|chatbot", re.IGNORECASE)


class Alerts(Struct, frozen=True):
    """``rules`` of monitoring systems and ``declared`` alarms; ``jobs`` that say whom to tell when they fail."""

    rules: tuple[Evidence, ...]
    declared: tuple[Evidence, ...]
    jobs: tuple[Evidence, ...]

    @classmethod
    def gather(cls, repository: Repository, code: Code, configuration: Configuration, resources: Resources) -> Self:
        alarms = [d for d in resources.of(*RESOURCES) if not _only_scales(d)]
        calls = [hit for hit in code.calls(*CALLS) if is_operational(hit.path)]
        rules, jobs = [], []
        for path in configuration.holding_any(_RULE_WORDS):
            for document in configuration.documents(path):
                rules += [configuration.evidence(path, line) for line in _rules(document)]
                jobs += [configuration.evidence(path, line) for line in (*_jobs(document), *told_by_flow(document))]
        rules += _texts(repository)
        return cls(
            tuple(dict.fromkeys(rules)),
            (*(d.evidence for d in alarms), *code.quote(calls), *chains(configuration, resources)),
            tuple(dict.fromkeys(jobs)),
        )


def _only_scales(alarm: Declared) -> bool:
    return bool(_SCALING.search(alarm.body)) and not _TELLS.search(
        alarm.body.replace("alarm_actions", "").replace("appautoscaling", "")
    )


def _rules(document: Node) -> Iterator[int]:
    """Rules of Prometheus, Loki and Grafana, receivers of Alertmanager, alert policies of Google and OpenSLO."""
    for groups in (document["groups"], document["spec"]["groups"], *_embedded_groups(document)):
        for group in groups if groups.is_list else ():
            for rule in group["rules"] if group["rules"].is_list else ():
                if rule["alert"] and rule["expr"]:
                    yield rule.key_line("alert")
                elif rule["title"] and (rule["condition"] or rule["data"]):
                    yield rule.key_line("title")
    yield from _receivers(document)
    for point in document["contactPoints"] if document["contactPoints"].is_list else ():
        for receiver in point["receivers"]:
            if receiver["type"]:
                yield receiver.key_line("type")
    if (
        document["kind"].text
        in ("AlertPolicy", "PrometheusServiceLevel", "AlertmanagerConfig", "MonitoringAlertPolicy")
        and document["apiVersion"]
    ):
        yield document.key_line("kind")
    if document["conditions"].is_list and document["displayName"] and document.has("combiner"):
        yield document.key_line("conditions")
    for node in document["panels"] if document["panels"].is_list else ():
        if node["alert"]["conditions"]:
            yield node.key_line("alert")


def _receivers(document: Node) -> Iterator[int]:
    """Receivers of Alertmanager at the top, in the values of a chart or as a text in a ConfigMap."""
    for key, value in (("receivers", document["receivers"]), *document.pairs()):
        if key == "receivers" and value.is_list:
            for receiver in value:
                for name, sent in receiver.items() if receiver.is_map else ():
                    urls = [entry["url"].text for entry in sent] if sent.is_list else []
                    inside = bool(urls) and all(stays_inside(url) for url in urls)
                    if _RECEIVERS.match(name) and sent and not inside:
                        yield receiver.key_line(name)
        elif value.block and "receivers:" in value.text:
            for line, text in value.lines():
                if _RECEIVERS.match(text.strip().removeprefix("- ").removesuffix(":")) and text.rstrip().endswith(":"):
                    yield line
                    break


def _embedded_groups(document: Node) -> Iterator[Node]:
    """Rules in the values of a chart (`additionalPrometheusRules`) or below `serverFiles`."""
    for key, value in document.pairs():
        if key == "groups" and value.is_list and value is not document["groups"]:
            yield value


def _jobs(document: Node) -> Iterator[int]:
    """Whom an orchestrator tells when a job fails."""
    for node in document.walk():
        if not node.is_map:
            continue
        for key, value in node.items():
            databricks = key in _DATABRICKS and any(value[name] for name in _BAD_NEWS)
            azure = key == "alert_notification" and (value["emails"] or value.text == "azmonitoring")
            airflow = key == "email_on_failure" and value.is_true
            if databricks or azure or airflow:
                yield node.key_line(key)
            elif key == "routes" and value.is_list:
                yield from (route.line for route in value if _ROUTE.match(route.text))
            elif key in ("on_failure", "onFailure", "onExit") and any(
                word in (value.text or " ".join(value.strings())).lower()
                for word in ("slack", "notify", "email", "pager", "alert")
            ):
                yield node.key_line(key)


def _texts(repository: Repository) -> Iterator[Evidence]:
    """Rule files whose templates no parser takes: a chart's PrometheusRule with `alert:` and `expr:` lines."""
    for path in repository.glob("*.y*ml", "*.rules", "*.rules.tmpl"):
        text = repository.text(path)
        if "alert:" not in text or "expr:" not in text or not is_operational(path):
            continue
        lines = text.split("\n")
        for number, line in enumerate(lines, 1):
            is_rule = line.strip().removeprefix("- ").startswith("alert: ")  # a comment starts with its mark
            if is_rule and any(follows.strip().startswith("expr:") for follows in lines[number : number + 6]):
                yield Evidence(path, number, line)
                break
