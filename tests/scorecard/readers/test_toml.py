"""TOML: values from the standard library, lines from the text."""

import pytest

from scorecard.readers.toml import read


def test_keys_and_values_know_their_lines() -> None:
    root = read('# x\n[a]\nb = 1\n\n[a."c d"]\ne = "f"\n')
    assert (root["a"].key_line("b"), root["a"]["b"].text) == (3, "1")
    assert root["a"].key_line("c d") == 5
    assert root["a"]["c d"]["e"].line == 6


def test_members_of_a_list_know_theirs() -> None:
    assert [n.line for n in read('a = [\n  "x", # [y]\n  "z",\n]\n')["a"]] == [2, 3]


def test_arrays_of_tables_know_theirs() -> None:
    assert [n["b"].line for n in read("[[a]]\nb = 1\n[[a]]\nb = 2\n[a.c]\nd = 3\n")["a"]] == [2, 4]


def test_text_of_several_lines_begins_below_its_quotes() -> None:
    node = read('a = """\nx = 1\n[b]\n"""\nc = 2\n')
    assert next(iter(node["a"].lines())) == (2, "x = 1")
    assert node["c"].line == 5


def test_dotted_keys_and_inline_tables() -> None:
    root = read('a.b = { c = "d", e = [1] }\n')
    assert (root["a"]["b"]["c"].text, root["a"]["b"]["e"].line) == ("d", 1)


def test_booleans_are_words() -> None:
    assert read("a = true\n")["a"].is_true


@pytest.mark.parametrize("text", ["a = ", "[", "a = 1\na = 2", "{{ x }}", "= 3", "a = [" * 500])
def test_what_is_no_toml_is_nothing(text: str) -> None:
    assert not read(text)
