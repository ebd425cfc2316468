"""What a change to a repository did, in words."""

from mlops.text import printable
from scaffolder.merging import Outcome


def lines(outcome: Outcome) -> list[str]:
    """A line for each file, conflicts last, and the notes."""
    said = [f"  {'added':12} {path}" for path in outcome.added]
    said += [f"  {'changed':12} {path}" for path in outcome.changed]
    said += [f"  {'deleted':12} {path}" for path in outcome.deleted]
    said += [f"  {'left deleted':12} {path}: you deleted it, the templates changed it" for path in outcome.left_deleted]
    said += [f"  {'conflict':12} {path}: {why}" for path, why in outcome.conflicts]
    return [printable(line).replace("\n", "?") for line in said] + [printable(note) for note in outcome.notes]


def next_step(outcome: Outcome, what: str) -> list[str]:
    """What to type after it."""
    if outcome.conflicts:
        return ["", "Resolve the conflicts, `git add` each file, then: mlops update --finish"]
    return ["", f'Nothing is committed yet: git diff --cached shows it, git commit -m "{what}" keeps it.']
