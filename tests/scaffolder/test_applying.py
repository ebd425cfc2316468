"""Written whole or not at all, whoever is killed when."""

import contextlib
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from scaffolder import applying, hiding, journal, merging, repository

Git = Callable[..., str]
World = tuple[Path, str, str]
State = tuple[str, str, dict[str, tuple[int, bytes]]]
Ends = tuple[State, State]
ROOT = Path(__file__).parents[2]
BEFORE = {
    "same.txt": b"same\n",
    "changed.txt": b"one\n",
    "deep/er/gone.txt": b"gone\n",
    "file": b"becomes a folder\n",
    "both.txt": b"base\n",
    b"n\xffme".decode("utf-8", "surrogateescape"): b"\xff\r\n",
    "run.sh": b"#!/bin/sh\n",
}
AFTER = {
    "same.txt": b"same\n",
    "changed.txt": b"two\n",
    "file/in.txt": b"now it is\n",
    "new/deep/file.txt": b"new\n",
    "both.txt": b"theirs\n",
    b"n\xffme".decode("utf-8", "surrogateescape"): b"\xfe\r\n",
    "run.sh": b"#!/bin/sh\necho\n",
}
UPDATE = """
import sys, tempfile
from pathlib import Path
from scaffolder import applying, merging
top, base, theirs = Path(sys.argv[1]), *sys.argv[2:]
found = applying.opened(top)
with tempfile.TemporaryDirectory() as scratch, merging.beside(found, Path(scratch)) as env:
    applying.apply(found, merging.merge(found, base, theirs, env), env)
"""
# Kills itself, or finds no room and then kills itself, before the nth time that Python changes something on the disk.
STEPPING = """
import os, sys
kill, full, again, *arguments = sys.argv[1:]
kill, full, again, count = int(kill), int(full), int(again), 0
WRITES = {"os.rename", "os.link", "os.mkdir", "os.remove", "os.rmdir"}
def hook(event, given):
    global count
    if event not in WRITES and not (event == "open" and isinstance(given[2], int) and given[2] & os.O_CREAT):
        return
    count += 1
    if count == kill or full and count == full + again and again:
        os.kill(os.getpid(), 9)
    if count == full and event not in ("os.remove", "os.rmdir"):
        raise OSError(28, "No space left on device", "somewhere")
from scaffolder import journal
sys.addaudithook(hook)
code = journal.main(arguments)
sys.exit(99 if count < full else code)
"""


def stage(git: Git, top: Path, files: dict[str, bytes]) -> str:
    for path in top.iterdir():
        if path.name != ".git":
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    for name, content in files.items():
        (top / name).parent.mkdir(parents=True, exist_ok=True)
        (top / name).write_bytes(content)
    if "run.sh" in files:
        (top / "run.sh").chmod(0o755)
    git(top, "add", "-A")
    return git(top, "write-tree")


@pytest.fixture
def world(here: Path, git: Git) -> World:
    """A repository at BEFORE, with a change of the user's in both.txt, and the trees that it is to go from and to."""
    top = here / "p"
    git(here, "init", "-q", "p")
    theirs, base = stage(git, top, AFTER), stage(git, top, BEFORE)
    (top / "both.txt").write_bytes(b"mine\n")
    (top / "mine.txt").write_bytes(b"mine\n")
    git(top, "add", "-A")
    git(top, "commit", "-qm", "mine")
    (top / "untracked.txt").write_bytes(b"untracked\n")
    return top, base, theirs


def state(top: Path) -> State:
    """All that a user can see: HEAD, the status, and the files."""
    call = ["git", "-c", "core.quotepath=on"]
    head = subprocess.run([*call, "rev-parse", "HEAD"], cwd=top, check=True, capture_output=True, text=True).stdout
    status = [*call, "status", "--porcelain=v2", "--untracked-files=all"]
    said = subprocess.run(status, cwd=top, check=True, capture_output=True, text=True).stdout
    files = {
        str(path.relative_to(top)): (path.lstat().st_mode, path.read_bytes())
        for path in top.rglob("*")
        if path.is_file() and ".git" not in path.relative_to(top).parts
    }
    folders = {
        str(path.relative_to(top)): (0, b"")
        for path in top.rglob("*")
        if path.is_dir() and ".git" not in path.relative_to(top).parts
    }
    return head, said, files | folders


