"""Where the repository's own code lets people look at single inferences: admin views, pages, queries, notebooks.

Viewers of trace backends are `scorecard.facts.tracing`.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import Self

from msgspec import Struct

from scorecard.facts.code import Code
from scorecard.facts.configuration import Configuration
from scorecard.facts.own_calls import OwnCalls
from scorecard.facts.records import Record, Records, Sort
from scorecard.facts.review_admin import found_for_admins, registered
from scorecard.facts.review_commands import shown
from scorecard.facts.review_front import front_pages, index_viewers, pages_over_logs
from scorecard.facts.review_reads import REVIEWING, counts, opened, queried, shows_rows
from scorecard.facts.table_writes import plain
from scorecard.model import Evidence
from scorecard.patterns import lazily
from scorecard.readers.code import Call, Source
from scorecard.repository import Repository

_PREDICTIONS = lazily(
    r"predict|inference|forecast|(?:^|[/_.])(?:history|logs?|results?|records?)(?:$|[/_.])", re.IGNORECASE
)
_READS = frozenset({
    "find", "find_by", "find_by!", "where", "filter", "filter_by", "all", "select", "query", "get", "get_or_404",
    "get_object_or_404", "findMany", "findUnique", "findOne", "findFirst", "first", "order_by", "scalars", "includes",
    "list", "fetch", "order", "paginate", "scan", "aggregate", "find_all", "findAll", "raw", "values",
    "prefetch_related", "select_related",
})  # fmt: skip
_CHAIN = frozenset({"objects", "query", "session", "db", "self", "models"})
_OWN_READ = lazily(
    r"(?:get|list|fetch|query|load|read|find|search|select)_\w*"
    r"(?:predictions?|inferences?|(?:prediction|query|request|llm|inference|chat|prompt|response)_logs?|conversations?|interactions?|audit_logs?|answers|transcripts?)_?$"
)
_OWN_LOG = lazily(r"predict|inference|(?:query|request|llm|prompt|response)_logs?")
_OF_PREDICTIONS = lazily(r"predict|inference|forecast|insight|classif", re.IGNORECASE)
_CHAT_COLUMNS = frozenset({"role", "content", "messages", "conversation_log"})
_COUNTS = lazily(r"metric|statistic|(?:^|_)stats|counts?(?:$|_)|chart", re.IGNORECASE)
_SUBJECT = lazily(
    r"conversation|chat|message|question|answer|prediction|inference|interaction|completion|transcript", re.IGNORECASE
)
_GETS = lazily(r"(?:^|\.)(?:get|route|api_route|on_get|list|retrieve|index|show|GET)$")
_QUEUE = lazily(
    r"(?:^|[/_.])(?:review_?(?:queue|api|app|ui|tool|page|service)|human_?review|annotations?|annotat(?:e|or)"
    r"|labell?ing_?(?:app|ui|tool|queue|page)|moderation_?queue|error_?analysis)",
    re.IGNORECASE,
)
_FUNCTION_PAGES = ("fasthtml", "nicegui", "monsterui")  # a decorated function is a page, and its name is the path
_ROUTES = ("*.get", "*.post", "*.route", "*.api_route", "*.put", "*.patch")
_ANNOTATION = (
    "argilla.*.log", "argilla.log", "*.records.log", "*.import_tasks", "*.create_predictions", "rubrix.log",
    "labelbox.*.create_data_rows", "*.annotation_queues.create", "*.add_runs_to_annotation_queue",
    "*.create_annotation_queue",
)  # fmt: skip


class Reviews(Struct, frozen=True):
    """``own`` are the places, the most telling first."""

    own: tuple[Evidence, ...]

    @classmethod
    def gather(
        cls, repository: Repository, code: Code, records: Records, configuration: Configuration, calls: OwnCalls
    ) -> Self:
        if not records.kept:
            return cls(())
        tables = {plain(record.name): record for record in records.of(Sort.TABLE)}
        names = frozenset(tables) | {plain(record.name) for record in records.of(Sort.FILE)}
        found = [*registered(code, frozenset(tables)), *found_for_admins(code)]
        found += [*_queues(code), *_looked_up(code, tables)]
        found += [*index_viewers(configuration, records), *front_pages(repository), *pages_over_logs(code, records)]
        found += [*queried(repository, code, names), *opened(code, records), *shown(code, records, calls)]
        found += [
            code.evidence(hit) for hit in code.calls(*_ANNOTATION) if counts(hit.path) and "train" not in hit.path
        ]
        return cls(tuple(dict.fromkeys(found)))


def _queues(code: Code) -> Iterator[Evidence]:
    """An own application in which people judge single inferences: routes in a file named after review or annotation."""
    seen = set()
    for hit in code.calls(*_ROUTES):
        path = hit.call.string() if hit.call else ""
        if hit.path in seen or not path.startswith("/") or not counts(hit.path) or hit.source.language != "python":
            continue
        if (_QUEUE.search(hit.path) or _QUEUE.search(path)) and _speaks_of_inference(hit.source):
            seen.add(hit.path)
            yield code.evidence(hit)
    for hit in code.imports(*_FUNCTION_PAGES):
        page = next((f for f in hit.source.functions if f.decorators and not f.name.startswith("_")), None)
        if (
            page
            and hit.path not in seen
            and counts(hit.path)
            and _QUEUE.search(hit.path)
            and _speaks_of_inference(hit.source)
        ):
            seen.add(hit.path)
            yield code.evidence(hit.source, page.line)


def _speaks_of_inference(source: Source) -> bool:
    return any(map(_SUBJECT.search, source.names)) or any(_SUBJECT.search(text.value) for text in source.texts)


def _looked_up(code: Code, tables: dict[str, Record]) -> Iterator[Evidence]:
    """Endpoints and pages for people who review, that read a table of inferences row by row."""
    of_predictions = frozenset(n for n, r in tables.items() if r.columns.isdisjoint(_CHAT_COLUMNS))
    for source in code.sources if tables else ():
        if not counts(source.path) or source.notebook or _COUNTS.search(source.path):
            continue
        reviewing = bool(REVIEWING.search(source.path))
        about = reviewing and "admin" in source.path.lower() and bool(_SUBJECT.search(source.path.rpartition("/")[2]))
        getters = {f.name for f in source.functions if f.last == "on_get" or any(_GETS.search(d) for d in f.decorators)}
        for text in source.texts if getters else ():
            if text.scope in getters and _PREDICTIONS.search(text.scope) and shows_rows(text.value, of_predictions):
                yield code.evidence(source, text.line)
                break
        for call in source.calls:
            read = _reads(call, tables)
            if (read is None and not (about and call.last in _READS)) or _COUNTS.search(call.scope):
                continue
            for_people = reviewing or REVIEWING.search(call.scope)
            listed = read and call.scope in getters and _PREDICTIONS.search(call.scope)
            if for_people or listed:
                yield code.evidence(source, call.line)
                break


def _reads(call: Call, tables: dict[str, Record]) -> bool | None:
    """None where the call reads no table of inferences; true where it is one of predictions, not of conversations."""
    last = call.last
    if last in _READS:
        owner = call.name.rpartition(".")[0]
        segments = [part for part in owner.split(".") if part not in _CHAIN]
        for word in (call.on, *(a.lstrip("'") for a in call.args[:2]), *segments):
            record = tables.get(plain(word.rpartition(".")[2].rstrip("()[]")))
            if record is not None:
                return bool(_OF_PREDICTIONS.search(record.name)) or record.columns.isdisjoint(_CHAT_COLUMNS)
    named = (last, *(a.rpartition(".")[2] for a in call.args)) if last == "partial" else (last,)
    own = next((name for name in named if _is_own_read(name)), "")
    return bool(_OWN_LOG.search(own)) if own else None


@cache
def _is_own_read(name: str) -> bool:
    return bool(_OWN_READ.match(name))
