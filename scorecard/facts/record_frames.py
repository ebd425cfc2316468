"""Batch jobs that write what they predicted, with the inputs beside it or without."""

import re
from collections.abc import Iterator

from scorecard.facts.code import Code
from scorecard.facts.record_scopes import ASKS, FRAMES, JOINS, KeptFile, Scope, kept
from scorecard.facts.record_vocabulary import PREDICTED
from scorecard.patterns import lazily
from scorecard.readers.code import Assign, Call, Source

_GENERAL = frozenset({"save", "write", "upload", "csv", "parquet", "json"})  # says nothing of what is written
_MAKES = frozenset({"DataFrame", "from_dict", "createDataFrame"})
_COMBINES = frozenset({"concat", "join", "merge", "hstack", "assign", "with_columns", "hcat", "bind_cols", "cbind"})
_SPAN = 3  # lines of such a call
_ABOUT = lazily(r"pred|monitor|infer|score|forecast", re.IGNORECASE)
_COMPETITION = lazily(r"submission|kaggle", re.IGNORECASE)


def frames(code: Code, scope: Scope) -> Iterator[KeptFile]:
    """`frame["prediction"] = model.predict(frame); frame.to_parquet(path)` and its kin, in Pandas, Polars and Spark."""
    results, columns = _results(scope)
    joins = [call for call in scope.calls if call.last in JOINS and not _joins_words(call)]
    if scope.last == "run" and "mini_batch" in scope.words and joins:
        yield kept(code, scope, joins[-1], joined=True)  # the platform appends what `run` returns to the output
    for call in scope.calls:
        if call.last not in FRAMES or call.line < scope.asks - 3 or not (call.args or call.kwargs):
            continue  # `frame.to_json()` without a path writes nothing
        head = call.name.partition(".")[0].partition("(")[0]
        given = {call.on, head, *call.args, *(value for _, value in call.kwargs)}
        mentioned = " ".join(given)
        if _COMPETITION.search(mentioned):
            continue
        named = scope.predicted and (call.last not in _GENERAL or bool(_ABOUT.search(mentioned)))
        if named or not given.isdisjoint(columns | results):
            keyed = scope.keyed and any(c.last in _MAKES for c in scope.calls)
            joined = bool(joins) or keyed or not given.isdisjoint(columns) or _indexed(code)
            yield kept(code, scope, call, joined=joined)


def _results(scope: Scope) -> tuple[set[str], set[str]]:
    """Variables that hold predictions, and frames to which predictions were added as a column."""
    results, columns = set(), set()
    for assign in scope.source.assigns:
        if assign.scope != scope.name:
            continue
        asks = ASKS.search(assign.value.rpartition(".")[2].rstrip("()[]"))
        if asks:
            results.add(assign.target)
        if assign.target.endswith("[]") and (asks or _names(scope.source, assign.line)):
            columns.add(assign.target.removesuffix("[]"))
    columns |= {a.target for a in scope.source.assigns if a.scope == scope.name and _combines(scope, a, results)}
    return results, columns


def _combines(scope: Scope, assign: Assign, results: set[str]) -> bool:
    """`pd.concat([frame, predictions], axis=1)` and `frame.join(predictions)`: inputs and predictions in one frame."""
    if assign.value.rstrip("()").rpartition(".")[2] not in _COMBINES or not results:
        return False
    near = [c for c in scope.calls if 0 <= c.line - assign.line <= _SPAN]
    if not any(c.last in _COMBINES and c.line == assign.line and not _joins_words(c) for c in near):
        return False
    given = {word for c in near for word in (c.on, *c.args, *(value for _, value in c.kwargs))}
    asked = any(ASKS.search(word.rstrip("()").rpartition(".")[2]) for word in given if word.endswith("()"))
    return asked or not given.isdisjoint(results)


def _names(source: Source, line: int) -> bool:
    return any(text.line == line and PREDICTED.fullmatch(text.value) for text in source.texts)


def _joins_words(call: Call) -> bool:
    """`os.path.join` and `", ".join` join no tables."""
    return call.last == "join" and (call.on in ("path", "os") or call.name.startswith(("os.", "str.", "posixpath.")))


def _indexed(code: Code) -> bool:
    """Does an own prediction function give its frame the index of the inputs?"""
    return any(
        (hit.call.kwarg("index") or "").endswith(".index") and ASKS.match(hit.scope.rpartition(".")[2])
        for hit in code.calls("pandas.DataFrame", "pandas.Series")
        if hit.call is not None
    )
