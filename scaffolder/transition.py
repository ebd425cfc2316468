"""One operation: a repository from one state of the templates to another.

`update` changes the version, `add` and `remove` change the capabilities, and `new` is the transition from nothing, where there is
nothing to merge with (see ``making``).
"""

import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from scaffolder import applying, git, merging, pending, rendering, repository, source, stopping
from scaffolder.errors import Refused
from scaffolder.repository import Repository

OVERLAY = ".copier-answers.mlops.yml"
"""The answers file in a repository that somebody else's template made, whose own file has the usual name."""


@dataclass(frozen=True, slots=True)
class State:
    """What a repository is made of: templates, their version, the answers of then, and those that are new."""

    template: str | None = None
    ref: str | None = None
    answers: Mapping[str, Any] = field(default_factory=dict)
    changes: Mapping[str, Any] = field(default_factory=dict)
    file: str = rendering.ANSWERS  # where the repository keeps all this


def transition(
    folder: Path,
    old: State | None,
    new: State | None,
    *,
    edits: Mapping[str, tuple[bytes | None, bytes | None]] = MappingProxyType({}),
    trust: bool = False,
    dry: bool = False,
) -> merging.Outcome:
    """Merge what ``new`` renders otherwise than ``old`` (none: nothing) into the repository at ``folder``. HEAD stays where it is.

    ``edits`` are of files of the user's: a path in the project, its content at HEAD, and the content wanted; none for no file. ``dry``
    says what would change and writes nothing. Raises Refused and changes nothing where work could be lost.
    """
    found = applying.opened(folder)
    if (folder / pending.FILE).exists():
        raise Refused("an update waits for you to finish it", "resolve its conflicts, then: mlops update --finish")
    with stopping.unwinds(), tempfile.TemporaryDirectory(prefix="mlops-", ignore_cleanup_errors=True) as place:
        scratch = Path(place).resolve()
        with merging.beside(found, scratch) as env:
            name = folder.resolve().name
            was = _rendered(old, scratch / "old" / name, trust=trust) if old else None
            becomes = _rendered(new, scratch / "new" / name, trust=trust) if new else None
            file = (new or old or State()).file
            before = {path: content for path, (content, _) in edits.items()} | _answers(found, was, becomes, file)
            base = merging.tree(found, was, env, before)
            theirs = merging.tree(found, becomes, env, {path: content for path, (_, content) in edits.items()})
            if base == theirs:
                return merging.Outcome()
            merged = pending.held_back(found, merging.merge(found, base, theirs, env), theirs, env, file)
            if dry:
                applying.refuse_way(found, merged)
                return replace(merged.outcome, diff=merging.diff(found, merged, env))
            applying.apply(found, merged, env)
            return merged.outcome


def _answers(found: Repository, was: Path | None, becomes: Path | None, file: str) -> dict[str, bytes]:
    """Where the answers change, they are replaced and not merged: we read all that they say, so nothing of it can be lost."""
    files = [folder / file for folder in (was, becomes) if folder]
    if len(files) < 2 or not all(each.is_file() for each in files) or files[0].read_bytes() == files[1].read_bytes():
        return {}
    said = git.attempt(found.top, "cat-file", "blob", f"HEAD:{found.prefix}{file}")
    return {} if said.returncode else {file: said.stdout.encode("utf-8", "surrogateescape")}


def current(folder: Path) -> State | None:
    """The state that the answers file of ``folder`` records; after a run that was killed, that which it comes to.

    Where another template has one, too, it is ours.
    """
    with suppress(Refused):
        applying.recover(repository.found(folder))
    for file in (OVERLAY, rendering.ANSWERS):
        said = rendering.answers(folder, file)
        if {"_src_path", "_commit"} <= set(said):
            answers = {name: value for name, value in said.items() if not name.startswith("_")}
            return State(str(said["_src_path"]), str(said["_commit"]), answers, file=file)
    return None


def _rendered(state: State, folder: Path, *, trust: bool) -> Path:
    scratch = folder.parent / "scratch"
    scratch.mkdir(parents=True)
    with source.find(state.template, state.ref, scratch) as found:
        wish = rendering.Wish(given=state.changes, earlier=state.answers, trust=trust, file=state.file)
        rendering.render(found, folder, scratch, wish)
    return folder
