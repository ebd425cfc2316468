"""A result goes into the file that is named, and nothing else becomes of that place."""

import os
import stat
import threading
from pathlib import Path

import pytest

from mlops import files
from mlops.errors import MlopsError


def test_a_new_file_can_be_read_by_others_and_an_old_one_keeps_its_rights(tmp_path: Path) -> None:
    new, old = tmp_path / "new", tmp_path / "old"
    old.write_text("before")
    old.chmod(0o600)
    files.write(new, "text")
    files.write(old, "text")
    assert (new.read_text(), stat.S_IMODE(new.stat().st_mode)) == ("text", 0o644)
    assert (old.read_text(), stat.S_IMODE(old.stat().st_mode)) == ("text", 0o600)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["new", "old"]


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("target")
    files.write(tmp_path / "link", "text")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "target").read_text() == "text"


def test_a_pipe_is_written_into(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    read: list[str] = []
    reader = threading.Thread(target=lambda: read.append((tmp_path / "pipe").read_text()))
    reader.start()
    files.write(tmp_path / "pipe", "text")
    reader.join(timeout=20)
    assert read == ["text"]
    assert stat.S_ISFIFO((tmp_path / "pipe").stat().st_mode)


def test_a_device_stays_a_device(tmp_path: Path) -> None:
    device = tmp_path / "null"
    try:
        os.mknod(device, 0o666 | stat.S_IFCHR, os.makedev(1, 3))
        device.write_text("")
    except OSError:
        pytest.skip("only root may make a device, and not everywhere")
    files.write(device, "text")
    assert stat.S_ISCHR(device.stat().st_mode)
    assert [p.name for p in tmp_path.iterdir()] == ["null"]


def test_a_folder_is_refused_and_nothing_is_left(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(MlopsError, match="cannot write"):
        files.write(tmp_path / "folder", "text")
    assert [p.name for p in tmp_path.iterdir()] == ["folder"]
