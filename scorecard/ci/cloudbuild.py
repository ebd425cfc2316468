"""Google Cloud Build: steps in containers.

Triggers are seen where Terraform or gcloud makes them, and in what a build uses: some substitutions are filled in by a
trigger alone (https://cloud.google.com/build/docs/configuring-builds/substitute-variable-values)."""

import re
from collections.abc import Iterator

from scorecard.ci.infrastructure import CODE, MAKEFILES, lines_with
from scorecard.ci.model import Job, Reading, Step, Trigger
from scorecard.ci.script import Script, flat, joined
from scorecard.model import Evidence
from scorecard.patterns import lazily
from scorecard.readers.node import Node
from scorecard.repository import Repository

NAME = "Google Cloud Build"
FILES = ("*.yaml", "*.yml", "*cloudbuild*.json")

_STEPS = lazily(r"^(?:steps|[ \t{]*\"steps\")[ \t]*:", re.MULTILINE)
_SIGNS = ("gcr.io/", "docker.pkg.dev/", "$_", "waitFor", "CLOUD_LOGGING_ONLY")  # in a build whose file has another name

_STARTERS = (
    '"google_cloudbuild_trigger"',
    "gcloud builds triggers create",
    "gcloud beta builds triggers create",
)
_AFTER = 40  # lines below a starter that may say which event it is
_IN_TERRAFORM = (("pull_request {", Trigger.CHANGE), ("tag ", Trigger.TAG), ("branch ", Trigger.PUSH))
# Substitutions that only a trigger fills in, and what it must have been started by.
_FILLED = lazily(r"\$\{?(TAG_NAME|BRANCH_NAME|COMMIT_SHA|SHORT_SHA|REVISION_ID|_PR_NUMBER|_HEAD_BRANCH|_BASE_BRANCH)\b")
_BY = {
    "TAG_NAME": Trigger.TAG,
    "_PR_NUMBER": Trigger.CHANGE,
    "_HEAD_BRANCH": Trigger.CHANGE,
    "_BASE_BRANCH": Trigger.CHANGE,
}
_GIVEN = lazily(r"substitutions[\s=\"'].{0,200}\b(?:TAG_NAME|BRANCH_NAME|COMMIT_SHA|SHORT_SHA|REVISION_ID)=")
_FOR_CHANGES = lazily(r"(?:^|[._-])(?:pr|pull[_-]?requests?)(?:[._-]|$)")
_OPTIONS = (
    ("--pull-request-pattern", Trigger.CHANGE),
    ("--tag-pattern", Trigger.TAG),
    ("--branch-pattern", Trigger.PUSH),
)


def read(repository: Repository, path: str, into: Reading) -> None:
    """The one job of a build configuration, whatever its file is called."""
    text = repository.text(path)
    named = any("cloudbuild" in part for part in path.lower().split("/")[-2:])
    if not _STEPS.search(text) or not (named or any(sign in text for sign in _SIGNS)):
        return
    source = Script.open(repository, path, into if named else None)
    steps = source.root["steps"]
    if not steps.is_list or source.root["apiVersion"] or not all(_runs_an_image(step) for step in steps):
        return
    cloned = any("clone" in step["args"].strings() for step in steps)
    found = [step for node in steps if node.is_map for step in _steps(source, node, repository, cloned=cloned)]
    found += [
        Step(path, image.line, uses="images", inputs=(("image", image.text),))
        for image in source.root["images"].as_list()
        if image.is_scalar
    ]
    triggers, evidence = _triggers(repository)
    if not evidence:
        triggers, evidence = _filled_in(repository, path, text)
    name = path.rpartition("/")[2].rpartition(".")[0]
    into.jobs.append(
        Job(
            NAME,
            path,
            name,
            path,
            source.root.key_line("steps"),
            steps=tuple(found),
            triggers=triggers,
            name=name,
            trigger_evidence=evidence,
        )
    )


def _runs_an_image(step: Node) -> bool:
    image = step["name"].text
    words = any(step.has(key) for key in ("args", "entrypoint", "script", "waitFor"))
    return bool(image) and " " not in image and (words or "/" in image)


