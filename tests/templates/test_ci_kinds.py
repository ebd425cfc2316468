"""The CI files of the batch and agent kinds: who starts what on all four systems, and GitHub's steps carried out to prod."""

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from interpreters import github
from interpreters.model import Event, Shell, World
from interpreters.pipelines import ENVIRONMENTS, NOWHERE, SYSTEMS, needed, plan, rolling_back, scheduled, tasks
from interpreters.runner import FAILED, PASSED, WAITING, Runner, without_signature

pytestmark = pytest.mark.templates
Make = Callable[..., Path]
Run = Callable[..., Any]
WATCH = {"batch": "daily", "agent": "monitor"}
BUILD = {"batch": {"features", "train"}, "agent": {"ingest", "evals"}}
DEPLOYS = {"release", "promote", "approve", "train"}
LIVE = World(NOWHERE.state, {"LIVE_EVALS": "yes"})


@pytest.fixture(scope="module", params=WATCH)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def everything(kind: str, make: Make) -> Path:
    return make("delays", kind=kind, ci=list(SYSTEMS), container="kubernetes")


@pytest.fixture(scope="module")
def agent(make: Make) -> Path:
    return make("guide", kind="agent", ci=list(SYSTEMS))


# What runs when


@pytest.mark.parametrize("system", SYSTEMS)
def test_a_branch_is_checked_and_deploys_nothing(system: str, everything: Path, kind: str) -> None:
    jobs = plan(system, everything, Event("push", branch="topic"))
    called = tasks(jobs)
    assert "check" in called
    assert called & (DEPLOYS | {"rollback", "evals-live", WATCH[kind]}) == set()
    assert not any("docker push" in step.script for job in jobs for step in job.steps if isinstance(step, Shell))


@pytest.mark.parametrize("system", SYSTEMS)
def test_main_is_checked_and_then_deployed_in_order(system: str, everything: Path, kind: str) -> None:
    jobs = plan(system, everything, Event("push"))
    assert [job.name for job in jobs if job.name in ("check", *ENVIRONMENTS)] == ["check", *ENVIRONMENTS]
    assert {job.name for job in jobs if job.gated} - {"rollout prod"} == {"prod"}
    assert needed(jobs, "prod") >= {"check", "dev", "preprod"}
    assert tasks([job for job in jobs if job.name == "dev"]) == BUILD[kind] | {"release"}
    assert tasks(jobs) & {"rollback", "evals-live", WATCH[kind]} == set()


@pytest.mark.parametrize("system", SYSTEMS)
def test_the_schedule_does_what_the_kind_needs_and_deploys_nothing(system: str, everything: Path, kind: str) -> None:
    assert tasks(scheduled(system, everything, WATCH[kind])) == {WATCH[kind], "page"}


@pytest.mark.parametrize("system", SYSTEMS)
def test_a_rollback_by_hand_rolls_back_and_does_nothing_else(system: str, everything: Path) -> None:
    assert tasks(rolling_back(system, everything, NOWHERE, "preprod")) == {"rollback"}


# Jenkins has one timer: what it starts besides is the monitoring of each hour. GitLab's schedule is itself what a person makes.
@pytest.mark.parametrize("system", SYSTEMS)
def test_a_provider_is_asked_at_night_where_a_person_wanted_it(system: str, agent: Path) -> None:
    assert tasks(scheduled(system, agent, "evals", LIVE)) - {"monitor", "page"} == {"evals-live"}


@pytest.mark.parametrize("system", ["github", "azure", "jenkins"])
def test_where_nobody_wanted_it_no_provider_is_asked_and_no_night_is_red(system: str, agent: Path) -> None:
    assert "evals-live" not in tasks(scheduled(system, agent, "evals"))


# What they do


@dataclass
class Story:
    """One deployment from nothing, by GitHub's workflow: without the signature, then with it."""

    runner: Runner
    state: Path
    waiting: dict[str, str]
    waited: list[str]
    unsigned: dict[str, str]
    served_after_unsigned: list[str]
    ended: dict[str, str]


@pytest.fixture(scope="module")
def story(kind: str, everything: Path, tmp_path_factory: pytest.TempPathFactory) -> Story:
    """`poe check` counts as passed: test_batch.py and test_agent.py are about the project's own tests."""
    at = tmp_path_factory.mktemp(kind)
    runner = Runner(everything, at / "runner", at / "known")
    (at / "known" / "check").touch()
    jobs = github.plan(everything, Event("push"), World(f"{at}/state/{{env}}"), "deploy")
    waiting = runner.perform(jobs)
    waited = served(at / "state")
    unsigned = runner.perform([without_signature(job) for job in jobs], approver="ada", before=waiting)
    after = served(at / "state")
    return Story(
        runner, at / "state", waiting, waited, unsigned, after, runner.perform(jobs, approver="ada", before=waiting)
    )


def served(state: Path) -> list[str]:
    """Which environments have a release that was ever live."""
    return sorted(table.parents[1].name for table in state.glob("*/tables/releases"))


@pytest.fixture(scope="module")
def changes(story: Story, everything: Path, run: Run) -> Callable[[str], list[list[str]]]:
    """What `releases` shows of an environment, oldest first: number, action, release, …"""

    def shown(environment: str) -> list[list[str]]:
        env = {
            "APP_ENV": environment,
            "APP_STATE": str(story.state / environment),
            "PYTHONPATH": str(everything / "src"),
        }
        done = run(everything, story.runner.known / "venv/bin/python", "-m", "delays", "releases", env=env)
        return [line.split() for line in str(done.stdout).splitlines()]

    return shown


