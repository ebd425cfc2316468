"""Prefect, Dagster and Airflow run the daily pipelines, each by its own test mode, and stop where a step fails."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from mutants import QUIET

pytestmark = pytest.mark.templates
Run = Callable[..., Any]
Make = Callable[..., Path]
STEPS = ["features", "score", "outcomes", "monitor"]

PREPARE = """
import json, sys
from datetime import date
from pathlib import Path
import polars as pl
from delays import config, release, store
from delays.features import pipeline as features, source
from delays.inference import scoring
sys.path.insert(0, "tests")
from worlds import bundled
settings = config.load()
features.run(settings, until=date(2013, 3, 4))
release.go_live(settings, bundled(settings))
rows = pl.read_parquet(settings.source)
rows.filter(pl.col("scheduled_departure") < date(2013, 3, 11)).write_parquet(sys.argv[1])
"""
RECORDED = """
import sys
from delays import config, store
rows = store.read(config.load(), "predictions").sort("day", "request_id").drop("time", "run_id")
print(rows["day"].unique().to_list() == [__import__("datetime").date(2013, 3, 5)], store.digest(rows))
"""


@pytest.mark.long
@pytest.mark.parametrize("orchestrator", ["prefect", "dagster"])
def test_the_project_s_own_tests_run_the_pipelines_by_their_orchestrator(
    orchestrator: str, make: Make, run: Run
) -> None:
    made = make(kind="batch", orchestrator=orchestrator)
    run(made, "uv", "sync", "--locked", "--quiet")
    words = (".venv/bin/python", "-m", "pytest", "-q", "tests/integration/test_orchestration.py")
    done = run(made, *words, env=QUIET)
    assert re.search(r"^[23] passed", done.stdout, re.MULTILINE)


@pytest.fixture(scope="module")
def airflow(make: Make, run: Run, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A project whose days Airflow starts, and the environment of Airflow, which is none of the project's."""
    made = make(kind="batch", orchestrator="airflow")
    run(made, "uv", "sync", "--locked", "--quiet")
    environment = tmp_path_factory.mktemp("airflow") / "venv"
    run(made, "uv", "venv", "--quiet", "--python", "3.11", environment)
    python = environment / "bin/python"
    run(made, "uv", "pip", "install", "--quiet", "--python", python, "-r", "orchestration/requirements.txt")
    return made, environment / "bin/airflow"


@pytest.mark.long
def test_airflow_backfills_a_day_as_the_command_does_and_a_task_that_fails_stops_those_behind_it(
    airflow: tuple[Path, Path], run: Run, tmp_path: Path
) -> None:
    made, program = airflow
    python, source = made / ".venv/bin/python", tmp_path / "source.parquet"
    env = {
        **QUIET,
        "AIRFLOW_HOME": str(tmp_path / "home"),
        "AIRFLOW__CORE__DAGS_FOLDER": str(made / "orchestration/dags"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "false",
        "APP_SOURCE": str(source),
        "RETRIES": "0",
    }
    flown, commanded = ({**env, "APP_STATE": str(tmp_path / name)} for name in ("flown", "commanded"))
    run(made, python, "-c", PREPARE, source, env={**flown, "APP_SOURCE": ""})
    # Not made anew: trained twice, a model is another release, of other bytes.
    shutil.copytree(flown["APP_STATE"], commanded["APP_STATE"])
    run(made, program, "db", "migrate", env=env)
    test = (program, "dags", "test", "delays-daily", "2013-03-04")
    told = run(made, *test, env=flown)
    assert ended(told.stdout + told.stderr) == dict.fromkeys(STEPS, "success")

    run(made, python, "-m", "delays", "score", "--day", "2013-03-05", env=commanded)
    said = [run(made, python, "-c", RECORDED, env=one).stdout for one in (flown, commanded)]
    assert said[0].startswith("True ")
    assert said[0] == said[1]

    told = run(made, *test, env={**flown, "APP_SCHEDULE": "nowhere.parquet"}, check=False)
    states = ended(told.stdout + told.stderr)
    assert states["features"] == "success"
    assert "success" not in {states.get(step) for step in STEPS[1:]}
    assert "cannot read the timetable from 'nowhere.parquet'" in told.stdout + told.stderr


@pytest.mark.long
def test_the_dag_is_checked_by_stubs_as_it_is_by_airflow_s_own_types(airflow: tuple[Path, Path], run: Run) -> None:
    """`poe types` has no Airflow; its environment has, and there mypy reads Airflow's own annotations."""
    made, program = airflow
    python, dag = program.with_name("python"), made / "orchestration/dags/daily.py"
    run(made, "uv", "pip", "install", "--quiet", "--python", python, "mypy")
    readers: tuple[tuple[str | Path, ...], ...] = (
        (made / ".venv/bin/mypy",),
        (python, "-m", "mypy", "--config-file=", "--strict", "--follow-untyped-imports", dag),
    )
    for words in readers:
        assert "no issues found" in run(made, *words).stdout
    text = dag.read_text()
    assert "bash_command=" in text
    dag.write_text(text.replace("bash_command=", "bash_comand="))
    try:
        told = [run(made, *words, check=False) for words in readers]
    finally:
        dag.write_text(text)
    # Airflow's operators take any other argument besides, so its own types miss the right one.
    wrong = re.compile(r'error: (?:Unexpected keyword argument "bash_comand"|Missing named argument "bash_command")')
    assert all(done.returncode == 1 and wrong.search(done.stdout) for done in told), told


def ended(log: str) -> dict[str, str]:
    """How each task ended at last."""
    tasks = re.findall(r"starting task_id=(\w+)|new_state=(\w+)", log)
    states: dict[str, str] = {}
    current = ""
    for task, state in tasks:
        current = task or current
        if state and state != "running":
            states[current] = state
    return states


def test_the_states_are_read_out_of_a_log() -> None:
    log = "starting task_id=features map\nnew_state=success rows\nstarting task_id=score map\nnew_state=failed rows\n"
    assert ended(log) == {"features": "success", "score": "failed"}
    assert ended("") == {}
