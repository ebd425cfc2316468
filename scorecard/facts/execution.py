"""What following commands yields, and where the one who follows them stands."""

from msgspec import Struct
from msgspec.structs import replace

from scorecard.facts.locating import Place
from scorecard.model import Evidence
from scorecard.readers.wrappers import Words


class Executed(Struct, frozen=True):
    """One command that is run.

    ``words`` are its words without wrappers; ``chain`` leads from the outermost line to the command's own;
    ``module`` is the file of the repository that it starts ("" if none); ``folder`` where it runs ("" for the
    root, and where that is not known).
    """

    words: Words
    chain: tuple[Evidence, ...]
    may_fail: bool = False
    module: str = ""
    folder: str = ""


class Site(Struct, frozen=True):
    """A line of a file, the place where its commands run, and the way there."""

    path: str
    line: int
    place: Place
    chain: tuple[Evidence, ...] = ()
    may_fail: bool = False
    depth: int = 8
    guarded: bool = False
    env: tuple[tuple[str, str], ...] = ()

    def deeper(self, path: str, line: int, place: Place, *chain: Evidence) -> "Site":
        """One level further in, at a line of another file."""
        way = (*self.chain, *chain)
        return replace(self, path=path, line=line, place=place, chain=way, depth=self.depth - 1)

    def at(self, proof: Evidence) -> tuple[Evidence, ...]:
        """The chain with ``proof`` at its end; the script of a `bash -c` stands on a line that is cited
        already."""
        last = self.chain[-1] if self.chain else None
        same = last is not None and (last.path, last.line) == (proof.path, proof.line)
        return self.chain if same else (*self.chain, proof)
