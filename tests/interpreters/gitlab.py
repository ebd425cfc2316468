"""GitLab CI."""

import os.path
from pathlib import Path
from string import Template
from typing import Any

import yaml

from interpreters.expressions import evaluate
from interpreters.model import Checkout, Event, Job, Load, Save, Shell, Step, World, commit, only

SOURCES = {"push": "push", "pull request": "merge_request_event", "schedule": "schedule", "manual": "web"}
GLOBAL = ("image", "stages", "variables", "workflow", "default")


def plan(folder: Path, event: Event, world: World) -> list[Job]:
    """The jobs of a pipeline; none where the workflow's rules want none."""
    file = yaml.safe_load((folder / ".gitlab-ci.yml").read_text())
    names = {
        "CI": "true",
        "CI_PIPELINE_SOURCE": SOURCES[event.kind],
        "CI_DEFAULT_BRANCH": "main",
        "CI_COMMIT_SHA": commit(folder),
        "CI_REGISTRY": "registry.example",
        "CI_REGISTRY_IMAGE": "registry.example/delays",
        "CI_REGISTRY_USER": "robot",
        "CI_REGISTRY_PASSWORD": "secret",
        "GITLAB_USER_LOGIN": "ada",
        **event.inputs,
        **file["variables"],
    }
    if event.kind != "pull request":
        names["CI_COMMIT_BRANCH"] = event.branch
    if not _rule(file["workflow"]["rules"], names):
        return []
    jobs: list[Job] = []
    stages: dict[str, str] = {}
    for name, said in file.items():
        if name in GLOBAL or name.startswith("."):
            continue
        job = {**file["default"], **file.get(said.get("extends"), {}), **said}
        only(
            job,
            "timeout before_script stage extends environment variables script artifacts rules needs image services allow_failure",
        )
        known = {**names, **job.get("variables", {})}
        when = _rule(job["rules"], known)
        if when:
            stages[name] = job["stage"]
            jobs.append(_job(name, job, known, when, world))
    order = file["stages"]
    jobs.sort(key=lambda job: order.index(stages[job.name]))
    return [
        _placed(job, [one.name for one in jobs if order.index(stages[one.name]) < order.index(stages[job.name])])
        for job in jobs
    ]


def _rule(rules: list[dict[str, str]], names: dict[str, str]) -> str:
    """When the first rule that holds wants it: `on_success`, `manual`, or empty for never."""
    for rule in rules:
        only(rule, "if when")
        if evaluate(rule["if"], names):
            return rule.get("when", "on_success").replace("never", "")
    return ""


def _job(name: str, job: dict[str, Any], names: dict[str, str], when: str, world: World) -> Job:
    environment = job.get("environment", "")
    environment = Template(environment["name"] if isinstance(environment, dict) else environment).substitute(names)
    env = {**names, **(world.settings(environment) if environment else {})}
    # One shell runs all lines, and stops at the first that fails.
    script = "\n".join([*job["before_script"], *job["script"]])
    saves = [Save(name, path, path) for path in job.get("artifacts", {}).get("paths", [])]
    steps: tuple[Step, ...] = (Checkout(), Shell(script, ("bash", "-eo", "pipefail")), *saves)
    needs = tuple(job.get("needs", ["*"]))
    return Job(name, needs, steps, env, gated=when == "manual", signature="GITLAB_USER_LOGIN")


def _placed(job: Job, earlier: list[str]) -> Job:
    """Without `needs`, a job needs all jobs of the stages before, and gets what they saved."""
    if job.needs != ("*",):
        return job
    loads = tuple(Load(name, os.path.curdir) for name in earlier)
    return Job(job.name, tuple(earlier), (job.steps[0], *loads, *job.steps[1:]), job.env, job.gated, job.signature)
