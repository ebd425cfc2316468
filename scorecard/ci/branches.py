"""Which branch filters can ever be met: a trigger on a branch that nobody has is no trigger."""

from collections.abc import Iterable

from scorecard.patterns import lazily
from scorecard.repository import Repository

_GLOB = lazily(r"[*?+\[\]{}$!()^|]")


def bare(name: str) -> str:
    """`refs/heads/main` and `main` are one branch."""
    return name.strip().removeprefix("refs/heads/").removeprefix("origin/")


def exists(repository: Repository, name: str) -> bool:
    """Can a push meet the filter ``name``? Globs may, and any name where not all branches are known."""
    history = repository.history
    if not history.branches or history.shallow or _GLOB.search(name) or "TEMPLATE" in name:
        return True
    return bare(name) in history.branches or bare(name) == history.default_branch


def dead(repository: Repository, filters: Iterable[str]) -> str:
    """What is wrong with ``filters`` if none of them can be met, else ""."""
    wanted = [bare(name) for name in filters if name and not name.startswith("!")]
    if not wanted or any(exists(repository, name) for name in wanted):
        return ""
    names = ", ".join(dict.fromkeys(wanted))
    return f"triggers on branch {names}, which does not exist"
