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
from scorecard.readers.code import Call, Source

_GENERAL = frozenset(
    {"save", "write", "upload", "csv", "parquet", "save_data", "write_data"}
)  # need a `.write.` before
_COMPETITION = lazily(r"submission|kaggle", re.IGNORECASE)
_WORD = lazily(r"(?<![\w.'\"])[A-Za-z_]\w*(?![\w.('\"]|\s*=[^=])")
_HELD_OUT = lazily(r"(?:^|_)(?:tests?|val|valid|validation|hold_?out|eval)(?:_|$)", re.IGNORECASE)


def handed(code: Code, inference: Inference, calls: OwnCalls) -> Iterator[KeptFile]:
    """`scored = score(frame); write(scored)`, and `save(inputs, predictions)`: inputs and outputs in one place."""
    for here in live_asking(code, inference, calls):
        tables, predictions, inputs = values(code, here, calls)
        if is_trial(here, inputs):
            continue
        for call in here.calls:
            given = written(code, here.source, call)
            whole = given & tables or (given & predictions and given & inputs)
            own = calls.meant(here.source, call) if whole else None
            if own and is_log(own.function.name) and not ASKS.match(own.function.last):
                line = next((code.evidence(one.source, at) for one in calls.below(own) if (at := _writes(one))), None)
                if line and not _COMPETITION.search(f"{line.text} {own.function.name}"):
                    yield KeptFile(own.function.last, (code.evidence(here.source, call.line), line), joined=True)
                    break


def is_trial(here: Own, inputs: set[str]) -> bool:
    """Does the function train or measure, or ask about rows that were held out?"""
    return measures(here.calls) or knows_truth(here.function.params) or any(map(_HELD_OUT.search, inputs))


def written(code: Code, source: Source, call: Call) -> set[str]:
    """The variables that a call is given, as they are written: a parameter with an annotation is resolved to its type."""
    lines = code.repository.lines(source.path)[call.line - 1 : max(call.line, call.end)]
    after = " ".join(line.partition("#")[0] for line in lines).partition(f"{call.last}(")[2]
    return set(_WORD.findall(after)) | {word for word in call.args if word.isidentifier()}


def values(code: Code, here: Own, calls: OwnCalls) -> tuple[set[str], set[str], set[str]]:
    """Variables that hold inputs with their predictions, those that hold predictions, and what these were made from."""
    tables: set[str] = set()
    predictions: set[str] = set()
    inputs: set[str] = set()
    assigned = {
        a.line: (a.target, a.value.removesuffix("[]"))
        for a in here.source.assigns
        if a.scope == here.function.name and a.value.removesuffix("[]").endswith("()")
    }
    for call in here.calls:
        target, value = assigned.get(call.line, ("", ""))
        if not target or not ASKS.match(call.last) or value.rpartition(".")[2] != f"{call.last}()":
            continue
        own = calls.meant(here.source, call)
        if own and adds_column(code, own):
            tables.add(target)
        else:
            predictions.add(target)
            inputs |= written(code, here.source, call)
    return tables, predictions, inputs - predictions


def adds_column(code: Code, own: Own) -> bool:
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
    return next((call.line for call in own.calls if writes_table(call)), 0)


def writes_table(call: Call) -> bool:
    """Does the call write a table, by a verb that says so or else of Spark?"""
    if call.last not in FRAMES or not (call.args or call.kwargs):
        return False
    return ".write." in call.name if call.last in _GENERAL else "index" not in call.on
