"""A part that is added later is as if it had been asked for from the start, and taken away as if it had never been."""

import itertools
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import renders
from hypothesis import given, settings
from hypothesis import strategies as st

from scaffolder import Refused, capabilities, releases, transition
from scaffolder.capabilities import CI, CONTAINERS
from scaffolder.transition import State, current
from scaffolder.updating import update

Git = Callable[..., str]
VERSIONS = [release.version for release in releases.known()]
# Each answer to `container` with each system of CI, and with none; CI systems alone, together, and in pairs.
SETS: list[dict[str, Any]] = [
    {"ci": [], "container": "none"},
    {"ci": ["github"], "container": "kubernetes"},
    {"ci": ["github", "gitlab"], "container": "docker"},
    {"ci": ["gitlab", "azure"], "container": "kubernetes"},
    {"ci": ["azure", "jenkins"], "container": "none"},
    {"ci": ["jenkins"], "container": "docker"},
    {"ci": [*CI], "container": "kubernetes"},
    {"ci": [*CI], "container": "none"},
]


@pytest.fixture(scope="module", autouse=True)
def remembered(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    base = tmp_path_factory.getbasetemp()
    real = transition._rendered
    store = renders.shared(base)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(transition, "_rendered", renders.once(real, store))
        yield


def made(folder: Path, version: str, answers: Mapping[str, Any]) -> Path:
    state = State(None, version, {}, {**renders.DEFAULTS, **answers})
    return renders.committed(transition._rendered(state, folder / renders.NAME, trust=False))


def with_part(answers: Mapping[str, Any], name: str) -> dict[str, Any]:
    if name in CI:
        return {**answers, "ci": sorted({*answers["ci"], name}, key=CI.index)}
    return {**answers, "container": max(answers["container"], name, key=CONTAINERS.index)}


def label(answers: object) -> str:
    return "-".join([*answers["ci"], answers["container"]]) if isinstance(answers, dict) else str(answers)


# Every pair of versions with one of the sets in turn, those to the newest with three: most people go there. Pairs grow with the square
# of the releases, so on every run it is each version to the newest with one set, and the rest at night.
PAIRS = [
    pytest.param(
        old, new, SETS[(3 * number + turn) % len(SETS)], marks=[pytest.mark.long] if turn or new != VERSIONS[-1] else []
    )
    for number, (old, new) in enumerate(itertools.combinations(VERSIONS, 2))
    for turn in range(3 if new == VERSIONS[-1] else 1)
]


@pytest.mark.slow
@pytest.mark.parametrize(("old", "new", "answers"), PAIRS, ids=label)
def test_an_update_of_an_untouched_project_is_a_fresh_one(
    tmp_path: Path, git: Git, old: str, new: str, answers: dict[str, Any]
) -> None:
    project = made(tmp_path / "a", old, answers)
    head = git(project, "rev-parse", "HEAD")
    outcome = update(project, ref=new).outcome
    assert not outcome.conflicts
    assert renders.files(project) == renders.files(made(tmp_path / "b", new, answers))
    assert git(project, "rev-parse", "HEAD") == head
    assert git(project, "diff") == ""
    git(project, "commit", "-qam", "update")
    assert update(project, ref=new).outcome == capabilities.Outcome()
    assert git(project, "status", "--porcelain", "--ignored") == ""


@pytest.mark.slow
@settings(max_examples=5)
@given(answers=st.sampled_from(SETS), order=st.permutations(["github", "gitlab", "azure", "jenkins", "kubernetes"]))
def test_parts_may_be_added_in_any_order_and_be_taken_away_again(
    tmp_path_factory: pytest.TempPathFactory, answers: dict[str, Any], order: list[str]
) -> None:
    folder = tmp_path_factory.mktemp("parts")
    project, now, before = made(folder / "a", VERSIONS[-1], answers), answers, []
    for name in order[:2]:
        wanted = with_part(now, name)
        before.append((name, now, renders.files(project)))
        outcome = capabilities.add(project, name)
        assert not outcome.conflicts
        assert bool(outcome.notes) == (wanted == now)
        renders.git(project, "commit", "-qm", name, "--allow-empty")
        now = wanted
        state = current(project)
        assert state is not None
        assert {key: state.answers[key] for key in ("ci", "container")} == now
    fresh = made(folder / "b", VERSIONS[-1], now)
    assert renders.files(project) == renders.files(fresh)
    for name, then, files in reversed(before):
        if with_part(then, name) == then or (name == "kubernetes" and then["container"] == "none"):
            break  # it was there, or brought Docker along, which stays
        capabilities.remove(project, name)
        assert renders.files(project) == files
        renders.git(project, "commit", "-qm", f"without {name}", "--allow-empty")


def test_what_is_in_is_said_to_be_in_and_changes_nothing(tmp_path: Path, git: Git) -> None:
    project = made(tmp_path, VERSIONS[-1], SETS[1])
    for name in ("github", "docker", "kubernetes"):
        assert capabilities.add(project, name) == capabilities.Outcome(notes=(f"{name} is in already",))
    assert "every project" in capabilities.add(project, "monitoring").notes[0]
    assert capabilities.remove(project, "gitlab").notes == ("gitlab is not in",)
    assert git(project, "status", "--porcelain") == ""


@pytest.mark.parametrize(
    ("action", "name", "word"),
    [
        ("add", "travis", "there is no travis"),
        ("remove", "travis", "there is no travis"),
        ("add", "evals", "nothing for evals"),
        ("remove", "data", "part of every project"),
        ("remove", "docker", "kubernetes stands on docker"),
    ],
)
def test_what_cannot_be_is_refused(tmp_path: Path, git: Git, action: str, name: str, word: str) -> None:
    project = made(tmp_path, VERSIONS[-1], SETS[1])
    with pytest.raises(Refused, match=word):
        getattr(capabilities, action)(project, name)
    assert git(project, "status", "--porcelain") == ""


def test_an_edit_of_what_a_part_brought_is_kept_when_it_is_taken_away(tmp_path: Path, git: Git) -> None:
    project = made(tmp_path, VERSIONS[-1], SETS[1])
    path = project / ".github" / "workflows" / "ci.yml"
    path.write_text(path.read_text() + "# mine\n")
    git(project, "commit", "-qam", "mine")
    outcome = capabilities.remove(project, "github")
    assert [name for name, _ in outcome.conflicts] == [".github/workflows/ci.yml"]
    assert path.read_text().endswith("# mine\n")
    assert "ci:\n- github" in (project / ".copier-answers.yml").read_text()
