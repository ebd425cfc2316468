"""Repositories as people really lay them out, small, but each really runs: a model of customers that leave, and an assistant."""

import json
import random
from collections.abc import Callable, Mapping
from pathlib import Path
from textwrap import dedent

Files = dict[str, str]

FEATURES = '''
"""Customers to numbers."""

import pandas as pd

COLUMNS = ["age", "tenure_months", "monthly_charge", "charge_per_month_of_tenure", "on_contract"]


def add_ratios(frame: pd.DataFrame) -> pd.DataFrame:
    """What a customer pays for each month that they have been with us."""
    frame = frame.copy()
    frame["charge_per_month_of_tenure"] = frame["monthly_charge"] / (frame["tenure_months"] + 1)
    frame["on_contract"] = (frame["contract"] != "none").astype(int)
    return frame


def normalise_plan(name: str) -> str:
    """The plan as the price list spells it."""
    return name.strip().lower().replace(" ", "-")
'''

TRAIN = '''
"""Train the churn model and keep it."""

from pathlib import Path

import joblib
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import train_test_split

from {features} import COLUMNS, add_ratios

DATA = "data/customers.csv"
MODEL = "models/model.joblib"


def main() -> None:
    df = pd.read_csv(DATA)
    df = add_ratios(df)
    train, test = train_test_split(df, test_size=0.25, random_state=0, stratify=df["left"])
    model = LogisticRegression(max_iter=1000).fit(train[COLUMNS], train["left"])
    auc = roc_auc_score(test["left"], model.predict_proba(test[COLUMNS])[:, 1])
    print(f"auc {{auc:.3f}}")
    Path("models").mkdir(exist_ok=True)
    joblib.dump(model, MODEL)


if __name__ == "__main__":
    main()
'''

FASTAPI = '''
"""Ask the churn model over HTTP."""

import joblib
import pandas as pd
from fastapi import FastAPI
from pydantic import BaseModel

from {features} import COLUMNS, add_ratios

app = FastAPI()
model = None


class Customer(BaseModel):
    age: int
    tenure_months: int
    monthly_charge: float
    contract: str


def load():
    global model
    if model is None:
        model = joblib.load("models/model.joblib")
    return model


@app.get("/health")
def health():
    return {{"status": "ok"}}


@app.post("/predict")
def predict(customer: Customer):
    frame = add_ratios(pd.DataFrame([customer.model_dump()]))
    probability = float(load().predict_proba(frame[COLUMNS])[0, 1])
    return {{"probability": probability}}
'''

FLASK = '''
"""Ask the churn model over HTTP."""

import joblib
import pandas as pd
from flask import Flask, jsonify, request

from {features} import COLUMNS, add_ratios

app = Flask(__name__)


@app.route("/predict", methods=["POST"])
def predict():
    frame = add_ratios(pd.DataFrame([request.get_json()]))
    model = joblib.load("models/model.joblib")
    return jsonify(probability=float(model.predict_proba(frame[COLUMNS])[0, 1]))


if __name__ == "__main__":
    app.run(port=8000)
'''

TEST = """
from {features} import normalise_plan


def test_a_plan_is_spelled_as_in_the_price_list():
    assert normalise_plan(" Family Plus ") == "family-plus"
"""

ASSISTANT = '''
"""Answers questions about our return policy."""

import os

from openai import OpenAI

PROMPT = "You answer questions about the return policy of a shop. Policy: goods can be returned within 30 days."


def client() -> OpenAI:
    return OpenAI(api_key=os.environ.get("OPENAI_API_KEY", "none"), base_url=os.environ.get("OPENAI_BASE_URL"))


def answer(question: str) -> str:
    """What the assistant says."""
    reply = client().chat.completions.create(
        model="gpt-4o-mini",
        messages=[{{"role": "system", "content": PROMPT}}, {{"role": "user", "content": question}}],
    )
    return reply.choices[0].message.content or ""
'''

ASSISTANT_API = """
from fastapi import FastAPI
from pydantic import BaseModel

from {assistant} import answer

app = FastAPI()


class Question(BaseModel):
    text: str


@app.post("/ask")
def ask(question: Question):
    return {{"answer": answer(question.text)}}
"""

