"""The steps of each CI file are carried out, not only parsed: in clones, with the variables and artifacts of each job."""

import hashlib
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from interpreters import github
from interpreters.model import Event, Job, Save, Shell, Unknown, World
from interpreters.pipelines import ENVIRONMENTS, NOWHERE, SYSTEMS, needed, plan, rolling_back, scheduled, tasks
from interpreters.runner import FAILED, PASSED, SKIPPED, WAITING, Runner, without_signature

pytestmark = pytest.mark.templates
Run = Callable[..., Any]


@pytest.fixture(scope="module")
def everything(make: Callable[..., Path]) -> Path:
    return make("delays", ci=list(SYSTEMS), container="kubernetes")


# What runs when


@pytest.mark.parametrize("system", SYSTEMS)
def test_a_branch_and_a_pull_request_are_checked_and_deploy_nothing(system: str, everything: Path) -> None:
    kinds = ("push",) if system == "jenkins" else ("push", "pull request")  # there, a pull request is a branch
    for kind in kinds:
        jobs = plan(system, everything, Event(kind, branch="topic"))
        called = tasks(jobs)
        assert "check" in called, kind
        assert called & {"release", "promote", "approve", "rollback", "monitor", "train"} == set()
        assert not any("docker push" in step.script for job in jobs for step in job.steps if isinstance(step, Shell))


@pytest.mark.parametrize("system", SYSTEMS)
def test_main_is_checked_and_then_deployed_in_order(system: str, everything: Path) -> None:
    jobs = plan(system, everything, Event("push"))
    order = [job.name for job in jobs if job.name in ("check", *ENVIRONMENTS)]
    assert order == ["check", *ENVIRONMENTS]
    assert {job.name for job in jobs if job.gated} - {"rollout prod"} == {"prod"}
    assert needed(jobs, "prod") >= {"check", "dev", "preprod"}
    assert tasks(jobs) & {"rollback", "monitor"} == set()


@pytest.mark.parametrize("system", SYSTEMS)
def test_the_hourly_schedule_monitors_and_deploys_nothing(system: str, everything: Path) -> None:
    assert tasks(scheduled(system, everything, "monitor")) == {"monitor", "page"}


@pytest.mark.parametrize(
    ("system", "asked"), [("gitlab", {"RELEASE": "yes"}), ("azure", {"name": "release from newer data"})]
)
def test_the_weekly_schedule_releases_and_does_not_monitor(
    system: str, asked: dict[str, str], everything: Path
) -> None:
    called = tasks(plan(system, everything, Event("schedule", inputs=asked)))
    assert called >= {"check", "train", "release", "approve", "promote"}
    assert "monitor" not in called


@pytest.mark.parametrize("system", SYSTEMS)
def test_a_rollback_by_hand_rolls_back_and_does_nothing_else(system: str, everything: Path) -> None:
    assert tasks(rolling_back(system, everything, NOWHERE, "preprod")) == {"rollback"}


