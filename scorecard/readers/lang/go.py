"""Go."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorecard.patterns import lazily
from scorecard.readers.code import Function, Import
from scorecard.readers.lang.grammar import BindParts, ClassParts, FunctionParts, Grammar, GuardParts, Step, Tests, Text
from scorecard.readers.lang.naming import unquote
from scorecard.readers.lang.tree import part

if TYPE_CHECKING:
    from tree_sitter import Node

_VERSION = lazily(r"v\d+")
_TEST_NAME = lazily(r"(?:Test|Fuzz)(?:[A-Z_\d]\w*)?")
_TEST_TYPES = frozenset({"testing.T", "testing.F"})


def _is_test(function: Function, _bases: tuple[str, ...]) -> bool:
    taken = any(dotted in _TEST_TYPES for _, dotted in function.annotations)
    return taken and _TEST_NAME.fullmatch(function.last) is not None


def _spec(node: "Node", text: Text) -> Iterator[Import]:
    path, name = part(node, "path"), node.child_by_field_name("name")
    if path is None:
        return
    module = unquote(text(path))
    segments = [s for s in module.split("/") if not _VERSION.fullmatch(s)] or [module]
    guess = segments[-1].partition(".")[0].removeprefix("go-").removesuffix("-go").replace("-", "_")
    yield Import(module, "", text(name) if name is not None else guess, node.start_point[0] + 1)


GO = Grammar(
    language="go",
    package="tree_sitter_go",
    tests=Tests(
        blocks=lazily(r"(?:ginkgo\.)?[FPX]?(?:It|Specify)"),
        groups=lazily(r"(?:ginkgo\.)?[FPX]?(?:Describe|Context|When)"),
        is_test=_is_test,
        asserts=lazily(
            r"(?:t|tb|tt|f)\.(?:Error|Errorf|Fatal|Fatalf|Fail|FailNow)|(?:assert|require|is|qt|gomega|should)\.\w+"
            r"|(?:[\w()]+\.)*(?:assert|require|expect|check|must|Assert|Require|Expect|Eventually|Equal)\w*"
        ),
        skips=lazily(r"(?:t|tb)\.(?:Skip|Skipf|SkipNow)|(?:ginkgo\.)?[PX](?:It|Specify|Describe|Context)|Skip"),
    ),
    words=frozenset({"identifier", "field_identifier", "type_identifier", "package_identifier"}),
    dotted=frozenset({"qualified_type", "generic_type"}),
    strings=frozenset({"interpreted_string_literal", "raw_string_literal"}),
    constants=frozenset({"int_literal", "float_literal", "true", "false", "nil"}),
    steps={
        "selector_expression": Step("operand", "field"),
        "call_expression": Step("function", "", "()"),
        "composite_literal": Step("type"),
        "unary_expression": Step("operand"),
        "pointer_type": Step("0"),
        "slice_type": Step("element", "", "[]"),
        "index_expression": Step("operand", "", "[]"),
        "type_conversion_expression": Step("type", "", "()"),
        "type_instantiation_expression": Step("type"),
        "parenthesized_expression": Step("0"),
    },
    calls={"call_expression": "arguments", "type_conversion_expression": "operand", "composite_literal": ""},
    news=frozenset({"composite_literal"}),
    objects=frozenset({"literal_value"}),
    pairs={"keyed_element": ("key", "value")},
    callbacks=frozenset({"func_literal"}),
    functions={
        "function_declaration": FunctionParts(),
        "method_declaration": FunctionParts(receiver="receiver"),
    },
    lambdas=frozenset({"func_literal"}),
    classes={"type_spec": ClassParts()},
    guards={"if_statement": GuardParts("if", "condition", "consequence", "alternative")},
    binds={
        "short_var_declaration": BindParts("left/0", "right/0"),
        "assignment_statement": BindParts("left/0", "right/0"),
        "var_spec": BindParts("name", "value/0", "type"),
        "const_spec": BindParts("name", "value/0", "type"),
        "field_declaration": BindParts("name", "", "type"),
    },
    imports={"import_spec": _spec},
    is_main=lambda function: function.name == "main",
)
