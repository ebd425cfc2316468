"""Annotations of GitHub Actions: what is open, on the lines of the pull request that it is about.

https://docs.github.com/en/actions/writing-workflows/choosing-what-your-workflow-does/workflow-commands-for-github-actions
"""

from scorecard.model import Scorecard
from scorecard.reports.view import clean, headline, is_system, not_a_system, open_gaps, where

_MOST = 10  # GitHub shows ten of each kind for a step


def render(card: Scorecard, *, full: bool) -> str:
    """One warning, the gap to close first; the following as notices."""
    lines = []
    for number, (criterion, gap) in enumerate(open_gaps(card, full=full)):
        if number > _MOST:
            break
        found = where(card, criterion.id)
        at = f"file={_value(found[0].path)},line={max(1, found[0].line)}," if found else ""
        title = _value(f"{'close first: ' if number == 0 else ''}{criterion.id}")
        kind = "warning" if number == 0 else "notice"
        lines.append(f"::{kind} {at}title={title}::{_message(f'{gap.why} ({gap.command})')}")
    said = headline(card) if is_system(card) or full else not_a_system(card)
    lines.append(f"::notice title=seven asks::{_message(said)}")
    return "\n".join(lines) + "\n"


def _message(text: str) -> str:
    return clean(text).replace("%", "%25")


def _value(text: str) -> str:
    return _message(text).replace(":", "%3A").replace(",", "%2C")
