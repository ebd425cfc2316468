"""Are there tests that assert something about the project's own code?"""

from scorecard.asks import TESTING
from scorecard.checks import check
from scorecard.facts.suite import Suite
from scorecard.model import Effort, Finding, met, unmet


@check(
    TESTING,
    level=1,
    effort=Effort.DAYS,
    question="Is there at least one automated test that calls the project's own code and asserts something?",
    surprise="A change that breaks the code is found by the people who use it, after it was deployed.",
    closed_by="testing",
)
def tests(suite: Suite) -> Finding:
    if suite.cases:
        count, files = len(suite.cases), len(suite.files)
        return met(
            f"{count} test{'s' * (count != 1)} in {files} file{'s' * (files != 1)}"
            f" assert{'s' * (count == 1)} on the project's own code",
            suite.evidence(suite.cases),
        )
    if suite.hollow:
        return unmet(
            f"{len(suite.hollow)} tests stand in {suite.hollow[0].path} and elsewhere, but none asserts anything about"
            " the project's own code",
            near=[suite.code.evidence(c.source, c.test.line) for c in suite.hollow],
        )
    return unmet("no file holds a test", looked_in=("test files of every language", "folders named test or spec"))
