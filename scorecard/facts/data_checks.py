"""Every data check of the repository, where it is applied, what follows, and whether it runs unattended."""

from collections.abc import Iterable
from typing import Self

from msgspec import Struct

from scorecard.facts.code import Code
from scorecard.facts.data_declared import declared_checks, schema_comparators, schema_domains
from scorecard.facts.data_declared_sql import sql_checks
from scorecard.facts.data_declared_types import spark_schemas, tagged_structs, validated_beans
from scorecard.facts.data_decoding import undecodable
from scorecard.facts.data_drift import drift_checks, is_over_traffic, platform_monitors
from scorecard.facts.data_flags import flagged
from scorecard.facts.data_found import STRONGEST, Alive, Effect, Found, Kind
from scorecard.facts.data_guards import own_checks
from scorecard.facts.data_inputs import EVALUATION, DataInputs
from scorecard.facts.data_libraries import library_checks
from scorecard.facts.data_named import logged_filters, named_checks, verdicts
from scorecard.facts.data_own import Answers, OwnCheck
from scorecard.facts.data_records import Records
from scorecard.facts.data_requests import prototypes, r_checks, request_schemas
from scorecard.facts.data_skips import set_aside
from scorecard.facts.data_typed_tables import typed_tables
from scorecard.facts.data_uploads import intake_limits
from scorecard.facts.data_wiring import Wiring
from scorecard.facts.data_words import speaks_of
from scorecard.facts.identity import Identity
from scorecard.facts.roots import Roots
from scorecard.facts.tables import Tables
from scorecard.model import Evidence
from scorecard.paths import is_demo
from scorecard.repository import Repository

_INGEST = frozenset({
    "ingest", "ingestion", "ingestor", "index", "indexer", "indexing", "loader", "loaders", "crawl", "crawler",
    "dataset", "datasets", "embed", "embedding", "embeddings", "chunk", "chunking", "chunker", "document",
    "documents", "rag", "upload", "corpus", "etl", "scrape", "import", "importer", "knowledge", "fragment",
    "fragments", "preprocess", "preparation", "cleaning", "scraper", "scraping", "vector", "vectorstore",
})  # fmt: skip
_TALK = frozenset(
    {
        "llm",
        "llms",
        "agent",
        "agents",
        "tool",
        "tools",
        "mcp",
        "chat",
        "prompt",
        "prompts",
        "openai",
        "anthropic",
        "guardrails",
        "client",
        "conversation",
        "conversations",
    }
)
_APPLICATIONS = frozenset(
    {"javascript", "typescript", "ruby", "go", "java", "kotlin", "csharp", "php", "rust", "swift"}
)  # where few pipelines are written
_FRAMES_ONLY = frozenset({"isnull", "isna", "notnull", "notna", "duplicated", "null_count", "is_duplicated"})
_SHORT = 40  # lines of a check
_SILENT = (
    "*.dropna",
    "*.fillna",
    "*.drop_duplicates",
    "*.clip",
    "*.ffill",
    "*.bfill",
    "*SimpleImputer",
    "*.interpolate",
    "*.na.drop",
    "*.na.fill",
    "tidyr.drop_na",
    "drop_na",
    "na.omit",
)


