"""Truth that meets stored predictions in a query: rows that are completed later, views, scores of what was stored."""

import re
from collections.abc import Iterator

from scorecard.facts.code import Code, Hit
from scorecard.facts.configuration import is_operational
from scorecard.facts.measured import MEASURES
from scorecard.facts.outcome_joins import EXPERIMENT
from scorecard.facts.reach import Reach
from scorecard.model import Evidence
from scorecard.paths import is_demo, is_test
from scorecard.patterns import lazily

_COMPLETES = (
    r"\bupdate\s+[\w.\"`]{0,40}(?:predictions?|inferences?|forecasts?|scores?)\w{0,20}[\"`]?\s+set\s[^;]{0,200}?\b(?:actual\w*|outcome\w*|"
    r"ground_truth\w*|true_\w+|label|observed\w*|reali[sz]ed\w*|feedback\w*|(?:is|was)_correct)\b"
)
_STORED = lazily(r"\bfrom\s+[\w.\"`{}]{0,40}(?:predictions?|inferences?|forecasts?)(?:_\w{1,20})?\b", re.IGNORECASE)
_JOIN = lazily(r"\bjoin\b", re.IGNORECASE)
_TRUTH = lazily(
    r"\b(?:\w{1,20}_)?(?:actuals?|ground_truth|outcomes?|observed|true_label)(?:_\w{1,20})?\b", re.IGNORECASE
)
_PREDICTED = lazily(r"\b(?:\w{1,20}_)?(?:predictions?|predicted|forecasts?|inferences?)(?:_\w{1,20})?\b", re.IGNORECASE)
# The same for a document: `UpdateExpression="SET actual = :a"`, `{"$set": {"ground_truth": value}}`.
_SETS = lazily(
    r"\s*set\s+#?(?:actual\w*|outcome\w*|ground_?truth\w*|true_?(?:label|value)\w*|observed_\w+)\s*=\s*:\w+",
    re.IGNORECASE,
)
_SET_KEY = lazily(r"actual(?:_\w+)?|outcome|ground_truth|groundTruth|true_(?:label|value)|observed_\w+")
_UPDATES = frozenset({
    "update_item", "updateItem", "UpdateItemCommand", "UpdateCommand", "update_one", "updateOne", "find_one_and_update", "findOneAndUpdate",
})  # fmt: skip
_KEPT = lazily(r"(?:\w+_)?predict(?:ions?|ed)?(?:_\w+)?|predict(?:ion|ed)[A-Z]\w*")


def documents(code: Code) -> Iterator[Hit]:
    """Updates of a kept prediction's document with what came true, in the file that speaks of predictions."""
    for source in code.sources:
        if source.notebook or not is_operational(source.path) or not any(map(_KEPT.fullmatch, source.names)):
            continue
        for call in source.calls:
            if call.last not in _UPDATES:
                continue
            texts = source.texts_of(call.scope)
            mongo = any(t.value == "$set" for t in texts) and any(_SET_KEY.fullmatch(t.value) for t in texts)
            if mongo or any(_SETS.match(t.value) for t in texts):
                yield Hit(source, call.line, call.scope, call.name, call)


def completed(code: Code, reach: Reach) -> Iterator[Hit]:
    """Updates of stored predictions with the truth, and measures over predictions read back from where they are kept."""
    yield from (h for h in code.texts(_COMPLETES) if is_operational(h.path) and not h.source.notebook)
    for hit in code.calls(*MEASURES):
        path = hit.path
        if hit.source.notebook or not is_operational(path) or EXPERIMENT.search(path) or reach.way(path) is None:
            continue
        if any(_STORED.search(text.value) for text in hit.source.texts):
            yield hit


def views(code: Code) -> Iterator[Evidence]:
    """SQL files that join predictions with what came true."""
    for path in code.repository.glob("*.sql"):
        if not is_operational(path) or EXPERIMENT.search(path) or is_test(path) or is_demo(path):
            continue
        text = code.repository.text(path)
        if not (_JOIN.search(text) and _TRUTH.search(text) and _PREDICTED.search(text)):
            continue
        before = 0
        for statement in text.split(";"):
            lines = [line.partition("--")[0] for line in statement.split("\n")]
            plain = "\n".join(lines)
            if _JOIN.search(plain) and _TRUTH.search(plain) and _PREDICTED.search(plain):
                number = next(n for n, line in enumerate(lines) if _JOIN.search(line))
                yield Evidence(path, before + number + 1, statement.split("\n")[number])
                break
            before += statement.count("\n")
