"""The parser in C says what the one in Python says, and is the one in use."""

import pytest
import yaml as pyyaml
from hypothesis import given
from hypothesis import strategies as st

from scorecard.readers import yaml
from scorecard.readers.node import Node

TEXTS = [
    "on: push\njobs:\n  t:\n    steps:\n      - run: |\n          pytest\n          true\n      - uses: a/b@v1\n",
    "a: &x\n  b: 1\nc:\n  <<: *x\n  d: [1, {e: f}]\n",
    "---\na: !reference [b, c]\n---\n- >-\n  folded\n  text\n- 'quoted'\n- \"dou\\u00e9ble\"\n",
    "? [complex, key]\n: value\nempty:\nlast: ~\n",
    "# nothing\n",
    "a:\n\t- tab\n",
    "caf\u00e9: \U0001f600\n",
]


def tree(node: Node) -> object:
    if node.is_map:
        return ("map", node.line, node.tag, [(tree(key), tree(value)) for key, value in node.entries()])
    if node.is_list:
        return ("list", node.line, node.tag, [tree(value) for value in node])
    return ("scalar", node.line, node.tag, node.text, node.block)


def read(text: str) -> object:
    try:
        return [tree(node) for node in yaml.read.__wrapped__(text)]
    except yaml.YamlError as error:
        return str(error).partition(":")[0]  # the two word what is wrong in their own ways


def both(text: str) -> tuple[object, object]:
    with pytest.MonkeyPatch.context() as patch:
        found = read(text)
        patch.setattr(yaml, "_Parser", pyyaml.Loader)
        return found, read(text)


@pytest.mark.skipif(not pyyaml.__with_libyaml__, reason="this PyYAML was built without libyaml")
def test_the_fast_parser_is_in_use() -> None:
    assert yaml._Parser.__name__ == "CParser"


@pytest.mark.parametrize("text", TEXTS)
def test_both_parsers_give_the_same_tree_and_lines(text: str) -> None:
    fast, slow = both(text)
    assert fast == slow


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(VALUES, st.booleans())
def test_both_parsers_read_what_is_written_alike(value: object, flow: bool) -> None:
    fast, slow = both(pyyaml.safe_dump(value, default_flow_style=flow))
    assert fast == slow


@pytest.mark.parametrize(
    "text", ["[" * 100_000, "{a: " * 100_000, "- " * 100_000, "a: *b\n", "a: [1\nb: }", "%YAML 9.9\n---\n"]
)
def test_hostile_text_ends_with_a_word_or_a_tree(text: str) -> None:
    read(text)


@pytest.mark.parametrize("text", ["[" * 100_000, "- " * 100_000])
def test_what_is_nested_too_deeply_is_refused(text: str) -> None:
    with pytest.raises(yaml.YamlError, match="nest"):
        yaml.read.__wrapped__(text)
