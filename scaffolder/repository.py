"""A user's repository, and what a killed run left in it."""

from dataclasses import dataclass
from pathlib import Path

from scaffolder import git
from scaffolder.errors import Refused


@dataclass(frozen=True, slots=True)
class Repository:
    """A user's repository, or the folder of one that is the project."""

    top: Path
    prefix: str  # of the project below top, ending with a slash; empty at the top
    folder: Path  # git's own for this work tree
    objects: Path
    index: Path
    format: str


def found(folder: Path) -> Repository:
    """The one in which ``folder`` lies. Raises Refused where git sees none, or has no files."""
    asked = ("--show-object-format", "--absolute-git-dir", "--git-path", "objects", "--git-path", "index")
    said = git.attempt(folder, "rev-parse", "--show-toplevel", *asked, "--show-prefix")
    if said.returncode:
        trust = [line.strip() for line in said.stderr.splitlines() if "safe.directory" in line]
        if trust:
            raise Refused(f"git does not trust {folder}, which belongs to somebody else", trust[-1])
        if "work tree" in said.stderr:
            raise Refused(f"{folder} is a repository without files", "clone it, and work in the clone")
        raise Refused(f"{folder} is no git repository", "git init, then add and commit what is there")
    top, kind, own, objects, index, prefix = [*said.stdout.splitlines(), ""][:6]
    return Repository(Path(top), prefix, Path(own), (folder / objects).resolve(), (folder / index).resolve(), kind)
