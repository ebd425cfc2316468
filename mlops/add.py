"""`mlops add` and `mlops remove`: close the gaps of an ask in place, and hold the promise against a second audit."""

import difflib
from collections.abc import Mapping
from pathlib import Path

from mlops import outcomes, showing
from mlops.errors import FINE, GATE, MlopsError
from mlops.refusing import refusals
from scaffolder import Added, add, capabilities, remove
from scorecard import NotARepository, audit
from scorecard.model import Outcome
from scorecard.survey import survey


def run(what: str, path: Path, *, dry: bool) -> int:
    """Add ``what`` to the repository at ``path`` and give the exit code. Raises MlopsError."""
    _known(what)
    with refusals():
        try:
            seen = survey(path)
            done = add(path, what, lambda: seen, dry=dry)
        except NotARepository as error:
            hint = "mlops add needs a git repository: git init, then commit what is there"
            raise MlopsError(str(error), hint) from None
    if dry:
        return _preview(done)
    showing.say([f"added {what}:" if done.outcome.any else f"nothing to add for {what}", *outcomes.lines(done.outcome)])
    if done.outcome.any:
        _promises(done, seen["criteria"], _outcomes(path))
    return _end(done, f"Add {what}")


def take(what: str, path: Path, *, dry: bool) -> int:
    """Take ``what`` away again and give the exit code. Raises MlopsError."""
    _known(what)
    with refusals():
        done = remove(path, what, dry=dry)
    if dry:
        return _preview(done)
    showing.say([f"removed {what}:", *outcomes.lines(done.outcome)])
    return _end(done, f"Remove {what}")


def _known(what: str) -> None:
    names = (*capabilities.ASKS, *capabilities.NAMES)
    if what not in names:
        near = difflib.get_close_matches(what, names, 1)
        hint = f"did you mean {near[0]}?" if near else f"one of {', '.join(names)}"
        raise MlopsError(f"there is no {what} to add or remove", hint)


def _outcomes(path: Path) -> Mapping[str, Outcome]:
    return {name: finding.outcome for name, finding in audit(path, configured=False).findings.items()}


def _promises(done: Added, before: Mapping[str, str], after: Mapping[str, Outcome]) -> None:
    """What a second audit says: the promise is kept, or it is said that it is not."""
    closed = [name for name, now in after.items() if now is Outcome.MET and before.get(name) != Outcome.MET]
    if closed:
        marks = [f"  {showing.style('✓', '32')} {name}" for name in closed]
        showing.say(["", "closed, as mlops audit sees it now:", *marks])
    for name in done.promises:
        if after.get(name) is Outcome.UNMET:
            showing.note(
                f"{name} should be met now and is not seen to be; mlops explain {name} says what is looked for"
            )


def _end(done: Added, message: str) -> int:
    _talk(done)
    if done.outcome.any:
        showing.say(outcomes.next_step(done.outcome, message))
    return GATE if done.outcome.conflicts else FINE


def _preview(done: Added) -> int:
    showing.say(showing.patch(done.outcome.diff))
    if done.promises:
        showing.say(["", f"would close: {', '.join(done.promises)}"])
    _talk(done)
    showing.say(["", "Nothing was written: this is what would be."])
    return FINE


def _talk(done: Added) -> None:
    for note in done.notes:
        showing.note(note)
    if done.left:
        showing.say(["", "left to do by hand:", *(f"  - {line}" for line in done.left)])
