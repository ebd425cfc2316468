"""Every example on a check's page is a test of that check, and every check obeys the rules of the collection."""

import pytest

from scorecard.checks import Check, all_checks
from scorecard.manual import Example, examples, judged, mistakes

EXAMPLES = [example for check in all_checks().values() for example in examples(check)]


@pytest.mark.parametrize("example", EXAMPLES, ids=[f"{e.check.id}: {e.title}" for e in EXAMPLES])
def test_the_page_is_right(example: Example) -> None:
    assert judged(example, all_checks()) == []


@pytest.mark.parametrize("check", all_checks().values(), ids=list(all_checks()))
def test_the_check_is_well_formed(check: Check) -> None:
    assert list(mistakes(check, all_checks())) == []
    assert check.run.__module__.rpartition(".")[2] == check.run.__name__, "the file is named after the check"
    assert check.run.__module__.split(".")[-2] == check.ask.id, "and lies in its ask's folder"
