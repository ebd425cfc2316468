"""One thing that a pipeline builds or delivers."""

from msgspec import Struct

from scorecard.ci.model import AUTOMATIC, Job, Step, Trigger
from scorecard.facts.delivery_commands import Deed
from scorecard.facts.delivery_tables import Act
from scorecard.facts.environment_names import Rank
from scorecard.model import Evidence

_SAID = {
    Trigger.PUSH: ("push", "branches", "trigger", "workflow"),
    Trigger.TAG: ("release", "tags", "tag"),
    Trigger.SCHEDULE: ("cron", "schedule"),
    Trigger.CHANGE: ("pull_request", "pr:", "merge"),
}


class Delivery(Struct, frozen=True):
    """``chain`` leads from the pipeline's line to the command or the packaged step; ``triggers`` are what the conditions
    of job and step leave; ``dead`` says why it cannot work, "" if it can. ``environments`` are more than one where the
    branch or a button decides."""

    job: Job
    step: Step
    deed: Deed
    chain: tuple[Evidence, ...]
    triggers: frozenset[Trigger]
    environments: frozenset[Rank] = frozenset()
    dead: str = ""

    @property
    def automatic(self) -> bool:
        """Does it start without a person? A pipeline that follows another one does, a job that waits for a button not."""
        follows = Trigger.OTHER in self.triggers and _follows(self.job)
        pressed = self.job.approval and self.job.system == "GitLab CI"
        return not self.dead and not pressed and (bool(self.triggers & AUTOMATIC) or follows)

    def does(self, *acts: Act) -> bool:
        """Is one of these acts among what it does?"""
        return bool(self.deed.acts.intersection(acts))

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """The trigger, then the way to the deed."""
        told = [e for word in self._words() for e in self.job.trigger_evidence if word in e.text]
        return (*(told or self.job.trigger_evidence)[:1], *self.chain)

    def _words(self) -> list[str]:
        """What stands on the line of a trigger that starts it, the plainest first."""
        return [word for trigger in _SAID if trigger in self.triggers for word in _SAID[trigger]]

    @property
    def where(self) -> Evidence:
        """The line of the pipeline that says so, or the last one on the way."""
        return self.chain[-1]


def _follows(job: Job) -> bool:
    """Is it started by another pipeline that has ended?"""
    return job.system in ("Azure Pipelines", "AWS CodePipeline") or any(
        "workflow" in e.text for e in job.trigger_evidence
    )
