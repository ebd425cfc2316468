"""Is the model's performance known per group?"""

from scorecard.asks import TESTING
from scorecard.checks import check
from scorecard.facts.corpora import Corpora
from scorecard.facts.identity import Identity
from scorecard.facts.measured import Measured
from scorecard.facts.slices import Slices
from scorecard.facts.training import Training
from scorecard.model import Effort, Finding, Kind, met, not_applicable, unmet


@check(
    TESTING,
    level=3,
    effort=Effort.DAYS,
    question="Is the model's performance computed per slice or group, as a test or as part of training or evaluation?",
    surprise="The model is good on average and bad for one group of people, and they find out first.",
    needs=("testing.tests",),
)
def bias(slices: Slices, measured: Measured, identity: Identity, corpora: Corpora, training: Training) -> Finding:
    if slices.found:
        return met("performance is computed per group", slices.found)
    if identity.kind is Kind.LLM or (identity.kind is Kind.NONE and not (training.evidence or training.doubtful)):
        return not_applicable("no model is trained here whose groups could be compared", identity.evidence)
    if corpora.plain:
        return not_applicable("the model learns from plain text, which holds no groups to compare", corpora.plain)
    looked = ("fairness libraries", "evaluations with slices", "measures within loops and groupings", "queries")
    if measured.hits:
        names = ", ".join(measured.names[:3])
        grouped = "; where data is grouped, no model is measured" if slices.grouped else ""
        files = len({hit.path for hit in measured.hits})
        where = f"{measured.hits[0].path} computes" if files == 1 else f"{files} files compute"
        return unmet(
            f"{where} {names} over the whole set only{grouped}",
            looked_in=looked,
            near=(*measured.lines, *slices.grouped[:1]),
        )
    return unmet("no code computes the model's performance per group", looked_in=looked, near=slices.grouped)
