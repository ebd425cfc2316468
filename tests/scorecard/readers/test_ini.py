"""Whatever stands in it, a file of sections is read or it is none."""

import pytest

from scorecard.readers import ini


def test_sections_names_and_values_are_read() -> None:
    found = ini.read("[tox]\nenvlist = py312\n[testenv]\ncommands =\n    pytest\n    mypy .\n")
    assert found is not None
    assert found.get("tox", "envlist") == "py312"
    assert (found.get("testenv", "commands") or "").split("\n")[1:] == ["pytest", "mypy ."]


@pytest.mark.parametrize(
    "text",
    [
        "commands = pytest",  # in no section
        "[tox\n]",
        "[tox]\nalone\n    goes on\n",
        "[{{tox]\nenv_list = py312\n\n[testenv{{\n    pytest {posargs}\n",
    ],
)
def test_what_is_no_such_file_is_none(text: str) -> None:
    assert ini.read(text) is None
