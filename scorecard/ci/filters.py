"""Which branches a filter means, and who must press a button first."""

from collections.abc import Iterable, Mapping

from msgspec.structs import replace

from scorecard.ci.branches import bare, exists
from scorecard.ci.model import Job, Reading
from scorecard.model import Evidence
from scorecard.readers.node import Node
from scorecard.repository import Repository

_EVERYTHING = frozenset({"*", "**", "/.*/", "/^.*/", "/^.*$/", "/.*$/", "/.+/", "/^.+$/", ".*", "^.*$"})


def is_everything(name: str) -> bool:
    """Does the filter let every branch pass?"""
    return name in _EVERYTHING


def living(names: Iterable[Node], repository: Repository, path: str, into: Reading) -> tuple[str, ...]:
    """The names of branches that exist; those that nobody has become problems."""
    found = []
    for node in names:
        if not node.is_scalar or not node.text:
            continue
        if exists(repository, node.text):
            found.append(node.text)
        else:
            problem = Evidence(path, node.line, f"triggers on branch {bare(node.text)}, which does not exist")
            if problem not in into.problems:
                into.problems.append(problem)
    return tuple(found)


def behind_gate(needs: Mapping[str, Iterable[str]], gates: Iterable[str]) -> frozenset[str]:
    """The ids that run only after one of ``gates``, directly or through others."""
    behind = set(gates)
    waiting = {name: set(before) for name, before in needs.items()}
    grown = True
    while grown:
        more = {name for name, before in waiting.items() if name not in behind and before & behind}
        behind |= more
        grown = bool(more)
    return frozenset(behind)


def held(jobs: list[Job], gates: Iterable[str]) -> list[Job]:
    """The jobs with ``approval`` set on those of ``gates`` and on all that need one of them."""
    needs: dict[str, set[str]] = {}
    for job in jobs:
        needs.setdefault(job.id, set()).update(job.needs)
    waiting = behind_gate(needs, gates)
    return [replace(job, approval=job.id in waiting) for job in jobs]


def through_gates(before: Iterable[str], needs: Mapping[str, Iterable[str]], gates: frozenset[str]) -> tuple[str, ...]:
    """What must have succeeded, with each gate replaced by what it waits for itself."""
    found: dict[str, None] = {}
    stack, seen = list(before), set[str]()
    while stack:
        name = stack.pop(0)
        if name in seen:
            continue
        seen.add(name)
        if name in gates:
            stack.extend(needs.get(name, ()))
        else:
            found[name] = None
    return tuple(found)
