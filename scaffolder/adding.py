"""`add` and `remove`: one capability more, or less, in a repository that we made, or in one that we did not."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from scaffolder import applying, capabilities, git, merging
from scaffolder.errors import Refused
from scaffolder.foreign import hunks
from scaffolder.foreign.model import Edit, Site
from scaffolder.rendering import ANSWERS, answered
from scaffolder.repository import Repository
from scaffolder.transition import OVERLAY, State, current, transition


@dataclass(frozen=True, slots=True)
class Added:
    """What came of it: the outcome in the work tree, and what the plan says to the person."""

    outcome: merging.Outcome
    promises: tuple[str, ...] = ()
    edited: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def add(folder: Path, ask: str, survey: Callable[[], Mapping[str, Any]], *, dry: bool = False) -> Added:
    """Put the capability ``ask`` into the repository at ``folder``. Raises Refused and then changes nothing.

    ``survey`` says what `scorecard.survey` finds there, if it is one that we did not make. ``dry`` only says what would be done.
    """
    from scaffolder.foreign.plans import PLANS  # noqa: PLC0415  the build hook has none of what they read with

    stands = current(folder)
    if stands and (stands.answers.get("layout") == "full" or ask in capabilities.NAMES):
        return Added(capabilities.add(folder, ask, dry=dry))
    repository = applying.opened(folder)
    old = stands if stands and stands.answers.get("layout") else None  # else another template's
    had = dict(old.answers) if old else {}
    if ask in had.get("capabilities", ()):
        raise Refused(
            f"{ask} is in this repository already",
            f"mlops update brings it up to date, mlops remove {ask} takes it away",
        )
    if ask not in PLANS:
        raise Refused(
            f"nothing can be added for {ask} yet", "mlops explain lists the criteria and how to close each by hand"
        )
    plan = PLANS[ask](_site(repository, folder, survey()))
    touched = {edit.path: hunks.between(edit.before, edit.after) for edit in plan.edits}
    answers = {
        "layout": "overlay",
        "capabilities": [*had.get("capabilities", ()), ask],
        "found": {**had.get("found", {}), ask: dict(plan.found)},
        "touched": {**had.get("touched", {}), **({ask: touched} if touched else {})},
    }
    file = OVERLAY if stands and old is None else ANSWERS
    new = replace(old, answers=answers) if old else State(answers=answers, file=file)
    outcome = transition(folder, old, new, edits=_contents(plan.edits), dry=dry)
    return Added(outcome, plan.promises, tuple(touched), plan.left, plan.notes)


def promises(ask: str, site: Site) -> tuple[str, ...]:
    """The criteria that ``add`` would turn to met in such a repository, none where it would refuse. Writes nothing."""
    from scaffolder.foreign.plans import PLANS  # noqa: PLC0415  as above

    for said in (answered(site.text(file)) for file in (OVERLAY, ANSWERS) if site.has(file)):
        if said.get("layout") == "full" or ask in (said.get("capabilities") or ()):
            return ()
    try:
        return PLANS[ask](site).promises if ask in PLANS else ()
    except Refused:
        return ()


def remove(folder: Path, ask: str, *, dry: bool = False) -> Added:
    """Take away what ``add`` put there, and nothing else. Raises Refused and then changes nothing."""
    from scaffolder.foreign.plans import NEEDS  # noqa: PLC0415  as above

    old = current(folder)
    if old and (old.answers.get("layout") == "full" or ask in capabilities.NAMES):
        return Added(capabilities.remove(folder, ask, dry=dry))
    repository = applying.opened(folder)
    if old is None or ask not in old.answers.get("capabilities", ()):
        raise Refused(f"mlops has not added {ask} here", "mlops add --help")
    above = next((name for name in old.answers["capabilities"] if ask in NEEDS.get(name, ())), "")
    if above:
        raise Refused(f"{above} stands on {ask}", f"mlops remove {above} first, commit, then try again")
    site = _site(repository, folder, {})
    edits, left = [], []
    for path, done in old.answers.get("touched", {}).get(ask, {}).items():
        before = site.text(path)
        after, kept = hunks.undone(before, done)
        edits.append(Edit(path, before, after))
        left += [
            f"{path}: you have changed what was added here; take it away by hand:\n{''.join(h['after'])}" for h in kept
        ]
    rest = [name for name in old.answers["capabilities"] if name != ask]
    answers = {
        "layout": "overlay",
        "capabilities": rest,
        "found": {name: value for name, value in old.answers.get("found", {}).items() if name != ask},
        "touched": {name: value for name, value in old.answers.get("touched", {}).items() if name != ask},
    }
    new = replace(old, answers=answers) if rest else None
    outcome = transition(folder, old, new, edits=_contents(edits), dry=dry)
    return Added(outcome, edited=tuple(edit.path for edit in edits), left=tuple(left))


def _site(repository: Repository, folder: Path, survey: Mapping[str, Any]) -> Site:
    listed = git.run(folder, "ls-tree", "-r", "-z", "--name-only", "HEAD").split("\0")

    def text(path: str) -> str:
        said = git.attempt(folder, "cat-file", "blob", f"HEAD:{repository.prefix}{path}")
        return "" if said.returncode else said.stdout

    return Site(tuple(path for path in listed if path), text, survey)


def _contents(edits: "tuple[Edit, ...] | list[Edit]") -> dict[str, tuple[bytes | None, bytes | None]]:
    return {
        edit.path: (
            edit.before.encode("utf-8", "surrogateescape") or None,
            edit.after.encode("utf-8", "surrogateescape") or None,
        )
        for edit in edits
        if edit.before != edit.after
    }
