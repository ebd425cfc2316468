"""Checks that SQL and its tools declare: singular dbt tests, contracts, audits of SQLMesh, assertions of Dataform, expectations of tables."""

import re
from collections.abc import Iterator

from scorecard.facts.data_found import Effect, Found, Kind
from scorecard.paths import is_demo
from scorecard.patterns import lazily
from scorecard.repository import Repository

_EXPECT = lazily(r"^[ \t]*CONSTRAINT\s+\w+\s+EXPECT\s*\(", re.IGNORECASE | re.MULTILINE)
_AUDITS = lazily(r"^[ \t]*audits\s*[(\[]", re.IGNORECASE | re.MULTILINE)
_MODEL = lazily(r"^[ \t]*MODEL\s*\(", re.IGNORECASE | re.MULTILINE)
_ASSERTIONS = lazily(r"^[ \t]*(?:assertions\s*:\s*\{|config\s*\{\s*type\s*:\s*[\"']assertion[\"'])", re.MULTILINE)
_SELECTS = lazily(r"\bselect\b", re.IGNORECASE)
_CONTRACT = lazily(r"^[ \t]*contract\s*:\s*(?:\{\s*enforced\s*:\s*true|\n\s*enforced\s*:\s*true)", re.MULTILINE)
_MAX = 200_000


def sql_checks(repository: Repository) -> Iterator[Found]:
    """Every check of a kind and a file; who runs it is the caller's matter."""
    dbt = [path.rpartition("/")[0] for path in repository.glob("dbt_project.yml", "dbt_project.yaml")]
    for path in repository.own:
        lower = path.lower()
        if lower.endswith(".sqlx"):
            yield from _shown(repository, path, _ASSERTIONS, "Dataform assertions", Effect.STOPS)
        elif lower.endswith(".sql"):
            yield from _expected(repository, path)
            text = repository.text(path)
            if _MODEL.search(text[:4_000]):
                yield from _shown(repository, path, _AUDITS, "SQLMesh audits", Effect.STOPS)
            if any(path.startswith(f"{folder}/tests/" if folder else "tests/") for folder in dbt):
                yield from _shown(repository, path, _SELECTS, "dbt tests", Effect.STOPS)
        elif dbt and lower.endswith((".yml", ".yaml")):
            yield from _shown(repository, path, _CONTRACT, "an enforced dbt contract", Effect.STOPS, Kind.SCHEMA)


def _expected(repository: Repository, path: str) -> Iterator[Found]:
    """`CONSTRAINT valid EXPECT (fare > 0) ON VIOLATION DROP ROW` of a declarative pipeline."""
    text = repository.text(path)
    if len(text) < _MAX and "EXPECT" in text.upper():
        upper = text.upper()
        effect = Effect.STOPS if "FAIL UPDATE" in upper else Effect.SETS_ASIDE if "DROP ROW" in upper else Effect.FLAGS
        yield from _shown(repository, path, _EXPECT, "expectations of a declarative pipeline", effect)


def _shown(
    repository: Repository, path: str, sign: re.Pattern[str], what: str, effect: Effect, kind: Kind = Kind.VALUES
) -> Iterator[Found]:
    text = repository.text(path)
    match = sign.search(text) if len(text) < _MAX else None
    if match:
        start = match.start() + len(match[0]) - len(match[0].lstrip())
        yield Found(kind, what, effect, path, (repository.quote_at(path, start),), "", is_demo(path))
