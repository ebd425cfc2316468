"""Worlds in four lines."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from textwrap import dedent

from scorecard.repository import History, Repository


@dataclass(slots=True)
class Memory:
    """A source of bytes that never touches the disk."""

    files: dict[str, bytes]

    def paths(self) -> Iterable[str]:
        return self.files

    def read(self, path: str, limit: int) -> bytes:  # noqa: ARG002  the protocol's signature
        return self.files[path]


def repo(files: Mapping[str, str], *, tags: Iterable[str] = (), branches: Iterable[str] = ("main",)) -> Repository:
    """A repository with these files; each text is dedented."""
    encoded = {path: dedent(text).encode() for path, text in files.items()}
    names = tuple(branches)
    history = History("0" * 40, tuple(tags), names, names[0] if names else None)
    return Repository("example", Memory(encoded), history)
