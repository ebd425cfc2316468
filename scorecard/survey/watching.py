"""How the running system is watched.

metrics  ["app.py", …]: files in which a route `/metrics` is registered
met      ["platform", …]: what of the ask's criteria is met already, as far as something is added for them
"""

from typing import Any

from scorecard.facts.alerts import Alerts
from scorecard.facts.metrics import Metrics
from scorecard.facts.metrics_config import MetricsConfig
from scorecard.facts.notices import Notices
from scorecard.facts.routes import Routes
from scorecard.facts.scheduled_notices import ScheduledNotices
from scorecard.facts.tracing import Tracing


def look(
    routes: Routes,
    metrics: Metrics,
    config: MetricsConfig,
    tracing: Tracing,
    alerts: Alerts,
    sent: Notices,
    scheduled: ScheduledNotices,
) -> dict[str, Any]:
    """See the module's docstring."""
    known = {
        "platform": bool(metrics.all or tracing.live or config.on),
        "alerts": any(
            (alerts.rules, alerts.declared, alerts.jobs, sent.hooks, sent.alerts, sent.heartbeats, scheduled.steps)
        ),
    }
    served = [route.hit.path for route in routes.all if route.path.rstrip("/").endswith("/metrics")]
    return {"metrics": list(dict.fromkeys(served)), "met": [name for name, is_met in known.items() if is_met]}
