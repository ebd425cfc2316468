"""Commands of one's own over the prediction log: they open single records, the last or the worst ones, and print them.

What reads the log is a function that parses records where they are kept, and whatever gets its rows from it. A command that
prints sums of them reviews nothing: it has to be told an id, or how many records to show.
"""

import re
from collections.abc import Iterator

from scorecard.facts.code import Code
from scorecard.facts.own_calls import Own, OwnCalls
from scorecard.facts.records import Records, Sort
from scorecard.facts.review_reads import counts
from scorecard.model import Evidence
from scorecard.patterns import lazily

_PARSES = frozenset({
    "read_ndjson", "scan_ndjson", "readlines", "splitlines", "loads", "DictReader", "reader", "read_parquet", "scan_parquet", "read_delta",
    "scan_delta", "DeltaTable", "read_csv", "read_json", "fetchall", "fetchone", "fetchmany", "read_sql", "read_sql_query", "jsonlines",
})  # fmt: skip
_ONE = lazily(r"(?:\w+_)?(?:id|uuid)$")
_MANY = lazily(r"(?:limit|top|last|count|n|k|rows|tail|head|first|how_many|number|top_k|top_n|n_rows)$")
_PICKS = frozenset(
    {
        "filter",
        "where",
        "query",
        "get",
        "find",
        "next",
        "filter_by",
        "loc",
        "select",
        "execute",
        "read_sql",
        "read_sql_query",
    }
)
_CUTS = frozenset(
    {
        "head",
        "tail",
        "limit",
        "nlargest",
        "nsmallest",
        "islice",
        "top_k",
        "sample",
        "deque",
        "sort",
        "sorted",
        "sort_values",
        "execute",
    }
)
_PRINTS = frozenset(
    {"print", "echo", "secho", "pprint", "add_row", "print_json", "to_string", "to_markdown", "tabulate"}
)
_HOPS = 3


def shown(code: Code, records: Records, calls: OwnCalls) -> Iterator[Evidence]:
    """The line that reads the log and the one that prints, for each such command."""
    reading = _readers(code, records)
    edge = list(reading.values())
    for _ in range(_HOPS):
        above = {key: own for one in edge for key, own in _above(code, calls, one) if key not in reading}
        reading |= above
        edge = list(above.values())
    for own in reading.values():
        line = _picks(code, calls, own)
        if not line or not counts(own.source.path):
            continue
        printed = _printed(code, calls, own)
        if printed:
            yield code.evidence(own.source, line)
            yield printed


def _readers(code: Code, records: Records) -> dict[tuple[str, str], Own]:
    """The functions that parse records in a file which keeps them, or in one that it keeps them through."""
    kept = {e.path for record in records.of(Sort.FILE, Sort.TABLE) for e in record.evidence}
    found = {}
    for path in sorted(kept):
        source = code.source(path)
        if source is None or source.language != "python" or not counts(path):
            continue
        for function in source.functions:
            own = Own(source, function)
            if any(c.last in _PARSES for c in own.calls) and not _is_route(own):
                found[path, function.name] = own
    return found


def _is_route(own: Own) -> bool:
    return any(d.rpartition(".")[2] in ("get", "post", "put", "route") for d in own.function.decorators)


def _above(code: Code, calls: OwnCalls, own: Own) -> Iterator[tuple[tuple[str, str], Own]]:
    """The functions that call it."""
    for source, call in calls.above(own):
        function = code.enclosing(source, call.line)
        if function is not None and counts(source.path):
            yield (source.path, function.name), Own(source, function)


def _picks(code: Code, calls: OwnCalls, own: Own) -> int:
    """The line on which single records are chosen, by an id that is given or as many as are asked for; 0 if none are."""
    source, function = own
    for name in filter(_ONE.match, function.params):
        word = re.compile(rf"\b{re.escape(name)}\b")
        for call in own.calls:
            last = range(call.line, max(call.end, call.line) + 1)
            told = any(word.search(code.line(source.path, number)) for number in last)
            if told and (call.last.rstrip("()") in _PICKS or calls.meant(source, call)):
                return call.line
        for guard in source.guards:
            if guard.scope == function.name and "==" in guard.ops and name in guard.names:
                return guard.line
        for number in range(function.line + 1, function.end + 1):
            if "==" in code.line(source.path, number) and word.search(code.line(source.path, number)):
                return number
    if any(map(_MANY.match, function.params)):
        return next((c.line for c in own.calls if c.last.rstrip("()") in _CUTS), 0)
    return 0


def _printed(code: Code, calls: OwnCalls, own: Own) -> Evidence | None:
    """Where the function itself prints what it found, or the one that calls it does."""
    inside = next((c for c in own.calls if c.last in _PRINTS), None)
    if inside:
        return code.evidence(own.source, inside.line)
    for _, above in _above(code, calls, own):
        outside = next((c for c in above.calls if c.last in _PRINTS), None)
        if outside:
            return code.evidence(above.source, outside.line)
    return None
