"""Where tests are run: by continuous integration on a change, by CI that somebody must start, and by tasks that people call.

A command counts only if what it collects holds a test of the project: a runner for an empty folder runs nothing.
"""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Self

from msgspec import Struct

from scorecard.ci.model import Job, Step, Trigger
from scorecard.facts.frameworks import is_test_command
from scorecard.facts.pipelines import Pipelines, Run
from scorecard.facts.suite import Case, Suite
from scorecard.model import Evidence
from scorecard.patterns import lazily

ON_CHANGE = frozenset({Trigger.PUSH, Trigger.CHANGE})
# Systems whose triggers are kept in a cloud's console and not in the file.
_KEPT_OUTSIDE = frozenset({"Google Cloud Build", "AWS CodeBuild", "Tekton", "Argo Workflows"})
_PYTHON = frozenset({
    "pytest", "unittest", "nose", "nose2", "doctest", "trial", "ward", "green", "behave", "robot", "tox", "nox",
    "django", "testbook", "stestr", "xmlrunner", "testtools.run",
})  # fmt: skip
_SCRIPT = frozenset({
    "jest", "vitest", "mocha", "ava", "karma", "playwright", "cypress", "npm", "yarn", "pnpm", "deno", "bun",
    "ng", "react-scripts", "node:test",
})  # fmt: skip
_LANGUAGES: dict[str, frozenset[str]] = {
    "go": frozenset({"go"}), "gotestsum": frozenset({"go"}), "ginkgo": frozenset({"go"}), "rspec": frozenset({"ruby"}), "rake": frozenset({"ruby"}), "rails": frozenset({"ruby"}),
    "minitest": frozenset({"ruby"}), "dotnet": frozenset({"csharp"}), "sbt": frozenset({"scala", "java"}), "maven": frozenset({"java", "kotlin", "scala"}),
    "gradle": frozenset({"java", "kotlin", "scala"}), "testthat": frozenset({"r"}), "R CMD check": frozenset({"r"}),
    **dict.fromkeys(_PYTHON, frozenset({"python"})), **dict.fromkeys(_SCRIPT, frozenset({"typescript", "javascript"})),
}  # fmt: skip
_VALUED = frozenset({
    "-m", "-k", "-n", "-c", "-p", "-o", "-W", "--cov", "--cov-report", "--cov-config", "--rootdir", "--junitxml", "--junit-xml", "--durations", "--timeout", "--ignore", "--deselect", "--maxfail",
    "--tb", "--capture", "--log-level", "--log-cli-level", "--color", "--dist", "--basetemp", "--html", "--confcutdir", "--override-ini", "--numprocesses", "--reruns", "--env", "--cov-fail-under",
})  # fmt: skip
_MOVES = lazily(r"\bcd\s|pushd|git clone|cookiecutter|copier|\$\(|mkdir|unzip|tar\s|mv\s|cp\s")
_ACTIONS = lazily(
    r"^(?:cypress-io/github-action|r-lib/actions/check-r-package|julia-actions/julia-runtest|[\w.-]+/pytest-action|[\w.-]+/run-pytest[\w-]*|fylein/python-pytest-\w+|Maven|Gradle|VSTest|DotNetCoreCLI|python/test|node/test|ruby/rspec-test|[\w.-]+/pytest[\w-]*)(?:@|$)",
    re.IGNORECASE,
)
_FOREIGN = lazily(r"^[\w.-]+/[\w.-]+/\.github/workflows/[\w./-]+\.ya?ml@")
_SAYS_TESTS = lazily(
    r"(?:^|[^a-z])(?:tests?|testing|pytest|tox|nox|unit-?tests?|integration-?tests?|rspec|jest)(?:[^a-z]|$)",
    re.IGNORECASE,
)


class TestRun(Struct, frozen=True):
    """A run of tests: the way from the job's line to the command, and a test that it collects."""

    job: Job
    framework: str
    chain: tuple[Evidence, ...]
    case: Case | None


class TestRuns(Struct, frozen=True):
    """``on_change`` start by push or pull request; ``otherwise`` by hand, schedule or tag; ``outside`` by a trigger that the
    repository does not hold; ``foreign`` are workflows of other repositories that are named after tests, ``called`` those
    whose job is; ``empty`` collect no test of the project."""

    on_change: tuple[TestRun, ...]
    otherwise: tuple[TestRun, ...]
    outside: tuple[TestRun, ...]
    foreign: tuple[Evidence, ...]
    called: tuple[Evidence, ...]
    empty: tuple[TestRun, ...]

    @classmethod
    def gather(cls, pipelines: Pipelines, suite: Suite) -> Self:
        found = list(_found(pipelines, suite))
        real = [run for run in found if run.case]
        outside = [r for r in real if r.job.system in _KEPT_OUTSIDE and not r.job.triggers - {Trigger.OTHER}]
        change = [r for r in real if r.job.triggers & ON_CHANGE]
        rest = [r for r in real if r not in change and r not in outside]
        return cls(
            tuple(change),
            tuple(rest),
            tuple(outside),
            tuple(_foreign(pipelines, by_file=True)),
            tuple(_foreign(pipelines, by_file=False)),
            tuple(r for r in found if not r.case),
        )


