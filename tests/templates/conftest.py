"""Generated projects to try things on: one for the whole session, whose environment is there, and others as a test asks."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from helpers import environment

from scaffolder import new

Run = Callable[..., subprocess.CompletedProcess[str]]
Make = Callable[..., Path]


def clean(extra: dict[str, str] | None = None) -> dict[str, str]:
    """The environment without what is ours."""
    cache = {
        name: os.environ[name]
        for name in ("UV_CACHE_DIR", "UV_INDEX_URL", "UV_DEFAULT_INDEX", "GIT_CONFIG_GLOBAL", "GIT_CONFIG_NOSYSTEM")
        if name in os.environ
    }
    return {**environment(), **cache, "DO_NOT_TRACK": "1", "MLFLOW_DISABLE_TELEMETRY": "true", **(extra or {})}


# Servers mostly wait: begun first, they do so while the other workers are busy. The others in the order of what they take.
_FIRST = ("test_servers.py", "test_broken.py", "test_ci_steps.py", "test_batch.py", "test_guards.py", "test_agent.py")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files that take long come first, so that no worker is left alone with one at the end."""
    items.sort(key=lambda item: _FIRST.index(item.path.name) if item.path.name in _FIRST else len(_FIRST))


@pytest.fixture(scope="session", autouse=True)
def _git(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Everybody's git is set up differently: here, it knows a name and nothing else."""
    path = tmp_path_factory.mktemp("home") / "gitconfig"
    path.write_text("[user]\nname = Ada Lovelace\nemail = ada@example.com\n")
    with pytest.MonkeyPatch.context() as patched:
        for name in [name for name in os.environ if name.startswith("GIT_")]:
            patched.delenv(name)
        patched.setenv("GIT_CONFIG_GLOBAL", str(path))
        patched.setenv("GIT_CONFIG_NOSYSTEM", "1")
        yield


@pytest.fixture(scope="session")
def run() -> Run:
    """`run(folder, *words, env=…, check=True)`: a command of a project, in an environment that is not ours."""

    def call(
        folder: Path,
        *words: str | Path,
        env: dict[str, str] | None = None,
        check: bool = True,
        timeout: float = 900,
    ) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            words, cwd=folder, env=clean(env), capture_output=True, text=True, check=False, timeout=timeout
        )
        if check and done.returncode:
            pytest.fail(
                f"{' '.join(map(str, words))} ended with {done.returncode}\n{done.stdout[-4000:]}\n{done.stderr[-4000:]}"
            )
        return done

    return call


@pytest.fixture(scope="session")
def make(tmp_path_factory: pytest.TempPathFactory) -> Make:
    """`make(**answers)`: another generated project, without its environment; `name` is that of its folder."""

    def call(name: str = "delays", **answers: Any) -> Path:
        folder = tmp_path_factory.mktemp("made") / name
        new(folder, {"author": "Ada Lovelace", **answers})
        return folder

    return call


@pytest.fixture(scope="session")
def breakable(run: Run, tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path], Path]:
    """`breakable(project)`: a copy to break, with an environment of its own."""

    def call(project: Path) -> Path:
        folder = tmp_path_factory.mktemp("broken") / project.name
        shutil.copytree(project, folder, ignore=shutil.ignore_patterns(".venv", ".state"))
        run(folder, "uv", "sync", "--locked", "--quiet")
        return folder

    return call


@pytest.fixture(scope="session")
def project(make: Make, run: Run) -> Path:
    """A generated project as it comes, its environment installed. It is everybody's: leave it as it was."""
    folder = make()
    run(folder, "uv", "sync", "--locked", "--quiet")
    return folder
