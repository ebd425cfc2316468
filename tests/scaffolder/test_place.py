"""A folder is there whole or not at all, whatever stops us."""

import contextlib
import dis
import fcntl
import itertools
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from scaffolder import git, hiding, place, stopping
from scaffolder.errors import Refused

MLOPS = [sys.executable, "-m", "mlops"]
NAMESPACES = subprocess.run(["unshare", "-rmn", "true"], capture_output=True, check=False).returncode == 0
in_namespaces = pytest.mark.skipif(not NAMESPACES, reason="this machine gives no user namespaces")


def test_it_is_not_there_before_it_is_whole(tmp_path: Path) -> None:
    with place.whole(tmp_path / "a" / "b") as room:
        (room.folder / "x.txt").write_text("x")
        assert not (tmp_path / "a").exists()
    assert (tmp_path / "a" / "b" / "x.txt").read_text() == "x"
    assert [p.name for p in tmp_path.iterdir()] == ["a"]


@pytest.mark.parametrize("trouble", [RuntimeError, KeyboardInterrupt, SystemExit, Refused])
def test_trouble_leaves_nothing(tmp_path: Path, trouble: type[BaseException]) -> None:
    def fill() -> None:
        with place.whole(tmp_path / "a") as room:
            (room.folder / "x.txt").write_text("x")
            raise trouble("stop")

    with pytest.raises(trouble):
        fill()
    assert list(tmp_path.iterdir()) == []


def test_what_somebody_else_puts_there_meanwhile_stays_theirs(tmp_path: Path) -> None:
    def fill() -> None:
        with place.whole(tmp_path / "a") as room:
            (room.folder / "x.txt").write_text("x")
            (tmp_path / "a").mkdir()
            (tmp_path / "a" / "theirs.txt").write_text("theirs")

    with pytest.raises(Refused, match="meanwhile"):
        fill()
    assert [p.name for p in tmp_path.rglob("*")] == ["a", "theirs.txt"]


def test_a_link_leads_to_the_place_that_is_meant(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    with place.whole(tmp_path / "link") as room:
        (room.folder / "x.txt").write_text("x")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real" / "x.txt").exists()


def test_what_a_killed_run_left_is_cleared_away(tmp_path: Path) -> None:
    left = tmp_path / ".mlops-new-old"
    (left / "made").mkdir(parents=True)
    (left / "in-use").touch()
    with place.whole(tmp_path / "a"):
        pass
    assert [p.name for p in tmp_path.iterdir()] == ["a"]


def test_what_another_run_is_using_is_left_alone(tmp_path: Path) -> None:
    other, young, mine = tmp_path / ".mlops-new-other", tmp_path / ".mlops-new-young", tmp_path / ".mlops-notes"
    for folder in (other, young, mine):
        folder.mkdir()
    with (other / "in-use").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with place.whole(tmp_path / "a"):
            pass
    assert sorted(p.name for p in tmp_path.iterdir()) == [".mlops-new-other", ".mlops-new-young", ".mlops-notes", "a"]


def test_the_handlers_of_others_are_back_afterwards(tmp_path: Path) -> None:
    before = [signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)]
    with place.whole(tmp_path / "a"):
        assert signal.getsignal(signal.SIGTERM) != before[0]
    assert [signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)] == before


@pytest.mark.parametrize(
    ("number", "raised"),
    [(signal.SIGTERM, SystemExit), (signal.SIGHUP, SystemExit), (signal.SIGINT, KeyboardInterrupt)],
)
def test_a_request_to_stop_is_heard_while_an_object_goes_away(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], number: signal.Signals, raised: type[BaseException]
) -> None:
    class Going:
        def __del__(self) -> None:
            os.kill(os.getpid(), number)
            time.sleep(0.01)

    def fill() -> None:
        with place.whole(tmp_path / "a"):
            Going()
            time.sleep(5)

    before, began = signal.signal(signal.SIGINT, signal.default_int_handler), time.monotonic()  # xdist ignores Ctrl-C
    try:
        with pytest.raises(raised):
            fill()
    finally:
        signal.signal(signal.SIGINT, before)
    assert time.monotonic() - began < 4
    assert list(tmp_path.iterdir()) == []
    assert capsys.readouterr().err == ""


# Behind these Python looks whether a signal has come.
LOOKS = ("CALL", "JUMP_BACKWARD", "RESUME", "SEND")


def stopped_at_step(step: int, target: Path) -> bool:
    """Whether our own code came as far as its step of that number, where somebody pressed Ctrl-C."""
    files, seen = {place.__file__, hiding.__file__, stopping.__file__, contextlib.__file__}, 0
    before: dict[FrameType, str] = {}

    def trace(frame: FrameType, event: str, _arg: object) -> Any:
        nonlocal seen
        if frame.f_code.co_filename not in files:
            return None
        frame.f_trace_opcodes = True
        if event == "opcode":
            seen += before.get(frame, "").startswith(LOOKS)
            before[frame] = dis.opname[frame.f_code.co_code[frame.f_lasti]]
            if seen == step:
                sys.settrace(None)
                before.clear()
                signal.raise_signal(signal.SIGINT)
        return trace

    sys.settrace(trace)
    try:
        with place.whole(target) as room:
            (room.folder / "x.txt").write_text("x")
            (room.folder / "y.txt").write_text("y")
    except KeyboardInterrupt:
        pass
    finally:
        sys.settrace(None)
    return seen >= step


