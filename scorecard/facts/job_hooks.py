"""What an orchestrator is told to do when a run fails, where that tells somebody."""

import re
from collections.abc import Iterator

from scorecard.facts.code import Code, Hit
from scorecard.facts.configuration import is_operational
from scorecard.model import Evidence
from scorecard.patterns import lazily
from scorecard.readers.code import Source

_HOOKS = frozenset(
    {
        "on_failure_callback",
        "sla_miss_callback",
        "on_failure",
        "on_crashed",
        "on_failure_hook",
        "failure_hook",
        "on_retry_exhausted",
        "on_error",
        "failure_callback",
    }
)
_HOOK_CALLS = (
    "*.make_slack_on_run_failure_sensor", "*.make_email_on_run_failure_sensor", "*.make_teams_on_run_failure_sensor",
    "*.run_failure_sensor", "*.slack_on_failure", "dagster_slack.make_slack_*", "*.slack_alerter_post_step",
    "*.Alerter",
    "zenml.*SlackAlerter*",
    "*.alerter.post", "*.send_slack_notification", "airflow.*SlackNotifier", "airflow.*SmtpNotifier",
    "airflow.*PagerdutyNotifier",
    "metaflow.exit_hook", "*.create_notification_topic",
)  # fmt: skip
_HOOK_DECORATORS = ("*run_failure_sensor", "*failure_hook", "*exit_hook")
_HOOK_CLASSES = ("ProblemCheck", "*.ProblemCheck")
_OPERATORS = (
    "*SlackWebhookOperator",
    "*SlackAPIPostOperator",
    "*EmailOperator",
    "*.OpsgenieCreateAlertOperator",
    "*PagerdutyEventsOperator",
    "*MSTeamsWebhookOperator",
    "*SnsPublishOperator",
    "*DiscordWebhookOperator",
    "*TelegramOperator",
)
_AIRFLOW = lazily(r"['\"]?email_on_failure['\"]?\s*[:=]\s*True")
_CALLBACK = lazily(r"['\"]on_failure_callback['\"]\s*:\s*(?!None)\[?([\w.]+)")
_SENDS = lazily(r"send|notif|post|slack|mail|alert|publish|page|webhook|message|teams|execute|incident", re.IGNORECASE)
_FAILURE = lazily(r"fail|error|exception|alert|drift|degrad|incident|crash", re.IGNORECASE)


def hooks(code: Code) -> Iterator[Evidence]:
    for source in code.sources:
        if not is_operational(source.path) or source.notebook:
            continue
        orchestrated = any(
            i.module.partition(".")[0]
            in ("airflow", "prefect", "dagster", "zenml", "flytekit", "metaflow", "kfp", "mage_ai", "luigi", "celery")
            for i in source.imports
        )
        if orchestrated:
            yield from _orchestrated(code, source)
    for hit in (*code.calls(*_HOOK_CALLS), *code.calls(*_HOOK_DECORATORS)):
        if is_operational(hit.path) and hit.source.language == "python":
            yield code.evidence(hit)
    for source, klass in code.classes(*_HOOK_CLASSES):
        yield code.evidence(source, klass.line)
    for hit in code.calls(*_OPERATORS):
        if is_operational(hit.path) and hit.call and _tells_of_failure(hit):
            yield code.evidence(hit)


def _tells_of_failure(hit: Hit) -> bool:
    call = hit.call
    assert call is not None  # noqa: S101  the caller looked
    rule = call.kwarg("trigger_rule") or ""
    words = " ".join((*call.args, *(value for _, value in call.kwargs), hit.scope))
    return "fail" in rule.lower() or bool(_FAILURE.search(words))


def _orchestrated(code: Code, source: Source) -> Iterator[Evidence]:
    for call in source.calls:
        value = call.kwarg(*_HOOKS)
        if value is not None and value not in ("None", "False") and _tells(code, value):
            yield code.evidence(source, call.line)
            break
    text = code.repository.text(source.path)
    if "email_on_failure" not in text and "on_failure_callback" not in text:
        return
    addressed = any(word in text for word in ("'email'", '"email"', "email="))
    for number, line in enumerate(text.split("\n"), 1):
        callback = _CALLBACK.search(line)
        told = (callback and _tells(code, callback[1])) or (addressed and _AIRFLOW.search(line))
        if told and not line.lstrip().startswith("#"):
            yield Evidence(source.path, number, line)
            break


def _tells(code: Code, callback: str) -> bool:
    """A callback of ours must send something; what others made is taken at its word."""
    name = callback.rpartition(".")[2].rstrip("()[]")
    bodies = [(s, f) for s in code.sources for f in s.functions if f.last == name] if name else []
    return not bodies or any(c.scope == f.name and _SENDS.search(c.name) for s, f in bodies for c in s.calls)
