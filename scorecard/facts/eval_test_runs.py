"""Does a test command run an evaluation: does it name it, or collect it and hold a key with which a model can be asked?"""

from scorecard.ci.model import Job
from scorecard.facts.commands import Executed
from scorecard.facts.eval_names import is_named, snake
from scorecard.facts.eval_suites import EvalSuite
from scorecard.facts.eval_words import any_of
from scorecard.patterns import lazily
from scorecard.readers import toml
from scorecard.repository import Repository

CODE = (".py", ".ts", ".tsx", ".js", ".mjs", ".rb", ".go", ".java", ".kt", ".cs", ".R", ".ipynb")
EVAL_WORD = lazily(r"(?:^|[/_.:=-])(?:llm_?)?evals?(?:uat\w*)?(?=[/_.:-]|$)")
_KEY = any_of(
    r"(?:API_?KEY|_TOKEN|_KEY|CREDENTIALS|CLIENT_ID|ENDPOINT)[\"']?\s?[:=]\s?[\"']?\$",
    r"secrets\.\w*(?:API_?KEY|OPENAI|ANTHROPIC|GEMINI|AZURE|AWS|GOOGLE)",
)
_LEFT_OUT = any_of(
    r"\bnot\s++\(?\s*+(?:\w++\s++or\s++){0,9}\w*(?:eval|llm|live|slow|integration|e2e|external|benchmark)",
    r"--ignore[= ]\S*eval",
)
_VERBS = frozenset({"test", "run", "exec", "-m"})
_SCRIPTED = frozenset({"vitest", "jest", "mocha", "ava", "bun", "npm", "pnpm", "yarn"})
_SCRIPT_TEST = lazily(r"\.(?:test|spec)\.[cm]?[jt]sx?$")


class TestRuns:
    """Judges the test commands of CI; what pytest's configuration leaves out is known."""

    __test__ = False  # pytest would take it for a test

    def __init__(self, repository: Repository) -> None:
        self.repository = repository
        self.left_out = _configured_away(repository)
        self.testpaths = _testpaths(repository)

    def runs(self, suite: EvalSuite, framework: str, executed: Executed, job: Job | None) -> bool:
        """Does the command of ``framework`` run the suite?"""
        words = executed.words[1:]
        if _LEFT_OUT.search(" ".join(words)):
            return False
        said = any(EVAL_WORD.search(snake(word)) for word in words)
        tested = [path for path in suite.entries if _collected(path, framework, said=said)]
        paths = self._paths(executed)
        if not paths:
            everything = bool(tested) and self._collects_all(tested, executed.folder) and self._has_key(job)
            return everything or (said and any(is_named(path) or path in tested for path in suite.paths))
        inside = any(within(path, folder) for path in tested for folder in paths)
        narrow = said or any(path in suite.paths or is_named(path) for path in paths)
        return inside and (narrow or self._has_key(job))

    def _paths(self, executed: Executed) -> list[str]:
        found = []
        for word in executed.words[1:]:
            path = joined(word.partition("::")[0], executed.folder)
            if word.startswith("-") or word in _VERBS:
                continue
            if "/" in word or word.endswith(CODE) or self.repository.has_folder(path):
                found.append(path)
        return found

    def _collects_all(self, tested: list[str], folder: str) -> bool:
        roots = [joined(path, folder) for path in self.testpaths] or [folder]
        return not self.left_out and any(within(path, root) for path in tested for root in roots)

    def _has_key(self, job: Job | None) -> bool:
        """A job without a key for a model can only skip what asks one."""
        return job is not None and bool(_KEY.search(self.repository.text(job.path)))


def joined(word: str, folder: str) -> str:
    """A path of a command line relative to the repository."""
    plain = f"{folder}/{word}" if folder else word
    parts = [part for part in plain.split("/") if part not in ("", ".")]
    while ".." in parts[1:]:
        position = parts.index("..", 1)
        del parts[position - 1 : position + 1]
    return "/".join(parts)


def within(path: str, folder: str) -> bool:
    """Is the path the folder, or does it lie below?"""
    return not folder or path == folder or path.startswith(folder + "/")


def _collected(path: str, framework: str, *, said: bool) -> bool:
    name = path.rpartition("/")[2]
    if framework == "pytest":
        return name.startswith("test_") or name.endswith("_test.py")
    if framework in _SCRIPTED:
        return bool(_SCRIPT_TEST.search(name)) or (said and ".eval." in name)
    if framework == "go":
        return name.endswith("_test.go")
    return name.endswith((".cs", ".rb", ".java", ".kt", ".R", ".scala"))


def _configured_away(repository: Repository) -> bool:
    """Does pytest's own configuration leave evaluations out by default?"""
    for path in repository.glob("pytest.ini", "setup.cfg", "tox.ini", "pyproject.toml"):
        if any("addopts" in line and _LEFT_OUT.search(line) for line in repository.lines(path)):
            return True
    return False


def _testpaths(repository: Repository) -> list[str]:
    return toml.read(repository.text("pyproject.toml"))["tool"]["pytest"]["ini_options"]["testpaths"].strings()
