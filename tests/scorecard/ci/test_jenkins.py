"""Jenkins: declarative and scripted pipelines."""

from collections.abc import Mapping
from typing import Any

import pytest
from helpers import repo

from scorecard.ci import jenkins
from scorecard.ci.model import Job, Reading, Trigger

BOTH = {Trigger.PUSH, Trigger.CHANGE}


def read(files: Mapping[str, str], **history: Any) -> Reading:
    repository, into = repo(files, **history), Reading()
    for path in repository.glob(*jenkins.FILES):
        jenkins.read(repository, path, into)
    return into


def jobs(text: str) -> dict[str, Job]:
    return {job.id: job for job in read({"Jenkinsfile": text}).jobs}


def stage(body: str) -> Job:
    return jobs(f"pipeline {{ stages {{ stage('S') {{ {body} }} }} }}")["S"]


def commands(text: str) -> list[str]:
    return [step.command for job in jobs(text).values() for step in job.steps if step.command]


def test_stages_are_jobs_that_need_the_one_before() -> None:
    found = jobs(
        """
        pipeline {
          agent { docker { image 'python:3.11' } }
          stages {
            stage('Test') {
              steps {
                sh 'pytest'
              }
            }
            stage("Ship") { steps { sh './ship.sh' } }
          }
        }
        """
    )
    assert list(found) == ["Test", "Ship"]
    assert found["Test"].triggers == BOTH
    assert (found["Test"].image, found["Test"].line) == ("python:3.11", 5)
    assert found["Test"].steps[0].line == 7
    assert found["Ship"].needs == ("Test",)


def test_comments_run_nothing() -> None:
    text = "node { stage('A') {\n// sh 'pytest'\n/* sh 'ruff'\n sh 'x' */ sh 'echo // no comment /* at all'\n} }"
    assert commands(text) == ["echo // no comment /* at all"]


def test_a_word_in_a_string_is_no_stage() -> None:
    assert list(jobs("node { stage('A') { echo \"stage('B') { sh 'x' }\"\n sh 'y' } }")) == ["A"]


def test_long_strings_keep_their_lines() -> None:
    step = stage("steps {\nsh '''\n\n  pip install x\n  pytest\n'''\n}").steps[0]
    assert list(step.lines()) == [(4, "pip install x"), (5, "pytest")]


@pytest.mark.parametrize(
    ("call", "command"),
    [
        ("sh 'a'", "a"),
        ('sh "a ${B}"', "a ${B}"),
        ("sh(script: 'a', returnStdout: true)", "a"),
        ("sh label: 'x', script: 'a'", "a"),
        ("def out = sh(script: 'a')", "a"),
        ("bat 'a'", "a"),
        ("sh 'a ' + name", "a ${name}"),
        ('sh """\n a\n"""', "a"),
        ("sh 'it\\'s'", "it's"),
    ],
)
def test_each_way_to_call_a_shell(call: str, command: str) -> None:
    assert stage(f"steps {{ script {{ {call} }} }}").steps[0].command == command


@pytest.mark.parametrize(
    ("body", "forgiven"),
    [
        ("sh 'pytest'", False),
        ("sh(script: 'pytest', returnStatus: true)", True),
        ("catchError { sh 'pytest' }", True),
        ("catchError(buildResult: 'SUCCESS') { sh 'pytest' }", True),
        ("script { try { sh 'pytest' } catch (e) { echo 'no' } }", True),
        ("script { try { sh 'pytest' } catch (e) { throw e } }", False),
        ("script { try { sh 'pytest' } catch (Exception e) { currentBuild.result = 'FAILURE' } }", False),
        ("script { try { sh 'pytest' } finally { echo 'no' } }", False),
        ("sh 'pytest || true'", True),
    ],
)
def test_only_a_step_whose_failure_is_forgotten_may_fail(body: str, forgiven: bool) -> None:
    step = next(step for step in stage(f"steps {{ {body} }}").steps if step.command)
    assert step.may_fail is forgiven


@pytest.mark.parametrize(
    ("when", "triggers"),
    [
        ("branch 'main'", {Trigger.PUSH}),
        ("changeRequest()", {Trigger.CHANGE}),
        ("buildingTag()", {Trigger.TAG}),
        ("tag 'v*'", {Trigger.TAG}),
        ("anyOf { branch 'main'; buildingTag() }", {Trigger.PUSH, Trigger.TAG}),
        ("not { changeRequest() }", {Trigger.PUSH}),
        ("not { branch 'main' }", BOTH),
        ("expression { params.X }", BOTH),
        ("branch 'nobody'", set()),
        ("allOf { branch 'main'; changeRequest() }", set()),
    ],
)
def test_when_narrows_what_starts_a_stage(when: str, triggers: set[Trigger]) -> None:
    assert stage(f"when {{ {when} }} steps {{ sh 'x' }}").triggers == triggers


