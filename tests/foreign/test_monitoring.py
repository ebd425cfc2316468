"""`mlops add monitoring`: what the prediction log holds, told to Prometheus."""

import subprocess
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest

from scaffolder.adding import add
from scaffolder.errors import Refused
from scorecard.survey import survey
from tests.foreign.conftest import added, commit, removed
from tests.foreign.worlds import WORLDS, Files

Make = Callable[..., Path]
Run = Callable[..., "subprocess.CompletedProcess[str]"]
PROMISED = {"monitoring.platform", "monitoring.alerts"}
SERVED = sorted(set(WORLDS) - {"notebooks"})


@pytest.fixture
def logged(make: Make) -> Callable[..., Path]:
    """A repository with a prediction log."""

    def call(world: str | Files, below: str = "") -> Path:
        folder = make(world, below)
        add(folder, "logging", lambda: survey(folder))
        commit(folder)
        return folder

    return call


def tree(folder: Path) -> str:
    return subprocess.run(["git", "write-tree"], cwd=folder, check=True, capture_output=True, text=True).stdout


@pytest.mark.parametrize("world", SERVED)
def test_what_is_promised_is_met_afterwards_and_nothing_else_is_lost(logged: Make, world: str) -> None:
    done, turned, lost = added(logged(world), "monitoring")
    assert set(done.promises) == PROMISED
    assert set(done.promises) <= turned
    assert not lost


def test_it_works_in_a_folder_of_a_larger_repository(logged: Make) -> None:
    done, turned, lost = added(logged("flat_flask_github", below="services/churn"), "monitoring")
    assert set(done.promises) <= turned
    assert not lost


def test_only_two_lines_of_the_user_s_are_new(logged: Make) -> None:
    folder = logged("flat")
    add(folder, "monitoring", lambda: survey(folder))
    done = subprocess.run(
        ["git", "diff", "HEAD", "-U0", "app.py"], cwd=folder, check=True, capture_output=True, text=True
    )
    rows = [row for row in done.stdout.splitlines() if row[:1] in "+-" and row[:3] not in ("+++", "---")]
    assert rows == ["+from prediction_metrics import metrics", '+app.add_route("/metrics", metrics)']


def test_taken_away_in_turn_the_tree_is_what_it_was(make: Make) -> None:
    folder = make("flat")
    before = tree(folder)
    for ask in ("logging", "monitoring"):
        add(folder, ask, lambda: survey(folder))
        commit(folder)
    with pytest.raises(Refused, match="monitoring stands on logging"):
        removed(folder, "logging")
    for ask in ("monitoring", "logging"):
        removed(folder, ask)
        commit(folder)
    assert tree(folder) == before


def test_a_dry_run_writes_nothing(logged: Make) -> None:
    folder = logged("flat")
    done = add(folder, "monitoring", lambda: survey(folder), dry=True)
    assert "add_route" in done.outcome.diff
    assert not (folder / "prediction_metrics.py").exists()


def test_without_a_prediction_log_it_is_refused(make: Make) -> None:
    folder = make("flat")
    with pytest.raises(Refused, match="no prediction log") as refused:
        add(folder, "monitoring", lambda: survey(folder))
    assert "mlops add logging" in refused.value.hint


def test_where_metrics_are_told_already_it_is_refused(logged: Make) -> None:
    files = WORLDS["flat"]()
    files["app.py"] = files["app.py"].replace(
        "app = FastAPI()",
        "from prometheus_fastapi_instrumentator import Instrumentator\n\napp = FastAPI()\nInstrumentator().instrument(app).expose(app)",
    )
    folder = logged(files)
    with pytest.raises(Refused, match="tells its metrics already"):
        add(folder, "monitoring", lambda: survey(folder))


def test_without_a_web_application_it_is_refused(logged: Make) -> None:
    files = WORLDS["assistant_flat_gitlab"]()
    del files["api.py"]
    folder = logged(files)
    with pytest.raises(Refused, match="no web application"):
        add(folder, "monitoring", lambda: survey(folder))


ROW = '{"age": 40, "tenure_months": 3, "monthly_charge": 60.5, "contract": "none"}'


@pytest.mark.foreign
@pytest.mark.parametrize(
    ("world", "root", "train", "client"),
    [
        (
            "src_uv_gitlab",
            "src",
            ("-m", "churn.train"),
            (
                "from fastapi.testclient import TestClient\nimport churn.app as service\n"
                "client = TestClient(service.app, raise_server_exceptions=False)"
            ),
        ),
        ("flat_flask_github", ".", ("train.py",), "import app as service\nclient = service.app.test_client()"),
    ],
)
def test_the_service_tells_how_many_predictions_were_asked_for_and_failed(
    logged: Make, run: Run, world: str, root: str, train: tuple[str, ...], client: str
) -> None:
    folder = logged(world)
    add(folder, "monitoring", lambda: survey(folder))
    run(folder, *train, PYTHONPATH=root)
    said = run(
        folder,
        "-c",
        client
        + dedent(f"""
            for _ in range(3):
                assert client.post("/predict", json={ROW}).status_code == 200
            import joblib, pandas
            pandas.DataFrame = None
            assert client.post("/predict", json={ROW}).status_code == 500
            reply = client.get("/metrics")
            assert reply.status_code == 200 and reply.headers["content-type"].startswith("text/plain")
            print(reply.text)
            """),
        PYTHONPATH=root,
    ).stdout
    assert 'predictions_total{function="predict",outcome="answered"} 3' in said
    assert 'predictions_total{function="predict",outcome="failed"} 1' in said
    assert 'prediction_duration_seconds_count{function="predict"} 4' in said
    assert "3 passed" in run(folder, "-m", "pytest", "-q", "tests/test_prediction_metrics.py").stdout
    run(folder, "-m", "pytest", "-q")
