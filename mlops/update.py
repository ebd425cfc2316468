"""`mlops update`: to newer templates; say what changed, what met changes of the user's, and what to type next."""

import sys
from pathlib import Path

from mlops import outcomes, showing
from mlops.errors import FINE, GATE
from mlops.refusing import refusals
from mlops.text import printable
from scaffolder import Update, check, finish, update


def run(path: Path, *, ref: str | None, trust: bool, dry: bool) -> int:
    """Update the project at ``path``; 1 where conflicts are left. Raises MlopsError."""
    with refusals():
        made = update(path, ref=ref, trust=trust, dry=dry)
    if made.old == made.new:
        sys.stdout.write(f"up to date: templates {made.new}\n")
        return FINE
    lines = [*_title(made), "", *outcomes.lines(made.outcome)]
    if dry:
        lines += ["", *showing.patch(made.outcome.diff), "", "Nothing was written: this is what would be."]
    else:
        lines += outcomes.next_step(made.outcome, f"Update to templates {made.new}", path)
    showing.say(lines)
    return GATE if made.outcome.conflicts else FINE


def look(path: Path) -> int:
    """Whether there are newer templates: 1 if so, for CI. Raises MlopsError."""
    with refusals():
        made = check(path)
    if made.old == made.new:
        sys.stdout.write(f"up to date: templates {made.new}\n")
        return FINE
    sys.stdout.write(
        printable("\n".join([*_title(made), "", f"  mlops update{'' if path == Path() else f' {path}'}"]) + "\n")
    )
    return GATE


def end(path: Path, *, tests: bool) -> int:
    """Finish an update that had conflicts; 1 where something is left to do. Raises MlopsError."""
    with refusals():
        made = finish(path, tests=tests)
    for note in made.notes:
        showing.note(note)
    if made.left:
        lines = ["not finished yet:", *(f"  {path}: {why}" for path, why in made.left)]
        lines += ["", "Then the same command again"]
    else:
        lines = [f"finished: this is a project of templates {made.version}", "", "  git commit keeps it"]
    sys.stdout.write(printable("\n".join(lines) + "\n"))
    return GATE if made.left else FINE


def _title(made: Update) -> list[str]:
    lines = [f"templates {made.old} to {made.new}", *(f"  {r.version:8} {r.changes}".rstrip() for r in made.passed)]
    return [printable(line) for line in lines]
