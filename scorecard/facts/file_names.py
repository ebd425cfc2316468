"""Own files by their names: a dictionary instead of a pattern for each platform."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Self

from msgspec import Struct

from scorecard.repository import Repository


class FileNames(Struct, dict=True, eq=False):
    """``by_name`` are paths by the lower-case name that they will have in a rendered project."""

    repository: Repository
    by_name: dict[str, list[str]]

    @classmethod
    def gather(cls, repository: Repository) -> Self:
        by_name: dict[str, list[str]] = defaultdict(list)
        for path in repository.own:
            by_name[repository.rooted(path).rpartition("/")[2].lower()].append(path)
        return cls(repository, dict(by_name))

    def find(self, *patterns: str) -> Iterator[str]:
        """As ``Repository.glob``, quick for plain names; `y*ml` stands for both endings of YAML."""
        plain: list[str] = []
        rest: list[str] = []
        for pattern in patterns:
            for written in (pattern.replace("y*ml", "yml"), pattern.replace("y*ml", "yaml")):
                (rest if set(written) & set("*?[/") else plain).append(written)
        found = {path for name in plain for path in self.by_name.get(name.lower(), ())}
        found.update(self.repository.glob(*dict.fromkeys(rest)) if rest else ())
        yield from sorted(found)
