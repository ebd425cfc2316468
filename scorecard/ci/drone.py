"""Drone and Woodpecker: containers one after another, each with its own `when`, so each is a job."""

from collections.abc import Iterable, Iterator

from msgspec import Struct

from scorecard.ci.filters import is_everything, living
from scorecard.ci.model import Job, Reading, Step, Trigger
from scorecard.ci.script import Script, flat, joined
from scorecard.model import Evidence
from scorecard.patterns import lazily
from scorecard.readers.node import Node
from scorecard.repository import Repository

NAME = "Drone"
_WOODPECKER = "Woodpecker"
FILES = (
    ".drone.yml",
    ".drone.yaml",
    ".woodpecker.yml",
    ".woodpecker.yaml",
    ".woodpecker/**/*.yml",
    ".woodpecker/**/*.yaml",
)

_EVENTS = {
    "push": Trigger.PUSH,
    "pull_request": Trigger.CHANGE,
    "pull-request": Trigger.CHANGE,
    "tag": Trigger.TAG,
    "release": Trigger.TAG,
    "cron": Trigger.SCHEDULE,
    "promote": Trigger.MANUAL,
    "rollback": Trigger.MANUAL,
    "deployment": Trigger.MANUAL,
    "custom": Trigger.MANUAL,
    "manual": Trigger.MANUAL,
}
_USUAL = frozenset({Trigger.PUSH, Trigger.CHANGE})
_UNASKED = frozenset({Trigger.PUSH, Trigger.CHANGE, Trigger.TAG})
_EVENT_IS = lazily(r"CI_PIPELINE_EVENT\s*==\s*[\"'](\w+)[\"']")
_BRANCH_IS = lazily(r"CI_COMMIT_BRANCH\s*==\s*[\"']([^\"']+)[\"']")


class _When(Struct, frozen=True):
    """What a `trigger:` or a `when:` lets pass. ``events`` is None where it says nothing of events."""

    events: frozenset[Trigger] | None = None
    branches: tuple[str, ...] = ()
    dead: bool = False
    target: str = ""
    condition: str = ""

    def after(self, outer: "_When") -> frozenset[Trigger]:
        """The triggers left of this one inside ``outer``."""
        if self.dead or outer.dead:
            return frozenset()
        if self.events is None:
            found = _USUAL if outer.events is None else outer.events
        else:
            found = self.events if outer.events is None else self.events & outer.events
        return found  # a branch filter means the target of a change, so changes stay


def read(repository: Repository, path: str, into: Reading) -> None:
    """Every pipeline of the file; names below the root other than Woodpecker's folder are other projects'."""
    if "/" in path and not path.startswith(".woodpecker/"):
        return
    source = Script.open(repository, path, into)
    pipelines = [doc for doc in source.documents if doc.is_map and doc["kind"].text in ("", "pipeline")]
    last: dict[str, tuple[str, ...]] = {}
    for document in pipelines:
        name = document["name"].text or path.rpartition("/")[2].rpartition(".")[0].lstrip(".")
        prefix = f"{name}/" if len(pipelines) > 1 else ""
        reader = _Pipeline(source, repository, into, prefix)
        before = tuple(one for wanted in document["depends_on"].strings() for one in last.get(wanted, ()))
        jobs = list(reader.jobs(document, before))
        into.jobs.extend(jobs)
        needed = {one for job in jobs for one in job.needs}
        last[name] = tuple(job.id for job in jobs if job.id not in needed)


