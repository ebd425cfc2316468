"""What keeps a model under a version, beyond the examples on the page."""

import pytest
from helpers import repo

from scorecard.facts import Facts
from scorecard.facts.model_store import ModelStore

PIPELINE = "from kedro_mlflow.pipeline import pipeline_ml_factory\npipeline_ml_factory(training=1, inference=2)\n"


def catalogue(kind: str, inner: str = "") -> str:
    return f"model:\n  type: {kind}\n{inner}"


@pytest.mark.parametrize(
    "files",
    [
        {"src/registry.py": PIPELINE},
        {"conf/base/catalog.yml": catalogue("kedro_mlflow.io.models.MlflowModelTrackingDataset")},
        {"conf/base/catalog.yml": catalogue("kedro_mlflow.io.models.MlflowModelLoggerDataSet")},
        {
            "conf/base/catalog.yml": catalogue(
                "kedro_mlflow.io.artifacts.MlflowArtifactDataset", "  dataset:\n    filepath: data/06_models/m.pkl\n"
            )
        },
    ],
)
def test_kedro_logs_a_model_with_each_run(files: dict[str, str]) -> None:
    assert Facts(repo(files)).get(ModelStore).stores


@pytest.mark.parametrize(
    "files",
    [
        {"src/registry.py": PIPELINE.replace("pipeline_ml_factory(training=1, inference=2)", "")},
        {"conf/base/catalog.yml": catalogue("kedro_mlflow.io.metrics.MlflowMetricHistoryDataSet")},
        {"conf/base/catalog.yml": catalogue("kedro_mlflow.io.models.MlflowModelLocalFileSystemDataset")},
        {
            "conf/base/catalog.yml": "plot:\n  type: kedro_mlflow.io.artifacts.MlflowArtifactDataset\n"
            "  dataset:\n    filepath: data/08_reporting/importance.png\n"
        },
    ],
)
def test_a_metric_a_plot_and_a_file_that_is_overwritten_are_no_version(files: dict[str, str]) -> None:
    assert not Facts(repo(files)).get(ModelStore).stores
