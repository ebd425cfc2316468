"""Where templates come from: our own, which travel with the program, or a URL.

A project remembers the address of its templates and a version, never a place on somebody's machine. While copier runs, git is told
by its environment alone that our address is found in the bundle of the wheel, or in the clone from which we run: there,
the templates are what stands in the work tree now. So nothing needs a network.
"""

import json
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path

from scaffolder import bundle, git
from scaffolder.errors import Refused

# `.invalid` can be registered by nobody (RFC 2606), so that no stranger can ever answer for it. Once a mirror is public, its
# address becomes URL and this one stays in ALIASES: projects hold it for ever.
URL = "https://sevenasks.invalid/templates.git"
ALIASES = (URL,)


@dataclass(frozen=True, slots=True)
class Source:
    """An address, the version to take, and what git must be told to find it."""

    url: str
    ref: str | None
    ours: bool
    versions: tuple[str, ...] = ()
    config: dict[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    @property
    def latest(self) -> str | None:
        """The newest version, where it is known without asking a server."""
        return self.versions[-1] if self.versions else None


@cache
def checkout() -> Path | None:
    """The clone from which we run, if we do."""
    root = Path(__file__).resolve().parent.parent
    return root if (root / bundle.FOLDER / "copier.yml").is_file() else None


@contextmanager
def find(url: str | None, ref: str | None, scratch: Path) -> Iterator[Source]:
    """The templates at ``url``, ours without one. Raises Refused for a version that we do not have."""
    if url is not None and url not in ALIASES:
        yield _foreign(url, ref)
        return
    with _ours(scratch) as (place, versions):
        if ref is not None and ref not in versions:
            raise Refused(
                f"there is no template version {ref} in this mlops",
                f"it has {', '.join(versions)}; a newer mlops may have more: uv tool upgrade sevenasks",
            )
        yield Source(
            URL, ref or versions[-1], ours=True, versions=versions, config={f"url.{place.as_posix()}.insteadOf": URL}
        )


def releases() -> tuple[bundle.Release, ...]:
    """Those of our own templates, oldest first, with what is at work in the clone from which we run."""
    root = checkout()
    if not root:
        return _packed()
    with tempfile.TemporaryDirectory(prefix="mlops-") as scratch:
        return tuple(bundle.history(root, Path(scratch) / "templates.git", whole=False))


@contextmanager
def _ours(scratch: Path) -> Iterator[tuple[Path, tuple[str, ...]]]:
    """A repository or bundle that git can clone, and the versions in it, oldest first."""
    root = checkout()
    if root:
        bare = scratch / "templates.git"
        yield bare, tuple(release.version for release in bundle.history(root, bare, whole=False))
        return
    with as_file(files("scaffolder") / "_bundled" / bundle.BUNDLE) as path:
        yield path, tuple(release.version for release in _packed())


def _packed() -> tuple[bundle.Release, ...]:
    manifest = json.loads((files("scaffolder") / "_bundled" / bundle.MANIFEST).read_text(encoding="utf-8"))
    return tuple(
        bundle.Release(entry["version"], date.fromisoformat(entry["date"]), "", entry["changes"])
        for entry in manifest["releases"]
    )


def _foreign(url: str, ref: str | None) -> Source:
    """Somebody else's templates. A path is one of this machine, which is worth a word."""
    if re.match(r"(git\+)?https?://[^/]*@", url):
        raise Refused(
            "the address of the template holds a name or password, which the project would remember and publish",
            "leave it out, and let git ask its credential helper: git help gitcredentials",
        )
    place = Path(url).expanduser()
    if not place.exists():
        return Source(url, ref, ours=False)
    notes = [f"the project remembers {place.resolve()}, which exists on this machine only: others cannot update it"]
    if place.is_dir() and git.attempt(place, "rev-parse", "--verify", "--quiet", "HEAD").returncode:
        notes = [f"{place} is no git repository: the project will never know which version it was made from"]
    return Source(str(place.resolve()), ref, ours=False, notes=tuple(notes))
