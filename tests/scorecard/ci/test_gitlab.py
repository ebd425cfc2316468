"""GitLab CI: rules, includes, templates and stages."""

from collections.abc import Mapping
from typing import Any

import pytest
from helpers import repo

from scorecard.ci import gitlab
from scorecard.ci.gitlab_conditions import Condition
from scorecard.ci.model import Job, Reading, Trigger
from scorecard.model import Evidence

PATH = ".gitlab-ci.yml"


def read(files: Mapping[str, str], **history: Any) -> Reading:
    repository, into = repo(files, **history), Reading()
    for path in repository.glob(*gitlab.FILES):
        gitlab.read(repository, path, into)
    return into


def jobs(text: str, others: Mapping[str, str] | None = None, **history: Any) -> dict[str, Job]:
    return {job.id: job for job in read({PATH: text, **(others or {})}, **history).jobs}


@pytest.mark.parametrize(
    ("when", "triggers"),
    [
        ("", {Trigger.PUSH}),
        ("only: [merge_requests]", {Trigger.CHANGE}),
        ("only: [tags]", {Trigger.TAG}),
        ("only: [schedules]", {Trigger.SCHEDULE}),
        ("only: {refs: [main, merge_requests]}", {Trigger.PUSH, Trigger.CHANGE}),
        ("except: [branches]", set()),
        ("rules: [{if: $CI_PIPELINE_SOURCE == 'merge_request_event'}]", {Trigger.CHANGE}),
        ("rules: [{if: '$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH'}]", {Trigger.PUSH}),
        ("rules: [{if: $CI_COMMIT_TAG}]", {Trigger.TAG}),
        ("rules: [{if: '$CI_COMMIT_TAG =~ /^v[0-9]/'}]", {Trigger.TAG}),
        ("rules: [{if: $CI_PIPELINE_SOURCE == 'schedule'}]", {Trigger.SCHEDULE}),
        ("rules: [{when: never}]", set()),
        ("rules: [{if: $CI_COMMIT_BRANCH, when: never}, {when: always}]", {Trigger.CHANGE}),
        ("rules: [{if: '$CI_COMMIT_BRANCH == \"nobody\"'}]", set()),
        ("rules: [{if: $SOMEBODY_SETS_IT}]", set()),
    ],
)
def test_a_job_runs_on_what_its_rules_let_through(when: str, triggers: set[Trigger]) -> None:
    assert jobs(f"a:\n  script: [pytest]\n  {when}\n")["a"].triggers == triggers


def test_the_rules_of_the_workflow_come_first() -> None:
    text = "workflow: {rules: [{if: $CI_PIPELINE_SOURCE == 'merge_request_event'}]}\na: {script: [x]}\n"
    assert jobs(text)["a"].triggers == {Trigger.CHANGE}


def test_only_a_branch_that_nobody_has_is_a_problem() -> None:
    reading = read({PATH: "a: {script: [x], only: [develop]}\n"})
    assert not reading.jobs[0].automatic
    assert "develop" in reading.problems[0].text


def test_a_manual_job_of_an_automatic_pipeline_waits_for_a_person() -> None:
    found = jobs("a: {script: [x]}\nb: {script: [y], when: manual, needs: [a]}\nc: {script: [z], needs: [b]}\n")
    assert [found[name].approval for name in "abc"] == [False, True, True]
    assert found["b"].triggers == {Trigger.PUSH}


def test_a_pipeline_of_nothing_but_a_manual_job_is_manual() -> None:
    job = jobs("b: {script: [y], when: manual}\n")["b"]
    assert job.triggers == {Trigger.MANUAL}
    assert not job.approval


def test_a_job_needs_the_stage_before_or_what_it_names() -> None:
    text = """
        stages: [build, test, deploy]
        one: {stage: build, script: [x]}
        two: {stage: build, script: [x], only: [tags]}
        check: {stage: test, script: [x]}
        ship: {stage: deploy, script: [x]}
        free: {stage: deploy, script: [x], needs: []}
        named: {stage: deploy, script: [x], needs: [{job: one}]}
        """
    found = jobs(text)
    assert found["check"].needs == ("one",)  # `two` is never in one pipeline with it
    assert found["ship"].needs == ("check",)
    assert found["free"].needs == ()
    assert found["named"].needs == ("one",)


