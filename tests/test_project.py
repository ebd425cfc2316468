"""The project keeps its own promises."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def commands(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.startswith("pip install uv && ")]


def test_ci_runs_the_very_commands_of_the_readme() -> None:
    assert len(commands(README)) == 2
    assert commands((ROOT / ".ci" / "run").read_text()) == commands(README)


def test_every_option_of_the_readme_exists() -> None:
    cli = (ROOT / "mlops" / "cli.py").read_text()
    for option in set(re.findall(r"--[a-z][a-z-]+", README.split("## Use")[1].split("## How right")[0])):
        name = option.removeprefix("--").replace("-", "_")
        assert f'"{option}"' in cli or f"    {name}: " in cli, option


@pytest.mark.parametrize("path", sorted(p.name for p in (ROOT / "docs" / "adr").glob("*.md")))
def test_a_decision_record_has_its_three_parts_on_one_page(path: str) -> None:
    text = (ROOT / "docs" / "adr" / path).read_text()
    assert re.findall("^## (.+)$", text, re.MULTILINE)[:3] == ["Context", "Decision", "Consequences"]
    assert len(text.splitlines()) < 60


def test_workflows_are_pinned_and_ask_for_little() -> None:
    for path in (ROOT / ".github" / "workflows").glob("*.yml"):
        text = path.read_text()
        assert re.search(r"^permissions: \{\}$", text, re.MULTILINE)
        for action in set(re.findall(r"uses: (\S+)", text)) - {"./"}:  # our own, as it stands
            assert re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", action), action


def test_nothing_of_ours_is_without_reason_in_the_lint_configuration() -> None:
    config = (ROOT / "pyproject.toml").read_text()
    block = config.split("ignore = [", 1)[1].split("]", 1)[0]
    assert all("#" in line for line in block.strip().splitlines())
    assert tomllib.loads(config)["tool"]["mypy"]["strict"] is True


@pytest.mark.parametrize("name", ["foreign", "templates"])
def test_what_bears_the_mark_of_a_session_lies_in_its_folder(name: str) -> None:
    """The session collects that folder alone: elsewhere, such a test would never run."""
    marked = {p for p in (ROOT / "tests").rglob("*.py") if f"pytest.mark.{name}" in p.read_text(encoding="utf-8")}
    inside = {p for p in marked if p.is_relative_to(ROOT / "tests" / name)}
    assert inside
    assert marked - inside - {Path(__file__)} == set()
