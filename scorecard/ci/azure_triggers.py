"""What starts a pipeline of Azure DevOps, and what the condition of a job leaves of it."""

import re

from msgspec import Struct, field

from scorecard.ci import branches
from scorecard.ci.model import AUTOMATIC, Reading, Trigger
from scorecard.ci.sources import Source
from scorecard.model import Evidence
from scorecard.patterns import lazily
from scorecard.readers.node import Node
from scorecard.repository import Repository

_REASON = lazily(r"\b(eq|ne)\(\s{0,5}variables(?:\.|\[')build\.reason(?:'\])?\s{0,5},\s{0,5}'(\w+)'", re.IGNORECASE)
_BRANCH = lazily(
    r"\beq\(\s{0,5}variables(?:\.|\[')build\.sourcebranch(?:name)?(?:'\])?\s{0,5},\s{0,5}'([^']+)'",
    re.IGNORECASE,
)
_ON_TAG = lazily(
    r"startsWith\(\s{0,5}variables(?:\.|\[')build\.sourcebranch(?:'\])?\s{0,5},\s{0,5}'refs/tags",
    re.IGNORECASE,
)
_REASONS = {
    "pullrequest": Trigger.CHANGE,
    "schedule": Trigger.SCHEDULE,
    "manual": Trigger.MANUAL,
    "individualci": Trigger.PUSH,
    "batchedci": Trigger.PUSH,
}


class Start(Struct):
    """The triggers, the lines that say so, and the branch filters of push."""

    triggers: set[Trigger] = field(default_factory=set)
    evidence: list[Evidence] = field(default_factory=list)
    branches: tuple[str, ...] = ()


def start(repository: Repository, source: Source, into: Reading) -> Start:
    """What starts the pipeline; a `trigger` that is not written means every push."""
    root, found = source.root, Start()
    found.branches = tuple(_branches(root["trigger"]))
    for key, trigger in (("trigger", Trigger.PUSH), ("pr", Trigger.CHANGE)):
        node = root[key]
        if not root.has(key):
            if key == "trigger":
                found.triggers.add(Trigger.PUSH)
            continue
        if _is_none(node):
            continue
        problem = branches.dead(repository, _branches(node))
        if problem:
            into.problems.append(Evidence(source.path, root.key_line(key), problem))
        elif key == "pr" or not _only_tags(node):
            found.triggers.add(trigger)
            found.evidence.append(source.at(root.key_line(key)))
        if node["tags"]:
            found.triggers.add(Trigger.TAG)
            found.evidence.append(source.at(node.key_line("tags")))
    for entry in root["schedules"].as_list():
        if entry.has("cron") and not branches.dead(repository, entry["branches"]["include"].strings()):
            found.triggers.add(Trigger.SCHEDULE)
            found.evidence.append(source.at(entry.key_line("cron")))
    for kind in ("pipelines", "repositories", "containers", "packages", "webhooks"):
        for entry in root["resources"][kind].as_list():
            if kind == "webhooks" or (entry.has("trigger") and not _is_none(entry["trigger"])):
                found.triggers.add(Trigger.OTHER)
                found.evidence.append(source.at(entry.key_line("trigger")))
    if not found.triggers & AUTOMATIC and Trigger.OTHER not in found.triggers:
        found.triggers.add(Trigger.MANUAL)
    return found


def _is_none(node: Node) -> bool:
    return node.strings() in (["none"], ["None"]) if not node.is_map else False


def _only_tags(node: Node) -> bool:
    return node.is_map and bool(node["tags"]) and not node["branches"]


def _branches(node: Node) -> list[str]:
    if node.is_map:
        branched = node["branches"]
        return branched["include"].strings() if branched.is_map else branched.strings()
    return node.strings() if not _is_none(node) else []


def narrowed(triggers: set[Trigger], condition: str) -> frozenset[Trigger]:
    """What a conjunction of reason and branch leaves of the triggers; anything else leaves all."""
    if re.search(r"\b(?:or|not|xor|in|notIn)\(", condition, re.IGNORECASE):
        return frozenset(triggers)
    left = set(triggers)
    for operator, reason in _REASON.findall(condition):
        meant = _REASONS.get(reason.lower(), Trigger.OTHER)
        left = left & {meant} if operator.lower() == "eq" else left - {meant}
    for branch in _BRANCH.findall(condition):
        left -= set() if "pull" in branch else {Trigger.CHANGE}
    if _ON_TAG.search(condition):
        left &= {Trigger.TAG}
    return frozenset(left)
