"""Which files run, and who starts them."""

from collections.abc import Mapping

import pytest
from helpers import repo

from scorecard.facts import Facts
from scorecard.facts.reach import Reach
from scorecard.facts.starts import Way


def reach(files: Mapping[str, str]) -> Reach:
    return Facts(repo(files)).get(Reach)


CHECK = {"src/check.py": "def check(df):\n    return df\n"}


@pytest.mark.parametrize(
    ("files", "way"),
    [
        ({"app.py": "from fastapi import FastAPI\nfrom src.check import check\napp = FastAPI()\n"}, Way.SERVICE),
        ({"ui.py": "import streamlit as st\nfrom src.check import check\nst.title('x')\n"}, Way.SERVICE),
        (
            {"fn.py": "from src.check import check\ndef lambda_handler(event, context):\n    check(event)\n"},
            Way.SERVICE,
        ),
        (
            {"score.py": "from src.check import check\ndef init():\n    pass\ndef run(data):\n    check(data)\n"},
            Way.SERVICE,
        ),
        (
            {"flow.py": "from prefect import flow\nfrom src.check import check\n@flow\ndef f():\n    check(1)\n"},
            Way.PIPELINE,
        ),
        (
            {"dags/d.py": "from airflow import DAG\nfrom src.check import check\nwith DAG('d'):\n    pass\n"},
            Way.PIPELINE,
        ),
        (
            {
                "train_flow.py": "from metaflow import FlowSpec, step\nfrom src.check import check\n"
                "class F(FlowSpec):\n    @step\n    def start(self):\n        check(1)\n"
            },
            Way.PIPELINE,
        ),
        (
            {"tasks.py": "from invoke import task\nfrom src.check import check\n@task\ndef go(c):\n    check(1)\n"},
            Way.COMMAND,
        ),
        ({"Makefile": "check:\n\tpython src/check.py\n"}, Way.COMMAND),
        ({"pyproject.toml": '[project.scripts]\ncheck = "src.check:check"\n'}, Way.COMMAND),
        ({"Dockerfile": 'FROM python\nCMD ["python", "-m", "src.check"]\n'}, Way.JOB),
        ({"docker-compose.yml": "services:\n  a:\n    image: x\n    command: python /app/src/check.py\n"}, Way.JOB),
        ({"dvc.yaml": "stages:\n  check:\n    cmd: python src/check.py\n"}, Way.JOB),
        ({"ml/job.yml": "code: ../src\ncommand: python check.py --data x\n"}, Way.JOB),
        ({"Procfile": "worker: python -m src.check\n"}, Way.JOB),
        (
            {"Dockerfile": "FROM python\nENTRYPOINT ./entry.sh\n", "entry.sh": "set -e\npython src/check.py\n"},
            Way.JOB,
        ),
        ({"main.py": "from src.check import check\nif __name__ == '__main__':\n    check(1)\n"}, Way.SCRIPT),
        ({"main.py": "from src.check import check\ncheck(1)\n"}, Way.SCRIPT),
    ],
)
def test_a_file_is_reached_from_what_starts_it(files: dict[str, str], way: Way) -> None:
    found = reach(CHECK | files)
    assert found.way("src/check.py") is way
    assert found.chain("src/check.py")
    assert found.unattended("src/check.py") is (way not in {Way.COMMAND, Way.SCRIPT})


def test_ci_is_followed_through_scripts() -> None:
    found = reach(
        CHECK
        | {
            ".github/workflows/ci.yml": "on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: bash run.sh\n",
            "run.sh": "set -e\npython src/check.py\n",
        }
    )
    assert found.way("src/check.py") is Way.CI
    assert [e.path for e in found.chain("src/check.py")] == [".github/workflows/ci.yml", "run.sh"]


def test_a_button_is_no_automatic_job() -> None:
    workflow = "on: workflow_dispatch\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: python src/check.py\n"
    assert reach(CHECK | {".github/workflows/ci.yml": workflow}).way("src/check.py") is Way.COMMAND


def test_tests_lead_no_further() -> None:
    found = reach(
        CHECK
        | {
            ".github/workflows/ci.yml": "on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: pytest\n",
            "tests/test_check.py": "from src.check import check\ndef test_check():\n    assert check(1)\n",
        }
    )
    assert found.way("tests/test_check.py") is Way.CI
    assert found.way("src/check.py") is None


@pytest.mark.parametrize(
    "files",
    [
        {},
        {"Dockerfile": 'FROM python\n# CMD ["python", "-m", "src.check"]\n'},
        {"README.md": "python src/check.py"},
        {"docs/job.yml": "command: python src/check.py\n"},
        {"other.py": "def f():\n    pass\n"},
        {"main.py": "raise SystemExit('run python src/check.py first')\n"},
        {"notebook.ipynb": "{}"},
        {"dvc.yaml": "- a\n- b\n"},
        {"package.json": "[1, 2"},
    ],
)
def test_nobody_calls_it(files: dict[str, str]) -> None:
    found = reach(CHECK | files)
    assert found.way("src/check.py") is None
    assert found.chain("src/check.py") == ()


def test_a_script_finds_the_module_beside_it_even_in_a_package() -> None:
    found = reach(
        {
            "src/__init__.py": "",
            "src/io_helpers.py": "def load():\n    pass\n",
            "src/train.py": "from io_helpers import load\nload()\n",
            "dvc.yaml": "stages:\n  train:\n    cmd: python src/train.py\n",
        }
    )
    assert found.way("src/io_helpers.py") is Way.JOB


def test_a_notebook_runs_where_papermill_runs_it() -> None:
    notebook = '{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}'
    task = "from invoke import task\n@task\ndef train(c):\n    c.run('papermill notebooks/train.ipynb out.ipynb')\n"
    found = reach({"notebooks/train.ipynb": notebook, "tasks.py": task})
    assert found.way("notebooks/train.ipynb") is Way.COMMAND


def test_the_strongest_start_wins() -> None:
    found = reach(
        CHECK
        | {
            "main.py": "from src.check import check\nif __name__ == '__main__':\n    check(1)\n",
            "app.py": "from flask import Flask\nfrom src.check import check\napp = Flask('x')\n",
        }
    )
    assert found.way("src/check.py") is Way.SERVICE
    assert found.chain("src/check.py")[0].path == "app.py"
