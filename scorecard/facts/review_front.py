"""Pages of a web front end, viewers of a log index, and files of a page's own reading: where recorded ones are listed."""

import re
from collections.abc import Iterator

from scorecard.facts.code import Code
from scorecard.facts.configuration import Configuration
from scorecard.facts.records import Record, Records, Sort
from scorecard.facts.review_reads import counts
from scorecard.model import Evidence
from scorecard.patterns import lazily
from scorecard.repository import Repository

_PAGES = ("*.tsx", "*.jsx", "*.vue", "*.svelte", "*.html", "*.erb", "*.razor", "*.cshtml", "*.hbs")
# A page that is named after recorded inferences and not after the conversation that a user has right now.
_LISTS = lazily(
    r"(?:quer(?:y|ies)|predictions?|inferences?|llm|prompts?|interactions?|completions?|generations?|model[_-]?calls?"
    r"|scoring|forecasts?)[_-]?(?:logs?|records?)(?![a-z])"
    r"|(?:quer(?:y|ies)|predictions?|inferences?|requests?|llm|prompts?|interactions?|completions?|answers?|responses?"
    r"|conversations?|chats?|generations?)[_-]?(?:traces?|audits?|explorer|inspector|review(?:er)?)(?![a-z])"
    r"|(?:predictions?|inferences?|forecasts?)[_-]?(?:histor(?:y|ies)|details?|list|table|runs?)(?![a-z])"
    r"|(?:^|/)(?:past|recent|previous|stored)[_-]?(?:predictions?|inferences?|queries)"
    r"|(?:^|/)(?:audit[_-]?logs?|trace[_-]?(?:viewer|explorer|list|details?))(?![a-z])",
    re.IGNORECASE,
)
_FOR_OPERATORS = lazily(
    r"(?:^|/)(?:admin|backoffice|back-office|ops|debug|moderation|review|annotation)s?/[\w()\[\]$./-]*?"
    r"(?:conversation|chat|message|quer|question|answer|prediction|inference|interaction|transcript|prompt|trace)",
    re.IGNORECASE,
)
_SHOWS = lazily(
    r"(?:\.|\b(?:title|header|dataIndex|accessorKey|field|key)=?:?\s*['\"])(?:\w*_)?(?:question|answer|prompt|response|query|queryText|prediction|predicted\w*"
    r"|input|output|content|message|text|forecast|features|mean|completion|userMessage|assistantMessage)\w*\b",
    re.IGNORECASE,
)
_ROWS = lazily(
    r"\.(?:map|find|filter)\(|\bv-for=|\{#each\b|\{%-?\s*for\b|@foreach\b|<%\s*@?\w+\.each\b|columns=|\bitems=|useParams"
)
_DOCS = lazily(r"(?:^|/)(?:docs?|documentation|coverage)/", re.IGNORECASE)
# A page that fetches what it shows; one that only gets the answer of the moment handed in lists nothing recorded.
_LOADS = lazily(
    r"fetch\(|axios|useParams|use\w+Context\(|use\w*Quer(?:y|ies)|useSWR|useLoaderData|\bprisma\b|\bdb\.|api\.|getServerSideProps"
    r"|\bget[A-Z]\w+\(|\blist[A-Z]\w+\(|\bload\w*\(|useEffect|createResource|\$page|inject\("
)
_TEMPLATES = (".html", ".erb", ".razor", ".cshtml", ".hbs")
_PLAYGROUND = lazily(r"stories\.|\.test\.|__mocks__|storybook|components/ui/", re.IGNORECASE)
_VIEWERS = lazily(
    r"^[ \t]*-?\s*(?:image|repository|chart|FROM)\b.{0,80}(?:kibana|opensearch-dashboards|opensearchdashboards)",
    re.IGNORECASE,
)
_INDEXED = lazily(r"fluent|elastic|opensearch|logstash|(?:^|[._])es(?:_?client)?(?:$|[._(])", re.IGNORECASE)
_LOG_FILE = lazily(
    r"(?:predict|inference|forecast|quer(?:y|ies)|conversation|interaction|chat|llm|request|response|qa)\w*[_-]?"
    r"(?:logs?|histor(?:y|ies)|records?|store|db)?\.(?:jsonl|ndjson|csv|parquet|json|db|sqlite3?|log)$",
    re.IGNORECASE,
)
_LOGS = lazily(r"log|histor|record|store|monitor", re.IGNORECASE)
_PAGE_MODULES = frozenset({"streamlit", "gradio", "dash", "panel", "nicegui", "shiny", "solara", "taipy", "reflex"})
_SHOWS_ROWS = frozenset({"dataframe", "table", "data_editor", "DataTable", "DataFrame", "json", "expander", "scatter"})
_OPENS = frozenset(
    {
        "open",
        "read_csv",
        "read_json",
        "read_parquet",
        "read_sql",
        "read_sql_query",
        "loads",
        "load",
        "connect",
        "read_text",
    }
)


def front_pages(repository: Repository) -> Iterator[Evidence]:
    """Pages that list recorded inferences, or open one of them."""
    for path in repository.glob(*_PAGES):
        told = _LISTS.search(path) or _FOR_OPERATORS.search(path)
        if not told or not counts(path) or _DOCS.search(path) or _PLAYGROUND.search(path):
            continue
        text = repository.text(path)
        if _ROWS.search(text) and (path.endswith(_TEMPLATES) or _LOADS.search(text)):
            for number, row in enumerate(text.split("\n"), 1):
                if _SHOWS.search(row) and not row.lstrip().startswith(("//", "*", "/*", "import", "<!--")):
                    yield Evidence(path, number, row.strip())
                    break


def index_viewers(configuration: Configuration, records: Records) -> Iterator[Evidence]:
    """Kibana or OpenSearch Dashboards beside an index into which the inferences are written."""
    indexed = [r for r in records.of(Sort.FILE) if _is_indexed(r)]
    for path in configuration.holding_any(("kibana", "opensearch-dashboards")) if indexed else ():
        for number, row in configuration.lines(path):
            if _VIEWERS.search(row):
                yield configuration.evidence(path, number)
                yield indexed[0].evidence[0]
                return


def _is_indexed(record: Record) -> bool:
    return bool(_INDEXED.search(record.name)) or any(_INDEXED.search(line.text) for line in record.evidence[:1])


def pages_over_logs(code: Code, records: Records) -> Iterator[Evidence]:
    """Streamlit pages and their kin that open a file of predictions by its name and show its rows."""
    if not records.of(Sort.FILE, Sort.TABLE):
        return
    for source in code.sources:
        page = any(i.module.partition(".")[0] in _PAGE_MODULES for i in source.imports)
        if not page or source.notebook or not counts(source.path) or source.names.isdisjoint(_SHOWS_ROWS):
            continue
        for text in source.texts:
            name = text.value.rpartition("/")[2]
            if len(name) < 80 and _LOG_FILE.search(name) and _LOGS.search(name):
                opens = [c for c in source.calls if c.last in _OPENS and c.scope == text.scope and c.line >= text.line]
                opens = opens or [c for c in source.calls if c.last in _OPENS and not text.scope]
                if opens:
                    yield code.evidence(source, text.line)
                    break
