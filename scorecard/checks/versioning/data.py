"""Can the data that made a model be asked for again?"""

from scorecard.asks import VERSIONING
from scorecard.checks import check
from scorecard.facts.data_store import DataStores
from scorecard.facts.indexes import Indexes
from scorecard.facts.training import Training
from scorecard.model import Effort, Finding, met, not_applicable, unmet


@check(
    VERSIONING,
    level=2,
    effort=Effort.DAYS,
    question="Are the data sets or features versioned?",
    surprise="A model turns bad after retraining, and the data that made the good one has been overwritten.",
    closed_by="versioning",
)
def data(stores: DataStores, training: Training, indexes: Indexes) -> Finding:
    if not training.evidence and not indexes.evidence:
        return not_applicable("nothing here trains a model or builds an index")
    if stores.stores:
        kinds = list(dict.fromkeys(s.kind for s in stores.stores))
        seen = {(s.kind, s.path): s for s in reversed(stores.stores)}
        chosen = sorted(seen.values(), key=stores.stores.index)
        return met(f"data gets versions from: {', '.join(kinds[:3])}", [e for s in chosen for e in s.evidence], most=6)
    looked = ("DVC and lakeFS", "table formats", "feature stores", "data artifacts", "paths that data is written to")
    if stores.overwrites:
        first = stores.overwrites[0]
        return unmet(
            f"{first.path} writes data to the same place each time (line {first.line}), and nothing keeps the earlier state",
            near=stores.overwrites,
            looked_in=looked,
        )
    if training.evidence:
        return unmet(
            f"{training.evidence[0].path} trains on data that nothing gives a version",
            near=training.evidence[:2],
            looked_in=looked,
        )
    return unmet(
        f"{indexes.evidence[0].path} fills an index from data that nothing gives a version",
        near=indexes.evidence[:2],
        looked_in=looked,
    )