def test_an_interpreter_refuses_a_word_that_it_does_not_know(everything: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(everything, tmp_path / "copy")
    for path, old, new in (
        (".github/workflows/deploy.yml", "    timeout-minutes: 30", "    continue-on-error: true"),
        (".gitlab-ci.yml", "  allow_failure: false", "  retry: 2"),
        ("azure-pipelines.yml", "        environment: dev", "        environments: dev"),
        ("Jenkinsfile", "sh 'uv run poe train'", "bat 'uv run poe train'"),
    ):
        text = (copy / path).read_text()
        assert old in text
        (copy / path).write_text(text.replace(old, new, 1))
    for system in SYSTEMS:
        with pytest.raises(Unknown):
            plan(system, copy, Event("push"))


# What they do


@dataclass
class Story:
    """Two deployments, of which the second by the system that is tried, and a rollback."""

    system: str
    runner: Runner
    earlier: str
    waiting: dict[str, str]
    live_while_waiting: str
    unsigned: dict[str, str]
    live_after_unsigned: str
    ended: dict[str, str]
    live: dict[str, str]
    bundles: dict[str, str]
    rolled: dict[str, str]
    live_after_rollback: dict[str, str]
    live_there: str
    by: str


@pytest.fixture(scope="module")
def live(project: Path, run: Run) -> Callable[[World, str], list[str]]:
    """What `poe releases` shows of the last change in an environment."""

    def call(world: World, environment: str) -> list[str]:
        env = world.settings(environment) | {"APP_ENV": environment}
        done = run(project, project / ".venv/bin/python", "-m", "delays", "releases", env=env)
        return str(done.stdout).splitlines()[-1].split(maxsplit=5)

    return call


@pytest.fixture(scope="module")
def first(everything: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The states of all environments after a first deployment, from nothing, by the steps of GitHub's workflow."""
    at = tmp_path_factory.mktemp("first")
    world = World(f"{at}/state/{{env}}")
    runner = Runner(everything, at / "runner", at / "known")
    ended = runner.perform(github.plan(everything, Event("push"), world, "deploy"), approver="ada")
    assert ended == dict.fromkeys(("check", *ENVIRONMENTS), PASSED), runner.said()[-4000:]
    return at


# A deployment takes most of a minute: GitHub's on every run, the others with what is long.
EVERY_DAY = [s if s == "github" else pytest.param(s, marks=pytest.mark.long) for s in SYSTEMS]


@pytest.fixture(scope="module", params=EVERY_DAY)
def story(
    request: pytest.FixtureRequest,
    everything: Path,
    first: Path,
    live: Callable[[World, str], list[str]],
    tmp_path_factory: pytest.TempPathFactory,
) -> Story:
    system = request.param
    at = tmp_path_factory.mktemp(system)
    shutil.copytree(first / "state", at / "state")
    world = World(f"{at}/state/{{env}}")
    runner = Runner(everything, at / "runner", first / "known")
    earlier = live(world, "prod")[2]
    jobs = plan(system, everything, Event("push"), world)
    waiting = runner.perform(jobs)
    live_while_waiting = live(world, "prod")[2]
    unsigned = runner.perform([without_signature(job) for job in jobs], approver="grace", before=waiting)
    live_after_unsigned = live(world, "prod")[2]
    ended = runner.perform(jobs, approver="grace", before=waiting)
    lived = {environment: live(world, environment)[2] for environment in ENVIRONMENTS}
    bundles = {
        environment: digest(at / "state" / environment / "bundles" / lived[environment]) for environment in ENVIRONMENTS
    }
    rolled = runner.perform(rolling_back(system, everything, world, "prod"), approver="grace")
    last = {environment: live(world, environment) for environment in ENVIRONMENTS}
    return Story(
        system, runner, earlier, waiting, live_while_waiting, unsigned, live_after_unsigned, ended, lived, bundles, rolled,
        {environment: row[2] for environment, row in last.items()}, last["prod"][1], " ".join(last["prod"][3:]),
    )  # fmt: skip


def digest(folder: Path) -> str:
    files = sorted(path for path in folder.iterdir())
    assert len(files) == 4
    return hashlib.sha256(b"".join(path.name.encode() + path.read_bytes() for path in files)).hexdigest()


def test_prod_waits_for_a_person_while_the_others_are_served(story: Story) -> None:
    assert story.waiting["prod"] == WAITING
    assert {story.waiting[name] for name in ("check", "dev", "preprod")} == {PASSED}, story.runner.said()[-4000:]
    assert story.live_while_waiting == story.earlier


def test_a_pipeline_that_leaves_the_approval_out_is_refused_by_prod(story: Story) -> None:
    assert story.unsigned["prod"] == FAILED
    assert "is not approved for prod" in story.runner.said()
    assert story.live_after_unsigned == story.earlier


def test_the_same_bundle_is_live_in_every_environment(story: Story) -> None:
    assert set(story.ended.values()) == {PASSED}, story.runner.said()[-4000:]
    assert len(set(story.live.values())) == 1
    assert set(story.live.values()) != {story.earlier}
    assert len(set(story.bundles.values())) == 1


def test_the_rollback_brings_the_earlier_release_back_there_alone(story: Story) -> None:
    assert set(story.rolled.values()) == {PASSED}, story.runner.said()[-4000:]
    assert story.live_after_rollback == {**story.live, "prod": story.earlier}
    assert story.live_there == "rollback"
    assert "worse on Mondays" in story.by
    assert not Path("/tmp/never").exists()  # noqa: S108  what a person types is data, not a command


def test_the_image_is_pushed_under_the_commit(story: Story, everything: Path, run: Run) -> None:
    head = run(everything, "git", "rev-parse", "HEAD").stdout.strip()
    pushed = [line for job in story.ended for line in story.runner.words(job) if line.startswith("docker push")]
    assert len(pushed) == 1
    assert pushed[0].endswith(f":{head}")


def test_the_cluster_gets_that_image_where_the_file_rolls_it_out(story: Story, everything: Path, run: Run) -> None:
    """GitHub's does, in order, prod behind its reviewers; the others leave the cluster to its operators."""
    head = run(everything, "git", "rev-parse", "HEAD").stdout.strip()
    applied = story.runner.record.read_text()
    rolled_out = story.system == "github"
    assert set(re.findall(r"^ +image: (\S+)", applied, re.MULTILINE)) == (
        {f"ghcr.io/ada/delays:{head}"} if rolled_out else set()
    )
    there = list(dict.fromkeys(re.findall(r"^  namespace: delays-(\w+)", applied, re.MULTILINE)))
    assert there == (list(ENVIRONMENTS) if rolled_out else [])


@pytest.mark.parametrize("system", EVERY_DAY)
def test_monitoring_of_what_is_live_leaves_its_page(system: str, everything: Path, first: Path, tmp_path: Path) -> None:
    kept = shutil.copytree(first / "state", tmp_path / "state")
    runner = Runner(everything, tmp_path / "runner", first / "known")
    jobs = scheduled(system, everything, "monitor", World(""))
    saved = {step.artifact for job in jobs for step in job.steps if isinstance(step, Save)}
    assert set(runner.perform(jobs, kept=kept).values()) == {PASSED}, runner.said()[-4000:]
    pages = [page for name in saved for page in (runner.at / "artifacts" / name).rglob("page.html")]
    assert ["delays, prod" in page.read_text() for page in pages] == [True]


def test_a_check_that_fails_stops_everything_behind_it(everything: Path, tmp_path: Path, first: Path) -> None:
    assert first.exists()
    copy = shutil.copytree(everything, tmp_path / "copy")
    for system in ("github", "gitlab", "azure"):
        jobs = [broken(job) if job.name == "check" else job for job in plan(system, copy, Event("push"))]
        if system == "github":
            jobs = [job for job in jobs if "image" not in needed(jobs, job.name) | {job.name}]
        runner = Runner(copy, tmp_path / system, first / "known")
        ended = runner.perform(jobs, approver="ada")
        assert ended["check"] == FAILED
        assert {ended[name] for name in ENVIRONMENTS} == {SKIPPED}


def broken(job: Job) -> Job:
    steps = tuple(replace(step, script="false") if isinstance(step, Shell) else step for step in job.steps)
    return replace(job, steps=steps)


def test_conditions_are_read_as_their_systems_read_them() -> None:
    from interpreters.expressions import evaluate

    cases: Iterator[tuple[str, dict[str, str], bool]] = iter(
        [
            ('$A == "b"', {"A": "b"}, True),
            ('$A == "b" && ($C == "d" || $E)', {"A": "b", "E": "x"}, True),
            ('$A == "b" && ($C == "d" || $E)', {"A": "b"}, False),
            ("$A == null", {}, True),
            ("$A == null", {"A": "b"}, False),
            ("github.event_name == 'push' && vars.KUBERNETES == 'yes'", {"github.event_name": "push"}, False),
            ("and(ne(variables['A.B'], 'c'), eq('x', 'x'))", {}, True),
            ("and(succeeded(), eq(variables['A.B'], 'c'))", {"variables.A.B": "d"}, False),
        ]
    )
    for text, names, expected in cases:
        assert bool(evaluate(text, names)) is expected, text
    with pytest.raises(ValueError, match="no condition"):
        evaluate("contains(a, b) ~ c", {})
