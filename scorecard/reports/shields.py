"""The endpoint document of shields.io, for a badge that is drawn elsewhere: https://shields.io/badges/endpoint-badge."""

import json

from scorecard.model import Scorecard
from scorecard.reports.view import badge


def render(card: Scorecard, *, full: bool) -> str:
    """Label, message and colour."""
    message, colour = badge(card, full=full)
    document = {"schemaVersion": 1, "label": "seven asks", "message": message, "color": colour.removeprefix("#")}
    return json.dumps(document, ensure_ascii=True) + "\n"
