"""`mlops add` and `mlops remove`: close the gaps of an ask in place, and hold the promise against a second audit."""

from collections.abc import Mapping
from pathlib import Path

from mlops import showing
from mlops.errors import FINE, GATE, REFUSED, MlopsError
from scaffolder import Added, Refused, add, remove
from scorecard import NotARepository, audit
from scorecard.model import Outcome
from scorecard.survey import survey


def run(what: str, path: Path, *, dry: bool) -> int:
    """Add ``what`` to the repository at ``path`` and give the exit code. Raises MlopsError."""
    try:
        seen = survey(path)
        before = {} if dry else _outcomes(path)
        done = add(path, what, seen, dry=dry)
    except Refused as error:
        raise MlopsError(error.what, error.hint, REFUSED) from None
    except NotARepository as error:
        raise MlopsError(str(error), "mlops add needs a git repository: git init, then commit what is there") from None
    if dry:
        return _preview(done)
    showing.say([f"added {what}:", *showing.files(done.outcome)])
    _promises(done, before, _outcomes(path))
    return _end(done, [f"git diff --staged    # then commit; mlops remove {what} takes it away again"])


def take(what: str, path: Path, *, dry: bool) -> int:
    """Take ``what`` away again and give the exit code. Raises MlopsError."""
    try:
        done = remove(path, what, dry=dry)
    except Refused as error:
        raise MlopsError(error.what, error.hint, REFUSED) from None
    if dry:
        return _preview(done)
    showing.say([f"removed {what}:", *showing.files(done.outcome)])
    return _end(done, ["git diff --staged    # then commit"])


def _outcomes(path: Path) -> Mapping[str, Outcome]:
    return {name: finding.outcome for name, finding in audit(path).findings.items()}


def _promises(done: Added, before: Mapping[str, Outcome], after: Mapping[str, Outcome]) -> None:
    """What a second audit says: the promise is kept, or it is said that it is not."""
    closed = [name for name, now in after.items() if now is Outcome.MET is not before.get(name)]
    if closed:
        showing.say(
            ["", "closed, as mlops audit sees it now:", *(f"  {showing.style('✓', '32')} {name}" for name in closed)]
        )
    for name in done.promises:
        if after.get(name) is Outcome.UNMET:
            showing.note(
                f"{name} should be met now and is not seen to be; mlops explain {name} says what is looked for"
            )


def _end(done: Added, steps: list[str]) -> int:
    for note in done.notes:
        showing.note(note)
    if done.left:
        showing.say(["", "left to do by hand:", *(f"  - {line}" for line in done.left)])
    if done.outcome.conflicts:
        showing.say(["", "resolve what is marked !, then: git add the files"])
        return GATE
    showing.say(["", *(f"  {step}" for step in steps)])
    return FINE


def _preview(done: Added) -> int:
    showing.diff(done.outcome.diff)
    if done.promises:
        showing.say(["", f"would close: {', '.join(done.promises)}"])
    if done.left:
        showing.say(["", "left to do by hand:", *(f"  - {line}" for line in done.left)])
    showing.say(["", "nothing was written"])
    return FINE
