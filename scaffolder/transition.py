"""One operation: a repository from one state of the templates to another.

`update` changes the version, `add` and `remove` change the capabilities, and `new` is the transition from nothing, where there is
nothing to merge with (see ``making``).
"""

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from scaffolder import merging, rendering, source, stopping


@dataclass(frozen=True, slots=True)
class State:
    """What a repository is made of: templates, their version, the answers of then, and those that are new."""

    template: str | None = None
    ref: str | None = None
    answers: Mapping[str, Any] = field(default_factory=dict)
    changes: Mapping[str, Any] = field(default_factory=dict)


def transition(folder: Path, old: State | None, new: State, *, trust: bool = False) -> merging.Outcome:
    """Merge what ``new`` renders otherwise than ``old`` into the repository at ``folder``. HEAD stays where it is.

    Raises Refused and changes nothing where work could be lost.
    """
    repository = merging.opened(folder)
    with stopping.unwinds(), tempfile.TemporaryDirectory(prefix="mlops-", ignore_cleanup_errors=True) as place:
        scratch = Path(place).resolve()
        with merging.beside(repository, scratch) as env:
            name = folder.resolve().name
            base = merging.tree(repository, _rendered(old, scratch / "old" / name, trust=trust) if old else None, env)
            theirs = merging.tree(repository, _rendered(new, scratch / "new" / name, trust=trust), env)
            return merging.Outcome() if base == theirs else merging.merge(repository, base, theirs, env)


def current(folder: Path) -> State | None:
    """The state that the answers file of ``folder`` records."""
    said = rendering.answers(folder)
    if not {"_src_path", "_commit"} <= set(said):
        return None
    answers = {name: value for name, value in said.items() if not name.startswith("_")}
    return State(str(said["_src_path"]), str(said["_commit"]), answers)


def _rendered(state: State, folder: Path, *, trust: bool) -> Path:
    scratch = folder.parent / "scratch"
    scratch.mkdir(parents=True)
    with source.find(state.template, state.ref, scratch) as found:
        wish = rendering.Wish(given=state.changes, earlier=state.answers, trust=trust)
        rendering.render(found, folder, scratch, wish)
    return folder
