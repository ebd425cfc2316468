"""Makes, extends and updates repositories. ``new``, ``add``, ``remove``, ``update``, ``check``, ``finish`` and ``versions`` are its public interface."""

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from scaffolder.adding import Added, add, promises, remove
    from scaffolder.errors import BadAnswer, Refused
    from scaffolder.finishing import Finished, finish
    from scaffolder.making import Made
    from scaffolder.releases import Release
    from scaffolder.updating import Update, check, update

__all__ = [
    "Added",
    "BadAnswer",
    "Finished",
    "Made",
    "Refused",
    "Release",
    "Update",
    "add",
    "check",
    "finish",
    "new",
    "promises",
    "remove",
    "update",
    "versions",
]


# Loaded when they are asked for: an audit wants to know what `add` promises, and nothing of what makes whole projects.
_HOMES = {
    **dict.fromkeys(("Added", "add", "promises", "remove"), "adding"),
    **dict.fromkeys(("BadAnswer", "Refused"), "errors"),
    **dict.fromkeys(("Finished", "finish"), "finishing"),
    "Made": "making",
    "Release": "releases",
    **dict.fromkeys(("Update", "check", "update"), "updating"),
}


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(f"scaffolder.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def new(
    target: Path,
    answers: Mapping[str, Any] | None = None,
    *,
    template: str | None = None,
    ref: str | None = None,
    ask: bool = False,
    trust: bool = False,
) -> "Made":
    """Make a repository with one commit at ``target``, whole or not at all, without a network.

    ``answers`` are to the questions of `templates/copier.yml`; ``ask`` asks the person at the terminal for the others, which
    otherwise get their defaults. ``template`` is a URL or folder of other templates, ``ref`` a version of them or of ours;
    ``trust`` lets others' templates run programs. Raises BadAnswer, and Refused for all else that stands in the way.
    """
    from scaffolder.making import make  # noqa: PLC0415  see above

    return make(target, answers or {}, template=template, ref=ref, ask=ask, trust=trust)


def versions() -> "tuple[Release, ...]":
    """The template versions that this program carries, oldest first."""
    from scaffolder import releases  # noqa: PLC0415  see above

    return releases.known()
