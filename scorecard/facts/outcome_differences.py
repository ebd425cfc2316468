"""Stored predictions held against what was measured later, by subtraction: the error of production, whatever its names.

No word for the truth is needed: where a query takes the difference between a column of stored predictions and the like
column of another table, the other table holds what came true (readings of a meter, sales, arrivals).
"""

import re
from collections.abc import Iterator

from scorecard.facts.code import Code, Hit
from scorecard.facts.configuration import is_operational
from scorecard.facts.outcome_joins import EXPERIMENT
from scorecard.facts.reach import Reach
from scorecard.patterns import lazily
from scorecard.readers.code import Call

_AGGREGATES = frozenset({"avg", "mean", "abs", "sum", "power", "sqrt", "median", "Avg", "Sum", "Abs", "label", "pow"})
_COLUMNS = lazily(r"\b([A-Z]\w{2,60})\.(?:c\.)?(\w{1,60})\s{0,3}-\s{0,3}([A-Z]\w{2,60})\.(?:c\.)?(\w{1,60})")
_PREDICTED = lazily(r"forecast|predict|inference|scored", re.IGNORECASE)
_QUALIFIED = lazily(r"\b([a-z_]\w{0,60})\.(\w{1,60})\s{0,3}-\s{0,3}([a-z_]\w{0,60})\.(\w{1,60})", re.IGNORECASE)
_FROM = lazily(r"\b(?:from|join)\s+[\"`]?([\w.{}]{1,80})[\"`]?", re.IGNORECASE)
_AGGREGATED = lazily(r"\b(?:avg|abs|sum|power|sqrt|stddev|percentile_cont|median)\s{0,3}\(", re.IGNORECASE)
_TIMES = lazily(r"(?:^|_)(?:at|time|utc|date|ts|timestamp|start|end)$|timestamp|_at_", re.IGNORECASE)
_PREDICTION_SOURCE = lazily(
    r"(?:logged_|stored_|production_|recent_|past_)?(?:predictions?|preds|forecasts?|inferences?|inference_logs?|prediction_logs?)"
    r"(?:_(?:path|table|df|data|frame|file|uri|log|logs|store|key|url))?"
)
_TRUTH_SOURCE = lazily(
    r"(?:delayed_|recent_|true_)?(?:ground_?truths?|actuals?|outcomes?|observed|observations?|truth|labels?|measurements?)"
    r"(?:_(?:path|table|df|data|frame|file|uri|log|logs|store|key|url))?"
)
_WATCHES = lazily(
    r"monitor|production|live|rolling|feedback|backfill|drift|perform|track|daily|hindcast", re.IGNORECASE
)


def differences(code: Code, reach: Reach) -> Iterator[Hit]:
    """Every such query, and every join of a prediction log with the truth by an own function that monitoring calls."""
    for source in code.sources:
        path = source.path
        if source.notebook or not is_operational(path) or EXPERIMENT.search(path):
            continue
        for call in source.calls:
            subtracts = call.last in _AGGREGATES and (
                _is_error(code.line(path, call.line)) or _is_error(code.line(path, call.line + 1))
            )
            watches = (
                len(call.kwargs) > 1
                and _joins(call)
                and _WATCHES.search(f"{path} {call.scope}")
                and reach.way(path) is not None
            )
            if subtracts or watches:
                yield Hit(source, call.line, call.scope, call.name, call)
    for hit in code.texts(r"\bjoin\b"):
        bare = code.repository.lines(hit.path)[hit.line - 1].startswith(
            ('"""', "'''")
        )  # a note in the middle of a file
        if not bare and is_operational(hit.path) and not EXPERIMENT.search(hit.path) and _subtracts(hit.name):
            yield hit


def _is_error(line: str) -> bool:
    """`Forecast.power_kw - Meter.power_kw`: one side is a prediction, the other is none, and they measure the same."""
    for left, first, right, second in _COLUMNS.findall(line):
        one_side = bool(_PREDICTED.search(left)) != bool(_PREDICTED.search(right))
        if one_side and first.rpartition("_")[2] == second.rpartition("_")[2] and not _TIMES.search(first):
            return True
    return False


def _subtracts(sql: str) -> bool:
    if not _AGGREGATED.search(sql):
        return False
    names = [name.rpartition(".")[2] for name in _FROM.findall(sql)]
    if not (any(_PREDICTED.search(n) for n in names) and any(not _PREDICTED.search(n) for n in names)):
        return False
    return any(
        left != right and not _TIMES.search(first) and not _TIMES.search(second)
        for left, first, right, second in _QUALIFIED.findall(sql)
    )


def _joins(call: Call) -> bool:
    """Is it given the predictions and the truth, each from where it is kept?"""
    keys = [key for key, value in call.kwargs if value not in ("None", "")]
    return (
        any(_PREDICTION_SOURCE.fullmatch(k) for k in keys)
        and any(_TRUTH_SOURCE.fullmatch(k) for k in keys)
        and not re.search(r"metric|loss|compute|evaluate$|score$", call.last)
    )
