"""GitLab's code quality report: what is open, in the widget of a merge request.

https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
"""

import hashlib
import json

from scorecard.model import Scorecard
from scorecard.reports.view import clean, open_gaps, where


def render(card: Scorecard, *, full: bool) -> str:
    """A list of issues; the gap to close first is the gravest."""
    issues = []
    for number, (criterion, gap) in enumerate(open_gaps(card, full=full)):
        found = where(card, criterion.id)
        issues.append(
            {
                "description": clean(f"{criterion.id}: {gap.why} ({gap.command})"),
                "check_name": criterion.id,
                # By the criterion alone: what is missing stays the same gap when lines move.
                "fingerprint": hashlib.sha256(criterion.id.encode()).hexdigest(),
                "severity": "major" if number == 0 else "minor" if number < 4 else "info",
                "location": {
                    "path": found[0].path if found else ".",
                    "lines": {"begin": max(1, found[0].line) if found else 1},
                },
            }
        )
    return json.dumps(issues, indent=2, ensure_ascii=True) + "\n"
