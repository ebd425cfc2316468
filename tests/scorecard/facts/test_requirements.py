"""What makes a dependency exact, format by format."""

import pytest

from scorecard.facts import requirements


@pytest.mark.parametrize(
    "row",
    [
        "pandas==2.2.2",
        "a[b]==1.0 ; python_version > '3'",
        "git+https://github.com/a/b.git@v1.2.0",
        "x @ https://h/x-1-py3.whl",
    ],
)
def test_an_exact_requirement(row: str) -> None:
    assert [r.exact for r in requirements.requirements_txt(row)] == [True]


@pytest.mark.parametrize("row", ["pandas", "pandas>=2", "pandas==2.*", "pandas~=2.2", "git+https://github.com/a/b.git"])
def test_an_open_requirement(row: str) -> None:
    assert [r.exact for r in requirements.requirements_txt(row)] == [False]


@pytest.mark.parametrize("row", ["# pandas", "-r base.txt", "-e .", "--index-url https://x/y==1", ""])
def test_what_is_no_requirement(row: str) -> None:
    assert requirements.requirements_txt(row) == []


def test_hashes_on_following_lines_belong_to_the_requirement() -> None:
    found = requirements.requirements_txt("a==1.0 \\\n    --hash=sha256:00\nb\n")
    assert [(r.name, r.line, r.exact) for r in found] == [("a", 1, True), ("b", 3, False)]


def test_poetry_means_a_plain_version_exactly_and_a_caret_not() -> None:
    found = requirements.pyproject('[tool.poetry.dependencies]\npython = "^3.11"\na = "1.2.3"\nb = "^1.2"\n')
    assert [(r.name, r.exact) for r in found] == [("a", True), ("b", False)]


def test_a_conda_wildcard_is_open() -> None:
    found = requirements.conda("dependencies:\n  - a=1.2.3\n  - b=1.2.*\n  - c\n  - pip:\n    - d==1\n")
    assert [(r.name, r.exact) for r in found] == [("a", True), ("b", False), ("c", False), ("d", True)]


@pytest.mark.parametrize("text", ["", "- a\n- b\n", "dependencies: 3\n", "{{", "\0"])
def test_a_malformed_file_never_raises(text: str) -> None:
    for read in (
        requirements.conda,
        requirements.pyproject,
        requirements.package_json,
        requirements.pipfile,
        requirements.setup,
    ):
        read(text)
