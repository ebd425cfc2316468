"""Where in a file we are: open functions and classes, and open tests."""

from collections.abc import Container
from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

from scorecard.readers.code import Source, Test
from scorecard.readers.lang.naming import Names, unquote
from scorecard.readers.lang.tree import part

if TYPE_CHECKING:
    from tree_sitter import Node


class Scope(Struct):
    """A function or class that is open until byte ``end``."""

    name: str
    end: int
    outer: dict[str, str]
    index: int = -1  # of the class record
    fields: list[tuple[str, str, int]] = field(default_factory=list)
    bases: tuple[str, ...] = ()


class OpenTest(Struct):
    """A test, or a group of tests, that is open until byte ``end``."""

    name: str
    line: int
    last_line: int
    end: int
    group: bool
    skipped: bool
    depth: int
    asserts: int = 0
    called: set[str] = field(default_factory=set)


class Open(Struct):
    """The open tests, innermost last."""

    source: Source
    names: Names
    tests: list[OpenTest] = field(default_factory=list)
    helpers: set[str] = field(default_factory=set)
    undecided: list[tuple[int, set[str]]] = field(default_factory=list)
    title: int = 0  # where the title of the last `"x" should "y" in { … }` ends

    def add(self, name: str, node: "Node", *, group: bool, skipped: bool, depth: int) -> None:
        line, last = node.start_point[0] + 1, node.end_point[0] + 1
        outer = any(test.skipped for test in self.tests)
        self.tests.append(OpenTest(name, line, last, node.end_byte, group, skipped or outer, depth))

    def close(self, position: int) -> None:
        """Record the tests that ended before ``position``."""
        while self.tests and self.tests[-1].end <= position:
            done = self.tests.pop()
            if not done.group:
                if not done.asserts and done.called:
                    self.undecided.append((len(self.source.tests), done.called))
                self.source.tests.append(Test(done.name, done.line, done.last_line, done.asserts, done.skipped))

    def asserted(self, scope: str = "") -> None:
        """An assertion stands here: in a test, or in a function that may help tests of this file."""
        for test in self.tests:
            test.asserts += 1
        if scope and not self.tests:
            self.helpers.add(scope.rpartition(".")[2])

    def decide(self) -> None:
        """A test that asserts nothing itself asserts if it calls a function of this file that does."""
        for index, called in self.undecided:
            asserts = len(called & self.helpers)
            if asserts:
                self.source.tests[index] = replace(self.source.tests[index], asserts=asserts)

    def skip(self, parents: list[str], guards: Container[str]) -> None:
        """A skip stands here; it counts where no condition stands between it and its test."""
        if self.tests:
            test = self.tests[-1]
            test.skipped = test.skipped or not any(kind in guards for kind in parents[test.depth :])

    def block(self, written: str, node: "Node", arguments: "Node | None", parents: list[str]) -> None:
        tests = self.names.grammar.tests
        group = tests.groups.fullmatch(written) is not None
        if not group and not tests.blocks.fullmatch(written):
            return
        given = arguments.named_children if arguments is not None else []
        title = given[0] if given else None
        if title is not None and title.type == "value_argument":
            title = part(title, "0")
        if not tests.untitled and (title is None or title.type in self.names.grammar.callbacks):
            return
        titled = title is not None and title.type in self.names.grammar.strings
        name = unquote(self.names.text(title)) if title is not None and titled else written
        skipped = tests.skips.fullmatch(written) is not None
        block = part(node, "block") or part(node, "annotated_lambda")
        runs = block is not None or any(c.type in self.names.grammar.callbacks for c in (*given, *node.named_children))
        if runs or (skipped and titled):
            self.add(name[:200], node, group=group, skipped=skipped, depth=len(parents))

    def infix(self, node: "Node", parents: list[str], scope: str) -> None:
        """``"a thing" should "work" in { … }`` is a test, ``x shouldBe y`` an assertion."""
        left, middle, right = part(node, "0"), part(node, "1"), part(node, "-1")
        if left is None or middle is None or right is None or node.end_byte <= self.title:
            return
        word = self.names.text(middle)
        if word in ("in", "ignore") and right.type in ("block", "lambda_literal"):
            self.title = left.end_byte
            name = self.names.text(left).replace('"', "")[:200]
            self.add(name, node, group=False, skipped=word == "ignore", depth=len(parents))
        elif word.startswith(("should", "must")):
            self.asserted(scope)
