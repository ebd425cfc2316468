"""Whatever is answered, what comes out is a project: every two answers meet in one of these."""

import itertools
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from promises import unmet_pairs

pytestmark = pytest.mark.templates
Make = Callable[..., Path]
Run = Callable[..., Any]

SHORT, LONG = "fly", "late_departures_of_the_new_york_airports"  # the longest that is allowed
VALUES: tuple[tuple[str, ...], ...] = (
    ("", "github"),
    ("", "gitlab"),
    ("", "azure"),
    ("", "jenkins"),
    ("none", "docker", "kubernetes"),
    ("3.11", "3.12", "3.13"),
    ("apache-2.0", "mit", "proprietary"),
    (SHORT, LONG),
)
# fmt: off
COMBINATIONS: tuple[tuple[str, ...], ...] = (
    ("",       "",       "",      "",        "none",       "3.12", "apache-2.0",  SHORT),
    ("github", "gitlab", "azure", "jenkins", "kubernetes", "3.13", "mit",         LONG),
    ("",       "gitlab", "azure", "jenkins", "docker",     "3.11", "proprietary", SHORT),
    ("github", "",       "",      "",        "docker",     "3.11", "mit",         LONG),
    ("",       "",       "",      "",        "kubernetes", "3.13", "proprietary", SHORT),
    ("github", "gitlab", "azure", "jenkins", "none",       "3.12", "apache-2.0",  LONG),
    ("github", "",       "azure", "jenkins", "kubernetes", "3.12", "proprietary", SHORT),
    ("",       "gitlab", "",      "jenkins", "kubernetes", "3.11", "apache-2.0",  LONG),
    ("",       "gitlab", "azure", "",        "docker",     "3.12", "mit",         SHORT),
    ("",       "gitlab", "",      "",        "none",       "3.13", "proprietary", LONG),
    ("",       "gitlab", "",      "jenkins", "docker",     "3.13", "apache-2.0",  LONG),
    ("github", "gitlab", "azure", "",        "none",       "3.11", "mit",         LONG),
)
BATCH: tuple[tuple[str, ...], ...] = (  # as above, behind the orchestrator; each answer stands in one of these
    ("none",    "",       "",       "",      "",        "none",       "3.12", "apache-2.0",  SHORT),
    ("prefect", "github", "gitlab", "azure", "jenkins", "kubernetes", "3.13", "mit",         LONG),
    ("dagster", "",       "gitlab", "azure", "jenkins", "docker",     "3.11", "proprietary", SHORT),
    ("airflow", "github", "",       "",      "",        "kubernetes", "3.11", "mit",         SHORT),
)
# fmt: on
DOCUMENTS = ("*.md", "docs/*.md", "data/*.md", "ops/*.md")
CODE_HOSTS = {"github": ".github", "gitlab": ".gitlab-ci.yml", "azure": "azure-pipelines.yml", "jenkins": "Jenkinsfile"}


def name(row: tuple[str, ...]) -> str:
    return "-".join(value for value in row[:-1] if value) + ("-short" if row[-1] == SHORT else "-long")


@pytest.fixture(scope="module", params=[*COMBINATIONS, *BATCH], ids=name)
def answers(request: pytest.FixtureRequest) -> dict[str, Any]:
    *systems, container, python, licence, package = request.param
    orchestrator = systems.pop(0) if len(request.param) > len(VALUES) else ""
    return {
        **({"kind": "batch", "orchestrator": orchestrator} if orchestrator else {}),
        "ci": [system for system in systems if system],
        "container": container,
        "python_version": python,
        "license": licence,
        "package_name": package,
    }


@pytest.fixture(scope="module")
def made(make: Make, answers: dict[str, Any]) -> Path:
    return make("flights", **answers)


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and ".git" not in path.relative_to(folder).parts]


def test_every_two_answers_meet_in_a_combination() -> None:
    assert unmet_pairs(COMBINATIONS, VALUES) == set()
    assert all({row[place + 1] for row in BATCH} == set(values) for place, values in enumerate(VALUES))
    assert len(LONG) == 40


