"""Bitbucket Pipelines: every step is a job, in the order in which it stands."""

from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace

from scorecard.ci.filters import is_everything, living
from scorecard.ci.model import Job, Reading, Step, Trigger
from scorecard.ci.script import Script, flat, moved
from scorecard.model import Evidence
from scorecard.readers.node import MISSING, Node
from scorecard.repository import Repository

NAME = "Bitbucket Pipelines"
FILES = ("bitbucket-pipelines.yml", "bitbucket-pipelines.yaml")

_SECTIONS = {
    "branches": Trigger.PUSH,
    "pull-requests": Trigger.CHANGE,
    "tags": Trigger.TAG,
    "bookmarks": Trigger.PUSH,
    "custom": Trigger.MANUAL,
}


def read(repository: Repository, path: str, into: Reading) -> None:
    """The jobs of every pipeline in the file; one below the root belongs to another repository."""
    if "/" in path:
        return
    source = Script.open(repository, path, into)
    pipelines = source.root["pipelines"]
    if pipelines["default"]:
        started = _Started("default", frozenset({Trigger.PUSH}), (), source.at(pipelines.key_line("default")))
        _add(source, pipelines["default"], started, into)
    events = _events(source.root["triggers"])
    for section, trigger in _SECTIONS.items():
        for key, pipeline in pipelines[section].entries():
            triggers = frozenset({trigger})
            branches: tuple[str, ...] = ()
            if section == "branches":
                branches = living([key], repository, path, into)
                triggers = triggers if branches else frozenset()
                branches = tuple(name for name in branches if not is_everything(name))
            if section == "custom":
                triggers = frozenset(events.get(key.text, triggers))
            name = f"{section}/{key.text}"
            _add(source, pipeline, _Started(name, triggers, branches, source.at(key.line)), into)


class _Started(Struct, frozen=True):
    """One pipeline and what starts it."""

    name: str
    triggers: frozenset[Trigger]
    branches: tuple[str, ...]
    evidence: Evidence


def _events(triggers: Node) -> dict[str, set[Trigger]]:
    """Custom pipelines that `triggers:` starts without a person."""
    found: dict[str, set[Trigger]] = {}
    for event, rules in triggers.items():
        started = Trigger.PUSH if "push" in event else Trigger.CHANGE if "pullrequest" in event else Trigger.OTHER
        for rule in rules.as_list():
            for name in rule["pipelines"].strings():
                found.setdefault(name, set()).add(started)
    return found


def _add(source: Script, pipeline: Node, started: _Started, into: Reading) -> None:
    before: tuple[str, ...] = ()
    gated = False
    for group in _groups(pipeline):
        here: list[str] = []
        gated = gated or any(step["trigger"].text == "manual" for step in group)
        for step in group:
            name = step["name"].text or f"step at line {step.line}"
            job = _job(source, step, f"{started.name}: {name}")
            into.jobs.append(
                replace(
                    job,
                    needs=before,
                    approval=gated,
                    triggers=started.triggers,
                    branches=started.branches,
                    trigger_evidence=(started.evidence,),
                )
            )
            here.append(job.id)
        before = tuple(here) or before


def _groups(pipeline: Node) -> Iterator[list[Node]]:
    """The steps of a pipeline; those of one group run side by side."""
    for item in pipeline.as_list():
        if item["step"].is_map:
            yield [item["step"]]
        elif item["parallel"]:
            block = item["parallel"]["steps"] or item["parallel"]
            yield [one["step"] for one in block.as_list() if one["step"].is_map]
        elif item["stage"].is_map:
            stage = item["stage"]
            for number, one in enumerate(stage["steps"].as_list()):
                if one["step"].is_map:
                    yield [_of_stage(one["step"], stage, first=number == 0)]


def _of_stage(step: Node, stage: Node, *, first: bool) -> Node:
    """A step with what its stage says for all: the environment, and the button before the first one."""
    node = Node.mapping(step.line)
    for key, value in step.entries():
        node.put(key, value)
    for name in ("deployment", "trigger") if first else ("deployment",):
        if stage[name] and not step.has(name):
            node.put(Node.scalar(name, stage.key_line(name)), stage[name])
    return node


def _job(source: Script, step: Node, name: str) -> Job:
    image = step["image"] or source.root["image"]
    ignored = step["on-fail"]["strategy"].text == "ignore"
    return Job(
        NAME,
        source.path,
        name,
        source.path,
        step.line,
        steps=tuple(_steps(source, step)),
        environment=step["deployment"].text,
        may_fail=ignored,
        name=step["name"].text,
        image=image["name"].text or image.text,
    )


def _steps(source: Script, step: Node) -> Iterator[Step]:
    folder = ""
    for condition, commands in (("", step["script"]), ("always", step["after-script"])):
        for item in commands.as_list():
            pipe = item["pipe"] if item.is_map else MISSING
            if pipe:
                yield Step(
                    source.path,
                    item.key_line("pipe"),
                    uses=pipe.text,
                    name=item["name"].text or step["name"].text,
                    inputs=flat(item["variables"]),
                    folder=folder,
                    condition=condition,
                )
                continue
            for found in source.steps(item, folder=folder, name=step["name"].text, condition=condition):
                yield found
                folder = moved(found.command, folder)
