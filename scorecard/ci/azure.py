"""Azure Pipelines: stages, jobs and deployments of any pipeline file, templates unfolded."""

from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace

from scorecard.ci.azure_files import FILES, is_pipeline
from scorecard.ci.azure_steps import steps
from scorecard.ci.azure_templates import Frame, Templates, defaults
from scorecard.ci.azure_triggers import Start, narrowed, start
from scorecard.ci.filters import held
from scorecard.ci.model import Job, Reading, Step, Trigger
from scorecard.ci.sources import load
from scorecard.readers.node import MISSING, Node
from scorecard.repository import Repository

__all__ = ["FILES", "NAME", "read"]

NAME = "Azure Pipelines"
_STRATEGIES = ("runOnce", "rolling", "canary")
_PHASES = ("preDeploy", "deploy", "routeTraffic", "postRouteTraffic")
_ASKS = ("manualvalidation@", "manualintervention@")


def read(repository: Repository, path: str, into: Reading) -> None:
    """Add the jobs of the pipeline at ``path``; other YAML files and mere templates add nothing."""
    if not is_pipeline(repository, path, into):
        return
    source = load(repository, path, Reading())
    if source is None:
        return
    templates = Templates(repository, into)
    frame = Frame(source)
    frame = replace(frame, names=defaults(source.root["parameters"], frame))
    frame = templates.variables(source.root["variables"], frame)
    into.jobs += _held(_Pipeline(templates, path, start(repository, source, into), source.root).jobs(frame))


def _held(jobs: list[Job]) -> list[Job]:
    """A job waits for a person if it asks one, or needs a job that does."""
    return held(jobs, {job.id for job in jobs if any(step.uses.lower().startswith(_ASKS) for step in job.steps)})


class _Pipeline(Struct):
    """One pipeline file."""

    templates: Templates
    path: str
    started: Start
    root: Node

    def jobs(self, frame: Frame) -> list[Job]:
        root = self.root
        if root["extends"]["template"]:
            inner = self.templates.enter(root["extends"], frame)
            if inner is None:
                return []
            root, frame = inner.source.root, self.templates.variables(inner.source.root["variables"], inner)
        if root["stages"]:
            return self._stages(root, frame)
        if root["jobs"]:
            return self._members(root, frame, "", (), "")
        return list(self._job(root, frame, "job", "job", "")) if root["steps"] else []

    def _stages(self, root: Node, frame: Frame) -> list[Job]:
        found: list[Job] = []
        members: dict[str, list[str]] = {}
        previous: list[str] = []
        for index, (stage, inner) in enumerate(self.templates.items(root["stages"], frame, "stages")):
            condition = inner.fill(stage["condition"].text)
            name = inner.fill(stage["stage"].text) or f"stage{index + 1}"
            if not stage.is_map or condition.strip().lower() == "false":
                continue
            wanted = _names(stage["dependsOn"], inner) if stage.has("dependsOn") else previous
            needs = tuple(member for stage_name in wanted for member in members.get(stage_name, ()))
            local = self.templates.variables(stage["variables"], inner)
            made = self._members(stage, local, f"{name}.", needs, condition)
            members[name] = [job.id for job in made] or list(needs)
            previous = [name]
            found += made
        return found

    def _members(self, parent: Node, frame: Frame, prefix: str, outer: tuple[str, ...], condition: str) -> list[Job]:
        found: list[Job] = []
        members: dict[str, list[str]] = {}
        for index, (node, inner) in enumerate(self.templates.items(parent["jobs"], frame, "jobs")):
            if not node.is_map or inner.fill(node["condition"].text).strip().lower() == "false":
                continue
            local = self.templates.variables(node["variables"], inner)
            head = node.get("job", "deployment", "template")
            name = inner.fill(head.text) or f"job{index + 1}"
            made = list(self._job(node, local, prefix + name, name, condition))
            members.setdefault(name, []).extend(job.id for job in made)
            wanted = _names(node["dependsOn"], inner)
            inside = tuple(member for other in wanted for member in members.get(other, ()))
            found += [replace(job, needs=tuple(dict.fromkeys(inside + (() if inside else outer)))) for job in made]
        return found

    def _job(self, node: Node, frame: Frame, id_: str, name: str, condition: str) -> Iterator[Job]:
        environment = node["environment"]
        where = environment["name"] if environment.is_map else environment
        variants = frame.alternatives(where.text)
        line = next((node.key_line(key) for key in ("job", "deployment", "template", "steps") if node.has(key)), 1)
        own = frame.fill(node["condition"].text)
        triggers = narrowed(set(narrowed(self.started.triggers, condition)), own)
        for variant in variants:
            yield Job(
                system=NAME,
                pipeline=self.path,
                id=f"{id_} ({variant})" if len(variants) > 1 else id_,
                path=frame.source.path,
                line=line,
                steps=tuple(self._steps(node, frame)),
                triggers=triggers or frozenset({Trigger.MANUAL}),  # which anything can be
                branches=self.started.branches,
                environment=variant,
                may_fail=frame.fill(node["continueOnError"].text).lower() == "true",
                name=frame.fill(node["displayName"].text) or name,
                image=self._image(node["container"] or self.root["container"], frame),
                text=frame.source.at(line).text,
                trigger_evidence=tuple(self.started.evidence) or (frame.source.at(line),),
                condition=own or condition,
            )

    def _steps(self, node: Node, frame: Frame) -> Iterator[Step]:
        if node["template"]:  # of another repository
            yield Step(
                frame.source.path,
                node["template"].line,
                uses=f"template: {node['template'].text}",
                via=frame.via,
            )
        yield from steps(self.templates, node["steps"], frame)
        strategy = next((node["strategy"][key] for key in _STRATEGIES if node["strategy"][key]), MISSING)
        for phase in (*(strategy[key] for key in _PHASES), strategy["on"]["success"]):
            yield from steps(self.templates, phase["steps"], frame)
        yield from steps(self.templates, strategy["on"]["failure"]["steps"], frame, "failed()")

    def _image(self, container: Node, frame: Frame) -> str:
        written = frame.fill((container["image"] if container.is_map else container).text)
        for declared in self.root["resources"]["containers"].as_list():
            if declared["container"].text == written:
                return frame.fill(declared["image"].text)
        return written


def _names(node: Node, frame: Frame) -> list[str]:
    """The names in a `dependsOn`, which may be a parameter."""
    text = node.text.strip()
    bound = frame.look_up(text[3:-2].strip()) if text.startswith("${{") and text.endswith("}}") else None
    if bound:
        return _names(bound.node, bound.frame)
    return [frame.fill(name) for name in node.strings() if name and name != "[]"]
