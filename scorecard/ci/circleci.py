"""CircleCI: a job runs only where a workflow lists it."""

import re
from collections.abc import Iterator, Mapping

from msgspec import Struct
from msgspec.structs import replace

from scorecard.ci import circleci_workflows
from scorecard.ci.circleci_places import Place, checkout_of, inside, on_machine
from scorecard.ci.circleci_workflows import Entry
from scorecard.ci.commands import forgiven
from scorecard.ci.filters import behind_gate, through_gates
from scorecard.ci.model import Job, Reading, Step
from scorecard.ci.script import Script, flat
from scorecard.model import Evidence
from scorecard.patterns import lazily
from scorecard.readers.node import MISSING, Node
from scorecard.repository import Repository

NAME = "CircleCI"
FILES = (".circleci/*.yml", ".circleci/*.yaml")

_CONFIGS = (".circleci/config.yml", ".circleci/config.yaml")
_PARAMETER = lazily(r"<<\s*parameters\.([\w-]+)\s*>>")
_ENVIRONMENT = lazily(r"prod|stag|dev|test|qa|uat|sandbox", re.IGNORECASE)
_OF_A_JOB = frozenset({"requires", "filters", "type", "name", "matrix", "context", "pre-steps", "post-steps"})

Parameters = Mapping[str, Node]


def read(repository: Repository, path: str, into: Reading) -> None:
    """The jobs of every active workflow."""
    if path not in _CONFIGS and not _continues(repository):
        return
    source = Script.open(repository, path, into)
    for config in source.documents[:1]:
        reader = _Config(source, config, path not in _CONFIGS)
        started = circleci_workflows.entries(source, config, repository, into, continued=path not in _CONFIGS)
        several = len({entry.workflow for entry in started}) > 1
        for workflow in dict.fromkeys(entry.workflow for entry in started):
            prefix = f"{workflow}/" if several else ""
            reader.add([entry for entry in started if entry.workflow == workflow], prefix, into)


def _continues(repository: Repository) -> bool:
    """Does the first configuration hand over to another file?"""
    for path in _CONFIGS:
        for config in Script.open(repository, path).documents[:1]:
            return config["setup"].is_true
    return False


