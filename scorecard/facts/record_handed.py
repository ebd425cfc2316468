"""Batch jobs in several functions: one asks the model, the next writes the table that it is handed."""

import re
from collections.abc import Iterator

from scorecard.facts.code import Code
from scorecard.facts.inference import Inference
from scorecard.facts.own_calls import Own, OwnCalls
from scorecard.facts.record_helpers import is_log, live_asking
from scorecard.facts.record_scopes import ASKS, FRAMES, KeptFile, knows_truth, measures
from scorecard.facts.record_vocabulary import PREDICTED
from scorecard.patterns import lazily

_GENERAL = frozenset(
    {"save", "write", "upload", "csv", "parquet", "save_data", "write_data"}
)  # need a `.write.` before
_COMPETITION = lazily(r"submission|kaggle", re.IGNORECASE)
_HELD_OUT = lazily(r"(?:^|_)(?:tests?|val|valid|validation|hold_?out|eval)(?:_|$)", re.IGNORECASE)


def handed(code: Code, inference: Inference, calls: OwnCalls) -> Iterator[KeptFile]:
    """`scored = score(frame); write(scored)`, and `save(inputs, predictions)`: inputs and outputs in one place."""
    for here in live_asking(code, inference, calls):
        tables, predictions, inputs = _values(code, here, calls)
        if measures(here.calls) or knows_truth(here.function.params) or any(map(_HELD_OUT.search, inputs)):
            continue
        for call in here.calls:
            given = {*call.args, *(value for _, value in call.kwargs)}
            whole = given & tables or (given & predictions and given & inputs)
            own = calls.meant(here.source, call) if whole else None
            if own and is_log(own.function.name) and not ASKS.match(own.function.last):
                line = next((code.evidence(one.source, at) for one in calls.below(own) if (at := _writes(one))), None)
                if line and not _COMPETITION.search(f"{line.text} {own.function.name}"):
                    yield KeptFile(own.function.last, (code.evidence(here.source, call.line), line), joined=True)
                    break


def _values(code: Code, here: Own, calls: OwnCalls) -> tuple[set[str], set[str], set[str]]:
    """Variables that hold inputs with their predictions, those that hold predictions, and what these were made from."""
    tables: set[str] = set()
    predictions: set[str] = set()
    inputs: set[str] = set()
    assigned = {a.line: a for a in here.source.assigns if a.scope == here.function.name and a.value.endswith("()")}
    for call in here.calls:
        assign = assigned.get(call.line)
        if assign is None or not ASKS.match(call.last) or assign.value.rpartition(".")[2] != f"{call.last}()":
            continue
        own = calls.meant(here.source, call)
        if own and _adds_column(code, own):
            tables.add(assign.target)
        else:
            predictions.add(assign.target)
            inputs |= {word for word in (*call.args, *(v for _, v in call.kwargs)) if word.isidentifier()}
    return tables, predictions, inputs - predictions


def _adds_column(code: Code, own: Own) -> bool:
    """Does the function give back a frame to which it added what a model said as a column?"""
    source, function = own
    given_back = code.line(source.path, function.end).strip().removeprefix("return ").partition(",")[0]
    return any(
        a.target == f"{given_back}[]"
        and a.scope == function.name
        and any(text.line == a.line and PREDICTED.fullmatch(text.value) for text in source.texts_of(function.name))
        for a in source.assigns
    )


def _writes(own: Own) -> int:
    """The line on which the function writes a table, 0 if it does not."""
    for call in own.calls:
        if call.last in FRAMES and (call.args or call.kwargs):
            spark = call.last in _GENERAL and ".write." in call.name
            if spark or (call.last not in _GENERAL and "index" not in call.on):
                return call.line
    return 0
