"""A new repository: rendered, committed, and only then there."""

import re
import sys
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scaffolder import git, place, rendering, source


@dataclass(frozen=True, slots=True)
class Made:
    """What came of it."""

    path: Path
    version: str
    files: int
    ours: bool
    notes: tuple[str, ...] = ()


def make(
    target: Path, given: Mapping[str, Any], *, template: str | None, ref: str | None, ask: bool, trust: bool
) -> Made:
    """See ``scaffolder.new``."""
    path = place.resolved(target)
    git.require()
    inside = path == Path.cwd()
    with place.whole(path) as room, source.find(template, ref, room.scratch) as found:
        wish = rendering.Wish(given=given, proposed=_proposed(path.name, ask=ask), ask=ask, trust=trust)
        said = rendering.render(found, room.folder, room.scratch, wish)
        version = str(said.get("_commit") or "without version")
        files = sum(1 for entry in room.folder.rglob("*") if not entry.is_dir())
        # Templates may ship what their .gitignore keeps out later, such as example data; their programs leave what it is for.
        known = git.first_commit(room.folder, f"mlops new: templates {version}", ignored=not trust)
        if found.ours and (
            first := _version(room.folder)
        ):  # the changelog speaks of a release: so there is one to go back to
            git.run(room.folder, "tag", f"v{first}")
    return Made(path, version, files, found.ours, (*found.notes, *_notes(path, known=known, inside=inside)))


def _version(folder: Path) -> str:
    """The project's own version, as its pyproject.toml has it; nothing if it has none."""
    path = folder / "pyproject.toml"
    project = tomllib.loads(path.read_text(encoding="utf-8")).get("project", {}) if path.is_file() else {}
    return str(project.get("version", ""))


def _proposed(name: str, *, ask: bool) -> dict[str, str]:
    """What the folder and git let us guess. Somebody who is asked sees the guess, so it may be mended; else it is taken or refused."""
    title = unicodedata.normalize("NFC", name)
    if ask:
        title = re.sub(r"[^\w .-]+", " ", title).strip(" ._-")[:60].strip(" ._-")
    author = unicodedata.normalize("NFC", git.author())
    python = f"{sys.version_info.major}.{sys.version_info.minor}"  # that of this machine needs no download
    return {
        **({"python_version": python} if python in ("3.11", "3.12", "3.13") else {}),
        **({"project_name": title} if title else {}),
        **({"author": author} if re.fullmatch(r"\w[\w .,'()&+-]{0,98}[\w.)]", author) else {}),
    }


def _notes(path: Path, *, known: bool, inside: bool) -> list[str]:
    notes = []
    if not known:
        notes.append(
            "git knows neither your name nor your address, so the commit is by mlops <mlops@localhost>; "
            "after git config user.name and user.email: git commit --amend --reset-author"
        )
    if above := git.enclosing(path.parent):
        notes.append(f"it lies inside another repository, {above}, which will not track what is in it")
    if inside:
        notes.append("your shell still stands in the folder that was there before: cd out and in again")
    return notes
