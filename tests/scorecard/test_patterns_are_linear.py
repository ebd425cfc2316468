"""No regular expression that meets the text of an audited repository takes time by the square of its length.

A text of a megabyte would stop an audit. Tried are texts that are made from each expression itself (tests/scorecard/pumped.py).
"""

import ast
import importlib
import re
import signal
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

import scorecard
from scorecard import patterns
from tests.scorecard.pumped import slow_text

ROOT = Path(scorecard.__file__).parent
KNOWN = Path(__file__).with_name("patterns_over_our_own_pages.txt")
ONCE = frozenset({"match", "fullmatch"})
_METHODS = ONCE | {"search", "finditer", "findall", "sub", "subn", "split"}
# An audit asks the plans of `mlops add`, too, whether they would close its first gap.
MODULES = sorted(
    path.relative_to(ROOT.parent).with_suffix("").as_posix().replace("/", ".")
    for folder in (ROOT, ROOT.parent / "scaffolder" / "foreign")
    for path in folder.rglob("*.py")
)


class Expression(NamedTuple):
    """``ways``: `match` and `fullmatch` try it at the beginning of a text and nowhere else, `search` stands for all others."""

    name: str
    made: "re.Pattern[str]"
    ways: frozenset[str]


@pytest.fixture
def _alarm() -> Iterator[None]:
    def ring(_number: int, _frame: object) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGPROF, ring)
    yield
    signal.signal(signal.SIGPROF, before)


def kept(name: str) -> Iterator[Expression]:
    """Every expression that a module of ours keeps, alone or in a table; as it is used, so bounded where it is lazy."""
    module = importlib.import_module(name.removesuffix(".__init__"))
    for key in assigned(tree(name)):
        for number, one in enumerate(_within(vars(module).get(key))):
            made = patterns.compiled(one.pattern, one.given) if isinstance(one, patterns._Lazy) else one
            ways = ways_of(methods(name if key.startswith("_") else "")[key])
            yield Expression(f"{name}.{key}" + (f"[{number}]" if number else ""), made, ways)


def ways_of(asked: set[str]) -> frozenset[str]:
    """How an expression is tried of which these methods are called; where none was found, in the two hardest ways."""
    if not asked:
        return frozenset({"search", "fullmatch"})
    return frozenset(asked & ONCE) | ({"search"} if asked - ONCE else frozenset())


def _within(value: object) -> Iterator["re.Pattern[str]"]:
    if isinstance(value, (patterns._Lazy, re.Pattern)):
        if isinstance(value.pattern, str):
            yield value  # type: ignore[misc]  # stands for a pattern
    elif isinstance(value, (tuple, list)):
        for one in value:
            yield from _within(one)
    elif isinstance(value, dict):
        for key, one in value.items():
            yield from _within(key)
            yield from _within(one)


def inline(name: str) -> Iterator[Expression]:
    """What is given to `re.search` and its like where it is used: `re` takes it as it is, without bounds."""
    for node in ast.walk(tree(name)):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and isinstance(node.func.value, ast.Name)
            and node.func.value.id == "re"
            and node.func.attr in _METHODS
            and isinstance(node.args[0], ast.Constant)
            and isinstance(node.args[0].value, str)
        ):
            flags = [eval(ast.unparse(arg), {"re": re}) for arg in _flags(node)]  # noqa: S307  `re.MULTILINE | re.DOTALL` of our own code
            made = re.compile(node.args[0].value, *flags)
            yield Expression(f"{name}:{node.lineno}", made, ways_of({node.func.attr}))


def _flags(call: ast.Call) -> list[ast.expr]:
    assert isinstance(call.func, ast.Attribute)
    place = {"sub": 4, "subn": 4, "split": 3}.get(call.func.attr, 2)
    named = [keyword.value for keyword in call.keywords if keyword.arg == "flags"]
    return named or call.args[place : place + 1]


@cache
def tree(name: str) -> ast.Module:
    return ast.parse((ROOT.parent / (name.replace(".", "/") + ".py")).read_text(encoding="utf-8"))


def assigned(module: ast.Module) -> list[str]:
    """The names that the module gives itself, and does not import."""
    found = dict[str, None]()
    for node in module.body:
        targets = (
            node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
        )
        found |= {target.id: None for target in targets if isinstance(target, ast.Name)}
    return list(found)


