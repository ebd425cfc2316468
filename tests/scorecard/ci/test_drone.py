"""Drone and Woodpecker: each container a job."""

from scorecard.ci import drone
from scorecard.ci.model import Job, Reading, Trigger
from tests.helpers import repo


def jobs(text: str, path: str = ".drone.yml") -> list[Job]:
    into = Reading()
    drone.read(repo({path: text}), path, into)
    return into.jobs


PIPELINES = """
    kind: pipeline
    name: check
    steps:
      - name: test
        image: python:3.11
        commands:
          - pip install .
          - pytest
      - name: image
        image: plugins/docker
        settings: {repo: me/app}
        when: {event: push, branch: main}
    ---
    kind: pipeline
    name: ship
    trigger: {event: promote, target: production}
    depends_on: [check]
    steps:
      - name: deploy
        image: alpine
        commands: [make deploy]
"""


def test_each_document_is_a_pipeline_and_each_step_a_job() -> None:
    test, image, deploy = jobs(PIPELINES)
    assert test.id == "check/test"
    assert image.needs == ("check/test",)
    assert deploy.needs == ("check/image",)


def test_a_promotion_is_a_person_who_names_the_environment() -> None:
    deploy = jobs(PIPELINES)[-1]
    assert deploy.triggers == {Trigger.MANUAL}
    assert deploy.environment == "production"


def test_a_step_keeps_what_its_when_lets_pass() -> None:
    test, image, _ = jobs(PIPELINES)
    assert test.triggers == {Trigger.PUSH, Trigger.CHANGE}
    assert image.triggers == {Trigger.PUSH}
    assert image.branches == ("main",)
    assert image.steps[0].uses == "plugins/docker"
    assert image.steps[0].input("repo") == "me/app"


def test_a_command_is_cited_on_its_line() -> None:
    assert [(step.command, step.line) for step in jobs(PIPELINES)[0].steps] == [
        ("pip install .", 8),
        ("pytest", 9),
    ]


def test_a_secret_is_no_pipeline() -> None:
    assert not jobs("kind: secret\nname: token\ndata: abc\n")


def test_an_excluded_event_starts_nothing() -> None:
    text = "trigger: {event: {exclude: [pull_request]}}\nsteps: [{name: a, image: b, commands: [c]}]\n"
    assert Trigger.CHANGE not in jobs(text)[0].triggers
    assert Trigger.SCHEDULE not in jobs(text)[0].triggers


def test_a_branch_that_nobody_has_starts_nothing() -> None:
    text = "kind: pipeline\ntrigger: {branch: develop}\nsteps: [{name: a, image: b, commands: [c]}]\n"
    assert jobs(text)[0].triggers == frozenset()


def test_woodpecker_names_its_steps_as_keys_and_has_several_conditions() -> None:
    text = """
    when:
      - event: pull_request
      - event: cron
        cron: nightly
    steps:
      test:
        image: python
        commands: [pytest]
        failure: ignore
    """
    (job,) = jobs(text, ".woodpecker/test.yml")
    assert job.system == "Woodpecker"
    assert job.triggers == {Trigger.CHANGE, Trigger.SCHEDULE}
    assert job.may_fail


def test_nonsense_is_survived() -> None:
    for text in (
        "",
        "- 1",
        "kind: pipeline\nsteps: 3",
        "steps: {a: 1}",
        "pipeline: [",
        "trigger: 4\nwhen: [1]",
    ):
        assert not jobs(text)
