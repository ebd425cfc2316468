"""What every language's reader gives: the records of one source file, independent of the checks.

Names are dotted and resolved through the file's imports where that is syntactically plain: with
``import pandas as pd``, ``pd.read_csv(x)`` is a call of ``pandas.read_csv``; with ``client = MlflowClient()``,
``client.create_model_version()`` is a call of ``mlflow.MlflowClient.create_model_version``. What hangs on
an unknown value keeps the name as written (``self.model.fit`` is ``self.model.fit``).
"""

from bisect import bisect_left, bisect_right
from operator import attrgetter
from typing import TypeVar

from msgspec import Struct, field

_LINE = attrgetter("line")


class Record(Struct, frozen=True, array_like=True, gc=False):
    """What files have thousands of: made and read at half the price of a named tuple."""


class Import(Record, frozen=True):
    """``from module import name as alias``; ``name`` is "" for a plain import."""

    module: str
    name: str
    alias: str
    line: int


class Call(Record, frozen=True):
    """One call. ``args`` are short texts of the positional arguments: a string's value behind a quote mark
    (``'predictions``), a name or dotted name as resolved, a number, else "". ``kwargs`` likewise by name.
    ``scope`` is the qualified name of the enclosing function or class, "" at module level.
    ``used`` is false where the result is thrown away (an expression statement). ``on`` is the variable or
    attribute as written before the last dot (``monitor_fg`` in ``self.monitor_fg.insert(df)``). ``end`` is the call's
    last line, 0 where the reader does not know it. ``last`` is the last part of the name; kept, for everybody asks."""

    name: str
    line: int
    scope: str
    args: tuple[str, ...] = ()
    kwargs: tuple[tuple[str, str], ...] = ()
    used: bool = True
    on: str = ""
    end: int = 0
    last: str = ""

    def kwarg(self, *names: str) -> str | None:
        """The short text of the first of these keyword arguments that is given, None if none is."""
        return next((value for key, value in self.kwargs if key in names), None)

    def string(self, position: int = 0) -> str:
        """The positional argument as a literal string, "" if it is none."""
        if position < len(self.args) and self.args[position].startswith("'"):
            return self.args[position][1:]
        return ""

    @property
    def strings(self) -> tuple[str, ...]:
        """Every literal string given, by position or keyword."""
        values = (*self.args, *(value for _, value in self.kwargs))
        return tuple(value[1:] for value in values if value.startswith("'"))


class Function(Record, frozen=True):
    """A function or method. ``name`` is qualified (``Trainer.fit``); decorators are resolved names
    (a decorator call gives its callee); ``params`` the parameter names, ``annotations`` (name, dotted type)."""

    name: str
    line: int
    end: int
    decorators: tuple[str, ...] = ()
    params: tuple[str, ...] = ()
    annotations: tuple[tuple[str, str], ...] = ()
    statements: int = 1  # statements in the body, docstring and `pass` not counted

    @property
    def last(self) -> str:
        return self.name.rpartition(".")[2]


class Class(Record, frozen=True):
    """A class with its resolved bases and its annotated fields (name, dotted type, line)."""

    name: str
    line: int
    end: int
    bases: tuple[str, ...] = ()
    decorators: tuple[str, ...] = ()
    fields: tuple[tuple[str, str, int], ...] = ()


class Text(Record, frozen=True):
    """A string constant that is no docstring; at most 2,000 characters of it."""

    value: str
    line: int
    scope: str


class Guard(Record, frozen=True):
    """An ``if``, ``while``, ``assert`` or ``except`` and what it leads to.

    ``names`` are the identifiers, attribute names and called names of its condition (for ``except`` the types),
    ``values`` its constants as short texts, ``ops`` its operators (``<``, ``in``, ``is``, ``not`` …).
    ``effects`` say what the guarded block does directly: raise, exit, return, continue, break, log, assert, pass, other.
    ``line`` to ``end`` is the guarded block with its condition.
    """

    kind: str
    line: int
    end: int
    scope: str
    names: frozenset[str]
    values: tuple[str, ...]
    ops: frozenset[str]
    effects: frozenset[str]


