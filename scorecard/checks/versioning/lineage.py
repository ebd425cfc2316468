"""Does a model say which data made it?"""

from scorecard.asks import VERSIONING
from scorecard.checks import Findings, check
from scorecard.facts.indexes import Indexes
from scorecard.facts.lineage import Lineage
from scorecard.facts.training import Training
from scorecard.model import Effort, Finding, met, not_applicable, unmet


@check(
    VERSIONING,
    level=3,
    effort=Effort.DAYS,
    question="Does a model version record which version of the data or features made it?",
    surprise="A model misbehaves and nobody can tell on which data it was trained, so the fault cannot be traced or repeated.",
    needs=("versioning.model", "versioning.data"),
    after=("versioning.model", "versioning.data"),
    closed_by="versioning",
)
def lineage(lineage: Lineage, training: Training, indexes: Indexes, earlier: Findings) -> Finding:
    if not training.evidence and not indexes.evidence:
        return not_applicable("nothing here trains a model or builds an index")
    if lineage.links:
        first = lineage.links[0]
        return met(first.kind, [e for link in lineage.links for e in link.evidence], most=5)
    looked = (
        "logged inputs",
        "registry entries",
        "artifact graphs",
        "DVC stages",
        "tags and parameters of training runs",
    )
    if not training.evidence:
        return unmet(
            "the index does not record from which version of its documents it was built",
            near=indexes.evidence[:2],
            looked_in=looked,
        )
    kept = [name for name in ("model", "data") if earlier.is_met(f"versioning.{name}")]
    if len(kept) == 2:
        text = "models and data both have versions, but no model records which data made it"
    elif kept:
        text = f"the {kept[0]} has versions, but nothing ties model and data together"
    else:
        text = f"neither the model that {training.evidence[0].path} trains nor its data has a version, so nothing ties them"
    if lineage.near:
        text += f"; {lineage.near[0].path} records the name of its data, not the version"
    return unmet(text, near=lineage.near or training.evidence[:1], looked_in=looked)
