"""Limits on documents and uploads that are taken in: size, type, empty text, numbers of pages, tokens, chunks, embeddings.

An application around documents has no columns to check; what it can refuse is a file that is too large, of a type that
it cannot read, without text, or cut into chunks that do not match their embeddings.
"""

import re
from collections.abc import Iterator

from scorecard.facts.code import Code
from scorecard.facts.data_guards import GuardReader
from scorecard.facts.data_own import OwnCheck
from scorecard.facts.data_words import CHECKER, LOGS, STOPS, speaks_of, words
from scorecard.paths import is_test
from scorecard.patterns import lazily
from scorecard.readers.code import Guard

_PLACES = frozenset({
    "upload", "uploads", "uploaded", "uploader", "ingest", "ingestion", "ingestor", "document", "documents", "doc",
    "docs", "attachment", "attachments", "pdf", "pdfs", "rag", "knowledge", "corpus", "indexer", "indexing", "index",
    "embed", "embedding", "embeddings", "chunk", "chunks", "chunker", "chunking", "parser", "parsers", "loader",
    "loaders", "fragment", "fragments", "extract", "extraction", "extractor", "importer", "file", "files", "vectorstore",
    "vector", "ocr", "media", "image", "images", "resume", "transcript", "audio", "crawl", "crawler", "scraper",
})  # fmt: skip
_ASIDE = frozenset({
    "report", "reports",
    "config", "configs", "settings", "evaluation", "evals", "eval", "benchmark", "benchmarks", "component",
    "components", "hooks", "ui", "avatar", "profile", "auth", "cli", "args", "prompt", "prompts", "search", "retrieve",
    "retriever", "retrieval", "query", "rerank", "download", "cache", "avatars", "plot", "plots",
})  # fmt: skip
_ALIEN = frozenset({
    "exists", "is_file", "isfile", "isdir", "is_dir", "argv", "args", "environ", "getenv", "env", "api_key", "apikey",
    "user", "users", "auth", "session", "status_code", "password", "secret", "role", "query", "question", "message",
    "messages", "history", "prompt", "answer", "callable", "model", "tools", "tool", "retries", "attempt", "settings_path",
    "openai", "ok", "statuscode", "instance",
})  # fmt: skip
_CONTENT = frozenset({
    "text", "texts", "content", "contents", "chunk", "chunks", "page", "pages", "document", "documents", "doc", "docs",
    "file", "files", "upload", "uploaded", "bytes", "buffer", "blob", "raw", "body", "payload", "pdf", "image", "images",
    "data", "embedding", "embeddings", "vector", "vectors", "filesize", "filename", "fragments", "nodes", "sections",
    "attachment", "markdown", "transcript", "audio", "media", "rows", "records", "size", "segments", "passages",
})  # fmt: skip
_VECTORS = frozenset({"embedding", "embeddings", "vector", "vectors"})
_SIZES = frozenset({
    "size", "len", "length", "bytes", "tokens", "token", "pages", "chars", "characters", "count", "filesize",
    "bytelength", "numpages", "words", "ndim", "shape", "megabytes", "mb", "duration", "dimension", "dimensions",
    "width", "height",
})  # fmt: skip
_LIMITS = frozenset({
    "max", "min", "limit", "limits", "maximum", "minimum", "threshold", "quota", "allowed", "megabytes",
})  # fmt: skip
_TYPES = frozenset({
    "extension", "extensions", "ext", "exts", "suffix", "suffixes", "mime", "mimetype", "mimetypes", "contenttype",
    "filetype", "filetypes", "extname", "formats", "format", "endswith", "getextension", "guess_type",
})  # fmt: skip
_TYPE_PAIRS = (("content", "type"), ("media", "type"), ("mime", "type"), ("file", "type"), ("file", "extension"))
_PERMITS = frozenset({
    "allowed", "supported", "approved", "accepted", "permitted", "valid", "whitelist", "authorized", "known", "types",
})  # fmt: skip
_BLANK = frozenset({"strip", "trim", "isblank", "isempty", "blank", "empty", "isnullorwhitespace", "present"})
_TYPE_SAID = lazily(
    r"\b(?:unsupported|invalid|not (?:supported|allowed)|only|must be|unknown|unacceptable|disallowed|unauthori[sz]ed"
    r"|cannot (?:read|process|parse))\b",
    re.IGNORECASE,
)
_EMPTY_SAID = lazily(
    r"\b(?:empty|blank|no (?:\w{1,20} ){0,2}(?:text|content|chunks?|pages?|documents?|data|rows|embeddings?)"
    r"|without (?:text|content)|nothing to)\b",
    re.IGNORECASE,
)
_ANSWERED = lazily(
    r"\b(?:generat\w*|return\w*|respon\w*|provider|api|model)\b", re.IGNORECASE
)  # what a model gave back
_ROWS = frozenset({"csv", "csvs", "tsv", "jsonl", "row", "rows", "record", "records", "excel", "spreadsheet", "sheet"})
_FIELD_SAID = lazily(
    r"\b(?:cannot|can't|can not|must not|may not|should not) be (?:empty|blank)\b|\bis (?:empty|blank|required|missing)\b",
    re.IGNORECASE,
)
_CALLED_SO = lazily(r"(?:name|path|folder|prefix|id|url|uri|key)$", re.IGNORECASE)  # a place, not what lies there
_NOTHING_GIVEN = lazily(r"\b(?:selected|provided|specified|required|uploaded|given|no file)\b", re.IGNORECASE)
_REFUSED = lazily(
    r"^(?:4(?:00|13|15|22)|.{0,60}(?:HTTP_4(?:00|13|15|22)|BAD_REQUEST|BadRequest|TOO_LARGE|UNSUPPORTED_MEDIA|UNPROCESSABLE).{0,40})$"
)
_ERRORS = frozenset({"Errorf", "New", "BadRequest", "badRequest", "UnprocessableEntity", "HttpResponseBadRequest"})


