"""What the reader must know of a language, as data: which kind of node plays which part.

A *part* says where in a node something stands: a field's name, a position among the named children
(``"0"``, ``"-1"``), or the kind of a child.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

from msgspec import Struct, field

from scorecard.patterns import lazily
from scorecard.readers.code import Function, Import

if TYPE_CHECKING:
    from tree_sitter import Node

NOTHING = lazily(r"(?!)")


class Step(Struct, frozen=True):
    """How a dotted name goes on below a node: ``owner.member`` and a suffix: ``()`` for a call, ``[]`` an index."""

    owner: str
    member: str = ""
    suffix: str = ""


class FunctionParts(Struct, frozen=True):
    """Where a function keeps its name, parameters and body; ``receiver`` names the type of a Go method."""

    name: str = "name"
    params: str = "parameters"
    body: str = "body"
    receiver: str = ""


class ClassParts(Struct, frozen=True):
    """Where a class keeps its name and what it extends."""

    name: str = "name"
    bases: tuple[str, ...] = ()


class GuardParts(Struct, frozen=True):
    """Where an ``if``, ``assert`` or ``catch`` keeps its condition, what it guards, and what happens else."""

    kind: str
    condition: str
    body: str = ""
    other: str = ""


class BindParts(Struct, frozen=True):
    """Where ``target: type = value`` keeps its three parts."""

    target: str
    value: str
    type: str = ""


class Tests(Struct, frozen=True):
    """How the test frameworks of a language name their blocks and their assertions.

    ``blocks`` and ``groups`` match calls that take a test, or a group of tests, as a callback; ``is_test`` knows
    by a function and the bases of its class whether it is one; ``asserts`` matches what asserts, ``skips`` what
    keeps a test from ever running. Patterns match a called or annotated name in full, as written.
    """

    blocks: re.Pattern[str] = NOTHING
    groups: re.Pattern[str] = NOTHING
    is_test: Callable[[Function, tuple[str, ...]], bool] = lambda _function, _bases: False
    asserts: re.Pattern[str] = NOTHING
    skips: re.Pattern[str] = NOTHING
    untitled: bool = False  # may a block be a test without a title?
    infix: str = ""  # the kind of `"it" should "work" in { … }` and `x shouldBe y`


Text = Callable[["Node"], str]


class Grammar(Struct, frozen=True):
    """One language."""

    language: str
    package: str  # the module of the tree-sitter grammar
    tests: Tests
    entry: str = "language"
    words: frozenset[str] = frozenset({"identifier"})  # leaves that are names
    dotted: frozenset[str] = frozenset()  # nodes whose text is a dotted name, type arguments cut off
    strings: frozenset[str] = frozenset({"string"})
    constants: frozenset[str] = frozenset()  # numbers, booleans, null
    steps: Mapping[str, Step] = field(default_factory=dict)
    calls: Mapping[str, str] = field(default_factory=dict)  # kind of a call → its arguments
    news: frozenset[str] = frozenset()  # of these, the ones that make an instance of what they name
    elements: frozenset[str] = frozenset()  # JSX
    new_method: str = ""  # the method that does so (Ruby)
    curried: bool = False  # `f(1) { }` is parsed as a call of a call
    objects: frozenset[str] = frozenset()  # literals whose keys count as keyword arguments
    pairs: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    callbacks: frozenset[str] = frozenset()
    functions: Mapping[str, FunctionParts] = field(default_factory=dict)
    lambdas: frozenset[str] = frozenset()  # functions that are named by what they are assigned to
    classes: Mapping[str, ClassParts] = field(default_factory=dict)
    decorators: frozenset[str] = frozenset()
    guards: Mapping[str, GuardParts] = field(default_factory=dict)
    binds: Mapping[str, BindParts] = field(default_factory=dict)
    imports: Mapping[str, Callable[["Node", Text], Iterable[Import]]] = field(default_factory=dict)
    statements: frozenset[str] = frozenset({"expression_statement"})  # a call right below gives its result to nobody
    is_main: Callable[[Function], bool] = lambda _function: False
    skip: frozenset[str] = frozenset({"comment", "line_comment", "block_comment"})
