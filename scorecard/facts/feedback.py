"""Verdicts of people on what the running model said, and whether they are kept: votes, ratings, corrections."""

import re
from collections.abc import Iterator
from typing import Self

from msgspec import Struct

from scorecard.facts.called import is_called
from scorecard.facts.code import Code, Hit
from scorecard.facts.configuration import is_operational
from scorecard.facts.feedback_controllers import by_framework
from scorecard.facts.feedback_intake import route_files, taken, widgets
from scorecard.facts.feedback_kept import never_written, reactions, written
from scorecard.facts.feedback_words import OFFLINE, STRONG, TIED, is_tied, snake
from scorecard.facts.own_calls import Own, OwnCalls
from scorecard.facts.record_helpers import keepers
from scorecard.facts.routes import Routes
from scorecard.facts.tables import Table, Tables
from scorecard.model import Evidence
from scorecard.patterns import lazily
from scorecard.readers.code import Call

SENT = (
    "*.create_feedback", "*.createFeedback", "*.acreate_feedback", "*.log_feedback", "*.logFeedback",
    "*.log_traces_feedback_scores",
    "*.log_spans_feedback_scores", "*.track_feedback", "*.trackFeedback", "*.submit_feedback", "*.save_feedback",
    "*.insert_feedback", "*.store_feedback", "*.record_feedback",
    "*.add_span_annotation", "*.log_span_annotations", "*.feedback.add*", "*.upsert_feedback",
    "*.score_current_trace", "*.score_trace",
    "mlflow.log_assessment", "*.update_feedback", "*.add_feedback", "*.send_feedback", "*.sendFeedback",
    "*.log_actuals", "*.log_ground_truth", "*.connectors.langsmith.feedback",
)  # fmt: skip
_TABLE = lazily(
    r"feedback|thumb|(?:^|_|[a-z])[Vv]otes?(?:_|$|[A-Z])|(?:message|response|answer|prediction|user|"
    r"chat)_?(?:rating|reaction|score)|ground_?truth|correction|(?:^|_)rating",
    re.IGNORECASE,
)
_COLUMN = lazily(
    r"(?:user_?)?feedback(?:_\w+)?|feedback(?:Score|Type|Value|Text|Comment)|thumbs?_?(?:up|down)?|is_?(?:up_?voted|"
    r"liked|helpful)|liked|disliked|user_?rating|true_label|ground_?truth(?:_\w+)?|actual_(?:value|label|class|"
    r"outcome|result)"
    r"|\w*_?(?:agreed|disagreed)|user_?confirmed|corrected_(?:label|value|prediction|answer)|was_?correct|human_?(?:label|verdict)",
    re.IGNORECASE,
)
_ACTUAL = lazily(r"actual(?:_\w+|s)?|ground_?truth|y_true|true_\w+|observed(?:_\w+)?|outcome", re.IGNORECASE)
_PREDICTED = lazily(r"pred(?:icted|iction|ictions|s)?(?:_\w+)?|y_pred|forecast(?:_\w+)?", re.IGNORECASE)
_VERDICT = lazily(
    r"rating|score|value|helpful|useful|sentiment|type|label|correct\w*|is_\w+|isUpvoted|thumb\w*|positive|vote|kind|"
    r"comment|reaction|feedback_?\w*|rate",
    re.IGNORECASE,
)
_NAMED = lazily(
    r"_{0,9}+(?:(?:handle|on|save|submit|store|record|log|collect|add|insert|create|process|post|write|send|register)_?)?(?:user_?|message_?|chat_?)?(?:feedback|upvote|downvote|vote|thumbs_?(?:up|down)|like|dislike|rating)(?:_\w+)?$",
    re.IGNORECASE,
)
_GIVEN = lazily(r"feedback|votes?(?:_|$)|rating|thumb|verdict|reaction|correct", re.IGNORECASE)
_ASSESSED = frozenset({"is_correct", "was_correct", "correct", "verdict", "reviewer_label"})
_KEEPS = lazily(
    r"^(?:insert\w*|create\w*|save\w*|write\w*|execute\w*|put_item|put_object|put_record|upload\w*|append_row|"
    r"write_text|sendmail|update\w*|upsert\w*|dump|to_csv|to_sql|rpush|lpush|commit|publish|send_email|add|Add|"
    r"AddAsync|SaveChanges\w*|Insert\w*|Create|Save\w*)$"
)


