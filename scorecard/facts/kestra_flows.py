"""Flows of Kestra: whom they tell, and after what."""

import re
from collections.abc import Iterator

from scorecard.patterns import lazily
from scorecard.readers.node import Node

_TELLS = lazily(
    r"io\.kestra\.plugin\.(?:notifications|slack|email|mail|discord|telegram|teams|pagerduty|opsgenie|zenduty|zulip|sentry|googlechat|google\.chat|whatsapp|twilio|sendgrid|squadcast|microsoft365\.teams)\.[\w.]+"
)
_WRONG = lazily(r"drift|fail|error|anomal|degrad|alert|threshold|invalid|stale|outlier", re.IGNORECASE)
_ASKS = ("conditions", "preconditions", "states")


def told_by_flow(flow: Node) -> Iterator[int]:
    """Lines that tell somebody when tasks failed, when a condition holds that is bad news, or after another flow ended so."""
    if not (flow.is_map and flow["id"].is_scalar and flow["namespace"].is_scalar and flow["tasks"].is_list):
        return
    yield from _tells(flow["errors"])
    if any(t["type"].text.endswith(".Flow") and any(t[key] for key in _ASKS) for t in flow["triggers"].as_list()):
        yield from _tells(flow["tasks"])
        return
    for node in flow["tasks"].walk():
        if node.is_map and node["type"].text.endswith(".If") and _WRONG.search(node["condition"].text):
            yield from _tells(node["then"])


def _tells(tasks: Node) -> Iterator[int]:
    for node in tasks.walk():
        if node.is_map and _TELLS.fullmatch(node["type"].text):
            yield node.key_line("type")
