"""What `re` makes of a pattern, kept from run to run."""

import _sre  # type: ignore[import-not-found]  # no stubs: what `re` itself stands on
import re
import sys
from pathlib import Path
from re import _compiler, _parser  # type: ignore[attr-defined]  # likewise

import pytest

from scorecard import patterns
from scorecard.bounds import bounded
from scorecard.checks import all_checks

CASES = [
    (r"(?P<key>\w+)\s*=\s*(\d+)", 0, "port = 80"),
    (r"^(?:a|bc)+$", re.MULTILINE | re.IGNORECASE, "x\nABC\n"),
    (r"(?i:straße)|[^\W\d_]+", 0, "STRASSE"),
    (r"(?<=x)y(?!z)", re.DOTALL, "xyz xy."),
]


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty store in a folder of its own."""
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    monkeypatch.setattr(sys, "pycache_prefix", None)
    monkeypatch.setattr(patterns, "__file__", str(tmp_path / "patterns.py"))
    (tmp_path / "__pycache__").mkdir()
    monkeypatch.setattr(patterns, "_known", None)
    monkeypatch.setattr(patterns, "_fresh", False)
    return tmp_path / "__pycache__"


@pytest.mark.parametrize(("pattern", "flags", "text"), CASES)
def test_a_kept_pattern_finds_what_re_finds(
    pattern: str, flags: int, text: str, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    patterns.compiled(pattern, flags)
    patterns.keep()
    monkeypatch.setattr(patterns, "_known", None)
    monkeypatch.setattr(patterns, "_make", None)  # so that nothing can be compiled anew

    found, expected = patterns.compiled(pattern, flags), re.compile(pattern, flags)

    assert [p.name for p in store.iterdir()] != []
    assert [(m.span(), m.groupdict()) for m in found.finditer(text)] == [
        (m.span(), m.groupdict()) for m in expected.finditer(text)
    ]
    assert (found.flags, found.groups, found.pattern) == (expected.flags, expected.groups, expected.pattern)


@pytest.mark.usefixtures("store")
def test_every_pattern_of_the_checks_is_what_re_makes_of_it() -> None:
    all_checks()
    lazy = {
        (value.pattern, value.given)
        for module in list(sys.modules.values())
        if getattr(module, "__name__", "").startswith("scorecard.")
        for value in vars(module).values()
        if isinstance(value, patterns._Lazy)
    }

    assert len(lazy) > 500
    assert [p for p, flags in lazy if patterns.compiled(p, flags) != _plainly(p, flags)] == []


def _plainly(pattern: str, flags: int) -> "re.Pattern[str]":
    """By `re`'s own way from a parsed expression to a compiled one, which is told the text that it came from."""
    parsed = bounded(_parser.parse(pattern, flags))
    found = _compiler.compile(parsed, flags)
    engine = _compiler._code(parsed, flags)
    assert found.groups == parsed.state.groups - 1
    names = [None] * parsed.state.groups
    for name, number in found.groupindex.items():
        names[number] = name
    return _sre.compile(pattern, found.flags, engine, found.groups, dict(found.groupindex), tuple(names))  # type: ignore[no-any-return]


@pytest.mark.usefixtures("store")
@pytest.mark.parametrize(
    ("pattern", "text", "fits"),
    [
        (r"a\w*b", "a" + "x" * 300 + "b", True),
        (r"a\w*b", "a" + "x" * 301 + "b", False),
        (r"a[^b]*b", "a" + "x" * 1000 + "b", True),
        (r"a[^b]*b", "a" + "x" * 1001 + "b", False),
        (r"a(?:\s+|-*)b", "a" + " " * 301 + "b", False),
        (r"a=(.*)$", "a=" + "x" * 5000, True),  # the end of an expression is never tried again
        (r"a=(.*)", "a=" + "x" * 5000, True),
        (r"(?:ab)*c", "ab" * 5000 + "c", True),
        (r"#[^\n]*+\n", "#" + "x" * 5000 + "\n", True),  # nor what is possessive
        (r"a{400,}b", "a" * 400 + "b", True),
        (r"a{0,500}b", "a" * 500 + "b", True),
    ],
)
def test_what_repeats_without_end_repeats_some_hundred_times(pattern: str, text: str, *, fits: bool) -> None:
    assert bool(patterns.compiled(pattern).fullmatch(text)) is fits


def test_a_store_that_somebody_broke_is_no_store(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    patterns.compiled("a+")
    patterns.keep()
    (kept,) = store.iterdir()
    kept.write_bytes(kept.read_bytes()[:20])
    monkeypatch.setattr(patterns, "_known", None)

    assert patterns.compiled("a+").search("baa")


@pytest.mark.usefixtures("store")
def test_code_that_the_engine_refuses_is_compiled_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patterns, "_known", {("a+", 0): (32, [999, 1, 2], 0, {}, ())})

    found = patterns.compiled("a+").search("baa")

    assert found is not None
    assert found.span() == (1, 3)


def test_where_python_keeps_no_bytecode_nothing_is_kept(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)

    patterns.compiled("a+")
    patterns.keep()

    assert list(store.iterdir()) == []


def test_what_was_kept_is_read_where_no_bytecode_may_be_written(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    patterns.compiled("a+")
    patterns.keep()
    monkeypatch.setattr(patterns, "_known", None)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    monkeypatch.setattr(patterns, "_make", lambda *_: pytest.fail("compiled again"))

    found = patterns.compiled("a+").search("baa")

    assert found is not None
    assert list(store.iterdir()) != []


def test_a_folder_that_may_not_be_written_stops_nobody(store: Path) -> None:
    patterns.compiled("a+")
    store.rmdir()

    patterns.keep()

    assert not store.exists()


@pytest.mark.usefixtures("store")
def test_a_mistake_in_a_pattern_is_told_by_re() -> None:
    with pytest.raises(re.error, match="unterminated"):
        patterns.compiled("(a")
