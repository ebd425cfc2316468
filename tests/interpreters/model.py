"""What all CI systems come down to: jobs in order of need, each a few steps in a fresh folder."""

import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal


@dataclass(frozen=True)
class Event:
    """What starts a pipeline; `inputs` are what a person is asked for, or what a schedule is called."""

    kind: Literal["push", "pull request", "schedule", "manual"]
    branch: str = "main"
    inputs: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class World:
    """The settings that a person makes at the code host, once for each environment."""

    state: str = ""  # {env} stands for the environment
    variables: Mapping[str, str] = field(default_factory=dict)  # of the whole repository

    def settings(self, environment: str) -> dict[str, str]:
        keys = {"AWS_ACCESS_KEY_ID": f"key-{environment}", "AWS_SECRET_ACCESS_KEY": f"secret-{environment}"}
        return {"APP_STATE": self.state.format(env=environment), **keys}


@dataclass(frozen=True)
class Checkout:
    pass


@dataclass(frozen=True)
class Shell:
    script: str
    program: tuple[str, ...]  # the script's file is added
    env: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Save:
    """Copy `path` to `inside` the artifact."""

    artifact: str
    path: str
    inside: str = ""


@dataclass(frozen=True)
class Load:
    artifact: str
    path: str


Step = Checkout | Shell | Save | Load


@dataclass(frozen=True)
class Job:
    name: str
    needs: tuple[str, ...]
    steps: tuple[Step, ...]
    env: Mapping[str, str]
    gated: bool = False  # waits for a person
    signature: str = ""  # the variable that names that person


def commit(folder: Path) -> str:
    done = subprocess.run(["git", "rev-parse", "HEAD"], cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def those_that_can(jobs: Iterable[Job]) -> list[Job]:
    """Leave out what needs a job that does not run."""
    kept: list[Job] = []
    for job in jobs:
        if set(job.needs) <= {one.name for one in kept}:
            kept.append(job)
    return kept


class Unknown(Exception):
    """A word that the interpreter does not know."""


def only(mapping: Mapping[str, object], known: str) -> None:
    """Refuse what would otherwise be passed over."""
    if unknown := set(mapping) - set(known.split()):
        raise Unknown(f"{sorted(unknown)} in {sorted(mapping)}")