ML = ("pandas", "scikit-learn", "joblib")
GITHUB_LINT = """
name: lint
on: [push]
jobs:
  lint:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: pip install ruff && ruff check .
"""
GITLAB_LINT = """
# Shared by all services; ask the platform team before changing the image.
image: python:3.11

lint:
  script:
    - pip install ruff
    - ruff check .
"""
AZURE_LINT = """
trigger:
  - main

pool:
  vmImage: ubuntu-latest

steps:
  - script: pip install ruff && ruff check .
    displayName: lint
"""
JENKINS_LINT = """
pipeline {
    agent any
    stages {
        stage('Lint') {
            steps {
                sh 'pip install ruff && ruff check .'
            }
        }
    }
}
"""


def customers(rows: int = 240) -> str:
    """The data: those who pay much and came lately leave."""
    dice = random.Random(7)  # noqa: S311  nothing secret
    lines = ["customer_id,signup_date,age,tenure_months,monthly_charge,contract,left"]
    for number in range(rows):
        age, tenure, charge = dice.randint(18, 90), dice.randint(0, 72), round(dice.uniform(9.5, 79.5), 2)
        contract = dice.choice(["none", "one year", "two years"])
        left = int(charge / 80 - tenure / 90 + (contract == "none") * 0.4 + dice.gauss(0, 0.25) > 0.4)
        day = f"202{dice.randint(0, 5)}-{dice.randint(1, 12):02}-{dice.randint(1, 28):02}"
        lines.append(f"C{number:05},{day},{age},{tenure},{charge},{contract},{left}")
    return "\n".join(lines) + "\n"


def notebook(*cells: str) -> str:
    """A notebook with these code cells."""
    made = [
        {
            "cell_type": "code",
            "execution_count": None,
            "metadata": {},
            "outputs": [],
            "source": cell.strip().splitlines(keepends=True),
        }
        for cell in cells
    ]
    meta = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
    return json.dumps({"cells": made, "metadata": meta, "nbformat": 4, "nbformat_minor": 5}, indent=1) + "\n"


def _churn(folder: str, features: str, service: str = FASTAPI) -> Files:
    at = f"{folder}/" if folder else ""
    return {
        f"{at}features.py": FEATURES.lstrip(),
        f"{at}train.py": TRAIN.format(features=features).lstrip(),
        f"{at}app.py": service.format(features=features).lstrip(),
    }


def flat() -> Files:
    """Scripts side by side, requirements.txt, no CI, no tests."""
    return {
        **_churn("", "features"),
        "data/customers.csv": customers(),
        "requirements.txt": "\n".join([*ML, "fastapi", "uvicorn"]) + "\n",
        "README.md": "# Churn\n\nRun `python train.py`, then `uvicorn app:app`.\n",
        ".gitignore": "models/\n",
    }


def flat_flask_github() -> Files:
    """Scripts side by side, Flask, pip-tools, GitHub that lints."""
    return {
        **_churn("", "features", FLASK),
        "data/customers.csv": customers(),
        "requirements.in": "\n".join([*ML, "flask"]) + "\n",
        "requirements.txt": "# by pip-compile\npandas==2.2.3\nscikit-learn==1.5.2\njoblib==1.4.2\nflask==3.0.3\n",
        ".github/workflows/lint.yml": GITHUB_LINT.lstrip(),
        "Makefile": "train:\n\tpython train.py\n",
        ".gitignore": "models/\n",
    }


def src_uv_gitlab() -> Files:
    """`src/`, uv, GitLab, one test."""
    return {
        **_churn("src/churn", "churn.features"),
        "src/churn/__init__.py": "",
        "tests/test_features.py": TEST.format(features="churn.features").lstrip(),
        "data/customers.csv": customers(),
        "pyproject.toml": dedent("""
            [project]
            name = "churn"
            version = "0.1.0"
            requires-python = ">=3.11"
            # kept in the order in which we added them
            dependencies = ["pandas", "scikit-learn", "joblib", "fastapi", "uvicorn"]

            [dependency-groups]
            dev = ["pytest>=8"]

            [build-system]
            requires = ["hatchling"]
            build-backend = "hatchling.build"

            [tool.pytest.ini_options]
            pythonpath = ["src"]

            [tool.uv]
            package = true
            """).lstrip(),
        ".gitlab-ci.yml": GITLAB_LINT.lstrip(),
        "README.md": "# Churn\n",
        ".gitignore": "models/\n",
    }