class _Config(Struct, frozen=True):
    source: Script
    root: Node
    continued: bool

    def add(self, entries: list[Entry], prefix: str, into: Reading) -> None:
        needs = {entry.id: entry.needs for entry in entries}
        gates = frozenset(entry.id for entry in entries if entry.is_gate)
        waiting = behind_gate(needs, gates)
        for entry in entries:
            if entry.is_gate:
                continue
            job = self.job(entry, into)
            if job is None:
                continue
            before = through_gates(entry.needs, needs, gates)
            into.jobs.append(
                replace(
                    job,
                    id=prefix + entry.id,
                    needs=tuple(prefix + name for name in before),
                    approval=entry.id in waiting,
                    triggers=entry.triggers,
                    branches=entry.branches,
                    trigger_evidence=entry.evidence,
                )
            )

    def job(self, entry: Entry, into: Reading) -> Job | None:
        path, node = self.source.path, self.defined("jobs", entry.job)
        job = Job(NAME, path, entry.id, path, entry.line, name=entry.id, environment=_environment(entry.node))
        if not node:
            if "/" in entry.job:
                inputs = tuple(pair for pair in flat(entry.node) if pair[0].split(".")[0] not in _OF_A_JOB)
                return job.with_steps([Step(path, entry.line, uses=entry.job, inputs=inputs)])
            into.problems.append(Evidence(path, entry.line, f"job {entry.job} is not defined"))
            return None
        given = dict(entry.node.items())
        for key, values in entry.node["matrix"]["parameters"].items():
            given[key] = next(iter(values.as_list()), MISSING)
        parameters = _parameters(node["parameters"], given)
        executor = self.executor(node["executor"], parameters)
        image = node.get("docker") or executor.get("docker")
        stands_in = _substitute((node["working_directory"] or executor["working_directory"]).text, parameters)
        home = on_machine("~", stands_in or "project")
        checkout = checkout_of(node["steps"], home)
        steps = [
            step
            for block in (entry.node["pre-steps"], node["steps"], entry.node["post-steps"])
            for step in self.steps(block, parameters, Place(home, checkout))
        ]
        line = self.root["jobs"].key_line(entry.job) if self.root["jobs"].has(entry.job) else node.line
        name = _substitute(next(iter(image.as_list()), MISSING)["image"].text, parameters)
        return replace(job, line=line, steps=tuple(steps), image=name)

    def defined(self, kind: str, name: str) -> Node:
        """A job or a command of this file, or of an orb that is written in it."""
        orb, _, rest = name.partition("/")
        return self.root[kind][name] or (self.root["orbs"][orb][kind][rest] if rest else MISSING)

    def executor(self, node: Node, parameters: Parameters) -> Node:
        name = node["name"] if node.is_map else node
        return self.root["executors"][_substitute(name.text, parameters)]

    def steps(self, node: Node, parameters: Parameters, place: Place) -> Iterator[Step]:
        if place.exhausted():
            return
        for item in node.as_list():
            if item.is_scalar:
                yield from self.call((item.text, item.line), MISSING, parameters, place)
            for key, value in item.items() if item.is_map else ():
                yield from self.call((key, item.key_line(key)), value, parameters, place)

    def call(self, named: tuple[str, int], value: Node, parameters: Parameters, place: Place) -> Iterator[Step]:
        name, line = named
        if place.exhausted():
            return
        command = self.defined("commands", name)
        if name in ("run", "deploy"):
            yield from self.run(value, parameters, place)
        elif name in ("when", "unless") and value.has("steps"):
            yield from self.steps(value["steps"], parameters, place.deeper())
        elif command:
            given = {key: _resolved(node, parameters) for key, node in value.items()}
            inner = _parameters(command["parameters"], given)
            via = (self.source.at(line),)
            for step in self.steps(command["steps"], inner, place.deeper()):
                yield replace(step, via=via + step.via)
        elif _PARAMETER.fullmatch(name):  # a parameter of type `steps`
            body = _resolved(Node.scalar(name, line), parameters)
            yield from self.steps(body, parameters, place.deeper())
        else:
            inputs = flat(value)
            yield Step(self.source.path, line, uses=name, inputs=inputs)

    def run(self, node: Node, parameters: Parameters, place: Place) -> Iterator[Step]:
        command = _resolved(node["command"] if node.is_map else node, parameters)
        line, text = self.source.command(command)
        folder = on_machine(place.home, _substitute(node["working_directory"].text, parameters))
        text = _substitute(text, parameters)
        if text.strip():
            yield Step(
                self.source.path,
                line,
                text,
                name=_substitute(node["name"].text, parameters),
                folder=inside(folder, place.checkout),
                condition=node["when"].text,
                may_fail=forgiven(text),
            )


def _parameters(declared: Node, given: Parameters) -> dict[str, Node]:
    found = {name: spec["default"] for name, spec in declared.items() if spec.has("default")}
    return found | {name: node for name, node in given.items() if declared.has(name)}


def _resolved(node: Node, parameters: Parameters) -> Node:
    """The node that a lone `<< parameters.x >>` stands for."""
    whole = _PARAMETER.fullmatch(node.text.strip()) if node.is_scalar else None
    return parameters.get(whole.group(1), node) if whole else node


def _substitute(text: str, parameters: Parameters) -> str:
    def value(match: re.Match[str]) -> str:
        found = parameters.get(match.group(1), MISSING)
        # A line break would move every line after it.
        return "; ".join(found.text.strip().split("\n")) if found.is_scalar else match.group(0)

    return _PARAMETER.sub(value, text) if "<<" in text else text


def _environment(entry: Node) -> str:
    """A context named after an environment holds that environment's secrets."""
    return next((name for name in entry["context"].strings() if _ENVIRONMENT.search(name)), "")
