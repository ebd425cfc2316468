"""Makes, extends and updates repositories. ``new``, ``add``, ``remove``, ``update``, ``check``, ``finish`` and ``versions`` are its public interface."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from scaffolder import releases
from scaffolder.adding import Added, add, remove
from scaffolder.errors import BadAnswer, Refused
from scaffolder.finishing import Finished, finish
from scaffolder.making import Made, make
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
    "remove",
    "update",
    "versions",
]


def new(
    target: Path,
    answers: Mapping[str, Any] | None = None,
    *,
    template: str | None = None,
    ref: str | None = None,
    ask: bool = False,
    trust: bool = False,
) -> Made:
    """Make a repository with one commit at ``target``, whole or not at all, without a network.

    ``answers`` are to the questions of `templates/copier.yml`; ``ask`` asks the person at the terminal for the others, which
    otherwise get their defaults. ``template`` is a URL or folder of other templates, ``ref`` a version of them or of ours;
    ``trust`` lets others' templates run programs. Raises BadAnswer, and Refused for all else that stands in the way.
    """
    return make(target, answers or {}, template=template, ref=ref, ask=ask, trust=trust)


def versions() -> tuple[Release, ...]:
    """The template versions that this program carries, oldest first."""
    return releases.known()
