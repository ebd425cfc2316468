"""Where the performance of a model is computed."""

from typing import Self

from msgspec import Struct

from scorecard.facts.code import Code, Hit
from scorecard.model import Evidence
from scorecard.patterns import lazily

MEASURES = (
    "sklearn.metrics.*", "torchmetrics.*", "tensorflow.keras.metrics.*", "keras.metrics.*", "evaluate.load", "*.accuracy_score", "*.f1_score", "*.roc_auc_score", "*.mean_squared_error", "*.mean_absolute_error", "*.r2_score",
    "*.log_loss", "*.precision_recall_fscore_support", "*.classification_report", "*.root_mean_squared_error", "*.mean_absolute_percentage_error", "*.BinaryClassificationEvaluator", "*.RegressionEvaluator",
    "*.MulticlassClassificationEvaluator", "*.confusion_matrix", "*.precision_score", "*.recall_score", "*.average_precision_score", "yardstick.*", "Metrics.*", "caret.confusionMatrix",
)  # fmt: skip

_OTHER = lazily(
    r"mutual_info|pairwise|make_scorer|from_predictions|from_estimator|MeanMetric|MaxMetric|MetricCollection|[dD]istance|similarity|curve$|euclid"
)


class Measured(Struct, frozen=True):
    """``hits`` are the calls, ``names`` what they compute, ``lines`` a line of each of the first files."""

    hits: tuple[Hit, ...]
    names: tuple[str, ...]
    lines: tuple[Evidence, ...]

    @classmethod
    def gather(cls, code: Code) -> Self:
        hits = [h for h in code.calls(*MEASURES) if h.call and "()" not in h.name and not _OTHER.search(h.name)]
        return cls(tuple(hits), tuple(dict.fromkeys(map(_named, hits))), tuple(code.quote(hits, 3)))


def _named(hit: Hit) -> str:
    """`evaluate.load("rouge")` computes what it loads."""
    loaded = hit.call.string() if hit.call and hit.name == "evaluate.load" else ""
    return loaded or hit.name.rpartition(".")[2]