class _Pipeline(Struct, frozen=True):
    source: Script
    repository: Repository
    into: Reading
    prefix: str

    def jobs(self, document: Node, before: tuple[str, ...]) -> Iterator[Job]:
        outer_node = document.get("trigger", "when")
        outer = self.when(outer_node)
        path = self.source.path
        system = _WOODPECKER if "woodpecker" in path else NAME
        listed = list(_steps(document.get("steps", "pipeline")))
        ordered = not any(step.has("depends_on") for _, step, _ in listed)
        previous = before
        for name, step, line in listed:
            when = self.when(step["when"])
            asked = tuple(self.prefix + one for one in step["depends_on"].strings())
            key = "when" if step["when"] else ""
            started = self.source.at(step.key_line(key)) if key else _at(self.source, document, line)
            yield Job(
                system,
                path,
                self.prefix + name,
                path,
                line,
                steps=tuple(self.commands(step, name, when)),
                triggers=when.after(outer),
                branches=when.branches or outer.branches,
                needs=previous if ordered else (asked or before),
                environment=when.target or outer.target,
                may_fail=step["failure"].text == "ignore",
                name=name,
                image=step["image"].text,
                trigger_evidence=(started,),
            )
            previous = (self.prefix + name,)

    def commands(self, step: Node, name: str, when: _When) -> Iterator[Step]:
        image, commands = step["image"], step["commands"]
        folder = joined("", step["directory"].text)
        if commands:
            yield from self.source.steps(commands, folder=folder, name=name, condition=when.condition)
        elif image:
            inputs = flat(step["settings"]) or tuple(
                pair for pair in flat(step) if pair[0].split(".")[0] not in ("image", "when", "name")
            )
            yield Step(
                self.source.path,
                step.key_line("image"),
                uses=image.text,
                name=name,
                inputs=inputs,
                folder=folder,
                condition=when.condition,
            )

    def when(self, node: Node) -> _When:
        """One condition, or several of which one suffices."""
        if not node:
            return _When()
        found = [self.one(item) for item in node.as_list() if item.is_map]
        living_ones = [one for one in found if not one.dead]
        if not living_ones:
            return _When(dead=bool(found))
        named = [one.events for one in living_ones if one.events is not None]
        events = frozenset().union(*named) if len(named) == len(living_ones) else None
        return _When(
            events,
            tuple(dict.fromkeys(name for one in living_ones for name in one.branches)),
            target=next((one.target for one in living_ones if one.target), ""),
            condition=next((one.condition for one in living_ones if one.condition), ""),
        )

    def one(self, node: Node) -> _When:
        included, excluded = _sides(node["event"])
        text = node["evaluate"].text
        included += [Node.scalar(event, node.line) for event in _EVENT_IS.findall(text)]
        events: frozenset[Trigger] | None = None
        if included:
            events = _triggers(included)
        elif excluded:
            events = _UNASKED - _triggers(excluded)
        if node["cron"] and events is None:
            events = frozenset({Trigger.SCHEDULE})
        only, _ = _sides(node["branch"])
        only += [Node.scalar(branch, node.line) for branch in _BRANCH_IS.findall(text)]
        names = living(only, self.repository, self.source.path, self.into)
        target = node["target"] or node["environment"]
        return _When(
            events,
            tuple(name for name in names if not is_everything(name)),
            dead=bool(only) and not names and not (events or frozenset()) & {Trigger.TAG, Trigger.MANUAL},
            target=next(iter(target.strings()), "") if not target.is_map else "",
            condition=" ".join(node["status"].strings()) or text,
        )


def _steps(node: Node) -> Iterator[tuple[str, Node, int]]:
    """Steps as a list (Drone 1, Woodpecker) or as a mapping (Drone 0.8, Woodpecker)."""
    if node.is_map:
        for name, step in node.items():
            if step.is_map:
                yield name, step, node.key_line(name)
    for number, step in enumerate(node.as_list() if node.is_list else (), 1):
        if step.is_map:
            yield step["name"].text or f"step {number}", step, step.line


def _sides(node: Node) -> tuple[list[Node], list[Node]]:
    """What is let in, and what is kept out."""
    if node.is_map:
        return node["include"].as_list(), node["exclude"].as_list()
    return node.as_list(), []


def _triggers(events: Iterable[Node]) -> frozenset[Trigger]:
    return frozenset(_EVENTS.get(one.text, Trigger.OTHER) for one in events)


def _at(source: Script, document: Node, line: int) -> Evidence:
    """What starts the whole pipeline, or the step itself where nothing is said."""
    key = next((key for key in ("trigger", "when") if document.has(key)), "")
    return source.at(document.key_line(key) if key else line)
