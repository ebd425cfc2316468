"""Semaphore: blocks of jobs, and promotions to further files."""

from collections.abc import Iterator

from msgspec.structs import replace

from scorecard.ci.model import Job, Reading, Step, Trigger
from scorecard.ci.script import Script, moved
from scorecard.model import Evidence
from scorecard.readers.node import Node
from scorecard.repository import Repository

NAME = "Semaphore"
FILES = (".semaphore/*.yml", ".semaphore/*.yaml")

_FIRST = (".semaphore/semaphore.yml", ".semaphore/semaphore.yaml")


def read(repository: Repository, path: str, into: Reading) -> None:
    """The jobs of one file; a file that is not the first runs only where another promotes to it."""
    source = Script.open(repository, path, into)
    triggers, approval = frozenset({Trigger.PUSH, Trigger.CHANGE}), False
    evidence: tuple[Evidence, ...] = (source.at(source.root.key_line("blocks")),)
    if path not in _FIRST:
        promoted = list(_promotions(repository, path))
        evidence = tuple(found for found, _ in promoted)
        approval = bool(promoted) and not any(automatic for _, automatic in promoted)
        triggers = frozenset({Trigger.PUSH} if promoted else {Trigger.OTHER})
    before: tuple[str, ...] = ()
    ends: dict[str, tuple[str, ...]] = {}
    for block in source.root["blocks"].as_list():
        name = block["name"].text or f"block at line {block.line}"
        asked = tuple(one for wanted in block["dependencies"].strings() for one in ends.get(wanted, ()))
        found = [
            replace(
                job,
                triggers=triggers,
                approval=approval,
                needs=asked if block.has("dependencies") else before,
                trigger_evidence=evidence,
            )
            for job in _jobs(source, block, name)
        ]
        into.jobs.extend(found)
        before = ends[name] = tuple(job.id for job in found)


def _promotions(repository: Repository, path: str) -> Iterator[tuple[Evidence, bool]]:
    """The lines that promote to ``path``, and whether no person is asked."""
    name = path.rpartition("/")[2]
    for other in repository.glob(*FILES):
        if other == path:
            continue
        source = Script.open(repository, other)
        for promotion in source.root["promotions"].as_list():
            if promotion["pipeline_file"].text.rpartition("/")[2] == name:
                automatic = bool(promotion["auto_promote"] or promotion["auto_promote_on"])
                yield source.at(promotion.key_line("pipeline_file")), automatic


def _jobs(source: Script, block: Node, name: str) -> Iterator[Job]:
    task = block["task"]
    for job in task["jobs"].as_list():
        label = job["name"].text or f"job at line {job.line}"
        yield Job(
            NAME,
            source.path,
            f"{name}/{label}",
            source.path,
            job.line,
            steps=tuple(_steps(source, (task["prologue"], job, task["epilogue"]["always"]), label)),
            name=label,
            image=next((one["image"].text for one in task["agent"]["containers"].as_list()), ""),
        )


def _steps(source: Script, holders: tuple[Node, ...], name: str) -> Iterator[Step]:
    folder, first = "", True
    for holder in holders:
        for step in source.steps(holder["commands"], folder=folder, name=name):
            yield step
            # `checkout` stands in the repository already, whatever was done before it.
            folder = "" if first and step.command == "checkout" else moved(step.command, folder)
            first = first and step.command != "checkout"
