"""Commands for the CI that a repository has: what is written there, and that the audit follows it to the tests."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jinja2
import pytest
import yaml
from jinja2_ansible_filters import AnsibleCoreFiltersExtension  # what copier renders with

from scaffolder.foreign import ci, gitlab_edits, jenkins_edits
from scaffolder.foreign.model import Site
from scorecard.survey import survey
from tests.foreign.conftest import verdicts

Make = Callable[..., Path]
MACROS = Path(__file__).parents[2] / "templates"
BIN = Path(sys.executable).parent
LOCKS = {
    "uv": {"uv.lock": "version = 1\n", "pyproject.toml": '[project]\nname = "churn"\nversion = "1"\n'},
    "poetry": {"poetry.lock": "", "pyproject.toml": '[tool.poetry]\nname = "churn"\n[tool.poetry.dependencies]\npytest = "*"\n'},
    "pdm": {"pdm.lock": "", "pyproject.toml": '[project]\nname = "churn"\nversion = "1"\n'},
    "pipenv": {"Pipfile": "", "Pipfile.lock": "{}"},
    "conda": {"environment.yml": "dependencies: [python=3.11, pytest]\n"},
    "pip": {"requirements.txt": "pandas\n"},
    "pip-tools": {"requirements.in": "pandas\n", "requirements.txt": "pandas==2.2.3\n"},
}  # fmt: skip
CODE = {"price.py": "def total(prices):\n    return sum(prices)\n", "tests/test_price.py": "from price import total\n\n\ndef test_total():\n    assert total([1, 2]) == 3\n"}  # fmt: skip
HOSTS = {
    "github": {},
    "gitlab": {".gitlab-ci.yml": "lint:\n  script: [ruff check .]\n"},
    "azure": {"azure-pipelines.yml": "trigger: [main]\nsteps:\n  - script: ruff check .\n"},
    "jenkins": {"Jenkinsfile": "pipeline {\n  agent any\n  stages {\n    stage('Lint') { steps { sh 'ruff check .' } }\n  }\n}\n"},
}  # fmt: skip


def site(folder: Path) -> Site:
    paths = tuple(
        sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file() and ".git/" not in str(p))
    )
    return Site(paths, lambda path: (folder / path).read_text() if (folder / path).is_file() else "", survey(folder))


def rendered(found: dict[str, Any]) -> str:
    """As copier renders it."""
    environment = jinja2.Environment(  # noqa: S701  no HTML
        loader=jinja2.FileSystemLoader(MACROS), trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined, keep_trailing_newline=True,
        variable_start_string="[[ ", variable_end_string="]]", block_start_string="[% ", block_end_string="%]", comment_start_string="[# ", comment_end_string="#]",
        extensions=[AnsibleCoreFiltersExtension],
    )  # fmt: skip
    return environment.from_string('[% from "macros/foreign_ci.jinja" import job %]\n[[ job(ci) ]]').render(ci=found)


def applied(folder: Path, **wish: Any) -> ci.Job:
    """What `job` makes, written into ``folder``."""
    done = ci.job(
        site(folder),
        **{"name": "tests", "why": "They run.", "commands": ["python -m pytest"], "extra": ["pytest"], **wish},
    )
    for edit in done.edits:
        (folder / edit.path).write_text(edit.after)
    if done.found["path"]:
        (folder / done.found["path"]).parent.mkdir(parents=True, exist_ok=True)
        (folder / done.found["path"]).write_text(rendered(done.found))
    return done


@pytest.mark.parametrize("host", HOSTS)
@pytest.mark.parametrize("manager", LOCKS)
def test_the_audit_follows_the_job_to_the_tests(make: Make, host: str, manager: str) -> None:
    folder = make({**CODE, **HOSTS[host], **LOCKS[manager]})
    assert verdicts(folder)["testing.on-push"] == "unmet"
    done = applied(folder)
    assert done.runs
    assert verdicts(folder)["testing.on-push"] == "met"


@pytest.mark.parametrize("host", HOSTS)
def test_a_schedule_is_no_push(make: Make, host: str) -> None:
    folder = make({**CODE, **HOSTS[host], **LOCKS["pip"]})
    applied(folder, on="schedule")
    assert verdicts(folder)["testing.on-push"] == "unmet"


@pytest.mark.parametrize("manager", LOCKS)
def test_a_workflow_is_what_zizmor_and_the_schema_want(make: Make, manager: str) -> None:
    folder = make({**CODE, **LOCKS[manager]})
    done = applied(folder, secrets=["OPENAI_API_KEY"], env={"MODE": "ci"})
    for command in (
        ["zizmor", "--offline", "--quiet", ".github/workflows"],
        ["check-jsonschema", "--builtin-schema", "vendor.github-workflows", done.found["path"]],
    ):
        made = subprocess.run([BIN / command[0], *command[1:]], cwd=folder, capture_output=True, text=True, check=False)
        assert made.returncode == 0, made.stdout + made.stderr


@pytest.mark.parametrize(("host", "schema"), [("gitlab", "gitlab-ci"), ("azure", "azure-pipelines")])
@pytest.mark.parametrize("on", ["push", "schedule"])
def test_a_file_is_what_its_vendor_s_schema_says(make: Make, host: str, schema: str, on: str) -> None:
    folder = make({**CODE, **HOSTS[host], **LOCKS["poetry"]})
    done = applied(folder, on=on, secrets=["OPENAI_API_KEY"], env={"MODE": "it's"})
    command = ["--builtin-schema", f"vendor.{schema}", "--regex-variant", "nonunicode", done.found["path"]]
    made = subprocess.run([BIN / "check-jsonschema", *command], cwd=folder, capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stdout + made.stderr


def test_a_name_that_is_taken_is_left_alone(make: Make) -> None:
    folder = make({**CODE, ".github/workflows/tests.yml": "on: workflow_dispatch\njobs: {}\n"})
    assert applied(folder).found["path"] == ".github/workflows/tests_mlops.yml"


def test_a_folder_of_a_larger_repository_gets_a_line_and_no_file(make: Make) -> None:
    folder = make({**CODE, **LOCKS["pip"]}, below="services/churn")
    done = applied(folder)
    assert (done.found["path"], done.edits, done.runs) == ("", (), False)
    typed = "cd services/churn && pip install -r requirements.txt && pip install pytest && python -m pytest"
    assert done.left == (f"let the CI of the larger repository run on each push: `{typed}`",)


@pytest.mark.parametrize("path", [".circleci/config.yml", ".travis.yml", "bitbucket-pipelines.yml"])
def test_other_systems_get_a_line(make: Make, path: str) -> None:
    done = applied(make({**CODE, **LOCKS["pip"], path: "version: 2\n"}))
    assert done.left[0].startswith(f"let {path} run on each push: `pip install")
    assert not done.runs


def test_what_is_named_already_is_not_installed_twice(make: Make) -> None:
    folder = make({**CODE, "requirements.txt": "pandas\n", "requirements-dev.txt": "pytest>=8\n"})
    assert applied(folder).found["install"] == ["pip install -r requirements.txt -r requirements-dev.txt"]


def test_a_tool_s_section_asks_for_nothing(make: Make) -> None:
    folder = make(
        {
            **CODE,
            "uv.lock": "",
            "pyproject.toml": "[project]\nname = 'a'\n[tool.pytest.ini_options]\ntestpaths = ['tests']\n",
        }
    )
    assert applied(folder).found["install"] == ["uv sync --locked", "uv pip install pytest"]


# GitLab


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a: {script: [b]}", "a: {script: [b]}\n\ninclude:\n  - local: x.yml\n"),
        ("include: y.yml # ours\n", "include:\n  - y.yml\n  - local: x.yml # ours\n"),
        ("include:\n- y.yml\n\n# next\na: {script: [b]}\n", "include:\n- y.yml\n- local: x.yml\n\n# next\na: {script: [b]}\n"),
        ("include:\n  - local: y.yml # ours\n  - project: p\n    file: z\na:\n  script: b\n", "include:\n  - local: y.yml # ours\n  - project: p\n    file: z\n  - local: x.yml\na:\n  script: b\n"),
        ("include: [y.yml]\n", "include: [y.yml, {local: x.yml}]\n"),
        ("a:\r\n  script: b\r\n", "a:\r\n  script: b\r\n\r\ninclude:\r\n  - local: x.yml\r\n"),
        ("a: !reference [b, script]\n", "a: !reference [b, script]\n\ninclude:\n  - local: x.yml\n"),
    ],
)  # fmt: skip
def test_one_more_file_is_included(before: str, after: str) -> None:
    assert gitlab_edits.included(before, "x.yml") == after
    yaml.compose(after)


@pytest.mark.parametrize(
    "text",
    ["include:\n  local: y.yml\n", "a: [\n", "spec:\n  inputs: {}\n---\na:\n  script: b\n", "- a\n", "include: []\n"],
)
def test_an_odd_gitlab_file_is_left_to_people(text: str) -> None:
    assert gitlab_edits.included(text, "x.yml") is None


def test_tests_go_into_a_stage_that_exists() -> None:
    assert gitlab_edits.stage("stages: [lint, unit-test, ship]\n") == "unit-test"
    assert gitlab_edits.stage("stages: [build, ship]\n") == "build"
    assert gitlab_edits.stage("a: {script: b}\n") == "test"


def test_the_image_of_all_jobs_is_kept_where_it_holds_python() -> None:
    assert gitlab_edits.has_python("image: python:3.9\n")
    assert gitlab_edits.has_python("default: {image: {name: registry/our-python}}\n")
    assert not gitlab_edits.has_python("image: node:20\n")
    assert not gitlab_edits.has_python("a: {image: python}\n")


def test_a_job_has_a_name_of_its_own() -> None:
    assert gitlab_edits.job_name("lint: {script: a}\n", "tests") == "tests"
    assert gitlab_edits.job_name("tests: {script: a}\n", "tests") == "tests-job"
    assert gitlab_edits.job_name("", "image") == "image-job"


def test_an_image_is_built_where_images_are() -> None:
    assert gitlab_edits.stage("stages: [test, docker, ship]\n", builds=True) == "docker"


# Jenkins

JOB = {"name": "tests", "tool": "conda", "install": [], "commands": ["make test"], "env": {}, "secrets": []}
STAGES = "pipeline {\n  agent any\n  stages {\n    stage('Build') {\n      steps { sh 'make } {' } // stages {\n    }\n%s  }\n  post { always { echo 'x' } }\n}\n"
DEPLOY = "    stage('Deploy') {\n      steps { sh 'ship' }\n    }\n"
MADE = "    stage('tests') {\n      steps {\n        sh 'make test'\n      }\n    }\n"


def test_a_stage_goes_to_the_end_or_before_what_delivers() -> None:
    assert jenkins_edits.with_stage(STAGES % "", JOB) == STAGES % MADE
    assert jenkins_edits.with_stage(STAGES % DEPLOY, JOB) == STAGES % (MADE + DEPLOY)


def test_a_stage_brings_its_own_agent_where_there_is_none_for_all() -> None:
    after = jenkins_edits.with_stage((STAGES % "").replace("agent any", "agent none"), JOB) or ""
    assert "stage('tests') {\n      agent any\n" in after


@pytest.mark.parametrize(
    "text",
    [
        "node {\n  stage('Build') { sh 'make' }\n}\n",
        "pipeline {\n  stages {\n",
        "pipeline { agent any\n stages { } }\n",
        "@Library('x') _\nourPipeline(name: 'churn')\n",
        "pipeline { agent any; stages { stage('Lint') { steps { sh 'x' } } } }\n",
    ],
)
def test_an_odd_jenkinsfile_is_left_to_people(text: str) -> None:
    assert jenkins_edits.with_stage(text, JOB) is None
