"""Does CI run the tests on every change?"""

from scorecard.asks import TESTING
from scorecard.checks import Findings, check
from scorecard.facts.pipelines import Pipelines
from scorecard.facts.suite import Suite
from scorecard.facts.suite_runs import TestRuns
from scorecard.model import Effort, Finding, met, unknown, unmet
from scorecard.patterns import lazily

_CHANGE = lazily(r"push|pull|merge|change|\bpr\b")


@check(
    TESTING,
    level=2,
    effort=Effort.HOURS,
    question="Does CI configuration in the repository run the tests on push or pull request?",
    surprise="The tests would have caught the change, but nobody ran them before it was merged.",
    needs=("testing.tests",),
    after=("testing.tests",),
    closed_by="testing",
)
def on_push(runs: TestRuns, pipelines: Pipelines, suite: Suite, earlier: Findings) -> Finding:
    has_tests = earlier.is_met("testing.tests")
    if has_tests and runs.on_change:
        first = min(runs.on_change, key=lambda run: len(run.chain))
        starts = " and ".join(sorted(t.value for t in first.job.triggers if t in ("push", "change")))
        told = sorted(first.job.trigger_evidence, key=lambda e: not _CHANGE.search(e.text))
        shown = [*told[:1], *first.chain[:6]]
        shown += [suite.assertion(first.case)] if first.case else []
        words = {"push": "push", "change": "pull request", "change and push": "push and pull request"}
        return met(f"{first.job.system} runs {first.framework} on {words.get(starts, starts)}", shown)
    looked = pipelines.files or ("the configuration files of 15 CI systems",)
    if not has_tests:
        near = [e for run in (*runs.empty, *runs.on_change) for e in run.chain[-1:]]
        what = (
            "CI starts a test runner, but there is no test of the project for it"
            if near
            else "there are no tests for CI to run"
        )
        return unmet(what, looked_in=looked, near=near)
    if runs.otherwise:
        first = runs.otherwise[0]
        return unmet(
            f"tests run only in {first.job.id} of {first.job.pipeline}, {_started(first.job.triggers)}",
            looked_in=looked,
            near=first.chain,
        )
    if runs.foreign:
        return met(
            "CI calls a workflow for tests of another repository on push or pull request, by its name",
            [*runs.foreign[:1], *suite.evidence(suite.cases, 1)],
        )
    if runs.called:
        return unknown(
            "the job for tests is a workflow of another repository, which cannot be read from here", runs.called
        )
    if runs.outside:
        first = runs.outside[0]
        return unknown(
            f"{first.job.pipeline} runs the tests, but what starts it is set outside of the repository", first.chain
        )
    if runs.empty:
        return unmet(
            "CI starts a test runner where no test of the project lies",
            looked_in=looked,
            near=[e for run in runs.empty for e in run.chain[-1:]],
        )
    if not pipelines.jobs:
        return unmet("there is no CI configuration", looked_in=looked)
    calls = [step.uses for job in pipelines.jobs for step in job.steps if "/.github/workflows/" in step.uses]
    elsewhere = f"; {calls[0]} lies in another repository" if calls and not calls[0].startswith("./") else ""
    names = ", ".join(dict.fromkeys(job.name or job.id for job in pipelines.jobs[:4]))
    count = len(pipelines.files)
    problems = [e for e in pipelines.problems if e.path in pipelines.files]
    return unmet(
        f"{count} CI pipeline{'s' * (count != 1)} ({names}) run{'s' * (count == 1)} no test command{elsewhere}",
        looked_in=looked,
        near=[*(job.evidence for job in pipelines.jobs[:2]), *problems[:2]],
    )


def _started(triggers: frozenset[str]) -> str:
    known = {
        "schedule": "on a schedule",
        "manual": "by hand",
        "tag": "on a tag",
        "other": "when something else starts it",
    }
    said = [known[t] for t in sorted(triggers) if t in known]
    return (
        "which runs " + " or ".join(said)
        if said
        else "which nothing starts: its branch does not exist or its trigger is switched off"
    )