def test_hidden_jobs_are_templates_and_extends_merges_deeply() -> None:
    text = """
        .base:
          image: python:3.11
          variables: {A: "1"}
          script:
            - pytest
        .more: {variables: {B: staging}}
        unit:
          extends: [.base, .more]
          environment: {name: $B}
        """
    found = jobs(text)
    assert list(found) == ["unit"]
    job = found["unit"]
    assert (job.image, job.environment) == ("python:3.11", "staging")
    assert (job.steps[0].line, job.steps[0].via) == (6, (Evidence(PATH, 9, "extends: [.base, .more]"),))


def test_scripts_are_read_through_references_and_defaults() -> None:
    text = """
        default: {before_script: [pip install x]}
        .lint: {script: [ruff check]}
        a:
          script:
            - !reference [.lint, script]
            - |
              mypy .
          after_script: [./report.sh]
        """
    steps = jobs(text)["a"].steps
    assert [step.command for step in steps] == ["pip install x", "ruff check", "mypy .", "./report.sh"]
    assert [step.may_fail for step in steps] == [False, False, False, True]


def test_local_includes_are_read_and_their_lines_are_theirs() -> None:
    text = "include:\n  - local: /ci/*.yml\n  - project: a/b\n    file: x.yml\nb: {script: [y]}\n"
    job = jobs(text, {"ci/a.yml": "a:\n  script:\n    - make\n", "other.gitlab-ci.yml": "z: {script: [x]}"})["a"]
    assert (job.path, job.line, job.pipeline) == ("ci/a.yml", 1, PATH)
    assert (job.steps[0].path, job.steps[0].line) == ("ci/a.yml", 3)
    assert job.steps[0].via == (Evidence(PATH, 2, "- local: /ci/*.yml"),)


def test_a_file_that_nobody_includes_is_not_read() -> None:
    assert list(jobs("b: {script: [y]}\n", {"ci/x.gitlab-ci.yml": "z: {script: [x]}"})) == ["b"]


def test_an_include_that_is_not_there_is_a_problem() -> None:
    assert "ci/gone.yml" in read({PATH: "include: ci/gone.yml\n"}).problems[0].text


def test_files_that_include_each_other_end() -> None:
    assert "a" in jobs("include: a.yml\n", {"a.yml": "include: .gitlab-ci.yml\na: {script: [x]}\n"})


def test_jobs_that_extend_each_other_end() -> None:
    assert jobs("a: {extends: b, script: [x]}\nb: {extends: a, script: [y]}\n")


def test_a_child_pipeline_runs_with_its_parent() -> None:
    found = jobs("c: {trigger: {include: ci/child.yml}}\n", {"ci/child.yml": "t: {script: [make]}\n"})
    assert found["c/t"].triggers == {Trigger.PUSH}


def test_a_nested_file_is_no_pipeline() -> None:
    assert read({"template/.gitlab-ci.yml": "a: {script: [x]}"}).jobs == []


def test_stopping_an_environment_deploys_nothing() -> None:
    assert jobs("a: {script: [x], environment: {name: dev, action: stop}}\n")["a"].environment == ""


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ('$A == "x" && ($B || $C)', True),
        ('$A != "x" || $C', False),
        ("$A =~ /^X$/i", True),
        ("$A !~ /x/", False),
        ("$C == null", True),
        ("$A ==", False),
        ("((((", False),
        ("$A =~ /(a+)+$/", False),
        ("$A =~ /(y|x)+$/", True),
        (f"'{'a' * 60}' =~ /^(a|a)*b/", False),
    ],
)
def test_conditions(condition: str, holds: bool) -> None:
    assert Condition(condition, {"A": "x", "B": "1"}).holds() is holds


@pytest.mark.parametrize(
    "text",
    ["", "- a", "a: {script: 3}", "include: [[1]]\na: {extends: {x: y}, rules: x}", "a: [", "a: {needs: 3}"],
)
def test_malformed_files_raise_nothing(text: str) -> None:
    assert isinstance(read({PATH: text}), Reading)
