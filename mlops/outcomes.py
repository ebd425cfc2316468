"""What a change to a repository did, in words."""

import shlex
from pathlib import Path

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


def next_step(outcome: Outcome, what: str, path: Path = Path()) -> list[str]:
    """What to type after it, from where one stands."""
    where, inside = (
        ("", "git") if path == Path() else (f" {shlex.quote(str(path))}", f"git -C {shlex.quote(str(path))}")
    )
    if outcome.conflicts:
        return ["", f"Resolve the conflicts, `{inside} add` each file, then: mlops update --finish{where}"]
    return ["", f'Nothing is committed yet: {inside} diff --cached shows it, {inside} commit -m "{what}" keeps it.']
