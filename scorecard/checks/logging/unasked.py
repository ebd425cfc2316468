"""What two checks of this folder share: where no model is asked, there is nothing to record and nothing to look at."""

from scorecard.facts.identity import Identity
from scorecard.facts.inference import Inference
from scorecard.facts.running import Running
from scorecard.model import Finding, Kind, not_applicable


def asks_no_model(inference: Inference, running: Running, identity: Identity) -> Finding | None:
    """n/a where nothing asks a model and nothing runs that could, but for pipelines that train."""
    waits = running.what and not running.only_pipelines
    if not inference.absent or waits or not (identity.kind in (Kind.NONE, Kind.LIBRARY) or identity.trains):
        return None
    why = "A model is trained here and never asked" if identity.trains else "Nothing here asks a model"
    return not_applicable(why, identity.trains)
