"""What a path alone tells: whose work a file is, and which part it plays."""

import re
from collections.abc import Iterable
from functools import cache

from scorecard import wildcards
from scorecard.patterns import lazily
from scorecard.wildcards import Wildcards, expression_of

_FOREIGN = lazily(
    r"(?:^|/)(?:node_modules|bower_components|vendor|vendored|_vendor|third[_-]?party|3rdparty|external_libs"
    r"|site-packages|dist-packages|\.venv|venv|virtualenv|\.env\.d|\.tox|\.nox|\.eggs|[^/]+\.egg-info"
    r"|__pycache__|\.mypy_cache|\.ruff_cache|\.pytest_cache|\.ipynb_checkpoints|\.next|\.nuxt|\.svelte-kit"
    r"|wwwroot/lib|(?:wwwroot|static|public|assets)/(?:[^/]+/){0,2}?[\w.]+-\d+\.\d+\.\d+(?:-dist)?"
    r"|bower|Pods|packrat|renv/library|renv/staging|\.gradle|\.terraform|\.dvc/cache|mlruns|wandb|catboost_info|htmlcov|\.git)/"
    r"|(?:^|/)(?:lib|bin)/python3[^/]*/"
    r"|\.min\.(?:js|css)$|\.bundle\.js$|\.pyc$|(?:^|/)versioneer\.py$|(?:^|/)renv/activate\.R$"
)
_GENERATED = lazily(
    r"(?:_pb2(?:_grpc)?\.pyi?|\.pb(?:\.gw|\.validate)?\.go|\.g\.cs|\.designer\.cs|\.generated\.\w+|zz_generated[^/]*)$"
    r"|(?:^|/)(?:generated|__generated__|swagger[-_]client|go_http_client|openapi[-_]client)/",
    re.IGNORECASE,
)
_BUILT = lazily(r"(?:^|/)(?:dist|build|out|target|_build|public/assets)/.*\.(?:js|css|map|html|class)$")
_TEST = lazily(
    r"(?:^|/)(?:tests?|__tests__|spec|specs|e2e|testing|unit_tests?|integration_tests?|testthat|androidTest)/"
    r"|(?:^|/)(?:test_[^/]+|[^/]+_test|conftest|[^/]*Tests?|[^/]+_spec|[^/]+Spec|[^/]+IT)\.(?:py|rb|go|java|kt|scala|cs|R|r|jl)$"
    r"|\.(?:test|spec)\.[cm]?[jt]sx?$|(?:^|/)test-[^/]+\.[rR]$|(?:^|/)tests?\.py$"
)
_DOCS = lazily(
    r"(?:^|/)(?:docs?|documentation|wiki|site|website|mkdocs)/"
    r"|\.(?:md|mdx|rst|adoc|txt|pdf)$"
)
_AGENT_PROSE = lazily(r"(?:^|/)\.(?:claude|gemini|cursor|github/prompts|github/instructions|codex|windsurf)/")
_DEMO = lazily(
    r"(?:^|(?<!com)(?<!org)/)(?:examples?|samples?|demos?|tutorials?|cookbooks?|snippets?|playground|sandbox|scratch|archive(?:[-_]\w+)?"
    r"|archived|legacy|deprecated|old|homeworks?|homework_solution|cohorts?|exercises?|assignments?)(?:/|-\w+/)"
)
# The folders of a JVM package say who wrote it (`org/springframework/samples`), not which part it plays.
_PACKAGE = lazily(r"(?:^|/)src/main/(?:java|kotlin|scala|groovy)/.*$")


TEMPLATE_ROOT = lazily(r"^(?:[^{}]+/)?(?:[^/{}]*\{\{[^/]+\}\}[^/]*/)+")
# Folders of seed code that a service catalogue pushes into new repositories as they stand, by what CI finds at their root.
SEED_ROOT = lazily(
    r"^(?:[^/]+/){0,6}?[\w.-]{0,60}seed[-_]?code[\w.-]{0,60}/(?:[^/]+/){0,3}?"
    r"(?=\.github/workflows/|\.gitlab-ci\.ya?ml$|bitbucket-pipelines\.yml$|azure-pipelines\.ya?ml$|Jenkinsfile$)"
)
_TEMPLATE_SUFFIX = lazily(r"\.(?:tmpl|tpl|jinja2?|j2)$")


def plain_name(path: str) -> str:
    """The path without a template engine's suffix: `train.py.tmpl` is a Python file."""
    return _TEMPLATE_SUFFIX.sub("", path)


@cache
def is_foreign(path: str) -> bool:
    """Somebody else's work, or a machine's: vendored, an environment, a build output."""
    return bool(_FOREIGN.search(path) or _BUILT.search(path) or _GENERATED.search(path))


@cache
def is_test(path: str) -> bool:
    """Lies where tests lie, or is named as tests are named. Whether it tests anything is another question."""
    return bool(_TEST.search(path))


@cache
def is_prose(path: str) -> bool:
    """Documentation, or instructions to an assistant: text that tells, not code that does."""
    return bool(_DOCS.search(path) or _AGENT_PROSE.search(path))


@cache
def is_demo(path: str) -> bool:
    """An example, an exercise, or an archived copy: weaker evidence than the system's own path."""
    return bool(_DEMO.search(_PACKAGE.sub("/", path)))


_FEW = 3
_SHORT = 500
"""Wildcards and characters up to which a regular expression, which is faster, cannot take long: 20 million steps at worst."""
_WILD = {"**/": "(?:[^/]+/)*", "**": ".*", "*": "[^/]*"}


def _expression(parts: Iterable[str]) -> str:
    return "".join(_WILD.get(part) or expression_of(part) for part in parts)


@cache
def _compiled(
    patterns: tuple[str, ...],
) -> tuple[re.Pattern[str] | None, re.Pattern[str] | None, tuple[Wildcards, ...]]:
    """One expression for the patterns that mean a name, one for those that mean a path, and those of many wildcards, all as paths."""
    names: list[str] = []
    paths: list[str] = []
    many: list[Wildcards] = []
    for pattern in patterns:
        parts = tuple(wildcards.parts(pattern))
        if sum(part in _WILD for part in parts) > _FEW:
            many.append(_as_path(pattern))
        else:
            (paths if "/" in pattern else names).append(_expression(parts))
    by_name, by_path = (
        re.compile(rf"(?:{'|'.join(found)})\Z", re.IGNORECASE) if found else None for found in (names, paths)
    )
    return by_name, by_path, tuple(many)


@cache
def _as_path(pattern: str) -> Wildcards:
    return Wildcards(pattern if "/" in pattern else f"**/{pattern}")


def matches(path: str, patterns: Iterable[str]) -> bool:
    """Does ``path`` match one of the patterns? Without a slash the file's name is meant; case is ignored."""
    given = tuple(patterns)
    if len(path) > _SHORT:
        return any(_as_path(pattern).match(path) for pattern in given)
    by_name, by_path, many = _compiled(given)
    if by_name is not None and by_name.match(path.rpartition("/")[2]):
        return True
    if by_path is not None and by_path.match(path):
        return True
    return any(pattern.match(path) for pattern in many)
