"""Monitors that watch for drift by themselves once they are set up, and services that are sent what to watch."""

import re
from collections.abc import Iterator
from typing import Self

from msgspec import Struct

from scorecard.facts.code import Code, Hit
from scorecard.facts.configuration import Configuration, is_operational
from scorecard.facts.resources import Resources
from scorecard.model import Evidence
from scorecard.patterns import lazily

# Calls that set up a monitor which the platform then runs by itself.
_SCHEDULED = (
    "*.create_monitoring_schedule", "*.create_data_quality_job_definition",
    "*.create_model_deployment_monitoring_job", "*ModelDeploymentMonitoringJob.create",
    "*ModelMonitoringJob.create", "google.cloud.aiplatform.*ModelMonitor.create", "*.create_feature_monitoring",
    "*.create_statistics_monitoring", "*.quality_monitors.create",
    "databricks.lakehouse_monitoring.create_monitor", "azureml.datadrift.DataDriftDetector.create_from_datasets",
    "azureml.datadrift.DataDriftDetector.create_from_model",
    "*DataDriftDetector.create*", "azure.ai.ml.entities.MonitorSchedule", "*.MonitorSchedule", "*.DataDriftSignal",
    "*.PredictionDriftSignal", "*.CfnMonitoringSchedule",
    "*.CfnDataQualityJobDefinition", "*.enable_data_drift*",
)  # fmt: skip
# Clients of services that watch what they are sent.
_SENT = (
    "arize.*.log",
    "arize.*.Client.log",
    "arize.api.Client.log",
    "aporia.*",
    "fiddler.*.publish_event*",
    "superwise.*",
    "arthurai.*.send_inference*",
    "whylabs_client.*",
    "datarobot_mlops.*",
    "comet_mpm.*",
)
_RESOURCES = (
    "AWS::SageMaker::MonitoringSchedule", "AWS::SageMaker::DataQualityJobDefinition",
    "aws_sagemaker_monitoring_schedule", "aws_sagemaker_data_quality_job_definition",
    "databricks_quality_monitor", "databricks_lakehouse_monitor", "google_vertex_ai_*monitor*",
)  # fmt: skip
_SQL = lazily(r"create\s+(?:or\s+replace\s+)?model\s+monitor\b", re.IGNORECASE)
# Keys of Vertex AI's requests that have a batch prediction watch what it is given.
_WATCHED_BATCH = r"^(?:trainingPredictionSkewDetectionConfig|predictionDriftDetectionConfig)$"
_COMMAND = lazily(
    r"\bai\s+model-monitoring-jobs\s+create\b|\bai\s+model-monitors\s+create\b|"
    r"\baz\s+ml\s+schedule\s+create\b.{0,80}monitor"
)
_AZURE = frozenset({"data_drift", "prediction_drift", "feature_attribution_drift"})


class DriftPlatforms(Struct, frozen=True):
    """``monitors`` of a platform, wherever they are made; ``sent`` goes from the service to one that watches."""

    monitors: tuple[Evidence, ...]
    sent: tuple[Evidence, ...]

    @classmethod
    def gather(cls, code: Code, configuration: Configuration, resources: Resources) -> Self:
        made = [
            h
            for h in (*code.calls(*_SCHEDULED), *code.texts(_SQL.pattern), *code.texts(_WATCHED_BATCH))
            if is_operational(h.path)
        ]
        declared = [d.evidence for d in resources.of(*_RESOURCES)]
        monitors = (*code.quote(made), *declared, *_files(configuration), *_commands(code, configuration))
        sent = [h for h in (*code.calls(*_SENT), *_whylabs(code)) if is_operational(h.path) and not h.source.notebook]
        return cls(monitors, tuple(code.quote(sent)))


def _whylabs(code: Code) -> list[Hit]:
    """whylogs profiles that are sent or rolled over, not only computed."""
    writers = code.calls("whylogs.*.writer", "whylogs.*logger", "whylogs.logger", "whylogs.*.write")
    return [
        h
        for h in writers
        if h.call is not None and (h.call.last != "write" or "whylabs" in code.repository.text(h.path))
    ]


def _files(configuration: Configuration) -> Iterator[Evidence]:
    """AzureML schedules with a drift signal, Databricks monitors of an inference or time-series table."""
    for path in configuration.holding_any(("create_monitor", "quality_monitors", "monitoring_signals")):
        for document in configuration.documents(path):
            for node in document.walk():
                if not node.is_map:
                    continue
                for signal in node["monitoring_signals"]:
                    if signal["type"].text in _AZURE:
                        yield configuration.evidence(path, signal.key_line("type"))
                for name, monitor in node["quality_monitors"].items():
                    if monitor["inference_log"] or monitor["time_series"] or monitor["snapshot"]:
                        yield configuration.evidence(path, node["quality_monitors"].key_line(name))
                if node.has("create_monitor") and not node["create_monitor"]["monitoring_signals"]:
                    yield configuration.evidence(path, node.key_line("create_monitor"))


def _commands(code: Code, configuration: Configuration) -> Iterator[Evidence]:
    """`gcloud ai model-monitoring-jobs create` in scripts and pipelines."""
    repository = code.repository
    for path in repository.glob("*.sh", "Makefile", "*.mk", "*.y*ml"):
        text = repository.text(path)
        if "monitor" in text and is_operational(path) and _COMMAND.search(text):
            for number, line in configuration.lines(path):
                if _COMMAND.search(line):
                    yield Evidence(path, number, line)
                    break
