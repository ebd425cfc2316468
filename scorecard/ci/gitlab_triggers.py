"""On which events a job of GitLab CI runs: `rules`, `only`, `except`, `when` and the workflow's own rules."""

from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct, field

from scorecard.ci import branches
from scorecard.ci.gitlab_conditions import Condition
from scorecard.ci.model import Trigger
from scorecard.readers.node import Node
from scorecard.repository import Repository

Variables = Mapping[str, str]
MAX_BRANCHES = 40
_REFS = {
    "merge_requests": Trigger.CHANGE,
    "tags": Trigger.TAG,
    "schedules": Trigger.SCHEDULE,
    "web": Trigger.MANUAL,
    "branches": Trigger.PUSH,
    "pushes": Trigger.PUSH,
    "external_pull_requests": Trigger.CHANGE,
    **dict.fromkeys(("api", "chat", "external", "pipelines", "triggers"), Trigger.OTHER),
}
# These events exist for every pipeline, but count only where the rule that lets the job run speaks of them.
_SPOKEN = {
    Trigger.TAG: ("CI_COMMIT_TAG", "CI_COMMIT_REF_PROTECTED_TAG"),
    Trigger.SCHEDULE: ("schedule",),
    Trigger.MANUAL: ("web",),
    Trigger.OTHER: ("pipeline", "trigger", "api", "chat", "external"),
}


class Event(Struct, frozen=True):
    """Something that may start a pipeline, with the variables that GitLab then sets."""

    trigger: Trigger
    variables: Variables
    spoken: bool = False  # a parent pipeline has settled it


class Start(Struct):
    """When a job runs by itself, when it waits for a person, and the nodes that say so."""

    automatic: set[Trigger] = field(default_factory=set)
    manual: set[Trigger] = field(default_factory=set)
    said: list[Node] = field(default_factory=list)
    blocks: bool = False  # later stages wait for the person too
    problem: str = ""

    def joins(self, later: "Start") -> bool:
        """Does a job of a later stage wait for this one: both in one pipeline, this no optional button?"""
        optional = self.manual and not self.automatic and not self.blocks
        shared = (self.automatic | self.manual) & (later.automatic | later.manual)
        return bool(shared) and not optional


def events(repository: Repository, root: Node) -> list[Event]:
    """Everything that might start the pipeline, before any rule is asked."""
    history = repository.history
    default = history.default_branch or (history.branches[0] if history.branches else "main")
    names = [default, *history.branches[:MAX_BRANCHES], "feature/anything"]
    if not history.branches or history.shallow:
        names += [word for _, node in root.pairs() if node.is_scalar for word in _quoted(node.text)][:MAX_BRANCHES]
    common = {"CI": "true", "GITLAB_CI": "true", "CI_DEFAULT_BRANCH": default, "CI_COMMIT_REF_NAME": default}
    on_default = {**common, "CI_COMMIT_BRANCH": default}
    request = {
        "CI_MERGE_REQUEST_ID": "1",
        "CI_MERGE_REQUEST_IID": "1",
        "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": default,
        "CI_MERGE_REQUEST_SOURCE_BRANCH_NAME": "feature/anything",
    }
    tag = {"CI_COMMIT_TAG": "v1.2.3", "CI_COMMIT_REF_NAME": "v1.2.3"}
    found = [
        Event(
            Trigger.PUSH,
            {**common, "CI_PIPELINE_SOURCE": "push", "CI_COMMIT_BRANCH": name, "CI_COMMIT_REF_NAME": name},
        )
        for name in dict.fromkeys(names)
    ]
    found.append(Event(Trigger.CHANGE, {**common, **request, "CI_PIPELINE_SOURCE": "merge_request_event"}))
    found.append(Event(Trigger.TAG, {**common, **tag, "CI_PIPELINE_SOURCE": "push"}))
    for trigger, source in (
        (Trigger.SCHEDULE, "schedule"),
        (Trigger.MANUAL, "web"),
        (Trigger.OTHER, "pipeline"),
        (Trigger.OTHER, "trigger"),
        (Trigger.OTHER, "api"),
    ):
        found.append(Event(trigger, {**on_default, "CI_PIPELINE_SOURCE": source}))
    return found


def _quoted(text: str) -> list[str]:
    return text.replace("'", '"').split('"')[1::2] if "$CI_" in text else []


def allowed(root: Node, candidates: Iterable[Event], variables: Variables) -> list[tuple[Event, bool]]:
    """The events for which the workflow makes a pipeline; True where a rule speaks of the event."""
    rules = root["workflow"]["rules"]
    found: list[tuple[Event, bool]] = []
    for event in candidates:
        rule = _matched(rules, event, variables) if rules else None
        if not rules:
            found.append((event, event.spoken or event.trigger is Trigger.PUSH))
        elif rule is not None and rule["when"].text != "never":
            found.append((event, event.spoken or _speaks(rule, event.trigger)))
    return found


def start(job: Node, pipelines: Iterable[tuple[Event, bool]], variables: Variables, repository: Repository) -> Start:
    """When ``job`` runs, given the events for which there is a pipeline at all."""
    found = Start()
    if job.has("rules"):
        for event, spoken in pipelines:
            rule = _matched(job["rules"], event, variables)
            if rule is None or not (spoken or _speaks(rule, event.trigger)):
                continue
            _note(found, event.trigger, rule["when"].text or job["when"].text, rule)
            found.blocks |= not (rule["allow_failure"] or job["allow_failure"]).is_true
        return found
    kept = _refs(job, found, repository)
    for event, spoken in pipelines:
        if event.trigger in kept if kept is not None else spoken:
            _note(found, event.trigger, job["when"].text, job["only"] or job["when"])
    found.blocks = job["allow_failure"].text.lower() == "false"
    return found


def _note(found: Start, trigger: Trigger, when: str, node: Node) -> None:
    if when == "never":
        return
    (found.manual if when == "manual" else found.automatic).add(trigger)
    if node and not any(node is known for known in found.said):
        found.said.append(node)


def _matched(rules: Node, event: Event, variables: Variables) -> Node | None:
    known = {**variables, **event.variables}
    for rule in _flat(rules):
        if rule.is_map and (not rule.has("if") or Condition(rule["if"].text, known).holds()):
            return rule
    return None


def _flat(rules: Node, depth: int = 10) -> Iterator[Node]:
    for rule in rules:
        if rule.is_list and depth:
            yield from _flat(rule, depth - 1)
        else:
            yield rule


def _speaks(rule: Node, trigger: Trigger) -> bool:
    words = _SPOKEN.get(trigger)
    return words is None or any(word in rule["if"].text for word in words)


def _refs(job: Node, found: Start, repository: Repository) -> set[Trigger] | None:
    """What `only` and `except` leave; None where the job has neither."""
    if not job.has("only") and not job.has("except"):
        return None
    only, without = _names(job["only"]), _names(job["except"])
    kept = {_REFS.get(name, Trigger.PUSH) for name in only} or {Trigger.PUSH}
    literal = [name for name in only if name not in _REFS and not name.startswith("/")]
    others = [name for name in only if name.startswith("/") or _REFS.get(name) is Trigger.PUSH]
    if literal and not others and (problem := branches.dead(repository, [n.partition("@")[0] for n in literal])):
        found.problem = problem
        kept -= {Trigger.PUSH}
    return kept - {_REFS[name] for name in without if name in _REFS}


def _names(node: Node) -> list[str]:
    return node["refs"].strings() if node.is_map else node.strings()
