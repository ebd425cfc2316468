"""Do tests run the thing as a whole?"""

from scorecard.asks import TESTING
from scorecard.checks import check
from scorecard.facts.driven import DrivenTests
from scorecard.facts.smoke import SmokeChecks
from scorecard.facts.staged_tests import StagedTests
from scorecard.facts.suite import Suite
from scorecard.model import Effort, Evidence, Finding, met, unmet


@check(
    TESTING,
    level=2,
    effort=Effort.DAYS,
    question="Does an automated test run two stages of a pipeline, or drive the service or app through its interface to the model?",
    surprise="Every function passes its own test, and together they fail at the first request.",
    needs=("testing.tests",),
    closed_by="testing",
)
def integration(driven: DrivenTests, staged: StagedTests, smoke: SmokeChecks, suite: Suite) -> Finding:
    code = suite.code
    shown: list[Evidence] = []
    said: list[str] = []
    if driven.found:
        said.append(f"tests drive the application {driven.found[0].how}")
        for test in list({t.case.path: t for t in reversed(driven.found)}.values())[::-1][:2]:
            shown += [code.evidence(test.source, test.line), suite.assertion(test.case, test.line)]
    if staged.found:
        first = staged.found[0]
        said.append(f"a test runs {' and '.join(first.stages[:3])} together")
        shown += [code.evidence(first.source, first.line), suite.assertion(first.case, first.line)]
    if smoke.found:
        said.append("a check of the deployment asks the running service and fails on a wrong answer")
        shown += smoke.found[0]
    if said:
        return met("; ".join(said), shown)
    looked = ("test files", "commands of CI and the scripts that they start")
    if smoke.idle:
        return unmet(
            "CI sends a request to the service, but nothing fails on a wrong answer", looked_in=looked, near=smoke.idle
        )
    if driven.shallow:
        near = [code.evidence(d.source, d.line) for d in driven.shallow[:3]]
        return unmet(
            "tests call the application, but only pages that do not reach the model", looked_in=looked, near=near
        )
    if suite.cases:
        count = len(suite.cases)
        return unmet(
            f"the {count} test{'s' * (count != 1)} call single functions",
            looked_in=looked,
            near=suite.evidence(suite.cases, 2),
        )
    return unmet("no test runs a pipeline or drives an application", looked_in=looked)
