"""Bitbucket Pipelines: each step a job."""

from scorecard.ci import bitbucket
from scorecard.ci.model import Reading, Trigger
from tests.helpers import repo

FILE = "bitbucket-pipelines.yml"


def read(text: str, path: str = FILE) -> Reading:
    into = Reading()
    bitbucket.read(repo({path: text}), path, into)
    return into


STEPS = """
    image: python:3.11
    pipelines:
      branches:
        main:
          - parallel:
              - step: {name: Lint, script: [ruff check]}
              - step: {name: Test, script: [pytest]}
          - step:
              name: Ship
              deployment: production
              trigger: manual
              script:
                - cd deploy
                - pipe: atlassian/aws-eks-kubectl-run:2.2.0
                  variables: {CLUSTER: live}
"""


def test_a_step_waits_for_the_group_before_it() -> None:
    lint, test, ship = read(STEPS).jobs
    assert lint.needs == test.needs == ()
    assert ship.needs == (lint.id, test.id)
    assert lint.image == "python:3.11"
    assert lint.branches == ("main",)


def test_a_manual_step_needs_a_person_and_names_its_environment() -> None:
    lint, _, ship = read(STEPS).jobs
    assert ship.approval
    assert ship.environment == "production"
    assert not lint.approval


def test_a_pipe_is_what_the_step_uses() -> None:
    pipe = read(STEPS).jobs[-1].steps[-1]
    assert pipe.uses == "atlassian/aws-eks-kubectl-run:2.2.0"
    assert pipe.input("cluster") == "live"
    assert pipe.folder == "deploy"
    assert pipe.line == 15


def test_each_section_has_its_trigger() -> None:
    found = read(
        """
        pipelines:
          default: [step: {script: [a]}]
          pull-requests: {"**": [step: {script: [b]}]}
          tags: {"v*": [step: {script: [c]}]}
          custom: {nightly: [variables: [{name: X}], step: {script: [d]}]}
        """
    )
    triggers = [job.triggers for job in found.jobs]
    assert triggers == [{Trigger.PUSH}, {Trigger.CHANGE}, {Trigger.TAG}, {Trigger.MANUAL}]


def test_a_pipeline_of_a_branch_that_nobody_has_never_runs() -> None:
    found = read("pipelines: {branches: {staging: [step: {script: [make deploy]}]}}\n")
    assert found.jobs[0].triggers == frozenset()
    assert "staging" in found.problems[0].text


def test_a_step_that_is_only_defined_does_not_run() -> None:
    assert not read("definitions: {steps: [step: &test {script: [pytest]}]}\npipelines: {}\n").jobs


def test_the_file_of_another_project_below_is_not_read() -> None:
    assert not read("pipelines: {default: [step: {script: [pytest]}]}\n", f"template/{FILE}").jobs


def test_nonsense_is_survived() -> None:
    for text in (
        "",
        "[]",
        "pipelines: 3",
        "pipelines: {default: {a: b}, branches: [1], tags: x}",
        "pipelines: [",
    ):
        assert not read(text).jobs
