"""Whatever a project is called, it is made right, or refused in words."""

import keyword
import re
import sys
import tempfile
import tomllib
from pathlib import Path
from typing import Any

import jinja2
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jinja2_ansible_filters import AnsibleCoreFiltersExtension

from scaffolder import BadAnswer, Refused, new

TEMPLATES = Path(__file__).parents[2] / "templates"
QUESTIONS = yaml.safe_load((TEMPLATES / "copier.yml").read_text())
PACKAGE = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")


def _macros() -> Any:
    options = {**QUESTIONS["_envops"], "undefined": jinja2.StrictUndefined}
    environment = jinja2.Environment(  # noqa: S701  no HTML
        loader=jinja2.FileSystemLoader(TEMPLATES), extensions=[AnsibleCoreFiltersExtension], **options
    )
    return environment.get_template("macros/names.jinja").module


MACROS = _macros()


def complaint(macro: str, text: str) -> str:
    return str(getattr(MACROS, macro)(text)).strip()


@given(st.text())
def test_a_package_name_that_we_derive_is_one_that_we_take(title: str) -> None:
    name = str(MACROS.package_of(title)).strip()
    assert complaint("wrong_package", name) == ""
    assert PACKAGE.fullmatch(name)


@given(st.text(alphabet="abz_09A.- \n", max_size=12) | st.sampled_from(["class", "match", "json", "numpy", "tests"]))
def test_a_package_name_that_we_take_is_a_new_identifier(name: str) -> None:
    if complaint("wrong_package", name) == "":
        assert name.isidentifier()
        assert not keyword.iskeyword(name)
        assert not keyword.issoftkeyword(name)
        assert name not in sys.stdlib_module_names
    else:
        assert not PACKAGE.fullmatch(name) or "_" not in name


@pytest.mark.parametrize("name", sorted(sys.stdlib_module_names))
def test_no_module_of_the_standard_library_is_hidden(name: str) -> None:
    assert complaint("wrong_package", name) != ""


@pytest.mark.parametrize("name", ["churn", "flight_delays", "ml_2024", "a1", "jsonish", "testing_grounds"])
def test_ordinary_package_names_are_taken(name: str) -> None:
    assert complaint("wrong_package", name) == ""


@pytest.mark.parametrize("title", ["Churn", "churn-2026", "Flight delays", "Prognose für Köln", "прогноз", "v1.0", "a"])
def test_ordinary_titles_are_taken(title: str) -> None:
    assert complaint("wrong_title", title) == ""


@pytest.mark.parametrize(
    "text", ["", "Ada Lovelace", "Predicts what's next, 24 h ahead (daily).", "Ünï: 100 % #1 & more"]
)
def test_ordinary_texts_are_taken(text: str) -> None:
    assert complaint("wrong_text", text) == ""


@given(st.text(max_size=80))
def test_no_text_that_we_take_can_end_a_string_or_a_line(text: str) -> None:
    for macro in ("wrong_title", "wrong_text"):
        if complaint(macro, text) == "":
            assert not set(text) & set('"`\\{}<>$[]|')
            assert len(text.splitlines()) <= 1
            assert "\x00" not in text


def test_every_question_has_a_default_and_free_text_a_validator() -> None:
    for name, question in QUESTIONS.items():
        if not name.startswith("_"):
            assert "default" in question, name
            unasked = question.get("when") is False or question.get("ask") is False
            assert "validator" in question or "choices" in question or unasked, name
            assert "help" in question or unasked, name


