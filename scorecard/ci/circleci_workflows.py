"""CircleCI's workflows: which jobs are started, by what, after which others."""

from collections.abc import Iterator

from msgspec import Struct

from scorecard.ci.filters import is_everything, living
from scorecard.ci.model import Reading, Trigger
from scorecard.ci.sources import Source
from scorecard.model import Evidence
from scorecard.patterns import lazily
from scorecard.readers.node import MISSING, Node
from scorecard.repository import Repository

_PIPELINE_PARAMETER = lazily(r"pipeline\.parameters\.([\w-]+)")
_BRANCH_IS = lazily(r"pipeline\.git\.branch\s*==\s*[\"']([^\"']+)[\"']")
_GATES = frozenset({"approval"})


class Entry(Struct, frozen=True):
    """A job as a workflow lists it."""

    workflow: str
    id: str
    job: str
    line: int
    node: Node
    needs: tuple[str, ...]
    triggers: frozenset[Trigger]
    branches: tuple[str, ...]
    evidence: tuple[Evidence, ...]

    @property
    def is_gate(self) -> bool:
        return self.node["type"].text in _GATES


def entries(source: Source, config: Node, repository: Repository, into: Reading, *, continued: bool) -> list[Entry]:
    """Every job that an active workflow lists; without workflows the job `build` runs."""
    workflows = config["workflows"]
    if not config.has("workflows"):
        if not config["jobs"].has("build"):
            return []
        line = config["jobs"].key_line("build")
        listed = (source.at(line),)
        both = frozenset({Trigger.PUSH, Trigger.CHANGE})
        return [Entry("build", "build", "build", line, MISSING, (), both, (), listed)]
    found: list[Entry] = []
    for name, workflow in workflows.items():
        if not workflow.is_map:
            continue
        started = _started(workflow, config["parameters"], continued=continued)
        schedule = [item["schedule"] for item in workflow["triggers"].as_list() if item["schedule"]]
        scheduled = any(_runs(one, source, repository, into) for one in schedule)
        for line, job, node in _listed(workflow["jobs"]):
            evidence: tuple[Evidence, ...] = (source.at(line),)
            triggers: frozenset[Trigger] = frozenset({Trigger.SCHEDULE} if scheduled else ())
            branches: tuple[str, ...] = ()
            if schedule:
                evidence = (*(source.at(one.key_line("cron")) for one in schedule), *evidence)
            else:
                triggers, branches = _filtered(node["filters"], source, repository, into)
                if started is not None:
                    triggers = started if triggers else triggers
                    evidence = (source.at(workflow.key_line("when")), *evidence)
            needs = tuple(name for item in node["requires"].as_list() for name in (item.strings() if item else ()))
            shown = node["name"].text or job
            found.append(Entry(name, shown, job, line, node, needs, triggers, branches, evidence))
    return found


def _listed(jobs: Node) -> Iterator[tuple[int, str, Node]]:
    for item in jobs.as_list():
        if item.is_scalar:
            yield item.line, item.text, MISSING
        for name, node in item.items() if item.is_map else ():
            yield item.key_line(name), name, node


def _runs(schedule: Node, source: Source, repository: Repository, into: Reading) -> bool:
    only = schedule["filters"]["branches"]["only"].as_list()
    return bool(schedule["cron"]) and (not only or bool(living(only, repository, source.path, into)))


def _started(workflow: Node, parameters: Node, *, continued: bool) -> frozenset[Trigger] | None:
    """What the condition of the whole workflow leaves; None where it narrows nothing."""
    when, unless = workflow["when"], workflow["unless"]
    if (workflow.has("when") and when.is_scalar and when.text.lower() == "false") or unless.is_true:
        return frozenset()
    if not when:
        return None
    words = [node.text for node in when.walk() if node.is_scalar]
    by_clock = any("pipeline.schedule" in word or word == "scheduled_pipeline" for word in words)
    if by_clock and not when.has("not"):
        return frozenset({Trigger.SCHEDULE})
    names = [name for word in words for name in _PIPELINE_PARAMETER.findall(word)]
    if names and not continued and not when.has("not"):
        defaults = [parameters[name]["default"] for name in names]
        # A parameter that is off, or has another value, unless a person or a program asks for it.
        if not any(default.is_true or (default and default.text in words) for default in defaults):
            return frozenset({Trigger.MANUAL})
    return None


def _filtered(
    filters: Node, source: Source, repository: Repository, into: Reading
) -> tuple[frozenset[Trigger], tuple[str, ...]]:
    if filters.is_scalar:
        return _expression(filters, source, repository, into)
    branches, tags = filters["branches"], filters["tags"]
    found: set[Trigger] = set()
    names: tuple[str, ...] = ()
    only = branches["only"] if branches.is_map else branches
    if only:
        names = living(only.as_list(), repository, source.path, into)
        found |= {Trigger.PUSH} if names else set()
        found |= {Trigger.CHANGE} if any(map(is_everything, names)) else set()
    elif not any(map(is_everything, branches["ignore"].strings())):
        found |= {Trigger.PUSH, Trigger.CHANGE}
    if tags and not any(map(is_everything, tags["ignore"].strings())):
        found.add(Trigger.TAG)
    return frozenset(found), names


def _expression(
    filters: Node, source: Source, repository: Repository, into: Reading
) -> tuple[frozenset[Trigger], tuple[str, ...]]:
    text = filters.text
    wanted = _BRANCH_IS.findall(text)
    names = living([Node.scalar(name, filters.line) for name in wanted], repository, source.path, into)
    found = {Trigger.TAG} if "pipeline.git.tag" in text else set()
    if names or (not wanted and not found):
        found.add(Trigger.PUSH)
    return frozenset(found), names
