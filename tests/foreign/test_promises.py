"""What the audit says that `mlops add` closes is what the plans promise somewhere, no more and no less."""

import contextlib
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import pytest

from scaffolder import applying
from scaffolder.adding import _site
from scaffolder.errors import Refused
from scaffolder.foreign.plans import NEEDS, PLANS
from scorecard.checks import all_checks
from scorecard.survey import survey
from tests.foreign.worlds import WORLDS


def test_every_capability_that_a_check_names_can_be_added_at_once() -> None:
    assert {check.closed_by for check in all_checks().values()} - {""} == set(PLANS) - set(NEEDS)


def test_a_check_names_the_capability_of_its_own_ask() -> None:
    assert all(check.closed_by in ("", check.ask.id) for check in all_checks().values())


@pytest.mark.slow
def test_what_is_said_to_be_closed_is_promised_somewhere(make: Callable[..., Path], tmp_path: Path) -> None:
    promised: dict[str, set[str]] = defaultdict(set)
    for name in WORLDS:
        folder = make(name)
        site = _site(applying.opened(folder), folder, survey(folder))
        for ask, plan in ((ask, plan) for ask, plan in PLANS.items() if ask not in NEEDS):
            with contextlib.suppress(Refused):
                for criterion in plan(site).promises:
                    promised[criterion].add(ask)
        (tmp_path / "work").rename(tmp_path / f"done-{name}")
    said = {check.id: {check.closed_by} for check in all_checks().values() if check.closed_by}
    assert said == promised
