"""Machine-readable, stable, one document: the contract that the benchmark's scorer reads."""

import json
from typing import Any

from scorecard.model import Change, Comparison, Evidence, Scorecard

SCHEMA = 1
RUBRIC = 1


def render(card: Scorecard, *, full: bool) -> str:
    """Always everything: a program filters for itself."""
    del full
    return json.dumps(document(card), indent=2, ensure_ascii=True) + "\n"


def document(card: Scorecard) -> dict[str, Any]:
    """The report as plain data."""
    profile = card.profile
    return {
        "schema": SCHEMA,
        "rubric": RUBRIC,
        "repository": {"name": card.name, "revision": card.revision, "files": card.files},
        "kind": str(profile.kind),
        "kind_why": profile.kind_why,
        "kind_evidence": [_evidence(e) for e in profile.kind_evidence],
        "stage": str(profile.stage),
        "stage_why": profile.stage_why,
        "stage_evidence": [_evidence(e) for e in profile.stage_evidence],
        "met": card.met,
        "applicable": card.applicable,
        "criteria": [
            {
                "id": criterion.id,
                "ask": criterion.ask,
                "level": criterion.level,
                "question": criterion.question,
                "status": str(card.findings[criterion.id].outcome),
                "summary": card.findings[criterion.id].summary,
                "evidence": [_evidence(e) for e in card.findings[criterion.id].evidence],
                "looked_in": list(card.findings[criterion.id].looked_in),
                **({"namespace": criterion.namespace} if criterion.namespace else {}),
            }
            for criterion in card.criteria
        ],
        "asks": {
            ask: {"level": level.level, "met": level.met, "applicable": level.applicable}
            for ask, level in card.levels.items()
        },
        "gaps": [
            {
                "criterion": gap.criterion,
                "rank": rank,
                "why": gap.why,
                "unlocks": list(gap.unlocks),
                "effort": str(gap.effort),
                "command": gap.command,
            }
            for rank, gap in enumerate(card.gaps, 1)
        ],
        "notes": [{"path": note.path, "reason": note.reason} for note in card.notes],
        **({"compared": _comparison(card.compared)} if card.compared else {}),
    }


def _comparison(compared: Comparison) -> dict[str, Any]:
    def changes(several: tuple[Change, ...]) -> list[dict[str, Any]]:
        return [
            {"id": c.criterion, "before": c.before, "after": c.after, "summary": c.summary, "places": list(c.places)}
            for c in several
        ]

    return {
        "base": compared.base,
        "gained": changes(compared.gained),
        "lost": changes(compared.lost),
        "levels": {ask: list(pair) for ask, pair in compared.levels.items()},
    }


def _evidence(evidence: Evidence) -> dict[str, Any]:
    return {"path": evidence.path, "line": evidence.line, "text": evidence.text}
