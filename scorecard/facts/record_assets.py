"""Assets of Dagster: what one function gives back, another one is handed under its name, and an I/O manager may keep it."""

import re
from collections.abc import Iterator

from scorecard.facts.code import Code
from scorecard.facts.inference import Inference
from scorecard.facts.own_calls import Own, OwnCalls
from scorecard.facts.record_handed import adds_column, is_trial, values, writes_table, written
from scorecard.facts.record_helpers import live_asking
from scorecard.facts.record_scopes import KeptFile
from scorecard.model import Evidence
from scorecard.patterns import lazily
from scorecard.readers.code import Call

_ASSET = "dagster.asset"
_WAREHOUSE = lazily(
    r"warehouse|duckdb|snowflake|bigquery|(?:^|_)(?:bq|sql|db|s3|gcs|adls|postgres\w*|redshift|databricks|delta|iceberg|parquet|lake|database)(?:_|$)",
    re.IGNORECASE,
)


def scored_assets(code: Code, inference: Inference, calls: OwnCalls) -> Iterator[KeptFile]:
    """An asset whose table holds inputs and predictions, and that a warehouse's manager or the next asset writes."""
    if not code.imports("dagster"):
        return
    for here in live_asking(code, inference, calls):
        line = _table_given_back(code, here, calls) if _is_asset(here) else 0
        if not line:
            continue
        made = next((c for c in here.source.calls_of(here.function.name) if c.name == _ASSET), None)
        name = ((made and made.kwarg("name")) or "").removeprefix("'") or here.function.last
        kept = (made and _managed(code, here, made)) or _written_by_another(code, name)
        if kept:
            yield KeptFile(name, (code.evidence(here.source, line), kept), joined=True)


def _is_asset(own: Own) -> bool:
    return _ASSET in own.function.decorators


def _table_given_back(code: Code, here: Own, calls: OwnCalls) -> int:
    """The line that puts inputs and predictions into the table that is given back, 0 if none does."""
    source, function = here
    given_back = code.line(source.path, function.end).strip().removeprefix("return ").strip()
    tables, predictions, inputs = values(code, here, calls)
    if not given_back.isidentifier() or is_trial(here, inputs):
        return 0
    for assign in source.assigns:
        if assign.scope != function.name or assign.target != given_back:
            continue
        for call in here.calls:
            given = written(code, source, call) if call.line == assign.line else set()
            if predictions & given and inputs & {*given, call.on}:
                return assign.line
    lines = [a.line for a in source.assigns if a.scope == function.name and a.target in (given_back, f"{given_back}[]")]
    return lines[-1] if lines and (given_back in tables or adds_column(code, here)) else 0


def _managed(code: Code, here: Own, made: Call) -> Evidence | None:
    """A manager that is named for a warehouse writes whatever the asset gives back."""
    key = made.kwarg("io_manager_key") or ""
    return code.evidence(here.source, made.line) if _WAREHOUSE.search(key.removeprefix("'")) else None


def _written_by_another(code: Code, name: str) -> Evidence | None:
    for source in code.sources:
        for function in source.functions:
            other = Own(source, function)
            if name in function.params and _is_asset(other):
                line = next((c.line for c in other.calls if c.on == name and writes_table(c)), 0)
                if line:
                    return code.evidence(source, line)
    return None
