"""What starts a Jenkins pipeline, and what the `when` of a stage leaves of it."""

from msgspec import Struct, field

from scorecard.ci import branches
from scorecard.ci.model import Trigger
from scorecard.model import Evidence
from scorecard.readers.groovy import Call
from scorecard.repository import Repository

ALL = frozenset(Trigger)
_STARTS = {
    "cron": Trigger.SCHEDULE,
    "parameterizedCron": Trigger.SCHEDULE,
    "pollSCM": Trigger.PUSH,
    "githubPush": Trigger.PUSH,
    "upstream": Trigger.OTHER,
}
_CAUSES = {"TimerTrigger": Trigger.SCHEDULE, "SCMTrigger": Trigger.PUSH, "UserIdCause": Trigger.MANUAL}


def starts(calls: list[Call], path: str, lines: tuple[str, ...]) -> tuple[frozenset[Trigger], list[Evidence]]:
    """A multibranch pipeline runs on every push and change, and on the triggers that it names."""
    found, evidence = {Trigger.PUSH, Trigger.CHANGE}, []
    for call in calls:
        for holder in call.walk():
            if holder.name not in ("triggers", "pipelineTriggers"):
                continue
            for inner in holder.walk():
                if inner.name in _STARTS:
                    found.add(_STARTS[inner.name])
                    evidence.append(Evidence(path, inner.line, lines[inner.line - 1].strip()))
    return frozenset(found), evidence


class When(Struct):
    """The conditions of one stage."""

    repository: Repository
    path: str
    problems: list[Evidence] = field(default_factory=list)
    speaks_of_tags: bool = False

    def narrowed(self, base: frozenset[Trigger], body: list[Call]) -> frozenset[Trigger]:
        """The triggers of ``base`` under which all conditions of ``body`` may hold."""
        allowed = self._all(body)
        return allowed & (base | ({Trigger.TAG} if self.speaks_of_tags else frozenset()))

    def _all(self, body: list[Call]) -> frozenset[Trigger]:
        allowed = ALL
        for call in body:
            allowed &= self._one(call)
        return allowed

    def _one(self, call: Call) -> frozenset[Trigger]:
        if call.name == "anyOf":
            return frozenset().union(*(self._one(inner) for inner in call.body or ()))
        if call.name == "allOf":
            return self._all(call.body or [])
        if call.name == "not":
            return self._not(call.body or [])
        if call.name == "branch":
            return self._branch(call)
        if call.name == "changeRequest":
            return frozenset({Trigger.CHANGE})
        if call.name in ("buildingTag", "tag"):
            self.speaks_of_tags = True
            return frozenset({Trigger.TAG})
        if call.name == "triggeredBy":
            cause = call.text("cause")
            return frozenset({_CAUSES.get(cause.text, Trigger.OTHER)}) if cause else ALL
        return ALL

    def _branch(self, call: Call) -> frozenset[Trigger]:
        pattern = call.text("pattern")
        problem = branches.dead(self.repository, [pattern.text]) if pattern and pattern.literal else ""
        if problem and call.named.get("comparator") is None:
            self.problems.append(Evidence(self.path, call.line, problem.replace("triggers on", "runs only on")))
            return frozenset()
        return ALL - {Trigger.CHANGE, Trigger.TAG}

    def _not(self, body: list[Call]) -> frozenset[Trigger]:
        refused: set[Trigger] = set()
        for call in body:
            if call.name in ("changeRequest", "buildingTag", "tag", "triggeredBy"):
                refused |= self._one(call)
        return ALL - refused