def test_a_stage_of_a_branch_that_nobody_has_is_a_problem() -> None:
    text = "pipeline { stages { stage('S') { when { branch 'develop' } steps { sh 'x' } } } }"
    assert "develop" in read({"Jenkinsfile": text}).problems[0].text


def test_cron_is_a_schedule_beside_the_push() -> None:
    text = "pipeline {\n triggers { cron('H 2 * * *') }\n stages { stage('S') { steps { sh 'x' } } } }"
    job = jobs(text)["S"]
    assert job.triggers == {*BOTH, Trigger.SCHEDULE}
    assert job.trigger_evidence[0].line == 2


def test_a_commented_cron_is_no_schedule() -> None:
    text = "pipeline {\n // triggers { cron('H 2 * * *') }\n stages { stage('S') { steps { sh 'x' } } } }"
    assert jobs(text)["S"].triggers == BOTH


def test_a_scripted_cron_is_a_schedule() -> None:
    text = "properties([pipelineTriggers([cron('H 2 * * *')])])\nnode { stage('S') { sh 'x' } }"
    assert Trigger.SCHEDULE in jobs(text)["S"].triggers


def test_parallel_stages_do_not_need_each_other() -> None:
    found = jobs(
        """
        node {
          stage('A') { sh 'a' }
          stage('P') { parallel one: { sh 'p1' }, two: { sh 'p2' } }
          stage('Z') { sh 'z' }
        }
        """
    )
    assert found["P/one"].needs == found["P/two"].needs == ("A",)
    assert found["Z"].needs == ("P/one", "P/two")


def test_declarative_parallel_stages_too() -> None:
    text = """
        pipeline { stages {
          stage('P') { parallel {
            stage('one') { steps { sh 'p1' } }
            stage('two') { steps { sh 'p2' } }
          } }
          stage('Z') { steps { sh 'z' } }
        } }
        """
    assert jobs(text)["Z"].needs == ("P/one", "P/two")


@pytest.mark.parametrize("ask", ["input { message 'Go?' } steps { sh 'x' }", "steps { input 'Go?'\n sh 'x' }"])
def test_input_is_an_approval_of_its_stage_and_of_those_after(ask: str) -> None:
    before, after = "stage('A') { steps { sh 'a' } }", "stage('C') { steps { sh 'c' } }"
    text = f"pipeline {{ stages {{ {before} stage('B') {{ {ask} }} {after} }} }}"
    assert [job.approval for job in jobs(text).values()] == [False, True, True]


def test_dir_is_the_folder_of_what_lies_in_it() -> None:
    steps = stage("steps { dir('infra') { withEnv(['A=b']) { sh 'x' } }\n sh 'y' }").steps
    assert [(step.command, step.folder) for step in steps] == [("x", "infra"), ("y", "")]


def test_a_docker_build_is_a_command_too() -> None:
    step = stage("steps { script { docker.build('app', '-f D .').push() } }").steps[0]
    assert (step.uses, step.command) == ("docker.build", "docker build -t app -f D .")


def test_a_function_runs_where_it_is_called() -> None:
    assert commands("def t(String x) {\n sh 'pytest'\n}\nnode { stage('A') { t('y') } }") == ["pytest"]


def test_a_function_that_nobody_calls_runs_nothing() -> None:
    assert commands("def t() { sh 'pytest' }\nvoid u() { sh 'x' }\nnode { stage('A') { sh 'y' } }") == ["y"]


def test_what_follows_the_pipeline_needs_its_last_stage() -> None:
    text = "pipeline { stages { stage('A') { steps { sh 'a' } } } post { failure { sh 'mail' } } }"
    post = jobs(text)["post"]
    assert post.needs == ("A",)
    assert post.steps[0].condition == "failure"


@pytest.mark.parametrize("path", ["ci/Jenkinsfile.prod", "jenkins/build.groovy", "deploy.jenkinsfile"])
def test_a_pipeline_may_have_other_names(path: str) -> None:
    assert read({path: "node { stage('A') { sh 'a' } }"}).jobs


@pytest.mark.parametrize("path", ["src/build.groovy", "Jenkinsfile.md"])
def test_other_files_are_none(path: str) -> None:
    assert not read({path: "node { stage('A') { sh 'a' } }"}).jobs


def test_a_shared_library_function_is_no_pipeline() -> None:
    assert not read({"jenkins/vars/x.groovy": "def call() { sh 'x' }"}).jobs


@pytest.mark.parametrize(
    "text",
    [
        "",
        "}}}",
        "pipeline {",
        "stage(",
        "node { sh '''",
        "stage('a') { sh \"${",
        "parallel a: {",
        "((((" * 200,
        "{" * 5000,
    ],
)
def test_malformed_files_raise_nothing(text: str) -> None:
    assert isinstance(read({"Jenkinsfile": text}), Reading)
