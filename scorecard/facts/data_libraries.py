"""Data checks made with the libraries and platforms of the field, each with what it checks and what follows."""

from collections.abc import Iterator

from scorecard.facts.code import Code, Hit
from scorecard.facts.data_catalogue import LIBRARIES
from scorecard.facts.data_found import Alive, Effect, Found, Kind
from scorecard.facts.data_words import speaks_of
from scorecard.facts.roots import Roots
from scorecard.paths import is_demo, is_test

_INTAKE = frozenset(
    {
        "ingest",
        "ingestion",
        "load",
        "loader",
        "import",
        "importer",
        "sync",
        "index",
        "indexing",
        "embed",
        "embeddings",
        "etl",
        "data",
        "dataset",
        "crawl",
        "scrape",
        "row",
        "rows",
        "records",
        "predict",
    }
)
_ELSEWHERE = frozenset(
    {
        "api",
        "route",
        "routes",
        "router",
        "chat",
        "tools",
        "tool",
        "env",
        "config",
        "auth",
        "component",
        "components",
        "actions",
    }
)
_SCHEMA_EXPECTATIONS = (
    "column_to_exist",
    "table_columns",
    "be_of_type",
    "in_type_list",
    "table_column_count",
    "json_schema",
    "ColumnToExist",
    "TableColumns",
    "BeOfType",
    "InTypeList",
)
_PANDERA_APPLIED = (
    "pandera.*check_types", "pandera.*check_input", "pandera.*check_output", "pandera.*check_io", "pandera*.validate",
)  # fmt: skip
_EXPECTS = (
    "expect_column_",
    "expect_table_",
    "expect_multicolumn_",
    "expect_compound_",
    "expect_select_column_",
    "expect_query_",
)
_FAILS = ("fail_task_on_validation_failure", "raise_on_validation_failure")
_ATTACHES = ("*.create_feature_group", "*.get_or_create_feature_group", "*.save_expectation_suite")


def library_checks(code: Code, alive: Alive, roots: Roots) -> Iterator[Found]:
    """Every applied check of the table, and those of pandera and Great Expectations."""
    for library in LIBRARIES:
        patterns = roots.keep(library.patterns)
        hits = code.calls(*patterns, tests=None if library.tests else False) if patterns else []
        if library.kwargs:
            hits = [h for h in hits if h.call and h.call.kwarg(*library.kwargs) is not None]
        for hit in _one_per_file(hits):
            if library.intake and not (
                speaks_of(_INTAKE, hit.path, hit.scope) and not speaks_of(_ELSEWHERE, hit.path, hit.scope)
            ):
                continue
            if alive(hit.scope):
                effect = Effect.RECORDS if _goes_on(hit) else library.effect
                if effect in (Effect.RECORDS, Effect.FLAGS) and _acts_on_result(hit):
                    effect = Effect.STOPS
                for kind in library.kinds:
                    yield found(code, kind, library.what, effect, hit)
    if any(name.startswith("pandera") for name in roots.names):
        yield from _pandera(code, alive)
    yield from _quality_steps(code, alive)
    yield from _expectations(code, alive)


def found(code: Code, kind: Kind, what: str, effect: Effect, hit: Hit, *more: Hit) -> Found:
    evidence = tuple(code.evidence(h) for h in (hit, *more))
    return Found(kind, what, effect, hit.path, evidence, hit.scope, is_demo(hit.path), is_test(hit.path))


def _one_per_file(hits: list[Hit]) -> list[Hit]:
    return list({(h.path, h.scope): h for h in reversed(hits)}.values())[::-1][:20]


def _goes_on(hit: Hit) -> bool:
    """Is the task told not to fail on what it finds?"""
    return hit.call is not None and hit.call.kwarg(*_FAILS) == "False"


def _acts_on_result(hit: Hit) -> bool:
    """Does the file stop where a result says that something is wrong?"""
    wanted = {
        "success",
        "anomalies",
        "anomaly_info",
        "passed",
        "status",
        "all_passed",
        "failed",
        "valid",
        "is_valid",
        "has_failed",
    }
    return any(
        g.effects & {"raise", "exit", "assert"}
        and any(wanted & set(n.lower().split("_")) or n in wanted for n in g.names)
        for g in hit.source.guards
    )


