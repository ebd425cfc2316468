"""`mlops add logging`: predictions on record where somebody else's code asks a model."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest

from scaffolder.adding import add
from scaffolder.errors import Refused
from scorecard.survey import survey
from tests.foreign.conftest import added, commit, removed, verdicts
from tests.foreign.worlds import WORLDS

Make = Callable[..., Path]
Run = Callable[..., "subprocess.CompletedProcess[str]"]

SERVED = sorted(set(WORLDS) - {"notebooks"})
ALL = {f"logging.{name}" for name in ("predictions", "review", "correlation", "structured", "logger")}
PREDICT = """
import joblib
from fastapi import FastAPI, Request

app = FastAPI()
model = joblib.load("model.pkl")


@app.post("/predict")
async def predict(request: Request):
    data = await request.json()
    return {"value": float(model.predict([data["row"]])[0])}
"""


def tree(folder: Path) -> str:
    return subprocess.run(["git", "write-tree"], cwd=folder, check=True, capture_output=True, text=True).stdout


def differences(folder: Path) -> list[str]:
    """Lines of the user's own files that came and went."""
    done = subprocess.run(
        ["git", "diff", "HEAD", "--diff-filter=MD", "-U0"], cwd=folder, check=True, capture_output=True, text=True
    )
    return [row for row in done.stdout.splitlines() if row[:1] in "+-" and row[:3] not in ("+++", "---")]


@pytest.mark.parametrize("world", SERVED)
def test_what_is_promised_is_met_afterwards_and_nothing_else_is_lost(make: Make, world: str) -> None:
    done, turned, lost = added(make(world), "logging")
    assert set(done.promises) == ALL
    assert set(done.promises) <= turned
    assert not lost


def test_it_works_in_a_folder_of_a_larger_repository(make: Make) -> None:
    done, turned, lost = added(make("flat", below="services/churn"), "logging")
    assert set(done.promises) <= turned
    assert not lost


def test_only_the_lines_that_are_meant_differ_in_the_user_s_files(make: Make) -> None:
    folder = make("flat")
    add(folder, "logging", lambda: survey(folder))
    assert differences(folder) == [
        "+predictions/",
        "+from prediction_recorder import recorded",
        "+from request_log import RequestIdMiddleware, configure_logging",
        "+configure_logging()",
        "+app.add_middleware(RequestIdMiddleware)",
        "+@recorded",
    ]


@pytest.mark.parametrize("world", ["flat_flask_github", "src_uv_gitlab", "assistant"])
def test_removing_it_gives_the_tree_back(make: Make, world: str) -> None:
    folder = make(world)
    before = tree(folder)
    add(folder, "logging", lambda: survey(folder))
    commit(folder)
    removed(folder, "logging")
    assert tree(folder) == before


def test_a_dry_run_writes_nothing(make: Make) -> None:
    folder = make("flat")
    done = add(folder, "logging", lambda: survey(folder), dry=True)
    assert "@recorded" in done.outcome.diff
    assert not differences(folder)
    assert not (folder / "prediction_log.py").exists()


def test_the_same_repository_gives_the_same(make: Make) -> None:
    folder = make("assistant")
    first, second = (add(folder, "logging", lambda: survey(folder), dry=True) for _ in range(2))
    assert first == second


def test_a_file_that_exists_stays_the_user_s(make: Make) -> None:
    files = {**WORLDS["flat"](), "prediction_log.py": "MINE = 1\n"}
    folder = make(files)
    done, turned, _ = added(folder, "logging")
    assert (folder / "prediction_log.py").read_text() == "MINE = 1\n"
    assert set(done.promises) <= turned


def test_of_several_endpoints_the_others_are_named(make: Make) -> None:
    files = WORLDS["flat"]()
    files["app.py"] += dedent("""

        @app.post("/explain")
        def explain(customer: Customer):
            frame = add_ratios(pd.DataFrame([customer.model_dump()]))
            return {"why": float(load().decision_function(frame[COLUMNS])[0])}
        """)
    folder = make(files)
    done = add(folder, "logging", lambda: survey(folder))
    assert any("explain" in line for line in done.left)
    assert (folder / "app.py").read_text().count("@recorded") == 1


def test_a_page_is_no_answer_where_a_function_gives_it(make: Make) -> None:
    page = """
        import joblib
        from flask import Flask, render_template, request

        app = Flask(__name__)


        def estimate(age):
            return joblib.load("model.pkl").predict([[age]])[0]


        @app.route("/", methods=["GET", "POST"])
        def index():
            return render_template("index.html", value=estimate(request.form.get("age")))
        """
    folder = make({"app.py": dedent(page).lstrip()})
    done, turned, _ = added(folder, "logging")
    assert "@recorded\ndef estimate" in (folder / "app.py").read_text()
    assert set(done.promises) <= turned