@pytest.fixture(scope="module")
def live(changes: Callable[[str], list[list[str]]]) -> dict[str, str]:
    """Which release is live in each environment after the deployment, before anything is rolled back."""
    return {environment: changes(environment)[-1][2] for environment in ENVIRONMENTS}


@pytest.mark.long
def test_prod_waits_for_a_person_while_the_others_are_served(story: Story) -> None:
    assert story.waiting == {"check": PASSED, "dev": PASSED, "preprod": PASSED, "prod": WAITING}, story.runner.said()[
        -4000:
    ]
    assert story.waited == ["dev", "preprod"]


@pytest.mark.long
def test_what_dev_has_made_is_live_in_every_environment(story: Story, live: dict[str, str], kind: str) -> None:
    """Batch: the very same bundle. An agent's is made anew of each environment's documents, and names the one of dev."""
    assert set(story.ended.values()) == {PASSED}, story.runner.said()[-4000:]
    bundles = [story.state / environment / "bundles" / live[environment] for environment in ENVIRONMENTS]
    made, *promoted = [json.loads((bundle / "manifest.json").read_text()) for bundle in bundles]
    if kind == "batch":
        assert len(set(live.values())) == 1
        assert promoted == [made, made]
    else:
        assert [one["origin"] for one in promoted] == [made["id"]] * 2
        assert {one["code_digest"] for one in promoted} == {made["code_digest"]}
        assert {(bundle / "prompt.md").read_bytes() for bundle in bundles} == {(bundles[0] / "prompt.md").read_bytes()}


@pytest.mark.long
def test_a_pipeline_that_leaves_the_approval_out_is_refused_by_prod(story: Story) -> None:
    assert story.unsigned == {**story.waiting, "prod": FAILED}
    assert "is not approved for prod" in story.runner.said()
    assert story.served_after_unsigned == ["dev", "preprod"]


@pytest.mark.long
def test_a_rollback_brings_the_release_before_back_and_with_none_before_it_says_so(
    story: Story, live: dict[str, str], everything: Path, changes: Callable[[str], list[list[str]]]
) -> None:
    """The same bundle twice is two changes: after one of them is undone, the other is live."""
    world = World(f"{story.state}/{{env}}")
    job = rolling_back("github", everything, world, "prod")
    assert set(story.runner.perform(job, approver="grace").values()) == {FAILED}
    assert "there is nothing before the live release of prod to go back to" in story.runner.said()
    assert "Traceback" not in story.runner.said()
    assert [row[1:3] for row in changes("prod")] == [["promote", live["prod"]]]

    before = dict.fromkeys(("check", "dev", "preprod"), PASSED)
    again = story.runner.perform(github.plan(everything, Event("push"), world, "deploy"), approver="ada", before=before)
    assert set(again.values()) == {PASSED}, story.runner.said()[-4000:]
    assert set(story.runner.perform(job, approver="grace").values()) == {PASSED}, story.runner.said()[-4000:]
    told = changes("prod")
    assert [row[1] for row in told] == ["promote", "promote", "rollback"]
    assert told[-1][2] == live["prod"]
    assert "Mondays" in " ".join(told[-1])
    assert [row[1] for row in changes("preprod")] == ["promote"]


@pytest.mark.long
def test_live_evals_without_the_provider_s_key_say_which_is_missing(agent: Path, tmp_path: Path) -> None:
    runner = Runner(agent, tmp_path / "runner", tmp_path / "known")
    jobs = github.plan(agent, Event("schedule"), World(f"{tmp_path}/state/{{env}}", LIVE.variables), "evals")
    assert runner.perform(jobs) == {"live": FAILED}
    assert "OPENAI_API_KEY" in runner.said()
    assert "Traceback" not in runner.said()


# What the image is built of


@pytest.mark.parametrize("kind", ["realtime", "batch", "agent"])
def test_a_pull_request_builds_the_image_where_it_changes_what_is_in_it_and_only_there(kind: str, make: Make) -> None:
    """The other systems build it of each push to main: their interpreters refuse the words by which paths would be filtered."""
    folder = make("delays", kind=kind, container="docker")
    workflow = ".github/workflows/image.yml"
    watched = yaml.safe_load((folder / workflow).read_text())[True]["pull_request"]["paths"]  # YAML reads `on` as True
    lines = (folder / "Dockerfile").read_text().splitlines()
    copied = {
        name for line in lines if line.startswith("COPY ") and "--from" not in line for name in line.split()[1:-1]
    }
    recipe = {"Dockerfile", ".dockerignore", workflow}
    assert {path.removesuffix("/**") for path in watched} == copied | recipe
    assert all((folder / path.removesuffix("/**")).is_dir() == path.endswith("/**") for path in watched)


@pytest.mark.parametrize("kind", ["realtime", "batch", "agent"])
def test_the_package_can_be_built_of_what_the_dockerfile_copies(
    kind: str, make: Make, run: Run, tmp_path: Path
) -> None:
    folder = make("delays", kind=kind, container="docker")
    ignored = (folder / ".dockerignore").read_text().splitlines()
    stage = (folder / "Dockerfile").read_text().partition(" AS build\n")[2].partition("\nFROM ")[0]
    copied = [line.split()[1:-1] for line in stage.splitlines() if line.startswith("COPY ") and "--from" not in line]
    for name in (name for names in copied for name in names):
        assert f"!{name}" in ignored, f"{name} is not among what Docker is given"
        (shutil.copytree if (folder / name).is_dir() else shutil.copy)(folder / name, tmp_path / name)
    run(tmp_path, "uv", "build", "--wheel", "--quiet", "--out-dir", "dist")
    assert len(list((tmp_path / "dist").glob("*.whl"))) == 1
