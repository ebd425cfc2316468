"""Where rows are written to the tables that the application keeps: through mappers, clients and SQL."""

import re
from collections.abc import Iterator
from functools import cache

from msgspec import Struct

from scorecard.facts.called import is_called
from scorecard.facts.code import Code
from scorecard.facts.tables import Table
from scorecard.facts.tracing import is_offline
from scorecard.model import Evidence
from scorecard.paths import is_prose, is_test
from scorecard.patterns import lazily
from scorecard.readers.code import Call, Source

_CREATES = frozenset({
    "create", "create!", "acreate", "insert", "insert!", "insert_many", "insertMany", "insert_all", "insert_one",
    "insertOne", "bulk_create", "abulk_create", "get_or_create", "aget_or_create", "update_or_create", "createMany",
    "upsert", "save", "saveAll", "save_many", "add", "Add", "AddAsync", "Create", "Insert", "InsertOneAsync",
    "to_sql", "save!", "build", "find_or_create_by", "find_or_create_by!", "first_or_create", "bulk_save_objects",
    "bulk_insert_mappings", "insert_rows", "insert_rows_json", "values", "create_async", "pg_insert",
})  # fmt: skip
_NAMING = frozenset({"from", "table", "Table", "collection"})  # the call that names the table
_INSERTS = frozenset({"insert", "upsert", "add", "put_item", "insertOne", "insertMany"})
_SCRIPTS = frozenset({"typescript", "javascript", "tsx", "jsx"})  # `<Messages` is a component there
_INSERT = lazily(r"\binsert\s+(?:or\s+\w+\s+)?into\s+([\w.\"`\[\]{}$]{1,120})", re.IGNORECASE)
_MIGRATION = lazily(r"(?:^|/)(?:migrations?|alembic|migrate|seeds?|fixtures)(?:/|\.)")
_ASSOCIATION = lazily(r"^(?:create|build)_(\w{1,60}?)!?$")  # what Rails makes of `has_one :answer`
_SETTERS = frozenset({"java", "kotlin", "csharp", "scala"})  # `new Row()`, filled by setters, then saved
_OTHERS = _SETTERS | {"ruby"}  # where more than the verbs below writes
_SAVES = frozenset(
    {
        "save",
        "saveAll",
        "persist",
        "saveAndFlush",
        "merge",
        "insert",
        "Add",
        "AddAsync",
        "Insert",
        "InsertOneAsync",
        "AddRange",
    }
)
_SUFFIX = lazily(
    r"(?:repository|repo|collection|table|model|models|store|dao|orm|entity|entities|crud|service|record|v\d)$"
)
_SHAPES = lazily(
    r"(?:^|\.)(?:BaseModel|TypedDict|NamedTuple|StrEnum|Enum|Protocol|dataclass|define|attrs|frozen|Schema|Serializer"
    r"|ModelSerializer|Struct)$"
)
_MODELS = lazily(r"openai|anthropic|gemini|claude|llm|mistral|completions|twilio|slack|bedrock", re.IGNORECASE)


class Insert(Struct, frozen=True):
    """SQL that inserts into a table: its name and columns as written."""

    table: str
    columns: frozenset[str]
    evidence: Evidence


@cache
def plain(name: str) -> str:
    """`AiApiAuditLog`, `ai_api_audit_logs` and `aiApiAuditLogRepository` are one table."""
    word = re.sub(r"[^a-z0-9]", "", _SUFFIX.sub("", re.sub(r"[_\W]", "", name).lower()))
    return (word.removeprefix("base") or word).removesuffix("s")


def is_migration(path: str) -> bool:
    """Does the file only set tables up, or fill them once?"""
    return bool(_MIGRATION.search(path))


def writes(code: Code, tables: dict[str, list[Table]]) -> dict[str, Evidence]:
    """For each table, given by its plain name with its definitions, the most telling line that writes a row."""
    places = {name: frozenset(t.evidence.path for t in group) for name, group in tables.items()}
    classes = {t.name for group in tables.values() for t in group}
    found: dict[str, tuple[int, Evidence]] = {}
    for source in code.sources:
        if not _counts(source.path) or source.notebook:
            continue
        for call in source.calls:
            last = call.last
            if not (last[:1].isupper() or last in _CREATES or last in _NAMING or source.language in _OTHERS):
                continue
            for name, doubt in _targets(call, source, classes):
                known = found.get(name)
                better = name != "" and name in places and (known is None or doubt < known[0])
                if better and not _is_another(code, call, source, places[name]) and is_called(code, source, call.scope):
                    found[name] = doubt, code.evidence(source, call.line)
    for insert in inserts(code):
        name = plain(insert.table)
        if name in places:
            found.setdefault(name, (0, insert.evidence))
    return {name: evidence for name, (_, evidence) in found.items()}


