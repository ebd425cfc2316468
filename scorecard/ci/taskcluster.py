"""Taskcluster: `.taskcluster.yml`, the tasks that a hook starts, and the hooks with their schedules."""

from collections.abc import Iterator

from scorecard.ci.filters import living
from scorecard.ci.jsone import Found, plain, tasks
from scorecard.ci.model import Job, Reading, Step, Trigger
from scorecard.ci.script import Script
from scorecard.model import Evidence
from scorecard.patterns import lazily
from scorecard.readers.node import Node
from scorecard.repository import Repository

NAME = "Taskcluster"
FILES = (
    ".taskcluster.yml",
    ".taskcluster.yaml",
    "infra/**/*.yml",
    "infra/**/*.yaml",
    "infra/**/*.json",
    "taskcluster/**/*.json",
)

_FIRST = frozenset({".taskcluster.yml", ".taskcluster.yaml"})
_EVENTS = (
    ("github-push", Trigger.PUSH),
    ("github-pull-request", Trigger.CHANGE),
    ("github-release", Trigger.TAG),
    ("cron", Trigger.SCHEDULE),
    ("action", Trigger.MANUAL),
)
_TASKS_FOR = lazily(r"tasks_for(?:\[[^\]]*\])?\s*(==|!=)\s*[\"']([\w-]+)[\"']")
_TASKS_IN = lazily(r"tasks_for\s+in\s+\[([^\]]*)\]")
_IS_CHANGE = lazily(r"(?<![!\w])isPullRequest\b")
_IS_TAG = lazily(r"==\s*[\"']refs/tags/")
_BRANCH = lazily(r"==\s*[\"']refs/heads/([^\"']+)[\"']")
_SLUG = lazily(r"as_slugid\(\s*[\"']([^\"']+)[\"']\s*\)")
_CLONE = lazily(r"\b(?:git|hg) (?:clone|init)\b")
_ENTER = lazily(r"(?:&&|;|\n)[ \t\\\n]{0,99}cd +[^\s;&]+[ \t]*(?:&&|;|\n)[ \t]*\n?")


def read(repository: Repository, path: str, into: Reading) -> None:
    """The tasks of one file, with what starts them."""
    text = repository.text(path)
    if "payload" not in text or (path not in _FIRST and '"task"' not in text and "tasks" not in text):
        return
    source = Script.open(repository, path, into if path in _FIRST else None)
    root = source.root
    if path.endswith(".json"):
        if root["task"]["payload"].is_map and root["metadata"]:
            into.jobs.append(_hook(source, root))
        return
    if not root["tasks"]:
        return
    found = [task for task in tasks(root["tasks"]) if task.node["payload"].is_map]
    started, evidence = _schedule(repository, path) if path not in _FIRST else (None, None)
    for task in found:
        if path in _FIRST:
            triggers, branches = _triggers(task, repository, path, into)
            conditions = tuple(source.at(node.line) for node, _ in task.conditions if node.text)
            into.jobs.append(_job(source, task, triggers, branches, conditions))
        else:
            scheduled = frozenset({started or Trigger.OTHER})
            into.jobs.append(_job(source, task, scheduled, (), (evidence,) if evidence else ()))


def _hook(source: Script, root: Node) -> Job:
    """A hook: one task that a clock starts, or a message where it has no schedule."""
    schedule = root["schedule"]
    triggers = {Trigger.SCHEDULE} if schedule else set()
    triggers |= {Trigger.OTHER} if root["bindings"] or not schedule else set()
    line = root.key_line("schedule") if schedule else root.key_line("task")
    found = Found(root["task"], ())
    return _job(source, found, frozenset(triggers), (), (source.at(line),))


def _schedule(repository: Repository, path: str) -> tuple[Trigger | None, Evidence | None]:
    """The hook that starts the tasks of ``path``: the one whose command names the file."""
    name = path.rpartition("/")[2]
    for other in repository.glob("infra/**/*.json", "taskcluster/**/*.json"):
        text = repository.text(other)
        if name in text and '"payload"' in text and '"schedule"' in text:
            hook = Script.open(repository, other)
            words = hook.root["task"]["payload"]["command"].walk()
            if hook.root["schedule"] and any(name in word.text for word in words if word.is_scalar):
                return Trigger.SCHEDULE, hook.at(hook.root.key_line("schedule"))
    return None, None


