"""Bad input gets a clear word, and nothing else of the report is lost."""

import json
from pathlib import Path

import pytest
from helpers import repo
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scorecard import audit
from scorecard.assemble import assemble
from scorecard.model import Kind, Outcome, Scorecard

GOOD = """\
import mlflow
from sklearn.linear_model import LinearRegression

model = LinearRegression().fit(x, y)
mlflow.sklearn.log_model(model, "model", registered_model_name="price")
"""


def card(files: dict[str, str]) -> Scorecard:
    return assemble(repo({"train.py": GOOD, **files}), kind=None, stage=None, only=frozenset())


def reasons(found: Scorecard) -> str:
    return "\n".join(f"{note.path}: {note.reason}" for note in found.notes)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (".github/workflows/ci.yml", "on: [push\njobs: {"),
        (".github/workflows/ci.yml", "- a\n- list\n"),
        (".github/workflows/ci.yml", "jobs: 3\non: {push: 4}\n"),
        (".github/workflows/ci.yml", "on: push\njobs:\n  a:\n    steps: nothing\n    needs: {a: b}\n"),
        (".gitlab-ci.yml", "include: {local: .gitlab-ci.yml}\na: {extends: a, script: [!reference [a, script]]}\n"),
        ("azure-pipelines.yml", "steps:\n- template: azure-pipelines.yml\n"),
        ("Jenkinsfile", "pipeline { stages { stage('a') { steps { sh '''"),
        ("Makefile", "a: b\nb: a\n\t$(MAKE) a\n"),
        ("pyproject.toml", "[tool.poe.tasks\nx = "),
        ("package.json", '{"scripts": []}'),
        ("Dockerfile", "RUN \\\n\\\n"),
        ("notebook.ipynb", '{"cells": [{"cell_type": "code", "source": 3}, 4]}'),
        ("notebook.ipynb", "not json"),
        ("app.py", "def f(:\n"),
        ("deep.py", "x = " + "(" * 10_000 + ")" * 10_000),
        ("chain.py", "x = " + "+".join(["y"] * 10_000)),
        ("wide.py", "x = '" + "a" * 900_000 + "'"),
        (
            "bomb.yaml",
            "a: &a [x]\n"
            + "".join(f"{c}: &{c} [*{p}, *{p}]\n" for p, c in zip("abcdefghij", "bcdefghijk", strict=False)),
        ),
        ("deep.yaml", "[" * 5_000),
        (
            "chart/templates/deployment.yaml",
            "{{- if .Values.x }}\nkind: Deployment\n{{- end }}\nspec: {{ toYaml . | nindent 2 }}\n",
        ),
        ("main.tf", 'resource "aws_instance" {'),
        ("dvc.yaml", "stages: [1, 2]"),
        ("app.ts", "function ( { {{{{"),
        ("a.rb", "def " * 2_000),
    ],
    ids=lambda value: value.replace("\n", " ")[:30],
)
def test_a_malformed_file_costs_nothing_else(path: str, text: str) -> None:
    found = card({path: text})
    assert found.profile.kind is Kind.ML
    assert found.findings["versioning.model"].outcome is Outcome.MET
    assert [name for name, f in found.findings.items() if f.outcome is Outcome.ERROR] == []


def test_a_broken_notebook_and_a_broken_module_are_named() -> None:
    found = reasons(card({"a.ipynb": "not json", "b.py": "def f(:\n"}))
    assert "a.ipynb: is no readable notebook" in found
    assert "b.py: does not parse" in found


def test_templates_that_do_not_parse_yet_are_one_note() -> None:
    found = reasons(card({"b.py.jinja": "[% if x %]\n", "c.py.jinja": "[% if x %]\n", "d.py": "def f(:\n"}))
    assert "b.py.jinja: is a template that parses only once it is filled in, like 1 more" in found
    assert "c.py.jinja" not in found
    assert "d.py: does not parse" in found


def test_a_broken_workflow_is_named() -> None:
    assert ".github/workflows/ci.yml" in reasons(card({".github/workflows/ci.yml": "on: [push\njobs: {"}))


def test_a_dead_end_is_named() -> None:
    workflow = "on: push\njobs:\n  a:\n    steps:\n      - run: python scripts/gone.py\n"
    assert "scripts/gone.py" in reasons(card({".github/workflows/ci.yml": workflow}))


def test_a_line_of_50_mb_and_bytes_that_are_no_text_are_survived(tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(GOOD)
    (tmp_path / "data.csv").write_text("x" * 50_000_000)
    (tmp_path / "huge.py").write_text("x = '" + "a" * 50_000_000 + "'")
    (tmp_path / "latin.py").write_bytes(b"name = 'caf\xe9'\n")
    (tmp_path / "null.yaml").write_bytes(b"a: \x00\n")
    found = audit(tmp_path)
    assert found.profile.kind is Kind.ML
    assert "huge.py: is too large to read (50 MB)" in reasons(found)
    assert "latin.py: is not UTF-8" in reasons(found)


NAMES = st.sampled_from(
    [
        "a.py", "a.ipynb", "Makefile", "Dockerfile", "pyproject.toml", "requirements.txt", "package.json", "Jenkinsfile",
        ".github/workflows/a.yml", ".gitlab-ci.yml", "azure-pipelines.yml", ".circleci/config.yml", "tox.ini", "noxfile.py",
        "k8s/a.yaml", "main.tf", "main.bicep", "dvc.yaml", "a.ts", "a.rb", "A.java", "a.go", "A.cs", "a.R", "setup.sh",
    ]
)  # fmt: skip
WORDS = st.sampled_from(
    [
        "on:", "jobs:", "steps:", "- run: make test\n", "script:", "uses: ./x", "pytest", "import mlflow\n", "def test_a():\n",
        "    assert f(1) == 2\n", "{", "}", "[", "]", "\n", "  ", "\t", ":", "'", '"', "#", "&a", "*a", "<<", "!", "{{", "}}",
        "FROM x\n", "RUN y\n", "resource", "stage('a')", "include", "extends", "template", "=", "(", ")", "\\", "\u2028", "\x00",
    ]
)  # fmt: skip


@pytest.mark.slow
@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.dictionaries(NAMES, st.lists(WORDS, max_size=40).map("".join), max_size=4))
def test_whatever_the_files_hold_every_criterion_is_answered(files: dict[str, str]) -> None:
    found = card(files)
    errors = {name: f.summary for name, f in found.findings.items() if f.outcome is Outcome.ERROR}
    assert errors == {}
    assert len(found.findings) == 40
    json.dumps([e.text for f in found.findings.values() for e in f.evidence])
