"""C#."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorecard.patterns import lazily
from scorecard.readers.code import Function, Import
from scorecard.readers.lang.grammar import BindParts, ClassParts, FunctionParts, Grammar, GuardParts, Step, Tests, Text
from scorecard.readers.lang.tree import part

if TYPE_CHECKING:
    from tree_sitter import Node

_ATTRIBUTES = frozenset({"Fact", "Theory", "Test", "TestCase", "TestCaseSource", "TestMethod", "DataTestMethod"})


def _is_test(function: Function, _bases: tuple[str, ...]) -> bool:
    return any(name.rpartition(".")[2].removesuffix("Attribute") in _ATTRIBUTES for name in function.decorators)


def _using(node: "Node", text: Text) -> Iterator[Import]:
    path, alias = part(node, "-1"), node.child_by_field_name("name")
    if path is not None:
        yield Import(text(path), "", text(alias) if alias is not None else "", node.start_point[0] + 1)


_CLASS = ClassParts(bases=("base_list",))
_FUNCTION = FunctionParts()

CSHARP = Grammar(
    language="csharp",
    package="tree_sitter_c_sharp",
    tests=Tests(
        is_test=_is_test,
        asserts=lazily(
            r"(?:[\w()\[\]]+\.)*(?:\w*Assert|Assume)\.\w+"
            r"|(?:[\w()\[\]]+\.)*(?:Assert|Should|Verify|Received|DidNotReceive|Expect|Matches)\w*"
        ),
        skips=lazily(r"Ignore|Explicit|IgnoreAttribute|Assert\.(?:Ignore|Inconclusive)"),
    ),
    dotted=frozenset({"qualified_name", "generic_name", "alias_qualified_name"}),
    strings=frozenset(
        {
            "string_literal",
            "verbatim_string_literal",
            "raw_string_literal",
            "interpolated_string_expression",
        }
    ),
    constants=frozenset({"integer_literal", "real_literal", "boolean_literal", "null_literal"}),
    steps={
        "member_access_expression": Step("expression", "name"),
        "invocation_expression": Step("function", "", "()"),
        "conditional_access_expression": Step("condition", "-1"),
        "object_creation_expression": Step("type"),
        "element_access_expression": Step("expression", "", "[]"),
        "await_expression": Step("0"),
        "parenthesized_expression": Step("0"),
        "postfix_unary_expression": Step("0"),
        "cast_expression": Step("value"),
        "nullable_type": Step("0"),
        "array_type": Step("type", "", "[]"),
        "primary_constructor_base_type": Step("0"),
    },
    calls={"invocation_expression": "arguments", "object_creation_expression": "arguments"},
    news=frozenset({"object_creation_expression"}),
    objects=frozenset({"initializer_expression"}),
    pairs={"assignment_expression": ("left", "right"), "argument": ("name", "-1")},
    functions=dict.fromkeys(("method_declaration", "constructor_declaration", "local_function_statement"), _FUNCTION),
    classes=dict.fromkeys(
        ("class_declaration", "interface_declaration", "struct_declaration", "record_declaration", "enum_declaration"),
        _CLASS,
    ),
    decorators=frozenset({"attribute"}),
    guards={
        "if_statement": GuardParts("if", "condition", "consequence", "alternative"),
        "catch_clause": GuardParts("except", "catch_declaration", "body"),
    },
    binds={
        "variable_declaration": BindParts("variable_declarator/name", "variable_declarator/-1", "type"),
        "property_declaration": BindParts("name", "value", "type"),
        "assignment_expression": BindParts("left", "right"),
    },
    imports={"using_directive": _using},
    is_main=lambda function: function.last == "Main",
)
