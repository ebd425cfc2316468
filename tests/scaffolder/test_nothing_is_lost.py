"""Whatever a user did before, and whatever the templates did meanwhile: each line of the user's is there afterwards."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import renders
import worlds
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scaffolder import Refused, transition
from scaffolder.transition import State, current

EDITS = [
    "insert", "insert", "replace", "delete", "remove", "rename", "binary", "crlf", "mode", "odd name", "ignored",
    "untracked", "own", "folder",
]  # fmt: skip
MORE = {
    "project/run.sh": "#!/bin/sh\n" + worlds.LINES,
    "project/docs/guide.md": worlds.LINES.replace("line", "guide"),
    "project/data.bin": "\0data\n",
}
V1 = worlds.V1 | MORE
V2 = worlds.V2 | {
    "project/run.sh": "#!/bin/sh\n" + worlds.LINES.replace("line 9\n", ""),
    "project/manual/guide.md": worlds.LINES.replace("line", "guide").replace("guide 5\n", "guide five\n"),
    "project/data.bin": "\0other data\n",
    "project/notes.txt": "template\n",
}


@pytest.fixture(scope="module")
def templates(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("t")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COPIER_CACHE_DIR", str(folder / "cache"))
        patch.setattr(transition, "_rendered", renders.once(transition._rendered, folder / "renders"))
        yield worlds.publish(folder / "t.git", ("v1.0.0", V1), ("v2.0.0", V2))


def own(project: Path) -> list[Path]:
    skip = {".copier-answers.yml", ".gitignore"}
    return sorted(p for p in project.rglob("*") if p.is_file() and ".git" not in p.parts and p.name not in skip)


def edited(project: Path, what: str, which: int, where: int, mark: bytes) -> None:
    """One edit; where it leaves a line, that holds ``mark``."""
    files = own(project)
    file = files[which % len(files)]
    lines = file.read_bytes().splitlines(keepends=True)
    at = where % (len(lines) + 1)
    match what:
        case "insert":
            file.write_bytes(b"".join([*lines[:at], mark + b"\n", *lines[at:]]))
        case "replace":
            file.write_bytes(b"".join([*lines[:at], mark + b"\n", *lines[at + 1 :]]))
        case "delete":
            file.write_bytes(b"".join([*lines[:at], *lines[at + 1 :]]))
        case "remove":
            file.unlink()
        case "rename":
            file.rename(file.with_name(f"moved-{which}-{where}"))
        case "binary":
            file.write_bytes(b"\0\xff" + mark)
        case "crlf":
            file.write_bytes(b"".join(lines).replace(b"\n", b"\r\n") + mark + b"\r\n")
        case "mode":
            file.chmod(file.stat().st_mode ^ 0o111)
        case "odd name":
            (project / f"n{which}".encode().decode() / "x").parent.mkdir(exist_ok=True)
            path = bytes(project) + b"/n%d/\xff \n\"'" % which
            Path(path.decode("utf-8", "surrogateescape")).write_bytes(mark + b"\n")
        case "ignored":
            (project / ".gitignore").write_text("*.env\n*.log\n")
            (project / ["local.env", "own.log"][where % 2]).write_bytes(mark + b"\n")
        case "untracked":
            (project / ["renamed.txt", "mine.tmp"][where % 2]).write_bytes(mark + b"\n")
        case "own":
            (project / f"own-{which}.py").write_bytes(mark + b"\n")
        case "folder":
            (project / "notes.txt").mkdir(exist_ok=True)
            (project / "notes.txt" / "mine").write_bytes(mark + b"\n")


def texts(project: Path) -> bytes:
    return b"\n".join(p.read_bytes() for p in project.rglob("*") if p.is_file() and ".git" not in p.parts)


@pytest.mark.slow
@pytest.mark.parametrize("part", [0, *(pytest.param(part, marks=pytest.mark.long) for part in range(1, 6))])
@settings(max_examples=84, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(steps=st.lists(st.tuples(st.sampled_from(EDITS), st.integers(0, 9), st.integers(0, 21)), min_size=1, max_size=6))
def test_no_line_of_the_users_is_ever_lost(
    tmp_path_factory: pytest.TempPathFactory, templates: str, part: int, steps: list[tuple[str, int, int]]
) -> None:
    folder = tmp_path_factory.mktemp(f"p{part}-")
    project = renders.committed(transition._rendered(State(templates, "v1.0.0"), folder / "p", trust=False))
    late = [step for step in steps if step[0] == "untracked"]  # after the commit
    for number, (what, which, where) in enumerate(steps):
        if what != "untracked" and own(project):
            edited(project, what, which, where, b"MINE-%d-%d" % (part, number))
    renders.git(project, "add", "-A")
    renders.git(project, "commit", "-q", "--allow-empty", "-m", "mine")
    for number, (what, which, where) in enumerate(late):
        if own(project):
            edited(project, what, which, where, b"MINE-late-%d" % number)
    if renders.git(project, "status", "--porcelain", "--untracked-files=no"):
        return  # a file of the user's that was tracked was overwritten by the user
    before, head = texts(project), renders.git(project, "rev-parse", "HEAD")
    status, listed = renders.git(project, "status", "--porcelain", "-z"), renders.files(project)
    old = current(project)
    assert old is not None
    try:
        outcome = transition.transition(project, old, State(templates, "v2.0.0", old.answers))
    except Refused as error:
        assert "would be overwritten" in error.what  # noqa: PT017  to refuse is one of two right ends
        assert renders.files(project) == listed
        assert renders.git(project, "status", "--porcelain", "-z") == status
        return
    finally:
        assert renders.git(project, "rev-parse", "HEAD") == head
        assert not [p for p in (project / ".git").iterdir() if p.name.startswith("mlops") or p.suffix == ".lock"]
    after = texts(project)
    for number in range(len(steps)):
        for mark in (b"MINE-%d-%d" % (part, number), b"MINE-late-%d" % number):
            assert after.count(mark) >= min(before.count(mark), 1), (mark, outcome)
    inside = {
        str(p.relative_to(project))
        for p in project.rglob("*")
        if p.is_file() and ".git" not in p.parts and b"<<<<<<< yours" in p.read_bytes()
    }
    assert inside <= {path for path, _ in outcome.conflicts}
    version = current(project)
    assert version is not None
    assert version.ref == ("v1.0.0" if outcome.conflicts else "v2.0.0")
    if not outcome.conflicts:
        subprocess.run(["git", "commit", "-qam", "update"], cwd=project, check=True)
        again = transition.transition(project, version, State(templates, "v2.0.0", version.answers))
        assert again == transition.merging.Outcome()
