"""What CI, the manifests and the documents call exists: a command that is renamed must be renamed there too."""

import re
import tomllib
from pathlib import Path

import pytest

TASKS = set(tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8"))["tool"]["poe"]["tasks"])
CI = [
    p
    for p in (
        *Path(".github/workflows").glob("*.yml"),
        *map(Path, (".gitlab-ci.yml", "azure-pipelines.yml", "Jenkinsfile")),
    )
    if p.exists()
]
DOCUMENTS = [*Path().glob("*.md"), *Path("docs").glob("*.md"), Path("ops/runbook.md")]


def called(path: Path) -> set[str]:
    """Return the tasks that a file calls."""
    return set(re.findall(r"(?:uv run |`)poe\s+([a-z][a-z-]*)", path.read_text(encoding="utf-8")))


@pytest.mark.parametrize("path", [*CI, *DOCUMENTS], ids=str)
def test_every_task_that_is_called_exists(path: Path) -> None:
    assert called(path) <= TASKS


@pytest.mark.parametrize("path", CI, ids=str)
def test_ci_runs_nothing_but_tasks(path: Path) -> None:
    ours = re.findall(r"python -m|pytest|ruff|mypy|uv run (?!poe )", path.read_text(encoding="utf-8"))

    assert ours == []


def test_every_system_checks_and_promotes_one_bundle_through_all_environments() -> None:
    systems = {path.parent if path.parent.name == "workflows" else path for path in CI}
    for system in systems:
        files = sorted(system.glob("*.yml")) if system.is_dir() else [system]
        text = "\n".join(file.read_text(encoding="utf-8") for file in files)
        steps = [
            "poe check",
            "poe release --out bundle",
            "--to preprod",
            "poe approve --bundle",
            "--to prod\n",
            "poe rollback",
        ]

        assert [step for step in steps if step not in text.replace("'\n", "\n")] == [], system


def test_every_command_of_the_manifests_exists() -> None:
    manifests = [*Path("deploy").rglob("*.yaml"), *Path().glob("Dockerfile")]
    commands = {
        c for path in manifests for c in re.findall(r'(?:args: |CMD )\["?(\w+)"?\]', path.read_text(encoding="utf-8"))
    }

    assert commands <= TASKS
