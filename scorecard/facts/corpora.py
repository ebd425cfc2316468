"""Data that is nothing but text: a corpus that is tokenised as a whole, with no table beside it."""

from typing import Self

from msgspec import Struct

from scorecard.facts.code import Code
from scorecard.facts.identity import Identity
from scorecard.model import Evidence
from scorecard.paths import is_demo

_TOKENISES = (
    "tiktoken.*", "*.encode_ordinary", "sentencepiece.*", "tokenizers.*Tokenizer*", "*.fromfile", "*.tofile",
    "*.memmap",
)  # fmt: skip
_TABLES = (
    "pandas", "polars", "pyspark", "csv", "sklearn", "sqlalchemy", "psycopg2", "pymongo", "duckdb", "sqlite3",
    "google.cloud.bigquery", "datasets.Dataset", "pyarrow", "dask",
)  # fmt: skip


class Corpora(Struct, frozen=True):
    """``plain`` are the lines that turn text into arrays of tokens, empty where the data may hold more than text."""

    plain: tuple[Evidence, ...]

    @classmethod
    def gather(cls, code: Code, identity: Identity) -> Self:
        tokenises = [h for h in code.calls(*_TOKENISES, notebooks=False) if not is_demo(h.path)]
        encodes = [h for h in tokenises if not h.name.endswith(("memmap", "fromfile", "tofile"))]
        tables = code.imports(*_TABLES, notebooks=False)
        if not identity.trains or not encodes or len(encodes) == len(tokenises) or tables:
            return cls(())
        return cls(tuple(code.quote(tokenises)))
