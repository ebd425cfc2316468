"""AppVeyor: the scripts of one build, and its deployments."""

from collections.abc import Iterator

from scorecard.ci.filters import living
from scorecard.ci.model import Job, Reading, Step, Trigger
from scorecard.ci.script import Script, flat, moved
from scorecard.repository import Repository

NAME = "AppVeyor"
FILES = ("appveyor.yml", ".appveyor.yml", "appveyor.yaml", ".appveyor.yaml")

_PHASES = (
    "init",
    "install",
    "before_build",
    "build_script",
    "after_build",
    "before_test",
    "test_script",
    "after_test",
    "before_deploy",
    "deploy_script",
    "after_deploy",
)
_SHELLS = ("ps", "pwsh", "cmd", "sh")


def read(repository: Repository, path: str, into: Reading) -> None:
    """The one job of the file at the root."""
    if "/" in path:
        return
    source = Script.open(repository, path, into)
    steps = tuple(_steps(source))
    if not steps:
        return
    only = source.root["branches"]["only"].as_list()
    names = living(only, repository, path, into)
    both = frozenset({Trigger.PUSH, Trigger.CHANGE}) if names or not only else frozenset()
    triggers = frozenset({Trigger.TAG}) if source.root["skip_non_tags"].is_true else both
    first = steps[0].line
    into.jobs.append(
        Job(
            NAME,
            path,
            "build",
            path,
            first,
            steps=steps,
            triggers=triggers,
            branches=names,
            trigger_evidence=(source.at(first),),
        )
    )


def _steps(source: Script) -> Iterator[Step]:
    folder = ""
    for phase in _PHASES:
        for item in source.root[phase].as_list():
            command = item.get(*_SHELLS) if item.is_map else item
            for step in source.steps(command, folder=folder, name=phase):
                yield step
                folder = moved(step.command, folder)
    for deploy in source.root["deploy"].as_list():
        if deploy.is_map and deploy["provider"]:
            yield Step(
                source.path,
                deploy.key_line("provider"),
                uses=deploy["provider"].text,
                name="deploy",
                inputs=flat(deploy),
            )