def _steps(source: Script, node: Node, repository: Repository, *, cloned: bool) -> Iterator[Step]:
    image = node["name"]
    folder = joined("", node["dir"].text)
    first, _, rest = folder.partition("/")
    if cloned and first and not repository.has_folder(first):
        folder = rest  # the folder into which an earlier step cloned this repository
    name = node["id"].text
    may_fail = node["allowFailure"].is_true
    if node["script"]:
        found = source.step(node["script"], folder=folder, name=name, uses=image.text, may_fail=may_fail)
    else:
        word = node["entrypoint"] or _builder(image)
        found = (
            source.arguments(word, node["args"], folder=folder, name=name, uses=image.text, may_fail=may_fail)
            if word or node["args"]
            else None
        )
    if found:
        yield found
    elif image:
        inputs = flat(node["args"])
        yield Step(
            source.path,
            image.line,
            uses=image.text,
            name=name,
            inputs=inputs,
            folder=folder,
            may_fail=may_fail,
        )


def _builder(image: Node) -> Node:
    """The program that a builder image runs: its name without registry, tag and digest."""
    word = image.text.partition("@")[0].rpartition("/")[2].partition(":")[0]
    return Node.scalar("" if "$" in word else word, image.line)


def _triggers(repository: Repository) -> tuple[frozenset[Trigger], tuple[Evidence, ...]]:
    found: set[Trigger] = set()
    evidence: list[Evidence] = []
    for path, line, text in lines_with(repository, _STARTERS, *CODE, *MAKEFILES):
        below = repository.lines(path)[line - 1 : line + _AFTER]
        if "triggers create" in text:
            words = " ".join(_continued(below))
            events = {trigger for option, trigger in _OPTIONS if option in words}
            kind = text.partition("triggers create")[2].split()[:1]
            if kind in (["manual"], ["pubsub"], ["webhook"]):
                events = {Trigger.MANUAL if kind == ["manual"] else Trigger.OTHER}
        else:
            block = [row.strip() for row in _block(below)]
            events = {trigger for word, trigger in _IN_TERRAFORM if any(row.startswith(word) for row in block)}
            if Trigger.CHANGE in events:
                events -= {Trigger.PUSH}
            if any(row.startswith(("pubsub_config", "webhook_config")) for row in block):
                events = {Trigger.OTHER}
        found |= events or {Trigger.PUSH}
        evidence.append(Evidence(path, line, text))
    return frozenset(found or {Trigger.OTHER}), tuple(evidence[:3])


def _filled_in(repository: Repository, path: str, text: str) -> tuple[frozenset[Trigger], tuple[Evidence, ...]]:
    """What must start a build that uses what only triggers know, unless a command of the repository gives it."""
    by_hand = any(
        "substitutions" in repository.text(other) and _GIVEN.search(repository.text(other))
        for other in repository.glob("*.sh", "*.y*ml", *MAKEFILES)
    )
    if by_hand:
        return frozenset({Trigger.OTHER}), ()
    found: set[Trigger] = set()
    evidence: list[Evidence] = []
    for number, line in enumerate(text.split("\n"), 1):
        for name in _FILLED.findall(line.partition("#")[0]):
            started = _BY.get(name, Trigger.PUSH)
            if started not in found:
                found.add(started)
                evidence.append(Evidence(path, number, line.strip()))
    if _FOR_CHANGES.search(path.rpartition("/")[2].lower()):
        found = {Trigger.CHANGE}
        evidence = evidence[:1] or [Evidence(path, 1, text.partition("\n")[0])]
    return frozenset(found or {Trigger.OTHER}), tuple(evidence[:3])


def _continued(rows: list[str]) -> Iterator[str]:
    """A command with the lines that a backslash adds to it."""
    for row in rows:
        yield row.rstrip("\\ ")
        if not row.rstrip().endswith("\\"):
            return


def _block(rows: list[str]) -> Iterator[str]:
    """A Terraform block up to the brace that closes it."""
    for row in rows:
        if row.startswith("}"):
            return
        yield row
