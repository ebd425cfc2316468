"""Findings to the level of each ask. Pure."""

from collections.abc import Iterable, Mapping

from scorecard.checks import Check
from scorecard.model import SETTLED, Ask, Finding, Level, Outcome


def level(ask: Ask, checks: Iterable[Check], findings: Mapping[str, Finding]) -> Level:
    """Level n is reached when every criterion of levels 1 … n that applies is met (rubric, "Levels and scores")."""
    mine = [c for c in checks if c.ask.id == ask.id and c.id in findings]
    applicable = [c for c in mine if findings[c.id].outcome is not Outcome.NOT_APPLICABLE]
    met = sum(findings[c.id].outcome in SETTLED for c in applicable)
    if not applicable:
        return Level(None, 0, 0)
    failing = [c.level for c in applicable if findings[c.id].outcome not in SETTLED]
    return Level(min(failing) - 1 if failing else len(ask.levels) - 1, met, len(applicable))
