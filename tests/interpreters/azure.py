"""Azure Pipelines."""

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


def plan(folder: Path, event: Event, world: World) -> list[Job]:
    """A stage's jobs run one after the other here."""
    text = (folder / "azure-pipelines.yml").read_text()
    asked = {one["name"]: one["default"] for one in yaml.safe_load(text)["parameters"]} | dict(event.inputs)
    file = yaml.safe_load(re.sub(r"\$\{\{ parameters\.(\w+) \}\}", lambda found: asked[found[1]], text))
    only(file, "trigger pr schedules parameters pool variables stages")
    ref = "refs/pull/1/merge" if event.kind == "pull request" else f"refs/heads/{event.branch}"
    names = {
        "variables.Build.SourceBranch": ref,
        **{f"variables.{name}": value for name, value in world.variables.items()},
    }
    if event.kind == "schedule":
        names["variables.Build.CronSchedule.DisplayName"] = event.inputs["name"]
    built_in = {
        "CI": "true",
        "BUILD_SOURCEVERSION": commit(folder),
        "BUILD_BUILDID": "7",
        "BUILD_REQUESTEDFOR": "ada",
        "PIPELINE_WORKSPACE": "..",  # a job stands in its folder `s`
    }
    jobs: list[Job] = []
    for number, stage in enumerate(file["stages"]):
        only(stage, "stage dependsOn condition variables jobs")
        if not evaluate(stage.get("condition", "succeeded()"), names):
            continue
        needs = stage.get("dependsOn", [file["stages"][number - 1]["stage"]] if number else [])
        plain, secret = _variables(stage.get("variables", []), world)
        before = tuple(f"{one} ended" for one in ([needs] if isinstance(needs, str) else needs))
        for one in stage["jobs"]:
            job = _job(one, before, {**built_in, **file["variables"], **plain}, secret)
            jobs.append(job)
            before = (job.name,)
        jobs.append(Job(f"{stage['stage']} ended", before, (), {}))
    return those_that_can(jobs)


def _variables(said: list[dict[str, str]], world: World) -> tuple[dict[str, str], dict[str, str]]:
    """What scripts see, and secrets, which they see only where a step maps them."""
    plain: dict[str, str] = {}
    secret: dict[str, str] = {}
    for one in said:
        if "name" in one:
            plain[one["name"]] = one["value"]
        elif one["group"].endswith("-registry"):
            plain |= {"REGISTRY": "registry.example", "REGISTRY_USER": "robot"}
            secret["REGISTRY_PASSWORD"] = "secret"  # noqa: S105  a made-up one
        else:
            settings = world.settings(one["group"].rsplit("-", 1)[1])
            secret["AWS_SECRET_ACCESS_KEY"] = settings.pop("AWS_SECRET_ACCESS_KEY")
            secret["OPENAI_API_KEY"] = "$(OPENAI_API_KEY)"  # what Azure leaves of a variable that nobody has set
            plain |= settings
    return plain, secret


def _job(said: dict[str, Any], needs: tuple[str, ...], env: dict[str, str], secret: dict[str, str]) -> Job:
    only(said, "job deployment environment strategy steps")
    if "job" in said:
        steps: list[Step] = [Checkout()]
        raw = said["steps"]
    else:  # a deployment checks nothing out by itself
        steps, raw = [], said["strategy"]["runOnce"]["deploy"]["steps"]
    steps += [_step(step, env | secret) for step in raw]
    return Job(said.get("job") or said["deployment"], needs, tuple(steps), env, gated=said.get("environment") == "prod")


def _step(said: dict[str, Any], names: dict[str, str]) -> Step:
    only(said, "script env checkout publish download artifact condition")
    if said.get("condition", "always()") != "always()":
        raise Unknown(str(said))
    if "script" in said:
        env = {
            name: re.sub(r"\$\((\w+)\)", lambda found: names[found[1]], value)
            for name, value in said.get("env", {}).items()
        }
        return Shell(said["script"], ("bash", "--noprofile", "--norc"), env)  # without -e: the last word decides
    if said.get("checkout") == "self":
        return Checkout()
    if "publish" in said:
        path = Path(said["publish"])
        return Save(said["artifact"], str(path), path.name if path.suffix else "")
    if said.get("download") == "current":
        return Load(said["artifact"], f"../{said['artifact']}")
    raise Unknown(str(said))
