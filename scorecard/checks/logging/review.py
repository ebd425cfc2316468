from scorecard.asks import LOGGING
from scorecard.checks import check
from scorecard.checks.logging.unasked import asks_no_model
from scorecard.facts.identity import Identity
from scorecard.facts.inference import Inference
from scorecard.facts.records import Records
from scorecard.facts.reviews import Reviews
from scorecard.facts.running import Running
from scorecard.facts.tracing import Tracing
from scorecard.model import Effort, Finding, met, unmet


@check(
    LOGGING,
    level=3,
    effort=Effort.DAYS,
    question="Is there a way to look at single recorded inputs and outputs?",
    surprise="The average looks fine, and nobody ever reads the twenty answers that are wrong in the same way.",
    needs=("logging.predictions",),
    closed_by="logging",
)
def review(
    inference: Inference, running: Running, tracing: Tracing, reviews: Reviews, records: Records, identity: Identity
) -> Finding:
    viewers = tracing.viewers or (() if inference.live else tuple(t for t in tracing.noted if t.backend.viewer))
    if viewers:
        names = " and ".join(trace.backend.name for trace in viewers)
        chain = [line for trace in viewers for line in trace.evidence]
        return met(f"Single runs can be opened in {names}", [*chain, *reviews.own])
    if reviews.own:
        return met(f"Recorded inferences can be looked at one by one through {reviews.own[0].path}", reviews.own)
    unasked = asks_no_model(inference, running, identity)
    if unasked:
        return unasked

    looked = (
        "trace backends with a viewer",
        "admin, annotation and debug pages",
        "queries and notebooks over the recorded inferences",
    )
    if tracing.recording:
        trace = tracing.recording[0]
        return unmet(
            f"{trace.backend.name} records the runs, but no viewer of single ones is named",
            looked_in=looked,
            near=trace.evidence,
        )
    if records.kept:
        record = records.kept[0]
        where = f"{record.evidence[0].path}:{record.evidence[0].line}"
        return unmet(
            f"{where} records inferences, and no page, query or notebook shows single ones",
            looked_in=looked,
            near=record.evidence,
        )
    return unmet("No inferences are recorded, so there is nothing to look at", looked_in=looked, near=records.near)
