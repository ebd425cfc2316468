from scorecard.asks import LOGGING
from scorecard.checks import check
from scorecard.facts.identity import Identity
from scorecard.facts.inference import Inference
from scorecard.facts.records import Records
from scorecard.facts.reviews import Reviews
from scorecard.facts.running import Running
from scorecard.facts.tracing import Tracing
from scorecard.model import Effort, Finding, Kind, met, not_applicable, unmet


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
    if inference.absent and not running.what and (identity.kind in (Kind.NONE, Kind.LIBRARY) or identity.trains):
        why = "A model is trained here and never asked" if identity.trains else "Nothing here asks a model"
        return not_applicable(why, identity.trains)

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