def _job(
    source: Script,
    task: Found,
    triggers: frozenset[Trigger],
    branches: tuple[str, ...],
    evidence: tuple[Evidence, ...],
) -> Job:
    node = task.node
    name = node["metadata"]["name"].text
    identity = _identity(node.get("taskId", "ID")) or name
    line = node["metadata"].key_line("name") if name else node.key_line("payload")
    return Job(
        NAME,
        source.path,
        identity,
        source.path,
        line,
        steps=(*_commands(source, node), *_routes(source, node)),
        triggers=triggers,
        branches=branches,
        needs=tuple(filter(None, (_identity(one) for one in node["dependencies"].as_list()))),
        name=name,
        image=node["payload"]["image"].text,
        text=source.at(line).text,
        trigger_evidence=evidence,
    )


def _identity(node: Node) -> str:
    text = node.text or node["$eval"].text
    found = _SLUG.search(text)
    return found.group(1) if found else text


def _commands(source: Script, node: Node) -> Iterator[Step]:
    """docker-worker takes one vector of words, generic-worker a list of vectors or of command lines."""
    payload = plain(node["payload"])
    members = [plain(one) for one in plain(payload["command"]).as_list()]
    if any(one.is_list for one in members):
        found = [source.arguments(one) for one in members]
    elif len(members) > 1 and " " in members[0].text:
        found = [source.step(one) for one in members]
    else:
        found = [source.arguments(*members)]
    for step in found:
        if step:
            yield from _after_clone(step)
    if not any(found):
        image = payload["image"]
        if image.is_scalar and image:
            yield Step(source.path, image.line, uses=image.text)


def _after_clone(step: Step) -> Iterator[Step]:
    """What follows `git clone … && cd …` runs at the root of the checkout."""
    clone = _CLONE.search(step.command)
    found = _ENTER.search(step.command, clone.end()) if clone else None
    if found is None:
        yield step
        return
    head, rest = step.command[: found.end()], step.command[found.end() :]
    rest_line = step.line + head.count("\n")
    yield Step(step.path, step.line, head.rstrip(" &;\\\n"), name=step.name)
    if rest.strip():
        yield Step(step.path, rest_line, rest, name=step.name, may_fail=step.may_fail)


def _routes(source: Script, node: Node) -> Iterator[Step]:
    """Where the queue tells of the task: `notify.email.…on-failed`, an index."""
    for route in node["routes"].as_list():
        if route.is_scalar:
            yield Step(source.path, route.line, uses=route.text, name="route")


def _triggers(
    task: Found, repository: Repository, path: str, into: Reading
) -> tuple[frozenset[Trigger], tuple[str, ...]]:
    """What is left of pushes and changes by all the conditions above the task."""
    left = {Trigger.PUSH, Trigger.CHANGE}
    asked = False
    tagged = False
    names: tuple[str, ...] = ()
    for node, holds in task.conditions:
        text = node.text
        events = {found for word, found in _EVENTS if word in _positive(text)}
        if events and holds:
            left = events if not asked else left & events
            asked = True
        elif events and "&&" not in text:
            left -= events
        if holds and _IS_TAG.search(text) and "||" not in text:
            tagged = True
        wanted = _BRANCH.findall(text) if holds else []
        if wanted and "tasks_for" not in text.partition("||")[2]:
            names = living([Node.scalar(one, node.line) for one in wanted], repository, path, into)
            left = left if names else left - {Trigger.PUSH}
    if tagged:
        left = (left - {Trigger.PUSH, Trigger.CHANGE}) | {Trigger.TAG}
    if not repository.has(".cron.yml"):
        left.discard(Trigger.SCHEDULE)
    return frozenset(left), names


def _positive(text: str) -> str:
    """The names of the events that a condition asks for."""
    named = [event for sign, event in _TASKS_FOR.findall(text) if sign == "=="]
    if _IS_CHANGE.search(text):
        named.append("github-pull-request")
    return " ".join(named + _TASKS_IN.findall(text))