class DataChecks(Struct, dict=True, eq=False):
    """``checks`` are applied; ``traffic`` compare what was already served; ``idle`` are defined and never called."""

    code: Code
    wiring: Wiring
    checks: tuple[Found, ...]
    traffic: tuple[Found, ...]
    idle: tuple[Found, ...]
    monitors: tuple[Evidence, ...]
    verdicts: tuple[Evidence, ...]  # where a stage stops because a validation before it said no

    @classmethod
    def gather(
        cls,
        repository: Repository,
        code: Code,
        identity: Identity,
        roots: Roots,
        wiring: Wiring,
        tables: Tables,
        inputs: DataInputs,
        answers: Answers,
    ) -> Self:
        alive = Alive(code)
        about_words = bool(identity.llm) and not identity.trains and not identity.serves
        every = [
            *(f for f in library_checks(code, alive, roots) if not _is_aside(f, bool(identity.llm))),
            *Records(code, alive, talks=bool(identity.llm), strict=about_words).found(),
            *declared_checks(repository),
            *sql_checks(repository),
            *request_schemas(code, alive),
            *r_checks(code, alive),
            *prototypes(code, alive),
            *(f for f in spark_schemas(code) if alive(f.scope)),
            *validated_beans(code),
            *tagged_structs(code),
        ]
        every += _with_schema(every, repository)
        every += typed_tables(repository, code, tables, indexes=bool(inputs.indexes) or not about_words)
        idle: list[Found] = []
        for own in (*intake_limits(code), *set_aside(code)):
            found = _own(code, own)
            if not EVALUATION.search(found.path):
                (every if alive(own.scope) else idle).append(found)
        at_home = (*own_checks(code, answers), *named_checks(code, answers))
        for own in (*at_home, *logged_filters(code), *flagged(code), *undecodable(code)):
            if (about_words or own.source.language in _APPLICATIONS) and not _is_ingestion(own):
                continue
            found = _own(code, own)
            if _is_aside(found, bool(identity.llm)):
                continue
            (every if alive(own.scope) else idle).append(found)
        drifts = list(drift_checks(code, alive, roots))
        traffic = [d for d in drifts if is_over_traffic(code, d)]
        every += [d for d in drifts if d not in traffic]
        return cls(
            code,
            wiring,
            tuple(every),
            tuple(traffic),
            tuple(idle),
            tuple(platform_monitors(code, roots)),
            tuple(code.quote(verdicts(code))),
        )

    def of(self, kind: Kind) -> list[Found]:
        """The checks of a kind, the best evidence first: reached system code, then notebooks, then demos."""
        return sorted((c for c in self.checks if c.kind is kind), key=self._rank)

    def _rank(self, found: Found) -> tuple[bool, bool, bool, bool, int, str]:
        notebook = found.path.endswith(".ipynb")
        return (found.demo, notebook, not self.chain(found), found.own, STRONGEST.index(found.effect), found.path)

    @property
    def every(self) -> list[Found]:
        return sorted(self.checks, key=self._rank)

    def chain(self, found: Found) -> tuple[Evidence, ...]:
        """How a check is reached without a person; empty where it is not."""
        return self.wiring.chain(found)

    def silent(self) -> list[Evidence]:
        """Cleaning that tells nobody."""
        hits = [h for h in self.code.calls(*_SILENT) if h.source.language not in _APPLICATIONS]
        return self.code.quote(hits, most=3)


def _own(code: Code, own: OwnCheck) -> Found:
    evidence = (code.evidence(own.source, own.line),)
    what = {"stops": "an error on", "sets aside": "a logged exclusion of", "flags": "a warning on"}[own.effect]
    said = own.about if ", which" in own.about else f"{what} {own.about}"
    return Found(
        Kind(own.kind), said, Effect(own.effect), own.source.path, evidence, own.scope,
        is_demo(own.source.path), own=True,
    )  # fmt: skip


def _is_aside(found: Found, talks: bool) -> bool:
    """Evaluation sets, and arguments and answers of a language model, are no data that come in."""
    if EVALUATION.search(found.path) and not found.test:
        return True
    return talks and speaks_of(_TALK, found.path, found.scope, 3)


def _is_ingestion(own: OwnCheck) -> bool:
    """Where a language model is talked to, a limit on what is said is no check of what is taken in."""
    if (
        own.kind == "values"
        and own.effect == "stops"
        and own.about in ("values out of range", "too few or too many rows")
    ):
        return False
    return speaks_of(_INGEST, own.source.path, own.scope) or _is_of_frames(own)


def _is_of_frames(own: OwnCheck) -> bool:
    """Does the function look for missing or repeated values, as only a table of pandas' has them?"""
    inside = own.source.calls_in(own.line, own.line + _SHORT)
    return own.kind == "values" and any(c.last in _FRAMES_ONLY and c.scope == own.scope for c in inside)


def _with_schema(found: Iterable[Found], repository: Repository) -> list[Found]:
    """What a committed TFX schema adds to a validator that is applied."""
    validators = [f for f in found if "ExampleValidator" in f.what or "TensorFlow Data" in f.what]
    more = []
    for first in validators[:1]:
        domain, comparator = schema_domains(repository), schema_comparators(repository)
        if domain:
            more.append(first._replace(kind=Kind.VALUES, evidence=(*first.evidence, domain)))
        if comparator:
            more.append(first._replace(kind=Kind.DISTRIBUTION, evidence=(*first.evidence, comparator)))
    return more
