"""Jobs of environments that stand in a row, whatever their commands: the same thing, or the same deed, goes up step by step.

That jobs are called after environments is no promotion: tests may run in each of them. What is held together is what the
lower job and the higher one share: an artifact that both take, or one command of delivery that differs in the environment.
"""

from collections.abc import Iterator
from itertools import product

from msgspec import Struct

from scorecard.ci.model import Job, Step
from scorecard.facts.delivery_chains import Chains
from scorecard.facts.environment_names import Rank, exact, tokens, within
from scorecard.model import Evidence

_DELIVERS = frozenset({
    "deploy", "deployment", "release", "promote", "promotion", "rollout", "ship", "publish", "activate", "upgrade", "apply", "roll", "golive",
    "deliver", "cutover", "switch",
})  # fmt: skip
_OTHERWISE = frozenset({
    "echo", "printf", "test", "tests", "pytest", "lint", "check", "plan", "validate", "diff", "smoke", "e2e", "verify", "docs", "rollback",
    "destroy", "undeploy", "teardown", "dry", "login", "configure", "notify", "curl", "cat", "eval", "evaluate", "mkdocs", "ls", "export",
})  # fmt: skip
_UPLOADS = ("upload-artifact", "publishbuildartifacts", "publishpipelineartifact", "publish", "persist_to_workspace")
_DOWNLOADS = ("download", "attach_workspace", "unstash")


class Line(Struct, frozen=True):
    """A command of delivery: its words with the environment left open."""

    shape: tuple[str, ...]
    evidence: Evidence


def handed_up(jobs: tuple[Job, ...], chains: Chains) -> Iterator[tuple[str, tuple[Evidence, ...]]]:
    """(what happens, the lines) for the first pair of such jobs in each pipeline."""
    done = set()
    placed = [(job, rank) for job in jobs if (rank := _rank(job)) is not None]
    placed.sort(key=lambda pair: -pair[1])
    for (high, upper), (low, lower) in product(placed, placed):
        if high.pipeline in done or low.pipeline != high.pipeline or lower >= upper or upper < Rank.STAGING:
            continue
        if low.id not in chains.before(high):
            continue
        shared = _same_deed(low, high) or _same_thing(low, high)
        if shared:
            done.add(high.pipeline)
            how = f"what goes to {upper.word} has to succeed in {lower.word} first"
            yield how, (low.evidence, high.evidence, *shared)


def awaited(jobs: tuple[Job, ...]) -> Iterator[tuple[str, tuple[Evidence, ...]]]:
    """A job that delivers to a higher environment by a command of one's own, once a person has said so."""
    for job in jobs:
        rank = _rank(job) if job.approval and job.system != "GitLab CI" else None
        line = next(iter(_lines(job)), None) if rank is not None and rank >= Rank.STAGING else None
        if line:
            yield f"the pipeline waits for an approval before {job.id}", (job.evidence, line.evidence)
            return


def _rank(job: Job) -> Rank | None:
    """The environment that it names, by declaration or else by its own name."""
    if job.environment:
        return exact(job.environment) or within(job.environment) if "$" not in job.environment else None
    return within(job.id) or within(job.name)


def _same_deed(low: Job, high: Job) -> tuple[Evidence, ...]:
    known = {line.shape: line.evidence for line in _lines(low)}
    return next(((known[line.shape], line.evidence) for line in _lines(high) if line.shape in known), ())


def _lines(job: Job) -> Iterator[Line]:
    """The commands of a job that deliver, by their words."""
    for step in job.steps:
        for number, text in step.lines():
            plain = text.strip()
            said = {word for part in plain.split() for word in tokens(part)} - set(tokens(job.environment))
            first = tokens(plain.split(maxsplit=1)[0]) if plain else ()
            if not plain or plain[0] in "#'\"" or not said & _DELIVERS or said & _OTHERWISE or not first:
                continue
            shape = tuple("*" if exact(word) is not None else word for part in plain.split() for word in tokens(part))
            yield Line(shape, Evidence(step.path, number, plain))


def _same_thing(low: Job, high: Job) -> tuple[Evidence, ...]:
    """An artifact that the higher job takes and that the lower one made or took: only where both declare environments."""
    if not (low.environment and high.environment):
        return ()
    for taken in _with(high, _DOWNLOADS):
        for step in (*_with(low, _DOWNLOADS), *_with(low, _UPLOADS)):
            if _artifact(step) and _artifact(step) == _artifact(taken) and _works(high, taken):
                return step.evidence, taken.evidence
    return ()


def _with(job: Job, names: tuple[str, ...]) -> Iterator[Step]:
    for step in job.steps:
        used = step.uses.partition("@")[0].lower()
        if any(name in used for name in names):
            yield step


def _artifact(step: Step) -> str:
    name = step.input("name", "artifactname", "artifact", "publish", "download")
    return "" if "$" in name else name


def _works(job: Job, taken: Step) -> bool:
    """Is it used afterwards for more than a test?"""
    later = [step for step in job.steps if step.line > taken.line]
    commands = [{word for part in step.command.split() for word in tokens(part)} for step in later if step.command]
    return any(not words & _OTHERWISE for words in commands) or (not commands and bool(later))
