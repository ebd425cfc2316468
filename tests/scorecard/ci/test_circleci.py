"""CircleCI: a job that no workflow lists does not exist."""

from scorecard.ci import circleci
from scorecard.ci.model import Job, Reading, Trigger
from tests.helpers import repo

CONFIG = ".circleci/config.yml"
JOBS = """
    version: 2.1
    jobs:
      test:
        docker: [{image: cimg/python:3.11}]
        steps:
          - checkout
          - run: pytest
      deploy:
        docker: [{image: cimg/base:stable}]
        steps:
          - run: {name: Ship, command: make deploy}
"""


def read(text: str, **branches: tuple[str, ...]) -> Reading:
    repository = repo({CONFIG: text}, **branches)
    into = Reading()
    for path in repository.glob(*circleci.FILES):
        circleci.read(repository, path, into)
    return into


def jobs(text: str, **branches: tuple[str, ...]) -> dict[str, Job]:
    return {job.id: job for job in read(text, **branches).jobs}


def test_only_a_job_that_a_workflow_lists_runs() -> None:
    found = jobs(JOBS + "    workflows: {ci: {jobs: [test]}}\n")
    assert list(found) == ["test"]
    assert found["test"].triggers == {Trigger.PUSH, Trigger.CHANGE}
    assert found["test"].image == "cimg/python:3.11"


def test_a_job_in_a_commented_workflow_does_not_exist() -> None:
    assert not jobs(JOBS + "    workflows:\n      version: 2\n    #  ci:\n    #    jobs: [test]\n")


def test_a_run_is_cited_on_its_own_line() -> None:
    step = jobs(JOBS + "    workflows: {ci: {jobs: [test]}}\n")["test"].steps[-1]
    assert (step.command, step.line) == ("pytest", 8)


def test_an_approval_holds_the_jobs_behind_it_and_is_no_job() -> None:
    found = jobs(
        JOBS
        + """
    workflows:
      ci:
        jobs:
          - test
          - hold: {type: approval, requires: [test]}
          - deploy: {requires: [hold]}
    """
    )
    assert list(found) == ["test", "deploy"]
    assert found["deploy"].approval
    assert found["deploy"].needs == ("test",)
    assert not found["test"].approval


def test_filters_choose_tags_instead_of_branches() -> None:
    found = jobs(
        JOBS
        + """
    workflows:
      ci:
        jobs:
          - test: {filters: {branches: {ignore: /.*/}, tags: {only: /^v.*/}}}
          - deploy: {filters: {branches: {only: main}}}
    """
    )
    assert found["test"].triggers == {Trigger.TAG}
    assert found["deploy"].triggers == {Trigger.PUSH}
    assert found["deploy"].branches == ("main",)


def test_a_branch_that_nobody_has_starts_nothing() -> None:
    found = read(JOBS + "    workflows: {ci: {jobs: [deploy: {filters: {branches: {only: develop}}}]}}\n")
    assert found.jobs[0].triggers == frozenset()
    assert "develop" in found.problems[0].text


def test_a_regular_expression_of_branches_is_believed() -> None:
    found = jobs(JOBS + "    workflows: {ci: {jobs: [deploy: {filters: {branches: {only: /release.*/}}}]}}\n")
    assert found["deploy"].triggers == {Trigger.PUSH}


def test_a_schedule_is_the_only_trigger_of_its_workflow() -> None:
    found = read(
        JOBS
        + """
    workflows:
      nightly:
        triggers:
          - schedule: {cron: "0 0 * * *", filters: {branches: {only: main}}}
        jobs: [test]
    """
    )
    assert found.jobs[0].triggers == {Trigger.SCHEDULE}
    assert "cron" in found.jobs[0].trigger_evidence[0].text


def test_a_workflow_behind_a_parameter_that_is_off_waits_for_a_person() -> None:
    text = "    parameters: {ship: {type: boolean, default: false}}\n"
    text = JOBS + text + "    workflows: {ship: {when: << pipeline.parameters.ship >>, jobs: [deploy]}}\n"
    assert jobs(text)["deploy"].triggers == {Trigger.MANUAL}


def test_a_command_is_expanded_with_its_parameters() -> None:
    found = jobs(
        """
    version: 2.1
    commands:
      check:
        parameters: {path: {type: string, default: .}}
        steps:
          - run: pytest << parameters.path >>
    jobs:
      test:
        docker: [{image: python}]
        steps:
          - check: {path: tests/unit}
    workflows: {ci: {jobs: [test]}}
    """
    )
    (step,) = found["test"].steps
    assert (step.command, step.line) == ("pytest tests/unit", 7)
    assert step.via[0].line == 12


def test_a_command_that_calls_itself_ends() -> None:
    text = """
    version: 2.1
    commands: {loop: {steps: [loop]}}
    jobs: {test: {docker: [{image: a}], steps: [loop, run: pytest]}}
    workflows: {ci: {jobs: [test]}}
    """
    assert [step.command for step in jobs(text)["test"].steps] == ["pytest"]


def test_commands_that_multiply_without_end_are_cut_off() -> None:
    calls = "\n".join(f"      c{i}: {{steps: [{', '.join([f'c{i + 1}'] * 40)}]}}" for i in range(8))
    text = "    version: 2.1\n    commands:\n" + calls + "\n      c8: {steps: []}\n"
    text += "    jobs: {test: {docker: [{image: a}], steps: [c0]}}\n    workflows: {ci: {jobs: [test]}}\n"
    assert jobs(text)["test"].steps == ()


def test_the_working_directory_counts_from_where_the_repository_is_checked_out() -> None:
    text = """
    version: 2
    jobs:
      build:
        working_directory: ~/project/service
        docker: [{image: a}]
        steps:
          - checkout: {path: ~/project}
          - run: pytest
    """
    assert jobs(text)["build"].steps[-1].folder == "service"
    assert jobs(text.replace("checkout: {path: ~/project}", "checkout"))["build"].steps[-1].folder == ""


def test_an_orb_is_kept_as_what_it_is() -> None:
    found = jobs("    version: 2.1\n    workflows: {ci: {jobs: [python/test: {args: --cov}]}}\n")
    assert found["python/test"].steps[0].uses == "python/test"
    assert found["python/test"].steps[0].input("args") == "--cov"


def test_nonsense_is_survived() -> None:
    for text in ("", "- a\n- b\n", "jobs: 3\nworkflows: [1]\n", "a: [", "workflows: {ci: {jobs: {a: b}}}\n"):
        assert not read(text).jobs
