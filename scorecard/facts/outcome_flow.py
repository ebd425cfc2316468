"""Recorded predictions that meet their outcomes in own code, by where the two tables come from rather than by their names.

`rows = journal.read("predictions"); rows.join(journal.read("truth"), on="request_id")` says it in the arguments of what was
read. The function asks no model (it would score a test set), something measures what it returns, and something starts it.
"""

import re
from collections.abc import Iterator

from scorecard.facts.code import Code, Hit
from scorecard.facts.configuration import is_operational
from scorecard.facts.outcome_joins import EXPERIMENT
from scorecard.facts.own_calls import Own
from scorecard.facts.reach import Reach
from scorecard.facts.record_scopes import ASKS
from scorecard.paths import is_test
from scorecard.patterns import lazily
from scorecard.readers.code import Call, Function, Source

_PREDICTED = lazily(
    r"(?:^|[^a-z])(?:predictions?|preds?|predicted|forecasts?|inferences?|inference_?logs?|served|scored)(?:[^a-z]|$)",
    re.IGNORECASE,
)
_TRUE = lazily(
    r"(?:^|[^a-z])(?:actuals?|outcomes?|ground_?truths?|truth|observed|observations?|true_?labels?|late_?labels?|delayed_?labels?"
    r"|realized|realised|settlements?|labels_(?:arrived|received|store))(?:[^a-z]|$)",
    re.IGNORECASE,
)
_JOINS = frozenset({"merge", "join", "merge_asof", "join_asof", "leftjoin", "left_join", "inner_join"})
_KEYS = ("on", "left_on", "by", "left_by", "left_index", "using")
_WORDS = ("os.", "posixpath.", "str.", "pathlib.")
_ID = lazily(r"(?:^|[^a-z])(?:\w+_)?(?:id|key|uuid)(?:[^a-z]|$)", re.IGNORECASE)
_MEASURE = lazily(
    r"(?:^|_)(?:auc|roc_auc|accuracy|f1|mae|rmse|mape|mse|brier|precision|recall|log_?loss|hit_rate|calibration|residuals?|bias"
    r"|abs_error|mean_absolute_error|mean_squared_error|error_rate|correct|squared_error)(?:_|$)",
    re.IGNORECASE,
)
_TRAINS = lazily(r"train|dataset|(?:^|_)fit|backtest|evaluat|label_data|build_features", re.IGNORECASE)
_IMPORTERS = 2


def met_by_flow(code: Code, reach: Reach) -> Iterator[Hit]:
    """The lines on which recorded predictions are joined with what came true."""
    for source in code.sources:
        path = source.path
        python = source.language == "python" and not source.notebook and is_operational(path)
        if not python or is_test(path) or EXPERIMENT.search(path) or reach.way(path) is None:
            continue
        for function in source.functions:
            if _TRAINS.search(function.last):
                continue
            here = Own(source, function)
            call = _meets(code, here)
            if call and not any(ASKS.match(c.last) and c.used for c in here.calls) and _measured(code, source):
                yield Hit(source, call.line, function.name, call.name, call)


def _meets(code: Code, here: Own) -> Call | None:
    source, function = here
    for call in here.calls:
        last = call.last.rstrip("()")
        joins = last in _JOINS and call.on != "path" and not call.name.startswith(_WORDS)
        if joins and any(key in _KEYS for key, _ in call.kwargs):
            left = _origin(source, function, [call.on, _head(call.name)]) + _begun(source, call)
            right = _origin(source, function, [*call.args[:2], *(v for k, v in call.kwargs if k in ("other", "right"))])
            if _two(left, right) or _two(right, left):
                return call
        looked_up = last == "get" and call.args and _TRUE.search(_origin(source, function, [call.on]))
        if looked_up and _by_id(source, call) and _predicted_in(code, here, call):
            return call
    return None


def _by_id(source: Source, call: Call) -> bool:
    """`truth.get(row["request_id"])`, `truth.get(row.id)`."""
    keys = [t.value for t in source.texts_in(call.line, call.line)]
    return any(_ID.search(word) for word in (*call.args[:1], *keys))


def _two(predicted: str, true: str) -> bool:
    """Does one come from recorded predictions, and not from the truth as the other does?"""
    return bool(_PREDICTED.search(predicted)) and not _TRUE.search(predicted) and bool(_TRUE.search(true))


def _origin(source: Source, function: Function, words: list[str]) -> str:
    """Where these values come from: their names, what they were assigned, and what was read under which name."""
    found = [word for word in words if word and word != "?"]
    for assign in source.assigns:
        if assign.target in found and function.line <= assign.line <= function.end:
            found.append(assign.value)
            for inner in source.calls_in(assign.line, max(assign.end, assign.line)):
                found += [_head(inner.name), inner.last, *inner.strings]
    return " ".join(word.replace("()", " ").replace(".", " ") for word in found)


def _begun(source: Source, call: Call) -> str:
    """What the chain that ends in the call begins with: `log.read("predictions").filter(…).join(…)`."""
    begun = [c for c in source.calls_in(call.line, call.line) if c is not call and "()" not in c.name]
    roots = [c for c in begun if not c.name.startswith(("polars.", "pandas.", "datetime.", "pyspark."))]
    first = roots[-1:] or []
    if "()" not in call.name and call.on:
        return ""
    return " ".join([*(c.name.replace(".", " ") for c in first), *(s for c in first for s in c.strings)])


def _head(name: str) -> str:
    return name.partition("()")[0]


def _predicted_in(code: Code, here: Own, call: Call) -> bool:
    """Is it a recorded prediction by whose id is looked up?"""
    source, function = here
    words = [*function.params, *(c.on for c in here.calls), code.line(source.path, call.line).partition("#")[0]]
    words += [a.target for a in source.assigns if a.scope == function.name]
    words += [s for c in here.calls for s in c.strings if len(s) < 60]
    return any(_PREDICTED.search(word) for word in words)


def _measured(code: Code, source: Source) -> bool:
    """Does the file, or one that imports it, name a measure of quality?"""
    near = {source.path}
    for _ in range(_IMPORTERS):
        near |= {importer for path in near for importer in code.imported_by.get(path, ()) if not is_test(importer)}
    for path in near:
        other = code.source(path)
        if other and (
            any(map(_MEASURE.search, other.names))
            or any(_MEASURE.search(t.value) for t in other.texts if len(t.value) < 40)
        ):
            return True
    return False