def framework_of(words: tuple[str, ...]) -> str | None:
    """The name of the test framework that a command runs, None if it runs no tests."""
    if words[:1] == ("node",) and "--test" in words[1:]:
        return "node:test"
    return is_test_command(words)


def _found(pipelines: Pipelines, suite: Suite) -> Iterator[TestRun]:
    files = {case.path: case for case in reversed(suite.cases)}
    for run in pipelines.all_runs():
        framework = framework_of(run.words)
        if framework:
            dead = _is_at_root(run) and _is_missing(run.words, suite)
            case = None if dead else collected(framework, run.words, run.executed.folder, suite)
            yield TestRun(run.job, framework, run.chain, case)
        elif run.executed.module in files:
            yield TestRun(run.job, "a test file", run.chain, files[run.executed.module])
    for job, step in pipelines.steps(_runs_tests):
        yield TestRun(job, step.uses.partition("@")[0], (*step.via, step.evidence), next(iter(suite.cases), None))


def _is_at_root(run: Run) -> bool:
    """Does the command certainly run in the root of the repository, with nothing brought in before?"""
    steps = " ".join(step.command for step in run.job.steps)
    return len(run.chain) == 1 and not run.step.folder and not _MOVES.search(steps)


def _is_missing(words: tuple[str, ...], suite: Suite) -> bool:
    """Are all paths that the command names paths that do not exist?"""
    repository = suite.code.repository
    named = [
        word.partition("::")[0]
        for word in _arguments(words)
        if re.fullmatch(r"[\w./-]+", word) and "..." not in word and ("/" in word or word.endswith(".py"))
    ]
    return bool(named) and not any(
        repository.has(n.removeprefix("./").rstrip("/")) or repository.has_folder(n.removeprefix("./")) for n in named
    )


def collected(framework: str, words: tuple[str, ...], folder: str, suite: Suite) -> Case | None:
    """A test of the project that the command collects, None if there is none."""
    languages = _LANGUAGES.get(framework)
    fitting = [c for c in suite.cases if not languages or c.source.language in languages]
    if framework != "pytest":
        return next((c for c in fitting if not folder or c.path.startswith(f"{folder}/")), next(iter(fitting), None))
    root = f"{folder}/" if folder and "{" not in folder and folder != "TEMPLATE" else ""
    places = [
        place
        for word in _arguments(words)
        if (place := f"{root}{_start_of(word)}").strip("/") and _holds_tests(place, suite)
    ]
    if places:
        return next((c for c in fitting if any(_lies_in(c.path, p) for p in places)), None)
    if root and _holds_tests(root.rstrip("/"), suite):
        return next((c for c in fitting if c.path.startswith(root)), None)
    return next(iter(fitting), None)


def _arguments(words: tuple[str, ...]) -> list[str]:
    """What a command is given besides options and their values."""
    given = []
    for before, word in pairwise(words):
        if not word.startswith("-") and "$" not in word and before not in _VALUED:
            given.append(word)
    return given


def _lies_in(path: str, place: str) -> bool:
    return path == place or path.startswith(f"{place}/")


def _holds_tests(place: str, suite: Suite) -> bool:
    """Are there test files, good ones or hollow ones?"""
    return any(_lies_in(case.path, place) for case in (*suite.cases, *suite.hollow))


def _start_of(word: str) -> str:
    """The folder or file that an argument names; of a pattern what comes before its first star."""
    plain = word.partition("::")[0].removeprefix("./")
    if "*" in plain:
        plain = plain.partition("*")[0].rpartition("/")[0]
    return plain.strip("/")


def _runs_tests(step: Step) -> bool:
    if not _ACTIONS.match(step.uses):
        return False
    name = step.uses.partition("@")[0].lower()
    if name == "dotnetcorecli":
        return step.input("command") == "test"
    if name == "gradle":
        return any(word in step.input("tasks", "options") for word in ("test", "build", "check"))
    return "skiptests" not in step.input("options", "goals").lower()


def _foreign(pipelines: Pipelines, *, by_file: bool) -> Iterator[Evidence]:
    """Test workflows that lie in another repository, called on a change."""
    for job in pipelines.jobs:
        if job.triggers & ON_CHANGE:
            for step in job.steps:
                file = step.uses.partition("@")[0].rpartition("/")[2]
                said = file if by_file else f"{job.id} {job.name} {step.name}"
                if _FOREIGN.match(step.uses) and _SAYS_TESTS.search(said.replace("_", "-")):
                    yield step.evidence
