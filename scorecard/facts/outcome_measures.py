"""A monitor that measures stored predictions against what was observed later, and keeps the measure.

`mean_absolute_error(rows["load_observations"], rows["load_predictions"])` in a job for monitoring: nothing is joined by a key,
for both stand in one table already, and nothing is predicted anew.
"""

import re
from collections.abc import Iterator

from scorecard.facts.code import Code, Hit
from scorecard.facts.configuration import is_operational
from scorecard.facts.measured import MEASURES
from scorecard.facts.outcome_joins import EXPERIMENT, PREDICTED, TRUE
from scorecard.facts.reach import Reach
from scorecard.facts.record_scopes import ASKS
from scorecard.paths import is_test
from scorecard.patterns import lazily
from scorecard.readers.code import Call, Source

_WATCHES = lazily(r"monitor|production|(?:^|[/_.])live(?:[/_.]|$)|hindcast|backfill", re.IGNORECASE)
_KEEPS = lazily(r"(?:write|save|store|insert|upload|upsert|put|log|push|record|to)_\w+|insert|save|write|gauge|set")
_FITS = frozenset({"fit", "partial_fit", "train_test_split", "cross_val_score"})
_SPAN = 6  # lines that a call with a measure's two arguments may take


def monitored(code: Code, reach: Reach) -> Iterator[Hit]:
    """The lines that measure."""
    for hit in code.calls(*MEASURES, notebooks=False):
        path = hit.path
        if hit.call is None or not is_operational(path) or is_test(path) or EXPERIMENT.search(path):
            continue
        if _WATCHES.search(f"{path} {hit.scope}") and reach.way(path) is not None and _is_late(hit.source, hit.call):
            yield hit


def _is_late(source: Source, call: Call) -> bool:
    """Are observations held against predictions that were made before, and is the result kept?"""
    calls = source.calls_of(call.scope)
    if any(c.last in _FITS or (ASKS.match(c.last) and c.used) for c in calls):
        return False
    told = [t.value for t in source.texts_of(call.scope) if call.line <= t.line <= call.line + _SPAN]
    words = [*call.args, *(value for _, value in call.kwargs), *told]
    both = any(TRUE.search(w) for w in words) and any(PREDICTED.search(w) for w in words)
    return both and any(c.line > call.line and _KEEPS.fullmatch(c.last) for c in calls)
