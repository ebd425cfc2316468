"""Azure Pipelines: which files are pipelines, templates, stages and triggers."""

from collections.abc import Mapping
from typing import Any

import pytest
from helpers import repo

from scorecard.ci import azure
from scorecard.ci.model import Job, Reading, Trigger
from scorecard.model import Evidence

PATH = "azure-pipelines.yml"


def read(files: Mapping[str, str], **history: Any) -> Reading:
    repository, into = repo(files, **history), Reading()
    for path in repository.glob(*azure.FILES):
        azure.read(repository, path, into)
    return into


def jobs(text: str, others: Mapping[str, str] | None = None) -> dict[str, Job]:
    return {job.id: job for job in read({PATH: text, **(others or {})}).jobs}


@pytest.mark.parametrize(
    ("head", "triggers"),
    [
        ("", {Trigger.PUSH}),
        ("trigger: none", {Trigger.MANUAL}),
        ("trigger: [none]\npr: [main]", {Trigger.CHANGE}),
        ("trigger: none\npr: none", {Trigger.MANUAL}),
        ("trigger: {branches: {include: [main]}}", {Trigger.PUSH}),
        ("trigger: {tags: {include: ['v*']}}", {Trigger.TAG}),
        ("trigger: none\nschedules: [{cron: '0 1 * * *', branches: {include: [main]}}]", {Trigger.SCHEDULE}),
        ("trigger: none\nresources: {pipelines: [{pipeline: a, source: b, trigger: true}]}", {Trigger.OTHER}),
        ("trigger: none\nresources: {pipelines: [{pipeline: a, source: b}]}", {Trigger.MANUAL}),
    ],
)
def test_each_head_is_its_trigger(head: str, triggers: set[Trigger]) -> None:
    assert jobs(f"{head}\nsteps: [{{script: pytest}}]\n")["job"].triggers == triggers


def test_a_branch_that_nobody_has_is_a_problem() -> None:
    reading = read({PATH: "trigger: [develop]\nsteps: [{script: x}]\n"})
    assert reading.jobs[0].triggers == {Trigger.MANUAL}
    assert "develop" in reading.problems[0].text


@pytest.mark.parametrize(
    "path", ["ops/build.yml", ".azuredevops/ci.yml", "src/devops/pipelines/x.yml", ".pipelines/pr.yaml"]
)
def test_a_pipeline_may_lie_anywhere(path: str) -> None:
    assert read({path: "trigger: [main]\npool: {vmImage: ubuntu}\nsteps: [{script: pytest}]\n"}).jobs


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("cloudbuild.yaml", "steps: [{name: ubuntu, script: make}]"),
        (".gitlab-ci.yml", "stages: [a]\npool: x\na: {script: [make]}"),
        (".circleci/config.yml", "jobs: {a: {steps: [{run: x}]}}"),
        ("train/pipeline.yml", "type: pipeline\njobs: {a: {type: command}}"),
        (".github/workflows/a.yml", "trigger: x\npool: x\nsteps: [{script: x, displayName: y}]"),
        ("k8s/a.yml", "kind: Pipeline\nspec: {steps: []}"),
        ("notes.yml", "steps: [{script: make}]"),
        ("a.yml", "# steps:\n# - task: Bash@3\n# pool: x\n"),
    ],
)
def test_other_yaml_is_no_pipeline(path: str, text: str) -> None:
    reading = read({path: text})
    assert not reading.jobs
    assert not reading.problems


def test_templates_are_unfolded_with_their_parameters_and_no_pipelines_themselves() -> None:
    text = """
        trigger: none
        pr: [main]
        stages:
        - stage: build
          jobs:
          - template: templates/jobs.yml
            parameters:
              where: dev
              extra:
              - script: echo extra
        """
    template = """
        parameters:
        - name: where
        - name: what
          default: tests
        - name: extra
          type: stepList
          default: []
        jobs:
        - deployment: ship
          environment: ${{ parameters.where }}
          strategy:
            runOnce:
              deploy:
                steps:
                - ${{ parameters.extra }}
                - template: /ops/azure-pipelines/steps.yml@self
                  parameters: {what: "${{ parameters.what }}"}
        """
    steps = "parameters: {what: x}\nsteps:\n- bash: |\n    pytest ${{ parameters.what }}\n"
    files = {
        "ops/azure-pipelines/ci.yml": text,
        "ops/azure-pipelines/templates/jobs.yml": template,
        "ops/azure-pipelines/steps.yml": steps,
    }
    reading = read(files)
    assert [job.id for job in reading.jobs] == ["build.ship"]
    job = reading.jobs[0]
    assert (job.environment, job.path, job.line) == ("dev", "ops/azure-pipelines/templates/jobs.yml", 10)
    assert [step.command for step in job.steps] == ["echo extra", "pytest tests"]
    assert job.steps[0].path == "ops/azure-pipelines/ci.yml"
    assert (job.steps[1].path, job.steps[1].line) == ("ops/azure-pipelines/steps.yml", 4)
    assert [evidence.line for evidence in job.steps[1].via] == [7, 17]


def test_a_template_that_is_not_there_is_a_problem() -> None:
    reading = read({PATH: "steps:\n- script: x\n- template: gone.yml\n"})
    assert reading.problems == [Evidence(PATH, 3, "includes the template gone.yml, which does not exist")]


def test_a_template_that_includes_itself_ends() -> None:
    assert jobs("steps:\n- template: t.yml\n- script: x\n", {"t.yml": "steps:\n- template: t.yml\n- script: y\n"})


