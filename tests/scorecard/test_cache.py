"""With the cache or without it: the same report, byte for byte, whatever happens to the repository or to the cache."""

import contextlib
import os
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from helpers import commit, started
from hypothesis import given, settings
from hypothesis import strategies as st

from scorecard import audit, fingerprint, kept
from scorecard.cache import Cache
from scorecard.reports.json import render

TRAIN = """\
import pandas as pd
from sklearn.linear_model import LinearRegression

df = pd.read_csv("data.csv")
LinearRegression().fit(df[["x"]], df["y"])
"""
WORKFLOW = "on: push\njobs:\n  t:\n    runs-on: ubuntu-latest\n    steps:\n      - run: pytest\n"
CONTENTS = {
    "train.py": [TRAIN, TRAIN + "print(df)\n", TRAIN.replace("read_csv", "read_sql"), "def broken(:\n", ""],
    "app/__init__.py": ["", "from .core import log\n"],
    "app/core.py": ["import logging\nlog = logging.getLogger()\n", "import structlog\nlog = structlog.get_logger()\n"],
    "copy/core.py": ["from . import other\n", "import logging\nlog = logging.getLogger()\n"],
    "tests/test_train.py": ["def test_it():\n    assert 1\n", "def test_it():\n    pass\n"],
    ".github/workflows/ci.yml": [WORKFLOW, WORKFLOW.replace("push", "{"), WORKFLOW.replace("pytest", "echo 1")],
    "web/chat.ts": ['import OpenAI from "openai";\nnew OpenAI().chat.completions.create({});\n', "const x = 1;\n"],
    "note.ipynb": ['{"cells": [{"cell_type": "code", "source": ["import torch\\n"]}]}', "{"],
    "requirements.txt": ["pandas==2.0\nscikit-learn\n", "pandas\n"],
    "latin.py": ["x = 1\n", b"# caf\xe9\nx = 1\n"],
    "half.py": ["x = '\\ud800'\n"],
    "mlops.toml": ["", 'exclude = ["train.py"]\n', '[waivers]\n"data.schema" = "made by us"\n'],
}
EDIT = st.sampled_from(sorted(CONTENTS)).flatmap(
    lambda name: st.tuples(st.just(name), st.sampled_from([*CONTENTS[name], None]), st.booleans())
)


def write(folder: Path, name: str, content: str | bytes | None) -> None:
    path = folder / name
    if content is None:
        path.unlink(missing_ok=True)
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())


def project(folder: Path) -> Path:
    started(folder)
    for name in ("train.py", "app/core.py", "requirements.txt", "tests/test_train.py"):
        write(folder, name, CONTENTS[name][0])
    commit(folder)
    return folder


def shown(folder: Path, cache: Cache | None = None, **said: Any) -> str:
    return render(audit(folder, cache=cache, **said), full=True)


def never() -> Any:
    raise AssertionError("was read anew")


@contextlib.contextmanager
def nothing_is_read_anew() -> Any:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("scorecard._fresh", lambda *_, **__: never())
        yield


@settings(max_examples=12)
@given(st.lists(EDIT, min_size=1, max_size=8))
def test_random_edits_give_the_same_report_with_and_without_it(
    edits: list[tuple[str, str | bytes | None, bool]],
) -> None:
    with tempfile.TemporaryDirectory() as place:
        folder, cache = project(Path(place) / "project"), Cache(Path(place) / "cache")
        for name, content, committed in edits:
            write(folder, name, content)
            if committed:
                commit_all(folder)
            assert shown(folder, cache) == shown(folder)
        assert shown(folder, cache, rev="HEAD") == shown(folder, rev="HEAD")
        cache.close()


def commit_all(folder: Path) -> None:
    with contextlib.suppress(subprocess.CalledProcessError):  # nothing to commit
        commit(folder)


def test_the_second_audit_reads_nothing_anew(tmp_path: Path) -> None:
    folder, cache = project(tmp_path / "project"), Cache(tmp_path / "cache")
    first = shown(folder, cache)
    cache.close()
    with nothing_is_read_anew():
        assert shown(folder, Cache(tmp_path / "cache")) == first


def test_a_file_that_did_not_change_is_parsed_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, cache = project(tmp_path / "project"), Cache(tmp_path / "cache")
    shown(folder, cache)
    write(folder, "train.py", TRAIN + "print(1)\n")
    expected = shown(folder)
    read: list[str] = []
    plain = kept_python()

    def seen(text: str, path: str) -> Any:
        read.append(path)
        return plain(text, path)

    monkeypatch.setattr("scorecard.facts.code._python", seen)
    assert shown(folder, cache) == expected
    assert read == ["train.py"]


