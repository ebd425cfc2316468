"""AWS CodeBuild: phases, and who starts them."""

from scorecard.ci import codebuild
from scorecard.ci.model import Job, Reading, Trigger
from tests.helpers import repo

SPEC = """
    version: 0.2
    phases:
      install:
        commands:
          - cd service
          - pip install .
      build:
        on-failure: CONTINUE
        commands: [pytest]
      post_build:
        commands:
          - docker push me/app
"""


def job(**files: str) -> Job:
    into = Reading()
    named = {name.replace("__", "."): text for name, text in files.items()}
    codebuild.read(repo({"buildspec.yml": SPEC, **named}), "buildspec.yml", into)
    return into.jobs[0]


def test_commands_keep_their_lines_and_the_folder_of_the_shell() -> None:
    steps = job().steps
    assert [step.command for step in steps] == ["cd service", "pip install .", "pytest", "docker push me/app"]
    assert [step.folder for step in steps] == ["", "service", "service", "service"]
    assert steps[2].line == 10


def test_a_phase_may_go_on_and_post_build_runs_after_a_failure() -> None:
    steps = job().steps
    assert [step.may_fail for step in steps] == [False, False, True, False]
    assert steps[3].condition == "always"


def test_without_a_pipeline_nobody_is_known_to_start_it() -> None:
    assert job().triggers == {Trigger.OTHER}


def test_a_pipeline_in_infrastructure_code_starts_it() -> None:
    found = job(main__tf='resource "aws_codepipeline" "main" {\n}\n')
    assert found.triggers == {Trigger.PUSH}
    assert found.trigger_evidence[0].path == "main.tf"


def test_a_pipeline_in_a_comment_or_in_prose_starts_nothing() -> None:
    assert job(main__tf='# resource "aws_codepipeline" "main" {\n').triggers == {Trigger.OTHER}
    assert job(README__md="Type: AWS::CodePipeline::Pipeline\n").triggers == {Trigger.OTHER}


def test_nonsense_is_survived() -> None:
    for text in ("", "[]", "phases: 3", "phases: {build: 3, install: [1]}", "phases: ["):
        into = Reading()
        codebuild.read(repo({"buildspec.yml": text}), "buildspec.yml", into)
        assert not any(one.steps for one in into.jobs)


def test_a_folder_of_buildspecs_holds_them_whatever_they_are_called() -> None:
    files = dict.fromkeys(("buildspecs/deploy.yml", "ci/codebuild/test.yaml", "buildspec.yml", "specs/a.yml"), SPEC)
    assert set(repo(files).glob(*codebuild.FILES)) == set(files) - {"specs/a.yml"}


def test_a_folder_that_is_copied_into_a_repository_of_its_own_is_the_root_of_what_is_built() -> None:
    spec = "phases:\n  build:\n    commands:\n      - cd ./container\n      - ./push.sh app\n"
    seeded = {"seeds/build/buildspec.yml": spec, "seeds/build/container/push.sh": "docker push app\n"}

    def folders(files: dict[str, str]) -> list[str]:
        into = Reading()
        codebuild.read(repo(files), "seeds/build/buildspec.yml", into)
        return [step.folder for step in into.jobs[0].steps]

    assert folders(seeded) == ["seeds/build", "seeds/build/container"]
    assert folders({**seeded, "container/push.sh": ""}) == ["", "container"]
    assert folders({"seeds/build/buildspec.yml": spec}) == ["", "container"]
