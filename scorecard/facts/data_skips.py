"""Items that a consumer, worker or importer sets aside: a condition on the item, a line of the log that says so, and a return."""

import re
from collections.abc import Iterator

from scorecard.facts.code import Code
from scorecard.facts.data_own import OwnCheck
from scorecard.facts.data_words import LOGS, NOT_DATA, speaks_of, words
from scorecard.paths import is_test
from scorecard.patterns import lazily
from scorecard.readers.code import Call, Guard, Source

_PLACES = frozenset({
    "consumer", "consumers", "consume", "queue", "queues", "subscriber", "subscribers", "listener", "listeners", "worker", "workers", "ingest",
    "ingestion", "ingestor", "ingester", "index", "indexer", "indexing", "import", "importer", "importers", "sync", "synchroniser", "synchronizer",
    "etl", "loader", "loaders", "crawler", "crawl", "scraper", "kafka", "sqs", "pubsub", "stream", "streaming", "processor", "processors",
    "pipeline", "pipelines", "harvest", "harvester", "enrich", "backfill", "chunking", "chunker", "embedder", "preprocess", "preprocessing",
    "dataset", "datasets", "synchronise", "synchronize",
})  # fmt: skip
_ASIDE = frozenset({
    "chat", "slack", "discord", "telegram", "bot", "agent", "agents", "conversation", "conversations", "webhook", "ui", "components", "auth", "cli",
    "config", "settings", "notification", "notifications", "email", "eval", "evals", "evaluation", "llm", "prompt", "prompts", "user", "users",
    "feedback", "session", "billing", "payment", "payments", "usage", "metrics", "reaction", "opik", "experiment", "experiments",
})  # fmt: skip
_ITEM = frozenset({
    "payload", "event", "events", "record", "records", "row", "rows", "item", "items", "doc", "docs", "document", "documents", "article", "articles",
    "content", "contents", "body", "data", "entry", "entries", "sample", "samples", "page", "pages", "chunk", "chunks", "text", "texts", "post", "posts",
    "product", "products", "image", "images", "line", "lines", "reading", "readings", "observation", "observations", "transaction", "transactions",
    "title", "description", "df", "features", "listing", "station", "frame",
})  # fmt: skip
_LEFT_OUT = lazily(
    r"\b(?:skip\w*|ignor(?:ed|es|ing)|discard\w*|reject\w*|dropp?(?:ed|ing)|exclud\w*|quarantin\w*|set(?:ting)? aside|dead[- ]?letter\w*"
    r"|invalid|malformed|corrupt\w*|unsupported|not supported|stale|too (?:old|few|short|small|long|large)|not enough|insufficient)\b",
    re.IGNORECASE,
)
_NO_DEFECT = lazily(
    r"\balready\b|\bexists?\b|unchanged|not changed|no changes|up[- ]to[- ]date|cached?\b|disabled|enabled|dry[- ]?run|configur|api.?key|retry|retries|lock"
    r"|in progress|nothing to|no new|permission|unauthori|token|rate.?limit|not found in cache|bot\b|own message|environment|credential|feature flag"
    r"|processed before|seen before",
    re.IGNORECASE,
)
_FIELD = lazily(
    r"\b(?:missing|required|without|no) [\w`'\"{}]{0,30}(?:_id|id|path|field|key|type|title|column|schema)\b|\bschema\b|malformed|unknown type|unsupported (?:type|schema|document)",
    re.IGNORECASE,
)
_ALIEN = NOT_DATA - {"request", "files", "key", "version", "path", "url", "models"} | {
    "process",
    "argv",
    "logger",
    "bot",
    "already",
    "seen",
    "processed",
    "cache",
}
_TELLS = LOGS - {"debug"} | {
    "puts",
    "Println",
    "Printf",
    "println",
    "Warn",
    "Info",
    "Error",
    "Warnf",
    "Infof",
    "Errorf",
    "LogWarning",
    "LogInformation",
    "LogError",
}


def set_aside(code: Code) -> Iterator[OwnCheck]:
    """Every item that is left out for what it holds, where the log is told."""
    for source in code.sources:
        if is_test(source.path) or source.notebook:
            continue
        for guard in source.guards:
            if (
                guard.kind not in ("if", "unless")
                or not guard.effects & {"continue", "return"}
                or guard.effects & {"raise"}
            ):
                continue
            if not speaks_of(_PLACES, source.path, guard.scope) or speaks_of(_ASIDE, source.path, guard.scope):
                continue
            said = _told(source, guard)
            if not _LEFT_OUT.search(said) or _NO_DEFECT.search(said) or not _is_on_item(source, guard):
                continue
            yield OwnCheck("values", "sets aside", source, guard.line, guard.scope, "items that do not fit")
            if _FIELD.search(said):
                yield OwnCheck(
                    "schema", "sets aside", source, guard.line, guard.scope, "items without a required field"
                )


def _told(source: Source, guard: Guard) -> str:
    """What the guarded block tells the log."""
    if guard.end - guard.line > 12:
        return ""
    told = [c for c in source.calls_in(guard.line + 1, guard.end) if c.last in _TELLS]
    return " ".join(text for call in told for text in call.strings)


def _is_on_item(source: Source, guard: Guard) -> bool:
    """Does the condition ask something of the item that came in?"""
    named = set[str]()
    for name in (*guard.names, *(_on(c) for c in source.calls_in(guard.line, guard.line))):
        named |= words(name)
    return bool(named & _ITEM) and not named & _ALIEN


def _on(call: Call) -> str:
    return "" if call.last in _TELLS else call.on.rstrip("[]")