def explain(now: State, ends: Ends) -> str:
    """In what a state differs from both that may be."""
    said = []
    for head, status, files in ends:
        odd = sorted(set(files.items()) ^ set(now[2].items()))
        said.append(f"{head == now[0]} {set(status.splitlines()) ^ set(now[1].splitlines())} {odd}")
    return "\n".join(said)


def left(top: Path) -> list[str]:
    return sorted(p.name for p in (top / ".git").iterdir() if p.name.startswith(("mlops", "index.")))


def command(world: World) -> list[str]:
    return [sys.executable, "-c", UPDATE, *map(str, world)]


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT)}


def prepared(world: World, scratch: Path) -> Path:
    """As ``apply`` does until its last step."""
    top, base, theirs = world
    found = applying.opened(top)
    scratch.mkdir()
    with merging.beside(found, scratch) as env:
        merged = merging.merge(found, base, theirs, env)
        room = found.folder / "mlops-prepared-test"
        room.mkdir()
        (room / journal.HELD).write_bytes(journal.MARK)
        applying._keep(found, merged, env)
        applying._prepare(found, merged, room)
    return room


@pytest.fixture
def ends(world: World, here: Path) -> Ends:
    """How it is before, and how it is after."""
    top, before = world[0], state(world[0])
    shutil.copytree(top, here / "copy", symlinks=True)
    subprocess.run(command((here / "copy", *world[1:])), check=True, env=environment())
    after = state(here / "copy")
    assert left(here / "copy") == []
    assert before[0] == after[0]
    assert before != after
    return before, after


def test_what_is_written_is_what_was_merged(world: World, ends: Ends, git: Git) -> None:
    top = world[0]
    subprocess.run(command(world), check=True, env=environment())
    assert (top / "file" / "in.txt").read_bytes() == b"now it is\n"
    assert not (top / "deep").exists()
    assert (top / "run.sh").stat().st_mode & 0o111
    assert b"<<<<<<< yours\nmine\n=======\ntheirs\n>>>>>>> templates\n" in (top / "both.txt").read_bytes()
    assert "UU both.txt" in git(top, "status", "--porcelain")
    assert git(top, "diff", "--name-only") == "both.txt\nboth.txt"
    assert state(top) == ends[1]


def step(copy: Path, room: Path, *, kill: int = 0, full: int = 0, again: int = 0) -> int:
    call = [sys.executable, "-c", STEPPING, str(kill), str(full), str(again), str(room)]
    return subprocess.run(call, cwd=copy, check=False, capture_output=True, env=environment()).returncode


def template(world: World, here: Path) -> tuple[Path, Path]:
    """A copy in which all is prepared; copies of it are as good, since nothing in it says where it lies but the plan."""
    shutil.copytree(world[0], here / "prepared", symlinks=True)
    return here / "prepared", prepared((here / "prepared", *world[1:]), here / "scratch")


def again(original: Path, room: Path, number: int) -> tuple[Path, Path]:
    copy = original.with_name(f"copy{number}")
    shutil.copytree(original, copy, symlinks=True)
    plan = copy / ".git" / room.name / journal.PLAN
    plan.write_text(plan.read_text().replace(str(original), str(copy)))
    return copy, plan.parent


def ended(copy: Path, ends: Ends) -> int:
    """After whoever comes next: 0 before, 1 after, and nothing else."""
    applying.recover(repository.found(copy))
    now = state(copy)
    assert now in ends, explain(now, ends)
    assert left(copy) == []
    return ends.index(now)


@pytest.mark.slow
def test_the_writing_process_may_be_killed_at_each_of_its_steps(world: World, ends: Ends, here: Path) -> None:
    original, room = template(world, here)
    came = []
    for nth in range(1, 200):
        copy, place = again(original, room, nth)
        if step(copy, place, kill=nth) == 0:
            break
        came.append(ended(copy, ends))
    assert came == sorted(came)  # before up to some step, after from there on
    assert set(came) == {0, 1}
    assert len(came) > 25


