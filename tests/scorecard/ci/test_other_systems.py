"""AppVeyor and Semaphore."""

from scorecard.ci import appveyor, semaphore
from scorecard.ci.model import Reading, Trigger
from tests.helpers import repo


def test_appveyor_runs_its_scripts_whatever_their_shell() -> None:
    text = "install:\n  - ps: ./setup.ps1\ntest_script:\n  - cmd: pytest\ndeploy: {provider: NuGet}\n"
    into = Reading()
    appveyor.read(repo({"appveyor.yml": text}), "appveyor.yml", into)
    (job,) = into.jobs
    assert [step.command or step.uses for step in job.steps] == ["./setup.ps1", "pytest", "NuGet"]
    assert job.steps[1].line == 4
    assert job.triggers == {Trigger.PUSH, Trigger.CHANGE}


def test_appveyor_without_a_script_is_no_job() -> None:
    into = Reading()
    for text in ("", "test_script: off_\n#".replace("off_", "[]"), "image: x\n", "install: {a: b}\n", "a: ["):
        appveyor.read(repo({"appveyor.yml": text}), "appveyor.yml", into)
    assert not into.jobs


FIRST = """
    blocks:
      - name: Test
        task:
          prologue: {commands: [checkout, cd app]}
          jobs: [{name: unit, commands: [pytest]}]
      - name: Build
        task: {jobs: [{name: image, commands: [docker build .]}]}
    promotions:
      - {name: Production, pipeline_file: ship.yml}
"""
SHIP = "blocks: [{name: Ship, task: {jobs: [{name: go, commands: [make deploy]}]}}]\n"


def test_semaphore_promotes_by_a_person_unless_told_otherwise() -> None:
    repository = repo({".semaphore/semaphore.yml": FIRST, ".semaphore/ship.yml": SHIP})
    into = Reading()
    for path in repository.glob(*semaphore.FILES):
        semaphore.read(repository, path, into)
    test, build, ship = into.jobs
    assert build.needs == (test.id,)
    assert test.steps[-1].folder == "app"
    assert ship.approval
    assert not test.approval


def test_a_semaphore_file_that_nobody_promotes_to_is_not_started() -> None:
    into = Reading()
    repository = repo({".semaphore/semaphore.yml": "blocks: []\n", ".semaphore/ship.yml": SHIP})
    semaphore.read(repository, ".semaphore/ship.yml", into)
    assert into.jobs[0].triggers == {Trigger.OTHER}
