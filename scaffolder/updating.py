"""A project from the templates it was made from to newer ones."""

from dataclasses import dataclass, field, replace
from pathlib import Path

from scaffolder import applying, pending, releases
from scaffolder.errors import Refused
from scaffolder.merging import Outcome
from scaffolder.releases import Release
from scaffolder.transition import State, current, transition


@dataclass(frozen=True, slots=True)
class Update:
    """What it went from and to, which releases it passed on the way, and what that did."""

    old: str
    new: str
    passed: tuple[Release, ...] = ()
    outcome: Outcome = field(default_factory=Outcome)


def update(folder: Path, *, ref: str | None = None, trust: bool = False, dry: bool = False) -> Update:
    """To the newest version of the templates, or to ``ref``. Raises Refused."""
    applying.opened(folder)
    state = _state(folder)
    _refuse_pending(folder)
    known = _known(state)
    new = ref or _newest(state, known)
    if releases.older(new, str(state.ref)):
        raise Refused(
            f"{new} is older than {state.ref}, of which this project is", "to go back, use git: git log, git revert"
        )
    if new == state.ref:
        return Update(new, new)
    outcome = transition(folder, state, replace(state, ref=new), trust=trust, dry=dry)
    return Update(str(state.ref), new, releases.passed(known, str(state.ref), new), outcome)


def check(folder: Path) -> Update:
    """What an update would go from and to, without making anything. Raises Refused."""
    state = _state(folder)
    _refuse_pending(folder)
    known = _known(state)
    new, old = _newest(state, known), str(state.ref)
    new = new if releases.older(old, new) else old
    return Update(old, new, releases.passed(known, old, new))


def _state(folder: Path) -> State:
    state = current(folder)
    if state is None:
        raise Refused(
            f"{folder} holds no project of mlops: there is no .copier-answers.yml that names templates and a version",
            "mlops add brings parts into a repository that you have; mlops new makes a whole one",
        )
    return state


def _refuse_pending(folder: Path) -> None:
    if waits := pending.read(folder):
        raise Refused(
            f"an update to {waits.version or 'newer templates'} waits for you to finish it",
            "resolve its conflicts, then: mlops update --finish",
        )


def _known(state: State) -> tuple[Release, ...]:
    """Raises Refused where our own templates do not reach to the version that the project is of."""
    known = releases.known(state.template)
    ours = [release.version for release in known if release.day]
    if ours and state.ref not in ours:
        raise Refused(
            f"made with {state.ref}, this mlops knows up to {ours[-1]}: uv tool upgrade sevenasks",
            f"it has {', '.join(ours)}",
        )
    return known


def _newest(state: State, known: tuple[Release, ...]) -> str:
    if known[-1].day:  # ours: in a clone, what is at work is the newest
        return known[-1].version
    found = releases.newest(known)
    return found.version if found and not releases.older(found.version, str(state.ref)) else str(state.ref)
