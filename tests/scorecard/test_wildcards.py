"""Patterns for paths: one meaning in two ways of matching, and no time that explodes."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scorecard.paths import _compiled, _expression, matches
from scorecard.wildcards import Wildcards, parts


@given(
    st.lists(st.sampled_from(["a", "b", "/", "*", "**/", "**", "?", "[ab]", "[^a]", ".", "B"]), max_size=8).map(
        "".join
    ),
    st.text("abB/.", max_size=10),
)
def test_following_all_ways_at_once_answers_as_the_regular_expression_does(pattern: str, path: str) -> None:
    expected = re.fullmatch(_expression(parts(pattern)), path, re.IGNORECASE) is not None

    assert Wildcards(pattern).match(path) is expected


@pytest.mark.parametrize(
    ("path", "pattern", "fits"),
    [
        ("src/a/b/c/tests/x.py", "**/a/**/c/**/*.p*", True),
        ("src/a/b/c/tests/x.py", "**/a/**/d/**/*.p*", False),
        ("deep/in/a_b_c_d.txt", "*a*b*c*d*", True),
        ("a_b_c_d/x.txt", "*a*b*c*d*", False),  # the name is meant, not a folder
        ("x" * 600 + "/train.py", "train.py", True),
        ("x" * 600 + "/train.py", "rain.py", False),
    ],
)
def test_many_wildcards_and_long_paths_mean_what_few_and_short_ones_mean(
    path: str, pattern: str, *, fits: bool
) -> None:
    assert matches(path, [pattern]) is fits


def test_a_class_that_is_none_stands_for_its_characters() -> None:
    assert matches("a[z-a]", ["a[z-a]"])
    assert not matches("ab", ["a[z-a]"])


@pytest.mark.parametrize(
    "pattern", ["*a" * 30 + "b", "**/" * 30 + "x", "**/a/" * 30 + "b", "*" * 500, "**a" * 30 + "b", "*a*a*a"]
)
def test_no_pattern_takes_long_over_a_path(pattern: str) -> None:
    began = time.process_time()

    matches("a" * 255, [pattern])
    matches("a/" * 240 + "a", [pattern])
    matches("a/" * 2000 + "a" * 96, [pattern])

    assert time.process_time() - began < 2
    _compiled.cache_clear()
