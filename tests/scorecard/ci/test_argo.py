"""Argo Workflows."""

from scorecard.ci import argo
from scorecard.ci.model import Reading, Trigger
from tests.helpers import repo

TEMPLATES = """
    apiVersion: argoproj.io/v1alpha1
    kind: WorkflowTemplate
    metadata: {name: train}
    spec:
      templates:
        - name: main
          dag:
            tasks:
              - {name: a, template: prepare}
              - {name: b, template: ask, dependencies: [a]}
              - {name: c, template: fit, depends: a.Succeeded && b}
        - name: ask
          suspend: {}
        - name: prepare
          container:
            image: python:3.11
            command: [python, prepare.py]
            args: [--all]
        - name: fit
          script:
            image: python:3.11
            command: [bash]
            source: |
              set -e
              python train.py
"""
CRON = """
    apiVersion: argoproj.io/v1alpha1
    kind: CronWorkflow
    metadata: {name: nightly}
    spec:
      schedule: "0 0 * * *"
      workflowSpec:
        workflowTemplateRef: {name: train}
"""


def read(files: dict[str, str], path: str = "a.yaml") -> Reading:
    into = Reading()
    argo.read(repo(files), path, into)
    return into


def test_templates_that_run_something_are_jobs_in_the_order_of_the_graph() -> None:
    prepare, fit = read({"a.yaml": TEMPLATES}).jobs
    assert prepare.steps[0].command == "python prepare.py --all"
    assert fit.needs == ("prepare",)
    assert fit.approval
    assert not prepare.approval
    assert prepare.triggers == {Trigger.OTHER}


def test_a_script_is_cited_line_by_line() -> None:
    assert list(read({"a.yaml": TEMPLATES}).jobs[1].steps[0].lines())[1] == (26, "python train.py")


def test_a_clock_starts_the_template_of_another_file() -> None:
    found = read({"a.yaml": CRON, "b.yaml": TEMPLATES}).jobs
    assert {job.path for job in found} == {"b.yaml"}
    assert {job.pipeline for job in found} == {"a.yaml"}
    assert all(job.triggers == {Trigger.SCHEDULE} for job in found)


def test_a_suspended_clock_starts_nothing() -> None:
    suspended = CRON.replace('schedule: "0 0 * * *"', 'schedule: "0 0 * * *"\n      suspend: true')
    found = read({"a.yaml": suspended, "b.yaml": TEMPLATES})
    assert all(job.triggers == frozenset() for job in found.jobs)
    assert found.problems


def test_a_template_that_is_not_there_is_a_problem() -> None:
    assert "train" in read({"a.yaml": CRON}).problems[0].text


def test_argo_cd_and_rollouts_are_not_ours() -> None:
    for kind in ("Application", "Rollout", "AnalysisTemplate"):
        text = f"apiVersion: argoproj.io/v1\nkind: {kind}\nspec: {{templates: [{{container: {{image: a}}}}]}}\n"
        assert not read({"a.yaml": text}).jobs


def test_nonsense_is_survived() -> None:
    for text in (
        "",
        "argoproj.io/ Workflow",
        "apiVersion: argoproj.io/v1\nkind: Workflow\nspec: {templates: 3}\n",
    ):
        assert not read({"a.yaml": text}).jobs
