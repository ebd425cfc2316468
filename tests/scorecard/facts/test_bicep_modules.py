"""Which files of Bicep are deployed."""

import pytest
from helpers import repo

from scorecard.facts import Facts
from scorecard.facts.bicep_modules import BicepModules

CORE = "infra/core/board.bicep"
BOARD = {CORE: "resource board 'Microsoft.Portal/dashboards@2020-09-01' = {\n}\n"}
MIDDLE = (
    "param boardName string = ''\n"
    "module board 'core/board.bicep' = if (!empty(boardName)) {\n  params: {\n    name: boardName\n  }\n}\n"
)


def main(given: str = "", declared: str = "") -> str:
    return f"{declared}module middle 'middle.bicep' = {{\n  params: {{\n    tags: tags\n{given}  }}\n}}\n"


def deployed(files: dict[str, str], path: str = CORE) -> bool:
    return Facts(repo(files)).get(BicepModules).is_deployed(path)


def test_a_module_of_the_main_file_is_deployed() -> None:
    assert deployed({**BOARD, "infra/main.bicep": "module board 'core/board.bicep' = {\n}\n"})


def test_a_module_on_the_shelf_that_nobody_names_is_not() -> None:
    assert not deployed({**BOARD, "infra/main.bicep": "param tags object\n"})


def test_a_file_that_stands_alone_is_deployed_by_hand() -> None:
    assert deployed({"infra/board.bicep": BOARD[CORE]}, "infra/board.bicep")


@pytest.mark.parametrize(
    ("given", "declared"),
    [
        ("    boardName: 'operations'\n", ""),
        ("    boardName: !empty(name) ? name : 'operations'\n", "param name string = ''\n"),
        ("    boardName: name\n", "param name string\n"),
    ],
)
def test_a_condition_on_a_name_holds_where_somebody_gives_one(given: str, declared: str) -> None:
    assert deployed({**BOARD, "infra/middle.bicep": MIDDLE, "infra/main.bicep": main(given, declared)})


@pytest.mark.parametrize(
    ("given", "declared"),
    [("", ""), ("    boardName: ''\n", ""), ("    boardName: name\n", "param name string = ''\n")],
)
def test_a_condition_on_a_name_fails_where_nobody_gives_one(given: str, declared: str) -> None:
    assert not deployed({**BOARD, "infra/middle.bicep": MIDDLE, "infra/main.bicep": main(given, declared)})


def test_a_file_of_parameters_may_give_the_name() -> None:
    files = {
        **BOARD,
        "infra/middle.bicep": MIDDLE,
        "infra/main.bicep": main("    boardName: name\n", "param name string = ''\n"),
        "infra/main.parameters.json": '{"parameters": {"name": {"value": "${BOARD_NAME}"}}}',
    }
    assert deployed(files)


def test_modules_in_a_circle_are_not_followed_for_ever() -> None:
    circle = {
        "infra/core/a.bicep": "module b 'b.bicep' = {\n}\n",
        "infra/core/b.bicep": "module a 'a.bicep' = {\n}\n",
        "infra/main.bicep": "",
    }
    assert deployed(circle, "infra/core/a.bicep")


def test_what_is_no_bicep_is_no_matter_of_modules() -> None:
    assert deployed({"main.tf": ""}, "main.tf")
