"""Buildkite: waits, blocks, plugins."""

from scorecard.ci import buildkite
from scorecard.ci.model import Reading, Trigger
from tests.helpers import repo

FILE = ".buildkite/pipeline.yml"


def read(text: str, path: str = FILE, **others: str) -> Reading:
    into = Reading()
    buildkite.read(repo({path: text, **{f".buildkite/{k}.yml": v for k, v in others.items()}}), path, into)
    return into


STEPS = """
    steps:
      - label: test
        command:
          - cd app
          - pytest
      - wait
      - label: build
        command: docker build .
        soft_fail: true
      - block: Ship it?
      - label: ship
        branches: main
        command: make deploy
"""


def test_steps_after_a_wait_need_those_before_it() -> None:
    test, build, ship = read(STEPS).jobs
    assert test.needs == ()
    assert build.needs == ("test",)
    assert build.may_fail
    assert set(ship.needs) == {"test", "build"}


def test_what_follows_a_block_needs_a_person() -> None:
    assert [job.approval for job in read(STEPS).jobs] == [False, False, True]


def test_a_command_is_cited_on_its_line_and_in_its_folder() -> None:
    step = read(STEPS).jobs[0].steps[1]
    assert (step.command, step.line, step.folder) == ("pytest", 6, "app")


def test_a_branch_makes_it_a_push() -> None:
    test, _, ship = read(STEPS).jobs
    assert test.triggers == {Trigger.PUSH, Trigger.CHANGE}
    assert ship.triggers == {Trigger.PUSH}


def test_a_branch_that_nobody_has_starts_nothing() -> None:
    found = read("steps: [{command: make deploy, branches: production}]\n")
    assert found.jobs[0].triggers == frozenset()
    assert found.problems


def test_depends_on_overrules_the_block() -> None:
    found = read("steps: [{command: a, key: a}, {block: b}, {command: c, depends_on: a}]\n")
    assert not found.jobs[1].approval
    assert found.jobs[1].needs == ("a",)


def test_a_plugin_is_what_the_step_uses() -> None:
    text = """
    steps:
      - plugins:
          - docker#v5.0.0: {image: python, command: [pytest, tests]}
    """
    plugin, command = read(text).jobs[0].steps
    assert plugin.uses == "docker#v5.0.0"
    assert command.command == "pytest tests"


def test_a_file_that_nobody_uploads_is_not_started_by_a_push() -> None:
    first = "steps: [{command: pytest}]\n# .buildkite/other.yml\n"
    into = Reading()
    repository = repo({FILE: first, ".buildkite/other.yml": "steps: [{command: make deploy}]\n"})
    buildkite.read(repository, ".buildkite/other.yml", into)
    assert into.jobs[0].triggers == {Trigger.OTHER}


def test_a_group_that_holds_itself_ends() -> None:
    assert len(read("steps: &all\n  - command: a\n  - group: b\n    steps: *all\n").jobs) == 2


def test_nonsense_is_survived() -> None:
    for text in (
        "",
        "3",
        "steps: {a: b}",
        "steps: [[1], [2]]",
        "steps: [{plugins: 3, command: {a: b}}]",
        "steps: [",
    ):
        assert not any(job.steps and job.steps[0].command for job in read(text).jobs)
