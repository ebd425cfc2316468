"""What Python 3.12 and later let one write is read on every Python that the audit runs on."""

import ast
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scorecard.readers.newer_python import older
from scorecard.readers.python import read

NEWER = {
    "quotes of the same kind": """x = f"{row["name"]} of {load("a")}" """,
    "a backslash within the braces": r"""x = f"{text.replace('\n', ' ').replace(r"/n{2,}", load())}" """,
    "quotes in a format": """x = f"{load():{sizes["width"]}}" """,
    "lines and a comment within the braces": """x = f"{
    load()  # it's read anew
}" """,
    "an f-string within one": """x = f"{load() if row else f"{row["name"]}"}" """,
    "a template string": """x = t"{load(row["name"])}" """,
    "triple quotes within triple quotes": """x = f'''{load('''a''')}''' """,
    "type parameters": "def first[T: (int, str)](rows: list[T]) -> T:\n    return load(rows)",
    "a generic class": "class Store[K, V](Base):\n    def get(self): return load()",
    "a type statement": "type Rows[T] = list[T]\nx = load()",
    "two exceptions without brackets": "try:\n    load()\nexcept OSError, ValueError:\n    pass",
}


@pytest.mark.parametrize("text", NEWER.values(), ids=list(NEWER))
def test_newer_syntax_costs_no_call(text: str) -> None:
    source = read(text, "a.py")
    assert not source.broken
    assert "load" in {call.name for call in source.calls}


@pytest.mark.parametrize("text", NEWER.values(), ids=list(NEWER))
def test_a_rewritten_program_has_the_same_lines(text: str) -> None:
    ast.parse(older(text))
    assert older(text).count("\n") == text.count("\n")


@pytest.mark.parametrize(
    "text",
    [
        """x = f"{row['name']!r:>{width}} {{}} \\" {load(a, b)}" """,
        """x = f'''{row["name"]}''' + "{row["  # f"{a["b"]}" in a comment""",
        "type = 3\nprint(type == 4, rows[T](1))",
        "try:\n    pass\nexcept (OSError, ValueError):\n    pass",
        "def first(rows: list[int]): return rows[0]",
    ],
    ids=["an f-string of 3.11", "quotes elsewhere", "a name called type", "exceptions in brackets", "indices"],
)
def test_what_is_no_newer_syntax_stays_as_it_is(text: str) -> None:
    assert older(text) == text


@pytest.mark.parametrize("text", ["print 'a'", "{{ cookiecutter.name }} = ]", "<<<<<<< HEAD\nx = 1", 'f"{a['])
def test_what_is_no_python_is_still_said_to_be_broken(text: str) -> None:
    assert read(text, "a.py").broken.startswith("does not parse: line 1")


@given(st.text(st.sampled_from("fr\"'{}[]:=\\\n #xt!"), max_size=60))
@settings(max_examples=400, deadline=None)
def test_no_text_makes_it_raise_or_moves_a_line(text: str) -> None:
    assert older(text).count("\n") == text.count("\n")


@given(st.text(st.sampled_from("fr\"'{}[]:=\n #x!"), max_size=24))
@settings(max_examples=600, deadline=None)
def test_what_an_older_parser_takes_it_takes_afterwards(text: str) -> None:
    try:
        ast.parse(text)
    except (SyntaxError, ValueError):
        return
    ast.parse(older(text))


@pytest.mark.parametrize("part", ["\nclass a[", 'f"{', "f'{f\"{", 'f"{x:', "\ntype a["])
def test_a_hostile_text_takes_linear_time(part: str) -> None:
    begun = time.process_time()
    older(part * (200_000 // len(part)))
    assert time.process_time() - begun < 5  # 0.1 s here
