"""What we changed in a user's file can be taken away again, and nothing else with it."""

from hypothesis import given
from hypothesis import strategies as st

from scaffolder.foreign.hunks import between, undone

TEXTS = st.lists(st.sampled_from(["a\n", "b\n", "c\r\n", "\n", "d"]), max_size=12).map("".join)


@given(TEXTS, TEXTS)
def test_an_untouched_file_becomes_what_it_was(before: str, after: str) -> None:
    assert undone(after, between(before, after)) == (before, [])


def test_what_the_user_wrote_around_it_stays() -> None:
    done = between("a\nb\n", "a\nours\nb\n")
    assert undone("new\na\nours\nb\nmore\n", done) == ("new\na\nb\nmore\n", [])


def test_what_the_user_changed_stays_and_is_told() -> None:
    done = between("a\nb\n", "a\nours\nb\n")
    assert undone("a\nours, but better\nb\n", done) == ("a\nours, but better\nb\n", done)


def test_the_same_line_elsewhere_is_not_taken_for_ours() -> None:
    done = between("import x\na\nb\n", "import x\na\nimport x\nb\n")
    assert undone("import x\na\nimport x\nb\n", done)[0] == "import x\na\nb\n"
