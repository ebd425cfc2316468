"""Who starts the suites of evaluations: CI by itself, a step that a release cannot go around, or only a person."""

from collections.abc import Iterator
from typing import Self

from msgspec import Struct

from scorecard.ci.model import Job
from scorecard.facts.commands import Executed, is_test_command
from scorecard.facts.eval_names import is_named, snake
from scorecard.facts.eval_suites import EvalSuite
from scorecard.facts.eval_test_runs import CODE, EVAL_WORD, TestRuns, joined
from scorecard.facts.eval_vocabulary import ACTIONS, COMMANDS, COMPARING_ACTIONS
from scorecard.facts.eval_words import any_of
from scorecard.facts.evals import Evals
from scorecard.facts.pipelines import Pipelines, Run
from scorecard.model import Evidence
from scorecard.repository import Repository

_DEPLOYS = any_of(
    r"docker push|gcloud (?:run|app|functions|builds|beta) |kubectl (?:apply|set|rollout)|helm (?:upgrade|install)",
    r"terraform apply|azd (?:deploy|up)|az (?:webapp|container|functionapp)|twine upload|uv publish|poetry publish",
    r"npm publish|fly(?:ctl)? deploy|vercel\b|(?:sls|serverless) deploy|cdk deploy|sam deploy|modal deploy",
    r"langgraph deploy|aws (?:ecs|lambda|cloudformation) ",
)
_RELEASES = any_of(r"(?:^|[:_-])(?:deploy|release|publish|promote|ship|push)(?:[:_-]|$)")
_COMPARES = ("--baseline", "--compare", "--threshold", "--fail-under", "--min-score")
_NO_RUN = frozenset({"echo", "cat", "cp", "mv", "ls", "git", "pip", "ruff", "mypy", "black", "eslint", "prettier"})
_NOTEBOOKS = frozenset({"papermill", "jupyter"})
_MOST_COMMAND = 2000


class Gate(Struct, frozen=True):
    """A start of a suite: ``chain`` leads from the trigger to the suite; ``compares`` if the start holds a baseline."""

    chain: tuple[Evidence, ...]
    where: str
    compares: bool = False


class EvalGates(Struct, frozen=True):
    """``automatic`` starts by CI or before a release, ``manual`` ones that wait for a person; ``pipelines`` were read."""

    automatic: tuple[Gate, ...]
    manual: tuple[Gate, ...]
    pipelines: int

    @classmethod
    def gather(cls, evals: Evals, pipelines: Pipelines, repository: Repository) -> Self:
        automatic, manual = list[Gate](), list[Gate]()
        reader = _Reader(evals, pipelines, repository)
        for job in pipelines.jobs if evals.suites else ():
            found = [*reader.actions(job), *reader.commands(job)]
            by_itself = job.automatic or (bool(found) and reader.before_release(job))
            (automatic if by_itself else manual).extend(found[:2])
        automatic += reader.releases() if evals.suites else ()
        return cls(tuple(automatic), tuple(manual), len(pipelines.files))


class _Reader:
    def __init__(self, evals: Evals, pipelines: Pipelines, repository: Repository) -> None:
        self.suites, self.links, self.pipelines = evals.suites, evals.links, pipelines
        self.test_runs = TestRuns(repository)

    def actions(self, job: Job) -> Iterator[Gate]:
        for step in job.steps:
            if ACTIONS.match(step.uses):
                compares = bool(COMPARING_ACTIONS.match(step.uses))
                yield Gate((*_trigger(job), step.evidence), job.pipeline, compares)

    def commands(self, job: Job) -> Iterator[Gate]:
        for run in self.pipelines.runs(job):
            suite = self.started(run.executed, job)
            if suite is not None:
                compares = any(word.startswith(_COMPARES) for word in run.words)
                yield Gate((*_trigger(job), *run.chain, *suite.run[:1]), job.pipeline, compares)

    def before_release(self, job: Job) -> bool:
        """Does the same job, or one that needs it, deliver something once the suite has run?"""
        runs = self.pipelines.runs(job)
        place = next((n for n, run in enumerate(runs) if self.started(run.executed, job)), len(runs))
        later = [run for other in self._followers(job) for run in self.pipelines.runs(other)]
        return any(_deploys(run) for run in (*runs[place + 1 :], *later))

    def releases(self) -> Iterator[Gate]:
        """Tasks named after a release that need a task that runs a suite."""
        for task in self.pipelines.resolver.tasks():
            for executed in self.pipelines.resolver.follow(task) if task.needs and _RELEASES.search(task.name) else ():
                suite = self.started(executed, None)
                if suite is not None:
                    here = Evidence(task.path, task.line, task.text or task.name)
                    yield Gate((here, *executed.chain, *suite.run[:1]), task.path)
                    break

    def started(self, executed: Executed, job: Job | None) -> EvalSuite | None:
        """The suite that a command starts."""
        words = executed.words
        if not words or words[0] in _NO_RUN:
            return None
        if COMMANDS.search(" " + " ".join(words)[:_MOST_COMMAND]):
            return self.suites[0]
        test = is_test_command(words)
        for suite in self.suites:
            if self._leads(executed, suite) or (test and self.test_runs.runs(suite, test, executed, job)):
                return suite
            if not test and self._names(executed, suite):
                return suite
        return None

    def _leads(self, executed: Executed, suite: EvalSuite) -> bool:
        """Is the started file one of the suite's, or a command of the system that is asked to evaluate?"""
        if not executed.module or executed.module in suite.entries:
            return bool(executed.module)
        asked = any(EVAL_WORD.search(snake(word)) for word in executed.words[1:])
        return asked and bool(self.links.around(executed.module, self.links.targets, 3) & suite.paths)

    def _names(self, executed: Executed, suite: EvalSuite) -> bool:
        for word in executed.words[1:]:
            path = joined(word, executed.folder) if "/" in word or word.endswith(CODE) else ""
            notebook = executed.words[0] in _NOTEBOOKS and path.endswith(".ipynb") and is_named(path)
            if path and (notebook or path in suite.entries or path in suite.data):
                return True
        return False

    def _followers(self, job: Job) -> list[Job]:
        return [j for j in self.pipelines.jobs if j.pipeline == job.pipeline and job.id in j.needs]


def _deploys(run: Run) -> bool:
    return bool(_DEPLOYS.match(" ".join(run.words)))


def _trigger(job: Job) -> tuple[Evidence, ...]:
    """The line that starts the job without a person, where there is one."""
    alone = [e for e in job.trigger_evidence if "dispatch" not in e.text and "manual" not in e.text]
    return tuple(alone[:1] or job.trigger_evidence[:1])
