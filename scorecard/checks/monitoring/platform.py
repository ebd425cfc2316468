"""Does the running system emit operational metrics or traces?"""

from scorecard.asks import MONITORING
from scorecard.checks import check
from scorecard.facts.metrics import Metrics
from scorecard.facts.metrics_config import MetricsConfig
from scorecard.facts.running import Running
from scorecard.facts.tracing import Tracing
from scorecard.model import Effort, Finding, met, not_applicable, unmet


@check(
    MONITORING,
    level=1,
    effort=Effort.HOURS,
    question="Does the running system emit operational metrics or traces: latency, throughput, errors?",
    surprise="The service gets slow or starts to fail, and the first to know are its users.",
)
def platform(metrics: Metrics, config: MetricsConfig, tracing: Tracing, running: Running) -> Finding:
    traced = [evidence for trace in tracing.live for evidence in trace.evidence]
    found = (*metrics.emitted, *traced, *metrics.switched, *config.on, *metrics.own)
    if found:
        return met(_summary(metrics, config, tracing), found)
    if not running.what:
        return not_applicable(
            "Nothing here runs on its own: no service, scheduled job, container or deployed pipeline was found."
        )
    looked = (
        "source code",
        "container and start commands",
        "infrastructure code",
        "Prometheus and OpenTelemetry configuration",
    )
    return unmet(
        _near_miss(metrics, config, tracing, running),
        looked_in=looked,
        near=(*metrics.near, *config.idle, *tracing.idle, *running.what),
    )


def _summary(metrics: Metrics, config: MetricsConfig, tracing: Tracing) -> str:
    parts = []
    if metrics.emitted:
        parts.append(f"code emits metrics or traces in {_count(len({e.path for e in metrics.emitted}), 'file')}")
    if tracing.live:
        names = ", ".join(dict.fromkeys(trace.backend.name for trace in tracing.live))
        parts.append(f"the running application is traced ({names})")
    if metrics.switched or config.on:
        parts.append("configuration switches measuring on")
    if metrics.own and not parts:
        parts.append("its own timings are stored or exported")
    return _sentence(parts)


def _near_miss(metrics: Metrics, config: MetricsConfig, tracing: Tracing, running: Running) -> str:
    if config.idle:
        return f"Application Insights is provisioned in {config.idle[0].path}, but nothing is set to send to it."
    if metrics.near:
        return f"{metrics.near[0].path} only reports errors or returns a timing to the caller; no metric is emitted."
    if tracing.idle:
        return f"A tracing backend is set up in {tracing.idle[0].path}, but no call of the running system is traced."
    return f"What runs here ({running.name}) emits no latency, throughput, error count or trace."


def _sentence(parts: list[str]) -> str:
    text = "; ".join(parts)
    return f"{text[:1].upper()}{text[1:]}."


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
