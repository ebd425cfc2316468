"""Which YAML files are pipelines of Azure DevOps: they may have any name and lie anywhere."""

import re

from scorecard.ci.azure_templates import resolved
from scorecard.ci.model import Reading
from scorecard.ci.sources import load
from scorecard.paths import matches
from scorecard.patterns import lazily
from scorecard.readers.node import Node
from scorecard.repository import Repository

FILES = ("*.yml", "*.yaml")
_USUAL = (
    "azure-pipeline*.y*ml",
    "**/azure-pipelines/**",
    "**/.azure-pipelines/**",
    "**/.azuredevops/**",
    "**/.azdo/**",
    "**/.pipelines/**",
    "**/.ado/**",
    "**/devops/pipelines/**",
    "**/devops-pipelines/**",
)
_NEVER = lazily(
    r"(?:^|/)(?:\.github|\.gitlab|\.circleci|\.buildkite|\.tekton|\.woodpecker|\.semaphore|\.harness)/"
    r"|(?:^|/)(?:\.gitlab-ci|cloudbuild|docker-compose|compose|\.drone|\.travis|bitbucket-pipelines|buildspec|mkdocs)"
)
_WORDS = lazily(r"^(?:steps|jobs|stages|extends)\s*:", re.MULTILINE)
_START = lazily(r"^(?:trigger|pr|pool|schedules)\s*:", re.MULTILINE)
_OWN = lazily(
    r"task:\s{0,9}['\"]?[\w.-]{1,120}@\d|\bvmImage\s*:|\bdisplayName\s*:|-\s{1,9}template\s*:|-\s{1,9}deployment\s*:"
)
_ACTS = frozenset({"task", "script", "bash", "pwsh", "powershell", "checkout", "publish", "download", "template"})
_HEADS = {"steps": _ACTS, "jobs": {"job", "deployment", "template"}, "stages": {"stage", "template"}}


def is_pipeline(repository: Repository, path: str, into: Reading) -> bool:
    """Is ``path`` a pipeline of its own, and no template that another file includes?"""
    if _NEVER.search(path):
        return False
    text = repository.text(path)
    usual = matches(path, _USUAL)
    if not _WORDS.search(text) or not (usual or (_OWN.search(text) and (_START.search(text) or "task:" in text))):
        return False
    source = load(repository, path, into if usual else Reading())
    if source is None or not has_shape(source.root):
        return False
    if any(source.root.has(key) for key in ("trigger", "pr", "schedules")):
        return True
    if "template" in path.lower() or path in referenced(repository, into):
        return False
    return usual or source.root.has("pool") or source.root.has("resources")


def has_shape(root: Node) -> bool:
    """Lists of steps, jobs or stages as Azure writes them."""
    if root["extends"]["template"]:
        return True
    for section, heads in _HEADS.items():
        for item in root[section] if root[section].is_list else ():
            if any(key in heads or key.startswith("${{") for key, _ in item.items()):
                return True
    return False


def referenced(repository: Repository, into: Reading) -> frozenset[str]:
    """Every file that some file includes as a template."""
    known = into.memo.get("azure templates")
    if not isinstance(known, frozenset):
        known = into.memo["azure templates"] = frozenset(
            found
            for path in repository.glob(*FILES)
            if not _NEVER.search(path) and re.search(r"\btemplate\s*:", repository.text(path))
            for found in _included(repository, path)
        )
    return known


def _included(repository: Repository, path: str) -> list[str]:
    source = load(repository, path, Reading())
    pairs = source.root.pairs() if source else ()
    return [resolved(value.text, path) for key, value in pairs if key == "template" and value.is_scalar]
