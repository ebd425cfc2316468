"""GitHub Actions."""

import re
from pathlib import Path
from typing import Any

import yaml

from interpreters.expressions import evaluate
from interpreters.model import (
    Checkout,
    Event,
    Job,
    Load,
    Save,
    Shell,
    Step,
    Unknown,
    World,
    commit,
    only,
    those_that_can,
)

EVENTS = {"push": "push", "pull request": "pull_request", "schedule": "schedule", "manual": "workflow_dispatch"}


def plan(folder: Path, event: Event, world: World, workflow: str) -> list[Job]:
    """The jobs of one workflow; none where the event is not among its own."""
    file = yaml.safe_load((folder / ".github" / "workflows" / f"{workflow}.yml").read_text())
    only({str(key): 0 for key in file}, "name True permissions concurrency env jobs")  # YAML reads `on` as True
    kind = EVENTS[event.kind]
    if kind not in file[True] or not _branch(file[True][kind] or {}, event.branch):
        return []
    names = {
        "github.event_name": kind,
        "github.sha": commit(folder),
        "github.repository": "ada/delays",
        "github.server_url": "https://github.example",
        "github.run_id": "7",
        "github.actor": "ada",
        "github.token": "token",
        "vars.KUBERNETES": "yes",
        **{f"vars.{name}": value for name, value in world.variables.items()},
        **{f"inputs.{name}": value for name, value in event.inputs.items()},
    }
    jobs = [job for name, said in file["jobs"].items() for job in _jobs(name, said, file.get("env", {}), names, world)]
    return those_that_can(jobs)


def _branch(trigger: Any, branch: str) -> bool:
    if isinstance(trigger, list):  # the entries of a schedule
        return True
    only(trigger, "branches branches-ignore paths inputs")
    return branch in trigger.get("branches", [branch]) and branch not in trigger.get("branches-ignore", [])


def _jobs(name: str, said: dict[str, Any], shared: dict[str, str], names: dict[str, str], world: World) -> list[Job]:
    only(said, "runs-on timeout-minutes permissions env environment needs if steps strategy")
    made: list[Job] = []
    for environment in said.get("strategy", {}).get("matrix", {}).get("environment", [""]):
        known = {**names, "matrix.environment": environment}
        where = _filled(said.get("environment", ""), known)
        settings = world.settings(where) if where else {}
        for key, value in settings.items():
            known[("vars." if key == "APP_STATE" else "secrets.") + key] = value
        known["secrets.KUBECONFIG"] = f"access to {where}"
        if "if" in said and not evaluate(said["if"], known):
            continue
        env = {"GITHUB_SHA": names["github.sha"], "GITHUB_REPOSITORY": names["github.repository"], "CI": "true"}
        env |= {key: _filled(value, known) for key, value in {**shared, **said.get("env", {})}.items()}
        needs = (said["needs"],) if "needs" in said else ()
        if made:  # max-parallel: 1
            needs = (*needs, made[-1].name)
        steps = [step for raw in said["steps"] for step in _steps(raw, known)]
        made.append(Job(f"{name} {environment}".strip(), needs, tuple(steps), env, gated=where == "prod"))
    return made


def _steps(said: dict[str, Any], names: dict[str, str]) -> list[Step]:
    only(said, "uses with run env if")
    if "if" in said and not evaluate(said["if"], names):
        return []
    if "run" in said:
        env = {key: _filled(value, names) for key, value in said.get("env", {}).items()}
        return [Shell(_filled(said["run"], names), ("bash", "-e"), env)]
    options = said.get("with", {})
    match said["uses"].split("@")[0]:
        case "actions/checkout":
            return [Checkout()]
        case "astral-sh/setup-uv":
            return []
        case "actions/upload-artifact":
            path = Path(options["path"])
            return [Save(options["name"], str(path), path.name if path.suffix else "")]
        case "actions/download-artifact":
            return [Load(options["name"], options["path"])]
    raise Unknown(said["uses"])


def _filled(text: str, names: dict[str, str]) -> str:
    return re.sub(r"\$\{\{ ([\w.-]+) \}\}", lambda found: names.get(found[1], ""), text)
