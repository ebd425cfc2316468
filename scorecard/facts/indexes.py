"""Does the system build a search index of its own, for retrieval: vector stores, search services, embedding columns?"""

import re
from collections.abc import Iterator
from typing import Self

from msgspec import Struct

from scorecard.facts.code import Code, Hit
from scorecard.facts.configuration import is_operational
from scorecard.facts.identity import Identity
from scorecard.facts.index_passing import is_passing
from scorecard.facts.index_tables import ANYWHERE, COLUMNS, GENERAL, PLAIN, RESOURCES, SEARCH, STORES, SURE
from scorecard.facts.resources import Resources
from scorecard.model import Evidence
from scorecard.paths import is_demo
from scorecard.patterns import lazily
from scorecard.repository import Repository

_COLUMN = lazily(
    r"\b(?:half)?vec(?:tor)?\(\d{2,5}\)|\bUSING\s+(?:hnsw|ivfflat)\b|VECTOR\s*\(\s*\d{2,5}|VECTOR INDEX\b|^(?:knn_vector|dense_vector)$",
    re.IGNORECASE,
)
_IS_INDEX = lazily(
    r"vector|embed|index(?!e)|qdrant|milvus|pinecone|chroma|weaviate|faiss|knowledge|ingestor|collection|retriev|docsearch|hnsw|annoy|searchClient|search_client|lance",
    re.IGNORECASE,
)
_PLAINLY = lazily(
    r"^\w*(?:vector|embedding|vec|chunk)_?(?:store|db|index|database|table|collection)\w*$|ingestor$|collection$|knowledge",
    re.IGNORECASE,
)
_STORE = lazily(r"store|\bdb$|client|table|repository", re.IGNORECASE)
_IS_VECTOR = lazily(r"vector|embed|chunk|knowledge|ingestor|chroma|faiss|pinecone|docsearch", re.IGNORECASE)
_BUILDS = lazily(
    r"_?(?:re)?(?:build|creat|updat|generat|comput|refresh|index|ingest|populat|load|init|fill|backfill|store|save|precomput|sync|seed|add|upsert|process)\w*_?(?:embedding|index|vector|knowledge_?base|document|corpus|chunk|item)",
    re.IGNORECASE,
)
_EMBEDS = lazily(r"embed|(?:^|\.)encode$|vectori[sz]e", re.IGNORECASE)
_KEEPS = lazily(
    r"^(?:setattr|save|savez|dump|to_parquet|to_pickle|to_sql|insert\w*|execute\w*|upsert\w*|add_all|commit|bulk_\w+|save_\w+|write\w*|store_\w+|put_\w+|update_(?:many|one|rows?))$"
)
_DATABASES = ("mongodb", "mongoose", "mongoist", "idb", "knex")  # whose `createIndex` orders a table's own columns
_TRIAL = lazily(r"eval|experiment|scratch|demo|test|explor|poc|playground|example|benchmark", re.IGNORECASE)


class Indexes(Struct, frozen=True):
    """``evidence`` of code that fills an index."""

    evidence: tuple[Evidence, ...]

    @classmethod
    def gather(cls, repository: Repository, code: Code, resources: Resources, identity: Identity) -> Self:
        filled = [hit for hit in _filled(code) if not is_passing(hit)]
        found = [hit for hit in filled if not is_demo(hit.path)] or filled
        if any(hit.source.notebook for hit in found) and _has_system(code, identity):
            reads = any(not hit.source.notebook for hit in code.imports(*STORES))
            found = [
                hit for hit in found if not hit.source.notebook or (reads and not _TRIAL.search(hit.path))
            ]  # a trial beside an application that keeps no index
        shown = [*code.quote(found), *(d.evidence for d in resources.of(*RESOURCES))]
        for path in repository.glob("*.sql", "*.prisma") if not shown else ():
            match = _COLUMN.search(repository.text(path)) if is_operational(path) else None
            if match:
                shown.append(Evidence(path, repository.text(path).count("\n", 0, match.start()) + 1, match[0]))
        return cls(tuple(shown))


def _filled(code: Code) -> Iterator[Hit]:
    stores = {hit.path for hit in code.imports(*STORES)}
    users = stores | {hit.path for hit in code.imports(*GENERAL)}
    databases = {hit.path for hit in code.imports(*_DATABASES)}
    elsewhere = bool(stores)  # `self.retriever.vectorstore.add_documents` of a store that another module made
    yield from (
        hit
        for hit in code.calls(*SURE)
        if (hit.path in users or (elsewhere and hit.call and _PLAINLY.search(hit.call.on)))
        and not hit.name.startswith("pymongo")
        and not (hit.path in databases and hit.name.endswith(".createIndex"))
    )
    yield from (hit for hit in code.calls(*PLAIN) if hit.path in users and _fills(hit, hit.path in stores))
    yield from code.calls(*SEARCH, *ANYWHERE, *COLUMNS)
    yield from (hit for hit in code.texts(_COLUMN.pattern) if "select" not in hit.name.lower())
    yield from _own(code)


def _fills(hit: Hit, store: bool) -> bool:
    """Is the thing that is added to an index? A database client says nothing of its own accord."""
    call = hit.call
    if (
        call is None
        or hit.name.startswith(("sqlalchemy", "pymongo", "collections."))
        or (call.last == "load" and "knowledge" not in call.on.lower())
    ):
        return False
    words = f"{call.on} {hit.name.rpartition('.')[0]}"
    given = " ".join((*call.args, *(f"{key}={value}" for key, value in call.kwargs)))
    if store and call.last in (
        "upsert",
        "aupsert",
        "create_collection",
        "createCollection",
        "save_local",
        "add_nodes",
        "insert_many",
        "embed_documents",
        "Upsert",
        "UpsertAsync",
        "UpsertBatchAsync",
    ):
        return True
    if store and (_IS_INDEX.search(words) or (_STORE.search(call.on) and re.search(r"embed|vector|chunk|doc", given))):
        return True
    if call.last in ("add", "accept", "write", "load", "index"):
        return bool(_PLAINLY.search(call.on))
    return bool(_IS_VECTOR.search(words) or re.search(r"embedding|vector", given)) and "memory" not in words.lower()


def _own(code: Code) -> Iterator[Hit]:
    """A function that embeds the documents and keeps what comes out, without any library for it."""
    for source, function in code.functions(_BUILDS.pattern):
        body = source.calls_in(function.line, function.end)
        embeds = next(
            (
                c
                for c in body
                if _EMBEDS.search(c.last)
                and not re.search(r"utf|b64|base64|json|url|client|get_model|load", f"{c.name}{c.args}")
            ),
            None,
        )
        if embeds and "embed" in f"{function.last} {embeds.name}".lower() and any(_KEEPS.match(c.last) for c in body):
            yield Hit(source, embeds.line, function.name, embeds.name, embeds)


def _has_system(code: Code, identity: Identity) -> bool:
    """Is there an application outside the notebooks?"""
    shown = [code.source(e.path) for e in (*identity.llm, *identity.serves)]
    return any(s is not None and not s.notebook for s in shown)
