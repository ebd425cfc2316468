"""From a line of a pipeline to what it really runs: through task runners, scripts, containers and job
files."""

from collections.abc import Iterable, Iterator
from typing import Self

from msgspec.structs import replace

from scorecard.ci.model import Step
from scorecard.facts.execution import Executed, Site
from scorecard.facts.frameworks import is_test_command
from scorecard.facts.locating import Place
from scorecard.facts.packaged import command_of
from scorecard.facts.walk import MAX_RESULTS, Walk
from scorecard.facts.world import World
from scorecard.model import Evidence
from scorecard.repository import Repository
from scorecard.runners import Task


class Resolver:
    """Follows commands; remembers what it has read, and the images that it has seen being built."""

    def __init__(self, repository: Repository) -> None:
        self._world = World.of(repository)

    @classmethod
    def gather(cls, repository: Repository) -> Self:
        return cls(repository)

    @property
    def dead_ends(self) -> list[Evidence]:
        """Literal paths that followed commands name and that do not exist; ``text`` says what is wrong."""
        return self._world.dead_ends.found

    def expand(
        self,
        text: str,
        path: str,
        line: int,
        folder: str = "",
        *,
        depth: int = 8,
        stops: bool = True,
        pipefail: bool = False,
    ) -> list[Executed]:
        """Everything that shell text at a line of ``path`` runs, in order; at most 500 commands.

        ``folder`` is where it runs, relative to the repository; one with a variable in it is not known.
        ``stops`` says that the shell stops at the first failure, ``pipefail`` that a pipe fails with any
        part.
        """
        walk = Walk(self._world, path)
        known = "$" not in folder and "{" not in folder and not folder.startswith(("/", "~"))
        sure = known and self._world.dead_ends.may_judge(path)
        place = Place(folder.strip("/").removeprefix("./") if known else None, path.rpartition("/")[0], sure=sure)
        walk.script(text, Site(path, line, place, depth=depth), stops=stops, pipefail=pipefail)
        return walk.out[:MAX_RESULTS]

    def expand_step(self, step: Step, *, depth: int = 8) -> list[Executed]:
        """What a step runs, packaged actions that stand for a command included; chains begin with its
        callers."""
        text = step.command or command_of(step)
        found = self.expand(text, step.path, step.line, step.folder, depth=depth) if text else []
        return [replace(e, chain=(*step.via, *e.chain), may_fail=e.may_fail or step.may_fail) for e in found]

    def tasks(self) -> list[Task]:
        """Every named task of every runner of the repository."""
        return self._world.tasks.all()

    def follow(self, task: Task, *, depth: int = 8) -> list[Executed]:
        """What a task runs if a person calls it by its name."""
        walk = Walk(self._world, task.path)
        site = Site(task.path, task.line, Place(self._world.tasks.rooted(task.called_from)), depth=depth)
        walk.start(task, site)
        return walk.out


def matches(executed: Executed, *names: str) -> bool:
    """Is it one of these commands, each written as the words with which it begins (`pytest`, `dvc repro`)?"""
    return any(executed.words[: len(parts)] == parts for parts in (tuple(name.split()) for name in names))


def runs_of_tests(found: Iterable[Executed]) -> Iterator[tuple[Executed, str]]:
    """The commands that run tests, each with the name of its framework."""
    for executed in found:
        framework = is_test_command(executed.words)
        if framework:
            yield executed, framework


__all__ = ["Executed", "Resolver", "is_test_command", "matches", "runs_of_tests"]
