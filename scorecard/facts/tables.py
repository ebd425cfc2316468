"""Tables and collections that the application itself defines, with their columns: what it remembers.

Object mappers (SQLAlchemy, Django, SQLModel, Peewee, Mongo documents, TypeORM, Drizzle, Prisma, JPA), migrations
(Alembic, Rails) and plain SQL give the same record.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple, Self

from msgspec import Struct

from scorecard.facts.code import Code, Hit
from scorecard.facts.configuration import is_operational
from scorecard.model import Evidence
from scorecard.paths import is_test, plain_name
from scorecard.patterns import lazily
from scorecard.readers.code import Class, Source
from scorecard.repository import Repository

_BASES = (
    "*declarative_base()", "*DeclarativeBase", "*DeclarativeBaseNoMeta", "*db.Model", "*SQLAlchemy().Model",
    "*SQLAlchemy.Model", "django.db.models.Model", "*models.Model",
    "sqlmodel.*SQLModel", "*SQLModel", "peewee.*Model", "*Base", "*BaseTable", "mongoengine.*Document",
    "beanie.*Document", "odmantic.*Model", "tortoise.*Model",
    "pony.orm.*", "ormar.Model", "*automap_base()", "ApplicationRecord", "ActiveRecord.Base", "BaseEntity",
    "pynamodb.models.Model", "*gorm.Model", "*.PanacheEntity", "*.PanacheEntityBase",
)  # fmt: skip
_MAPPERS = frozenset({
    "sqlalchemy", "flask_sqlalchemy", "django", "sqlmodel", "peewee", "playhouse", "mongoengine", "beanie",
    "odmantic", "tortoise", "ormar", "pynamodb", "pony",
})  # fmt: skip
_ENTITIES = frozenset({"Entity", "Document", "Table"})
_SET_OF = lazily(r"\bI?DbSet<(\w{1,80})>")
_CREATES = (
    "*.create_table", "create_table", "*pgTable", "*sqliteTable", "*mysqlTable", "*pgTableCreator()",
    "mongoose.model", "*.createTable", "*defineTable", "sequelize.define", "*.sequelize.define",
    "sqlalchemy.*Table", "*.create_collection", "*.createCollection",
)  # fmt: skip
_SQL = lazily(r"\bcreate\s+table\s+(?:if\s+not\s+exists\s+)?([\"`\[\]\w.${}:-]{1,120})\s*\(", re.IGNORECASE)
_SQL_COLUMN = lazily(r"(?:^|[(,])\s*[\"`\[]?([A-Za-z_]\w{1,60})[\"`\]]?\s+(?!table\b|key\b)[A-Za-z]", re.IGNORECASE)
_PRISMA = lazily(r"^\s*model\s+(\w{1,80})\s*\{")
_PRISMA_FIELD = lazily(r"^\s+(\w{1,80})\s+[A-Z]\w*")
_KEY = lazily(r"(\w{1,80})\s*:\s*defineTable\(")
_FIELD = lazily(r"(\w{1,80})\s*[:,]")
_MAX_BODY = 4_000


class Table(NamedTuple):
    """A table's name as written, the names of its columns, and where it is defined."""

    name: str
    columns: frozenset[str]
    evidence: Evidence


class Tables(Struct, frozen=True):
    """``all`` in order of discovery; a table that is both mapped and migrated stands there twice."""

    all: tuple[Table, ...]

    @classmethod
    def gather(cls, repository: Repository, code: Code) -> Self:
        found = [
            *_mapped(code),
            *_in_contexts(code),
            *_created(code),
            *_keyed(code),
            *_added(code),
            *_in_strings(code),
            *_in_files(repository),
        ]
        gone = _dropped(code)
        kept = (t for t in found if not any(t.name == name and t.evidence.path < path for name, path in gone))
        return cls(tuple(t for t in kept if is_operational(t.evidence.path)))

    def named(self, pattern: re.Pattern[str]) -> list[Table]:
        """Tables whose name matches."""
        return [table for table in self.all if pattern.search(table.name)]

    def holding(self, pattern: re.Pattern[str]) -> list[Table]:
        """Tables one of whose columns matches in full."""
        return [table for table in self.all if any(pattern.fullmatch(column) for column in table.columns)]


def _mapped(code: Code) -> Iterator[Table]:
    seen: set[tuple[str, int]] = set()
    decorated = [
        (s, k)
        for s in code.sources
        if not is_test(s.path) and s.language != "python"
        for k in s.classes
        if not _ENTITIES.isdisjoint(d.rpartition(".")[2] for d in k.decorators)
    ]
    for source, klass in (*code.classes(*_BASES), *decorated):
        ancestors = code.ancestors(klass)
        mapper = any(
            a.partition(".")[0] in _MAPPERS
            or "declarative_base" in a
            or a.endswith(("db.Model", "SQLAlchemy.Model", "DeclarativeBase"))
            for a in ancestors
        )
        if source.language == "python" and not (
            mapper or any(i.module.partition(".")[0] in _MAPPERS for i in source.imports)
        ):
            continue
        if (source.path, klass.line) in seen or _is_no_row(source, klass):
            continue
        seen.add((source.path, klass.line))
        columns = {name for name, _, _ in klass.fields}
        columns |= {a.target for a in source.assigns if a.scope == klass.name and "." not in a.target}
        columns -= {a.target for a in source.assigns if a.scope == klass.name and a.value.endswith("relationship()")}
        yield Table(klass.name.rpartition(".")[2], frozenset(columns), code.evidence(source, klass.line))


