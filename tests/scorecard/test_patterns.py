"""What `re` makes of a pattern, kept from run to run."""

import re
import sys
from pathlib import Path

import pytest

from scorecard import patterns
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
    assert [p for p, flags in lazy if patterns.compiled(p, flags) != re.compile(p, flags)] == []


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


def test_a_folder_that_may_not_be_written_stops_nobody(store: Path) -> None:
    patterns.compiled("a+")
    store.rmdir()

    patterns.keep()

    assert not store.exists()


@pytest.mark.usefixtures("store")
def test_a_mistake_in_a_pattern_is_told_by_re() -> None:
    with pytest.raises(re.error, match="unterminated"):
        patterns.compiled("(a")
