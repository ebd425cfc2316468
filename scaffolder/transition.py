"""One operation: a repository from one state of the templates to another.

`update` changes the version, `add` and `remove` change the capabilities, and `new` is the transition from nothing, where there is
nothing to merge with (see ``making``).
"""

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from scaffolder import applying, merging, rendering, source, stopping

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
    repository = applying.opened(folder)
    with stopping.unwinds(), tempfile.TemporaryDirectory(prefix="mlops-", ignore_cleanup_errors=True) as place:
        scratch = Path(place).resolve()
        with merging.beside(repository, scratch) as env:
            name = folder.resolve().name
            was = _rendered(old, scratch / "old" / name, trust=trust) if old else None
            becomes = _rendered(new, scratch / "new" / name, trust=trust) if new else None
            base = merging.tree(repository, was, env, {path: before for path, (before, _) in edits.items()})
            theirs = merging.tree(repository, becomes, env, {path: after for path, (_, after) in edits.items()})
            if base == theirs:
                return merging.Outcome()
            merged = merging.merge(repository, base, theirs, env)
            if dry:
                return replace(merged.outcome, diff=merging.diff(repository, merged, env))
            applying.apply(repository, merged, env)
            return merged.outcome


def current(folder: Path) -> State | None:
    """The state that the answers file of ``folder`` records; ours, where another template has one beside it."""
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
