"""Are production inputs or predictions watched for drift?"""

from scorecard.asks import MONITORING
from scorecard.checks import check
from scorecard.facts.drift import Drift
from scorecard.facts.drift_platforms import DriftPlatforms
from scorecard.facts.identity import Identity
from scorecard.model import Effort, Finding, Kind, met, not_applicable, unmet


@check(
    MONITORING,
    level=2,
    effort=Effort.DAYS,
    question="Are production inputs or predictions watched for drift, on a schedule or continuously?",
    surprise="The world moves away from the training data, and the model keeps answering with the same confidence.",
)
def drift(identity: Identity, platforms: DriftPlatforms, found: Drift) -> Finding:
    watched = [watch for watch in found.watches if watch.production and watch.alone]
    evidence = (*platforms.monitors, *platforms.sent, *(e for watch in watched for e in watch.evidence))
    if identity.kind is Kind.LLM:
        return not_applicable(
            "A language model is called and none is trained, so there is no training data to drift from."
        )
    if evidence:
        return met(_summary(platforms, watched[0].what if watched else ""), evidence)
    return unmet(
        _near_miss(found, identity),
        looked_in=("drift libraries and platform monitors", "own drift statistics", "what runs unattended"),
        near=(e for watch in found.watches for e in watch.evidence[-1:]),
    )


def _summary(platforms: DriftPlatforms, what: str) -> str:
    if platforms.monitors:
        return "A monitor of the platform compares production data with a baseline."
    if platforms.sent:
        return "The service sends its inputs or predictions to a monitor that watches for drift."
    return f"Production data is watched for drift without a person ({what})."


def _near_miss(found: Drift, identity: Identity) -> str:
    if not found.watches:
        model = (*identity.trains, *identity.serves)[:1]
        what = f"the model of {model[0].path}" if model else "the model"
        return f"Nothing compares what {what} is given, or what it answers, with a reference."
    first = found.watches[0]
    where = first.evidence[-1].path
    if first.production:
        return f"{where} computes drift ({first.what}), but nothing starts it without a person."
    return f"{where} computes drift ({first.what}) on data at hand, not on what production sends."