class Feedback(Struct, frozen=True):
    """``stored`` are verdicts that are kept, the receiving end before the table.

    ``unstored`` are widgets and routes that keep nothing.
    """

    stored: tuple[Evidence, ...]
    unstored: tuple[Evidence, ...] = ()

    @classmethod
    def gather(cls, code: Code, tables: Tables, routes: Routes, calls: OwnCalls) -> Self:
        received, empty = taken(code, routes, calls)
        pressed, idle = widgets(code)
        stored = [
            *code.quote(_sent(code)),
            *received,
            *pressed,
            *route_files(code),
            *code.quote(_functions(code, calls)),
            *code.quote(by_framework(code)),
            *code.quote([*written(code), *reactions(code)]),
            *(t.evidence for t in _tables(tables) if not never_written(code, t)),
        ]
        return cls(tuple(dict.fromkeys(stored)), tuple(dict.fromkeys((*empty, *idle))))


def _sent(code: Code) -> Iterator[Hit]:
    """Calls that hand a verdict to a service; own functions of such a name are judged by what they do."""
    defined = {f.last for s in code.sources for f in s.functions}
    for hit in code.calls(*SENT):
        if hit.call is None or not is_operational(hit.path) or hit.source.notebook or OFFLINE.search(hit.path):
            continue
        if hit.call.last not in defined and (hit.call.args or hit.call.kwargs):
            yield hit


def _functions(code: Code, own: OwnCalls) -> Iterator[Hit]:
    """Functions named after a verdict that keep it: `upvote_last_response` that appends to a log, `save_feedback`.

    They may leave the keeping to a helper of the repository's own.
    """
    for source, function in code.functions(_NAMED.pattern):
        if (
            source.notebook
            or not is_operational(source.path)
            or OFFLINE.search(source.path)
            or source.path.endswith((".tsx", ".jsx", ".vue", ".svelte"))
        ):
            continue
        calls = source.calls_of(function.name)
        keeps = next(
            (
                c
                for c in calls
                if _KEEPS.match(c.last) and not c.name.startswith(("streamlit", "st.", "requests.", "httpx."))
            ),
            None,
        )
        keeps = keeps or next((h.call for h in keepers(code, own, Own(source, function)) if _hands_on(h.call)), None)
        strong = STRONG.search(f"/{function.last.replace('_', '-')}/")
        started = "." not in function.name or is_called(code, source, function.name)
        if keeps and (strong or is_tied(source, function.name)) and started:
            yield Hit(source, keeps.line, function.name, keeps.name, keeps)


def _hands_on(call: Call) -> bool:
    """Is it the verdict that the helper is given?"""
    return any(_GIVEN.search(word) for word in (*call.args, *(word for pair in call.kwargs for word in pair)))


def _tables(tables: Tables) -> Iterator[Table]:
    for table in tables.all:
        columns = {snake(column) for column in table.columns}
        tied = any(TIED.search(column) for column in columns)
        if _TABLE.search(table.name):
            verdict = any(_VERDICT.fullmatch(column) for column in (*columns, *table.columns))
            strong = "feedback" in table.name.lower() or "thumb" in table.name.lower()
            if not columns or (verdict and (tied or strong)):
                yield table
            continue
        judged = any(_COLUMN.fullmatch(c) for c in (*columns, *table.columns))
        true = any(_ACTUAL.fullmatch(c) for c in columns) and any(_PREDICTED.fullmatch(c) for c in columns)
        assessed = columns & _ASSESSED and any("prediction" in word for word in (*columns, snake(table.name)))
        if true or assessed or (judged and (tied or TIED.search(snake(table.name)))):
            yield table
