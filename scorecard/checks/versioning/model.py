"""Can the model of last month be asked for again?"""

from scorecard.asks import VERSIONING
from scorecard.checks import check
from scorecard.facts.model_store import ModelStore, Store
from scorecard.facts.training import Training
from scorecard.model import Effort, Finding, met, not_applicable, unmet


@check(
    VERSIONING,
    level=2,
    effort=Effort.DAYS,
    question="Is every trained model stored under a version that can be asked for again?",
    surprise="A retraining replaces the only copy of a model that worked, and nobody can get it back.",
    closed_by="versioning",
)
def model(store: ModelStore, training: Training) -> Finding:
    if not training.evidence:
        return not_applicable("nothing here trains a model")
    if store.stores:
        first = store.stores[0]
        kinds = list(dict.fromkeys(s.kind for s in store.stores))
        text = f"trained models are kept by: {', '.join(kinds[:3])}"
        chosen = [e for s in _one_of_each(store) for e in s.evidence]
        return met(text, (*first.evidence, *chosen), most=6)
    if store.overwrites:
        places = len(store.overwrites)
        text = f"{store.overwrites[0].path} saves the model to the same path each time"
        text += f", as {places - 1} other file{'s do' if places > 2 else ' does'}" if places > 1 else ""
        if store.trackers:
            text += f"; the tracker in {store.trackers[0].path} keeps numbers, not the model"
        return unmet(
            text,
            near=(*store.overwrites, *store.trackers),
            looked_in=("model registries", "artifact stores", "paths that models are saved to"),
        )
    if store.trackers:
        return unmet(
            f"the tracker in {store.trackers[0].path} keeps numbers, and no model is stored", near=store.trackers
        )
    return unmet(
        f"{training.evidence[0].path} trains a model, and nothing stores it under a version",
        near=training.evidence[:2],
        looked_in=("model registries", "artifact stores", "DVC files", "paths that models are saved to"),
    )


def _one_of_each(store: ModelStore) -> list[Store]:
    """The first store of each kind and file."""
    seen: dict[tuple[str, str], Store] = {}
    for item in store.stores:
        seen.setdefault((item.kind, item.path), item)
    return list(seen.values())
