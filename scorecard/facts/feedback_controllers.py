"""Verdicts that frameworks take in by class or by option: controllers, flagging of Gradio, data layers, named scores."""

import re
from collections.abc import Iterator

from scorecard.facts.code import Code, Hit
from scorecard.facts.configuration import is_operational
from scorecard.facts.feedback_words import OFFLINE, STORES
from scorecard.patterns import lazily

_CONTROLLER = lazily(
    r"(?:^|\.)\w{0,40}(?:Feedback|Thumbs?|UpVote|Upvote|GroundTruth|Actuals)s?\w{0,12}?(?:Controller|Resource|Handler|ViewSet|View|Api|Endpoint|Resolver|Route|Router)s?$"
)
_WRITES = lazily(
    r"(?:^|\.)(?:create|post|submit|save|store|add|insert|put|perform_create|Post|Create|Submit|Add|update|upsert)\w*$"
)
_SCORES = ("*.create_score", "*.createScore", "*.score", "*.add_score", "*.log_score")
_SCORED = lazily(r"feedback|thumb|rating|reaction|vote|user[_-]?(?:score|satisf)|helpful", re.IGNORECASE)
_LAYERS = (
    "chainlit.data_layer",
    "*.SQLAlchemyDataLayer",
    "*.ChainlitDataLayer",
    "*.DynamoDBDataLayer",
    "*.LiteralDataLayer",
)
_NEVER = frozenset({"'never", "False", "None"})


def by_framework(code: Code) -> Iterator[Hit]:
    yield from _controllers(code)
    for hit in code.calls("gradio.Interface", "gradio.ChatInterface"):
        option = hit.call.kwarg("allow_flagging", "flagging_mode") if hit.call else None
        if option is not None and option not in _NEVER and _counts(hit):
            yield hit
    yield from (hit for hit in code.calls(*_LAYERS) if _counts(hit))
    for hit in code.calls(*_SCORES):
        if hit.call and _counts(hit) and _SCORED.search(hit.call.kwarg("name") or ""):
            yield hit


def _controllers(code: Code) -> Iterator[Hit]:
    for source in code.sources:
        if source.notebook or not is_operational(source.path):
            continue
        owners = {k.name for k in source.classes if _CONTROLLER.search(k.name)}
        for function in source.functions if owners else ():
            if function.name.rpartition(".")[0] in owners and _WRITES.search(function.name):
                kept = next((c for c in source.calls_of(function.name) if STORES.match(c.last)), None)
                if kept:
                    yield Hit(source, kept.line, function.name, kept.name, kept)
                    break


def _counts(hit: Hit) -> bool:
    return is_operational(hit.path) and not hit.source.notebook and not OFFLINE.search(hit.path)
