"""AWS CodeBuild: the phases of a buildspec. What starts it stands elsewhere, if at all."""

from collections.abc import Iterator

from scorecard.ci.infrastructure import CODE, lines_with
from scorecard.ci.model import Job, Reading, Step, Trigger
from scorecard.ci.script import Script, moved
from scorecard.model import Evidence
from scorecard.repository import Repository

NAME = "AWS CodeBuild"
FILES = tuple(
    f"{name}.{end}" for name in ("*buildspec*", "**/buildspec*/*", "**/codebuild/*") for end in ("yml", "yaml")
)

_PHASES = ("install", "pre_build", "build", "post_build")
_STARTERS = (
    "AWS::CodePipeline::Pipeline",
    '"aws_codepipeline"',
    '"aws_codebuild_webhook"',
    "codepipeline.Pipeline(",
    "pipelines.CodePipeline(",
    "codebuild.FilterGroup",
    "aws.codepipeline.Pipeline(",
    "aws.codebuild.Webhook(",
)


def read(repository: Repository, path: str, into: Reading) -> None:
    """The one job of a buildspec."""
    source = Script.open(repository, path, into)
    phases = source.root["phases"]
    if not phases.is_map:
        return
    started = _starter(repository)
    name = path.rpartition("/")[2].rpartition(".")[0]
    into.jobs.append(
        Job(
            NAME,
            path,
            name,
            path,
            source.root.key_line("phases"),
            steps=tuple(_steps(source)),
            triggers=frozenset({Trigger.PUSH if started else Trigger.OTHER}),
            name=name,
            trigger_evidence=(started,) if started else (),
        )
    )


def _steps(source: Script) -> Iterator[Step]:
    folder = ""
    for phase in _PHASES:
        block = source.root["phases"][phase]
        may_fail = block["on-failure"].text.upper().startswith("CONTINUE")
        # post_build runs after a build that failed, too.
        usual = "always" if phase == "post_build" else ""
        for commands, condition in ((block["commands"], usual), (block["finally"], "always")):
            for step in source.steps(commands, folder=folder, name=phase, condition=condition, may_fail=may_fail):
                yield step
                folder = moved(step.command, folder)


def _starter(repository: Repository) -> Evidence | None:
    """The line that defines a pipeline or a webhook around the repository's buildspecs."""
    found = next(lines_with(repository, _STARTERS, *CODE), None)
    return Evidence(*found) if found else None
