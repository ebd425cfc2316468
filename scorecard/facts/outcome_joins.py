"""Own code that holds predictions against what came true: joins, queries, recorded errors, receivers of outcomes."""

import re
from collections.abc import Iterator

from scorecard.facts.code import Code, Hit
from scorecard.facts.configuration import is_operational
from scorecard.facts.feedback_words import STORES
from scorecard.facts.reach import Reach
from scorecard.paths import is_test
from scorecard.patterns import lazily
from scorecard.readers.code import Call

PREDICTED = lazily(
    r"pred(?:s|icted|icts|iction|ictions)?(?:$|_)|forecast|scored?_|inference|y_hat|(?:^|_)monitor", re.IGNORECASE
)
TRUE = lazily(
    r"actual|outcome|ground_?truth|observed|observation|(?:^|_)truth|realized|realised|true_?label|(?:^|"
    r"_)labels?(?:$|_)|delayed|hindcast|feedback|settled|resolved",
    re.IGNORECASE,
)
_JOINS = frozenset({"merge", "join", "merge_asof", "merge_ordered"})
_WORDS = ("os.", "posixpath.", "str.", "pathlib.")  # join words, not tables
EXPERIMENT = lazily(
    r"(?:^|[/_.-])(?:train\w*|eval|evals|evaluat\w*|experiment\w*|bench\w*|fine_?tun\w*|valid\w*|split\w*|eda|explor\w*|preprocess\w*|features?|feature_engineering|datasets?|kaggle|submission\w*|backtest\w*|compare\w*)(?:[/_.-]|$)",
    re.IGNORECASE,
)
_SQL_TRUTH = lazily(r"actual|ground_truth|outcome|observed|true_label", re.IGNORECASE)
_SQL_PREDICTED = lazily(r"predict|forecast|inference", re.IGNORECASE)
_FIELD_TRUE = lazily(
    r"(?:actual|ground_?truth|true|observed|sensor)(?:_\w+)?|outcome|(?:abs\w*_|prediction_)?error|residual|"
    r"abs_error",
    re.IGNORECASE,
)
_FIELD_PREDICTED = lazily(r"pred(?:iction|icted|s)?(?:_\w+)?", re.IGNORECASE)
_NO_RECORD = frozenset({"append", "set", "add", "insert", "write_text", "to_csv", "dump", "update"})
_REPORTS = lazily(
    r"(?:receive|record|update|ingest|collect|submit|store|log|save|fetch|backfill|attach|match|reconcile|"
    r"settle)_\w{0,20}(?:actuals?|ground_?truths?|outcomes?|true_labels?)$"
)
_TIED = lazily(r"pred(?:iction|icted)?s?(?:_|$)|(?:message|trace|run|response|answer|inference|insight|request)_?id")


def joined(code: Code, reach: Reach) -> Iterator[Hit]:
    """Every place where predictions meet outcomes, outside of training and evaluation."""
    yield from _joins(code)
    yield from _sql(code)
    yield from _errors(code, reach)
    yield from _receivers(code)


def _arguments(call: Call) -> list[str]:
    return [
        word.rpartition(".")[2]
        for word in (call.on, *call.args[:2], *(v for k, v in call.kwargs if k in ("right", "left")))
        if word and word[0] != "'"
    ]


def _joins(code: Code) -> Iterator[Hit]:
    """A table of predictions merged with one of outcomes, outside of training and evaluation."""
    for source in code.sources:
        if not is_operational(source.path) or EXPERIMENT.search(source.path) or is_test(source.path):
            continue
        for call in source.calls:
            if call.last not in _JOINS or call.on == "path" or call.name.startswith(_WORDS):
                continue
            words = _arguments(call)
            if any(PREDICTED.search(a) and TRUE.search(b) for a in words for b in words if a != b):
                yield Hit(source, call.line, call.scope, call.name, call)


def _sql(code: Code) -> Iterator[Hit]:
    """A query that joins predictions with what came true."""
    for hit in code.texts(r"\bjoin\b"):
        text = hit.name
        selects = is_operational(hit.path) and not EXPERIMENT.search(hit.path) and "select" in text.lower()
        if selects and _SQL_TRUTH.search(text) and _SQL_PREDICTED.search(text):
            yield hit


def _errors(code: Code, reach: Reach) -> Iterator[Hit]:
    """A service that records a prediction together with what was measured, or with its error."""
    for source in code.sources:
        if (
            source.notebook
            or not is_operational(source.path)
            or EXPERIMENT.search(source.path)
            or "abs" not in source.names
        ):
            continue
        if not reach.unattended(source.path):
            continue
        scopes: dict[str, list[str]] = {}
        for text in source.texts:
            if len(text.value) < 40 and text.scope:
                scopes.setdefault(text.scope, []).append(text.value)
        for scope, words in scopes.items():
            predicted = any(_FIELD_PREDICTED.fullmatch(w) for w in words)
            if predicted and any(_FIELD_TRUE.fullmatch(w) for w in words):
                calls = source.calls_of(scope)
                store = next((c for c in reversed(calls) if STORES.match(c.last) and c.last not in _NO_RECORD), None)
                if store and any(c.last == "abs" for c in calls):
                    yield Hit(source, store.line, scope, store.name, store)


def _receivers(code: Code) -> Iterator[Hit]:
    """Functions of a service or a job that take in the outcomes of earlier predictions and keep them."""
    for source, function in code.functions(_REPORTS.pattern):
        if (
            source.notebook
            or not is_operational(source.path)
            or EXPERIMENT.search(source.path)
            or function.statements < 2
        ):
            continue
        words = {t.value.lower() for t in source.texts_of(function.name)} | {p.lower() for p in function.params}
        calls = source.calls_of(function.name)
        about = any(_TIED.search(word) for word in words) or any(_TIED.search(c.name.lower()) for c in calls)
        if about and any(STORES.match(c.last) for c in calls):
            yield Hit(source, function.line, function.name, function.last)
