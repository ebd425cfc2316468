"""Worlds in four lines."""

import os
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
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


GIT = ("git", "-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false")
"""git that knows somebody, whatever the machine says."""


def started(folder: Path) -> Path:
    """An empty repository on `main`."""
    subprocess.run(["git", "init", "-qb", "main", str(folder)], check=True)
    return folder


def commit(folder: Path) -> None:
    """Everything in ``folder``, as one commit."""
    subprocess.run(["git", "add", "-A"], cwd=folder, check=True)
    subprocess.run([*GIT, "commit", "-qm", "x"], cwd=folder, check=True)


FOREIGN = ("VIRTUAL_ENV", "UV_", "PYTEST_", "GIT_", "APP_", "PYTHON", "COV_", "NOX_", "MLFLOW_", "AWS_")
"""Variables of whoever runs the tests, which a generated project must not see."""


def environment(*hidden: str) -> dict[str, str]:
    """Ours without what is ours alone, nor what begins with one of ``hidden``."""
    return {name: value for name, value in os.environ.items() if not name.startswith((*FOREIGN, *hidden))}