def test_a_log_that_is_configured_already_stays_as_it_is(make: Make) -> None:
    files = WORLDS["flat"]()
    files["app.py"] = files["app.py"].replace(
        "app = FastAPI()",
        'import logging.config\n\nlogging.config.dictConfig({"version": 1})\napp = FastAPI()',
    )
    folder = make(files)
    done, turned, lost = added(folder, "logging")
    assert "configure_logging" not in (folder / "app.py").read_text()
    assert set(done.promises) == ALL - {"logging.structured", "logging.logger"}
    assert set(done.promises) <= turned
    assert not lost


def test_tabs_and_line_ends_of_a_file_are_kept(make: Make) -> None:
    files = WORLDS["flat"]()
    files["app.py"] = files["app.py"].replace("    ", "\t").replace("\n", "\r\n")
    folder = make(files)
    add(folder, "logging", lambda: survey(folder))
    written = (folder / "app.py").read_bytes()
    assert written.count(b"\n") == written.count(b"\r\n")


def test_a_container_that_copies_single_files_is_spoken_of(make: Make) -> None:
    docker = "FROM python:3.11\nCOPY app.py features.py ./\nCMD uvicorn app:app\n"
    folder = make({**WORLDS["flat"](), "Dockerfile": docker})
    done = add(folder, "logging", lambda: survey(folder))
    assert sum("Dockerfile" in line for line in done.left) == 2


@pytest.mark.parametrize(
    ("files", "why"),
    [
        pytest.param(WORLDS["notebooks"](), "no Python code here asks a model", id="only a notebook"),
        pytest.param({"a.py": "print('x')\n"}, "no Python code here asks a model", id="no model"),
        pytest.param(
            {
                "page.py": "import joblib\nimport streamlit as st\n\nmodel = joblib.load('m.pkl')\n"
                "st.write(model.predict([[st.number_input('a')]]))\n"
            },
            "in no function",
            id="asked at the top of a page",
        ),
        pytest.param(
            {
                "app.py": "import joblib\nfrom fastapi import FastAPI\n\napp = FastAPI()\nmodel = joblib.load('m.pkl')\n\n\n"
                "@app.post('/predict')\ndef predict(features: dict):\n"
                "    value = float(model.predict([list(features.values())])[0])\n"
                "    with open('log.jsonl', 'a') as file:\n"
                "        file.write(str({'features': features, 'prediction': value}))\n    return value\n"
            },
            "recorded here already",
            id="recorded already",
        ),
        pytest.param(
            {
                "score.py": "import joblib\nimport pandas as pd\n\n\ndef main():\n    model = joblib.load('m.pkl')\n"
                "    print(model.predict(pd.read_csv('x.csv')))\n"
            },
            "no single inputs",
            id="a script without inputs",
        ),
    ],
)
def test_it_is_refused_where_there_is_nothing_to_record(make: Make, files: dict[str, str], why: str) -> None:
    folder = make(files)
    with pytest.raises(Refused, match=why):
        add(folder, "logging", lambda: survey(folder))
    assert not differences(folder)


def test_a_function_that_streams_is_not_taken(make: Make) -> None:
    files = WORLDS["assistant_flat_gitlab"]()
    files["answers.py"] = files["answers.py"].replace("    return reply.choices", "    yield reply.choices")
    del files["api.py"]
    folder = make(files)
    with pytest.raises(Refused, match="no single"):
        add(folder, "logging", lambda: survey(folder))


ASK_FASTAPI = """
from fastapi.testclient import TestClient
import {app} as service
client = TestClient(service.app, raise_server_exceptions=False)
row = {{"age": 40, "tenure_months": 3, "monthly_charge": 60.5, "contract": "none"}}
reply = client.post("/predict", json=row, headers={{"X-Request-ID": "abc-1"}})
assert reply.status_code == 200 and reply.headers["x-request-id"] == "abc-1", reply.text
assert client.post("/predict", json={{"age": "old"}}).status_code == 422
service.load = lambda: 1 / 0
assert client.post("/predict", json=row).status_code == 500
assert "Customer" in str(client.get("/openapi.json").json())
"""
ASK_FLASK = """
import app as service
client = service.app.test_client()
row = {"age": 40, "tenure_months": 3, "monthly_charge": 60.5, "contract": "none"}
reply = client.post("/predict", json=row, headers={"X-Request-ID": "abc-1"})
assert reply.status_code == 200 and reply.headers["X-Request-ID"] == "abc-1", reply.text
assert client.post("/predict", json={"age": 1}).status_code == 500
"""


def recorded(folder: Path) -> list[dict[str, object]]:
    return [json.loads(row) for path in folder.glob("predictions/*.jsonl") for row in path.read_text().splitlines()]


