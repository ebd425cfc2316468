"""Java, Kotlin and Scala."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorecard.patterns import lazily
from scorecard.readers.code import Function, Import
from scorecard.readers.lang.grammar import BindParts, ClassParts, FunctionParts, Grammar, GuardParts, Step, Tests, Text
from scorecard.readers.lang.tree import part

if TYPE_CHECKING:
    from tree_sitter import Node

_ANNOTATIONS = frozenset({"Test", "ParameterizedTest", "RepeatedTest", "TestFactory", "TestTemplate", "Property"})
_ASSERTS = lazily(
    r"(?:[\w()\[\]!?]+\.){0,40}(?:assert|verify|coVerify|fail|expect|andExpect|should|must|intercept|check)\w*"
)
_SKIPS = lazily(r"Disabled|Ignore|x?ignore|xit|xtest|xdescribe|cancel")


def _is_test(function: Function, _bases: tuple[str, ...]) -> bool:
    return any(name.rpartition(".")[2] in _ANNOTATIONS for name in function.decorators)


def _split(dotted: str, line: int, alias: str = "") -> Import:
    module, _, name = dotted.rpartition(".")
    return Import(module, name, alias or name, line) if module else Import(name, "", alias or name, line)


def _java_import(node: "Node", text: Text) -> Iterator[Import]:
    path, line = part(node, "0"), node.start_point[0] + 1
    if path is None:
        return
    if any(child.type == "asterisk" for child in node.named_children):
        yield Import(text(path), "*", "*", line)
    else:
        yield _split(text(path), line)


def _kotlin_import(node: "Node", text: Text) -> Iterator[Import]:
    path, alias = part(node, "0"), part(node, "1")
    if path is None:
        return
    line = node.start_point[0] + 1
    if text(node).rstrip().endswith("*"):
        yield Import(text(path), "*", "*", line)
    else:
        yield _split(text(path), line, text(alias) if alias is not None and alias.type == "identifier" else "")


def _scala_import(node: "Node", text: Text) -> Iterator[Import]:
    path = ".".join(text(c) for c in node.children_by_field_name("path") if c.is_named)
    line = node.start_point[0] + 1
    selectors, wild = part(node, "namespace_selectors"), part(node, "namespace_wildcard")
    if wild is not None:
        yield Import(path, "*", "*", line)
    elif selectors is None:
        yield _split(path, line)
    for child in selectors.named_children[:200] if selectors is not None else ():
        if child.type == "namespace_wildcard":
            yield Import(path, "*", "*", line)
            continue
        name, alias = part(child, "name"), part(child, "alias")
        yield Import(path, text(name if name is not None else child), text(alias if alias is not None else child), line)


_FUNCTION = FunctionParts()
_JAVA_CLASS = ClassParts(bases=("superclass", "interfaces", "extends_interfaces"))

JAVA = Grammar(
    language="java",
    package="tree_sitter_java",
    tests=Tests(is_test=_is_test, asserts=_ASSERTS, skips=_SKIPS),
    words=frozenset({"identifier", "type_identifier"}),
    dotted=frozenset({"scoped_identifier", "scoped_type_identifier", "generic_type"}),
    strings=frozenset({"string_literal"}),
    constants=frozenset(
        {
            "decimal_integer_literal",
            "decimal_floating_point_literal",
            "true",
            "false",
            "null_literal",
        }
    ),
    steps={
        "method_invocation": Step("object", "name", "()"),
        "field_access": Step("object", "field"),
        "object_creation_expression": Step("type"),
        "array_access": Step("array", "", "[]"),
        "array_type": Step("element", "", "[]"),
        "parenthesized_expression": Step("0"),
        "cast_expression": Step("value"),
        "explicit_constructor_invocation": Step("constructor", "", "()"),
    },
    calls={
        "method_invocation": "arguments",
        "object_creation_expression": "arguments",
        "explicit_constructor_invocation": "arguments",
    },
    news=frozenset({"object_creation_expression"}),
    callbacks=frozenset({"lambda_expression"}),
    functions={"method_declaration": _FUNCTION, "constructor_declaration": _FUNCTION},
    classes=dict.fromkeys(
        ("class_declaration", "interface_declaration", "enum_declaration", "record_declaration"), _JAVA_CLASS
    ),
    decorators=frozenset({"annotation", "marker_annotation"}),
    guards={
        "if_statement": GuardParts("if", "condition", "consequence", "alternative"),
        "assert_statement": GuardParts("assert", "0"),
        "catch_clause": GuardParts("except", "catch_formal_parameter", "body"),
    },
    binds={
        "field_declaration": BindParts("declarator/name", "declarator/value", "type"),
        "local_variable_declaration": BindParts("declarator/name", "declarator/value", "type"),
        "assignment_expression": BindParts("left", "right"),
    },
    imports={"import_declaration": _java_import},
    is_main=lambda function: function.last == "main" and ("args" in function.params or not function.params),
)

KOTLIN = Grammar(
    language="kotlin",
    package="tree_sitter_kotlin",
    tests=Tests(
        blocks=lazily(r"x?(?:it|test|should|expect|scenario)"),
        groups=lazily(r"x?(?:describe|context|feature|given)"),
        is_test=_is_test,
        asserts=_ASSERTS,
        skips=_SKIPS,
        infix="infix_expression",
    ),
    dotted=frozenset({"user_type"}),
    strings=frozenset({"string_literal", "multiline_string_literal"}),
    constants=frozenset({"number_literal", "float_literal", "boolean_literal", "null"}),
    steps={
        "navigation_expression": Step("0", "-1"),
        "call_expression": Step("0", "", "()"),
        "index_expression": Step("0", "", "[]"),
        "nullable_type": Step("0"),
        "constructor_invocation": Step("0"),
        "parenthesized_expression": Step("0"),
        "this_expression": Step(""),
        "postfix_expression": Step("0"),
        "unary_expression": Step("0"),
    },
    calls={"call_expression": "value_arguments"},
    curried=True,
    pairs={"value_argument": ("0", "1")},
    callbacks=frozenset({"annotated_lambda", "lambda_literal"}),
    functions={"function_declaration": FunctionParts("name", "function_value_parameters", "function_body")},
    classes={
        "class_declaration": ClassParts(bases=("delegation_specifiers",)),
        "object_declaration": ClassParts(bases=("delegation_specifiers",)),
    },
    decorators=frozenset({"annotation"}),
    guards={
        "if_expression": GuardParts("if", "condition", "1", "2"),
        "catch_block": GuardParts("except", "user_type", "block"),
    },
    binds={
        "property_declaration": BindParts("variable_declaration/0", "-1", "variable_declaration/user_type"),
        "assignment": BindParts("left", "right"),
    },
    imports={"import": _kotlin_import},
    statements=frozenset({"block", "lambda_literal", "source_file", "statements"}),
    is_main=lambda function: function.name == "main",
)

SCALA = Grammar(
    language="scala",
    package="tree_sitter_scala",
    tests=Tests(
        blocks=lazily(r"test|it|ignore|property|testM|check"),
        groups=lazily(r"describe|feature|suite"),
        is_test=_is_test,
        asserts=_ASSERTS,
        skips=_SKIPS,
        infix="infix_expression",
    ),
    words=frozenset({"identifier", "type_identifier"}),
    dotted=frozenset({"generic_type", "stable_type_identifier", "stable_identifier"}),
    strings=frozenset({"string", "interpolated_string_expression"}),
    constants=frozenset({"integer_literal", "floating_point_literal", "boolean_literal", "null_literal"}),
    steps={
        "field_expression": Step("value", "field"),
        "call_expression": Step("function", "", "()"),
        "generic_function": Step("function"),
        "instance_expression": Step("0"),
        "parenthesized_expression": Step("0"),
    },
    calls={"call_expression": "arguments", "instance_expression": "arguments"},
    news=frozenset({"instance_expression"}),
    curried=True,
    pairs={"assignment_expression": ("left", "right")},
    callbacks=frozenset({"block", "lambda_expression"}),
    functions={"function_definition": _FUNCTION},
    classes=dict.fromkeys(
        ("class_definition", "object_definition", "trait_definition", "enum_definition"), ClassParts(bases=("extend",))
    ),
    decorators=frozenset({"annotation"}),
    guards={"if_expression": GuardParts("if", "condition", "consequence", "alternative")},
    binds={
        "val_definition": BindParts("pattern", "value", "type"),
        "var_definition": BindParts("pattern", "value", "type"),
        "assignment_expression": BindParts("left", "right"),
    },
    imports={"import_declaration": _scala_import},
    statements=frozenset({"block", "indented_block", "template_body", "compilation_unit"}),
    is_main=lambda function: function.last == "main" or "main" in function.decorators,
)
