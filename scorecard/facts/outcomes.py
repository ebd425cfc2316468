"""The truth that arrives after a prediction, held against it: monitors of model quality, joins, judged traces."""

from collections.abc import Iterator
from typing import Self

from msgspec import Struct

from scorecard.facts.code import Code, Hit
from scorecard.facts.configuration import Configuration, is_operational
from scorecard.facts.judged import judged
from scorecard.facts.outcome_differences import differences
from scorecard.facts.outcome_flow import met_by_flow
from scorecard.facts.outcome_joins import EXPERIMENT, joined
from scorecard.facts.outcome_measures import monitored
from scorecard.facts.outcome_queries import completed, documents, views
from scorecard.facts.reach import Reach
from scorecard.facts.resources import Resources
from scorecard.facts.tables import Tables
from scorecard.model import Evidence
from scorecard.patterns import lazily
from scorecard.readers.code import Source

# Platforms and libraries whose purpose is the quality of a deployed model.
MONITORS = (
    "*.ModelQualityMonitor", "*.ModelQualityJobDefinition", "*.create_model_quality_job_definition",
    "*.ModelPerformanceSignal", "*.ModelPerformance*Threshold*",
    "nannyml.*CBPE", "nannyml.*DLE", "nannyml.*PerformanceCalculator", "nannyml.CBPE", "nannyml.DLE",
    "whylogs.log_classification_metrics", "whylogs.log_regression_metrics",
    "fiddler.*.update_event", "aporia.*.log_actuals", "*.log_actuals", "comet_mpm.*.log_label", "datarobot_mlops.*",
    "datarobot.mlops.*", "evidently.*.MonitoringDatasetPerformance*",
    "superwise.*", "arthurai.*", "deepeval.*.evaluate_trace", "phoenix.*.SpanEvaluations",
    "phoenix.*.TraceEvaluations", "phoenix.*.log_evaluations", "phoenix.*.log_span_annotations_dataframe",
)  # fmt: skip
_RESOURCES = ("AWS::SageMaker::ModelQualityJobDefinition", "aws_sagemaker_model_quality_job_definition")
_PRESETS = (
    "*.RegressionPreset", "*.ClassificationPreset", "*.RegressionQualityMetric", "*.ClassificationQualityMetric",
    "*.RegressionPerformanceTab", "*.ClassificationPerformanceTab",
    "*.ProbClassificationPerformanceTab", "*.RegressionTestPreset", "*.BinaryClassificationTestPreset",
    "*.RegressionQuality", "*.ClassificationQuality",
    "*.RegressionPerformanceProfileSection", "*.ClassificationPerformanceProfileSection",
)  # fmt: skip
_FETCHES = (
    "*.fetch_traces", "*.trace.list", "*.list_runs", "*.listRuns", "*.get_traces", "*.search_traces",
    "*.searchTraces", "*.get_spans_dataframe", "*.query_spans", "*.fetch_observations",
    "*.trace_list", "*.observations.get_many", "*.get_trace_dataset", "*.search_spans", "*.fetchTraces",
    "*.get_spans",
)  # fmt: skip
_SCORES = lazily(
    r"^(?:score|create_score|createScore|score_trace|score_current_trace|create_feedback|createFeedback|"
    r"log_\w*feedback\w*|log_evaluations|add_score|log_span_annotations\w*|add_to_dataset|evaluate|aevaluate)$"
)


class Outcomes(Struct, frozen=True):
    """``platforms`` follow the quality of a deployed model by themselves; ``joined`` is own code that does.

    ``judged`` scores answers that production gave, ``offline`` measures on data at hand.
    """

    platforms: tuple[Evidence, ...]
    joined: tuple[Evidence, ...]
    judged: tuple[Evidence, ...]
    offline: tuple[Evidence, ...] = ()

    @classmethod
    def gather(
        cls, code: Code, configuration: Configuration, resources: Resources, reach: Reach, tables: Tables
    ) -> Self:
        platforms = [*_system(code.calls(*MONITORS)), *_labelled(code)]
        presets = [h for h in code.calls(*_PRESETS) if is_operational(h.path)]
        live = [h for h in presets if not h.source.notebook and _monitors(h.source) and reach.unattended(h.path)]
        return cls(
            (*code.quote(platforms), *(d.evidence for d in resources.of(*_RESOURCES)), *_monitor_files(configuration)),
            (
                *code.quote([*joined(code, reach), *differences(code, reach), *live, *completed(code, reach)]),
                *code.quote(met_by_flow(code, reach)),
                *code.quote(monitored(code, reach)),
                *code.quote(documents(code)),
                *views(code),
            ),
            (*_judged(code), *judged(code, tables, reach)),
            tuple(code.quote([h for h in presets if h not in live], 2)),
        )

    @property
    def all(self) -> tuple[Evidence, ...]:
        return (*self.platforms, *self.joined, *self.judged)


def _system(hits: list[Hit]) -> list[Hit]:
    return [hit for hit in hits if is_operational(hit.path)]


def _labelled(code: Code) -> Iterator[Hit]:
    """Monitors that are told where the truth stands: a label column, an actual value, a location."""
    keys = (
        "ground_truth_input",
        "actual_label",
        "actual_labels",
        "label_col",
        "actual_values",
        "ground_truth_data",
        "actual_label_column_name",
    )
    for source in code.sources:
        text = code.repository.text(source.path) if is_operational(source.path) else ""
        if any(key in text for key in keys):
            for call in source.calls:
                if (
                    any(word in call.name.lower() for word in ("monitor", "arize", "log", "schema", "inference"))
                    and call.kwarg(*keys) is not None
                ):
                    yield Hit(source, call.line, call.scope, call.name, call)


def _monitor_files(configuration: Configuration) -> Iterator[Evidence]:
    """AzureML monitors of model performance, Databricks monitors with a label column."""
    for path in configuration.holding_any(("model_performance", "label_col")):
        for document in configuration.documents(path):
            for node in document.walk():
                if not node.is_map:
                    continue
                azure = node["type"].text == "model_performance"
                databricks = bool(node["label_col"]) and (bool(node["prediction_col"]) or bool(node["problem_type"]))
                if azure or databricks:
                    yield configuration.evidence(path, node.key_line("type" if azure else "label_col"))


def _judged(code: Code) -> Iterator[Evidence]:
    """Traces of production, read back and scored."""
    for hit in code.calls(*_FETCHES):
        if not is_operational(hit.path) or hit.source.notebook:
            continue
        about = ("langfuse", "langsmith", "opik", "phoenix", "mlflow", "braintrust", "langwatch", "weave", "arize")
        if not any(word in i.module.lower() for i in hit.source.imports for word in about):
            continue
        score = next((c for c in hit.source.calls if _SCORES.match(c.last)), None)
        if score:
            yield code.evidence(hit.source, score.line)
            yield code.evidence(hit)


def _monitors(source: Source) -> bool:
    """Does the file look at what runs, by its name or by what it compares?"""
    name = source.path.rpartition("/")[2].lower()
    if any(word in name for word in ("monitor", "production", "drift", "serving")):
        return True
    if EXPERIMENT.search(source.path):
        return False
    return "monitor" in source.path.lower() or bool(
        {"current_data", "current", "production_data", "live_data"} & source.names
    )
