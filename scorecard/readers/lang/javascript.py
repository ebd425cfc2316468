"""TypeScript, TSX, JavaScript and JSX."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from msgspec.structs import replace

from scorecard.patterns import lazily
from scorecard.readers.code import Import
from scorecard.readers.lang.grammar import BindParts, ClassParts, FunctionParts, Grammar, GuardParts, Step, Tests, Text
from scorecard.readers.lang.naming import unquote
from scorecard.readers.lang.tree import part

if TYPE_CHECKING:
    from tree_sitter import Node

_FUNCTIONS = frozenset({"arrow_function", "function_expression", "function", "generator_function"})
_MODES = "only|skip|concurrent|sequential|each|for|failing|fails|todo|fixme|skipIf|runIf|prop"

TESTS = Tests(
    blocks=lazily(rf"(?:it|test|specify|fit|xit|xtest|Deno\.test|QUnit\.test)(?:\.(?:{_MODES})(?:\(\))?)*(?:\(\))?"),
    groups=lazily(
        rf"(?:describe|context|suite|fdescribe|xdescribe|test\.describe)(?:\.(?:{_MODES}|serial|parallel)(?:\(\))?)*(?:\(\))?"
    ),
    asserts=lazily(
        r"(?:expect|assert)\w*(?:\.\w+)*|(?:[\w()\[\]?]+\.)+(?:should|expect\w*|assert\w*)"
        r"|t\.(?:is|not|true|false|truthy|falsy|deepEqual|equal|like|throws\w*|snapshot|ok|same|fail|pass)"
    ),
    skips=lazily(r"\w+(?:\.describe)?\.(?:skip|todo|fixme)|x(?:it|test|describe)"),
)


def _statement(node: "Node", text: Text) -> Iterator[Import]:
    """``import a, { b as c } from "m"`` and ``export { a } from "m"``."""
    source = part(node, "source")
    if source is None:
        return
    module, line = unquote(text(source)), node.start_point[0] + 1
    stack, empty = [c for c in node.named_children if c != source], True
    for _ in range(1_000):
        if not stack:
            break
        child = stack.pop(0)
        kind = child.type
        if kind in ("import_specifier", "export_specifier"):
            name = part(child, "name")
            alias = part(child, "alias")
            if name is not None:
                empty = False
                yield Import(module, unquote(text(name)), text(alias if alias is not None else name), line)
        elif kind in ("namespace_import", "namespace_export"):
            empty = False
            yield Import(module, "", text(part(child, "0") or child), line)
        elif kind == "identifier":
            empty = False
            yield Import(module, "default", text(child), line)
        elif kind in ("import_clause", "named_imports", "export_clause", "import_require_clause"):
            stack = child.named_children + stack
    if empty:
        yield Import(module, "*" if node.type == "export_statement" else "", "", line)


def _required(value: "Node | None", text: Text) -> str:
    """The module of ``require("m")`` or ``await import("m")``."""
    for _ in range(3):
        if value is None or value.type not in ("await_expression", "parenthesized_expression"):
            break
        value = part(value, "0")
    if value is None or value.type != "call_expression":
        return ""
    callee = part(value, "function")
    if callee is None or text(callee) not in ("require", "import"):
        return ""
    given = part(value, "arguments/0")
    return unquote(text(given)) if given is not None and given.type == "string" else ""


def _declared(node: "Node", text: Text) -> Iterator[Import]:
    """``const { a, b: c } = require("m")``."""
    module, target = _required(part(node, "value"), text), part(node, "name")
    if not module or target is None:
        return
    line = node.start_point[0] + 1
    if target.type != "object_pattern":
        yield Import(module, "", text(target), line)
        return
    for child in target.named_children[:200]:
        key, value = part(child, "key"), part(child, "value")
        yield Import(module, text(key if key is not None else child), text(value if value is not None else child), line)


def _called(node: "Node", text: Text) -> Iterator[Import]:
    """A bare ``require("m")``; one that is assigned is read there."""
    callee = part(node, "function")
    if callee is None or callee.end_byte - callee.start_byte > 7:
        return
    module = _required(node, text)
    if not module:
        return
    above = node.parent
    while above is not None and above.type in ("await_expression", "parenthesized_expression"):
        above = above.parent
    if above is None or above.type != "variable_declarator":
        yield Import(module, "", "", node.start_point[0] + 1)


_METHOD = FunctionParts()
_CLASS = ClassParts(bases=("class_heritage",))

JAVASCRIPT = Grammar(
    language="javascript",
    package="tree_sitter_javascript",
    tests=TESTS,
    words=frozenset(
        {
            "identifier",
            "property_identifier",
            "private_property_identifier",
            "shorthand_property_identifier",
            "shorthand_property_identifier_pattern",
            "type_identifier",
        }
    ),
    dotted=frozenset({"nested_type_identifier", "generic_type", "nested_identifier", "import"}),
    strings=frozenset({"string", "template_string"}),
    constants=frozenset({"number", "true", "false", "null", "undefined"}),
    steps={
        "member_expression": Step("object", "property"),
        "call_expression": Step("function", "", "()"),
        "new_expression": Step("constructor"),
        "subscript_expression": Step("object", "", "[]"),
        "await_expression": Step("0"),
        "parenthesized_expression": Step("0"),
        "non_null_expression": Step("0"),
        "as_expression": Step("0"),
        "satisfies_expression": Step("0"),
        "type_annotation": Step("0"),
        "array_type": Step("0", "", "[]"),
        "instantiation_expression": Step("0"),
        "jsx_opening_element": Step("name"),
        "jsx_self_closing_element": Step("name"),
    },
    calls={"call_expression": "arguments", "new_expression": "arguments"},
    news=frozenset({"new_expression"}),
    elements=frozenset({"jsx_opening_element", "jsx_self_closing_element"}),
    objects=frozenset({"object"}),
    pairs={"pair": ("key", "value")},
    callbacks=_FUNCTIONS,
    functions={
        "function_declaration": _METHOD,
        "generator_function_declaration": _METHOD,
        "method_definition": _METHOD,
    },
    lambdas=_FUNCTIONS,
    classes={"class_declaration": _CLASS, "abstract_class_declaration": _CLASS, "class": _CLASS},
    decorators=frozenset({"decorator"}),
    guards={
        "if_statement": GuardParts("if", "condition", "consequence", "alternative"),
        "catch_clause": GuardParts("except", "parameter", "body"),
    },
    binds={
        "variable_declarator": BindParts("name", "value", "type"),
        "assignment_expression": BindParts("left", "right"),
        "public_field_definition": BindParts("name", "value", "type"),
        "field_definition": BindParts("property", "value"),
        "pair": BindParts("key", "value"),
    },
    imports={
        "import_statement": _statement,
        "export_statement": _statement,
        "variable_declarator": _declared,
        "call_expression": _called,
    },
)
TYPESCRIPT = replace(JAVASCRIPT, language="typescript", package="tree_sitter_typescript", entry="language_typescript")
TSX = replace(TYPESCRIPT, entry="language_tsx")
