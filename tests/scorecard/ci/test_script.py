"""Shell text keeps its lines, and a shell its folder."""

from scorecard.ci.model import Reading, Step
from scorecard.ci.script import Script, joined, moved
from tests.helpers import repo


def steps(text: str) -> list[Step]:
    return list(
        Script.open(repo({"a.yml": text}), "a.yml").steps(Script.open(repo({"a.yml": text}), "a.yml").root["run"])
    )


def lines(text: str) -> list[tuple[int, str]]:
    return [line for step in steps(text) for line in step.lines()]


def test_a_literal_block_starts_below_its_header() -> None:
    assert lines("run: |\n  a\n  b\n") == [(2, "a"), (3, "b")]


def test_a_folded_block_is_continued_where_the_file_breaks_it() -> None:
    assert lines("run: >-\n  pytest\n  --cov\n") == [(2, "pytest \\"), (3, "--cov")]


def test_a_quoted_command_over_several_lines_keeps_each_on_its_own() -> None:
    assert lines('run:\n  - "pip install . &&\n     pytest"\n') == [(2, "pip install . &&"), (3, "pytest")]
    assert lines("run: pytest\n  --cov\n  tests\n") == [(1, "pytest \\"), (2, "--cov \\"), (3, "tests")]


def test_a_quoted_command_may_begin_below_its_quote() -> None:
    assert lines('run: ["\n  pytest &&\n  ruff check\n  "]\n') == [(2, "pytest &&"), (3, "ruff check")]


def test_a_command_on_one_line_stays_as_it_is() -> None:
    assert lines('run: "echo \\"a b\\" c"\n') == [(1, 'echo "a b" c')]


def test_a_forgiven_command_may_fail_and_another_may_not() -> None:
    assert [step.may_fail for step in steps("run: [pytest || true, pytest]\n")] == [True, False]


def test_a_shell_stays_where_it_went_and_a_subshell_does_not() -> None:
    assert moved("cd a && make\ncd b", "") == "a/b"
    assert moved("(cd a && make)", "") == ""
    assert moved("pushd a; make; popd", "x") == "x"


def test_a_place_that_cannot_be_known_moves_nothing() -> None:
    assert joined("a", "$HOME/x") == "a"
    assert joined("a", "/opt/x") == "a"
    assert joined("a", "$CODEBUILD_SRC_DIR/b") == "b"
    assert joined("a", "../..") == ""


def test_a_file_that_is_no_yaml_is_a_problem() -> None:
    into = Reading()
    assert not Script.open(repo({"a.yml": "a: [\n"}), "a.yml", into).root
    assert into.problems
