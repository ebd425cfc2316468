"""The one command that runs the tests: a task of a runner, a script, or a line of the documentation that gives it."""

import re
import shlex
from collections.abc import Iterator
from typing import Self

from msgspec import Struct

from scorecard.facts.commands import Resolver
from scorecard.facts.suite import Suite
from scorecard.facts.suite_runs import TestRuns, collected, framework_of
from scorecard.model import Evidence
from scorecard.paths import is_demo
from scorecard.patterns import lazily, lines_with
from scorecard.repository import Repository

_NO_RUNNER = frozenset({"pre-commit", "lefthook", "docker", "jobs", "procfile", "dvc", "mlflow"})
_DOCUMENTS = (
    "README*", "CONTRIBUTING*", "DEVELOPMENT*", "DEVELOPING*", "DEVELOPER*", "TESTING*", "HACKING*", "INSTALL*", "AGENTS.md", "CLAUDE.md", "docs/**/*.md", "docs/**/*.rst", "doc/**/*.md", "doc/**/*.rst",
    "docs/**/*.mdx", "tests/*.md", "test/*.md", ".github/*.md",
)  # fmt: skip
_SCRIPTS = ("*.sh", "*.bash", "*.ps1", "*.bat", "*.cmd")
_NAMED = lazily(r"test|check|(?:^|[/_-])ci(?:[_.-]|$)|verify", re.IGNORECASE)
_MOST_DOCUMENTS = 80
_CONSOLE = "script"
_BUILDERS = frozenset({"maven", "gradle"})
_ENOUGH = 4
_FENCE = lazily(r"^\s*(?:```|~~~)\s*(\w*)")
_INLINE = lazily(r"`([^`\n]{4,200})`")
_PROMPT = lazily(r"^\s*(?:\$|>|%|PS>|\(\w+\)\s*\$)\s+")
_HINT = lazily(
    r"mvn|gradle|test|pytest|tox|nox|rspec|jest|cypress|spec\b|check|verify|make\s|just\s|task\s", re.IGNORECASE
)
_CONTAINED = ("docker", "docker-compose", "kubectl", "podman")
_NO_SHELL = frozenset({
    "yaml", "yml", "json", "toml", "ini", "python", "py", "dockerfile", "javascript", "typescript", "js", "ts",
    "xml", "sql", "mermaid", "diff", "html", "hcl", "groovy", "go", "java",
})  # fmt: skip


class Command(Struct, frozen=True):
    """A way to run the tests: what to type, and the lines that show it."""

    typed: str
    evidence: tuple[Evidence, ...]


class TestCommands(Struct, frozen=True):
    """``tasks`` of runners, ``scripts``, and commands that ``documents`` give."""

    tasks: tuple[Command, ...]
    scripts: tuple[Command, ...]
    documents: tuple[Command, ...]

    @classmethod
    def gather(cls, resolver: Resolver, repository: Repository, suite: Suite, runs: TestRuns) -> Self:
        if not suite.cases:
            return cls((), (), ())
        tasks = sorted(_tasks(resolver, suite), key=_system_first)
        scripts = sorted(
            {c.evidence: c for c in (*_shared(runs), *_scripts(repository, suite))}.values(), key=_system_first
        )
        names = {c.typed for c in tasks}
        return cls(tuple(tasks), tuple(scripts), tuple(sorted(_documents(repository, suite, names), key=_system_first)))


def _system_first(command: Command) -> tuple[bool, int]:
    path = command.evidence[0].path
    return is_demo(path), path.count("/")


def _tasks(resolver: Resolver, suite: Suite) -> Iterator[Command]:
    """Those that are named after tests first; a few are enough."""
    found = 0
    for task in sorted(
        resolver.tasks(), key=lambda t: (not t.name.startswith("test"), "test" not in t.name, t.path.count("/"))
    ):
        if task.runner in _NO_RUNNER or not task.name or found >= _ENOUGH:
            continue
        if task.runner == _CONSOLE and "test" not in task.name:
            continue
        if task.runner == "compose" and "test" not in task.name:
            continue
        for executed in resolver.follow(task):
            framework = framework_of(executed.words)
            if framework in _BUILDERS and not _NAMED.search(f"{task.name} {' '.join(executed.words)}"):
                continue  # a build that happens to run the tests is not what one types to run them
            if framework and collected(framework, executed.words, executed.folder, suite):
                name = task.name if "%" not in task.name else ""
                start = Evidence(task.path, task.line, task.text or f"{task.name}:")
                found += 1
                yield Command(f"{task.runner} {name}".strip(), tuple(dict.fromkeys((start, *executed.chain))))
                break


