"""Buildkite: steps side by side between waits, with blocks that a person opens."""

from collections.abc import Iterator

from msgspec import Struct, field
from msgspec.structs import replace

from scorecard.ci.filters import behind_gate, is_everything, living, through_gates
from scorecard.ci.model import Job, Reading, Step, Trigger
from scorecard.ci.script import Script, flat, joined
from scorecard.readers.node import MISSING, Node
from scorecard.repository import Repository

NAME = "Buildkite"
FILES = (".buildkite/**/*.yml", ".buildkite/**/*.yaml", "buildkite.yml", "buildkite.yaml")

_FIRST = frozenset({f"{folder}pipeline.{end}" for folder in (".buildkite/", "") for end in ("yml", "yaml")})
_BOTH = frozenset({Trigger.PUSH, Trigger.CHANGE})
_GATES = ("block", "input")


def read(repository: Repository, path: str, into: Reading) -> None:
    """The jobs of one pipeline file."""
    if path.startswith("buildkite.") is False and not path.startswith(".buildkite/"):
        return
    source = Script.open(repository, path, into)
    steps = source.root["steps"] if source.root.is_map else source.root
    if not steps.is_list or any(not (item.is_map or item.is_scalar) for item in steps):
        return
    pipeline = _Pipeline(source, repository, into, _starts(repository, path))
    pipeline.group(steps, ())
    pipeline.finish()


def _starts(repository: Repository, path: str) -> frozenset[Trigger]:
    """The first file is uploaded unless Buildkite is told otherwise; another by the file that names it."""
    if path in _FIRST or path.startswith("buildkite."):
        return _BOTH
    name = path.rpartition("/")[2]
    for other in repository.glob(".buildkite/**"):
        if other != path:
            lines = (line for line in repository.lines(other) if name in line)
            if any(not line.lstrip().startswith("#") for line in lines):
                return _BOTH
    return frozenset({Trigger.OTHER}) if any(map(repository.has, _FIRST)) else _BOTH


class _Pipeline(Struct):
    source: Script
    repository: Repository
    into: Reading
    starts: frozenset[Trigger]
    jobs: list[Job] = field(default_factory=list)
    needs: dict[str, tuple[str, ...]] = field(default_factory=dict)
    gates: set[str] = field(default_factory=set)
    members: dict[str, tuple[str, ...]] = field(default_factory=dict)
    waited: tuple[str, ...] = ()  # what a step without depends_on waits for
    since: list[str] = field(default_factory=list)

    def group(self, steps: Node, before: tuple[str, ...], *, inside: bool = False) -> None:
        """Steps in their order. Groups hold no groups, whatever an alias may say."""
        for step in steps.as_list():
            kind = (
                step.text if step.is_scalar else next((key for key in (*_GATES, "wait", "group") if step.has(key)), "")
            )
            if step["skip"].is_true:
                continue
            if kind in ("wait", "waiter"):
                self.waited, self.since = tuple(self.since) or self.waited, []
            elif kind in _GATES:
                self.gate(step, kind, before)
            elif kind == "group" and inside:
                continue
            elif kind == "group":
                name = step["key"].text or step["group"].text
                known = len(self.needs)
                self.group(step["steps"], self.asked(step) or before, inside=True)
                self.members[name] = tuple(list(self.needs)[known:])
            elif step.is_map:
                self.command(step, before)

    def gate(self, step: Node, kind: str, before: tuple[str, ...]) -> None:
        """A block holds what follows it, as a wait does."""
        name = step["key"].text or (step[kind].text if step.is_map else "") or f"{kind} at line {step.line}"
        asked = self.asked(step) or before
        self.needs[name] = asked or (*self.waited, *self.since)
        self.gates.add(name)
        if not asked:
            self.waited, self.since = (name,), []

    def asked(self, step: Node) -> tuple[str, ...]:
        return tuple(one["step"].text if one.is_map else one.text for one in step["depends_on"].as_list())

    def command(self, step: Node, before: tuple[str, ...]) -> None:
        label = step.get("label", "name").text
        name = step.get("key", "id", "identifier").text or label or f"step at line {step.line}"
        while name in self.needs:
            name += "'"
        soft = step["soft_fail"]
        triggers, branches = self.triggers(step)
        self.needs[name] = self.asked(step) or (*before, *self.waited)
        self.since.append(name)
        path = self.source.path
        self.jobs.append(
            Job(
                NAME,
                path,
                name,
                path,
                step.line,
                steps=tuple(self.steps(step)),
                triggers=triggers,
                branches=branches,
                may_fail=soft.is_true or bool(soft.is_list and soft),
                name=label,
                trigger_evidence=(self.source.at(step.key_line("if") if step.has("if") else step.line),),
            )
        )

    def steps(self, step: Node) -> Iterator[Step]:
        condition = step["if"].text
        plugins = [item for item in step["plugins"].as_list() if item]
        workdir = ""
        command = step.get("command", "commands")
        for plugin in plugins:
            pairs = [(key, value) for key, value in plugin.items()] if plugin.is_map else [(plugin.text, MISSING)]
            for name, settings in pairs:
                line = plugin.key_line(name)
                yield Step(self.source.path, line, uses=name, inputs=flat(settings), condition=condition)
                workdir = settings["workdir"].text or workdir
                if not command and settings["command"]:
                    found = self.source.arguments(settings["command"], condition=condition)
                    yield from (found,) if found else ()
        folder = joined("", workdir)
        yield from self.source.steps(command, folder=folder, condition=condition, name=step["label"].text)
        if step["trigger"].is_scalar and step["trigger"]:
            inputs = (("pipeline", step["trigger"].text), *flat(step["build"]))
            yield Step(self.source.path, step.key_line("trigger"), uses="trigger", inputs=inputs)

    def triggers(self, step: Node) -> tuple[frozenset[Trigger], tuple[str, ...]]:
        found = self.starts
        names: tuple[str, ...] = ()
        text = step["if"].text.replace("'", '"')
        if step["branches"]:
            written = [word for item in step["branches"].as_list() for word in item.text.split()]
            wanted = [Node.scalar(word, step["branches"].line) for word in written if not word.startswith("!")]
            names = living(wanted, self.repository, self.source.path, self.into)
            if wanted and not any(map(is_everything, names)):
                found = found & {Trigger.PUSH} if names else frozenset()
        if 'build.source == "schedule"' in text:
            return frozenset({Trigger.SCHEDULE}), names
        if "build.tag" in text and ("build.tag !=" in text or "build.tag =" in text):
            return frozenset({Trigger.TAG}), names
        if "build.pull_request.id != null" in text:
            return found & {Trigger.CHANGE}, names
        if "build.branch ==" in text or "build.pull_request.id == null" in text:
            return found & {Trigger.PUSH}, names
        return found, names

    def finish(self) -> None:
        gates = frozenset(self.gates)
        needs = {
            name: tuple(one for before in wanted for one in self.members.get(before, (before,)))
            for name, wanted in self.needs.items()
        }
        waiting = behind_gate(needs, gates)
        for job in self.jobs:
            before = through_gates(needs[job.id], needs, gates)
            self.into.jobs.append(replace(job, needs=before, approval=job.id in waiting))
