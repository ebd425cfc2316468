"""Does something tell people when the running system degrades?"""

from scorecard.asks import MONITORING
from scorecard.checks import check
from scorecard.facts.alerts import Alerts
from scorecard.facts.notices import Notices
from scorecard.facts.running import Running
from scorecard.facts.scheduled_notices import ScheduledNotices
from scorecard.model import Effort, Finding, met, unmet


@check(
    MONITORING,
    level=3,
    effort=Effort.HOURS,
    question="Does something tell people when the running system degrades: rules, alarms, notifications?",
    surprise="The nightly job has been failing for two weeks, and nobody was told.",
    needs=("monitoring.platform",),
)
def alerts(configured: Alerts, sent: Notices, scheduled: ScheduledNotices, running: Running) -> Finding:
    found = (
        *configured.rules,
        *configured.declared,
        *configured.jobs,
        *sent.hooks,
        *sent.alerts,
        *sent.heartbeats,
        *scheduled.steps,
    )
    if found:
        return met(f"{_what(configured, sent)}: {found[0].path}.", found)
    near = (*sent.unreached, *scheduled.of_ci, *sent.others)
    if sent.unreached:
        why = f"{sent.unreached[0].path} could send an alert, but nothing calls it."
    elif scheduled.of_ci:
        why = f"{scheduled.of_ci[0].path} only reports on continuous integration, not on the running system."
    elif sent.others:
        why = f"{sent.others[0].path} sends messages, but none of them is about the system's own state."
    else:
        why = f"Nobody is told when {running.name} fails: no alert rule, alarm or notification was found."
    return unmet(
        why,
        looked_in=(
            "Prometheus, Grafana and cloud alarm definitions",
            "job definitions",
            "messages sent by code",
            "scheduled workflows",
        ),
        near=near,
    )


def _what(configured: Alerts, sent: Notices) -> str:
    if configured.rules or configured.declared:
        return "Alert rules or alarms are defined"
    if configured.jobs or sent.hooks:
        return "People are told when a job fails"
    return (
        "Code tells people when the system is in trouble"
        if sent.alerts
        else "A scheduled job tells people when it fails"
    )
