"""Task runners: the names under which a repository's commands go."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from scorecard.repository import Repository


@dataclass(frozen=True, slots=True)
class Task:
    """One named command.

    ``commands`` are (line of the file, shell text) in the order in which they run; ``needs`` the names of tasks of the
    same runner that run first. ``folder`` is where the runner's file lies ("" for the root), relative to which the
    commands run.
    """

    runner: str
    name: str
    path: str
    line: int
    commands: tuple[tuple[int, str], ...] = ()
    needs: tuple[str, ...] = ()
    folder: str = ""
    text: str = ""


class Runner(Protocol):
    """What a module in this folder offers."""

    @property
    def NAME(self) -> str: ...  # noqa: N802  a constant of the module

    @property
    def FILES(self) -> tuple[str, ...]: ...  # noqa: N802  glob patterns, as in Repository.glob

    def tasks(self, repository: Repository, path: str) -> Iterable[Task]:
        """The tasks that the file at ``path`` defines. Never raises on a malformed file."""
        ...

    def invoked(self, words: tuple[str, ...]) -> tuple[str, ...] | None:
        """The task names that a command line starts, () for the default task, None if it is not this runner's.

        ``words`` is the command line split as a shell does, with wrappers (`uv run`, `poetry run`, `env X=1`, `sudo`,
        `time`, `npx`, `mise exec --`) already taken off.
        """
        ...
