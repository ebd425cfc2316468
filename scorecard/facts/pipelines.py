"""What continuous integration runs: every job of every system, with its commands followed to their end."""

from collections.abc import Callable, Iterator
from typing import Self

from msgspec import Struct, field

from scorecard.ci import SYSTEMS
from scorecard.ci.model import Job, Reading, Step
from scorecard.facts.commands import Executed, Resolver
from scorecard.model import Evidence
from scorecard.paths import is_prose
from scorecard.repository import Repository


class Run(Struct, frozen=True):
    """One command that a job really runs, with the way to it.

    ``chain`` leads from the workflow's line through runners and scripts to the command's own line.
    """

    job: Job
    step: Step
    executed: Executed
    chain: tuple[Evidence, ...]

    @property
    def words(self) -> tuple[str, ...]:
        return self.executed.words

    @property
    def automatic(self) -> bool:
        return self.job.automatic


class Pipelines(Struct, dict=True, eq=False):
    """``jobs`` of every system; ``problems`` are dead ends that were seen on the way."""

    jobs: tuple[Job, ...]
    problems: list[Evidence]
    resolver: Resolver
    _runs: dict[int, list[Run]] = field(default_factory=dict)

    @classmethod
    def gather(cls, repository: Repository, resolver: Resolver) -> Self:
        reading = Reading()
        for system in SYSTEMS:
            for path in repository.glob(*system.FILES):
                if not is_prose(path):
                    system.read(repository, path, reading)
        return cls(tuple(reading.jobs), reading.problems, resolver)

    @property
    def files(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(job.pipeline for job in self.jobs))

    def runs(self, job: Job) -> list[Run]:
        """Everything that ``job`` runs, in order."""
        known = self._runs.get(id(job))
        if known is None:
            known = self._runs[id(job)] = list(self._follow(job))
        return known

    def _follow(self, job: Job) -> Iterator[Run]:
        for step in job.steps:
            for executed in self.resolver.expand_step(step):
                yield Run(job, step, executed, executed.chain)

    def all_runs(self, *, automatic: bool | None = None) -> Iterator[Run]:
        """Every command of every job; ``automatic`` True keeps what starts without a person."""
        for job in self.jobs:
            if automatic is None or job.automatic is automatic:
                yield from self.runs(job)

    def steps(self, wanted: Callable[[Step], bool], *, automatic: bool | None = None) -> list[tuple[Job, Step]]:
        """Steps that satisfy ``wanted``, mostly by their ``uses``."""
        return [
            (job, step)
            for job in self.jobs
            if automatic is None or job.automatic is automatic
            for step in job.steps
            if wanted(step)
        ]

    @property
    def dead_ends(self) -> list[Evidence]:
        """Problems of triggers and templates, and paths that do not exist."""
        for job in self.jobs:
            self.runs(job)
        return [*self.problems, *self.resolver.dead_ends]
