"""What a repository contains, before anyone judges it.

A fact is a class with a classmethod ``gather(...)``. Whoever wants it names its type as the annotation of a
parameter; ``Facts`` builds it once, on demand, and remembers it. Facts observe and never judge.
"""

from collections.abc import Callable
from typing import Any, TypeVar, get_type_hints

from scorecard.repository import Repository

T = TypeVar("T")


class Facts:
    """Builds facts by their types."""

    def __init__(self, repository: Repository) -> None:
        self._known: dict[type[Any], Any] = {Repository: repository}

    def get(self, kind: type[T]) -> T:
        if kind not in self._known:
            self._known[kind] = self.call(kind.gather)  # type: ignore[attr-defined]  # this package's convention
        found: T = self._known[kind]
        return found

    def give(self, fact: object) -> None:
        """Make ``fact`` known under its own type."""
        self._known[type(fact)] = fact

    def call(self, function: Callable[..., T]) -> T:
        """Call ``function`` with the facts that its parameters name."""
        wanted = get_type_hints(function)
        wanted.pop("return", None)
        return function(**{name: self.get(kind) for name, kind in wanted.items()})
