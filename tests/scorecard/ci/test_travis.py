"""Travis CI: phases, included jobs, deployments."""

from scorecard.ci import travis
from scorecard.ci.model import Reading, Trigger
from tests.helpers import repo


def read(text: str) -> Reading:
    into = Reading()
    travis.read(repo({".travis.yml": text}), ".travis.yml", into)
    return into


def test_the_phases_are_steps_in_their_order() -> None:
    (job,) = read("after_success: codecov\nscript:\n  - cd src\n  - pytest\ninstall: pip install .\n").jobs
    assert [step.command for step in job.steps] == ["pip install .", "cd src", "pytest", "codecov"]
    assert job.steps[2].folder == "src"
    assert job.steps[2].line == 4
    assert job.triggers == {Trigger.PUSH, Trigger.CHANGE}


def test_what_follows_a_success_cannot_break_the_build() -> None:
    (job,) = read("script: pytest\nafter_success: codecov\n").jobs
    assert [step.may_fail for step in job.steps] == [False, True]


def test_a_deployment_is_a_job_after_the_build_and_never_for_a_change() -> None:
    build, deploy = read("script: pytest\ndeploy:\n  provider: pypi\n  on:\n    tags: true\n").jobs
    assert deploy.steps[0].uses == "pypi"
    assert deploy.triggers == {Trigger.TAG}
    assert deploy.needs == (build.id,)


def test_a_commented_deployment_is_none() -> None:
    assert len(read("script: pytest\n#deploy:\n#  provider: pypi\n").jobs) == 1


def test_a_deployment_from_a_branch_that_nobody_has_never_runs() -> None:
    found = read("script: pytest\ndeploy: {provider: heroku, on: {branch: production}}\n")
    assert found.jobs[1].triggers == frozenset()
    assert "production" in found.problems[0].text


def test_included_jobs_inherit_and_stages_wait_for_each_other() -> None:
    found = read(
        """
        install: pip install .
        jobs:
          include:
            - script: pytest
            - stage: ship
              script: make deploy
              if: branch = main AND type = push
          allow_failures:
            - script: pytest
        """
    )
    test, ship = found.jobs
    assert [step.command for step in test.steps] == ["pip install .", "pytest"]
    assert test.may_fail
    assert ship.needs == (test.id,)
    assert ship.triggers == {Trigger.PUSH}
    assert not ship.may_fail


def test_a_job_for_the_clock_is_scheduled() -> None:
    assert read("if: type = cron\nscript: pytest\n").jobs[0].triggers == {Trigger.SCHEDULE}


def test_nonsense_is_survived() -> None:
    for text in ("", "- a\n", "jobs: {include: 3}\ndeploy: x\nbranches: 7\n", "script: {a: b}\n", "a: ["):
        assert not any(job.steps for job in read(text).jobs)


def commands(text: str) -> list[list[str]]:
    return [[step.command for step in job.steps] for job in read(text).jobs]


def test_each_line_of_the_matrix_is_a_job_where_commands_tell_them_apart() -> None:
    assert commands("env:\n  - task=lint\n  - task=check\nscript: make $task\n") == [["make lint"], ["make check"]]
    assert commands("env:\n  - DB=mysql\n  - DB=pg\nscript: pytest\n") == [["pytest"]]


def test_an_included_job_has_its_own_variables_and_those_of_all() -> None:
    found = commands(
        """
        env: {global: [where=tests, secure: abc]}
        jobs:
          include:
            - env: how=-x
            - env: {how: -q}
        script: pytest ${how} $where $nobody
        """
    )
    assert found == [["pytest -x tests $nobody"], ["pytest -q tests $nobody"]]


def test_a_line_that_no_shell_could_read_sets_nothing() -> None:
    assert commands("env: 'A=\"open'\nscript: make $A\n") == [["make $A"]]
