"""What starts a workflow of GitHub Actions, and what the condition of a job leaves of it."""

import re

from msgspec import Struct, field

from scorecard.ci import branches
from scorecard.ci.model import Reading, Trigger
from scorecard.ci.sources import Source, load
from scorecard.model import Evidence
from scorecard.patterns import lazily
from scorecard.readers.node import Node
from scorecard.repository import Repository

# Forgejo and Gitea run workflows of the same form from folders of their own.
FILES = tuple(f".{host}/workflows/*.{end}" for host in ("github", "forgejo", "gitea") for end in ("yml", "yaml"))
_EVENTS = {
    "push": Trigger.PUSH,
    "pull_request": Trigger.CHANGE,
    "pull_request_target": Trigger.CHANGE,
    "merge_group": Trigger.CHANGE,
    "release": Trigger.TAG,
    "schedule": Trigger.SCHEDULE,
    "workflow_dispatch": Trigger.MANUAL,
}
_FILTERED = frozenset({"push", "pull_request", "pull_request_target", "merge_group"})
_EVENT_IS = lazily(r"github\.event_name\s{0,5}(==|!=)\s{0,5}['\"](\w+)['\"]")
_REF_IS = lazily(r"github\.ref(_name)?\s{0,5}==\s{0,5}['\"]([^'\"]+)['\"]")
_ON_TAG = lazily(
    r"startsWith\(\s{0,5}github\.ref\s{0,5},\s{0,5}['\"]refs/tags|github\.ref_type\s{0,5}==\s{0,5}['\"]tag"
)


class Start(Struct):
    """The triggers, the lines that say so, and the branch filters of push."""

    triggers: set[Trigger] = field(default_factory=set)
    evidence: list[Evidence] = field(default_factory=list)
    branches: tuple[str, ...] = ()


def start(repository: Repository, source: Source, into: Reading, seen: tuple[str, ...] = ()) -> Start:
    """What starts the workflow; one that follows another workflow starts when that one does."""
    on, found = source.root["on"], Start()
    events = list(on.entries()) if on.is_map else [(node, Node.mapping(node.line)) for node in on.as_list()]
    for key, value in events:
        if key.text == "workflow_call":
            continue
        if key.text == "workflow_run":
            triggers = _followed(repository, source, value, into, seen)
        elif key.text in _FILTERED and (problem := branches.dead(repository, value["branches"].strings())):
            into.problems.append(Evidence(source.path, value.key_line("branches"), problem))
            triggers = _tags(value)
        else:
            triggers = _triggers(key.text, value)
        found.triggers |= triggers
        if triggers:
            line = next((entry.line for entry in value if value.is_list), key.line)
            found.evidence.append(source.at(line))
        if key.text == "push":
            found.branches = tuple(value["branches"].strings())
    return found


def _triggers(event: str, value: Node) -> set[Trigger]:
    if event == "push":
        branched = value.has("branches") or value.has("branches-ignore")
        return _tags(value) | ({Trigger.PUSH} if branched or not _tags(value) else set())
    if event == "pull_request" and value["types"].strings() == ["closed"]:
        return {Trigger.PUSH}  # a merge
    return {_EVENTS.get(event, Trigger.OTHER)}


def _tags(value: Node) -> set[Trigger]:
    return {Trigger.TAG} if value.has("tags") or value.has("tags-ignore") else set()


def _followed(
    repository: Repository, source: Source, value: Node, into: Reading, seen: tuple[str, ...]
) -> set[Trigger]:
    names = set(value["workflows"].strings())
    found: set[Trigger] = set()
    for path in repository.glob(*FILES):
        if path in seen or path == source.path or len(seen) > 8:
            continue
        other = load(repository, path, Reading())
        if other and (other.root["name"].text or other.path) in names:
            found |= start(repository, other, Reading(), (*seen, source.path)).triggers
    if value.has("branches"):
        found -= {Trigger.CHANGE}
    problem = branches.dead(repository, value["branches"].strings())
    if problem:
        into.problems.append(Evidence(source.path, value.key_line("branches"), problem))
        return set()
    return found or {Trigger.OTHER}


def is_never(condition: str) -> bool:
    """`if: false`, however it is written."""
    return condition.replace("${{", "").replace("}}", "").strip().lower() == "false"


def narrowed(triggers: frozenset[Trigger], condition: str) -> frozenset[Trigger]:
    """What a plain conjunction of event and branch leaves of the triggers; anything else leaves all."""
    if "||" in condition or re.search(r"!(?!=)", condition):
        return triggers
    left = set(triggers)
    for operator, event in _EVENT_IS.findall(condition):
        meant = _EVENTS.get(event, Trigger.OTHER)
        kept = {meant, Trigger.TAG} if event == "push" else {meant}
        left = left & kept if operator == "==" else left - {meant}
    for _, ref in _REF_IS.findall(condition):
        left -= {Trigger.CHANGE} if "/pull/" not in ref else set()
    if _ON_TAG.search(condition):
        left = {Trigger.TAG} if left & {Trigger.TAG, Trigger.PUSH} else set()
    return frozenset(left)
