"""Jenkins: Groovy itself runs the Jenkinsfile, with words of ours that write down what would be done."""

import json
import subprocess
from pathlib import Path

from interpreters.model import Checkout, Event, Job, Load, Save, Shell, Step, Unknown, World, commit


def plan(folder: Path, event: Event, world: World) -> list[Job]:
    """The stages whose conditions hold, each after the one before."""
    timer = event.kind == "schedule"
    asked = {"branch": event.branch, "timer": timer, "params": dict(event.inputs), "variables": dict(world.variables)}
    java = Path("/usr/bin/java").resolve().parents[1]
    words = ["groovy", str(Path(__file__).with_suffix(".groovy")), str(folder / "Jenkinsfile"), json.dumps(asked)]
    env = {"JAVA_HOME": str(java), "PATH": "/usr/bin:/bin"}
    done = subprocess.run(words, capture_output=True, text=True, env=env, check=False)
    if done.returncode:
        raise Unknown(done.stdout + done.stderr)
    said = json.loads(done.stdout.splitlines()[-1])
    built_in = {
        **said["params"],
        "BRANCH_NAME": event.branch,
        "GIT_COMMIT": commit(folder),
        "BUILD_TAG": "jenkins-delays-7",
        "REGISTRY": "registry.example",
        "CI": "true",
    }
    jobs: list[Job] = []
    for stage in said["stages"]:
        needs = (jobs[-1].name,) if jobs else ()
        env = built_in | _credentials({**said["environment"], **stage["environment"]}, world)
        steps: list[Step] = [Checkout(), *(_step(*one) for one in stage["steps"])]
        jobs.append(Job(stage["name"], needs, tuple(steps), env, bool(stage["signature"]), stage["signature"]))
    return jobs


def _credentials(env: dict[str, str], world: World) -> dict[str, str]:
    kept: dict[str, str] = {}
    for name, value in env.items():
        if not value.startswith("credentials:"):
            kept[name] = value
        elif value.endswith("-registry"):  # user and password
            kept |= {f"{name}_USR": "robot", f"{name}_PSW": "secret"}
        elif value.endswith("-openai"):
            kept[name] = "secret"
        else:
            *_, environment, _ = value.split("-")
            kept[name] = world.settings(environment)[name]
    return kept


def _step(word: str, value: str) -> Step:
    match word:
        case "sh":
            return Shell(value, ("sh", "-xe"))
        case "stash":
            name, path = value.split("=")
            return Save(name, path.removesuffix("/**"), path.removesuffix("/**"))
        case "unstash":
            return Load(value, ".")
        case "archiveArtifacts":
            return Save("archive", value, value)
    raise Unknown(word)
