"""Operational metrics and traces that the code of the running system emits: latency, throughput, errors.

What a tracing backend for language models is sent is `scorecard.facts.tracing`; what configuration switches on is
`scorecard.facts.metrics_config`.
"""

import re
from collections.abc import Iterator
from typing import Self

from msgspec import Struct

from scorecard.facts.code import Code, Hit
from scorecard.facts.configuration import is_operational
from scorecard.facts.exported_timings import exported_timings
from scorecard.facts.metrics_libraries import BELOW, CALLS, EMITS, LIBRARIES, TELEMETRY
from scorecard.facts.routes import Routes
from scorecard.facts.tables import Tables
from scorecard.model import Evidence
from scorecard.paths import is_test
from scorecard.patterns import lazily
from scorecard.readers.code import Source

_ONLY_QUERIES = frozenset(
    {"query", "query_range", "custom_query", "get_metric_data", "get_metric_statistics", "list_time_series"}
)
_SENTRY_RATES = (
    "traces_sample_rate",
    "traces_sampler",
    "enable_tracing",
    "profiles_sample_rate",
    "profile_session_sample_rate",
)
_SENTRY_JS = lazily(r"\btraces_?[sS]ample(?:_rate|Rate|r)\b")
_OFF = frozenset({"0", "0.0", "False", "None", "false"})
_SWITCHES = ("app_insights_enabled", "enable_app_insights")
# Of AWS CDK: Lambda Insights for a function, CloudWatch metrics for a gateway.
_OF_CDK = ("insightsVersion", "insights_version", "metricsEnabled", "metrics_enabled", "deployOptions.metricsEnabled")
_ACTIVE = lazily(r"Tracing\.ACTIVE$")
_INSTALLED = ("django_prometheus", "elasticapm.contrib.django", "ddtrace.contrib.django")
_LATENCY = lazily(
    r"latency|response_?time|duration_?(?:ms|msecs|seconds|s)\b|elapsed_?(?:ms|seconds)|processing_?time|"
    r"inference_?time|prediction_?time|"
    r"request_?count|requests_total|total_requests|error_?(?:rate|count)|throughput|uptime|time_to_first_token|ttft",
    re.IGNORECASE,
)
_STORES = frozenset({
    "insert", "insert_one", "insert_many", "put_item", "execute", "add", "save", "save!", "create", "create!",
    "write", "write_points", "to_sql", "xadd",
    "put_record", "index", "produce", "send", "publish", "insert_rows_json", "log_metrics", "write_record", "lpush",
    "hset", "upsert",
})  # fmt: skip
_RECORDS = _STORES - {"add", "send", "create", "write", "index", "log_metrics", "save", "execute"}
_CLOCKS = lazily(
    r"^(?:time\.(?:time|perf_counter|monotonic|process_time|time_ns)|timeit\.default_timer|datetime\.[\w.]*(?:utc)?now|Time\.now|"
    r"Process\.clock_gettime|Date\.now|performance\.now|time\.Now|System\.currentTimeMillis|.*Stopwatch\.StartNew)$"
)
_COLUMN = lazily(
    r"(?:\w+_)?latency(?:_?(?:ms|s|seconds|msecs))?|latencyMs|response_?time(?:_?(?:ms|s))?|responseTime\w*|"
    r"(?:execution|processing|inference|prediction|generation|request|llm)_?(?:time|duration)(?:_?(?:ms|s|seconds))?"
    r"|duration_?(?:ms|msecs|millis|seconds)|durationMs|time_to_first_token\w*|ttft\w*",
    re.IGNORECASE,
)
_EXPOSED = lazily(r"^# TYPE \w{1,80} (?:counter|gauge|histogram|summary)\b", re.MULTILINE)
_OFFLINE = lazily(
    r"(?:^|[/_.-])(?:eval|evals|evaluat\w*|bench\w*|train\w*|fine_?tun\w*|experiment\w*|load_?tests?)(?:[/_.-]|$)",
    re.IGNORECASE,
)


class Metrics(Struct, frozen=True):
    """``emitted`` by a library, ``switched`` on by a call, ``own`` timings that are stored or exported.

    ``near`` are timings and error reports that reach nobody as metrics.
    """

    emitted: tuple[Evidence, ...]
    switched: tuple[Evidence, ...]
    own: tuple[Evidence, ...]
    near: tuple[Evidence, ...] = ()

    @classmethod
    def gather(cls, code: Code, tables: Tables, routes: Routes) -> Self:
        telemetry = [hit for hit in code.uses(*TELEMETRY) if EMITS.search(hit.name)]
        library = [
            hit
            for hit in (*code.uses(*LIBRARIES), *code.calls(*CALLS), *_below(code), *_handed(code), *telemetry)
            if _emits(hit)
        ]
        sentry, silent = _sentry(code)
        return cls(
            tuple(code.quote([*library, *sentry])),
            (*_switches(code), *_installed(code)),
            (
                *_endpoints(code, routes),
                *_written(code, routes),
                *_stored(code, tables),
                *code.quote(exported_timings(code), 2),
                *_columns(code, tables),
            ),
            (*code.quote(silent, 1), *_returned(code)),
        )

    @property
    def all(self) -> tuple[Evidence, ...]:
        return (*self.emitted, *self.switched, *self.own)


def _emits(hit: Hit) -> bool:
    return is_operational(hit.path) and hit.name.rpartition(".")[2] not in _ONLY_QUERIES


