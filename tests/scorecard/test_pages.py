"""Every example on a check's page is a test of that check, and every check obeys the rules of the collection."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from helpers import repo

from scorecard import engine
from scorecard.checks import Check, all_checks
from scorecard.facts import Facts
from scorecard.model import Outcome

SECTIONS = {
    "Passes": Outcome.MET,
    "Fails": Outcome.UNMET,
    "Not applicable": Outcome.NOT_APPLICABLE,
    "Cannot tell": Outcome.UNKNOWN,
}
FENCE = re.compile(r'^(`{3,})\w* title="(?P<path>[^"]+)"\n(?P<text>.*?)^\1$', re.DOTALL | re.MULTILINE)
MARK = re.compile(r"[ \t]*(?:#|//|--|<!--|/\*)[ \t]*<- evidence.*$")


def sections(page: str) -> dict[str, str]:
    parts = re.split(r"^## +(.+)$", page, flags=re.MULTILINE)
    return dict(zip([p.strip() for p in parts[1::2]], parts[2::2], strict=True))


def examples(check: Check) -> Iterator[Any]:
    for title, body in sections(check.page).items():
        if title not in SECTIONS:
            continue
        cases = re.split(r"^### +(.+)$", body, flags=re.MULTILINE)
        named = [("", cases[0]), *zip(cases[1::2], cases[2::2], strict=True)]
        for name, text in named:
            files = {m["path"]: m["text"] for m in FENCE.finditer(text)}
            if files:
                yield pytest.param(check, SECTIONS[title], files, id=f"{check.id}: {title}: {name or 'plain'}")


@pytest.mark.parametrize(("check", "outcome", "files"), [e for c in all_checks().values() for e in examples(c)])
def test_the_page_is_right(check: Check, outcome: Outcome, files: dict[str, str]) -> None:
    tags = files.pop("git:tags", "").split()
    marked = {
        (path, number)
        for path, text in files.items()
        for number, line in enumerate(text.split("\n"), 1)
        if MARK.search(line)
    }
    world = repo({path: _unmarked(text) for path, text in files.items()}, tags=tags)
    checks = all_checks()
    wanted = _with_earlier(check, checks)
    finding = engine.findings(Facts(world), {name: checks[name] for name in wanted})[check.id]

    assert finding.outcome == outcome, f"{finding.summary} {finding.evidence}"
    assert marked <= {(e.path, e.line) for e in finding.evidence}


def _unmarked(text: str) -> str:
    return "\n".join(MARK.sub("", line) for line in text.split("\n"))


def _with_earlier(check: Check, checks: dict[str, Check]) -> list[str]:
    names: list[str] = []
    todo = [check.id]
    while todo:
        name = todo.pop()
        if name not in names:
            names.append(name)
            todo += checks[name].after
    return names


@pytest.mark.parametrize("check", all_checks().values(), ids=list(all_checks()))
def test_the_check_is_well_formed(check: Check) -> None:
    assert check.run.__module__.rpartition(".")[2] == check.run.__name__, "the file is named after the check"
    assert check.run.__module__.split(".")[-2] == check.ask.id, "and lies in its ask's folder"
    assert 1 <= check.level <= 3
    assert check.question.endswith("?")
    assert check.surprise.endswith(".")
    assert set(check.needs) | set(check.after) <= all_checks().keys()
    page = sections(check.page)
    assert {"Passes", "Fails", "Fix"} <= page.keys(), "a page shows what passes, what fails, and the way out"
    assert check.page.startswith(f"# `{check.id}`\n")
    outcomes = {e.values[1] for e in examples(check)}
    assert {Outcome.MET, Outcome.UNMET} <= outcomes
