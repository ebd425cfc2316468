"""Many repositories: one that is bad costs only itself, and a stop costs only what was being read."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from html.parser import HTMLParser
from pathlib import Path

import pytest

from mlops.cli import run
from scorecard import fleet
from scorecard.clone import cloned, is_address, name_of
from tests.helpers import GIT, commit, started

TRAIN = "import pandas as pd\nfrom sklearn.svm import SVC\nSVC().fit(pd.read_csv('a.csv')[['x']], 1)\n"


def repository(folder: Path, text: str = TRAIN) -> Path:
    started(folder)
    (folder / "train.py").write_text(text)
    commit(folder)
    return folder


@pytest.fixture
def many(tmp_path: Path) -> Path:
    """Two systems and one that is nothing of the kind."""
    folder = tmp_path / "many"
    folder.mkdir()
    repository(folder / "a")
    repository(folder / "b", TRAIN + "\n\ndef test_x():\n    assert SVC\n")
    repository(folder / "c", "print(1)\n")
    return folder


# what is named -------------------------------------------------------------------------------------------------------


def test_a_list_holds_paths_addresses_folders_and_files_in_their_order(many: Path) -> None:
    listed = many.parent / "list.txt"
    listed.write_text("# ours\nmany/b\n\nhttps://example.com/x/y.git # theirs\nmany/a\n")
    assert fleet.targets([str(listed), str(many)]) == [
        str(many / "b"),
        "https://example.com/x/y.git",
        str(many / "a"),
        str(many / "c"),
    ]


@pytest.mark.parametrize("word", ["https://h/x", "ssh://git@h/x.git", "git@github.com:o/n.git", "file:///tmp/x"])
def test_an_address_is_known_as_one(word: str) -> None:
    assert is_address(word)


@pytest.mark.parametrize(
    "word", [".", "../x", "/usr", "C:\\x", "ext::sh -c x", "a@b", "x y", "--upload-pack=x", "http:"]
)
def test_what_is_no_address_is_none(word: str) -> None:
    assert not is_address(word)


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("https://h/o/n.git", "n"),
        ("git@h:o/n", "n"),
        ("git@h:n.git/", "n"),
        ("https://h/", "h"),
        ("file:///", "repository"),
    ],
)
def test_a_clone_is_called_as_its_address_ends(address: str, name: str) -> None:
    assert name_of(address) == name


# addresses -----------------------------------------------------------------------------------------------------------


def test_an_address_is_audited_and_nothing_of_it_stays(
    many: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    subprocess.run(["git", "tag", "v1.0.0"], cwd=many / "a", check=True)
    (tmp_path / "temp").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temp"))
    assert run(["audit", f"file://{many / 'a'}", "--format", "json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["repository"]["name"] == "a"
    assert next(c for c in report["criteria"] if c["id"] == "versioning.releases")["evidence"]
    assert list((tmp_path / "temp").iterdir()) == []


def test_what_a_repository_brings_is_never_checked_out_or_run(many: Path, tmp_path: Path) -> None:
    canary = tmp_path / "canary"
    folder = many / "a"
    (folder / ".gitattributes").write_text("* filter=evil\n")
    (folder / ".gitmodules").write_text('[submodule "x"]\n\tpath = x\n\turl = ext::sh -c "touch canary"\n')
    for name in ("post-checkout", "post-upload-pack", "reference-transaction"):
        hook = folder / ".git" / "hooks" / name
        hook.write_text(f"#!/bin/sh\ntouch {canary}\n")
        hook.chmod(0o755)
    subprocess.run(["git", "config", "filter.evil.smudge", f"touch {canary}"], cwd=folder, check=True)
    subprocess.run(["git", "add", "-A"], cwd=folder, check=True)
    subprocess.run([*GIT, "-c", "core.hooksPath=/dev/null", "commit", "-qm", "x"], cwd=folder, check=True)
    canary.unlink(missing_ok=True)
    with cloned(f"file://{folder}") as clone:
        assert not (clone / "train.py").exists()
    assert not canary.exists()


@pytest.mark.parametrize("address", ["file:///nowhere/at/all", "https://user:secret@127.0.0.1:9/x.git"])
def test_what_cannot_be_fetched_is_said_without_a_password(address: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["audit", address]) == 2
    said = capsys.readouterr().err
    assert "cannot be fetched" in said
    assert "secret" not in said.partition("cannot be fetched")[0]


# fleets --------------------------------------------------------------------------------------------------------------


def test_a_fleet_is_shown_best_first_with_what_is_most_common(
    many: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    page = tmp_path / "page.html"
    assert run(["fleet", str(many), "--jobs", "1", "--html", str(page)]) == 0
    said = capsys.readouterr().out
    assert "2 systems, 1 libraries and others, 0 not read" in said
    assert "most often first: " in said
    parser = HTMLParser()
    parser.feed(page.read_text(encoding="utf-8"))
    assert "over 2 systems" in page.read_text(encoding="utf-8")


def test_one_that_cannot_be_read_costs_only_itself(many: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["fleet", str(many / "a"), str(many / "nowhere"), "file:///nowhere", "--jobs", "1"]) == 1
    out, err = capsys.readouterr()
    assert "1 systems, 0 libraries and others, 2 not read" in out
    assert "nowhere: there is no folder" in err


def test_a_stopped_run_goes_on_where_it_stopped(many: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    kept = tmp_path / "kept.jsonl"
    run(["fleet", str(many / "a"), "--jobs", "1", "--output", str(kept)])
    first = json.loads(kept.read_text())
    first["report"]["repository"]["name"] = "as it was kept"
    kept.write_text(
        json.dumps(first) + "\n" + json.dumps({"target": str(many / "b"), "error": "x"}) + '\n{"target": "c'
    )
    capsys.readouterr()
    assert run(["fleet", str(many), "--jobs", "1", "--output", str(kept)]) == 0
    assert "as it was kept" in capsys.readouterr().out
    assert [json.loads(line)["target"] for line in kept.read_text().splitlines()] == [
        str(many / name) for name in ("a", "b", "c")
    ]


def test_a_repository_s_own_waivers_count_for_nothing_in_a_fleet(many: Path) -> None:
    (many / "a" / "mlops.toml").write_text('kind = "library"\n')
    assert fleet.look(str(many / "a"), 60)["report"]["kind"] == "ml"


def test_what_takes_too_long_is_given_up(many: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scorecard.audit", lambda *_, **__: time.sleep(30))
    assert fleet.look(str(many / "a"), 1)["error"] == "no end after 1 s"


def _dies(target: str, limit: int) -> fleet.Row:
    if target == "killer":
        os.kill(os.getpid(), signal.SIGKILL)
    return {"target": target, "error": str(limit)}


def test_a_worker_that_dies_takes_only_its_own_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fleet, "look", _dies)
    names = [*"abcdefgh", "killer", *"ijklm"]
    rows = {row["target"]: row["error"] for row in fleet.run(names, lambda: ProcessPoolExecutor(2), 2, limit=7)}
    assert sorted(rows) == sorted(names)
    assert "died" in rows.pop("killer")
    assert set(rows.values()) == {"7"}


def test_no_more_is_handed_out_than_can_be_read_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    most = 0

    class Counting(ThreadPoolExecutor):
        def submit(self, *args: object, **kwargs: object):  # type: ignore[no-untyped-def,override]  # noqa: ANN202
            nonlocal most
            most = max(most, self._work_queue.qsize())
            return super().submit(*args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(fleet, "look", lambda target, _limit: {"target": target, "error": ""})
    assert len(list(fleet.run(map(str, range(200)), lambda: Counting(2), 2))) == 200
    assert most <= 6


@pytest.mark.parametrize("words", [["/nowhere-at-all.txt"]])
def test_a_path_that_is_not_there_is_a_row_and_no_crash(words: list[str]) -> None:
    assert run(["fleet", *words, "--jobs", "1"]) == 1


def test_an_empty_list_is_a_mistake_of_usage(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "list").write_text("# nothing\n")
    assert run(["fleet", str(tmp_path / "list")]) == 2
    assert "names no repository" in capsys.readouterr().err


# Dask ----------------------------------------------------------------------------------------------------------------


@pytest.fixture
def scheduler(tmp_path: Path) -> Iterator[tuple[str, list["subprocess.Popen[bytes]"]]]:
    """A real scheduler with two workers, each a process."""
    place = tmp_path / "scheduler.json"
    env = {**os.environ, "DASK_DISTRIBUTED__WORKER__DAEMON": "False"}
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "env": env, "cwd": tmp_path}
    code = "import sys; from distributed.cli import dask_scheduler as m; m.main(sys.argv[1:])"
    work = "import sys; from distributed.cli import dask_worker as m; m.main(sys.argv[1:])"
    started = [
        subprocess.Popen(
            [sys.executable, "-c", code, "--port", "0", "--no-dashboard", "--scheduler-file", str(place)], **quiet
        )  # type: ignore[call-overload]
    ]
    for _ in range(300):
        if place.exists() and place.read_text():
            break
        time.sleep(0.1)
    address = json.loads(place.read_text())["address"]
    options = ["--nthreads", "1", "--no-nanny", "--no-dashboard"]
    started += [
        subprocess.Popen([sys.executable, "-c", work, address, *options, "--name", name], **quiet)  # type: ignore[call-overload]
        for name in "xy"
    ]
    yield address, started
    for process in started:
        process.kill()
        process.wait()


@pytest.mark.slow
def test_a_cluster_reads_a_fleet_although_a_worker_is_killed(
    tmp_path: Path, scheduler: tuple[str, list["subprocess.Popen[bytes]"]], capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(12):
        repository(folder / f"r{number}")
    address, started = scheduler
    kept = tmp_path / "kept.jsonl"
    killer = ThreadPoolExecutor(1)

    def kill() -> None:
        while not kept.exists():
            time.sleep(0.05)
        started[1].kill()

    killing = killer.submit(kill)
    assert run(["fleet", str(folder), "--cluster", address, "--output", str(kept)]) == 0
    killing.result(timeout=60)
    assert "12 systems" in capsys.readouterr().out


def test_a_cluster_that_is_not_there_is_said(many: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["fleet", str(many), "--cluster", "tcp://127.0.0.1:9"]) == 3
    assert "there is no Dask scheduler" in capsys.readouterr().err
