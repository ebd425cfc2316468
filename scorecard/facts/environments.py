"""The environments in which the same system runs: development, test, staging, production, and what defines them."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Self

from msgspec import Struct

from scorecard.facts.code import Code
from scorecard.facts.configuration import Configuration
from scorecard.facts.deliveries import Deliveries
from scorecard.facts.environment_files import named_files
from scorecard.facts.environment_handed import handed_files
from scorecard.facts.environment_names import Rank, exact, several, within
from scorecard.facts.environment_sections import declared_in_files
from scorecard.facts.environment_stacks import stacks
from scorecard.facts.environment_switches import switches
from scorecard.facts.pipelines import Pipelines
from scorecard.model import Evidence
from scorecard.repository import Repository

_ONLY_SAYS = frozenset({"echo", "printf", "sleep", "true", "cat", "ls", "env", "pwd", "date", "exit", "test"})
_SETS_UP = ("actions/checkout", "actions/setup-", "checkout", "actions/cache")


class Setting(Struct, frozen=True):
    """One way in which environments are told apart (``configuration files``), with a line for each of them."""

    how: str
    ranks: frozenset[Rank]
    evidence: tuple[Evidence, ...]


class Environments(Struct, frozen=True):
    """``settings`` define two or more environments; ``near`` name one, or name several to no effect."""

    settings: tuple[Setting, ...]
    near: tuple[Evidence, ...] = ()

    @classmethod
    def gather(
        cls,
        repository: Repository,
        configuration: Configuration,
        code: Code,
        pipelines: Pipelines,
        deliveries: Deliveries,
    ) -> Self:
        found: list[Setting] = []
        near: list[Evidence] = []
        ci = frozenset(pipelines.files)
        for how, groups in (
            ("configuration files", named_files(repository, ci)),
            ("files of variables that commands name", handed_files(repository)),
            ("sections of one file", declared_in_files(repository, configuration, ci)),
            ("a switch in the code", switches(code)),
            ("stacks of the infrastructure", stacks(code)),
            ("deploys of the pipeline", _delivered(deliveries)),
            ("environments of the pipeline", _of_jobs(pipelines, near)),
        ):
            for by_rank in groups:
                if several(set(by_rank)):
                    shown = tuple(by_rank[rank] for rank in sorted(by_rank))
                    found.append(Setting(how, frozenset(by_rank), shown))
                elif how != "a switch in the code":
                    near += [e for rank, e in by_rank.items() if rank is not Rank.TEST]
        return cls(tuple(found), tuple(dict.fromkeys(near)))

    @property
    def ranks(self) -> frozenset[Rank]:
        return frozenset(rank for setting in self.settings for rank in setting.ranks)


def _delivered(deliveries: Deliveries) -> Iterable[dict[Rank, Evidence]]:
    """Where the pipelines deliver to, those that a person starts included: they define the environment all the same."""
    found: dict[Rank, Evidence] = {}
    for d in deliveries.rollouts:
        for rank in d.environments:
            found.setdefault(rank, d.chain[0])
    return [found] if found else []


def _of_jobs(pipelines: Pipelines, near: list[Evidence]) -> Iterable[dict[Rank, Evidence]]:
    """Jobs that run in a named environment, and do more there than say so."""
    found: dict[str, dict[Rank, Evidence]] = defaultdict(dict)
    for job in pipelines.jobs:
        rank = exact(job.environment) if job.environment else None
        rank = within(job.environment) if rank is None and job.environment else rank
        if rank is None:
            continue
        works = any(run.words[0] not in _ONLY_SAYS for run in pipelines.runs(job) if run.words)
        acts = any(step.uses and not step.uses.lower().startswith(_SETS_UP) and not step.command for step in job.steps)
        if works or acts:
            found[job.system].setdefault(rank, job.evidence)
        else:
            near.append(job.evidence)
    return found.values()
