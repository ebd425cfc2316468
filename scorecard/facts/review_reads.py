"""Queries, notebooks and analyses that open recorded inferences row by row."""

import re
from collections.abc import Iterator

from scorecard.facts.code import Code
from scorecard.facts.records import Records, Sort
from scorecard.facts.table_writes import is_migration, plain
from scorecard.facts.tracing import is_offline
from scorecard.model import Evidence
from scorecard.paths import is_test
from scorecard.patterns import lazily
from scorecard.readers.code import Call, Source
from scorecard.repository import Repository

REVIEWING = lazily(
    r"admin|audit|debug|(?<!p)review|annotat|inspect|moderat|back_?office|log_?view|trace_?view|error_?analysis|(?<!ac)curat|triag"
    r"|\blabel(?:l?ing)|dump",
    re.IGNORECASE,
)
_ANALYSIS = lazily(r"analy[sz]|report|monitor|inspect|(?<!p)review|explor|debug|dashboard|error", re.IGNORECASE)
_PAGES = ("streamlit", "gradio", "dash", "panel", "nicegui", "marimo", "shiny", "solara", "taipy", "reflex", "fasthtml")
_SELECT = lazily(r"\bselect\b", re.IGNORECASE)
_CREATE = lazily(r"\bcreate\s+table\b", re.IGNORECASE)
_FROM = lazily(r"\b(?:from|join)\s+([\w.\"`\[\]{}$-]{1,120})", re.IGNORECASE)
_VERSION = lazily(r"_\d+\W*$")
_AGGREGATES = lazily(
    r"\b(?:count|avg|sum|min|max|percentile_\w+|stddev\w*|quantile\w*|width_bucket|time_bucket)\s*\(|\bgroup\s+by\b",
    re.IGNORECASE,
)
_CONTENTS = lazily(
    r"^\s*(?:\w+\.)?\*|\b\w*(?:question|answer|prompt|response(?!_?time)|predict|input|output|message|content|feature"
    r"|text|query|forecast)\w*\b",
    re.IGNORECASE,
)
_FILES = frozenset({
    "read_csv", "read_parquet", "read_json", "read_sql", "read_sql_query", "read_sql_table", "read_delta", "read_table",
    "load_table", "read_ndjson", "read_gbq", "read_feather", "read_excel", "load_dataset", "read_log", "get_object",
    "read_file", "loads", "download_file", "scan_parquet",
})  # fmt: skip
_OPENS = _FILES | {"read", "table", "find", "scan", "open", "query", "toPandas", "filter", "show", "select_all"}
_OPENS_CAPTURE = lazily(r"(?:get|read|load|download|open|fetch|display|print|show|head|loads)(?:_\w+)?$")
_CAPTURED = lazily(r"captur", re.IGNORECASE)
_SHOWS = frozenset({"print", "display", "dataframe", "table", "head"})


def counts(path: str) -> bool:
    """Could people review with this file? Not a test, an evaluation, a demo, a migration."""
    return not (is_test(path) or is_offline(path) or is_migration(path))


def queried(repository: Repository, code: Code, names: frozenset[str]) -> Iterator[Evidence]:
    """SQL that selects single rows of recorded inferences, outside of the path that serves them."""
    for hit in code.texts(r"\bselect\b"):
        place = hit.source.notebook or _is_page(hit.source) or REVIEWING.search(hit.path) or _ANALYSIS.search(hit.path)
        if place and counts(hit.path) and shows_rows(hit.name, names):
            yield code.evidence(hit.source, hit.line + hit.name.count("\n", 0, hit.name.lower().find("select")))
    for path in repository.glob("*.json"):  # a table panel of Grafana
        if ("grafana" in path.lower() or "dashboard" in path.lower()) and not is_offline(path):
            for number, row in enumerate(repository.lines(path), 1):
                if '"rawSql"' in row and shows_rows(row.replace("\\n", " ").replace("\\r", " "), names):
                    yield Evidence(path, number, row.strip())
    for path in repository.glob("*.sql"):
        analysis = REVIEWING.search(path) or _ANALYSIS.search(path) or "quer" in path.lower()
        text = repository.text(path) if analysis and counts(path) else ""
        first = _SELECT.search(text)
        if first and not _CREATE.search(text) and shows_rows(text, names):
            yield repository.quote_at(path, first.start())


def opened(code: Code, records: Records) -> Iterator[Evidence]:
    """Notebooks, pages and analyses that open what was recorded."""
    captures = bool(records.of(Sort.CAPTURE))
    wanted = {_stem(r.name) for r in records.of(Sort.FILE, Sort.TABLE) if len(_stem(r.name)) > 3}
    writers = {e.path for r in records.kept for e in r.evidence}
    for source in code.sources:
        reading = source.notebook or _is_page(source)
        if not counts(source.path) or not (reading or _ANALYSIS.search(source.path)):
            continue
        shows = source.notebook or not source.names.isdisjoint(_SHOWS)
        others = source.path not in writers
        for call in source.calls:
            words = [call.on, *call.name.split(".")[:-1], *call.args, *(value for _, value in call.kwargs)]
            captured = captures and shows and _OPENS_CAPTURE.match(call.last) and any(map(_CAPTURED.search, words))
            known = _opens(call, _OPENS if reading else _FILES) and any(_stem(word) in wanted for word in words)
            if captured or call.last == "read_log" or (known and (reading or others)):
                yield code.evidence(source, call.line)
                break


def _opens(call: Call, readers: frozenset[str]) -> bool:
    writes = call.last == "open" and len(call.args) > 1 and call.args[1] != "'r"
    return call.last in readers and not writes


def shows_rows(sql: str, names: frozenset[str]) -> bool:
    """Does the query show single rows of one of these tables, with what was asked or answered in them?"""
    selected = _SELECT.search(sql)
    columns = sql[selected.end() :].lower().partition("from")[0] if selected else ""
    return bool(_CONTENTS.search(columns)) and not _AGGREGATES.search(sql) and not names.isdisjoint(_from(sql))


def _from(sql: str) -> set[str]:
    """The tables of a query by their plain names, with and without a version at their end."""
    written = [match[1].rpartition(".")[2] for match in _FROM.finditer(sql)]
    return {plain(name) for name in written} | {plain(_VERSION.sub("", name)) for name in written}


def _is_page(source: Source) -> bool:
    return any(i.module.partition(".")[0] in _PAGES for i in source.imports)


def _stem(word: str) -> str:
    """`'s3://bucket/predictions.parquet` and `predictions` are one name."""
    return word.lstrip("'").rstrip("()[]").rpartition("/")[2].partition(".")[0].partition("(")[0].lower()