def kept_python() -> Callable[[str, str], Any]:
    from scorecard.facts import code

    return code._python


def test_an_edit_of_the_same_length_and_time_is_seen(tmp_path: Path) -> None:
    folder, cache = project(tmp_path / "project"), Cache(tmp_path / "cache")
    path = folder / "train.py"
    before = path.stat()
    shown(folder, cache)
    path.write_text(TRAIN.replace("read_csv", "read_sql"))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert "read_sql" in shown(folder, cache)


@pytest.mark.parametrize(
    "change",
    [
        lambda folder: write(folder, "new.py", "import torch\n"),
        lambda folder: (folder / "tests" / "test_train.py").unlink(),
        lambda folder: subprocess.run(["git", "tag", "v1"], cwd=folder, check=True),
        lambda folder: write(folder, "mlops.toml", 'kind = "library"\n'),
    ],
    ids=["a new file", "a deleted file", "a tag", "a configuration"],
)
def test_what_changes_the_report_is_read_anew(tmp_path: Path, change: Callable[[Path], object]) -> None:
    folder, cache = project(tmp_path / "project"), Cache(tmp_path / "cache")
    shown(folder, cache)
    change(folder)
    with nothing_is_read_anew(), pytest.raises(AssertionError):
        shown(folder, cache)
    assert shown(folder, cache) == shown(folder)


def test_what_the_caller_says_is_another_question(tmp_path: Path) -> None:
    folder, cache = project(tmp_path / "project"), Cache(tmp_path / "cache")
    (tmp_path / "team.toml").write_text('kind = "library"\n')
    for said in ({}, {"only": ["data"]}, {"rev": "HEAD"}, {"configured": False}, {"config": tmp_path / "team.toml"}):
        assert shown(folder, cache, **said) == shown(folder, **said)
    (tmp_path / "team.toml").write_text('kind = "llm"\n')
    assert '"kind": "llm"' in shown(folder, cache, config=tmp_path / "team.toml")


def test_an_upgrade_of_ours_reads_everything_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, cache = project(tmp_path / "project"), Cache(tmp_path / "cache")
    shown(folder, cache)
    fingerprint.of_code()
    monkeypatch.setattr("scorecard.fingerprint.of_code", lambda: "another")
    with nothing_is_read_anew(), pytest.raises(AssertionError):
        shown(folder, cache)


def test_the_digest_of_our_code_sees_an_edit_and_no_bytecode(tmp_path: Path) -> None:
    write(tmp_path, "a/b.py", "x = 1\n")
    before = set(fingerprint._ours(str(tmp_path)))
    write(tmp_path, "a/__pycache__/b.pyc", "?")
    assert set(fingerprint._ours(str(tmp_path))) == before
    write(tmp_path, "a/b.py", "x = 12\n")
    assert set(fingerprint._ours(str(tmp_path))) != before


def test_a_waiver_holds_for_the_day_on_which_it_was_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, cache = project(tmp_path / "project"), Cache(tmp_path / "cache")
    write(folder, "mlops.toml", '[waivers]\n"data.schema" = { reason = "soon", until = 2999-01-01 }\n')
    assert "waived, until 2999-01-01" in shown(folder, cache)

    class Later(date):
        @classmethod
        def today(cls) -> "Later":
            return cls(2999, 1, 2)

    monkeypatch.setattr("scorecard.kept.date", Later)
    monkeypatch.setattr("scorecard.assemble.date", Later)
    assert "waived, until" not in shown(folder, cache)


def test_what_could_not_be_read_this_time_is_asked_again(tmp_path: Path) -> None:
    folder, cache = project(tmp_path / "project"), Cache(tmp_path / "cache")
    blob = subprocess.run(["git", "rev-parse", "HEAD:train.py"], cwd=folder, capture_output=True, text=True, check=True)
    place = folder / ".git" / "objects" / blob.stdout[:2] / blob.stdout.strip()[2:]
    content = place.read_bytes()
    place.unlink()
    assert "missing from this clone" in shown(folder, cache, rev="HEAD")
    place.write_bytes(content)
    assert "missing from this clone" not in shown(folder, cache, rev="HEAD")


def test_a_file_that_is_not_utf_8_is_noted_again(tmp_path: Path) -> None:
    folder, cache = project(tmp_path / "project"), Cache(tmp_path / "cache")
    write(folder, "latin.py", b"# caf\xe9\nx = 1\n")
    assert "is not UTF-8" in shown(folder, cache)
    write(folder, "other.txt", "x")
    assert "is not UTF-8" in shown(folder, cache)


