"""Alerts of cloud platforms that take two parts: a rule for failed runs with a topic, a step that publishes."""

import re
from collections.abc import Iterator

from scorecard.facts.configuration import Configuration, is_operational
from scorecard.facts.resources import Resources
from scorecard.model import Evidence
from scorecard.patterns import lazily

_MACHINES = ("*.asl.json", "*state*machine*.json", "*step*function*.json", "*sfn*.json", "*.tf")
_FAILED = lazily(r"FAILED|Failed|TIMED_OUT|ABORTED|Unhealthy")
_TOPICS = ("aws_sns_topic*", "AWS::SNS::*", "aws_chatbot*", "AWS::Chatbot::*")
_RULES = ("aws_cloudwatch_event_rule", "AWS::Events::Rule", "aws_codestarnotifications_notification_rule")
_PUBLISHES = lazily(r"states:::(?:aws-sdk:)?(?:sns:publish|ses(?:v2)?:sendEmail)")
_LOCAL = lazily(r"https?://(?:localhost|127\.0\.0\.1|[\w-]+)(?::\d+)?(?:/|$)")
_BRIDGE = lazily(
    r"discord|slack|telegram|teams|bot|bridge|pager|dingtalk|lark|feishu|wechat|mail|ntfy|gotify|sms|notif",
    re.IGNORECASE,
)


def chains(configuration: Configuration, resources: Resources) -> Iterator[Evidence]:
    if next(iter(resources.of(*_TOPICS)), None):
        yield from (d.evidence for d in resources.of(*_RULES) if _FAILED.search(d.body))
    paths = (*configuration.holding_any(("sns:publish", "sendEmail")), *configuration.repository.glob(*_MACHINES))
    for path in dict.fromkeys(paths):
        if is_operational(path) and "Catch" in configuration.repository.text(path):
            for number, line in configuration.lines(path):
                if _PUBLISHES.search(line):
                    yield Evidence(path, number, line)
                    break


def stays_inside(url: str) -> bool:
    """Does the address lead to a service beside this one that is no bridge to a chat?"""
    return bool(_LOCAL.match(url)) and not _BRIDGE.search(url.partition("://")[2].partition("/")[0])
