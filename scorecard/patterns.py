"""Regular expressions that are compiled when they are first used, and once for all runs.

The checks know some 1,500 expressions and a repository meets a third of them. To compile those takes longer than to read
a small repository, so what the compiler made of them is kept where Python keeps the bytecode of this module, under the
same conditions: ``PYTHONDONTWRITEBYTECODE`` forbids to write and not to read, ``PYTHONPYCACHEPREFIX`` says where, and a folder
that may not be written is left alone.

What may be repeated without end is repeated a few hundred times at most: see ``scorecard.bounds``.
"""

import _sre  # type: ignore[import-not-found]  # no stubs: what `re` itself stands on
import contextlib
import importlib.util
import marshal
import os
import re
import sys
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from re import _compiler, _parser  # type: ignore[attr-defined]  # likewise
from typing import Any, cast

from scorecard.bounds import bounded
from scorecard.literals import Haystack, fold, needed

# What the engine takes, and the words that a text must hold.
_Made = tuple[tuple[int, list[int], int, dict[str, int], tuple[str | None, ...]], tuple[str, ...] | None]
_known: dict[tuple[str, int], _Made] | None = None
_fresh = False


class _Lazy:
    """Stands for a compiled pattern; each method is looked up once and then is the compiled pattern's own."""

    def __init__(self, pattern: str, flags: int) -> None:
        self.pattern = pattern
        self.given = flags

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        value = getattr(compiled(self.pattern, self.given), name)
        setattr(self, name, value)
        return value


def lazily(pattern: str, flags: int = 0) -> re.Pattern[str]:
    """Like ``re.compile``, later. What it gives has the methods of a pattern, and `re.search` does not take it."""
    return cast("re.Pattern[str]", _Lazy(pattern, flags))


def compiled(pattern: str, flags: int = 0) -> re.Pattern[str]:
    """Like ``re.compile``, from what an earlier run made of the pattern if there was one; its repeats are bounded."""
    made = _stored(pattern, int(flags))
    if made is None:
        return re.compile(pattern, flags)
    try:
        found: re.Pattern[str] = _sre.compile(pattern, *made[0])
    except (RuntimeError, TypeError, ValueError, OverflowError):  # somebody tampered with the store
        return re.compile(pattern, flags)
    return found


def words(pattern: str, flags: int = 0) -> tuple[str, ...] | None:
    """Words of which a text must hold one, folded, for the pattern to be found in it; None where any text may do."""
    made = _stored(pattern, int(flags))
    return made[1] if made else None


def holds(pattern: re.Pattern[str], text: str) -> bool:
    """Can the lazy pattern be found in some part of the text at all? Quickly says no where none of its words stands there."""
    wanted = words(pattern.pattern, getattr(pattern, "given", 0))
    if wanted is None:
        return True
    folded = _folded(text)
    return any(word in folded for word in wanted)


def search(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    """What the lazy pattern's own `search` gives, for long texts of which nearly none has it."""
    return pattern.search(text) if holds(pattern, text) else None


def lines_with(pattern: re.Pattern[str], text: str) -> Iterator[tuple[int, str]]:
    """The lines of a text in which the lazy pattern is found, with their numbers; most others are told by the words they lack."""
    lines = text.split("\n")
    wanted = words(pattern.pattern, getattr(pattern, "given", 0))
    near = range(len(lines)) if wanted is None else sorted(Haystack(lines).places(wanted))
    return ((place + 1, lines[place]) for place in near if pattern.search(lines[place]))


_folded = lru_cache(maxsize=2)(fold)  # one text is asked about several patterns, one after the other


def _stored(pattern: str, flags: int) -> _Made | None:
    global _fresh  # noqa: PLW0603  one store for the process, as with bytecode
    store = _store()
    made = store.get((pattern, flags))
    if made is None:
        made = _make(pattern, flags)
        if made is not None:
            store[pattern, flags] = made
            _fresh = True
    return made


def keep() -> None:
    """Write down what was compiled in this run, whole or not at all; where that cannot be, nothing happens."""
    global _fresh  # noqa: PLW0603
    path = _path()
    if not _fresh or path is None or sys.dont_write_bytecode:
        return
    import tempfile  # noqa: PLC0415  most runs compile nothing new

    with contextlib.suppress(OSError):
        handle, name = tempfile.mkstemp(dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(marshal.dumps(_store()))
            Path(name).chmod(0o644)  # as readable as bytecode
            Path(name).replace(path)
        except BaseException:  # Ctrl-C too must leave nothing half-written behind
            Path(name).unlink(missing_ok=True)
            raise
    _fresh = False


def _make(pattern: str, flags: int) -> _Made | None:
    """What ``re`` hands to its engine; None for what is no plain pattern, which ``re`` will complain about."""
    try:
        parsed = bounded(_parser.parse(pattern, flags))
        code = _compiler._code(parsed, flags)  # noqa: SLF001  the step that takes the time
    except re.error:
        return None
    state = parsed.state
    names: list[str | None] = [None] * state.groups
    for name, number in state.groupdict.items():
        names[number] = name
    engine = int(flags | state.flags), [int(word) for word in code], state.groups - 1, dict(state.groupdict)
    return (*engine, tuple(names)), needed(parsed)


def _store() -> dict[tuple[str, int], _Made]:
    global _known  # noqa: PLW0603
    if _known is None:
        _known = {}
        path = _path()
        if path is not None:
            with contextlib.suppress(OSError, ValueError, EOFError, TypeError):
                _known = marshal.loads(path.read_bytes())  # noqa: S302  as trusted as the bytecode beside it
    return _known


def _path() -> Path | None:
    """Beside the bytecode, by this Python's tag and its engine's version; None where Python keeps no bytecode either."""
    try:
        return Path(importlib.util.cache_from_source(__file__)).with_suffix(f".{_sre.MAGIC}.bounded.re")
    except NotImplementedError:
        return None
