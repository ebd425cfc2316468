"""`mlops add deployment`: a Dockerfile for what runs there, that hadolint and the way it is started agree with, and CI that builds it."""

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scaffolder.errors import Refused
from scorecard.survey import survey
from tests.foreign.conftest import added, commit, removed
from tests.foreign.worlds import WORLDS

Make = Callable[..., Path]
Run = Callable[..., "subprocess.CompletedProcess[str]"]
BIN = Path(sys.executable).parent
HERE = [world for world in WORLDS if world != "notebooks"]
BOTH = {"deployment.artifact", "deployment.build"}


def git(folder: Path, *words: str) -> str:
    return subprocess.run(["git", *words], cwd=folder, check=True, capture_output=True, text=True).stdout


def started(folder: Path) -> list[str]:
    """What the image starts."""
    found = re.search(r"^CMD (.*)$", (folder / "Dockerfile").read_text(), re.MULTILINE)
    assert found
    return list(json.loads(found[1]))


@pytest.mark.parametrize("world", HERE)
def test_what_is_promised_is_met_and_hadolint_is_content(make: Make, world: str) -> None:
    folder = make(world)
    done, turned, lost = added(folder, "deployment")
    assert set(done.promises) == BOTH <= turned
    assert not lost
    linted = subprocess.run([BIN / "hadolint", "Dockerfile"], cwd=folder, capture_output=True, text=True, check=False)
    assert linted.returncode == 0, linted.stdout
    assert set(done.outcome.changed) <= {".gitlab-ci.yml", "Jenkinsfile"}


@pytest.mark.parametrize("world", ["flat", "conda_jenkins"])
def test_removing_it_gives_the_same_tree_again(make: Make, world: str) -> None:
    folder = make(world)
    before = git(folder, "rev-parse", "HEAD^{tree}")
    added(folder, "deployment")
    commit(folder)
    removed(folder, "deployment")
    commit(folder)
    assert git(folder, "rev-parse", "HEAD^{tree}") == before


def test_what_is_not_in_git_is_said(make: Make) -> None:
    done, _, _ = added(make("flat"), "deployment")
    assert done.left[0].startswith("models/ is not in git, so an image built in CI does not hold it")
    assert "give another command to start train.py" in done.left[1]


def test_a_script_without_a_service_becomes_a_job(make: Make) -> None:
    files = {path: text for path, text in WORLDS["src_uv_gitlab"]().items() if not path.endswith("app.py")}
    folder = make(files)
    added(folder, "deployment")
    assert started(folder) == ["python", "-m", "churn.train"]
    assert "EXPOSE" not in (folder / "Dockerfile").read_text()


def test_a_dockerfile_that_exists_is_built_and_left_as_it_is(make: Make) -> None:
    image = "FROM python:3.11-slim\nCOPY train.py /app/\nCMD python /app/train.py\n"
    folder = make({**WORLDS["flat"](), "docker/Dockerfile": image})
    done, _, lost = added(folder, "deployment")
    assert set(done.promises) == {"deployment.build"}
    assert not lost
    assert (
        "run: docker build --tag app --file docker/Dockerfile .\n"
        in (folder / ".github/workflows/image.yml").read_text()
    )
    assert not (folder / "Dockerfile").exists()


def test_a_compose_file_that_builds_is_what_ci_builds(make: Make) -> None:
    files = {
        **WORLDS["flat"](),
        "api/Dockerfile": "FROM python:3.11-slim\nCMD python\n",
        "compose.yaml": "services:\n  api:\n    build: api\n",
    }
    folder = make(files)
    done, turned, _ = added(folder, "deployment")
    assert set(done.promises) == turned == {"deployment.build"}
    assert "- run: docker compose build\n" in (folder / ".github/workflows/image.yml").read_text()


def test_of_several_images_the_one_of_python_is_built_and_the_others_are_named(make: Make) -> None:
    files = {
        **WORLDS["flat"](),
        "ui/Dockerfile": "FROM nginx:1.27\nCOPY . /www\n",
        "serve/Dockerfile": "FROM python:3.11-slim\nCOPY *.py /app/\nCMD python\n",
    }
    folder = make(files)
    done, _, _ = added(folder, "deployment")
    assert "--file serve/Dockerfile serve\n" in (folder / ".github/workflows/image.yml").read_text()
    assert any("ui/Dockerfile" in line for line in done.left)


def test_in_a_folder_of_a_larger_repository_the_build_is_left_to_its_people(make: Make) -> None:
    done, turned, _ = added(make("flat", below="services/churn"), "deployment")
    assert set(done.promises) == turned == {"deployment.artifact"}
    assert "`cd services/churn && docker build --tag app .`" in done.left[-1]


@pytest.mark.parametrize(
    ("files", "what"),
    [
        ("notebooks", "all work is done in notebooks"),
        ({"prices.py": "def total(prices):\n    return sum(prices)\n", "requirements.txt": "pandas\n"}, "no service, and no script"),
        ({path: text for path, text in WORLDS["flat"]().items() if path != "requirements.txt"}, "no file says what an image"),
        ({**WORLDS["flat"](), "Procfile": "web: uvicorn app:app\n"}, "is defined here already"),
    ],
)  # fmt: skip
def test_where_nothing_could_be_started_it_is_refused(make: Make, files: Any, what: str) -> None:
    with pytest.raises(Refused, match=what):
        added(make(files), "deployment")


def test_a_page_for_health_is_what_the_image_asks_for(make: Make) -> None:
    seen = survey(make("flat"))["deployment"]["entry"]
    assert (seen["health"], seen["runs"]) == ("/health", "uvicorn")


def test_no_page_for_health_is_invented(make: Make) -> None:
    folder = make("assistant")
    added(folder, "deployment")
    assert "HEALTHCHECK" not in (folder / "Dockerfile").read_text()


@pytest.mark.foreign
@pytest.mark.parametrize("world", ["flat", "src_uv_gitlab", "conda_jenkins", "assistant"])
def test_what_the_image_starts_can_be_imported_from_there(make: Make, run: Run, world: str) -> None:
    """No image is built here: what `CMD` names is imported with the image's own PYTHONPATH."""
    folder = make(world)
    added(folder, "deployment")
    module, _, variable = started(folder)[1].partition(":")
    path = re.search(r"PYTHONPATH=/app(\S*)", (folder / "Dockerfile").read_text())
    assert path
    run(folder, "-c", f"from {module} import {variable}", PYTHONPATH=f"{folder}{path[1]}")
