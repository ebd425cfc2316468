"""Tekton."""

from scorecard.ci import tekton
from scorecard.ci.model import Reading, Trigger
from tests.helpers import repo

TASK = """
    apiVersion: tekton.dev/v1
    kind: Task
    metadata: {name: unit}
    spec:
      steps:
        - name: pytest
          image: python:3.11
          workingDir: $(workspaces.source.path)/app
          script: |
            #!/bin/sh
            pytest
"""
RUN = """
    apiVersion: tekton.dev/v1
    kind: PipelineRun
    metadata:
      name: ci
      annotations:
        pipelinesascode.tekton.dev/on-event: "[pull_request]"
        pipelinesascode.tekton.dev/on-target-branch: "[main]"
    spec:
      pipelineSpec:
        tasks:
          - name: fetch
            taskRef: {name: git-clone}
          - name: test
            runAfter: [fetch]
            taskRef: {name: unit}
"""


def read(files: dict[str, str], path: str) -> Reading:
    into = Reading()
    tekton.read(repo(files), path, into)
    return into


def test_a_run_starts_the_tasks_of_other_files() -> None:
    fetch, test = read({".tekton/ci.yaml": RUN, "tasks/unit.yaml": TASK}, ".tekton/ci.yaml").jobs
    assert fetch.steps[0].uses == "git-clone"
    assert test.needs == ("fetch",)
    assert test.path == "tasks/unit.yaml"
    assert test.pipeline == ".tekton/ci.yaml"
    assert test.steps[0].folder == "app"
    assert list(test.steps[0].lines())[1] == (12, "pytest")


def test_pipelines_as_code_say_the_event() -> None:
    found = read({".tekton/ci.yaml": RUN, "tasks/unit.yaml": TASK}, ".tekton/ci.yaml").jobs
    assert {trigger for job in found for trigger in job.triggers} == {Trigger.CHANGE}
    assert found[0].branches == ("main",)


def test_a_branch_that_nobody_has_starts_nothing() -> None:
    found = read({"a.yaml": RUN.replace("[main]", "[develop]")}, "a.yaml")
    assert all(job.triggers == frozenset() for job in found.jobs)
    assert "develop" in found.problems[0].text


def test_a_task_alone_is_started_by_nobody_known() -> None:
    (job,) = read({"unit.yaml": TASK}, "unit.yaml").jobs
    assert job.triggers == {Trigger.OTHER}


def test_a_template_of_runs_needs_a_listener() -> None:
    template = """
    apiVersion: triggers.tekton.dev/v1beta1
    kind: TriggerTemplate
    metadata: {name: t}
    spec:
      resourcetemplates:
        - apiVersion: tekton.dev/v1
          kind: TaskRun
          metadata: {generateName: run-}
          spec: {taskRef: {name: unit}}
    """
    listener = "apiVersion: triggers.tekton.dev/v1beta1\nkind: EventListener\nspec: {}\n"
    files = {"t.yaml": template, "unit.yaml": TASK}
    assert read(files, "t.yaml").jobs[0].triggers == {Trigger.OTHER}
    assert read({**files, "l.yaml": listener}, "t.yaml").jobs[0].triggers == {Trigger.PUSH}


def test_nonsense_is_survived() -> None:
    for text in (
        "",
        "tekton.dev/",
        "apiVersion: tekton.dev/v1\nkind: Pipeline\nspec: {tasks: [1], finally: 3}\n",
    ):
        assert not read({"a.yaml": text}, "a.yaml").jobs