def test_a_pipeline_may_extend_a_template() -> None:
    template = """
        parameters: [{name: steps}]
        stages:
        - stage: s
          jobs: [{job: j, steps: ["${{ parameters.steps }}"]}]
        """
    found = jobs("extends:\n  template: base.yml\n  parameters: {steps: [{script: pytest}]}\n", {"base.yml": template})
    assert found["s.j"].steps[0].command == "pytest"


def test_inserted_blocks_are_taken_as_present() -> None:
    text = """
        parameters: [{name: envs, default: [dev, prod]}]
        jobs:
        - ${{ each e in parameters.envs }}:
          - deployment: to_${{ e }}
            environment: {name: "${{ e }}"}
            strategy: {runOnce: {deploy: {steps: [{script: "ship ${{ e }}"}]}}}
        - job: last
          steps:
          - ${{ if eq(variables.x, 'y') }}:
            - script: only-if
        """
    found = jobs(text)
    assert [(name, job.environment) for name, job in found.items()] == [
        ("to_dev", "dev"),
        ("to_prod", "prod"),
        ("last", ""),
    ]
    assert found["last"].steps[0].command == "only-if"


def test_variables_are_filled_in_and_conditional_ones_give_several_environments() -> None:
    text = """
        variables:
        - name: DIR
          value: src
        - template: vars.yml
        - ${{ if eq(variables['Build.SourceBranchName'], 'main') }}:
          - name: ENV
            value: prod
        - ${{ else }}:
          - name: ENV
            value: dev
        jobs:
        - deployment: ship
          environment: $(ENV)
          strategy: {runOnce: {deploy: {steps: [{script: "ls $(dir) $(OTHER) $(ENV)"}]}}}
        """
    found = jobs(text, {"vars.yml": "variables: {OTHER: x}\n"})
    assert sorted(job.environment for job in found.values()) == ["dev", "prod"]
    assert found["ship (dev)"].steps[0].command == "ls src x $(ENV)"


def test_stages_need_the_one_before_unless_they_say_otherwise() -> None:
    step = "jobs: [{job: j, steps: [{script: x}]}]"
    heads = ("a", "b", "c\n  dependsOn: a", "d\n  dependsOn: []")
    text = "stages:\n" + "".join(f"- stage: {head}\n  {step}\n" for head in heads)
    assert [job.needs for job in jobs(text).values()] == [(), ("a.j",), ("a.j",), ()]


def test_manual_validation_holds_back_what_needs_it() -> None:
    text = """
        jobs:
        - job: free
          steps: [{script: x}]
        - job: ask
          pool: server
          steps: [{task: ManualValidation@0}]
        - job: ship
          dependsOn: ask
          steps: [{script: y}]
        """
    assert {name: job.approval for name, job in jobs(text).items()} == {
        "free": False,
        "ask": True,
        "ship": True,
    }


@pytest.mark.parametrize(
    ("task", "command", "line"),
    [
        ("AzureCLI@2\n  inputs:\n    inlineScript: az ml job create", "az ml job create", 4),
        ("Bash@3\n  inputs:\n    targetType: inline\n    script: |\n      make", "make", 6),
        ("Bash@3\n  inputs:\n    filePath: ci/run.sh\n    arguments: -v", "bash ci/run.sh -v", 4),
        (
            "PythonScript@0\n  inputs:\n    scriptSource: filePath\n    scriptPath: train.py",
            "python train.py",
            5,
        ),
        ("AzureCLI@2\n  inputs:\n    scriptPath: $(Build.SourcesDirectory)/d.sh", "bash d.sh", 4),
        ("PowerShell@2\n  inputs:\n    filePath: a.ps1", "pwsh a.ps1", 4),
        ("PythonScript@0\n  inputs:\n    scriptSource: inline\n    script: import os", "", 2),
        ("PublishTestResults@2\n  inputs:\n    testResultsFiles: x.xml", "", 2),
    ],
)
def test_a_task_gives_the_command_that_it_stands_for(task: str, command: str, line: int) -> None:
    step = jobs(f"steps:\n- task: {task}\n")["job"].steps[0]
    assert (step.command, step.line) == (command, line)
    assert step.uses


def test_folders_and_forgiveness() -> None:
    text = """
        steps:
        - script: a
          workingDirectory: $(Build.SourcesDirectory)/x
        - script: b
          continueOnError: true
        - script: c
          enabled: false
        """
    steps = jobs(text)["job"].steps
    assert [(step.folder, step.may_fail) for step in steps] == [("x", False), ("", True)]


def test_a_job_for_changes_only_is_not_run_by_a_push() -> None:
    text = """
        trigger: [main]
        pr: [main]
        jobs:
        - job: a
          condition: eq(variables['Build.Reason'], 'PullRequest')
          steps: [{script: x}]
        """
    assert jobs(text)["a"].triggers == {Trigger.CHANGE}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "steps: 3",
        "steps: [{task: [x]}]",
        "jobs: [{job: }]",
        "stages: [1, {stage: {a: b}}]",
        "steps: [",
        "steps: [{script: x, inputs: [1]}]",
    ],
)
def test_malformed_files_raise_nothing(text: str) -> None:
    assert isinstance(read({PATH: text}), Reading)


def test_what_a_stage_does_for_another_branch_only_a_person_can_start() -> None:
    text = """
        trigger: none
        pr: [main]
        stages:
        - stage: s
          condition: eq(variables['Build.SourceBranch'], 'refs/heads/main')
          jobs: [{job: j, condition: succeeded(), steps: [{script: x}]}]
        """
    assert jobs(text)["s.j"].triggers == {Trigger.MANUAL}
