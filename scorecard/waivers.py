"""Findings that a team has decided to live with. Pure."""

from collections.abc import Mapping
from datetime import date

from msgspec.structs import replace

from scorecard.config import Waiver
from scorecard.model import Evidence, Finding, Note, Outcome


def applied(
    findings: Mapping[str, Finding], waivers: Mapping[str, Waiver], today: date
) -> tuple[dict[str, Finding], tuple[Note, ...]]:
    """The findings as they count, and notes on waivers that have ended or that nothing needs any more."""
    counted, notes = dict(findings), []
    for name, waiver in waivers.items():
        finding = findings.get(name)
        at = f"{waiver.path}:{waiver.line}"
        if finding is None:
            notes.append(Note(at, f"waives {name}, which no check answers here"))
        elif finding.outcome not in (Outcome.UNMET, Outcome.UNKNOWN):
            notes.append(Note(at, f"waives {name}, which is {finding.outcome}: the waiver can go"))
        elif waiver.until is not None and waiver.until < today:
            notes.append(Note(at, f"waived {name} until {waiver.until}: {waiver.reason}"))
        else:
            until = f", until {waiver.until}" if waiver.until else ""
            counted[name] = replace(
                finding,
                outcome=Outcome.WAIVED,
                summary=f"waived{until}: {waiver.reason}",
                evidence=(Evidence(waiver.path, waiver.line), *finding.evidence),
            )
    return counted, tuple(notes)
