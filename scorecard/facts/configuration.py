"""Configuration files of the system, YAML and JSON, found by what stands in them and parsed once.

Tests, documentation, demos, lock files and data are left out: a rule file that nobody deploys watches nothing.
"""

import re
from collections.abc import Iterable, Iterator
from functools import cache, cached_property
from typing import Self

from msgspec import Struct, field

from scorecard.model import Evidence
from scorecard.paths import is_demo, is_prose, is_test, plain_name
from scorecard.patterns import lazily
from scorecard.readers import yaml
from scorecard.readers.hcl import uncommented
from scorecard.readers.node import Node
from scorecard.repository import Repository

MAX_YAML = 1_000_000
_NO_CONFIGURATION = lazily(
    r"(?:^|/)(?:package(?:-lock)?|tsconfig[^/]*|composer|jsconfig|renovate|turbo|biome|angular|\.eslintrc|launch|"
    r"settings"
    r"|tasks|extensions|components|vercel-lock|pnpm-lock|conda-lock[^/]*|mkdocs|_config|CITATION|"
    r"\.pre-commit-config)\.[^/]+$"
    r"|lock\.(?:ya?ml|json)$|(?:^|/)(?:locales?|i18n|lang|translations|cassettes|fixtures|snapshots|__snapshots__|"
    r"data|datasets?)/"
)
# `kubernetes/deployment-production.tmpl`: the last suffix alone says that it is filled in.
_CLUSTER = lazily(r"(?:^|/)(?:k8s|kube|kubernetes|manifests|openshift|nomad)/")
_JSON_WORTH = lazily(
    r"grafana|dashboard|monitor|observ|metric|alert|alarm|prometheus|kibana|opensearch|cloudwatch|datadog|telemetry|"
    r"infra|deploy"
    r"|terraform|k8s|kube|helm|charts?/|arm|azure|bicep|cloudformation|cfn|template|stack|provision|docker|ops|"
    r"workbook|appsettings|host\.json"
    r"|superset|lvdash|sentry|otel|databricks|pipeline|drift",
    re.IGNORECASE,
)


class Configuration(Struct, dict=True, eq=False):
    """The files, in order of path, and their trees on demand."""

    repository: Repository
    _documents: dict[str, tuple[Node, ...]] = field(default_factory=dict)

    @classmethod
    def gather(cls, repository: Repository) -> Self:
        return cls(repository)

    @cached_property
    def paths(self) -> tuple[str, ...]:
        return tuple(path for path in self.repository.own if _is_configuration(path))

    def holding(self, *needles: str) -> Iterator[str]:
        """Files whose text contains all of ``needles``: a cheap question before anything is parsed."""
        for path in self.paths:
            text = self.repository.text(path)
            if all(needle in text for needle in needles):
                yield path

    def holding_any(self, needles: Iterable[str]) -> Iterator[str]:
        """Files whose text contains one of ``needles``."""
        wanted = tuple(needles)
        for path in self.paths:
            text = self.repository.text(path)
            if any(needle in text for needle in wanted):
                yield path

    def documents(self, path: str) -> tuple[Node, ...]:
        """The documents of a file; none where it is neither YAML nor JSON."""
        if path not in self._documents:
            text = self.repository.text(path)
            self._documents[path] = _parsed(text, path) if 0 < len(text) <= MAX_YAML else ()
        return self._documents[path]

    def lines(self, path: str) -> Iterator[tuple[int, str]]:
        """The lines that are no comments."""
        for number, line in enumerate(self.repository.lines(path), 1):
            if not line.lstrip().startswith(("#", "//")):
                yield number, line

    def evidence(self, path: str, line: int) -> Evidence:
        """A quotation of one line."""
        return self.repository.quote(path, line)


@cache
def is_operational(path: str) -> bool:
    """Could the file be part of what runs? Not a test, a text, an example."""
    return not (is_test(path) or is_prose(path) or is_demo(path))


def _is_configuration(path: str) -> bool:
    name = plain_name(path)
    if name.endswith((".yml", ".yaml")) or (
        name != path and "." not in name.rpartition("/")[2] and _CLUSTER.search(path)
    ):
        return is_operational(path) and not _NO_CONFIGURATION.search(path)
    if name.endswith((".json", ".json.tftpl", ".ndjson", ".template")):
        return bool(_JSON_WORTH.search(path)) and is_operational(path) and not _NO_CONFIGURATION.search(path)
    return False


def _parsed(text: str, path: str) -> tuple[Node, ...]:
    try:
        return yaml.read(_plain(text))
    except yaml.YamlError:
        if "json" not in path:
            return ()
    try:
        return yaml.read("\n".join(uncommented(text)))  # ARM templates may hold comments
    except yaml.YamlError:
        return ()


def _plain(text: str) -> str:
    """Templates that print templates are two deep, which the reader's own clearing leaves half open."""
    return yaml.without_templates(yaml.without_templates(text)) if '{{"{{' in text else text
