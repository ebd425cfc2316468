"""At a terminal, `mlops new DIR` asks; Ctrl-C in the middle leaves nothing."""

import os
import pty
import select
import sys
import time
from pathlib import Path

import pytest
import yaml

pytestmark = pytest.mark.slow
RETURN, CTRL_C = b"\r", b"\x03"


def talk(folder: Path, arguments: list[str], keys: list[bytes]) -> tuple[int, str]:
    """Press each key when the program has been silent for a moment; its exit code, and all that was on the screen."""
    process, terminal = pty.fork()
    if process == 0:
        os.chdir(folder)
        os.execve(sys.executable, [sys.executable, "-m", "mlops", *arguments], {**os.environ, "TERM": "xterm"})  # noqa: S606  a terminal takes a program, no shell
    screen, heard, end = b"", time.monotonic(), time.monotonic() + 60
    while time.monotonic() < end:
        if select.select([terminal], [], [], 0.1)[0]:
            try:
                said = os.read(terminal, 65536)
            except OSError:  # Linux says so when the other side is gone
                break
            if not said:
                break
            screen, heard = screen + said, time.monotonic()
            if b"\x1b[6n" in said:  # where is the cursor?
                os.write(terminal, b"\x1b[1;1R")
        elif keys and screen and time.monotonic() - heard > 0.5:
            os.write(terminal, keys.pop(0))
            heard = time.monotonic()
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]), screen.decode(errors="replace")


def test_it_asks_and_proposes_what_the_folder_is_called(tmp_path: Path) -> None:
    code, screen = talk(tmp_path, ["new", "my proj!"], [b"\x7f2\r", *[RETURN] * 8])
    assert code == 0, screen
    assert "What is the project called?" in screen
    said = yaml.safe_load((tmp_path / "my proj!" / ".copier-answers.yml").read_text())
    assert (said["project_name"], said["package_name"]) == ("my pro2", "my_pro2")
    assert said["author"] == "Ada Lovelace"


def test_it_asks_again_where_an_answer_cannot_be(tmp_path: Path) -> None:
    code, screen = talk(tmp_path, ["new", "churn"], [b'"\r', b"\x7f", *[RETURN] * 9])
    assert code == 0, screen
    assert "may hold letters, digits" in screen.replace("\r\n", " ")
    assert (tmp_path / "churn" / "README.md").exists()


def test_stopped_between_two_questions_it_leaves_nothing(tmp_path: Path) -> None:
    code, screen = talk(tmp_path, ["new", "churn"], [RETURN, RETURN, CTRL_C])
    assert code == 130
    assert "mlops: stopped" in screen
    assert list(tmp_path.iterdir()) == []
