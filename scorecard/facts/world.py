"""What following commands needs to know of a repository, each thing read once."""

from msgspec import Struct, field

from scorecard.facts.dead_ends import DeadEnds
from scorecard.facts.locating import Locator
from scorecard.facts.task_index import TaskIndex
from scorecard.model import Evidence
from scorecard.readers import command_strings
from scorecard.repository import Repository
from scorecard.runners import Task


class World(Struct, dict=True, eq=False):
    """What all walks over one repository share, each thing read once."""

    repository: Repository
    locator: Locator
    tasks: TaskIndex
    dead_ends: DeadEnds
    images: dict[str, list[Task]] = field(default_factory=dict)  # by the names that builds gave them
    _python: dict[str, list[command_strings.Started]] = field(default_factory=dict)

    @classmethod
    def of(cls, repository: Repository) -> "World":
        locator = Locator(repository)
        return cls(repository, locator, TaskIndex(repository, locator), DeadEnds(locator))

    def evidence(self, path: str, line: int, text: str) -> Evidence:
        """The line as it stands in the file, or the command where it is put together from several."""
        rows = self.repository.lines(path)
        row = rows[line - 1].strip() if 0 < line <= len(rows) else ""
        first = text.split(maxsplit=1)[0] if text.strip() else ""
        return Evidence(path, max(line, 1), row if first and first in row else text)

    def processes(self, path: str) -> list[command_strings.Started]:
        """What a Python file starts with literal command lines."""
        if path not in self._python:
            self._python[path] = command_strings.started(self.repository.text(path))
        return self._python[path]
