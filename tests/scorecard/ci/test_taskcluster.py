"""Taskcluster."""

from scorecard.ci import taskcluster
from scorecard.ci.model import Reading, Trigger
from tests.helpers import repo

CONFIG = """
    version: 1
    tasks:
      $let:
        base:
          payload: {image: python, maxRunTime: 60}
          metadata: {owner: me@example.com}
      in:
        $if: 'tasks_for == "github-push" || tasks_for == "github-pull-request"'
        then:
          - $mergeDeep:
              - {$eval: base}
              - taskId: {$eval: as_slugid("tests")}
                payload:
                  command:
                    - /bin/bash
                    - -lc
                    - "git clone ${repository} &&
                      cd app &&
                      pytest tests"
                routes: [notify.email.me@example.com.on-failed]
                metadata: {name: unit tests}
          - $if: 'tasks_for == "github-push" && head_branch[:10] == "refs/tags/"'
            then:
              $mergeDeep:
                - {$eval: base}
                - dependencies: [{$eval: as_slugid("tests")}]
                  payload: {command: [taskboot, deploy-pypi]}
                  metadata: {name: release}
"""


def read(files: dict[str, str], path: str = ".taskcluster.yml") -> Reading:
    into = Reading()
    taskcluster.read(repo(files), path, into)
    return into


def test_every_branch_of_the_template_is_taken_with_its_conditions() -> None:
    tests, release = read({".taskcluster.yml": CONFIG}).jobs
    assert tests.triggers == {Trigger.PUSH, Trigger.CHANGE}
    assert release.triggers == {Trigger.TAG}
    assert release.needs == (tests.id,) == ("tests",)
    assert tests.image == "python"


def test_what_follows_a_clone_runs_at_the_root_and_keeps_its_line() -> None:
    clone, test, route = read({".taskcluster.yml": CONFIG}).jobs[0].steps
    assert clone.line == 18
    assert (test.command, test.line, test.folder) == ("pytest tests", 20, "")
    assert route.uses == "notify.email.me@example.com.on-failed"


def test_a_vector_of_words_is_a_command() -> None:
    assert read({".taskcluster.yml": CONFIG}).jobs[1].steps[0].command == "taskboot deploy-pypi"


def test_the_other_side_of_a_condition_is_not_a_push() -> None:
    text = """
    tasks:
      $if: 'tasks_for == "github-push"'
      then: []
      else: {metadata: {name: a}, payload: {command: [pytest]}}
    """
    assert read({".taskcluster.yml": text}).jobs[0].triggers == {Trigger.CHANGE}


def test_a_commented_task_is_none() -> None:
    assert not read({".taskcluster.yml": "tasks: []\n#  - payload: {command: [pytest]}\n"}).jobs


PIPELINE = "tasks:\n  - ID: train\n    payload:\n      command: [train, --all]\n"
HOOK = """
    {
      "schedule": ["0 0 * * *"],
      "metadata": {"name": "nightly"},
      "task": {"payload": {"command": ["python", "spawn.py", "/code/pipeline.yml"]}}
    }
"""


def test_a_hook_with_a_schedule_starts_the_tasks_that_it_names() -> None:
    files = {"infra/pipeline.yml": PIPELINE, "infra/hook.json": HOOK}
    (job,) = read(files, "infra/pipeline.yml").jobs
    assert job.triggers == {Trigger.SCHEDULE}
    assert job.trigger_evidence[0].path == "infra/hook.json"
    assert read(files, "infra/hook.json").jobs[0].triggers == {Trigger.SCHEDULE}


def test_tasks_that_no_hook_names_are_started_by_nobody_known() -> None:
    files = {"infra/pipeline.yml": PIPELINE, "infra/hook.json": HOOK.replace("pipeline.yml", "other.yml")}
    assert read(files, "infra/pipeline.yml").jobs[0].triggers == {Trigger.OTHER}


def test_files_of_infra_that_are_something_else_are_left_alone() -> None:
    ansible = "- hosts: all\n  tasks:\n    - name: payload\n      shell: pytest\n"
    assert not read({"infra/site.yml": ansible}, "infra/site.yml").jobs
    assert not read({"infra/a.json": '{"payload": 3, "task": []}'}, "infra/a.json").jobs


def test_aliases_that_multiply_without_end_are_cut_off() -> None:
    text = "payload: &a0 [1, 2]\n"
    text += "".join(f"x{i}: &a{i} [" + ", ".join([f"*a{i - 1}"] * 20) + "]\n" for i in range(1, 9))
    assert not read({".taskcluster.yml": text + "tasks: *a8\n"}).jobs


def test_nonsense_is_survived() -> None:
    for text in (
        "payload",
        "tasks: {$if: 3, then: {payload: 1}}",
        "tasks: {$let: 3, in: [payload]}",
        "tasks: [payload",
    ):
        assert not read({".taskcluster.yml": text}).jobs
