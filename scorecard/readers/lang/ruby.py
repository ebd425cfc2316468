"""Ruby."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorecard.patterns import lazily
from scorecard.readers.code import Function, Import
from scorecard.readers.lang.grammar import BindParts, ClassParts, FunctionParts, Grammar, GuardParts, Step, Tests, Text
from scorecard.readers.lang.naming import unquote
from scorecard.readers.lang.tree import part

if TYPE_CHECKING:
    from tree_sitter import Node

_LOADS = frozenset({"require", "require_relative", "load", "autoload", "require_dependency"})


def _is_test(function: Function, bases: tuple[str, ...]) -> bool:
    return function.last.startswith("test_") and any("Test" in base for base in bases)


def _loaded(node: "Node", text: Text) -> Iterator[Import]:
    method = node.child_by_field_name("method")
    if method is None or node.child_by_field_name("receiver") is not None or text(method) not in _LOADS:
        return
    given = part(node, "arguments/-1")
    if given is not None and given.type == "string":
        yield Import(unquote(text(given)), "", "", node.start_point[0] + 1)


_FUNCTION = FunctionParts()
_CLASS = ClassParts(bases=("superclass",))

RUBY = Grammar(
    language="ruby",
    package="tree_sitter_ruby",
    tests=Tests(
        blocks=lazily(r"it|xit|fit|specify|xspecify|example|scenario|xscenario|its|test|should|pending"),
        groups=lazily(r"(?:RSpec\.)?(?:x|f)?(?:describe|context|feature)|RSpec\.shared_examples|shared_\w+"),
        untitled=True,
        is_test=_is_test,
        asserts=lazily(
            r"(?:expect|is_expected|assert|refute|flunk|should|must|wont)\w*[?!]?|is_expected\.\w+"
            r"|(?:[\w()\[\]@?!]+\.)+(?:must_\w+|wont_\w+|should|should_not|assert\w*|expect\w*)"
        ),
        skips=lazily(r"skip|pending|x(?:it|specify|scenario|describe|context|feature)"),
    ),
    words=frozenset(
        {"identifier", "constant", "instance_variable", "class_variable", "global_variable", "hash_key_symbol"}
    ),
    dotted=frozenset({"scope_resolution"}),
    strings=frozenset({"string", "heredoc_body", "subshell"}),
    constants=frozenset({"integer", "float", "true", "false", "nil", "simple_symbol"}),
    steps={
        "call": Step("receiver", "method", "()"),
        "element_reference": Step("object", "", "[]"),
        "parenthesized_statements": Step("0"),
    },
    calls={"call": "arguments"},
    new_method="new",
    objects=frozenset({"hash"}),
    pairs={"pair": ("key", "value")},
    functions={"method": _FUNCTION, "singleton_method": _FUNCTION},
    classes={"class": _CLASS, "module": ClassParts()},
    guards={
        "if": GuardParts("if", "condition", "consequence", "alternative"),
        "elsif": GuardParts("if", "condition", "consequence", "alternative"),
        "unless": GuardParts("if", "condition", "consequence", "alternative"),
        "if_modifier": GuardParts("if", "condition", "body"),
        "unless_modifier": GuardParts("if", "condition", "body"),
        "rescue": GuardParts("except", "exceptions", "body"),
    },
    binds={"assignment": BindParts("left", "right"), "operator_assignment": BindParts("left", "right")},
    imports={"call": _loaded},
    statements=frozenset(
        {"program", "body_statement", "block_body", "then", "else", "begin", "if_modifier", "unless_modifier"}
    ),
)