def package_poetry_azure() -> Files:
    """A package at the root, poetry, Azure, a test."""
    return {
        **_churn("churn", "churn.features"),
        "churn/__init__.py": "",
        "tests/__init__.py": "",
        "tests/test_features.py": TEST.format(features="churn.features").lstrip(),
        "data/customers.csv": customers(),
        "pyproject.toml": dedent("""
            [tool.poetry]
            name = "churn"
            version = "0.1.0"
            description = ""
            authors = ["A Team <team@example.com>"]

            [tool.poetry.dependencies]
            python = "^3.11"
            pandas = "*"
            scikit-learn = "*"
            joblib = "*"
            fastapi = "*"

            [tool.poetry.group.dev.dependencies]
            pytest = "*"

            [build-system]
            requires = ["poetry-core"]
            build-backend = "poetry.core.masonry.api"
            """).lstrip(),
        "azure-pipelines.yml": AZURE_LINT.lstrip(),
        ".gitignore": "models/\n",
    }


def conda_jenkins() -> Files:
    """Scripts in `src` that is no package, conda, Jenkins."""
    return {
        **_churn("src", "features", FLASK),
        "data/customers.csv": customers(),
        "environment.yml": "name: churn\nchannels: [conda-forge]\ndependencies:\n  - python=3.11\n  - pandas\n  - scikit-learn\n  - joblib\n  - flask\n",
        "Jenkinsfile": JENKINS_LINT.lstrip(),
        "README.md": "# Churn\n\nRun `python src/train.py` from here.\n",
        ".gitignore": "models/\n",
    }


def notebooks() -> Files:
    """Nothing but a notebook and its data."""
    return {
        "notebooks/churn.ipynb": notebook(
            "import pandas as pd\nfrom sklearn.linear_model import LogisticRegression",
            'df = pd.read_csv("../data/customers.csv")\ndf.head()',
            'def add_ratio(frame):\n    return frame.assign(ratio=frame["monthly_charge"] / (frame["tenure_months"] + 1))',
            'df = add_ratio(df)\nmodel = LogisticRegression(max_iter=1000).fit(df[["age", "ratio"]], df["left"])',
            'import joblib\njoblib.dump(model, "model.joblib")',
        ),
        "data/customers.csv": customers(),
        "requirements.txt": "\n".join(ML) + "\n",
    }


def assistant() -> Files:
    """A language model behind an API, GitHub, requirements.txt."""
    return {
        "assistant/__init__.py": "",
        "assistant/answers.py": ASSISTANT.replace("{{", "{").replace("}}", "}").lstrip(),
        "assistant/api.py": ASSISTANT_API.format(assistant="assistant.answers").lstrip(),
        "requirements.txt": "openai\nfastapi\nuvicorn\n",
        ".github/workflows/lint.yml": GITHUB_LINT.lstrip(),
        "README.md": "# Returns assistant\n",
    }


def assistant_flat_gitlab() -> Files:
    """A language model in one script, GitLab, no package."""
    return {
        "answers.py": ASSISTANT.replace("{{", "{").replace("}}", "}").lstrip(),
        "api.py": ASSISTANT_API.format(assistant="answers").lstrip(),
        "requirements.txt": "openai\nfastapi\nuvicorn\n",
        ".gitlab-ci.yml": GITLAB_LINT.lstrip(),
    }


WORLDS: Mapping[str, Callable[[], Files]] = {
    world.__name__: world
    for world in (
        flat,
        flat_flask_github,
        src_uv_gitlab,
        package_poetry_azure,
        conda_jenkins,
        notebooks,
        assistant,
        assistant_flat_gitlab,
    )
}
"""Each by name. `monorepo` puts any of them into a folder of a larger repository."""


def write(files: Files, folder: Path) -> Path:
    """The files below ``folder``."""
    for path, text in files.items():
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(text.encode())
    return folder
