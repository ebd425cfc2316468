"""Ways to show a scorecard: one module each. Add yours to FORMATS."""

from importlib import import_module
from typing import Protocol

from scorecard.model import Scorecard


class Report(Protocol):
    """What a module in this folder offers."""

    def render(self, card: Scorecard, *, full: bool) -> str:
        """The report as text. ``full`` shows the criteria also of a library or of no ML at all."""
        ...


FORMATS: dict[str, str] = {
    "badge": "scorecard.reports.badge",
    "github": "scorecard.reports.github",
    "gitlab": "scorecard.reports.gitlab",
    "html": "scorecard.reports.html",
    "json": "scorecard.reports.json",
    "junit": "scorecard.reports.junit",
    "markdown": "scorecard.reports.markdown",
    "sarif": "scorecard.reports.sarif",
    "shields": "scorecard.reports.shields",
    "terminal": "scorecard.reports.terminal",
}


def report(name: str) -> Report:
    """The report called ``name``; imported only now, because one of them draws with rich."""
    module: Report = import_module(FORMATS[name])
    return module
