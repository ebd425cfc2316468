"""Is there a defined way back to the last good version?"""

from scorecard.asks import VERSIONING
from scorecard.checks import check
from scorecard.facts.rollback import Rollback
from scorecard.model import Effort, Finding, met, unmet


@check(
    VERSIONING,
    level=3,
    effort=Effort.DAYS,
    question="Is there a defined way back to the last good model, release or deployment?",
    surprise="A bad release stays in production for hours, because the way back is invented while users wait.",
    needs=("versioning.lineage",),
    closed_by="versioning",
)
def rollback(rollback: Rollback) -> Finding:
    if rollback.ways:
        return met(rollback.ways[0].kind, [e for way in rollback.ways for e in way.evidence], most=6)
    looked = (
        "CI jobs and task runners",
        "deploy scripts",
        "platform settings",
        "commands that set a model's alias or version",
        "runbooks",
    )
    if rollback.near:
        first = rollback.near[0]
        return unmet(
            f"the rollback in {first.path} undoes something else, not a model or a release; no command or runbook restores an earlier one",
            near=rollback.near,
            looked_in=looked,
        )
    return unmet(
        "no command, job, setting or runbook restores an earlier model, release or deployment", looked_in=looked
    )
