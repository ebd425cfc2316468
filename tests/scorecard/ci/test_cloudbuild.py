"""Google Cloud Build: steps in containers."""

from scorecard.ci import cloudbuild
from scorecard.ci.model import Job, Reading, Trigger
from tests.helpers import repo

BUILD = """
    steps:
      - name: gcr.io/cloud-builders/docker
        args: [build, -t, app, .]
        dir: service
      - name: python:3.11
        entrypoint: bash
        args:
          - -c
          - |
            pip install .
            pytest
      - name: $_IMAGE
        allowFailure: true
        entrypoint: python
        args: [deploy.py, --env, prod]
    images: [app]
"""


def jobs(files: dict[str, str], path: str = "cloudbuild.yaml") -> list[Job]:
    into = Reading()
    cloudbuild.read(repo(files), path, into)
    return into.jobs


def test_a_builder_is_called_by_its_name() -> None:
    step = jobs({"cloudbuild.yaml": BUILD})[0].steps[0]
    assert (step.command, step.folder, step.uses) == (
        "docker build -t app .",
        "service",
        "gcr.io/cloud-builders/docker",
    )


def test_a_script_in_the_arguments_is_cited_where_it_stands() -> None:
    step = jobs({"cloudbuild.yaml": BUILD})[0].steps[1]
    assert list(step.lines()) == [(11, "pip install ."), (12, "pytest")]


def test_an_entrypoint_and_its_arguments_are_one_command() -> None:
    steps = jobs({"cloudbuild.yaml": BUILD})[0].steps
    assert steps[2].command == "python deploy.py --env prod"
    assert steps[2].may_fail
    assert steps[3].input("image") == "app"


def test_without_a_trigger_nobody_is_known_to_start_it() -> None:
    assert jobs({"cloudbuild.yaml": BUILD})[0].triggers == {Trigger.OTHER}


def test_terraform_says_what_starts_it() -> None:
    main = 'resource "google_cloudbuild_trigger" "a" {\n  github {\n    pull_request {\n'
    (job,) = jobs({"cloudbuild.yaml": BUILD, "infra/main.tf": main})
    assert job.triggers == {Trigger.CHANGE}
    assert job.trigger_evidence[0].line == 1


def test_gcloud_says_what_starts_it_and_a_comment_does_not() -> None:
    create = "gcloud builds triggers create github \\\n  --branch-pattern=main\n"
    assert jobs({"cloudbuild.yaml": BUILD, "setup.sh": create})[0].triggers == {Trigger.PUSH}
    assert jobs({"cloudbuild.yaml": BUILD, "setup.sh": "# " + create})[0].triggers == {Trigger.OTHER}


def test_a_build_is_known_whatever_its_file_is_called() -> None:
    assert jobs({"build/release.yaml": BUILD}, "build/release.yaml")


def test_the_folder_of_a_clone_is_the_root() -> None:
    text = """
    steps:
      - {name: gcr.io/cloud-builders/git, args: [clone, $_URL]}
      - {name: $_IMAGE, entrypoint: pytest, args: [src/tests], dir: my-repo/src}
    """
    assert jobs({"cloudbuild.yaml": text, "src/a.py": ""})[0].steps[1].folder == "src"


def test_steps_of_another_system_are_not_ours() -> None:
    for text in (
        "steps:\n  - name: Run tests\n    script: pytest $_X\n",
        "steps:\n  - task: Docker@2\n    inputs: {a: gcr.io/x}\n",
        "apiVersion: tekton.dev/v1\nsteps: [{name: a/b, args: [gcr.io/x]}]\n",
        "steps: 3 # gcr.io/",
        "",
        "- gcr.io/",
    ):
        assert not jobs({"other.yaml": text}, "other.yaml")


def test_what_only_a_trigger_fills_in_says_what_started_the_build() -> None:
    tagged = BUILD.replace("[app]", "[app:$TAG_NAME]")
    assert jobs({"cloudbuild.yaml": tagged})[0].triggers == {Trigger.TAG}
    pushed = BUILD.replace("[app]", "['app:${SHORT_SHA}']")
    (job,) = jobs({"cloudbuild.yaml": pushed})
    assert job.triggers == {Trigger.PUSH}
    assert "SHORT_SHA" in job.trigger_evidence[0].text


def test_a_command_that_gives_the_substitution_itself_is_a_person() -> None:
    pushed = BUILD.replace("[app]", "['app:$COMMIT_SHA']")
    submit = "gcloud builds submit --substitutions=COMMIT_SHA=$(git rev-parse HEAD)\n"
    assert jobs({"cloudbuild.yaml": pushed, "release.sh": submit})[0].triggers == {Trigger.OTHER}


def test_a_comment_and_an_own_substitution_start_nothing() -> None:
    for text in (BUILD.replace("images", "# app:$COMMIT_SHA\n    images"), BUILD.replace("$_IMAGE", "$_TAG_NAME")):
        assert jobs({"cloudbuild.yaml": text})[0].triggers == {Trigger.OTHER}


def test_a_build_that_is_named_after_pull_requests_is_for_them() -> None:
    text = BUILD.replace("$_IMAGE", "python")
    assert jobs({"cloudbuild/pr-checks.yaml": text}, "cloudbuild/pr-checks.yaml")[0].triggers == {Trigger.CHANGE}
    assert jobs({"cloudbuild/prod.yaml": text}, "cloudbuild/prod.yaml")[0].triggers == {Trigger.OTHER}
