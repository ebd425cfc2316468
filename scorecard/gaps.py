"""Findings to what to close first, and why. Pure.

A gap's priority is the surprise that closing it would prevent, at the stage the project is in, for the effort it
takes, and never before what it needs (rubric, "Which gap first"). So the base is a harm for each criterion and
stage, and this repository's own findings move it: what a gap unlocks here, whether closing it lifts its ask,
how near it is, how weak its ask is beside the others, and what the system does (a language model, training, serving).
"""

from collections.abc import Iterable, Mapping

from msgspec import Struct

from scorecard.checks import Check
from scorecard.model import SETTLED, Effort, Finding, Gap, Kind, Level, Outcome, Stage

# (production, prototype): how much the surprise hurts, 0 to 10. A prototype is told what hurts it now: bad data,
# models that cannot be reproduced, answers nobody has looked at; not to build continuous deployment first.
HARM: dict[str, tuple[float, float]] = {
    "testing.tests": (8, 3.5),
    "testing.one-command": (3, 1),
    "testing.features": (5, 2.5),
    "testing.model": (6, 4.5),
    "testing.bias": (3.5, 1.5),
    "testing.integration": (4.5, 1.5),
    "testing.on-push": (6, 3),
    "deployment.pipelines": (6, 3),
    "deployment.artifact": (4.5, 1),
    "deployment.build": (4, 0.5),
    "deployment.deploy": (3.5, 0.5),
    "deployment.environments": (3.5, 0.5),
    "deployment.promotion": (3, 0.5),
    "deployment.infrastructure": (3, 0.5),
    "data.schema": (8, 7),
    "data.values": (6, 5),
    "data.wired": (7, 5),
    "data.mitigation": (8, 5),
    "data.distribution": (5, 2),
    "versioning.environment": (7, 9),
    "versioning.releases": (4, 1),
    "versioning.model": (6.5, 7),
    "versioning.data": (4.5, 5.5),
    "versioning.lineage": (5, 3.5),
    "versioning.rollback": (5, 1),
    "versioning.ab": (2, 0.5),
    "evals.cases": (8, 6),
    "evals.regression": (7.5, 7.5),
    "evals.adversarial": (5, 2.5),
    "evals.gate": (6.5, 3),
    "monitoring.platform": (6, 1),
    "monitoring.quality": (5.5, 1.5),
    "monitoring.drift": (6.5, 1),
    "monitoring.dashboards": (2.5, 0.5),
    "monitoring.alerts": (5, 0.5),
    "logging.logger": (4.5, 2.5),
    "logging.structured": (3, 0.5),
    "logging.predictions": (6, 4.5),
    "logging.correlation": (3, 0.5),
    "logging.review": (4, 3.5),
}
_EASE = {Effort.HOURS: 0.6, Effort.DAYS: 0.0, Effort.WEEKS: -0.8}
_UNLOCK = 0.25
_LIFT = 0.7
_WEAK = 0.4


class Situation(Struct, frozen=True):
    """What the ranking knows of the repository beside its findings."""

    kind: Kind
    stage: Stage
    trains: bool = True  # False where it only serves a model that was made elsewhere
    python: bool = True  # False where `mlops add` would have nothing to add to


def stage_of(findings: Mapping[str, Finding]) -> tuple[Stage, str, tuple[str, ...]]:
    """Production where the repository shows that the system is deployed; with the criteria that show it."""
    shows = [
        name
        for name in (
            "deployment.deploy",
            "deployment.infrastructure",
            "deployment.environments",
            "deployment.promotion",
        )
        if name in findings and findings[name].outcome is Outcome.MET
    ]
    if shows and shows != ["deployment.promotion"]:  # a model may be promoted in a registry that nothing serves from
        return Stage.PRODUCTION, findings[shows[0]].summary, tuple(shows)
    return (
        Stage.PROTOTYPE,
        "nothing here deploys it, and neither infrastructure nor a second environment is described",
        (),
    )


def rank(
    checks: Mapping[str, Check],
    findings: Mapping[str, Finding],
    levels: Mapping[str, Level],
    situation: Situation,
) -> tuple[Gap, ...]:
    """The unmet ones of ``checks`` whose prerequisites stand, the one to close first in front; blocked ones follow."""
    unmet = {name for name in checks if name in findings and findings[name].outcome is Outcome.UNMET}
    unlocks = {name: sorted(n for n in unmet if name in checks[n].needs) for name in unmet}
    ready = [n for n in unmet if not any(need in unmet for need in checks[n].needs)]

    def key(name: str) -> tuple[float, str]:
        return -priority(checks[name], findings, levels, situation, len(unlocks[name])), name

    ranked = sorted(ready, key=key) + sorted(unmet.difference(ready), key=key)
    return tuple(_gap(checks[name], findings, unlocks[name], situation) for name in ranked)


def priority(
    check: Check,
    findings: Mapping[str, Finding],
    levels: Mapping[str, Level],
    situation: Situation,
    unlocked: int,
) -> float:
    """How soon this gap should be closed; only the order of the numbers means anything."""
    harm = HARM.get(check.id, (4.0, 2.0))[situation.stage is Stage.PROTOTYPE]
    value = harm + _EASE[check.effort] + _UNLOCK * min(unlocked, 4)
    level = levels[check.ask.id].level or 0
    value += _LIFT * _lifts(check, findings, level)
    value += _WEAK * (_mean(levels.values()) - level)
    value += _circumstances(check.id, findings, situation)
    return value


def _lifts(check: Check, findings: Mapping[str, Finding], level: int) -> bool:
    """Is this the last criterion that keeps its ask from the next level?"""
    if check.level != level + 1:
        return False
    prefix = f"{check.ask.id}."
    return (
        sum(name.rpartition("/")[2].startswith(prefix) and f.outcome not in SETTLED for name, f in findings.items())
        <= 2
    )


def _mean(levels: Iterable[Level]) -> float:
    known = [entry.level for entry in levels if entry.level is not None]
    return sum(known) / len(known) if known else 0.0


def _circumstances(name: str, findings: Mapping[str, Finding], situation: Situation) -> float:
    """What the system is moves what hurts."""
    met = {n for n, f in findings.items() if f.outcome is Outcome.MET}
    value = 0.0
    if situation.kind is Kind.LLM:
        value += 1.5 if name.startswith("evals.") else 0.0
        value -= 1.5 if name.startswith("data.") else 0.0  # its answers go wrong more often than its documents
    if situation.kind is Kind.ML and not situation.trains and situation.stage is Stage.PRODUCTION:
        value += 1.5 if name == "monitoring.platform" else 0.0  # all that it can get wrong, it gets wrong while it runs
        value -= 1.5 if name.startswith("data.") else 0.0  # it takes in requests, not the tables a model learns from
    if situation.kind is Kind.BOTH and name == "evals.cases":
        value -= 1.5  # the trained model is the older debt
    if name == "data.mitigation" and "data.wired" in met:
        value += 0.5  # the checks are paid for already and stop nothing yet
    if name == "monitoring.platform" and "logging.predictions" in met:
        value -= 0.5
    if name == "monitoring.drift" and {"data.schema", "versioning.model"} <= met:
        value += 0.5
    return value


def _gap(check: Check, findings: Mapping[str, Finding], unlocks: list[str], situation: Situation) -> Gap:
    here = findings[check.id].summary.rstrip(".")
    why = f"{check.surprise} Here: {here}."
    adds = check.closed_by if situation.python else ""
    command = f"mlops add {adds}" if adds else f"mlops explain {check.id}"
    return Gap(check.id, why, tuple(unlocks), check.effort, command)