def _handed(code: Code) -> Iterator[Hit]:
    """Middleware that is handed over, not called: `app.add_middleware(PrometheusMiddleware)`."""
    modules = tuple(f"{module}." for module in LIBRARIES)
    for hit in code.calls(
        "*.add_middleware", "*.add_route", "*.mount", "*.middleware", "starlette.middleware.Middleware"
    ):
        handed = (*hit.call.args, *(value for _, value in hit.call.kwargs)) if hit.call else ()
        if any(word.startswith(modules) for word in handed):
            yield hit


def _below(code: Code) -> Iterator[Hit]:
    """Packages of Go and npm whose members are packages themselves."""
    for source in code.sources:
        if source.language != "python" and any(i.module.startswith(BELOW) for i in source.imports):
            call = next((c for c in source.calls if c.name.startswith(BELOW)), None)
            if call and not is_test(source.path):
                yield Hit(source, call.line, call.scope, call.name, call)


def _sentry(code: Code) -> tuple[list[Hit], list[Hit]]:
    """Initialisations of Sentry with performance tracing, and those that only report errors."""
    with_traces: list[Hit] = []
    errors_only: list[Hit] = []
    for hit in code.calls(
        "sentry_sdk.init", "@sentry/*.init", "Sentry.init", "sentry.Init", "github.com/getsentry/*.Init", "*.UseSentry"
    ):
        if not is_operational(hit.path):
            continue
        rates = [hit.call.kwarg(name) for name in _SENTRY_RATES] if hit.call else []
        traces = any(rate is not None and rate not in _OFF for rate in rates)
        if not traces and not any(rate is not None for rate in rates):
            traces = any(_SENTRY_JS.search(line) for line in _code_lines(code, hit.source))
        (with_traces if traces else errors_only).append(hit)
    return with_traces, errors_only


def _code_lines(code: Code, source: Source) -> list[str]:
    return [line for line in code.repository.lines(source.path) if not line.lstrip().startswith(("#", "//", "*"))]


def _switches(code: Code) -> Iterator[Evidence]:
    """Calls that switch a platform's metrics on: Application Insights for an endpoint, X-Ray for a function."""
    for source in code.sources:
        text = code.repository.text(source.path) if is_operational(source.path) else ""
        if not any(word in text for word in (*_SWITCHES, *_OF_CDK, "Tracing.ACTIVE", "tracing")):
            continue
        for call in source.calls:
            if "cdk" in call.name and call.kwarg(*_OF_CDK) not in (None, *_OFF):
                yield code.evidence(source, call.line)
            value = call.kwarg(*_SWITCHES, "tracing") or ""
            if (call.kwarg(*_SWITCHES) is not None and value not in _OFF) or _ACTIVE.search(value):
                yield code.evidence(source, call.line)


def _installed(code: Code) -> Iterator[Evidence]:
    """Django applications and middleware that measure, installed by their name."""
    for hit in code.texts(r"^(?:django_prometheus|elasticapm\.contrib|ddtrace\.contrib)", flags=0):
        yield code.evidence(hit)


def _endpoints(code: Code, routes: Routes) -> Iterator[Evidence]:
    """An own `/metrics` route whose handler speaks of requests or latency."""
    for route in routes.all:
        own = route.decorated and route.path.rstrip("/").endswith("/metrics")
        if own and _speaks_of_latency(route.hit.source, route.hit.scope):
            yield code.evidence(route.hit)


def _written(code: Code, routes: Routes) -> Iterator[Evidence]:
    """A `/metrics` route of a system that writes Prometheus' text format itself."""
    served = [r for r in routes.all if r.path.rstrip("/").endswith("/metrics") and is_operational(r.hit.path)]
    types = [hit for hit in code.texts(_EXPOSED.pattern, flags=re.MULTILINE) if is_operational(hit.path)]
    if served and types:
        yield code.evidence(served[0].hit)
        yield from code.quote(types, 2)


def _speaks_of_latency(source: Source, scope: str) -> bool:
    words = [t.value for t in source.texts_of(scope) if len(t.value) < 80]
    words += [c.name for c in source.calls_of(scope)]
    return any(_LATENCY.search(word) for word in words)


def _timed(code: Code) -> Iterator[tuple[Source, set[str]]]:
    """Files of the system that look at the clock, with the functions that do."""
    for source in code.sources:
        if source.notebook or not is_operational(source.path) or _OFFLINE.search(source.path) or is_test(source.path):
            continue
        scopes = {c.scope for c in source.calls if c.scope and _CLOCKS.match(c.name)}
        if scopes:
            yield source, scopes


def _stored(code: Code, tables: Tables) -> Iterator[Evidence]:
    """Functions of the system that take the time and store it under a name of latency."""
    known = frozenset(t.name for t in tables.all)
    for source, scopes in _timed(code):
        named = {
            t.scope for t in source.texts if t.scope in scopes and len(t.value) < 60 and _LATENCY.fullmatch(t.value)
        }
        for call in source.calls:
            if call.scope not in scopes:
                continue
            by_keyword = any(_LATENCY.search(key) for key, _ in call.kwargs) and (
                call.last in _STORES or call.last in known
            )
            if by_keyword or (call.scope in named and call.last in _RECORDS):
                yield code.evidence(source, call.line)
                break


def _columns(code: Code, tables: Tables) -> Iterator[Evidence]:
    """Tables of the application that have a column for how long an answer took."""
    if any(_timed(code)):
        for table in tables.holding(_COLUMN):
            if not _OFFLINE.search(table.evidence.path) and not _OFFLINE.search(table.name):
                yield table.evidence


def _returned(code: Code) -> Iterator[Evidence]:
    """Timings that only stand in a response header: a near miss."""
    for hit in code.texts(r"^X-(?:Process|Response)-Time", flags=re.IGNORECASE)[:1]:
        yield code.evidence(hit)
