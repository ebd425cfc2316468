"""AWS CodeBuild: the phases of a buildspec. What starts it stands elsewhere, if at all."""

from collections.abc import Iterable, Iterator

from scorecard.ci.infrastructure import CODE, lines_with
from scorecard.ci.model import Job, Reading, Step, Trigger
from scorecard.ci.script import Script, moved
from scorecard.model import Evidence
from scorecard.patterns import lazily
from scorecard.repository import Repository

NAME = "AWS CodeBuild"
FILES = tuple(
    f"{name}.{end}" for name in ("*buildspec*", "**/buildspec*/*", "**/codebuild/*") for end in ("yml", "yaml")
)

_PATH = lazily(r"(?<![\w./-])(?:\./)?[\w-][\w./-]*")
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
            steps=tuple(_steps(source, _source_of(repository, path, source))),
            triggers=frozenset({Trigger.PUSH if started else Trigger.OTHER}),
            name=name,
            trigger_evidence=(started,) if started else (),
        )
    )


def _source_of(repository: Repository, path: str, source: Script) -> str:
    """The root of what is built: that of the repository, or the buildspec's own folder where only from there its paths are found.

    Such a folder is copied into a repository of its own.
    """
    folder = path.rpartition("/")[0]
    phases = source.root["phases"]
    said = " ".join(command.text for phase in _PHASES for command in phases[phase]["commands"].as_list())
    words = {word.removeprefix("./") for word in _PATH.findall(said)}
    below = _names(own.removeprefix(f"{folder}/") for own in repository.own if own.startswith(f"{folder}/"))
    return folder if folder and words & below and not words & _names(repository.own) else ""


def _names(paths: Iterable[str]) -> set[str]:
    """The paths and all folders on their way."""
    parts = (path.split("/") for path in paths)
    return {"/".join(names[:count]) for names in parts for count in range(1, len(names) + 1)}


def _steps(source: Script, folder: str) -> Iterator[Step]:
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
