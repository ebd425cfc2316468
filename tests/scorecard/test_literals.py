"""Words that a text must hold for an expression to be found in it."""

import re

import pytest

from scorecard import patterns
from scorecard.literals import Haystack, fold

CASES = [
    (r"\bshadow|challenger|canary", ("canary", "challenger", "shadow")),
    (r"(?:roll|set)[-_ ]back(?:ed)?", ("back",)),
    (r"(?P<name>model)?\s+version+", ("versio",)),
    (r"a(?:bc|xd)+", ("bc", "xd")),
    (r"STRASSE", ("strasse",)),
    (r"(?:predict|\w+)\(", None),
    (r"x*y?", None),
    (r"(?!never)\w", None),
]


@pytest.mark.parametrize(("pattern", "expected"), CASES)
def test_every_match_holds_one_of_the_words(pattern: str, expected: tuple[str, ...] | None) -> None:
    found = patterns.words(pattern, re.IGNORECASE)
    assert found == expected or (expected is not None and found is not None and set(found) <= set(expected))


@pytest.mark.parametrize("text", ["SHADOW", "\u017fhadow", "my_Shadow model"])
def test_case_hides_nothing(text: str) -> None:
    pattern = patterns.lazily(r"shadow", re.IGNORECASE)
    assert pattern.search(text)
    assert patterns.holds(pattern, text)


def test_a_text_without_the_words_holds_nothing() -> None:
    assert not patterns.holds(patterns.lazily(r"shadow|canary"), "a plain text")


def test_a_text_may_hold_what_needs_no_word() -> None:
    assert patterns.holds(patterns.lazily(r"\d+"), "a plain text")


def test_the_texts_that_hold_a_word_come_in_their_order() -> None:
    texts = ["The Model", "nothing", "two\nlines of a MODEL", "prompt", "mo", "del"]
    assert Haystack(texts).holding(["prompt", "model"]) == ["The Model", "two\nlines of a MODEL", "prompt"]


def test_folding_keeps_what_an_expression_takes_for_the_same() -> None:
    assert fold("\u0130 \u0131 K") == "i\u0307 i k"