@cache
def methods(module: str = "") -> dict[str, set[str]]:
    """What is called of each name in a module, or in all; of a table, what is called of the names that it is looped over with."""
    found, looped = defaultdict[str, set[str]](set), defaultdict[str, set[str]](set)
    for name in [module] if module else MODULES:
        for node in ast.walk(tree(name)):
            if isinstance(node, ast.Attribute) and node.attr in _METHODS:
                found[_last(node.value)].add(node.attr)
            elif isinstance(node, (ast.For, ast.comprehension)):
                turns = {_last(one) for one in ast.walk(node.target)} - {""}
                for one in ast.walk(node.iter):
                    looped[_last(one)] |= turns
    for table, turns in looped.items():
        found[table] |= {method for turn in turns for method in found.get(turn, ())}
    return found


def _last(node: ast.AST) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


@pytest.mark.long
@pytest.mark.usefixtures("_alarm")
@pytest.mark.parametrize("module", MODULES)
def test_no_expression_is_slow_but_those_over_our_own_pages(module: str) -> None:
    known = set(KNOWN.read_text(encoding="utf-8").split())
    tried = [*kept(module), *inline(module)]

    slow = {(one.name, way): slow_text(one.made, way) for one in tried for way in one.ways if one.name not in known}

    assert {one: text for one, text in slow.items() if text} == {}


@pytest.mark.slow
def test_the_judge_is_shown_all_expressions() -> None:
    """As many as there are in the text of our modules, or nearly: else the one above would be of no use."""
    lazy = sum(path.read_text(encoding="utf-8").count("lazily(") for path in ROOT.rglob("*.py"))
    inlined = sum(
        len(
            re.findall(
                r"\bre\.(?:search|match|sub|findall|split|fullmatch)\(\s*r?[\"']", path.read_text(encoding="utf-8")
            )
        )
        for path in ROOT.rglob("*.py")
    )

    assert sum(1 for name in MODULES for _ in kept(name)) > 0.95 * lazy
    assert sum(1 for name in MODULES for _ in inline(name)) >= inlined


def test_a_line_does_not_begin_with_the_lines_before_it() -> None:
    """In a text of blank lines `^\\s*x` is tried at each, over all the others; and it would cite the first of them."""
    found = [
        one.name
        for module in MODULES
        for one in (*kept(module), *inline(module))
        if one.made.flags & re.MULTILINE and re.search(r"\^(?:\\s|\[[^]]{0,5}\\s)[^]]{0,20}?[*+]", one.made.pattern)
    ]

    assert found == []


@pytest.mark.slow
@pytest.mark.usefixtures("_alarm")
@pytest.mark.parametrize(
    ("pattern", "flags", "way", "slow"),
    [
        (r"^\s*import", re.MULTILINE, "search", True),
        (r"^[ \t]*import", re.MULTILINE, "search", False),
        (r"[\w.-]+\.ya?ml$", 0, "search", True),
        (r"[\w.-]+\.ya?ml$", 0, "match", False),
        (r"[\w.-]{1,60}\.ya?ml$", 0, "search", False),
        (r"\w*index", 0, "search", True),
        (r"build\w*index", 0, "search", True),
        (r"tasks in \[([^\]]*)\]", 0, "search", True),
        (r"tasks in \[([^\]]{0,99})\]", 0, "search", False),
        (r"(?:a|a)*b", 0, "match", True),
        (r"v\d(?:[-.]?\w+)*", 0, "fullmatch", True),
        (r"v\d(?:[-.]?\w+)*", 0, "match", False),
        (r"v\d(?:[-.]?\w)*", 0, "fullmatch", False),
        (r"a.*b.*c", 0, "match", True),
        (r"a[^b\n]*b", 0, "match", False),
        (r"(?:\w+\s?)*:", 0, "match", True),
        (r"\w+\s*=\s*\d+", 0, "match", False),
    ],
)
def test_the_judge_tells_the_square_from_the_straight(pattern: str, flags: int, way: str, *, slow: bool) -> None:
    assert bool(slow_text(re.compile(pattern, flags), way)) is slow
