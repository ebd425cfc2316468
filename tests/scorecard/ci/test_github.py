"""GitHub Actions: what starts a workflow, and what its jobs run."""

from collections.abc import Mapping
from typing import Any

import pytest
from helpers import repo

from scorecard.ci import github
from scorecard.ci.model import Job, Reading, Trigger
from scorecard.model import Evidence

PATH = ".github/workflows/ci.yml"


def read(files: Mapping[str, str], **history: Any) -> Reading:
    repository, into = repo(files, **history), Reading()
    for path in repository.glob(*github.FILES):
        github.read(repository, path, into)
    return into


def workflow(on: str, job: str = "steps: [{run: pytest}]", **history: Any) -> Reading:
    return read({PATH: f"on: {on}\njobs:\n  test:\n    {job}\n"}, **history)


def only(reading: Reading) -> Job:
    assert len(reading.jobs) == 1
    return reading.jobs[0]


@pytest.mark.parametrize(
    ("on", "triggers"),
    [
        ("push", {Trigger.PUSH}),
        ("[push, pull_request]", {Trigger.PUSH, Trigger.CHANGE}),
        ("{pull_request_target: }", {Trigger.CHANGE}),
        ("{push: {tags: ['v*']}}", {Trigger.TAG}),
        ("{push: {tags: ['v*'], branches: [main]}}", {Trigger.TAG, Trigger.PUSH}),
        ("{release: {types: [published]}}", {Trigger.TAG}),
        ("{schedule: [{cron: '0 1 * * *'}]}", {Trigger.SCHEDULE}),
        ("workflow_dispatch", {Trigger.MANUAL}),
        ("repository_dispatch", {Trigger.OTHER}),
        ("issue_comment", {Trigger.OTHER}),
        ("{pull_request: {types: [closed]}}", {Trigger.PUSH}),
        ("{push: {branches: ['release/**']}}", {Trigger.PUSH}),
    ],
)
def test_each_event_is_its_trigger(on: str, triggers: set[Trigger]) -> None:
    assert only(workflow(on)).triggers == triggers


def test_a_quoted_on_is_on() -> None:
    assert only(read({PATH: '"on": push\njobs: {a: {steps: [{run: x}]}}\n'})).triggers == {Trigger.PUSH}


def test_a_commented_schedule_is_no_trigger() -> None:
    text = "on:\n  workflow_dispatch:\n  # schedule:\n  #  - cron: '0 1 * * *'\njobs: {a: {steps: [{run: x}]}}\n"
    assert not only(read({PATH: text})).automatic


def test_a_branch_that_nobody_has_triggers_nothing_and_is_a_problem() -> None:
    reading = workflow("{push: {branches: [develop]}, workflow_dispatch: }")
    assert only(reading).triggers == {Trigger.MANUAL}
    assert "develop" in reading.problems[0].text


def test_a_branch_that_exists_beside_the_default_one_counts() -> None:
    reading = workflow("{push: {branches: [develop]}}", branches=("main", "develop"))
    assert only(reading).automatic
    assert not reading.problems


def test_where_branches_are_unknown_any_branch_counts() -> None:
    assert only(workflow("{push: {branches: [develop]}}", branches=())).automatic


def test_a_workflow_after_another_starts_as_that_one_does() -> None:
    first = "name: Build\non: push\njobs: {a: {steps: [{run: make}]}}\n"
    after = "on: {workflow_run: {workflows: [Build]}}\njobs: {b: {steps: [{run: deploy}]}}\n"
    jobs = read({PATH: first, ".github/workflows/z.yml": after}).jobs
    assert jobs[1].triggers == {Trigger.PUSH}


def test_a_workflow_after_one_that_is_not_here_has_another_trigger() -> None:
    assert only(workflow("{workflow_run: {workflows: [Elsewhere]}}")).triggers == {Trigger.OTHER}


