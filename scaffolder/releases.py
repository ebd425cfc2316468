"""The versions of templates, which of two is newer (PEP 440), and what changed from one to the other.

Ours travel with the program. Those of others are the tags of their repository: a fork that merges our v1.1.0 names it `v1.1.0+acme.1`,
which comes after v1.1.0 and before v1.1.1.
"""

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from scaffolder import git, source
from scaffolder.errors import Refused

if TYPE_CHECKING:
    from packaging.version import Version

_SHORT = {"gh:": "https://github.com/", "gl:": "https://gitlab.com/"}  # as copier has them


@dataclass(frozen=True, slots=True)
class Release:
    """A version, and where it is known, its day and what changed for those who update to it."""

    version: str
    day: date | None = None
    changes: str = ""


def known(url: str | None = None) -> tuple[Release, ...]:
    """Those of our templates, or of those at ``url``, oldest first."""
    if url is None or url in source.ALIASES:
        return tuple(Release(r.version, r.date, r.changes) for r in source.releases())
    return tuple(Release(tag) for tag in _tags(url))


def newest(releases: tuple[Release, ...]) -> Release | None:
    """The last that is no preview, unless there is nothing else."""
    finished = [r for r in releases if (found := parsed(r.version)) and not found.is_prerelease]
    return [*releases[-1:], *finished][-1] if releases else None


def passed(known: tuple[Release, ...], old: str, new: str) -> tuple[Release, ...]:
    """Those after ``old``, up to ``new``, without previews."""
    low, high = parsed(old), parsed(new)
    return tuple(
        release
        for release in known
        if low and high and (this := parsed(release.version)) and low < this <= high
        if not this.is_prerelease or release.version == new
    )


def older(one: str, other: str) -> bool:
    """Whether ``one`` comes before ``other``. What is at work has an order only by the release that it will become."""
    first, second = parsed(one), parsed(other)
    if first is None or second is None:
        return False
    if first.is_devrelease and second.is_devrelease and first.public == second.public:
        return False
    return first < second


def parsed(version: str) -> "Version | None":
    """None for what is no version, such as the name of a branch."""
    from packaging.version import InvalidVersion, Version  # noqa: PLC0415  keeps other commands light

    try:
        return Version(version)
    except InvalidVersion:
        return None


def _tags(url: str) -> list[str]:
    for short, long in _SHORT.items():
        url = re.sub(f"^{short}/?", long, url)
    address = url.removeprefix("git+")
    said = git.attempt(Path("/"), "ls-remote", "--tags", "--refs", "--", address)
    if said.returncode:
        raise git.failure(f"the versions of the template {address} cannot be listed", said.stderr or "git said nothing")
    tags = [line.rpartition("refs/tags/")[2] for line in said.stdout.splitlines()]
    found = [(version, tag) for tag in tags if (version := parsed(tag))]
    if not found:
        raise Refused(f"the template {address} has no versions", "tag it, as in v1.0.0; or name a commit: --ref COMMIT")
    return [tag for _, tag in sorted(found, key=lambda pair: pair[0])]