def inserts(code: Code) -> Iterator[Insert]:
    """Every `INSERT INTO` of the system, in strings and in SQL files."""
    for hit in code.texts(r"\binsert\s+(?:or\s+\w+\s+)?into\b"):
        if _counts(hit.path) and is_called(code, hit.source, hit.scope):
            for table, columns, offset in _insertions(hit.name):
                yield Insert(table, columns, code.evidence(hit.source, hit.line + offset))
    for path in code.repository.glob("*.sql"):
        text = code.repository.text(path) if _counts(path) and not is_prose(path) else ""
        for table, columns, offset in _insertions(text):
            yield Insert(table, columns, Evidence(path, offset + 1, text.split("\n")[offset].strip()))


def _insertions(sql: str) -> Iterator[tuple[str, frozenset[str], int]]:
    for match in _INSERT.finditer(sql):
        table = match[1].rpartition(".")[2].strip('"`[]')
        inside = sql[match.end() : match.end() + 600].partition(")")[0]
        yield table, frozenset(re.findall(r"[A-Za-z_]\w+", inside)), sql.count("\n", 0, match.start())


def _counts(path: str) -> bool:
    return not (is_test(path) or is_offline(path) or is_migration(path))


def _targets(call: Call, source: Source, classes: set[str]) -> Iterator[tuple[str, int]]:
    """The tables, by their plain names, to which a call may write a row, and how doubtful that is."""
    owner, _, last = call.name.rpartition(".")
    association = _ASSOCIATION.match(last) if source.language == "ruby" else None
    if association:
        yield plain(association[1]), 1
    if last in classes and source.language in _SETTERS and _is_saved(call, source):
        yield plain(last), 0
    if last[:1].isupper() and last not in _CREATES:
        given = bool(call.args or call.kwargs) and source.language not in _SCRIPTS
        # A class that only shares its name with a table of SQL writes nothing by being made.
        if given and (last in classes or source.language not in _SETTERS or _is_saved(call, source)):
            yield plain(last), 0 if last in classes else 2
    elif (
        last in _CREATES and not _MODELS.search(owner) and not (last == "values" and not call.args and not call.kwargs)
    ):
        if call.on:
            yield plain(call.on), 0 if last not in ("save", "save!", "add") else 1
        for argument in call.args[:2]:
            yield plain(argument.lstrip("'").rpartition(".")[2].rstrip("()")), 1
        for part in owner.split(".")[-2:]:
            yield plain(part.rstrip("()[]")), 2
    elif last in _NAMING and call.string() and _inserting(source, call):
        yield plain(call.string()), 1


def _is_saved(call: Call, source: Source) -> bool:
    return any(c.last in _SAVES and c.scope == call.scope and c.line >= call.line - 1 for c in source.calls)


def _inserting(source: Source, table: Call) -> bool:
    """Does the chain that names a table go on to insert: `supabase.from("messages").insert(…)`?"""
    return any(
        c.last in _INSERTS and c.scope == table.scope and abs(c.line - table.line) < 8 and f".{table.last}()" in c.name
        for c in source.calls
    )


def _is_another(code: Code, call: Call, source: Source, places: frozenset[str]) -> bool:
    """Is the name that of a shape (a schema, a data class) which only shares its name with the table?"""
    module, _, last = call.name.rpartition(".")
    path = code.module(module, source.path) if module else source.path
    if path.endswith("__init__.py"):
        package = code.source(path)
        path = next((code.module(i.module, path) for i in (package.imports if package else ()) if i.name == last), path)
    there = code.source(path) if path and path not in places else None
    klass = next((k for k in there.classes if k.name == last), None) if there else None
    return klass is not None and any(_SHAPES.search(base) for base in (*code.ancestors(klass), *klass.decorators))
