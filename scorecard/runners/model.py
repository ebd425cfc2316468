"""Task runners: the names under which a repository's commands go."""

from collections.abc import Iterable
from typing import Protocol

from msgspec import Struct

from scorecard.repository import Repository


class Task(Struct, frozen=True):
    """One named command.

    ``commands`` are (line of the file, shell text) in the order in which they run; ``needs`` the names of
    tasks of the same runner that run first. ``folder`` is where the commands run ("" for the root); what a
    runner starts without a name is the task named "". A name with `%` stands for any that fits. Where a
    runner has its own words for calling another of its tasks in the midst of commands, that call is written
    as a command (`mise run lint`).

    ``home`` is the folder from which the task is called, where that is not the folder of its file; ``stops``
    whether the shell of a command stops at the first line that fails; ``mounts`` where the files of the
    repository lie in a container, as (absolute place, path in the repository).
    """

    runner: str
    name: str
    path: str
    line: int
    commands: tuple[tuple[int, str], ...] = ()
    needs: tuple[str, ...] = ()
    folder: str = ""
    text: str = ""
    home: str | None = None
    stops: bool = False
    mounts: tuple[tuple[str, str], ...] = ()

    @property
    def called_from(self) -> str:
        return self.path.rpartition("/")[0] if self.home is None else self.home


class Call(Struct, frozen=True):
    """What a command line asks of a runner: ``names`` of tasks, () for the default one.

    ``folder`` and ``file`` are where it says that they are defined (`make -C lib`, `just -f x`); ``package``
    names a workspace (`npm -w`), `*` for all. With ``anywhere`` the task may be defined in any folder.
    ``rest`` is what the task's own command line is given at its end (`yarn cdk deploy`).
    """

    names: tuple[str, ...] = ()
    folder: str = ""
    file: str = ""
    package: str = ""
    anywhere: bool = False
    rest: tuple[str, ...] = ()


class Runner(Protocol):
    """What a module in this folder offers."""

    @property
    def NAME(self) -> str: ...  # noqa: N802  a constant of the module

    @property
    def FILES(self) -> tuple[str, ...]: ...  # noqa: N802  glob patterns, as in Repository.glob

    def tasks(self, repository: Repository, path: str) -> Iterable[Task]:
        """The tasks that the file at ``path`` defines. Never raises on a malformed file."""
        ...

    def invoked(self, words: tuple[str, ...]) -> Call | None:
        """What a command line starts, None if it is not this runner's.

        ``words`` is the command line split as a shell does; the resolver asks again with each layer of
        wrappers (`uv run`, `poetry run`, `env X=1`, `sudo`, `time`, `npx`, `mise exec --`) taken off.
        """
        ...
