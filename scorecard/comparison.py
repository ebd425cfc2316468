"""Two scorecards of one repository: what became better, what became worse. Pure; works on the JSON report, which people keep."""

from collections.abc import Mapping
from typing import Any

from scorecard.model import Change, Comparison, Outcome


def compare(before: Mapping[str, Any], after: Mapping[str, Any], name: str = "") -> Comparison:
    """Of two JSON reports (`--format json`). A criterion that only one of them knows is compared with nothing. ``name`` is what ``before`` is called."""
    old = {c["id"]: c for c in before["criteria"]}
    gained: list[Change] = []
    lost: list[Change] = []
    for now in after["criteria"]:
        then = old.get(now["id"])
        if then is None or {_side(then), _side(now)} != {True, False}:
            continue
        shows = now if _side(now) else then
        places = tuple(f"{e['path']}:{e['line']}" for e in shows["evidence"][:3])
        change = Change(now["id"], then["status"], now["status"], now["summary"], places)
        (gained if _side(now) else lost).append(change)
    levels = {
        ask: (before["asks"][ask]["level"], now["level"])
        for ask, now in after["asks"].items()
        if ask in before["asks"] and before["asks"][ask]["level"] != now["level"]
    }
    return Comparison(name, tuple(gained), tuple(lost), levels)


def _side(criterion: Mapping[str, Any]) -> bool | None:
    """Met, or waived; open; or neither, where the question does not apply or cannot be answered."""
    outcome = Outcome(criterion["status"])
    return True if outcome in (Outcome.MET, Outcome.WAIVED) else False if outcome is Outcome.UNMET else None