def _quality_steps(code: Code, alive: Alive) -> Iterator[Found]:
    """A step of SageMaker that holds a batch against a baseline's types, completeness and distribution, and fails.

    https://docs.aws.amazon.com/sagemaker/latest/dg/pipelines-quality-check-clarify-lifecycle.html; with `skip_check` it only makes one.
    """
    for hit in code.calls("*.QualityCheckStep"):
        checks = hit.call is not None and hit.call.kwarg("skip_check") != "True"
        if checks and "DataQualityCheckConfig" in hit.source.names and alive(hit.scope):
            for kind in Kind:
                yield found(code, kind, "SageMaker's data quality check", Effect.STOPS, hit)


def _pandera(code: Code, alive: Alive) -> Iterator[Found]:
    """A schema of pandera counts where it is applied, by a call or by a decorator."""
    models = {
        k.name.rpartition(".")[2]: (s, k) for s, k in code.classes("pandera*.DataFrameModel", "pandera*.SchemaModel")
    }
    schemas = code.calls("pandera*.DataFrameSchema", "pandera*.SeriesSchema")
    if not models and not schemas:
        return
    applied = code.calls(*_PANDERA_APPLIED)
    for name in models:
        methods = ("", ".validate", ".check", ".to_schema")
        applied += code.calls(*(f"{start}{name}{method}" for start in ("", "*.") for method in methods))
    if schemas and not applied:
        names = {
            a.target.rpartition(".")[2]
            for h in schemas
            for a in h.source.assigns
            if a.value.endswith("DataFrameSchema()")
        }
        names |= {
            f"{h.scope.rpartition('.')[2]}()" for h in schemas if h.scope
        }  # a function that makes it: `rows().validate(…)`
        applied += [
            h
            for h in code.calls("*.validate")
            if h.call and (h.call.on in names or (h.name.split(".")[-2:-1] and h.name.split(".")[-2] in names))
        ]
        applied += [h for h in code.calls("*.validate") if "schema" in (h.call.on if h.call else "").lower()]
    applied = [h for h in applied if alive(h.scope) and not any(h.scope == k.name for _, k in models.values())]
    limits = code.calls(
        "pandera*.Check*", "pandera*.Check.*", "pandera*.Field", "pandera*.check", "pandera*.dataframe_check"
    )
    defined = [Hit(s, k.line, k.name, k.name) for s, k in models.values()] or schemas
    for hit in _one_per_file(applied):
        yield found(code, Kind.SCHEMA, "a pandera schema", Effect.STOPS, hit, *defined[:1])
        yield found(code, Kind.VALUES, "a pandera schema", Effect.STOPS, hit, *(limits or defined)[:2])


def _expectations(code: Code, alive: Alive) -> Iterator[Found]:
    """Great Expectations by its expectations, as methods, as classes, or as a suite attached to a feature group."""
    calls = [h for h in code.calls("*.expect_*", "*.Expect*", tests=None) if h.call and _is_expectation(h)]
    typed = code.calls("*GeExpectation", "*ExpectationConfiguration", tests=None)
    attached = [
        h
        for h in code.calls(*_ATTACHES)
        if h.call and (h.call.last == "save_expectation_suite" or h.call.kwarg("expectation_suite"))
    ]
    strict = any(v == "'STRICT" for h in attached if h.call for _, v in h.call.kwargs)
    groups: dict[tuple[str, Kind], list[Hit]] = {}
    for hit in (*calls, *typed):
        names = (hit.name, *(hit.call.strings if hit.call else ()))
        schema = any(word in name for name in names for word in _SCHEMA_EXPECTATIONS)
        groups.setdefault((hit.path, Kind.SCHEMA if schema else Kind.VALUES), []).append(hit)
    for (path, kind), hits in groups.items():
        first = hits[0]
        if not alive(first.scope) and not is_test(path):
            continue
        asserted = is_test(path) and any(g.effects & {"raise", "exit", "assert"} for g in first.source.guards)
        effect = Effect.STOPS if asserted or strict or _acts_on_result(first) else Effect.RECORDS
        where = [h for h in attached if h.path == path] or attached
        yield found(code, kind, "Great Expectations", effect, first, *hits[1:2], *where[:1])


def _is_expectation(hit: Hit) -> bool:
    last = hit.name.rpartition(".")[2]
    return last.startswith(_EXPECTS) or (
        last.startswith("Expect") and ("great_expectations" in hit.name or hit.name.startswith(("gx.", "gxe.")))
    )