@pytest.mark.slow
def test_a_disk_that_is_full_at_any_step_leaves_all_as_it_was(world: World, ends: Ends, here: Path) -> None:
    original, room = template(world, here)
    for nth in range(1, 200):
        copy, place = again(original, room, nth)
        code = step(copy, place, full=nth)
        if code == 99:
            break
        came = ended(copy, ends)
        assert code == journal.HALF or came == (0 if code else 1)  # 0: without room for links it goes by moving
    assert nth > 25
    chance = random.Random(4)  # noqa: S311  no secret
    for number in range(200, 230):
        copy, place = again(original, room, number)
        step(copy, place, full=chance.randint(3, nth), again=chance.randint(1, 12))
        ended(copy, ends)


def until_gone(group: int, patience: float = 2.0) -> None:
    """A git that we started goes on when we are killed alone, and clears nothing away: the next mlops may come before its end."""
    until = time.monotonic() + patience
    with contextlib.suppress(ProcessLookupError):
        while time.monotonic() < until:
            os.killpg(group, 0)
            time.sleep(0.02)


@pytest.mark.slow
@pytest.mark.parametrize("whom", ["process", "group"])
def test_mlops_may_be_killed_at_any_moment(world: World, ends: Ends, here: Path, whom: str) -> None:
    chance = random.Random(whom)  # noqa: S311  no secret
    start = time.perf_counter()
    subprocess.run(
        command((shutil.copytree(world[0], here / "timed", symlinks=True), *world[1:])), check=True, env=environment()
    )
    span = time.perf_counter() - start
    came = list[int]()
    for number in range(25):
        copy = shutil.copytree(world[0], here / f"copy{number}", symlinks=True)
        with subprocess.Popen(
            command((copy, *world[1:])), env=environment(), start_new_session=True, stderr=subprocess.DEVNULL
        ) as process:
            time.sleep(span * chance.uniform(0.3, 1.05))
            (os.kill if whom == "process" else os.killpg)(process.pid, signal.SIGKILL)
        until_gone(process.pid)
        came.append(ended(copy, ends))
        span *= 0.9 if came[-1] else 1.1  # a machine is not always as fast: towards the moment at which it turns
        shutil.rmtree(copy)
    assert set(came) == {0, 1}


def test_a_lock_of_somebody_elses_is_left_alone(world: World) -> None:
    top = world[0]
    lock = top / ".git" / "index.lock"
    lock.touch()
    before = state(top)
    done = subprocess.run(command(world), check=False, env=environment(), capture_output=True, text=True)
    assert "another git process is at work" in done.stderr
    assert state(top) == before
    assert left(top) == ["index.lock"]


def test_a_lock_of_a_dead_process_of_ours_does_not_block(world: World, ends: Ends) -> None:
    (world[0] / ".git" / "index.lock").write_bytes(journal.MARK)
    subprocess.run(command(world), check=True, env=environment())
    assert state(world[0]) == ends[1]
    assert left(world[0]) == []


@pytest.mark.parametrize("files", [[], ["index", "new/file"], [journal.HELD, "index"]])
def test_a_room_that_a_killed_process_left_is_cleared_away(world: World, ends: Ends, files: list[str]) -> None:
    for name in files:
        file = world[0] / ".git" / "mlops-prepared-dead" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
    (world[0] / ".git" / "mlops-prepared-dead").mkdir(exist_ok=True)
    assert ended(world[0], ends) == 0


def test_a_room_whose_process_is_alive_is_waited_for(world: World, ends: Ends, here: Path) -> None:
    room = prepared(world, here / "scratch")
    with (room / journal.HELD).open("rb+") as held:
        assert journal.hold(held.fileno())
        slow = f"import time; time.sleep(1); from scaffolder import journal; journal.main([{str(room)!r}])"
        process = subprocess.Popen([sys.executable, "-c", slow], env=environment(), pass_fds=[held.fileno()])
    with process:
        assert ended(world[0], ends) == 1