class Assign(Record, frozen=True):
    """``target = value``: target dotted as written (``self.threshold``, ``df[]`` for a subscript), value as a short text.
    ``end`` is the last line of the value, 0 where the reader does not know it."""

    target: str
    value: str
    line: int
    scope: str
    end: int = 0


class Test(Record, frozen=True):
    """A block that a test framework runs. ``asserts`` counts real assertions; ``skipped`` if it is always skipped."""

    name: str
    line: int
    end: int
    asserts: int
    skipped: bool = False


_Scoped = TypeVar("_Scoped", Call, Text)


def _grouped(found: list[_Scoped]) -> dict[str, list[_Scoped]]:
    """By the scope in which they stand."""
    groups: dict[str, list[_Scoped]] = {}
    for one in found:
        groups.setdefault(one.scope, []).append(one)
    return groups


class Source(Struct, omit_defaults=True):
    """One file's records. ``language`` is python, typescript, javascript, ruby, go, java, kotlin, scala, csharp, r …"""

    path: str
    language: str
    notebook: bool = False
    imports: list[Import] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    functions: list[Function] = field(default_factory=list)
    classes: list[Class] = field(default_factory=list)
    texts: list[Text] = field(default_factory=list)
    guards: list[Guard] = field(default_factory=list)
    assigns: list[Assign] = field(default_factory=list)
    tests: list[Test] = field(default_factory=list)
    names: set[str] = field(default_factory=set)  # every identifier and attribute name
    exports: dict[str, str] = field(default_factory=dict)  # module-level name → what it stands for
    main: int = 0  # the line of `if __name__ == "__main__"` or of the entry point, 0 if there is none
    broken: str = ""  # why it was read only in part
    lines: int = 0
    _calls_at: tuple[list[Call], list[int]] | None = None
    _by_scope: dict[str, list[Call]] | None = None
    _guards_at: tuple[list[Guard], list[int]] | None = None
    _assigns_at: tuple[list[Assign], list[int]] | None = None
    _texts_at: tuple[list[int], list[int]] | None = None
    _texts_by_scope: dict[str, list[Text]] | None = None

    def calls_in(self, first: int, last: int) -> list[Call]:
        """The calls that stand between two lines, both included, in order of line."""
        if self._calls_at is None:
            ordered = sorted(self.calls, key=_LINE)
            self._calls_at = ordered, [call.line for call in ordered]
        calls, lines = self._calls_at
        return calls[bisect_left(lines, first) : bisect_right(lines, last)]

    def calls_of(self, scope: str) -> list[Call]:
        """The calls that stand directly in a scope, in their order."""
        if self._by_scope is None:
            self._by_scope = _grouped(self.calls)
        return self._by_scope.get(scope, [])

    def texts_of(self, scope: str) -> list[Text]:
        """The strings that stand directly in a scope, in the order in which they were read."""
        if self._texts_by_scope is None:
            self._texts_by_scope = _grouped(self.texts)
        return self._texts_by_scope.get(scope, [])

    def texts_in(self, first: int, last: int) -> list[Text]:
        """The strings that begin between two lines, both included, in the order in which they were read."""
        if self._texts_at is None:
            places = sorted(range(len(self.texts)), key=lambda place: self.texts[place].line)
            self._texts_at = [self.texts[place].line for place in places], places
        lines, places = self._texts_at
        return [self.texts[place] for place in sorted(places[bisect_left(lines, first) : bisect_right(lines, last)])]

    def assigns_in(self, first: int, last: int) -> list[Assign]:
        """The assignments that begin between two lines, both included, in order of line."""
        if self._assigns_at is None:
            ordered = sorted(self.assigns, key=_LINE)
            self._assigns_at = ordered, [assign.line for assign in ordered]
        assigns, lines = self._assigns_at
        return assigns[bisect_left(lines, first) : bisect_right(lines, last)]

    def guards_in(self, first: int, last: int, kind: str = "") -> list[Guard]:
        """The conditions that begin between two lines, both included, in order of line; of one kind if it is given."""
        if self._guards_at is None:
            ordered = sorted(self.guards, key=_LINE)
            self._guards_at = ordered, [guard.line for guard in ordered]
        guards, lines = self._guards_at
        found = guards[bisect_left(lines, first) : bisect_right(lines, last)]
        return [guard for guard in found if guard.kind == kind] if kind else found
