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


def systems() -> dict[str, str]:
    """Return the text of each CI system's files."""
    files = {path: path.parent if path.parent.name == "workflows" else path for path in CI}
    texts = {str(system): "" for system in files.values()}
    for path, system in files.items():
        texts[str(system)] += path.read_text(encoding="utf-8")
    return texts


def called(path: Path) -> set[str]:
    """Return the tasks that a file calls."""
    return set(re.findall(r"(?:uv run (?:--extra \w+ )?|`)poe\s+([a-z][a-z-]*)", path.read_text(encoding="utf-8")))


@pytest.mark.parametrize("path", [*CI, *DOCUMENTS], ids=str)
def test_every_task_that_is_called_exists(path: Path) -> None:
    assert called(path) <= TASKS


@pytest.mark.parametrize("path", CI, ids=str)
def test_ci_runs_nothing_but_tasks(path: Path) -> None:
    ours = re.findall(r"python -m|pytest|ruff|mypy|uv run (?!(?:--extra \w+ )?poe )", path.read_text(encoding="utf-8"))

    assert ours == []


def test_every_system_checks_and_promotes_one_bundle_through_all_environments() -> None:
    for system, text in systems().items():
        steps = [
            "poe check",
            "poe release --out bundle",
            "--to preprod",
            "poe approve --bundle",
            "--to prod\n",
            "poe rollback",
        ]

        assert [step for step in steps if step not in text.replace("'\n", "\n")] == [], system


@pytest.mark.parametrize(
    ("name", "trigger"),
    [
        ("ci.yml", "  push:\n    branches-ignore: [main]"),
        ("ci.yml", "  pull_request:"),
        ("deploy.yml", "  push:\n    branches: [main]"),
    ],
)
def test_every_push_is_checked(name: str, trigger: str) -> None:
    if (path := Path(".github/workflows", name)).exists():
        text = path.read_text(encoding="utf-8")

        assert trigger in text
        assert "run: uv run poe check\n" in text


def test_the_image_that_is_built_is_the_one_that_is_pushed() -> None:
    for system, text in systems().items():
        built, pushed = (re.findall(rf'docker {verb} ("[^"]+")', text) for verb in ("build --tag", "push"))

        assert built == pushed, system
        assert bool(built) == Path("Dockerfile").exists(), system


def test_the_changelog_knows_the_version() -> None:
    version = tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]

    assert f"\n## {version}\n" in Path("CHANGELOG.md").read_text(encoding="utf-8")


def test_every_command_of_the_manifests_exists() -> None:
    manifests = [*Path("deploy").rglob("*.yaml"), *Path().glob("Dockerfile")]
    commands = {
        c for path in manifests for c in re.findall(r'(?:args: |CMD )\["?(\w+)"?\]', path.read_text(encoding="utf-8"))
    }

    assert commands <= TASKS