@pytest.mark.foreign
@pytest.mark.parametrize(
    ("world", "root", "train", "ask"),
    [
        ("flat", ".", ("train.py",), ASK_FASTAPI.format(app="app")),
        ("src_uv_gitlab", "src", ("-m", "churn.train"), ASK_FASTAPI.format(app="churn.app")),
        ("flat_flask_github", ".", ("train.py",), ASK_FLASK),
        ("conda_jenkins", "src", ("src/train.py",), ASK_FLASK),
    ],
)
def test_a_service_answers_as_before_and_each_answer_is_on_record(
    make: Make, run: Run, world: str, root: str, train: tuple[str, ...], ask: str
) -> None:
    folder = make(world)
    add(folder, "logging", lambda: survey(folder))
    run(folder, *train, PYTHONPATH=root)
    said = run(folder, "-c", ask, PYTHONPATH=root).stderr
    first, failed = recorded(folder)
    assert first["request_id"] == "abc-1"
    assert "60.5" in str(first["inputs"])
    assert "probability" in str(first["output"])
    assert len(str(first["model"])) == 12
    assert failed["error"]
    lines = [json.loads(row) for row in said.splitlines() if row.startswith("{")]
    assert "abc-1" in {line["request_id"] for line in lines}
    assert all(line["request_id"] != "abc-1" for line in lines if "failed" in line["message"])
    log = str(next(folder.glob("**/prediction_log.py")).relative_to(folder))
    assert json.loads(run(folder, log, "--id", "abc-1", PYTHONPATH=root).stdout) == first
    assert json.loads(run(folder, log, "--errors", PYTHONPATH=root).stdout) == failed
    assert run(folder, log, "--field", "contract=nothing", PYTHONPATH=root).stdout == ""


@pytest.mark.foreign
@pytest.mark.parametrize("world", ["flat", "src_uv_gitlab", "package_poetry_azure", "conda_jenkins", "assistant"])
def test_the_tests_that_were_there_and_those_that_came_are_green(make: Make, run: Run, world: str) -> None:
    folder = make(world)
    add(folder, "logging", lambda: survey(folder))
    assert "9 passed" in run(folder, "-m", "pytest", "-q", "tests/test_prediction_log.py").stdout
    run(folder, "-m", "pytest", "-q")


@pytest.mark.foreign
@pytest.mark.parametrize(("world", "module"), [("assistant", "assistant."), ("assistant_flat_gitlab", "")])
def test_questions_and_answers_of_a_language_model_are_on_record(make: Make, run: Run, world: str, module: str) -> None:
    folder = make(world)
    add(folder, "logging", lambda: survey(folder))
    run(
        folder,
        "-c",
        dedent(f"""
            from types import SimpleNamespace as Some
            from fastapi.testclient import TestClient
            import {module}answers as answers, {module}api as api
            reply = Some(choices=[Some(message=Some(content="Within 30 days."))])
            completions = Some(create=lambda **given: reply)
            answers.client = lambda: Some(chat=Some(completions=completions))
            reply = TestClient(api.app).post("/ask", json={{"text": "When?"}}, headers={{"X-Request-ID": "q1"}})
            assert reply.json() == {{"answer": "Within 30 days."}}, reply.text
            """),
    )
    (record,) = recorded(folder)
    assert record["inputs"] == {"question": "When?"}
    assert record["output"] == "Within 30 days."
    assert (record["request_id"], record["model"]) == ("q1", "gpt-4o-mini")


@pytest.mark.foreign
def test_a_handler_that_reads_its_request_itself_can_still_do_so(make: Make, run: Run) -> None:
    folder = make({"app.py": "from __future__ import annotations\n" + PREDICT.lstrip()})
    add(folder, "logging", lambda: survey(folder))
    run(
        folder,
        "-c",
        dedent("""
            import joblib
            from sklearn.linear_model import LinearRegression
            joblib.dump(LinearRegression().fit([[0.0], [1.0]], [0.0, 2.0]), "model.pkl")
            from fastapi.testclient import TestClient
            import app
            reply = TestClient(app.app).post("/predict", json={"row": [2.0], "email": "ada@example.com"})
            assert abs(reply.json()["value"] - 4) < 0.01, reply.text
            """),
    )
    (record,) = recorded(folder)
    assert record["inputs"] == {"request": {"row": [2.0], "email": "<hidden>"}}


@pytest.mark.foreign
def test_many_processes_share_a_file_and_no_line_is_torn_or_lost(make: Make, run: Run) -> None:
    folder = make("flat")
    add(folder, "logging", lambda: survey(folder))
    run(
        folder,
        "-c",
        dedent("""
            import os
            from prediction_recorder import recorded
            ask = recorded(lambda text: text)
            for worker in range(4):
                if os.fork() == 0:
                    for _ in range(200):
                        ask("x" * 5000)
                    os._exit(0)  # as a worker that is killed: nothing is flushed
            for worker in range(4):
                os.wait()
            """),
    )
    assert len(recorded(folder)) == 800


def test_the_criteria_are_unmet_again_once_it_is_removed(make: Make) -> None:
    folder = make("flat")
    before = verdicts(folder)
    add(folder, "logging", lambda: survey(folder))
    commit(folder)
    removed(folder, "logging")
    assert verdicts(folder) == before