def _shared(runs: TestRuns) -> Iterator[Command]:
    """Scripts by which CI runs the tests, which a person can start as well."""
    for run in (*runs.on_change, *runs.otherwise, *runs.outside):
        for link in run.chain:
            if link.path.endswith((".sh", ".bash", ".ps1", ".py")) and link.path != run.job.pipeline:
                yield Command(link.path, (link,))


def _scripts(repository: Repository, suite: Suite) -> Iterator[Command]:
    for path in repository.glob(*_SCRIPTS):
        if _NAMED.search(path.rpartition("/")[2]):
            for number, line in enumerate(repository.lines(path), 1):
                framework, words = _read(line)
                if framework and collected(framework, words, "", suite):
                    yield Command(path, (Evidence(path, number, line),))
                    break


def _documents(repository: Repository, suite: Suite, tasks: set[str]) -> Iterator[Command]:
    for path in list(repository.glob(*_DOCUMENTS))[:_MOST_DOCUMENTS]:
        text = repository.text(path)
        folder = path.rpartition("/")[0]
        for number, line in _given(text):
            framework, words = _read(line)
            if framework and _collects(framework, words, folder, suite):
                yield Command(" ".join(words), (Evidence(path, number, line),))
                break
            if " ".join(words[:2]) in tasks:
                yield Command(" ".join(words[:2]), (Evidence(path, number, line),))
                break


def _collects(framework: str, words: tuple[str, ...], folder: str, suite: Suite) -> bool:
    """Does the command run the tests, and not only those of one file among several?"""
    single = [word for word in words[1:] if re.search(r"\.(?:py|[cm]?[jt]sx?|rb)(?:::|$)", word)]
    if single and len(suite.files) > len(single):
        return False
    return bool(collected(framework, words, "", suite) or collected(framework, words, folder, suite))


def _given(text: str) -> Iterator[tuple[int, str]]:
    """The commands of a document: lines of its code fences and indented blocks, and inline code."""
    fence = language = ""
    hinted = {number for number, _ in lines_with(_HINT, text)}
    for number, line in enumerate(text.split("\n"), 1):
        match = _FENCE.match(line) if "```" in line or "~~~" in line else None
        if match:
            fence, language = ("", "") if fence else ("```", match[1].lower())
        elif fence:
            if language not in _NO_SHELL and number in hinted:
                yield number, line
        elif number in hinted:
            if line.startswith(("    ", "\t")) and not line.lstrip().startswith(("-", "*", "|", "#")):
                yield number, line
            for code in _INLINE.findall(line):
                yield number, code


def _read(line: str) -> tuple[str, tuple[str, ...]]:
    """The framework that a line of shell runs, with its words; "" if it runs no tests."""
    plain = _PROMPT.sub("", line).strip()
    if not plain or plain.startswith("#") or not _HINT.search(plain):
        return "", ()
    first: tuple[str, ...] = ()
    for part in re.split(r"&&|\|\||;|\|", plain.partition(" #")[0]):
        try:
            words = tuple(shlex.split(part))
        except ValueError:
            words = tuple(part.split())
        while words and re.fullmatch(r"[A-Z_][A-Z0-9_]*=.*", words[0]):
            words = words[1:]
        if words and words[0].startswith("!"):  # of a notebook
            words = tuple(word for word in (words[0].removeprefix("!"), *words[1:]) if word)
        if not words:
            continue
        first = first or words
        found = framework_of(words)
        if not found and words[0] in _CONTAINED:
            inner = next((i for i, w in enumerate(words) if i and framework_of(words[i:])), 0)
            words = words[inner:] if inner else words
            found = framework_of(words) if inner else None
        if found:
            return found, words
    return "", first