def intake_limits(code: Code) -> Iterator[OwnCheck]:
    """Conditions on a document or an upload that lead to an error, a refusal, or a logged setting aside."""
    for source in code.sources:
        if is_test(source.path) or source.notebook or source.language == "r":
            continue
        reader: GuardReader | None = None
        for guard in source.guards:
            if guard.kind not in ("if", "assert", "unless") or not guard.names:
                continue
            place = speaks_of(_PLACES, source.path, guard.scope, 1)
            if not place or speaks_of(_ASIDE, source.path, guard.scope, 1):
                continue
            reader = reader or GuardReader(code, source)
            effect = _effect(reader, guard)
            about = _about(reader, guard) if effect else ""
            if about:
                yield OwnCheck("values", effect, source, guard.line, guard.scope, about)


def _about(reader: GuardReader, guard: Guard) -> str:
    named = frozenset[str]().union(*(words(n) for n in guard.names))
    said = reader.said(guard)[:400]
    if (words(guard.scope) & _ROWS or "csv" in guard.scope.lower()) and named & _BLANK and _FIELD_SAID.search(said):
        return "rows with empty fields"
    if named & _ALIEN or not named & (_CONTENT | _TYPES):
        return ""
    ordered = bool(guard.ops & {"<", ">", "<=", ">="})
    numbers = any(v.replace("_", "").isdigit() and v not in ("0", "1") for v in guard.values)
    if ordered and named & _SIZES and (named & _LIMITS or numbers) and _content(guard) - {"filename"}:
        return "documents of a wrong size"
    typed = named & _TYPES or any(set(pair) <= named for pair in _TYPE_PAIRS)
    negated = bool(guard.ops & {"not", "not in", "!=", "!", "!=="})
    if typed and negated and (named & _PERMITS or _TYPE_SAID.search(said)):
        return "documents of a wrong type"
    if named & {*_VECTORS, "dim", "dimension", "dimensions"} and negated:
        return "embeddings that do not fit" if named & _SIZES and "!=" in guard.ops else ""
    if _NOTHING_GIVEN.search(said):
        return ""
    zero = bool(guard.ops & {"==", "===", "<"}) and bool(named & _SIZES) and "0" in guard.values
    content = _content(guard) - {"file", "files", "data"}
    if content <= _VECTORS and _ANSWERED.search(said):
        return ""
    if (negated or zero or named & _BLANK) and content and _EMPTY_SAID.search(said):
        return "documents without content"
    return ""


def _content(guard: Guard) -> frozenset[str]:
    """Words for what is uploaded, of which the guard asks more than what it is called."""
    return frozenset[str]().union(*(words(n) for n in guard.names if not _CALLED_SO.search(n))) & _CONTENT


def _effect(reader: GuardReader, guard: Guard) -> str:
    if guard.effects & STOPS:
        return "stops"
    calls = reader.source.calls_in(guard.line, guard.end)
    for call in calls:
        given = (*call.args, *(value for _, value in call.kwargs))
        if call.last in _ERRORS or any(_REFUSED.match(value.lstrip("':")) for value in given):
            return "stops"
    if guard.effects & {"continue", "return"} and any(c.last in LOGS for c in calls):
        return "sets aside"
    checker = CHECKER.match(guard.scope.rpartition(".")[2].lower())
    tells = any(c.last in ("append", "add", "push", "add_error", "addError") and "err" in c.on.lower() for c in calls)
    if tells or (checker and "return" in guard.effects):
        return "sets aside"
    return ""
