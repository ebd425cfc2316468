"""Makefiles: rules with their lines, variables put in."""

import pytest

from scorecard.readers.makefile import read


def test_a_rule_has_its_line_needs_and_recipe() -> None:
    rule = read("# x\ntest: lint build ## run it\n\tpytest\n\t@echo ok\n").rules["test"]
    assert (rule.line, rule.needs) == (2, ["lint", "build"])
    assert rule.recipe == [(3, "pytest"), (4, "echo ok")]


def test_a_dash_lets_a_line_fail() -> None:
    (_, text), (_, other) = read("t:\n\t-pytest\n\t@ruff -q\n").rules["t"].recipe
    assert text.endswith("|| true")
    assert other == "ruff -q"


def test_variables_are_put_in() -> None:
    recipe = read("X ?= a\nRUN = docker run $(X)\nt:\n\t$(RUN) ${Y} $$HOME $@\n").rules["t"].recipe
    assert recipe == [(4, "docker run a ${Y} $HOME t")]


def test_a_shell_function_is_a_substitution() -> None:
    assert read("V=$(shell git describe)\nt:\n\techo $(V)\n").rules["t"].recipe == [(3, "echo $(git describe)")]


def test_an_assignment_is_no_rule() -> None:
    made = read("A := b\nC ::= d\nexport E = f\nt: G = h\nt:\n\tpytest\n")
    assert list(made.rules) == ["t"]
    assert made.rules["t"].needs == []


def test_the_first_target_is_the_default_and_phony_is_none() -> None:
    assert read(".PHONY: b a\nb:\n\tx\na:\n\ty\n").default == "b"
    assert read(".DEFAULT_GOAL := a\nb:\n\tx\na:\n\ty\n").default == "a"


def test_conditionals_and_comments_do_not_end_a_recipe() -> None:
    recipe = read("t:\n\ta\nifdef X\n\tb\nendif\n# c\n\n\td\n").rules["t"].recipe
    assert [text for _, text in recipe] == ["a", "b", "d"]


def test_a_commented_recipe_line_runs_nothing() -> None:
    assert read("t:\n\t# pytest\n").rules["t"].recipe == []


def test_includes_are_kept() -> None:
    assert [name for _, name in read("include a.mk b.mk\n-include .env\n").includes] == ["a.mk", "b.mk", ".env"]


def test_the_body_of_a_define_is_no_rule() -> None:
    assert list(read("define X\na: b\n\tpytest\nendef\nt:\n\ty\n").rules) == ["t"]


@pytest.mark.parametrize(
    "text",
    ["", "\t", ":", "a", "define", "\\", "A = $(A)\nt:\n\t$(A)", "A=$(B)$(B)\nB=$(A)$(A)\nt:\n\t$(A)", "a: b ; ; ;"],
)
def test_broken_text_raises_nothing(text: str) -> None:
    read(text)
