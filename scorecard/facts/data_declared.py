"""Data checks that live in configuration: dbt tests, Soda checks, expectation suites, TFX schemas."""

import json
import re
from collections.abc import Iterator

from scorecard.facts.data_found import Effect, Found, Kind
from scorecard.model import Evidence
from scorecard.paths import is_demo, is_prose
from scorecard.patterns import lazily
from scorecard.readers import yaml
from scorecard.readers.node import Node
from scorecard.repository import Repository

_EXPECTATION = lazily(r'"(?:expectation_type|type)"\s*:\s*"(expect_[a-z_]{5,80})"')
_SCHEMA_TESTS = ("column_to_exist", "table_columns", "of_type", "type_list", "column_count")
_MAX = 400_000


def declared_checks(repository: Repository) -> Iterator[Found]:
    """Every check that a configuration file of a data-quality tool declares."""
    dbt = any(True for _ in repository.glob("dbt_project.yml", "dbt_project.yaml"))
    for path in repository.own:
        lower = path.lower()
        if is_prose(path) and not lower.endswith(".pbtxt"):
            continue
        if lower.endswith((".yml", ".yaml")):
            text = repository.text(path)
            if len(text) > _MAX:
                continue
            if dbt and ("tests:" in text) and ("columns:" in text):
                yield from _dbt(path, _tree(text), text)
            elif "checks for " in text:
                yield from _soda(path, text)
        elif lower.endswith(".json") and ("expectation" in lower or "/gx/" in lower or "great_exp" in lower):
            yield from _suite(repository, path)


def schema_domains(repository: Repository) -> Evidence | None:
    """A committed TFX schema that says which values are allowed."""
    for path in repository.glob("*schema*.pbtxt"):
        for number, line in enumerate(repository.lines(path), 1):
            if re.match(
                r"\s*(?:string_domain|int_domain|float_domain|domain|value_count|presence|not_in_vocab)\b", line
            ):
                return Evidence(path, number, line)
    return None


def schema_comparators(repository: Repository) -> Evidence | None:
    """A committed TFX schema with a drift or skew comparator."""
    for path in repository.glob("*schema*.pbtxt"):
        for number, line in enumerate(repository.lines(path), 1):
            if re.match(r"\s*(?:drift_comparator|skew_comparator)\b", line):
                return Evidence(path, number, line)
    return None


def _tree(text: str) -> tuple[Node, ...]:
    try:
        return yaml.read(text)
    except yaml.YamlError:
        return ()


def _dbt(path: str, documents: tuple[Node, ...], text: str) -> Iterator[Found]:
    lines = text.split("\n")
    for document in documents:
        for key, node in document.pairs():
            if key in ("tests", "data_tests") and node.is_list and node:
                line = node.line
                quoted = Evidence(path, line, lines[line - 1] if line <= len(lines) else "tests:")
                for kind in (Kind.SCHEMA, Kind.VALUES):
                    yield Found(kind, "dbt tests", Effect.STOPS, path, (quoted,), "", is_demo(path))
                return


def _soda(path: str, text: str) -> Iterator[Found]:
    for number, line in enumerate(text.split("\n"), 1):
        if line.startswith("checks for "):
            for kind in (Kind.SCHEMA, Kind.VALUES) if "schema:" in text else (Kind.VALUES,):
                yield Found(kind, "Soda checks", Effect.STOPS, path, (Evidence(path, number, line),), "", is_demo(path))
            return


def _suite(repository: Repository, path: str) -> Iterator[Found]:
    text = repository.text(path)
    if len(text) > _MAX or "expect_" not in text:
        return
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return
    seen: set[Kind] = set()
    for match in _EXPECTATION.finditer(text):
        kind = Kind.SCHEMA if any(word in match[1] for word in _SCHEMA_TESTS) else Kind.VALUES
        if kind not in seen:
            seen.add(kind)
            line = text.count("\n", 0, match.start()) + 1
            yield Found(
                kind, "an expectation suite", Effect.RECORDS, path, (Evidence(path, line, match[0]),), "", is_demo(path)
            )