def test_stopped_at_any_step_of_ours_it_is_whole_or_not_there(tmp_path: Path) -> None:
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # xdist ignores Ctrl-C
    try:
        for step in itertools.count(1):
            folder = tmp_path / str(step)
            folder.mkdir()
            reached = stopped_at_step(step, folder / "a")
            assert signal.getsignal(signal.SIGINT) == signal.default_int_handler
            left = sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))
            assert left in ([], ["a", "a/x.txt", "a/y.txt"]), step
            if not reached:
                break
            shutil.rmtree(folder)
    finally:
        signal.signal(signal.SIGINT, before)
    assert step > 100


def start(folder: Path, name: str = "churn") -> "subprocess.Popen[bytes]":
    before = signal.signal(
        signal.SIGINT, signal.default_int_handler
    )  # xdist ignores Ctrl-C, and what it starts would, too
    try:
        return subprocess.Popen(
            [*MLOPS, "new", name, "--defaults"],
            cwd=folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
    finally:
        signal.signal(signal.SIGINT, before)


def until_hidden(folder: Path, process: "subprocess.Popen[bytes]") -> None:
    while not list(folder.glob(".mlops-new-*")) and process.poll() is None:
        time.sleep(0.005)


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL], ids=lambda n: n.name)
@pytest.mark.parametrize("delay", [0.0, 0.3, 0.8, 1.5])
def test_stopped_at_any_moment_it_is_whole_or_not_there(tmp_path: Path, number: signal.Signals, delay: float) -> None:
    process = start(tmp_path)
    until_hidden(tmp_path, process)
    time.sleep(delay)
    os.killpg(process.pid, number)
    _, err = process.communicate(timeout=20)
    assert b"Traceback" not in err
    left = [p.name for p in tmp_path.iterdir()]
    if number == signal.SIGKILL:
        left = [name for name in left if not name.startswith(".mlops-new-")]
    assert left in ([], ["churn"]), (process.returncode, err)
    if left:
        whole(tmp_path / "churn")
    else:
        assert process.returncode in {128 + number, -number}
    if number == signal.SIGKILL:
        assert start(tmp_path, "next").wait(timeout=60) == 0
        assert not list(tmp_path.glob(".mlops-new-*"))


def whole(folder: Path) -> None:
    said = subprocess.run(["git", "status", "--porcelain"], cwd=folder, capture_output=True, text=True, check=True)
    assert said.stdout == ""
    assert (folder / "README.md").exists()


@pytest.mark.slow
def test_many_at_once_do_not_disturb_each_other(tmp_path: Path) -> None:
    names = [f"churn-{number}" for number in range(4)]
    for process in [start(tmp_path, name) for name in names]:
        _, err = process.communicate(timeout=60)
        assert process.returncode == 0, err
    assert sorted(p.name for p in tmp_path.iterdir()) == names


def confined(script: str, folder: Path) -> "subprocess.CompletedProcess[str]":
    """A shell with file systems of its own and no network."""
    return subprocess.run(
        ["unshare", "-rmn", "sh", "-c", script], cwd=folder, capture_output=True, text=True, check=False, timeout=600
    )


@pytest.mark.slow
@in_namespaces
def test_a_full_disk_is_said_at_every_stage_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    assert start(tmp_path, "enough").wait(timeout=60) == 0
    needed = sum(path.lstat().st_size for path in (tmp_path / "enough").rglob("*")) // 1024
    command = " ".join([*MLOPS, "new", "disk/churn", "--defaults"])
    sizes = " ".join(str(needed * tenths // 10) for tenths in (1, 4, 6, 8, 9, 30))
    stages = f"for size in {sizes}; do mount -t tmpfs -o size=${{size}}k none disk;"
    done = confined(f"{stages} {command} >/dev/null; echo $? $(ls -A disk); umount disk; done", tmp_path)
    assert set(done.stdout.splitlines()) <= {"3", "0 churn"}
    assert (done.stdout.splitlines()[0], done.stdout.splitlines()[-1]) == ("3", "0 churn")
    assert all("no room" in line for line in done.stderr.splitlines() if line.startswith("mlops: "))
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("said", "full"),
    [
        ("fatal: write error: No space left on device", True),
        ("fatal: sha1 file '/x/index.lock' write error. Out of diskspace", True),
        ("error: unable to write file README.md\nfatal: cannot continue", True),
        ("fatal: not a git repository", False),
        ("fatal: Unable to create '/x/index.lock': File exists.", False),
    ],
)
def test_a_full_disk_is_known_by_whatever_git_calls_it(said: str, full: bool) -> None:
    assert ("no room" in str(git.failure("git add failed", said))) == full


@in_namespaces
def test_a_place_that_may_not_be_written_to_is_said(tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    done = confined(
        "mount -t tmpfs -o ro none disk; " + " ".join([*MLOPS, "new", "disk/churn", "--defaults"]), tmp_path
    )
    assert done.returncode == 3
    assert "disk may not be written to" in done.stderr
    assert "Traceback" not in done.stderr


@in_namespaces
def test_a_mount_point_is_no_place_for_one(tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    done = confined("mount -t tmpfs none disk; " + " ".join([*MLOPS, "new", "disk", "--defaults"]), tmp_path)
    assert done.returncode == 3
    assert "is a mount point" in done.stderr


@in_namespaces
def test_it_needs_no_network(tmp_path: Path) -> None:
    done = confined(" ".join([*MLOPS, "new", "churn", "--defaults"]), tmp_path)
    assert done.returncode == 0, done.stderr
    whole(tmp_path / "churn")
