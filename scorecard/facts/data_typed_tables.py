"""Typed tables that the system's data go into: a row of another type, or without a required column, is refused there.

Tables of users, chats, predictions, runs and the like hold what the application says or does, and no data that come in.
"""

import re
from collections import defaultdict
from collections.abc import Iterator

from scorecard.facts.code import Code
from scorecard.facts.data_found import Effect, Found, Kind
from scorecard.facts.data_words import CAMEL, words
from scorecard.facts.table_writes import plain, writes
from scorecard.facts.tables import Table, Tables
from scorecard.model import Evidence
from scorecard.paths import is_demo, is_test
from scorecard.patterns import lazily
from scorecard.repository import Repository

_ROWS = frozenset({
    "document", "documents", "doc", "docs", "chunk", "chunks", "fragment", "fragments", "passage", "passages", "page",
    "pages", "article", "articles", "embedding", "embeddings", "vector", "vectors", "knowledge", "item", "items",
    "product", "products", "record", "records", "feature", "features", "sample", "samples", "observation",
    "observations", "measurement", "measurements", "reading", "readings", "transaction", "transactions", "price",
    "prices", "rating", "ratings", "review", "reviews", "image", "images", "dataset", "datasets", "listing",
    "listings", "stock", "stocks", "trip", "trips", "ride", "rides", "candle", "candles", "tick", "ticks", "weather",
    "station", "stations", "sensor", "sensors", "customer", "customers", "order", "orders", "raw", "paper", "papers",
    "node", "nodes", "movie", "movies", "book", "books", "news", "post", "posts", "job_posting", "sale", "sales",
    "tweet", "tweets", "section", "sections", "paragraph", "paragraphs", "match", "matches", "loan", "loans",
    "patient", "patients", "annotation", "annotations", "label", "labels", "corpus", "recipe", "recipes",
})  # fmt: skip
_OTHER = frozenset({
    "user", "users", "session", "sessions", "chat", "chats", "message", "messages", "conversation", "conversations",
    "thread", "prediction", "predictions", "metric", "metrics", "feedback", "log", "logs", "run", "runs",
    "experiment", "experiments", "model", "models", "task", "tasks", "audit", "token", "tokens", "account",
    "setting", "settings", "config", "alert", "alerts", "drift", "request", "requests", "response", "responses",
    "eval", "evals", "evaluation", "score", "scores", "vote", "votes", "history", "cache", "agent", "agents",
    "prompt", "prompts", "tool", "tools", "permission", "role", "result", "results", "report", "reports", "memory",
    "memories", "checkpoint", "status", "notification", "subscription", "payment", "performance", "dummy", "temp", "queue", "inference", "inferences", "answer", "answers",
})  # fmt: skip
_VECTOR = lazily(
    r"\b(?:half)?vec(?:tor)?\s*\(\s*(?:\d{2,5}|\w*dim\w*|[\"'{$])|\bVector\(|VectorField\(|t\.vector|NewVector|Unsupported\(\"vector",
    re.IGNORECASE,
)
_REQUIRED = lazily(
    r"\bNOT\s+NULL\b|nullable\s{0,2}=\s{0,2}False|\.notNull\(|null:\s{0,2}false|Mapped\[(?!Optional)|nullable:\s{0,2}false"
    r"|models\.(?:\w{1,30}Field|ForeignKey)\(|allowNull:\s{0,2}false|required:\s{0,2}true|@Column\(|@NotNull|@NotBlank"
    r"|^[ \t]+\w+\s+(?:String|Int|Float|DateTime|Boolean|Json|BigInt|Decimal)(?!\?)\b",
    re.IGNORECASE | re.MULTILINE,
)
_SQLMODEL = lazily(r"table\s{0,2}=\s{0,2}True")
_LIMITS = lazily(r"\bCHECK\s{0,3}\(|CheckConstraint\(|validators\s{0,2}=\s{0,2}\[", re.IGNORECASE)
_ANSWERED = lazily(r"^(?:predict(?:ed|ion)|y_pred|pred_|answer|model_version)", re.IGNORECASE)
_INSERTS = lazily(r"^\s{0,80}(?:insert\s+(?:or\s+\w{1,10}\s+)?into|copy)\s{1,10}$", re.IGNORECASE)
_NEXT = lazily(r"^(?:class |CREATE TABLE|model |export const |@Entity|def |@\w)", re.IGNORECASE)
_LENGTH = 45


def typed_tables(repository: Repository, code: Code, tables: Tables, *, indexes: bool) -> Iterator[Found]:
    """Tables of data with required columns or vectors of a fixed length, into which code writes."""
    by_name: dict[str, list[Table]] = defaultdict(list)
    bodies: dict[str, str] = {}
    for table in tables.all:
        if is_test(table.evidence.path) or _is_other(table.name) or any(_ANSWERED.search(c) for c in table.columns):
            continue
        body = _body(repository, table)
        vector = bool(_VECTOR.search(body))
        if not vector and not (_holds_rows(table.name) and (_REQUIRED.search(body) or _SQLMODEL.search(body))):
            continue
        by_name[plain(table.name)].append(table)
        bodies[plain(table.name)] = bodies.get(plain(table.name), "") + body
    if not by_name:
        return
    written = writes(code, by_name)
    for name, group in by_name.items():
        vector = bool(_VECTOR.search(bodies[name]))
        if not (vector or indexes):
            continue
        for where in (written.get(name), _seeded(code, group)):
            if where is not None:
                yield from _found(code, group[0], where, limited=bool(_LIMITS.search(bodies[name])))


def _found(code: Code, table: Table, where: Evidence, *, limited: bool) -> Iterator[Found]:
    source = code.source(where.path)
    function = next((f for f in source.functions if f.line <= where.line <= f.end), None) if source else None
    found = Found(
        Kind.SCHEMA, f"the typed table {table.name}", Effect.STOPS, where.path, (where, table.evidence),
        function.name if function else "", is_demo(where.path),
    )  # fmt: skip
    yield found
    if limited:
        yield found._replace(kind=Kind.VALUES, what=f"constraints on the columns of {table.name}")


def _is_other(name: str) -> bool:
    return bool(words(name) & _OTHER)


def _holds_rows(name: str) -> bool:
    """Does the noun of a table's name say rows? `document_chunks` holds chunks, `CustomerFlag` holds flags."""
    parts = [
        w.lower()
        for w in CAMEL.findall(name)
        if not w.isdigit() and w.lower() not in ("v", "table", "model", "orm", "db")
    ]
    return bool(parts) and parts[-1] in _ROWS


def _body(repository: Repository, table: Table) -> str:
    """The lines that define a table."""
    lines = repository.lines(table.evidence.path)
    start = max(0, table.evidence.line - 1)
    kept = lines[start : start + 1]
    for line in lines[start + 1 : start + _LENGTH]:
        if _NEXT.match(line):
            break
        kept.append(line)
    return "\n".join(kept)


def _seeded(code: Code, group: list[Table]) -> Evidence | None:
    """`f"INSERT INTO {table}"` in a file that knows the table's class: the name stands in a variable."""
    names = {t.name for t in group}
    for source in code.sources:
        if is_test(source.path) or not names & source.names:
            continue
        for text in source.texts:
            if _INSERTS.match(text.value):
                return code.evidence(source, text.line)
    return None
