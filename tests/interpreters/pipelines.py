"""What an event starts in a project, whichever system its pipelines are written for."""

import re
import shutil
from pathlib import Path

import pytest

from interpreters import azure, github, gitlab, jenkins
from interpreters.model import Event, Job, Shell, World

SYSTEMS = ("github", "gitlab", "azure", "jenkins")
ENVIRONMENTS = ("dev", "preprod", "prod")
NOWHERE = World("/nowhere/{env}")


def plan(system: str, folder: Path, event: Event, world: World = NOWHERE) -> list[Job]:
    """All jobs that an event starts."""
    if system == "github":
        workflows = sorted(path.stem for path in (folder / ".github" / "workflows").iterdir())
        return [job for workflow in workflows for job in github.plan(folder, event, world, workflow)]
    if system == "jenkins" and not shutil.which("groovy"):
        pytest.skip("groovy is not on this machine: it comes with Debian's groovy, not from PyPI")
    return {"gitlab": gitlab.plan, "azure": azure.plan, "jenkins": jenkins.plan}[system](folder, event, world)


def rolling_back(system: str, folder: Path, world: World, environment: str) -> list[Job]:
    """What a person starts by hand, with the answers that each system asks for."""
    why = "worse on Mondays; \"$(touch /tmp/never)\" 'quoted'"
    if system == "github":
        return github.plan(folder, Event("manual", inputs={"environment": environment, "why": why}), world, "rollback")
    asked = {
        "gitlab": {"APP_ENV": environment, "WHY": why},
        "azure": {"action": "rollback", "environment": environment, "why": "worse on Mondays"},
        "jenkins": {"ACTION": "rollback", "WHERE": environment, "WHY": why},
    }
    return plan(system, folder, Event("manual", inputs=asked[system]), world)


def scheduled(system: str, folder: Path, name: str, world: World = NOWHERE) -> list[Job]:
    """What the schedule of that name starts: `monitor`, `daily`, `evals`. Jenkins has one timer for all."""
    if system == "github":
        return github.plan(folder, Event("schedule"), world, name)
    said = {"gitlab": {"EVALS": "yes"} if name == "evals" else {}, "azure": {"name": name}, "jenkins": {}}
    return plan(system, folder, Event("schedule", inputs=said[system]), world)


def tasks(jobs: list[Job]) -> set[str]:
    """The poe tasks that jobs would call."""
    return {
        task
        for job in jobs
        for step in job.steps
        if isinstance(step, Shell)
        for task in re.findall(r"poe ([\w-]+)", step.script)
    }


def needed(jobs: list[Job], name: str) -> set[str]:
    """All jobs that have to end well before that one starts."""
    needs = next(job.needs for job in jobs if job.name == name)
    return set(needs) | {deeper for need in needs for deeper in needed(jobs, need)}
