"""Each format is read by what reads it, and nothing that a repository says can break out of it."""

import json
import re
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

import pytest
from junitparser import JUnitXml
from sarif_pydantic import Sarif

from scorecard.assemble import assemble
from scorecard.checks import all_checks
from scorecard.model import Scorecard
from scorecard.reports import FORMATS, report
from tests.helpers import repo

TRAIN = """
import pandas as pd
from sklearn.linear_model import LinearRegression

df = pd.read_csv("data.csv")
LinearRegression().fit(df[["x"]], df["y"])
"""
EVIL = "a\x1b[31m\u202e<script>alert(1)</script>'\"&%::error::x]]>,train.py"


def card(files: dict[str, str]) -> Scorecard:
    return assemble(repo(files), kind=None, stage=None, only=frozenset())


@pytest.fixture(scope="module")
def system() -> Scorecard:
    return card({"train.py": TRAIN, "tests/test_x.py": "from train import f\ndef test_f():\n    assert f(1) == 2\n"})


@pytest.fixture(scope="module")
def evil() -> Scorecard:
    return card({EVIL: TRAIN, f"b/{EVIL}": "import sklearn\nsklearn.linear_model.LinearRegression().fit(1, 2)\n"})


@pytest.fixture(scope="module")
def nothing() -> Scorecard:
    return card({"index.js": "console.log(1)\n"})


def text(name: str, card: Scorecard, *, full: bool = False) -> str:
    return report(name).render(card, full=full)


def test_sarif_is_read_as_sarif_and_has_a_place_for_every_gap(system: Scorecard) -> None:
    run = Sarif.model_validate_json(text("sarif", system)).runs[0]
    assert [result.rule_id for result in run.results or []] == [gap.criterion for gap in system.gaps]
    rules = run.tool.driver.rules or []
    for result in run.results or []:
        assert rules[result.rule_index or 0].id == result.rule_id
        place = (result.locations or [])[0].physical_location
        assert place is not None
        assert place.artifact_location is not None
        assert place.artifact_location.uri in {"train.py", "tests/test_x.py"}


def test_the_same_gap_has_the_same_fingerprint_when_lines_move(system: Scorecard) -> None:
    moved = card({"train.py": "\n\n\n" + TRAIN})
    prints = [
        {r["ruleId"]: r["partialFingerprints"] for r in json.loads(text("sarif", c))["runs"][0]["results"]}
        for c in (system, moved)
    ]
    same = prints[0].keys() & prints[1].keys()
    assert same
    assert all(prints[0][name] == prints[1][name] for name in same)


def test_junit_has_a_case_for_every_criterion_and_counts_them(system: Scorecard) -> None:
    read = JUnitXml.fromstring(text("junit", system))
    assert read.tests == len(all_checks())
    assert read.failures == len(system.gaps)
    assert read.errors == 0


def test_junit_does_not_fail_a_repository_for_which_the_asks_are_optional(nothing: Scorecard) -> None:
    assert JUnitXml.fromstring(text("junit", nothing)).failures == 0
    assert JUnitXml.fromstring(text("junit", nothing, full=True)).failures > 0


def test_github_shows_the_first_gap_as_the_one_warning(system: Scorecard) -> None:
    lines = text("github", system).splitlines()
    assert [line.partition(" ")[0] for line in lines[:2]] == ["::warning", "::notice"]
    assert sum(line.startswith("::warning") for line in lines) == 1
    assert len(lines) <= 12
    assert f"close first%3A {system.gaps[0].criterion}" in lines[0]


def test_gitlab_s_issues_have_what_gitlab_requires(system: Scorecard) -> None:
    issues = json.loads(text("gitlab", system))
    assert len({issue["fingerprint"] for issue in issues}) == len(issues) == len(system.gaps)
    assert {issue["severity"] for issue in issues} <= {"info", "minor", "major", "critical", "blocker"}
    assert all(issue["location"]["lines"]["begin"] >= 1 and issue["location"]["path"] for issue in issues)


def test_the_badge_is_svg_and_says_what_shields_says(system: Scorecard, nothing: Scorecard) -> None:
    for each in (system, nothing):
        svg = ET.fromstring(text("badge", each))  # noqa: S314  our own
        message = json.loads(text("shields", each))["message"]
        assert svg.get("aria-label") == f"seven asks: {message}"
    assert message == "no ML"


class _Page(HTMLParser):
    """What a browser would load or run."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        for name, value in attrs:
            assert not name.startswith("on"), name
            if name == "id":
                self.ids.append(value or "")
            if name in {"href", "src"}:
                self.links.append(value or "")


@pytest.mark.parametrize("which", ["system", "evil", "nothing"])
def test_the_page_loads_nothing_and_runs_nothing(which: str, request: pytest.FixtureRequest) -> None:
    page = _Page()
    page.feed(text("html", request.getfixturevalue(which), full=True))
    assert not {"script", "link", "img", "iframe", "object", "form"} & set(page.tags)
    inside = [link[1:] for link in page.links if link.startswith("#")]
    assert set(inside) <= set(page.ids)
    assert len(set(page.ids)) == len(page.ids)
    assert all(link.startswith(("#", "https://")) for link in page.links)


def test_the_page_shows_every_criterion_with_its_evidence(system: Scorecard) -> None:
    page = text("html", system)
    for criterion in system.criteria:
        assert f'id="{criterion.id}"' in page
    assert "tests/test_x.py:" in page


def test_the_page_of_something_else_says_so_and_draws_nothing(nothing: Scorecard) -> None:
    page = text("html", nothing)
    assert "the seven asks do not apply" in page
    assert "<svg" not in page


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_no_control_character_and_no_markup_of_the_repository_gets_through(name: str, evil: Scorecard) -> None:
    shown = text(name, evil)
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f\u202e]", shown)
    if name in {"html", "badge", "junit"}:
        assert "<script>" not in shown
    if name == "github":
        assert not any(line.startswith("::error") for line in shown.splitlines())


@pytest.mark.parametrize("name", ["sarif", "gitlab"])
def test_where_the_asks_are_optional_nothing_is_reported_unless_asked(name: str, nothing: Scorecard) -> None:
    def count(document: object) -> int:
        return len(document["runs"][0]["results"] if isinstance(document, dict) else document)  # type: ignore[arg-type]  # JSON

    assert count(json.loads(text(name, nothing))) == 0
    assert count(json.loads(text(name, nothing, full=True))) > 0
