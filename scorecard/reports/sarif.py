"""SARIF 2.1.0, for code scanning: every open criterion is a result, every criterion a rule with its page.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/sarif-v2.1.0-os.html; what GitHub shows of it:
https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning
"""

import json
import os
from collections.abc import Iterator
from importlib.metadata import version
from typing import Any
from urllib.parse import quote

from scorecard.model import Criterion, Evidence, Gap, Scorecard
from scorecard.reports.view import brief, clean, open_gaps, where

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def render(card: Scorecard, *, full: bool) -> str:
    """One run. A repository for which the asks are optional has no results, unless ``full``."""
    open_ = list(open_gaps(card, full=full))
    rules = [criterion for criterion, _ in open_]
    document = {
        "$schema": _SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": _driver(rules)},
                "columnKind": "unicodeCodePoints",
                "results": list(_results(card, open_)),
            }
        ],
    }
    return json.dumps(document, indent=2, ensure_ascii=True) + "\n"


def _driver(rules: list[Criterion]) -> dict[str, Any]:
    return {
        "name": "mlops",
        "version": version("sevenasks"),
        "rules": [
            {
                "id": rule.id,
                "name": rule.id,
                "shortDescription": {"text": rule.question},
                "fullDescription": {"text": rule.surprise},
                "help": dict.fromkeys(("text", "markdown"), brief(rule.read_page())),
                "properties": {"tags": [rule.ask, f"level-{rule.level}"]},
            }
            for rule in rules
        ],
    }


def _results(card: Scorecard, open_: list[tuple[Criterion, Gap]]) -> Iterator[dict[str, Any]]:
    for number, (criterion, gap) in enumerate(open_):
        yield {
            "ruleId": criterion.id,
            "ruleIndex": number,
            "level": "warning" if number == 0 else "note",  # one thing to do first; the rest is a list, no alarm
            "message": {"text": clean(f"{gap.why} {gap.command}")},
            "locations": [_location(e) for e in where(card, criterion.id)],
            # What is missing has no line of its own: the criterion is what makes two runs speak of the same gap.
            "partialFingerprints": {"criterion/v1": criterion.id},
        }


def _location(evidence: Evidence) -> dict[str, Any]:
    return {
        "physicalLocation": {
            "artifactLocation": {"uri": quote(os.fsencode(evidence.path)), "uriBaseId": "%SRCROOT%"},
            "region": {"startLine": max(1, evidence.line)},
        }
    }
