"""What a repository's own regular expression finds is what `re` finds, and nothing that it says takes long."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scorecard.foreign_patterns import MOST_TEXT, searched

_PIECES = st.sampled_from(
    ["a", "b", "A", ".", "[ab]", "[^a]", r"\w", r"\d", r"\.", "-", "1", "^", "$", r"\b", r"\B", r"\A", r"\Z", "é"]
)
_PATTERNS = st.recursive(
    _PIECES,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=4).map("".join),
        st.lists(inner, min_size=2, max_size=3).map(lambda found: f"({'|'.join(found)})"),
        st.tuples(inner, st.sampled_from(["*", "+", "?", "*?", "+?", "{2}", "{1,3}", "{0,2}?", "{2,}"])).map(
            lambda pair: f"(?:{pair[0]}){pair[1]}"
        ),
    ),
    max_leaves=6,
)


@given(
    pattern=_PATTERNS,
    text=st.text("abA1.-é\n ", min_size=1, max_size=8),
    flags=st.sampled_from([0, re.IGNORECASE, re.MULTILINE]),
)
def test_it_finds_what_re_finds(pattern: str, text: str, flags: int) -> None:
    assert searched(pattern, flags, text) is bool(re.search(pattern, text, flags | re.ASCII))


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        (r"^v\d+\.\d+\.\d+(-rc\d+)?$", "v1.2.3", True),
        (r"^v\d+\.\d+\.\d+(-rc\d+)?$", "v1.2.3-beta", False),
        ("^(main|release/.+)$", "release/1", True),
        ("^(main|release/.+)$", "feature/release/1", False),
        ("", "main", True),
        ("(?i)MAIN", "main", True),
        ("(?i:MAIN)", "main", False),  # flags of a group: not followed
        (r"(a)\1", "aa", False),
        ("(?=main)", "main", False),
        ("main(", "main(", False),
        ("(?u)main", "main", False),  # flags that do not go together
        ("(?L)main", "main", False),
        (r"^\w$", "é", False),
        (r"\bé", "é", False),
        (r"(?m).\nb", "a\nb", True),
        (r"(?m)a\n\Ab", "a\nb", False),
        (r"(?m)a\n^b", "a\nb", True),
        ("a{0,90}", "a", True),
        ("a{300}", "a" * 255, False),
        ("a", "a" * (MOST_TEXT + 1), False),
    ],
)
def test_the_expressions_of_pipelines_are_followed_and_what_cannot_be_is_not_found(
    pattern: str, text: str, *, found: bool
) -> None:
    assert searched(pattern, 0, text) is found


@pytest.mark.parametrize(
    "pattern",
    [
        "^(a|a)*b",
        "(a*)*b",
        "(a+)+$!",
        "a*" * 95 + "b",
        "a?" * 65 + "a" * 65,
        "(.*a)" * 60,
        "(" * 250 + "a" + "+)" * 250,
        "(" * 5000,
        "(?:){4000000000,}",
        "(?:(?:(?:(?:){999}){999}){999}){999}",
        "((a{90}){90}){90}",
        "[" + "a-z" * 500 + "]*b",
    ],
)
def test_none_takes_long(pattern: str) -> None:
    began = time.process_time()

    searched(pattern, 0, "a" * MOST_TEXT)

    assert time.process_time() - began < 1
