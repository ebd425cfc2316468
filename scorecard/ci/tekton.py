"""Tekton: tasks, pipelines of tasks, and what starts them: Pipelines as Code, or an event listener."""

from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace

from scorecard.ci.filters import living
from scorecard.ci.model import Job, Reading, Step, Trigger
from scorecard.ci.script import Script, flat, joined
from scorecard.model import Evidence
from scorecard.patterns import lazily
from scorecard.readers.node import MISSING, Node
from scorecard.repository import Repository

NAME = "Tekton"
FILES = ("*.yaml", "*.yml")

_GROUP = "tekton.dev/"
_ANNOTATION = "pipelinesascode.tekton.dev/"
_RUNS = frozenset({"PipelineRun", "TaskRun"})
_EVENTS = {"push": Trigger.PUSH, "pull_request": Trigger.CHANGE}
_WORD = lazily(r"[\w./*-]+")
_WORKSPACE = lazily(r"^\$\((?:workspaces\.[\w-]+\.path|params\.[\w-]+)\)/?")
_CEL_BRANCH = lazily(r"target_branch\s*==\s*[\"']([^\"']+)[\"']")


def read(repository: Repository, path: str, into: Reading) -> None:
    """What one file of manifests runs, with the pipelines and tasks of other files that it names."""
    if _GROUP not in repository.text(path):
        return
    source = Script.open(repository, path)  # a Helm chart that does not parse is nobody's mistake
    reader = _Tekton(repository, into)
    for resource in _resources(source):
        kind = resource["kind"].text
        if kind in _RUNS:
            started = reader.starts(source, resource)
        elif kind == "TriggerTemplate":
            started = reader.listened(source, resource)
        else:
            started = _Started(path, frozenset({Trigger.OTHER}), (source.at(resource.key_line("kind")),))
        into.jobs.extend(reader.jobs(source, resource, started))


class _Started(Struct, frozen=True):
    pipeline: str
    triggers: frozenset[Trigger]
    evidence: tuple[Evidence, ...]
    branches: tuple[str, ...] = ()


def _resources(source: Script) -> Iterator[Node]:
    for node in source.documents:
        if node.is_map and _GROUP in node["apiVersion"].text:
            yield node