def test_two_workflows_that_follow_each_other_end() -> None:
    a = "name: A\non: {workflow_run: {workflows: [B]}}\njobs: {a: {steps: [{run: x}]}}\n"
    b = "name: B\non: {workflow_run: {workflows: [A]}}\njobs: {b: {steps: [{run: x}]}}\n"
    assert len(read({PATH: a, ".github/workflows/b.yml": b}).jobs) == 2


def test_a_reusable_workflow_runs_by_its_caller_and_says_so() -> None:
    caller = """
        on: push
        jobs:
          test:
            uses: ./.github/workflows/test.yml
            with: {folder: src}
          ship:
            needs: test
            steps: [{run: ./ship.sh}]
        """
    called = """
        on: {workflow_call: {inputs: {folder: {default: x}}}}
        jobs:
          unit:
            steps:
              - run: pytest ${{ inputs.folder }}
        """
    jobs = read({PATH: caller, ".github/workflows/test.yml": called}).jobs
    assert [job.id for job in jobs] == ["test/unit", "ship"]
    assert jobs[0].triggers == {Trigger.PUSH}
    assert jobs[0].steps[0].command == "pytest src"
    assert jobs[0].steps[0].via == (Evidence(PATH, 5, "uses: ./.github/workflows/test.yml"),)
    assert jobs[1].needs == ("test/unit",)


def test_a_workflow_that_calls_itself_ends() -> None:
    text = "on: [push, workflow_call]\njobs: {a: {uses: ./.github/workflows/ci.yml}}\n"
    assert read({PATH: text}).jobs == []


def test_a_reusable_workflow_that_nobody_calls_runs_never() -> None:
    assert workflow("workflow_call").jobs == []


def test_a_call_of_a_workflow_that_is_not_there_is_a_problem() -> None:
    assert "gone.yml" in workflow("push", "uses: ./.github/workflows/gone.yml").problems[0].text


def test_a_workflow_of_another_repository_is_one_step() -> None:
    job = only(workflow("push", "uses: org/repo/.github/workflows/x.yml@v1"))
    assert job.steps[0].uses == "org/repo/.github/workflows/x.yml@v1"


def test_a_composite_action_is_unfolded() -> None:
    action = """
        inputs: {what: {default: tests}}
        runs:
          using: composite
          steps:
            - run: |

                pytest ${{ inputs.what }}
              shell: bash
        """
    files = {PATH: "on: push\njobs: {a: {steps: [{uses: ./ci/setup}]}}\n", "ci/setup/action.yml": action}
    step = only(read(files)).steps[0]
    assert (step.path, step.line, step.command) == ("ci/setup/action.yml", 8, "pytest tests")
    assert step.via[0].path == PATH


def test_an_action_that_uses_itself_ends() -> None:
    action = "runs: {using: composite, steps: [{uses: ./a}]}\n"
    files = {PATH: "on: push\njobs: {a: {steps: [{uses: ./a}]}}\n", "a/action.yml": action}
    assert all(step.uses for step in only(read(files)).steps)


def test_few_matrix_values_make_one_step_each() -> None:
    job = only(workflow("push", "strategy: {matrix: {s: [lint, test]}}\n    steps: [{run: 'nox -s ${{ matrix.s }}'}]"))
    assert [step.command for step in job.steps] == ["nox -s lint", "nox -s test"]


def test_a_matrix_that_a_command_does_not_use_repeats_nothing() -> None:
    job = only(workflow("push", "strategy: {matrix: {py: ['3.11', '3.12']}}\n    steps: [{run: pytest}]"))
    assert len(job.steps) == 1


def test_an_environment_of_the_matrix_makes_one_job_each() -> None:
    job = "strategy: {matrix: {e: [dev, prod]}}\n    environment: ${{ matrix.e }}"
    jobs = workflow("push", f"{job}\n    steps: [{{run: 'd ${{{{ matrix.e }}}}'}}]").jobs
    assert [(job.environment, job.steps[0].command) for job in jobs] == [("dev", "d dev"), ("prod", "d prod")]


