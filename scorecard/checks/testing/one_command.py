"""Can a newcomer run the tests without asking?"""

from scorecard.asks import TESTING
from scorecard.checks import Findings, check
from scorecard.facts.suite import Suite
from scorecard.facts.suite_commands import TestCommands
from scorecard.facts.suite_runs import TestRuns
from scorecard.model import Effort, Finding, met, unmet


@check(
    TESTING,
    level=1,
    effort=Effort.HOURS,
    question="Can a newcomer run the tests with one command that the repository defines or documents?",
    surprise="Whoever mends the system in a hurry does not know how to run its tests, and so does not.",
    needs=("testing.tests",),
    after=("testing.tests",),
    closed_by="testing",
)
def one_command(commands: TestCommands, runs: TestRuns, suite: Suite, earlier: Findings) -> Finding:
    if not earlier.is_met("testing.tests"):
        return unmet(
            "there are no tests that a command could run",
            near=[suite.code.evidence(c.source, c.test.line) for c in suite.hollow[:2]],
        )
    for found, what in (
        (commands.tasks, "task"),
        (commands.documents, "documented command"),
        (commands.scripts, "script"),
    ):
        if found:
            shown = [*found[0].evidence]
            shown += [
                e for others in (commands.documents[:1], commands.scripts[:1]) for c in others for e in c.evidence[:1]
            ]
            return met(f"the {what} `{found[0].typed}` runs the tests", shown)
    looked = ("task runners", "scripts named after tests", "README, CONTRIBUTING and docs")
    inline = [*runs.on_change, *runs.otherwise, *runs.outside]
    if inline:
        words = f"only {inline[0].job.pipeline} runs the tests, by a line of its own; no task, script or document gives the command"
        return unmet(words, looked_in=looked, near=inline[0].chain[-1:])
    count = len(suite.cases)
    return unmet(
        f"{count} test{'s' * (count != 1)} exist{'s' * (count == 1)}, and no task, script or document says how to run {'them' if count != 1 else 'it'}",
        looked_in=looked, near=suite.evidence(suite.cases, 2),
    )  # fmt: skip
