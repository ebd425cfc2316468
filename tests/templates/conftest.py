"""What `mlops new` makes, made once and asked many things."""

import os
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from scaffolder import new

Done = subprocess.CompletedProcess[str]
FOREIGN = ("VIRTUAL_ENV", "UV_", "PYTEST_", "GIT_", "APP_", "COV_")
"""What the program that runs these tests sets for itself, and a person who types the commands has not set."""


def cleaned(env: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment of a person at a prompt, and what is added to it."""
    return {name: value for name, value in os.environ.items() if not name.startswith(FOREIGN)} | dict(env or {})


@pytest.fixture(scope="session")
def run() -> Callable[..., Done]:
    """`run(folder, *words, env=…, check=True)`: one command as a person would type it in that folder."""

    def call(folder: Path, *words: str | Path, env: Mapping[str, str] | None = None, check: bool = True) -> Done:
        done = subprocess.run(words, cwd=folder, env=cleaned(env), capture_output=True, text=True, check=False)
        if check and done.returncode:
            said = (done.stdout + done.stderr)[-4000:]
            pytest.fail(f"{' '.join(map(str, words))} in {folder} exited with {done.returncode}:\n{said}", pytrace=False)
        return done

    return call


@pytest.fixture(scope="session")
def make(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """`make(**answers)`: the folder of a new project, not synced."""

    def call(**answers: Any) -> Path:
        folder = tmp_path_factory.mktemp("made") / "flights"
        new(folder, answers)
        return folder

    return call


@pytest.fixture(scope="session")
def project(make: Callable[..., Path], run: Callable[..., Done]) -> Path:
    """A project of the default answers, its environment installed. Shared: leave it as it was."""
    folder = make()
    run(folder, "uv", "sync", "--locked", "--quiet")
    return folder
