"""Where a CircleCI job stands: its machine's folders, seen from the checkout."""

import posixpath

from msgspec import Struct, field
from msgspec.structs import replace

from scorecard.patterns import lazily
from scorecard.readers.node import Node

_HOME = lazily(r"^(?:\$\{?HOME\}?|/root|/home/circleci)(?=/|$)")
_DEPTH = 8
_CALLS = 5_000


class Place(Struct, frozen=True):
    """Where a job's shell stands, where the repository lies, and how deep in commands we are."""

    home: str
    checkout: str
    depth: int = 0
    calls: list[int] = field(default_factory=list)

    def deeper(self) -> "Place":
        """The same place inside one more command."""
        return replace(self, depth=self.depth + 1)

    def exhausted(self) -> bool:
        """Count a step; commands that call each other without end are cut off."""
        self.calls.append(1)
        return self.depth > _DEPTH or len(self.calls) > _CALLS


def checkout_of(steps: Node, home: str) -> str:
    """Where the repository lies: `checkout` puts it in the working directory unless it is told otherwise."""
    for item in steps.as_list():
        place = item["checkout"]["path"] or item["attach_workspace"]["at"]
        if place:
            return on_machine(home, place.text)
        if item.is_scalar and item.text == "checkout":
            break
    return on_machine(home, ".")


def on_machine(home: str, written: str) -> str:
    """A path of the machine, with its home spelled `~`."""
    written = _HOME.sub("~", written) or "."
    return posixpath.normpath(written if written.startswith(("~", "/")) else posixpath.join(home, written))


def inside(folder: str, checkout: str) -> str:
    if folder.startswith(checkout + "/"):
        return folder[len(checkout) + 1 :]
    return ""
