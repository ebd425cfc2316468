"""A small sample of `nox -s fuzz`, and everything that it has ever found."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzzing.run import FOUND, TOKENS, outcome
from tests.fuzzing.targets import TARGETS, seeds

CASES = sorted(FOUND.glob("*/*.txt"))


@pytest.mark.parametrize("case", CASES, ids=[f"{case.parent.name}/{case.stem}" for case in CASES])
def test_what_was_found_once_is_read_now(case: Path) -> None:
    with case.open(encoding="utf-8", newline="") as file:
        assert outcome(TARGETS[case.parent.name].run, file.read()) == ""


@st.composite
def mutated(draw: st.DrawFn, texts: list[str]) -> str:
    """A real file of which pieces are taken away, doubled, moved, or replaced by what has a meaning somewhere."""
    text = draw(st.sampled_from(texts))[:4000]
    for _ in range(draw(st.integers(1, 4))):
        at, end = sorted((draw(st.integers(0, len(text))), draw(st.integers(0, len(text)))))
        piece = draw(st.sampled_from([*TOKENS, "", text[at:end], text[at:end] * 2]))
        text = text[:at] + piece + text[end:]
    return text


@pytest.mark.slow
@pytest.mark.parametrize("name", TARGETS)
def test_a_reader_answers_whatever_the_text(name: str) -> None:
    @settings(max_examples=60, suppress_health_check=list(HealthCheck))
    @given(mutated(seeds(TARGETS[name])))
    def read(text: str) -> None:
        assert outcome(TARGETS[name].run, text) == ""

    read()


def test_the_judge_tells_what_raises_and_what_is_slow() -> None:
    def slow(_text: str) -> None:
        while True:
            pass

    assert outcome(lambda text: text.index("x"), "a").startswith("ValueError")
    assert outcome(slow, "", 0.05).startswith("slow")
    assert outcome(len, "a") == ""