def test_a_room_that_is_cleared_away_before_it_is_moved_into_is_replaced(
    world: World, ends: Ends, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[Path] = []
    hidden = hiding.hidden

    @contextlib.contextmanager
    def hurried(prefix: str, parent: Path) -> Iterator[Path]:
        with hidden(prefix, parent) as room:
            made.append(room)
            if len(made) == 1:
                applying.recover(repository.found(world[0]))
            yield room

    monkeypatch.setattr(hiding, "hidden", hurried)
    top, base, theirs = world
    found = applying.opened(top)
    (here / "scratch").mkdir()
    with merging.beside(found, here / "scratch") as env:
        applying.apply(found, merging.merge(found, base, theirs, env), env)
    assert len(made) == 2
    assert state(top) == ends[1]
    assert left(top) == []


def test_what_changes_between_the_look_and_the_step_is_not_overwritten(world: World, here: Path) -> None:
    room = prepared(world, here / "scratch")
    (world[0] / "changed.txt").write_bytes(b"meanwhile\n")
    before = state(world[0])
    assert journal.main([str(room)]) == journal.CHANGED
    assert state(world[0]) == before


def test_what_is_written_after_a_kill_is_kept(world: World, here: Path) -> None:
    original, room = template(world, here)
    kept = set()
    for nth in range(4, 30):
        copy, place = again(original, room, nth)
        if step(copy, place, kill=nth) == 0:
            break
        (copy / "changed.txt").write_bytes(b"written by hand\n")
        applying.recover(repository.found(copy))
        texts = [p.read_bytes() for p in (copy / ".git").glob("mlops-kept/*")] + [(copy / "changed.txt").read_bytes()]
        assert b"written by hand\n" in texts
        kept.add(len(texts))
    assert {1, 2} <= kept


@pytest.mark.skipif(not Path("/dev/shm").is_dir(), reason="needs a second file system")  # noqa: S108
def test_the_repository_may_lie_on_another_file_system(world: World, ends: Ends) -> None:
    top = world[0]
    other = Path(f"/dev/shm/mlops-test-{os.getpid()}")  # noqa: S108
    try:
        shutil.move(top / ".git", other)
        (top / ".git").write_text(f"gitdir: {other}\n")
        subprocess.run(command(world), check=True, env=environment())
        now = state(top)
        assert (now[0], now[1]) == ends[1][:2]
        assert {name: value for name, value in now[2].items() if name != ".git"} == ends[1][2]
    finally:
        shutil.rmtree(other, ignore_errors=True)


def test_a_link_is_not_followed(world: World, here: Path) -> None:
    top = world[0]
    (here / "outside").mkdir()
    (top / "new").symlink_to(here / "outside")
    done = subprocess.run(command(world), check=False, env=environment(), capture_output=True, text=True)
    assert "new would be overwritten" in done.stderr
    assert list((here / "outside").iterdir()) == []


def test_files_are_checked_out_as_the_users_git_would(world: World, settings: Path, git: Git) -> None:
    top = world[0]
    (top / ".git" / "info" / "attributes").write_text("*.txt text eol=crlf\nrun.sh filter=loud\n")
    settings.write_text(settings.read_text() + '[filter "loud"]\nclean = tr A-Z a-z\nsmudge = tr a-z A-Z\n')
    subprocess.run(command(world), check=True, env=environment())
    assert (top / "changed.txt").read_bytes() == b"two\r\n"
    assert (top / "run.sh").read_bytes() == b"#!/BIN/SH\nECHO\n"
    assert (top / "same.txt").read_bytes() == b"same\n"
    assert git(top, "diff", "--name-only", "--diff-filter=M") == "both.txt"


def test_a_sparse_checkout_stays_sparse(world: World, git: Git) -> None:
    top = world[0]
    git(top, "sparse-checkout", "set", "--no-cone", "/*", "!/run.sh")
    subprocess.run(command(world), check=True, env=environment())
    assert not (top / "run.sh").exists()
    assert (top / "changed.txt").read_bytes() == b"two\n"
    assert "M  run.sh" in git(top, "status", "--porcelain")


def test_a_linked_work_tree_has_its_own(world: World, here: Path, git: Git) -> None:
    git(world[0], "worktree", "add", "-q", str(here / "linked"))
    before = state(world[0])
    subprocess.run(command((here / "linked", *world[1:])), check=True, env=environment())
    assert (here / "linked" / "changed.txt").read_bytes() == b"two\n"
    assert state(world[0]) == before