def test_a_file_name_that_is_no_text_costs_only_the_entry(tmp_path: Path) -> None:
    folder, cache = project(tmp_path / "project"), Cache(tmp_path / "cache")
    (folder / os.fsdecode(b"caf\xe9.py")).write_text("def broken(:\n")
    assert shown(folder, cache) == shown(folder, cache) == shown(folder)


def test_nothing_is_written_into_the_audited_folder_even_if_it_holds_the_cache(tmp_path: Path) -> None:
    folder = project(tmp_path / "project")
    cache = Cache(folder / "cache")
    shown(folder, cache)
    assert not (folder / "cache").exists()


def test_a_torn_file_is_replaced(tmp_path: Path) -> None:
    folder, cache = project(tmp_path / "project"), Cache(tmp_path / "cache")
    expected = shown(folder, cache)
    cache.close()
    for torn in (b"no database", cache.path.read_bytes()[:5_000], b""):
        cache.path.write_bytes(torn)
        again = Cache(tmp_path / "cache")
        assert shown(folder, again) == expected
        again.close()
    with nothing_is_read_anew():
        assert shown(folder, Cache(tmp_path / "cache")) == expected


def test_bytes_turned_inside_an_entry_are_noticed(tmp_path: Path) -> None:
    folder, cache = project(tmp_path / "project"), Cache(tmp_path / "cache")
    expected = shown(folder, cache)
    cache.close()
    with contextlib.closing(sqlite3.connect(cache.path)) as database, database:
        database.execute("update kept set value = replace(cast(value as text), 'train', 'other')")
    assert shown(folder, Cache(tmp_path / "cache")) == expected


def test_an_entry_of_somebody_else_is_no_report(tmp_path: Path) -> None:
    folder, cache = project(tmp_path / "project"), Cache(tmp_path / "cache")
    expected = shown(folder, cache)
    with contextlib.closing(sqlite3.connect(cache.path)) as database:
        keys = [row[0] for row in database.execute("select key from kept")]
    for key in keys:
        cache.put(key, b"\x81\xa1a\x01")
    cache.flush()
    assert shown(folder, cache) == expected


def test_another_programs_table_is_replaced(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    with contextlib.closing(sqlite3.connect(cache.path)) as database, database:
        database.execute("create table kept (mine text)")
    cache.put("a", b"1")
    cache.flush()
    assert Cache(tmp_path).get("a") == b"1"


def test_a_folder_that_may_not_be_written_costs_only_time(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    cache = Cache(tmp_path / "file" / "below")
    cache.put("a", b"1")
    cache.flush()
    assert cache.get("a") is None
    assert cache.size() == (0, 0)


def test_what_was_not_asked_for_longest_goes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache = Cache(tmp_path, limit=300_000)
    for day in range(10):
        monkeypatch.setattr("scorecard.cache._today", lambda day=day: day)
        assert day == 0 or cache.get("0") is not None
        cache.put(str(day), os.urandom(60_000))
        cache.flush()
        assert cache.size()[1] < 450_000
    assert cache.get("9") is not None
    assert cache.get("0") is not None
    assert cache.get("1") is None


def test_concurrent_runs_leave_whole_entries(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from scorecard.cache import Cache\n"
        "for n in range(20):\n"
        "    cache = Cache(Path(sys.argv[1])); cache.put(f'{sys.argv[2]} {n}', b'x' * 50_000); cache.flush(); cache.close()\n"
    )
    runs = [subprocess.Popen([sys.executable, "-c", program, str(tmp_path), str(n)]) for n in range(4)]
    assert [run.wait() for run in runs] == [0, 0, 0, 0]
    cache = Cache(tmp_path)
    assert all(cache.get(f"{run} {n}") == b"x" * 50_000 for run in range(4) for n in range(20))


def test_nothing_of_a_fleet_but_the_reports_is_kept(tmp_path: Path) -> None:
    folder, cache = project(tmp_path / "project"), Cache(tmp_path / "cache", sources=False)
    shown(folder, cache)
    assert cache.size()[0] == 1


def test_an_entry_for_the_same_content_elsewhere_is_not_taken(tmp_path: Path) -> None:
    """`from . import other` means something else in another package."""
    folder, cache = project(tmp_path / "project"), Cache(tmp_path / "cache")
    for name in ("one/a.py", "two/a.py"):
        write(folder, name, "from . import core\ncore.log()\n")
    assert shown(folder, cache) == shown(folder)


def test_the_question_holds_the_content_of_a_named_file(tmp_path: Path) -> None:
    path = tmp_path / "team.toml"
    path.write_text("a")
    asked = kept.Question(None, None, (), path, configured=True)
    before = asked.words()
    path.write_text("b")
    assert asked.words() != before