def _is_no_row(source: Source, klass: Class) -> bool:
    """A shape of requests, and a controller, whose base is named like one of tables."""
    if source.language != "python":
        return klass.name.endswith(("Controller", "Component", "Page"))
    return all(base.startswith("pydantic") for base in klass.bases)


def _in_contexts(code: Code) -> Iterator[Table]:
    """`DbSet<ChatMessage>` of Entity Framework: the class is a table."""
    for source, klass in code.classes("*DbContext", "*IdentityDbContext*"):
        if source.language != "csharp":
            continue
        for _, kind, line in klass.fields:
            match = _SET_OF.search(code.line(source.path, line)) if kind.endswith("DbSet") else None
            for row in code.named_classes.get(match[1], ())[:1] if match else ():
                yield Table(
                    row.name.rpartition(".")[2], frozenset(f for f, _, _ in row.fields), code.evidence(source, line)
                )


def _created(code: Code) -> Iterator[Table]:
    for hit in code.calls(*_CREATES):
        if hit.call is None or not hit.call.args or _goes_back(hit):
            continue
        name = hit.call.string() or hit.call.args[0].lstrip(":'")
        if not name or "." in name or (hit.call.last == "define" and hit.source.language == "python"):
            continue
        yield Table(name, frozenset(_column_calls(hit.source, hit.line, hit.scope)), code.evidence(hit))


def _keyed(code: Code) -> Iterator[Table]:
    """`messages: defineTable({ author: v.id("users") })` of Convex: the key is the name (https://docs.convex.dev/database/schemas)."""
    for hit in code.calls("convex/server.defineTable"):
        match = _KEY.match(code.line(hit.path, hit.line))
        if match:
            columns = set()
            for number in range(hit.line + 1, hit.line + 40):
                line = code.line(hit.path, number)
                if line.startswith("}"):
                    break
                field = _FIELD.match(line)
                columns |= {field[1]} if field else set()
            yield Table(match[1], frozenset(columns), code.evidence(hit))


def _dropped(code: Code) -> list[tuple[str, str]]:
    """(table, path) of what a later migration drops: migrations are named in the order in which they run."""
    hits = (h for h in code.calls("drop_table", "*.drop_table", "*.dropTable") if h.call and h.call.args)
    return [(h.call.args[0].lstrip("':"), h.path) for h in hits if h.call and not _goes_back(h)]


def _goes_back(hit: Hit) -> bool:
    """Is it the undoing half of a migration?"""
    return hit.scope.rpartition(".")[2] in ("down", "downgrade")


def _added(code: Code) -> Iterator[Table]:
    """`add_column :table, :column, :type` of a migration."""
    for hit in code.calls("add_column", "*.add_column"):
        if hit.call and len(hit.call.args) >= 2:
            table, column = (a.lstrip("':") for a in hit.call.args[:2])
            if table and column and "(" not in column:
                yield Table(table, frozenset({column}), code.evidence(hit))


def _column_calls(source: Source, start: int, scope: str) -> Iterator[str]:
    """What the lines after a creation name, up to the next: `sa.Column("x")`, `t.integer "x"`, `x: text("x")`."""
    for call in source.calls:
        if start < call.line <= start + 40 and call.scope.startswith(scope):
            if call.last in ("create_table", "pgTable", "sqliteTable", "mysqlTable", "model"):
                return
            if call.args and call.args[0].startswith(("'", ":")):
                yield call.args[0].lstrip("':")


def _in_strings(code: Code) -> Iterator[Table]:
    for hit in code.texts(r"\bcreate\s+table\b"):
        for name, columns, offset in _sql(hit.name):
            yield Table(name, columns, code.evidence(hit.source, hit.line + offset))


def _in_files(repository: Repository) -> Iterator[Table]:
    for path in repository.own:
        name = plain_name(path)
        if name.endswith((".sql", ".cql", ".ddl")) and is_operational(path):
            text = repository.text(path)
            lines = text.split("\n")
            for table, columns, offset in _sql(text):
                yield Table(table, columns, Evidence(path, offset + 1, lines[offset]))
        elif name.endswith(".prisma"):
            yield from _prisma(path, repository.text(path))


def _sql(text: str) -> Iterator[tuple[str, frozenset[str], int]]:
    """(table, columns, lines before it) of each `CREATE TABLE`."""
    for match in _SQL.finditer(text):
        start = text.rfind("\n", 0, match.start()) + 1
        if text[start : match.start()].lstrip().startswith("--"):
            continue
        body = text[match.end() - 1 : match.end() + _MAX_BODY].partition(";")[0]
        columns = frozenset(
            m[1]
            for line in body.split("\n")
            for m in _SQL_COLUMN.finditer(line if line.startswith("(") else f",{line}")
        )
        yield match[1].strip('"`[]').rpartition(".")[2].strip('"`[]'), columns, text.count("\n", 0, match.start(1))


def _prisma(path: str, text: str) -> Iterator[Table]:
    name, line, columns = "", 0, set[str]()
    written = text.split("\n")
    for number, content in enumerate([*written, "}"], 1):
        model = _PRISMA.match(content)
        if model:
            name, line, columns = model[1], number, set()
        elif content.startswith("}") and name:
            yield Table(name, frozenset(columns), Evidence(path, line, written[line - 1]))
            name = ""
        elif name:
            columns |= {m[1] for m in _PRISMA_FIELD.finditer(content)}
