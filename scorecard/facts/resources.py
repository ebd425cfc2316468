"""Every resource that infrastructure code declares, whichever language declares it."""

from collections import defaultdict
from fnmatch import translate
from functools import cache
from re import IGNORECASE, Pattern
from re import compile as regex
from typing import Self

from msgspec import Struct

from scorecard.facts.configuration import Configuration, is_operational
from scorecard.model import Evidence
from scorecard.paths import plain_name
from scorecard.readers.hcl import Resource, declared, resources, uncommented
from scorecard.repository import Repository

_DECLARES = ("AWS::", "Microsoft.", "microsoft.")


class Declared(Struct, frozen=True):
    """A resource and where it stands; ``body`` is its text without comments (Terraform and Bicep)."""

    path: str
    resource: Resource
    text: str
    body: str = ""

    @property
    def evidence(self) -> Evidence:
        return Evidence(self.path, self.resource.line, self.text)


class Resources(Struct, dict=True, eq=False):
    """``all`` are the resources in order of path and line."""

    all: tuple[Declared, ...]

    @classmethod
    def gather(cls, repository: Repository, configuration: Configuration) -> Self:
        found: list[Declared] = []
        for path in repository.own:
            if plain_name(path).endswith((".tf", ".bicep", ".tofu")) and is_operational(path):
                text = repository.text(path)
                written, code = text.split("\n"), uncommented(text)
                found += [
                    Declared(path, r, written[r.line - 1], "\n".join(code[r.line - 1 : r.end])) for r in resources(text)
                ]
        for path in configuration.holding_any(_DECLARES):
            lines = repository.lines(path)
            for document in configuration.documents(path):
                found += [Declared(path, r, lines[r.line - 1]) for r in declared(document)]
        return cls(tuple(found))

    def of(self, *patterns: str) -> list[Declared]:
        """Resources whose type matches one of ``patterns`` (``aws_sns_topic``, ``Microsoft.Insights/*``)."""
        return [d for d in self.all if any(_compiled(p).match(d.resource.type) for p in patterns)]

    @property
    def types(self) -> dict[str, list[Declared]]:
        """Resources by type."""
        known: dict[str, list[Declared]] = defaultdict(list)
        for item in self.all:
            known[item.resource.type].append(item)
        return known


@cache
def _compiled(pattern: str) -> Pattern[str]:
    return regex(translate(pattern), IGNORECASE)
