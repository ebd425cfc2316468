"""Argo Workflows: templates that run containers, ordered by a DAG or by steps. Not Argo CD, not Rollouts."""

from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace

from scorecard.ci.filters import behind_gate, through_gates
from scorecard.ci.model import Job, Reading, Step, Trigger
from scorecard.ci.script import Script, flat, joined
from scorecard.model import Evidence
from scorecard.patterns import lazily
from scorecard.readers.node import Node
from scorecard.repository import Repository

NAME = "Argo Workflows"
FILES = ("*.yaml", "*.yml")

_GROUP = "argoproj.io/"
_KINDS = frozenset({"Workflow", "WorkflowTemplate", "ClusterWorkflowTemplate", "CronWorkflow"})
_TEMPLATES = frozenset({"WorkflowTemplate", "ClusterWorkflowTemplate"})
_TASK = lazily(r"[A-Za-z0-9][\w-]*")


def read(repository: Repository, path: str, into: Reading) -> None:
    """The workflows of one file of manifests."""
    text = repository.text(path)
    if _GROUP not in text or not any(kind in text for kind in _KINDS):
        return
    source = Script.open(repository, path)  # a Helm chart that does not parse is nobody's mistake
    for resource in _resources(source):
        if resource["kind"].text == "CronWorkflow":
            _scheduled(repository, source, resource, into)
        else:
            started = _Started(path, frozenset({Trigger.OTHER}), (source.at(resource.key_line("kind")),))
            into.jobs.extend(_jobs(source, resource["spec"], started))


class _Started(Struct, frozen=True):
    pipeline: str
    triggers: frozenset[Trigger]
    evidence: tuple[Evidence, ...]


def _resources(source: Script) -> Iterator[Node]:
    """Workflows as documents, in a List, or inside the trigger of a Sensor."""
    for document in source.documents:
        for node in document.walk():
            if node.is_map and node["kind"].text in _KINDS and node["apiVersion"].text.startswith(_GROUP):
                yield node


def _scheduled(repository: Repository, source: Script, resource: Node, into: Reading) -> None:
    spec = resource["spec"]
    line = next((spec.key_line(key) for key in ("schedule", "schedules") if spec.has(key)), resource.line)
    if spec["suspend"].is_true:
        into.problems.append(Evidence(source.path, spec.key_line("suspend"), "the schedule is suspended"))
    runs = not spec["suspend"].is_true and bool(spec.get("schedule", "schedules"))
    triggers = frozenset({Trigger.SCHEDULE} if runs else ())
    started = _Started(source.path, triggers, (source.at(line),))
    workflow = spec["workflowSpec"]
    into.jobs.extend(_jobs(source, workflow, started))
    name = workflow["workflowTemplateRef"]["name"]
    if name:
        found = list(_referenced(repository, name.text, started))
        into.jobs.extend(found)
        if not found:
            problem = f"starts the workflow template {name.text}, which is not in this repository"
            into.problems.append(Evidence(source.path, name.line, problem))


def _referenced(repository: Repository, name: str, started: _Started) -> Iterator[Job]:
    """The jobs of a template that stands in another file."""
    for path in repository.glob(*FILES):
        text = repository.text(path)
        if _GROUP in text and name in text and "WorkflowTemplate" in text:
            source = Script.open(repository, path)
            for resource in _resources(source):
                if resource["kind"].text in _TEMPLATES and resource["metadata"]["name"].text == name:
                    yield from _jobs(source, resource["spec"], started)


def _jobs(source: Script, spec: Node, started: _Started) -> Iterator[Job]:
    templates = [node for node in spec["templates"].as_list() if node.is_map]
    needs: dict[str, tuple[str, ...]] = {}
    forgiven: set[str] = set()
    for template in templates:
        _order(template, needs, forgiven)
    gates = frozenset(node["name"].text for node in templates if node.has("suspend"))
    waiting = behind_gate(needs, gates)
    for node in templates:
        name = node["name"].text or f"template at line {node.line}"
        steps = tuple(_steps(source, node))
        if not steps:
            continue
        yield Job(
            NAME,
            started.pipeline,
            name,
            source.path,
            node.key_line("name") if node.has("name") else node.line,
            steps=steps,
            triggers=started.triggers,
            needs=through_gates(needs.get(name, ()), needs, gates),
            approval=name in waiting,
            may_fail=name in forgiven,
            name=name,
            image=_container(node)["image"].text,
            trigger_evidence=started.evidence,
        )


def _container(template: Node) -> Node:
    return template.get("container", "script")


def _order(template: Node, needs: dict[str, tuple[str, ...]], forgiven: set[str]) -> None:
    """Note which templates wait for which others, as a DAG or a list of steps says."""
    tasks = [task for task in template["dag"]["tasks"].as_list() if task.is_map]
    runs = {task["name"].text: task["template"].text for task in tasks}
    edges = [(task, [runs[one] for one in _before(task) if one in runs]) for task in tasks]
    before: list[str] = []
    for group in template["steps"].as_list():
        members = [step for step in group.as_list() if step.is_map]
        edges += [(step, before) for step in members]
        before = [step["template"].text for step in members if step["template"]] or before
    for task, wanted in edges:
        name = task["template"].text
        needs[name] = tuple(dict.fromkeys((*needs.get(name, ()), *(one for one in wanted if one and one != name))))
        if task["continueOn"]["failed"].is_true:
            forgiven.add(name)


def _before(task: Node) -> list[str]:
    words = _TASK.findall(task["depends"].text.replace("&&", " ").replace("||", " "))
    return [*task["dependencies"].strings(), *words]


def _steps(source: Script, template: Node) -> Iterator[Step]:
    containers = [template["container"], *template["initContainers"].as_list()]
    containers += template["containerSet"]["containers"].as_list()
    for node in containers:
        if node.is_map:
            found = source.arguments(node["command"], node["args"], folder=joined("", node["workingDir"].text))
            yield found or Step(source.path, node.line, uses=node["image"].text)
    script = template["script"]
    if script["source"]:
        found = source.step(script["source"], folder=joined("", script["workingDir"].text))
        if found:
            interpreter = next(iter(script["command"].strings()), "")
            yield replace(found, inputs=(("interpreter", interpreter),))
    for step in (*template["dag"]["tasks"], *(one for group in template["steps"] for one in group.as_list())):
        reference = step["templateRef"]
        if reference:
            uses = f"{reference['name'].text}/{reference['template'].text}"
            yield Step(source.path, reference.line, uses=uses, inputs=flat(step["arguments"]))
