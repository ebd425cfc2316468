"""GitHub Actions: workflows, and the reusable workflows of the same repository that they call."""

import posixpath
from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace

from scorecard.ci.github_steps import MAX_CALLS, Place, Steps
from scorecard.ci.github_triggers import FILES, Start, is_never, narrowed, start
from scorecard.ci.github_values import Values, alternatives, defaults, fill, named
from scorecard.ci.model import Job, Reading, Step
from scorecard.ci.sources import Source, find, load
from scorecard.model import Evidence
from scorecard.patterns import lazily
from scorecard.readers.node import Node
from scorecard.repository import Repository

__all__ = ["FILES", "NAME", "read"]

NAME = "GitHub Actions"
MAX_JOBS = 500
MAX_CALLED = 300  # workflows that one of them calls, itself and through others; GitHub allows 50
# A workflow by the name of its repository, which may well be this one.
_WHOLE = lazily(r"[\w.-]+/[\w.-]+/(\.github/workflows/[\w.-]+\.ya?ml)@")


def read(repository: Repository, path: str, into: Reading) -> None:
    """Add the jobs of the workflow at ``path``; one that is only ever called adds none of its own."""
    source = load(repository, path, into)
    if source is None or source.root["on"].strings() in ([], ["workflow_call"]):
        return
    started = start(repository, source, into)
    into.jobs += _Workflow(repository, source, into, path, started, defaults("inputs", _dispatch(source))).jobs()


def _is_called(on: Node) -> bool:
    return on.has("workflow_call") or "workflow_call" in on.strings()


def _dispatch(source: Source) -> Node:
    return source.root["on"]["workflow_dispatch"]["inputs"]


class _Workflow(Struct, frozen=True):
    """A workflow in the situation of one call."""

    repository: Repository
    source: Source
    into: Reading
    pipeline: str
    started: Start
    values: Values
    via: tuple[Evidence, ...] = ()
    prefix: str = ""
    outer_needs: tuple[str, ...] = ()

    def jobs(self) -> list[Job]:
        found: list[Job] = []
        members: dict[str, list[str]] = {}  # what a name in `needs` stands for: a matrix or a call makes several
        written: dict[str, tuple[str, ...]] = {}
        jobs = self.source.root["jobs"]
        for key, node in jobs.entries() if jobs.is_map else ():
            if not node.is_map or is_never(node["if"].text) or len(self.via) >= MAX_CALLS or len(found) > MAX_JOBS:
                continue
            made = list(self._job(key, node))
            members[key.text] = [job.id for job in made]
            written |= {job.id: tuple(node["needs"].strings()) for job in made}
            found += made
        known = {job.id for job in found}
        return [replace(job, needs=self._needs(job, written[job.id], members, known)) for job in found]

    def _needs(
        self, job: Job, names: tuple[str, ...], members: dict[str, list[str]], known: set[str]
    ) -> tuple[str, ...]:
        inside = tuple(need for need in job.needs if need in known)
        needed = tuple(member for name in names for member in members.get(name, ()))
        return tuple(dict.fromkeys(inside + (needed or (() if inside else self.outer_needs))))

    def _job(self, key: Node, node: Node) -> Iterator[Job]:
        values = {**self.values, **named("env", self.source.root["env"]), **named("env", node["env"])}
        environment = node["environment"]["name"] if node["environment"].is_map else node["environment"]
        variants = alternatives([environment.text], node["strategy"]["matrix"])
        for variant in variants:
            where = fill(environment.text, {**values, **variant})
            suffix = f" ({where})" if len(variants) > 1 else ""
            condition = node["if"].text
            job = Job(
                system=NAME,
                pipeline=self.pipeline,
                id=f"{self.prefix}{key.text}{suffix}",
                path=self.source.path,
                line=key.line,
                triggers=narrowed(frozenset(self.started.triggers), condition),
                branches=self.started.branches,
                environment=where,
                may_fail=node["continue-on-error"].is_true,
                name=fill(node["name"].text, {**values, **variant}),
                image=fill((node["container"]["image"] or node["container"]).text, values),
                text=self.source.at(key.line).text,
                trigger_evidence=tuple(self.started.evidence),
                condition=condition,
            )
            if node.has("uses"):
                yield from self._called(job, node, {**values, **variant})
            else:
                place = Place(self.source, {**values, **variant}, node["strategy"]["matrix"], self.via)
                yield job.with_steps(Steps(self.repository, self.into, place).of(node))

    def _called(self, job: Job, node: Node, values: Values) -> Iterator[Job]:
        uses = node["uses"]
        passed = {name: fill(value, values) for name, value in named("inputs", node["with"]).items()}
        whole = _WHOLE.match(uses.text)
        own = load(self.repository, whole[1], self.into) if whole and whole[1] in self.repository.own else None
        if not uses.text.startswith("./") and not (own and _is_called(own.root["on"])):
            inputs = tuple((name.removeprefix("inputs."), value) for name, value in passed.items())
            step = Step(self.source.path, uses.line, uses=uses.text, inputs=inputs, via=self.via)
            yield job.with_steps([step])
            return
        path = posixpath.normpath(whole[1] if whole else uses.text)
        if not (path := find(self.repository, path, self.source.path)):
            problem = f"calls the workflow {uses.text}, which does not exist"
            self.into.problems.append(Evidence(self.source.path, uses.line, problem))
            return
        here = self.source.at(uses.line)
        calls = f"{NAME} calls of {self.pipeline}"
        self.into.memo[calls] = self.into.memo.get(calls, 0) + 1
        if self.into.memo[calls] > MAX_CALLED:
            return
        called = load(self.repository, path, self.into)
        if called is None or any(step.path == path for step in (*self.via, here)):
            return
        inner = _Workflow(
            self.repository,
            called,
            self.into,
            self.pipeline,
            Start(set(job.triggers), list(job.trigger_evidence), job.branches),
            {**defaults("inputs", called.root["on"]["workflow_call"]["inputs"]), **passed},
            (*self.via, here),
            f"{job.id}/",
            self.outer_needs,
        )
        for found in inner.jobs():
            yield replace(found, may_fail=found.may_fail or job.may_fail)
