"""Patterns with stars over many words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scorecard.paths import matches
from scorecard.stars import Files, Words, fits, fitting

WORDS = ("fit", "log_model", "log", "mlflow.log_model", "mlflow.sklearn.log_model", "SimpleImputer", "Imputer", "")


@pytest.mark.parametrize(
    "pattern", ["log_*", "*Imputer", "mlflow.*", "mlflow.*.log_model", "*", "*log*", "*.fit", "l*l", "nothing*"]
)
def test_the_words_that_fit_are_those_that_fit_one_by_one(pattern: str) -> None:
    wanted = tuple(word for word in WORDS if fits(pattern, word))
    assert Words(WORDS).fitting(pattern) == wanted == tuple(fitting(pattern, WORDS))


@pytest.mark.parametrize(
    ("pattern", "name"), [("*.fit", "outfit"), ("a*a", "a"), ("*.fit", "fit.a"), ("log_*", "Log_it"), ("*b*a*", "ab")]
)
def test_what_only_looks_like_it_does_not_fit(pattern: str, name: str) -> None:
    assert not fits(pattern, name)
    assert not fitting(pattern, (name,))
    assert not Words((name,)).fitting(pattern)


_PATHS = st.lists(
    st.sampled_from(["a", "Eval", "evals", "x.YML", "x.yaml", "Set.yml", "b?", "[c"]), min_size=1, max_size=4
)
_PATTERNS = st.lists(
    st.sampled_from(["**/", "*", "**", "?", "[a-x]", "/", "a", "EVAL", "evals", "set", ".y", "ml", "["]), max_size=7
)


@given(st.lists(_PATHS, max_size=6), st.lists(_PATTERNS, min_size=1, max_size=3))
def test_files_are_found_as_if_each_were_held_against_each_pattern(
    found: list[list[str]], asked: list[list[str]]
) -> None:
    paths = sorted({"/".join(parts) for parts in found})
    patterns = ["".join(parts) for parts in asked]
    files = Files((path, path.removeprefix("a/")) for path in paths)

    wanted = [p for p in paths if matches(p, patterns) or matches(p.removeprefix("a/"), patterns)]
    assert list(files.find(patterns)) == wanted


PATHS = (
    "a.py", "b/a.py", "b/A.PY", "b/c/a.py", "b/c/d.yml", "k8s/x.yaml", "k8s/base/x.yaml", "b/a[1].py", "docs/x/y.md", "Makefile", "b/Makefile", ".github/workflows/ci.yml",
)  # fmt: skip


@pytest.mark.parametrize(
    "patterns",
    [
        ("b/*.py",), ("**/a.py",), ("**/*.py",), ("k8s/**",), ("docs/**/*.md",), ("B/?.py",), ("b/a[[]1].py",), (".github/workflows/*.yml", "makefile"), ("**/k8s/*.yaml", "a.py"),
        ("b/",), ("x/**/y/*.py",), ("**",), ("b/**c**/*",), ("d*.yml", "b/c/d*"),
    ],
)  # fmt: skip
def test_the_files_that_are_found_are_those_that_match_one_by_one(patterns: tuple[str, ...]) -> None:
    files = Files((path, path) for path in PATHS)

    assert list(files.find(patterns)) == [path for path in PATHS if matches(path, patterns)]


def test_a_file_is_found_by_its_path_below_the_root_of_a_template_too() -> None:
    files = Files([("{{ x }}/k8s/a.yaml", "k8s/a.yaml"), ("b.yaml", "b.yaml")])

    assert list(files.find(("k8s/*.yaml",))) == ["{{ x }}/k8s/a.yaml"]
