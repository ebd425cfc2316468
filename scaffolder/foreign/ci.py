"""Commands that a repository's own CI shall run: on each push, or on a schedule.

A plan calls ``job`` once for each file of CI that it wants:

    done = ci.job(site, name="evals", why="The assistant is held against its cases.", commands=["python -m evals.run"])
    Plan(found={…, "ci": done.found}, edits=(*edits, *done.edits), left=(*left, *done.left), promises=… if done.runs else …)

and has one template, `templates/project/[[ in_add_<ask> ]]/[[ found.<ask>.ci.path ]].jinja`, which says

    [% from "macros/foreign_ci.jinja" import job %][[ job(found.<ask>.ci) | trim ]]

``found`` names a path for GitHub (.github/workflows/), GitLab (.gitlab/, which `.gitlab-ci.yml` then includes) and Azure (a pipeline
of its own at the root), and "" where nothing is rendered: a stage in a Jenkinsfile is an edit, and other systems are left to people.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from scaffolder.foreign import gitlab_edits, jenkins_edits
from scaffolder.foreign.environment import Environment, environment
from scaffolder.foreign.model import Edit, Site

_WEEKLY = "17 5 * * 1"
_OTHER = {
    "circleci": ".circleci/config.yml",
    "travis": ".travis.yml",
    "bitbucket": "bitbucket-pipelines.yml",
}
_BOOTSTRAP = {
    "uv": "pip install uv",
    "poetry": "pip install poetry",
    "pdm": "pip install pdm",
    "pipenv": "pip install pipenv",
}


@dataclass(frozen=True, slots=True)
class Job:
    """``found`` for the template, ``edits`` of the user's files, what is ``left``, and whether it ``runs`` once that is pushed."""

    found: dict[str, Any]
    edits: tuple[Edit, ...]
    left: tuple[str, ...]
    runs: bool


def job(
    site: Site,
    *,
    name: str,
    why: str,
    commands: Sequence[str],
    on: str = "push",
    cron: str = _WEEKLY,
    extra: Sequence[str] = (),
    env: "dict[str, str] | None" = None,
    secrets: Sequence[str] = (),
    docker: bool = False,
) -> Job:
    """Let the CI of ``site`` run ``commands`` (as one types them where the environment is active; one line each), after installing it.

    ``name`` is a word for files and jobs, ``why`` a sentence for the head of the file, ``on`` is "push" (with pull requests) or
    "schedule" (by ``cron``). ``extra`` are packages to install where no manifest names them, ``env`` plain variables, ``secrets``
    names of those that CI holds. ``docker`` is for jobs that need that and no Python.
    """
    layout = site.survey["layout"]
    made = Environment("docker", (), "", "") if docker else environment(site, extra)
    system = layout["ci"][0] if layout["ci"] else "github"
    found: dict[str, Any] = {
        "system": system,
        "path": "",
        "name": name,
        "why": why,
        "on": on,
        "cron": cron,
        "tool": made.tool,
        "python": made.python,
        "install": list(made.install),
        "commands": [made.command(line) for line in commands],
        "env": dict(env or {}),
        "secrets": list(secrets),
    }
    if layout["below"]:
        return Job(found, (), (_by_hand("the CI of the larger repository", found, layout["below"]),), runs=False)
    made_by = {"github": _github, "gitlab": _gitlab, "azure": _azure, "jenkins": _jenkins}.get(system)
    if made_by is None:
        return Job(found, (), (_by_hand(_OTHER[system], found),), runs=False)
    done = made_by(site, found)
    kept = {"github": "Settings > Secrets and variables > Actions", "gitlab": "Settings > CI/CD > Variables", "azure": "its variables, as secret", "jenkins": "Credentials, as secret text"}  # fmt: skip
    wanted = tuple(f"set the secret {secret} for CI ({kept[system]})" for secret in secrets)
    return Job(found, done.edits, (*done.left, *wanted), done.runs)


def _github(site: Site, found: dict[str, Any]) -> Job:
    found["path"] = site.free(f".github/workflows/{found['name']}.yml")
    return Job(found, (), (), runs=True)


def _gitlab(site: Site, found: dict[str, Any]) -> Job:
    main = next((path for path in (".gitlab-ci.yml", ".gitlab-ci.yaml") if site.has(path)), ".gitlab-ci.yml")
    before = site.text(main)
    found["path"] = site.free(f".gitlab/{found['name']}.yml")
    found["name"] = gitlab_edits.job_name(before, found["name"])
    found["stage"] = gitlab_edits.stage(before, builds=found["tool"] == "docker")
    found["image"] = "" if found["tool"] != "docker" and gitlab_edits.has_python(before) else _image(found)
    if found["tool"] in _BOOTSTRAP:
        found["install"].insert(0, _BOOTSTRAP[found["tool"]])
    after = gitlab_edits.included(before, found["path"])
    left = []
    if after is None:
        left.append(f"include {found['path']} in {main}: `include: [{{local: {found['path']}}}]`")
    if found["on"] == "schedule":
        left.append(f"make a schedule in GitLab (Build > Pipeline schedules): {found['cron']}")
    edits = (Edit(main, before, after),) if after is not None else ()
    return Job(found, edits, tuple(left), runs=bool(edits) and found["on"] == "push")


def _azure(site: Site, found: dict[str, Any]) -> Job:
    found["path"] = site.free(f"azure-pipelines-{found['name']}.yml")
    if found["tool"] in _BOOTSTRAP:
        found["install"].insert(0, _BOOTSTRAP[found["tool"]])
    left = f"create the pipeline once in Azure DevOps: Pipelines > New > Existing YAML file > /{found['path']}"
    return Job(found, (), (left,), runs=True)


def _jenkins(site: Site, found: dict[str, Any]) -> Job:
    before = site.text("Jenkinsfile")
    after = jenkins_edits.with_stage(before, found) if found["on"] == "push" else None
    if after is not None:
        return Job(found, (Edit("Jenkinsfile", before, after),), (), runs=True)
    return Job(found, (), (_by_hand("Jenkinsfile", found),), runs=False)


def _by_hand(where: str, found: dict[str, Any], folder: str = "") -> str:
    when = "on each push" if found["on"] == "push" else f"on a schedule ({found['cron']})"
    inside = f"cd {folder} && " if folder else ""
    return f"let {where} run {when}: `{inside}{' && '.join([*found['install'], *found['commands']])}`"


def _image(found: dict[str, Any]) -> str:
    if found["tool"] == "docker":
        return "docker:28.5.1-cli"
    return "condaforge/miniforge3:25.11.0-0" if found["tool"] == "conda" else f"python:{found['python']}"
