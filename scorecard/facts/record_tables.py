"""Own tables whose rows are single inferences: predictions with their inputs, questions with answers, messages."""

from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from scorecard.facts.code import Code
from scorecard.facts.inference import Inference
from scorecard.facts.record_vocabulary import (
    ANSWERED,
    ASKED,
    CONTAINER,
    CONTENT,
    CONVERSATIONS,
    HISTORY,
    NO_RECORD,
    NO_RECORD_AS_SUCH,
    PAYLOAD,
    PREDICTED,
    PREDICTION_TABLE,
    ROLE,
)
from scorecard.facts.table_writes import inserts, is_migration, plain, writes
from scorecard.facts.tables import Table, Tables
from scorecard.model import Evidence


class KeptTable(NamedTuple):
    """A table that keeps inferences: where rows are written, then where it is defined."""

    name: str
    evidence: tuple[Evidence, ...]
    columns: frozenset[str]


def tables(code: Code, inference: Inference, found: Tables) -> Iterator[KeptTable]:
    """Tables of inferences to which code writes rows."""
    llm = inference.llm
    if not inference.ml and not llm:
        return
    by_name: dict[str, list[Table]] = defaultdict(list)
    for table in found.all:
        whole = table._replace(columns=table.columns | _inherited(code, table, found))
        for name in {plain(table.name), *_variable(code, table)}:
            by_name[name].append(whole)
    kept = {name: group for name, group in by_name.items() if _is_record(group[0].name, _columns(group), llm=llm)}
    written = writes(code, kept) if kept else {}
    seen: set[Evidence] = set()
    for name, group in kept.items():
        if name in written and group[0].evidence not in seen:
            seen.update(t.evidence for t in group)
            shown = min(group, key=lambda t: is_migration(t.evidence.path))
            yield KeptTable(shown.name, (written[name], shown.evidence), _columns(group))
    for insert in inserts(code):  # into tables that the repository does not define
        name = plain(insert.table)
        if name not in by_name and insert.columns and _is_record(insert.table, insert.columns, llm=llm):
            by_name[name] = []
            yield KeptTable(insert.table, (insert.evidence,), insert.columns)


def _columns(group: list[Table]) -> frozenset[str]:
    return frozenset[str]().union(*(table.columns for table in group))


def _is_record(name: str, columns: frozenset[str], *, llm: bool) -> bool:
    """Is a row of this table one inference, as its name and columns say?"""
    if NO_RECORD.search(name) or NO_RECORD_AS_SUCH.fullmatch(name):
        return False
    if llm and CONVERSATIONS.search(name):
        said = any(CONTENT.fullmatch(c) and not ROLE.fullmatch(c) for c in columns)
        if said and any(ROLE.fullmatch(c) for c in columns):
            return True
        if any(HISTORY.fullmatch(c) for c in columns):
            return True
        if CONTAINER.fullmatch(name) and any(PAYLOAD.fullmatch(c) for c in columns):
            return True
    answers = {c for c in columns if ANSWERED.fullmatch(c)}
    asks = {c for c in columns if ASKED.fullmatch(c)}
    if llm and answers and asks - answers:
        return True
    more = bool(asks) or len(columns) > 2
    return bool(PREDICTION_TABLE.search(name)) or (more and any(PREDICTED.fullmatch(c) for c in columns))


def _variable(code: Code, table: Table) -> Iterator[str]:
    """Other names of a table: the variable it is bound to, the name that its class gives it in the database."""
    source = code.source(table.evidence.path)
    for assign in source.assigns if source else ():
        if assign.line == table.evidence.line and "." not in assign.target:
            yield plain(assign.target)
        elif assign.target == "__tablename__" and assign.scope.rpartition(".")[2] == table.name:
            yield plain(assign.value.lstrip("'"))


def _inherited(code: Code, table: Table, found: Tables) -> frozenset[str]:
    """Columns that a mapped class takes over from the repository's own base classes."""
    source = code.source(table.evidence.path)
    klass = next((k for k in (source.classes if source else ()) if k.line == table.evidence.line), None)
    bases = {base.rpartition(".")[2] for base in code.ancestors(klass)} if klass else set()
    return frozenset[str]().union(*(t.columns for t in found.all if t.name in bases and t.name != table.name))