def test_literal_env_is_filled_in() -> None:
    job = only(workflow("push", "env: {T: tests}\n    steps: [{run: 'pytest ${{ env.T }} ${{ env.UNKNOWN }}'}]"))
    assert job.steps[0].command == "pytest tests ${{ env.UNKNOWN }}"


@pytest.mark.parametrize("condition", ["false", "${{ false }}"])
def test_what_is_switched_off_is_not_there(condition: str) -> None:
    assert workflow("push", f"if: {condition}\n    steps: [{{run: x}}]").jobs == []
    assert only(workflow("push", f"steps: [{{run: x, if: '{condition}'}}]")).steps == ()


def test_a_job_for_one_event_has_that_trigger_only() -> None:
    job = only(workflow("[push, pull_request]", "if: github.event_name == 'push'\n    steps: [{run: x}]"))
    assert job.triggers == {Trigger.PUSH}


def test_a_condition_with_or_takes_nothing_away() -> None:
    condition = "github.event_name == 'push' || true"
    job = only(workflow("[push, pull_request]", f"if: {condition}\n    steps: [{{run: x}}]"))
    assert job.triggers == {Trigger.PUSH, Trigger.CHANGE}


@pytest.mark.parametrize(
    ("step", "forgiven"),
    [
        ("{run: pytest || true}", True),
        ("{run: pytest, continue-on-error: true}", True),
        ("{run: pytest}", False),
        ('{run: "pytest\\nrm x || true"}', False),
    ],
)
def test_only_a_step_whose_failure_is_ignored_may_fail(step: str, forgiven: bool) -> None:
    assert only(workflow("push", f"steps: [{step}]")).steps[0].may_fail is forgiven


def test_the_working_directory_comes_from_step_job_or_workflow() -> None:
    text = """
        on: push
        defaults: {run: {working-directory: a}}
        jobs:
          one:
            steps:
              - run: x
              - run: y
                working-directory: ./b/
          two:
            defaults: {run: {working-directory: b}}
            steps: [{run: z}]
        """
    reading = read({PATH: text, "a/f": "", "b/f": ""})
    assert [step.folder for job in reading.jobs for step in job.steps] == ["a", "b", "b"]
    assert not reading.problems


def test_a_working_directory_that_does_not_exist_is_a_problem() -> None:
    reading = workflow("push", "steps:\n      - run: x\n        working-directory: gone")
    assert reading.problems == [Evidence(PATH, 6, "runs in the folder gone, which does not exist")]


def test_a_working_directory_that_an_earlier_step_makes_is_none() -> None:
    assert not workflow("push", "steps: [{run: git clone u gone}, {run: x, working-directory: gone}]").problems


def test_the_lines_of_commands_are_those_of_the_file() -> None:
    run = "- run: >\n          pytest\n          tests\n\n          ruff check\n"
    text = f"on: push\njobs:\n  a:\n    steps:\n      {run}"
    lines = list(only(read({PATH: text})).steps[0].lines())
    assert lines == [(6, "pytest \\"), (7, "tests"), (8, ""), (9, "ruff check")]


@pytest.mark.parametrize(
    "text", ["", "- a", "on: push\njobs: [1]", "on: {push: [x]}\njobs: {a: 3, b: {steps: {x: y}}}", "a: ["]
)
def test_malformed_files_add_no_steps(text: str) -> None:
    assert not [step for job in read({PATH: text}).jobs for step in job.steps]


def test_a_workflow_within_a_project_template_is_read_and_its_gaps_are_no_problems() -> None:
    text = """
        name: {{ .name }}
        on: {push: {branches: ["{{ .branch }}"]}}
        jobs:
          a:
            env:
              {{- if .x }}
              T: {{`${{ secrets.T }}`}}
              {{- end }}
            steps:
            - run: pytest
              working-directory: "{{ .name }}"
        """
    reading = read({"template/{{.name}}/.github/workflows/ci.yml.tmpl": text})
    assert only(reading).steps[0].command == "pytest"
    assert only(reading).automatic
    assert not reading.problems
