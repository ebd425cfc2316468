"""Messages that scheduled jobs of CI send: where a workflow is the production job, its notice of failure is an alert.

A message about a build or a test run is none, nor is one of a pipeline that also looks at each proposed change.
"""

import re
from collections.abc import Iterator
from typing import Self

from msgspec import Struct

from scorecard.ci.model import Job, Step, Trigger
from scorecard.facts.pipelines import Pipelines
from scorecard.model import Evidence
from scorecard.patterns import lazily

_ACTIONS = lazily(
    r"slack|send-mail|sendgrid|telegram|discord|teams|pagerduty|opsgenie|create-an-issue|create-issue|notify|"
    r"mattermost|google-chat",
    re.IGNORECASE,
)
_COMMANDS = lazily(
    r"hooks\.slack\.com|SLACK_WEBHOOK|slack[_-]webhook|webhook\.office\.com|TEAMS_WEBHOOK|"
    r"discord(?:app)?\.com/api/webhooks|DISCORD_WEBHOOK|api\.telegram\.org|events\.pagerduty\.com|gh issue create"
    r"|\bsns publish\b|\bses send-email\b|\bmailx?\s+-s\b|\bsendmail\b|slackSend|emailext|hc-ping\.com|ntfy\.sh",
    re.IGNORECASE,
)
_CONDITION = lazily(
    r"failure\(\)|always\(\)|failed\(\)|on_failure|!\s*success|drift|alert|degrad|breach", re.IGNORECASE
)
_TESTS = lazily(
    r"\bpytest\b|\btox\b|\bnox\b|npm (?:run )?test|yarn test|go test|make (?:test|lint|check)\b|\bruff\b|"
    r"\bflake8\b|unittest"
)


class ScheduledNotices(Struct, frozen=True):
    """``steps`` tell people about a scheduled production job, ``of_ci`` about builds and tests."""

    steps: tuple[Evidence, ...]
    of_ci: tuple[Evidence, ...]

    @classmethod
    def gather(cls, pipelines: Pipelines) -> Self:
        steps: list[Evidence] = []
        of_ci: list[Evidence] = []
        for job, step in _notices(pipelines):
            around = [other for other in pipelines.jobs if other.pipeline == job.pipeline]
            told = _CONDITION.search(f"{step.condition} {job.condition} {step.name} {step.command}")
            scheduled = Trigger.SCHEDULE in job.triggers and Trigger.CHANGE not in job.triggers
            production = scheduled and told and not any(_is_test(other) for other in around)
            if production:
                steps += [*job.trigger_evidence[:1], step.evidence]
            else:
                of_ci.append(step.evidence)
        return cls(tuple(dict.fromkeys(steps)), tuple(dict.fromkeys(of_ci)))


def _notices(pipelines: Pipelines) -> Iterator[tuple[Job, Step]]:
    for job in pipelines.jobs:
        for step in job.steps:
            if (step.uses and _ACTIONS.search(step.uses)) or (step.command and _COMMANDS.search(step.command)):
                yield job, step


def _is_test(job: Job) -> bool:
    return any(_TESTS.search(step.command) for step in job.steps)
