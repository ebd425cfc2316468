"""Several processes read what one would have read, in the same order, or leave it to the one."""

import os
import threading
from pathlib import Path

import pytest

from scorecard import audit
from scorecard.cache import Cache
from scorecard.readers import pool
from scorecard.reports.json import render

FILES = {
    "a.py": b"import torch\ntorch.save(1, 'm')\n",
    "b.py": b"def broken(:\n",
    "c.py": b"# caf\xe9\nx = 1\n",
    "d.py": b"x = '\\ud800'\n",
    "e.ipynb": b"{",
    "f.ts": b"import x from 'openai';\nx();\n",
    "g.min.js": b"x" * 30_000,
    "app/h.py": b"from . import i\ni.run()\n",
    "app/i.py": b"\xff",
}


@pytest.fixture(autouse=True)
def only_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    """Other tests of the same process leave threads behind."""
    before = threading.active_count()
    count = threading.active_count
    monkeypatch.setattr(threading, "active_count", lambda: count() - before + 1)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, content in FILES.items():
        path = tmp_path / "project" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return tmp_path / "project"


def test_two_processes_say_what_one_says(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    alone = render(audit(folder), full=True)
    monkeypatch.setattr(pool, "WORTH_IT", 0)
    asked: list[int] = []
    plain = pool.run

    def seen(*said: object) -> list[bytes | None]:
        found = plain(*said)  # type: ignore[arg-type]
        asked.append(sum(one is not None for one in found))
        return found

    monkeypatch.setattr(pool, "run", seen)
    assert render(audit(folder, jobs=2), full=True) == alone
    cache = Cache(tmp_path / "cache")
    assert render(audit(folder, jobs=2, cache=cache), full=True) == alone
    (folder / "new.txt").write_text("x")
    assert render(audit(folder, jobs=2, cache=cache), full=True) == render(audit(folder), full=True)
    # All but what is built and the string with half a surrogate pair, which is no text; then only what is not kept: that, and no UTF-8.
    assert asked == [len(FILES) - 2, len(FILES) - 2, 2]


def test_a_process_that_dies_costs_only_time() -> None:
    assert pool.run(lambda _: os._exit(1), [1, 2, 3], 2) == [None, None, None]


def test_what_one_cannot_do_is_left_to_the_caller() -> None:
    def work(number: int) -> bytes:
        return str(1 / number).encode()

    assert pool.run(work, [5, 5, 5], 2) == [None, b"1.0", b"0.5"]


def test_a_process_with_threads_is_not_forked() -> None:
    stop = threading.Event()
    thread = threading.Thread(target=stop.wait)
    thread.start()
    try:
        assert pool.run(lambda _: b"x", [1, 2], 2) == [None, None]
    finally:
        stop.set()
        thread.join()


def test_a_small_repository_is_read_by_one(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr(pool, "run", never)
    audit(folder, jobs=2)