def test_what_was_asked_for_is_there_and_nothing_else(made: Path, answers: dict[str, Any]) -> None:
    assert {system for system, path in CODE_HOSTS.items() if (made / path).exists()} == set(answers["ci"])
    assert (made / "Dockerfile").exists() == (answers["container"] != "none")
    assert (made / "deploy").exists() == (answers["container"] == "kubernetes")
    image = made / ".github" / "workflows" / "image.yml"
    assert image.exists() == ("github" in answers["ci"] and answers["container"] != "none")
    assert (made / "LICENSE").exists() == (answers["license"] != "proprietary")
    assert [path.name for path in (made / "src").iterdir()] == [answers["package_name"]]
    assert (made / ".python-version").exists() is False or answers["python_version"] in (
        made / ".python-version"
    ).read_text()


def test_no_folder_is_empty_and_no_word_of_the_template_is_left(made: Path) -> None:
    folders = [Path(at) for at, within, found in os.walk(made) if not within and not found]
    assert [folder for folder in folders if ".git" not in folder.parts] == []
    left = re.compile(r"\[\[ [^\]\n]*\]\]|\[% |\[# |\bcopier\b")
    texts = {path: path.read_bytes().decode(errors="replace") for path in files(made) if path.suffix != ".parquet"}
    del texts[made / ".copier-answers.yml"]
    assert {str(path): left.findall(text) for path, text in texts.items() if left.search(text)} == {}
    assert [
        str(path) for path, text in texts.items() if path.name != "py.typed" and not text.endswith("\n") and text
    ] == []


def links(folder: Path) -> Iterator[tuple[Path, str]]:
    for document in itertools.chain.from_iterable(folder.glob(pattern) for pattern in DOCUMENTS):
        for target in re.findall(r"\]\(([^)\s]+)\)", document.read_text()):
            if "://" not in target:
                yield document, target


def test_no_document_links_to_what_is_not_there(made: Path) -> None:
    found = list(links(made))
    assert len(found) > 5
    assert [(d.name, target) for d, target in found if not (d.parent / target.split("#")[0]).exists()] == []


def test_no_path_that_the_readme_names_is_missing(made: Path) -> None:
    named = set(
        re.findall(
            r"`([\w./-]*/|[\w./-]+\.(?:py|yml|toml|json|md|lock)|Dockerfile|Jenkinsfile)`",
            (made / "README.md").read_text(),
        )
    )
    assert len(named) > 10
    there = {f"/{path.relative_to(made)}" for path in files(made)}
    folders = {f"{parent}/" for path in there for parent in Path(path).parents}
    assert [
        one for one in named if not one.startswith(".state") and not any(p.endswith(f"/{one}") for p in there | folders)
    ] == []


def tools(project: Path, made: Path) -> dict[str, str]:
    """The locked tools of one project work on another: only its name and its answers differ."""
    return {
        "PYTHONPATH": str(made / "src"),
        "MYPYPATH": str(made / "src"),
        "PYTHONPYCACHEPREFIX": str(project.parent / "bytecode"),
    }


def test_formatter_and_linter_leave_no_diff(project: Path, made: Path, run: Run) -> None:
    run(made, project / ".venv/bin/ruff", "check", "--no-cache")
    run(made, project / ".venv/bin/ruff", "format", "--check", "--no-cache")


def test_its_own_tests_of_ci_and_ops_pass(project: Path, made: Path, run: Run) -> None:
    python = project / ".venv/bin/python"
    words = ("-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/unit/test_ci.py", "tests/unit/test_ops.py")
    done = run(made, python, *words, env=tools(project, made))
    assert re.search(r"\d+ passed", done.stdout)
    assert "failed" not in done.stdout


def test_the_lock_is_that_of_the_project(made: Path, run: Run) -> None:
    run(made, "uv", "lock", "--check", "--offline")


@pytest.mark.long
@pytest.mark.parametrize("row", [COMBINATIONS[0], COMBINATIONS[1]], ids=name)
def test_types_are_clean_with_the_shortest_and_the_longest_name(
    project: Path, make: Make, run: Run, row: tuple[str, ...]
) -> None:
    made = make("flights", package_name=row[-1], python_version=row[5])
    done = run(made, project / ".venv/bin/mypy", "--cache-dir", made.parent / "cache", env=tools(project, made))
    assert re.search(r"no issues found in \d\d source files", done.stdout)


def test_a_linter_would_find_a_name_that_does_not_fit(project: Path, make: Make, run: Run) -> None:
    """The tools are told of the folder that they stand in: a fault there is found."""
    made = make("flights", package_name=SHORT)
    page = made / "src" / SHORT / "config.py"
    page.write_text(page.read_text() + "\n\nvalue = undefined_name\n")
    assert run(made, project / ".venv/bin/ruff", "check", "--no-cache", check=False).returncode == 1
