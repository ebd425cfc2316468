"""What a path alone tells: whose work a file is, and which part it plays."""

import re
from collections.abc import Iterable
from functools import cache, lru_cache

_FOREIGN = re.compile(
    r"(?:^|/)(?:node_modules|bower_components|vendor|vendored|_vendor|third[_-]?party|3rdparty|external_libs"
    r"|site-packages|dist-packages|\.venv|venv|virtualenv|\.env\.d|\.tox|\.nox|\.eggs|[^/]+\.egg-info"
    r"|__pycache__|\.mypy_cache|\.ruff_cache|\.pytest_cache|\.ipynb_checkpoints|\.next|\.nuxt|\.svelte-kit"
    r"|bower|Pods|\.gradle|\.terraform|\.dvc/cache|mlruns|wandb|catboost_info|htmlcov|\.git)/"
    r"|(?:^|/)(?:lib|bin)/python3[^/]*/"
    r"|\.min\.(?:js|css)$|\.bundle\.js$|\.pyc$|(?:^|/)versioneer\.py$"
)
_BUILT = re.compile(r"(?:^|/)(?:dist|build|out|target|_build|public/assets)/.*\.(?:js|css|map|html|class)$")
_TEST = re.compile(
    r"(?:^|/)(?:tests?|__tests__|spec|specs|e2e|testing|unit_tests?|integration_tests?|testthat|androidTest)/"
    r"|(?:^|/)(?:test_[^/]+|[^/]+_test|conftest|[^/]*Tests?|[^/]+_spec|[^/]+Spec|[^/]+IT)\.(?:py|rb|go|java|kt|scala|cs|R|r|jl)$"
    r"|\.(?:test|spec)\.[cm]?[jt]sx?$|(?:^|/)test-[^/]+\.[rR]$|(?:^|/)tests?\.py$"
)
_DOCS = re.compile(
    r"(?:^|/)(?:docs?|documentation|wiki|site|website|mkdocs)/"
    r"|\.(?:md|mdx|rst|adoc|txt|pdf)$"
)
_AGENT_PROSE = re.compile(r"(?:^|/)\.(?:claude|gemini|cursor|github/prompts|github/instructions|codex|windsurf)/")
_DEMO = re.compile(
    r"(?:^|/)(?:examples?|samples?|demos?|tutorials?|cookbooks?|snippets?|playground|sandbox|scratch|archive"
    r"|archived|legacy|deprecated|old|homeworks?|homework_solution|cohorts?|exercises?|assignments?)(?:/|-\w+/)"
)


@lru_cache(maxsize=None)
def is_foreign(path: str) -> bool:
    """Somebody else's work, or a machine's: vendored, an environment, a build output."""
    return bool(_FOREIGN.search(path) or _BUILT.search(path))


@lru_cache(maxsize=None)
def is_test(path: str) -> bool:
    """Lies where tests lie, or is named as tests are named. Whether it tests anything is another question."""
    return bool(_TEST.search(path))


@lru_cache(maxsize=None)
def is_prose(path: str) -> bool:
    """Documentation, or instructions to an assistant: text that tells, not code that does."""
    return bool(_DOCS.search(path) or _AGENT_PROSE.search(path))


@lru_cache(maxsize=None)
def is_demo(path: str) -> bool:
    """An example, an exercise, or an archived copy: weaker evidence than the system's own path."""
    return bool(_DEMO.search(path))


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    out = []
    position = 0
    while position < len(pattern):
        char = pattern[position]
        if pattern.startswith("**/", position):
            out.append("(?:[^/]+/)*")
            position += 3
            continue
        if pattern.startswith("**", position):
            out.append(".*")
            position += 2
            continue
        if char == "*":
            out.append("[^/]*")
        elif char == "?":
            out.append("[^/]")
        elif char == "[":
            end = pattern.find("]", position)
            out.append(pattern[position : end + 1] if end > 0 else re.escape(char))
            position = end if end > 0 else position
        else:
            out.append(re.escape(char))
        position += 1
    return re.compile("".join(out) + r"\Z", re.IGNORECASE)


def matches(path: str, patterns: Iterable[str]) -> bool:
    """Does ``path`` match one of the patterns? Without a slash the file's name is meant; case is ignored."""
    name = path.rpartition("/")[2]
    return any(_compiled(p).match(path if "/" in p else name) for p in patterns)
