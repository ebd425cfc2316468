"""Ids that tie together what one request, conversation or run left behind: in log lines, in records, in traces."""

import re
from collections.abc import Iterator
from typing import Self

from msgspec import Struct

from scorecard.facts.code import Code
from scorecard.facts.correlation_carried import carried, stamped
from scorecard.facts.correlation_lines import Id, Tie, bound, counts, headers, written
from scorecard.facts.correlation_patterns import patterned
from scorecard.facts.correlation_vocabulary import (
    ORCHESTRATED,
    ORCHESTRATED_NAMES,
    REQUEST_ID,
    REQUEST_TRACES,
    RUN_ID,
    SPOKEN,
    TRACKERS,
)
from scorecard.facts.logs import Logs
from scorecard.facts.record_vocabulary import CONTAINER, CONVERSATION_IDS
from scorecard.facts.records import Record, Records, Sort
from scorecard.facts.tracing import Sender, Tracing
from scorecard.model import Evidence
from scorecard.patterns import lazily, lines_with
from scorecard.repository import Repository

# Calls that send one record without a trace around it.
_SINGLE = frozenset({"log_prompt", "log_table", "log_event", "log_prediction", "publish_event", "log_record", "Table"})
_TABLE_ROWS = 60
_OPTION = lazily(r"(?:--)?(?:dag_|flow_|pipeline_)?run[_-]id|(?:DAG_|PIPELINE_)?RUN_ID")
_OF_RUNS = lazily(r"run|agent|job|task|pipeline|action|workflow|step", re.IGNORECASE)


class Correlation(Struct, frozen=True):
    """``ids`` by the kind of their place; ``near`` are ids of experiment trackers and ids that stand alone."""

    ids: tuple[Id, ...]
    near: tuple[Evidence, ...]

    @classmethod
    def gather(cls, repository: Repository, code: Code, logs: Logs, records: Records, tracing: Tracing) -> Self:
        lines, alone = written(code, logs)
        found = [*bound(code), *lines, *headers(code), *_traces(tracing), *_kept(code, records), *_orchestrated(code)]
        found += [*carried(code), *patterned(repository)]
        return cls(tuple(found), tuple(alone))


def _traces(tracing: Tracing) -> Iterator[Id]:
    """Backends that give the spans of one request one trace."""
    for trace in tracing.live:
        senders = [s for s in trace.senders if not (s.hit and s.hit.name.rpartition(".")[2] in _SINGLE)]
        spans = [s for s in senders if not s.offline and (s.content or _traces_requests(trace.backend.name, s))]
        if spans:
            yield Id(Tie.TRACE, trace.backend.name, tuple(dict.fromkeys(s.evidence for s in spans))[:4])


def _traces_requests(backend: str, sender: Sender) -> bool:
    call = sender.hit.call if sender.hit else None
    if backend == "Sentry":  # attaches log lines to a request's trace when told to take both
        return call is not None and call.kwarg("enable_logs", "enableLogs") in ("True", "true")
    return backend in REQUEST_TRACES and not (
        sender.hit and sender.hit.name.endswith(("LogHandler", "TelemetryClient"))
    )


def _kept(code: Code, records: Records) -> Iterator[Id]:
    """Ids in the records of inferences themselves."""
    for kept in records.of(Sort.TABLE):
        column = _id_column(kept)
        if column:
            yield Id(Tie.RECORD, f"{kept.name}.{column}", tuple(_column(code, kept.evidence, column)))
    for kept in records.of(Sort.FILE):
        keys = sorted(c for c in kept.columns if CONVERSATION_IDS.fullmatch(c) and not RUN_ID.fullmatch(c))
        key = next((key for key in keys if key.lower().endswith(("id", "uuid"))), "")
        if key:
            yield Id(Tie.RECORD, key, kept.evidence)
        else:
            yield from stamped(code, kept)
    for kept in records.of(Sort.CONVERSATION):
        yield Id(Tie.RECORD, f"the thread of {kept.name}", kept.evidence)


def _id_column(record: Record) -> str:
    """The column that ties rows together; of a table of whole conversations the row's own id."""
    columns = [c for c in record.columns if CONVERSATION_IDS.fullmatch(c) and not c.startswith("ix_")]
    columns = [c for c in columns if not RUN_ID.fullmatch(c) or _OF_RUNS.search(record.name)]
    best = min(columns, key=lambda c: ("id" not in c.lower(), not REQUEST_ID.fullmatch(c), c), default="")
    return best or ("id" if CONTAINER.fullmatch(record.name) else "")


def _column(code: Code, evidence: tuple[Evidence, ...], column: str) -> Iterator[Evidence]:
    """The line that defines the column, then where rows are written."""
    table = evidence[-1]
    word = re.compile(rf"\b{re.escape(column)}\b")
    rows = code.repository.lines(table.path)
    for number in range(table.line, min(table.line + _TABLE_ROWS, len(rows)) + 1):
        if word.search(rows[number - 1]):
            yield Evidence(table.path, number, rows[number - 1].strip())
            break
    yield evidence[0]


def _orchestrated(code: Code) -> Iterator[Id]:
    """An orchestrator's run id that several files write into what they leave behind."""
    hits: dict[str, Evidence] = {}
    for source in code.sources:
        named = not source.names.isdisjoint(ORCHESTRATED_NAMES) or any("run_id" in t.value for t in source.texts)
        for number, row in (
            lines_with(ORCHESTRATED, code.repository.text(source.path)) if named and counts(source) else ()
        ):
            if not row.lstrip().startswith("#") and not SPOKEN.search(row):
                hits[source.path] = code.evidence(source, number)
                break
    if len(hits) == 1:
        hits |= dict(_taken(code, next(iter(hits))))
    if len(hits) > 1:
        yield Id(Tie.RUN, "the orchestrator's run id", tuple(hits.values())[:4])


def _taken(code: Code, giver: str) -> Iterator[tuple[str, Evidence]]:
    """Another program that takes the run id as an option or writes it as a column."""
    for source in code.sources:
        tracked = any(item.module.partition(".")[0] in TRACKERS for item in source.imports)
        if source.path != giver and counts(source) and not tracked:
            line = next((t.line for t in source.texts if _OPTION.fullmatch(t.value)), 0)
            if line:
                yield source.path, code.evidence(source, line)
                return


__all__ = ["Correlation", "Id", "Tie"]