KINDS = {
    "realtime": {"realtime", "tabular", "service"},
    "batch": {"batch", "tabular", "prefect", "dagster", "airflow"},
    "agent": {"agent", "service"},
}
ORCHESTRATORS = {"prefect", "dagster", "airflow"}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("orchestrator", sorted(ORCHESTRATORS))
def test_no_path_belongs_to_two_folders_that_take_part_together(kind: str, orchestrator: str) -> None:
    apart = set().union(*KINDS.values()) - KINDS[kind] | ORCHESTRATORS - {orchestrator}
    paths = [
        path.relative_to(folder).as_posix().removesuffix(".jinja")
        for folder in (TEMPLATES / "project").glob("[[][[] in_*")
        for path in folder.rglob("*")
        if path.is_file() and folder.name.strip("[] ").removeprefix("in_") not in apart
    ]
    twice = sorted({path for path in paths if paths.count(path) > 1} - {"LICENSE"})  # of which one is chosen
    assert len(paths) > 50
    assert twice == []


def test_every_folder_has_its_line_and_every_line_its_folder() -> None:
    folders = {path.name.strip("[] ") for path in (TEMPLATES / "project").iterdir() if path.is_dir()}
    assert folders == {name for name in QUESTIONS if name.startswith("in_")}


HOSTILE = st.one_of(
    st.text(min_size=1, max_size=30),
    st.text(alphabet="\"'`$(){}[]<>;&|\\#!*? \t\n\x1b\x7f{%}\u202eé🎤", min_size=1, max_size=12),
    st.sampled_from(
        ["x'; rm -rf /", '"""', "{{ 7*7 }}", "[[ project_name ]]", "[% raw %]", "CON", "-rf", "$(id)", "é"]
    ),
)


@pytest.mark.slow
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(folder=HOSTILE, author=HOSTILE, description=HOSTILE)
def test_hostile_words_make_a_sound_project_or_none(folder: str, author: str, description: str) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        target = Path(scratch, folder.replace("/", "_").replace("\0", "_"))
        try:
            made = new(target, {"author": author, "description": description, "license": "mit", "ci": "gitlab"})
        except Refused as error:
            told, fault = error.what, list(Path(scratch).iterdir())
            assert (fault, "is at fault" in told) == ([], False)
            return
        project = tomllib.loads((made.path / "pyproject.toml").read_text())["project"]
        assert project["description"] == description
        assert project.get("authors", [{"name": ""}])[0]["name"] == author
        said = yaml.safe_load((made.path / ".copier-answers.yml").read_text())
        assert said["author"] == author
        package = made.path / "src" / said["package_name"]
        for path in package.glob("*.py"):
            compile(path.read_text(), str(path), "exec")


def test_an_ordinary_word_makes_one(tmp_path: Path) -> None:
    words = {"author": "Ada O'Brien", "description": "What's next: 100 % sure, #1 & more."}
    made = new(tmp_path / "Köln 2", words)
    project = tomllib.loads((made.path / "pyproject.toml").read_text())["project"]
    assert project["name"] == "k-ln-2"
    assert project["description"] == words["description"]
    assert project["authors"] == [{"name": "Ada O'Brien"}]
    with pytest.raises(BadAnswer):
        new(tmp_path / "other", {"author": 'Ada "the" Countess'})


def test_what_other_languages_write_needs_no_escape(tmp_path: Path) -> None:
    """GitHub, Prometheus, Grafana, f-strings, pandas, TOML, logging, bash: all in one file that is rendered."""
    text = """${{ github.sha }} {{ $labels.job }} {{name}} f"{{x}}" df[["a", "b"]] [[tool.poe.tasks]] "[%(asctime)s]" [%Y] {% raw %} {# a #} [#1]\n"""
    fork = tmp_path / "fork"
    (fork / "project").mkdir(parents=True)
    options = {"_subdirectory": "project", "_envops": QUESTIONS["_envops"], "a": {"type": "str", "default": "1"}}
    (fork / "copier.yml").write_text(yaml.safe_dump(options))
    (fork / "project" / "x.txt.jinja").write_text(f"[[ a ]]\n{text}")
    new(tmp_path / "x", template=str(fork))
    assert (tmp_path / "x" / "x.txt").read_text() == f"1\n{text}"
