"""Files with a section for each environment: bundle targets, profiles, tables of TOML, workspaces of Terraform."""

import re
from collections.abc import Iterator

from scorecard.facts.configuration import Configuration
from scorecard.facts.environment_files import NO_SETTINGS, ByRank
from scorecard.facts.environment_names import Rank, exact, strong
from scorecard.model import Evidence
from scorecard.paths import is_demo
from scorecard.patterns import lazily
from scorecard.readers.node import Node
from scorecard.repository import Repository

_SECTION = lazily(r"^[ \t]*\[+([^\[\]]{1,120})\]+", re.MULTILINE)
_KEY = lazily(
    r"^[ \t]*(?:-[ \t]*)?[\"']?(?:(?:name|env|environment|stage|env_name)[\"']?[ \t]*:[ \t]*[\"']?)?"
    r"(?:dev\w{0,12}|stag\w{0,6}|prod\w{0,9}|prd|uat|qa)[\"']?[ \t]*(?::|,|$)",
    re.IGNORECASE | re.MULTILINE,
)
_PROFILES = lazily(
    r"spring\.config\.activate\.on-profile\s*[:=]\s*([\w-]+)|on-profile\s*:\s*([\w-]+)|^[ \t]*profiles\s*:\s*([\w-]+)\s*$",
    re.MULTILINE,
)


def declared_in_files(repository: Repository, configuration: Configuration, ci: frozenset[str]) -> Iterator[ByRank]:
    """Files with a section for each environment: bundle targets, dynaconf, samconfig, dbt profiles, stages, workspaces."""
    for path in configuration.paths:
        if path in ci or NO_SETTINGS.search(path) or not _KEY.search(repository.text(path)):
            continue
        for document in configuration.documents(path):
            for node in document.walk():
                by_rank = _sections(node)
                if len(by_rank) > 1:
                    yield {rank: configuration.evidence(path, line) for rank, line in by_rank.items()}
    for path in repository.glob("wrangler.json*", "eas.json", "serverless.ts", "copilot*.json"):
        if not is_demo(path):
            yield _keyed(repository, path)
    for path in repository.glob("*.toml", "*.ini", "*.cfg"):
        if not (NO_SETTINGS.search(path) or is_demo(path)):
            yield _headed(repository, path)
    for path in repository.glob("*.tf", "*.properties", "application*.y*ml"):
        if not is_demo(path):
            yield _written(repository, path)


def _sections(node: Node) -> dict[Rank, int]:
    """The keys of a mapping that name environments and hold settings of their own."""
    if node.is_list:
        return _listed(node)
    if not node.is_map or len(node) > 40:
        return {}
    found: dict[Rank, int] = {}
    for key, value in node.items():
        rank = strong(key) if (value.is_map or value.is_list) else None
        if rank is None and value.is_map and key in ("default", "test", "local", "stage"):
            rank = exact(key)
        if rank is not None:
            found.setdefault(rank, node.key_line(key))
    return found if max(found, default=Rank.DEVELOPMENT) >= Rank.STAGING else {}


def _listed(node: Node) -> dict[Rank, int]:
    """Members of a list that name their environment and have settings beside the name."""
    found: dict[Rank, int] = {}
    for item in node:
        name = item.get("name", "env", "environment", "stage", "ENV_NAME", "env_name") if item.is_map else node
        rank = strong(name.text) if name.is_scalar and len(item) > 1 else None
        if rank is not None:
            found.setdefault(rank, name.line)
    return found


def _keyed(repository: Repository, path: str) -> ByRank:
    """Objects of a JSON file with comments: `"staging": {`."""
    found: ByRank = {}
    for number, row in enumerate(repository.lines(path), 1):
        match = re.match(r"\s*[\"']?(\w+)[\"']?\s*:\s*\{", row)
        rank = strong(match[1]) if match else None
        if rank is not None:
            found.setdefault(rank, Evidence(path, number, row))
    return found


def _headed(repository: Repository, path: str) -> ByRank:
    """Tables of a TOML or INI file: `[production]`, `[env.staging]`, `[prod.deploy.parameters]`."""
    found: ByRank = {}
    text = repository.text(path)
    for match in _SECTION.finditer(text):
        for part in match[1].split("."):
            rank = strong(part)
            if rank is not None:
                line = text.count("\n", 0, match.start(1)) + 1
                found.setdefault(rank, Evidence(path, line, match[0].strip()))
    return found


def _written(repository: Repository, path: str) -> ByRank:
    """Workspaces and allowed values of Terraform, profiles of Spring."""
    found: ByRank = {}
    text = repository.text(path)
    if path.endswith(".tf"):
        for number, row in enumerate(text.split("\n"), 1):
            if (
                "contains(" in row
                and re.search(r"\"(?:dev|prod|staging|prd)", row)
                and not row.lstrip().startswith("#")
            ):
                for word in re.findall(r"\"([\w-]{2,20})\"", row):
                    rank = exact(word)
                    if rank is not None:
                        found.setdefault(rank, Evidence(path, number, row))
            elif "terraform.workspace" in row and not row.lstrip().startswith("#"):
                for word in re.findall(r"\"([\w-]{2,20})\"", row):
                    rank = strong(word)
                    if rank is not None:
                        found.setdefault(rank, Evidence(path, number, row))
                        found.setdefault(Rank.DEVELOPMENT, Evidence(path, number, row))
        return found
    for match in _PROFILES.finditer(text):
        rank = exact(next(group for group in match.groups() if group))
        if rank is not None:
            found.setdefault(rank, Evidence(path, text.count("\n", 0, match.start()) + 1, match[0].strip()))
    return found
