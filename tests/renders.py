"""Every rendering once: afterwards a project is a copy, and a property costs no more than its merge."""

import hashlib
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

from scaffolder.transition import State

Render = Callable[..., Path]
NAME = "churn"  # of the folder, which is that of the project: else each test had renderings of its own
# Without an identity the author of each project would be who runs the tests.
DEFAULTS = {"project_name": NAME, "author": "Ada", "python_version": "3.12"}


def once(real: Render, store: Path) -> Render:
    """``real``, remembered in ``store``, which several processes may share."""

    def rendered(state: State, folder: Path, *, trust: bool) -> Path:
        kept = store / hashlib.sha256(repr((state, folder.name)).encode()).hexdigest()[:16]
        if not kept.exists():
            store.mkdir(parents=True, exist_ok=True)
            own = Path(tempfile.mkdtemp(dir=store))
            made = real(state, own / folder.name, trust=trust)
            try:
                made.rename(kept)
            except OSError:  # another process was faster
                shutil.rmtree(own)
        shutil.copytree(kept, folder, symlinks=True)
        return folder

    return rendered


def shared(base: Path) -> Path:
    """Where the processes of one run of the tests keep their renderings; ``base`` is the temporary folder of one of them."""
    return (base.parent if base.name.startswith("popen-") else base) / "renders"


def git(folder: Path, *arguments: str) -> str:
    """What it prints, where there is no fixture to ask."""
    done = subprocess.run(
        ["git", *arguments], cwd=folder, check=True, capture_output=True, encoding="utf-8", errors="replace"
    )
    return done.stdout


def committed(folder: Path) -> Path:
    """A repository of what lies there, quickly."""
    git(folder, "init", "-q", "-b", "main")
    git(folder, "add", "-A", "-f")
    git(folder, "commit", "-q", "--no-verify", "-m", "new")
    return folder


def files(folder: Path) -> dict[str, tuple[int, bytes]]:
    """What lies there and may be executed, but for git's own."""
    return {
        str(path.relative_to(folder)): (path.lstat().st_mode & 0o111, path.read_bytes())
        for path in folder.rglob("*")
        if path.is_file() and ".git" not in path.relative_to(folder).parts
    }
