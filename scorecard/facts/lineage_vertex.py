"""Training jobs of Vertex AI that are given a data set of its own: the platform records which one made the model."""

from collections.abc import Iterator

from scorecard.facts.code import Code, Hit
from scorecard.readers.code import Source

_OPERATORS = ("*TrainingJobRunOp",)  # of pipelines
_SDK = ("google.cloud.aiplatform", "google.cloud", "vertexai")


def trained_on(code: Code) -> Iterator[Hit]:
    """The calls that run such a job with a data set, and name the model that it makes."""
    for hit in code.calls(*_OPERATORS):
        if hit.call and _is_given(hit.call.kwarg("dataset")):
            yield hit
    for hit in code.calls("*.run"):
        if hit.call is None or hit.call.kwarg("model_display_name") is None:
            continue
        if _is_given(hit.call.kwarg("dataset")) and _uses_vertex(hit.source):
            yield hit


def _is_given(value: str | None) -> bool:
    return value not in (None, "None", "''")


def _uses_vertex(source: Source) -> bool:
    return any(item.module.startswith(_SDK) for item in source.imports)
