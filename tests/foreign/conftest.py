"""A foreign repository to add to, and what its audit says before and after."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import renders

from scaffolder import transition
from scaffolder.adding import Added, add, remove
from scorecard import audit
from scorecard.survey import survey
from tests.foreign.worlds import WORLDS, Files, write
from tests.helpers import commit, environment, started

# What the worlds import; one environment for all of them.
PACKAGES = ("pandas", "scikit-learn", "joblib", "fastapi", "httpx", "flask", "openai", "pytest", "pyyaml")


@pytest.fixture(autouse=True)
def _rendered_once(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same wish gives the same files; that it does is for the tests of the scaffolder."""
    store = renders.shared(tmp_path_factory.getbasetemp())
    monkeypatch.setattr(transition, "_rendered", renders.once(transition._rendered, store))


@pytest.fixture
def make(tmp_path: Path) -> Callable[..., Path]:
    """`make("flat")` or `make({"a.py": "…"})`: a repository with one commit."""

    def call(world: str | Files, below: str = "") -> Path:
        top = started(tmp_path / "work")
        write(WORLDS[world]() if isinstance(world, str) else world, top / below)
        commit(top)
        return top / below

    return call


def verdicts(folder: Path) -> dict[str, str]:
    """Criterion to outcome."""
    return {name: str(finding.outcome) for name, finding in audit(folder).findings.items()}


def added(folder: Path, ask: str) -> tuple[Added, set[str], set[str]]:
    """`mlops add ASK`, and the criteria that it turned to met, and those that it turned away from met."""
    before = verdicts(folder)
    done = add(folder, ask, lambda: survey(folder))
    after = verdicts(folder)
    turned = {name for name in after if after[name] == "met" != before[name]}
    lost = {name for name in after if before[name] == "met" != after[name]}
    return done, turned, lost


def removed(folder: Path, ask: str) -> Added:
    """`mlops remove ASK`; what was added must have been committed."""
    return remove(folder, ask)


@pytest.fixture(scope="session")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Python that has what the worlds import."""
    place = tmp_path_factory.mktemp("python") / "venv"
    env = environment()
    subprocess.run(["uv", "venv", "-q", "--python", sys.executable, str(place)], check=True, env=env)
    subprocess.run(
        ["uv", "pip", "install", "-q", "--python", str(place / "bin" / "python"), *PACKAGES], check=True, env=env
    )
    return place / "bin" / "python"


@pytest.fixture
def run(python: Path) -> Callable[..., "subprocess.CompletedProcess[str]"]:
    """`run(folder, *arguments)`: Python in ``folder``, which must succeed unless check=False."""

    def call(folder: Path, *arguments: str, check: bool = True, **env: str) -> "subprocess.CompletedProcess[str]":
        done = subprocess.run(
            [str(python), *arguments],
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
            # Beside the repository, so that nothing in it changes, and kept: each command would compile pandas anew.
            env={**environment(), "PYTHONPYCACHEPREFIX": str(python.parents[2] / "bytecode"), **env},
        )
        assert not check or done.returncode == 0, done.stdout + done.stderr
        return done

    return call