class _Tekton(Struct, frozen=True):
    repository: Repository
    into: Reading

    def starts(self, source: Script, run: Node) -> _Started:
        """The annotations by which Pipelines as Code knows when to run it."""
        notes = run["metadata"]["annotations"]
        on, branch = notes[_ANNOTATION + "on-event"], notes[_ANNOTATION + "on-target-branch"]
        expression = notes[_ANNOTATION + "on-cel-expression"]
        words = _WORD.findall(on.text) + _WORD.findall(expression.text)
        triggers = {_EVENTS[word] for word in words if word in _EVENTS}
        wanted = [Node.scalar(name, branch.line) for name in _WORD.findall(branch.text)]
        wanted += [Node.scalar(name, expression.line) for name in _CEL_BRANCH.findall(expression.text)]
        tags = [node for node in wanted if node.text.startswith("refs/tags/")]
        names = living([node for node in wanted if node not in tags], self.repository, source.path, self.into)
        if tags and not names:
            triggers = {Trigger.TAG}
        elif wanted and not names:
            triggers = set()
        line = next((node.line for node in (on, expression) if node), run.key_line("kind"))
        if not triggers and not wanted:
            triggers = {Trigger.OTHER}
        return _Started(source.path, frozenset(triggers), (source.at(line),), names)

    def listened(self, source: Script, template: Node) -> _Started:
        """A template of runs is of use only to an event listener."""
        for path in self.repository.glob(*FILES):
            text = self.repository.text(path)
            if _GROUP not in text or "EventListener" not in text:
                continue
            other = Script.open(self.repository, path)
            for node in _resources(other):
                if node["kind"].text == "EventListener":
                    changes = any("pull_request" in one.text for one in node.walk() if one.is_scalar)
                    trigger = Trigger.CHANGE if changes else Trigger.PUSH
                    return _Started(source.path, frozenset({trigger}), (other.at(node.key_line("kind")),))
        here = source.at(template.key_line("kind"))
        return _Started(source.path, frozenset({Trigger.OTHER}), (here,))

    def jobs(self, source: Script, resource: Node, started: _Started) -> Iterator[Job]:
        kind, spec = resource["kind"].text, resource["spec"]
        name = resource["metadata"].get("name", "generateName")
        if kind in ("Task", "ClusterTask"):
            yield _job(source, name, spec, started)
        elif kind == "TaskRun":
            yield from self.task(source, name, spec, started)
        elif kind == "Pipeline":
            yield from self.pipeline(source, spec, started)
        elif kind == "PipelineRun":
            yield from self.run(source, spec, started)
        elif kind == "TriggerTemplate":
            for inner in spec["resourcetemplates"].as_list():
                if inner.is_map and inner["kind"].text != "TriggerTemplate":
                    yield from self.jobs(source, inner, started)

    def run(self, source: Script, spec: Node, started: _Started) -> Iterator[Job]:
        if spec["pipelineSpec"]:
            yield from self.pipeline(source, spec["pipelineSpec"], started)
            return
        reference = spec["pipelineRef"]["name"]
        found = self.find("Pipeline", reference.text)
        if found:
            via = (source.at(reference.line),)
            for job in self.pipeline(*found, started):
                yield job.with_steps(replace(step, via=via + step.via) for step in job.steps)

    def pipeline(self, source: Script, spec: Node, started: _Started) -> Iterator[Job]:
        block = spec["tasks"].as_list()
        last = tuple(task["name"].text for task in block if task["name"])
        for task in (*block, *spec["finally"].as_list()):
            if not task.is_map:
                continue
            needs = tuple(task["runAfter"].strings())
            for job in self.task(source, task["name"], task, started):
                yield replace(job, needs=needs if task in block else last, may_fail="continue" in task["onError"].text)

    def task(self, source: Script, name: Node, holder: Node, started: _Started) -> Iterator[Job]:
        if holder["taskSpec"]:
            yield _job(source, name, holder["taskSpec"], started)
            return
        reference = holder["taskRef"]
        wanted = reference["name"] or next(
            (one["value"] for one in reference["params"].as_list() if one["name"].text == "name"), MISSING
        )
        found = self.find("Task", wanted.text)
        if found:
            other, spec = found
            job = _job(other, name, spec, started)
            via = (source.at(wanted.line),)
            yield job.with_steps(replace(step, via=via) for step in job.steps)
        elif wanted:
            step = Step(source.path, wanted.line, uses=wanted.text, inputs=_parameters(holder["params"]))
            yield _job(source, name, MISSING, started).with_steps([step])

    def find(self, kind: str, name: str) -> tuple[Script, Node] | None:
        """The specification of a task or a pipeline, in whichever file it stands."""
        if not name or "$" in name:
            return None
        for path in self.repository.glob(*FILES):
            text = self.repository.text(path)
            if _GROUP in text and name in text and f"kind: {kind}" in text:
                source = Script.open(self.repository, path)
                for node in _resources(source):
                    if node["kind"].text == kind and node["metadata"]["name"].text == name:
                        return source, node["spec"]
        return None


def _job(source: Script, name: Node, spec: Node, started: _Started) -> Job:
    return Job(
        NAME,
        started.pipeline,
        name.text or "task",
        source.path,
        spec.line if spec else name.line,
        steps=tuple(_steps(source, spec)),
        triggers=started.triggers,
        branches=started.branches,
        name=name.text,
        image=next((step["image"].text for step in spec["steps"].as_list()), ""),
        trigger_evidence=started.evidence,
    )


def _steps(source: Script, spec: Node) -> Iterator[Step]:
    for node in spec["steps"].as_list():
        if not node.is_map:
            continue
        folder = joined("", _WORKSPACE.sub("", node["workingDir"].text))
        name, may_fail = node["name"].text, node["onError"].text == "continue"
        if node["script"]:
            found = source.step(node["script"], folder=folder, name=name, may_fail=may_fail)
        else:
            found = source.arguments(node["command"], node["args"], folder=folder, name=name, may_fail=may_fail)
        uses = node["image"].text or node["ref"]["name"].text
        yield found or Step(source.path, node.line, uses=uses, name=name, folder=folder, may_fail=may_fail)


def _parameters(node: Node) -> tuple[tuple[str, str], ...]:
    return tuple(
        (one["name"].text, one["value"].text or " ".join(value for _, value in flat(one["value"])))
        for one in node.as_list()
    )
