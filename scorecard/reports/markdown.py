"""For a pull request: the seven levels first, the gap to close, the rest folded away."""

from scorecard.model import Comparison, Criterion, Evidence, Finding, Gap, Outcome, Scorecard
from scorecard.reports.view import MARKS, by_ask, changes, clean, headline, is_system, not_a_system, place, shifts

_MAX_NOTES = 20
_MAX_EVIDENCE = 4


def render(card: Scorecard, *, full: bool) -> str:
    """GitHub-flavoured Markdown."""
    profile = card.profile
    out = [f"## The seven asks: {_text(card.name)}", ""]
    revision = f" at `{card.revision[:10]}`" if card.revision else ""
    out += [f"**{profile.kind}**, {profile.stage}{revision}. {_sentence(profile.kind_why)}", ""]
    if not is_system(card):
        out += [not_a_system(card), ""]
        if not full:
            return "\n".join(out)
    if card.compared:
        out += [*_changed(card.compared), ""]
    out += [headline(card) + ".", "", "| Ask | Level | Met | |", "| --- | --- | --- | --- |"]
    for ask, level, _ in by_ask(card):
        reached = "n/a" if level.level is None else f"{level.level} of 3"
        said = "does not apply here" if level.level is None else ask.levels[level.level]
        out.append(f"| {ask.title} | {reached} | {level.met}/{level.applicable} | {said} |")
    if card.gaps:
        out += ["", *_first(card.gaps[0])]
        following = [f"`{gap.criterion}` ({gap.effort})" for gap in card.gaps[1:4]]
        if following:
            out += ["", "Then: " + ", ".join(following) + "."]
    out.append("")
    for ask, level, criteria in by_ask(card):
        out += [f"<details><summary>{ask.title}: {level.met} of {level.applicable}</summary>", ""]
        for criterion, finding in criteria:
            out += _criterion(criterion, finding)
        out += ["", "</details>"]
    if card.notes:
        out += ["", f"<details><summary>{len(card.notes)} notes on how it was read</summary>", ""]
        out += [f"- `{_code(n.path or '.')}` {_text(n.reason)}" for n in card.notes[:_MAX_NOTES]]
        if len(card.notes) > _MAX_NOTES:
            out.append(f"- and {len(card.notes) - _MAX_NOTES} more")
        out += ["", "</details>"]
    return "\n".join(out) + "\n"


def _changed(compared: Comparison) -> list[str]:
    rows = changes(compared)
    if not rows:
        return [f"**No criterion changed** against `{_code(compared.base)}`."]
    moved = f" Levels: {shifts(compared)}." if compared.levels else ""
    said = f"**{len(compared.gained)} better, {len(compared.lost)} worse** than `{_code(compared.base)}`.{moved}"
    return [said, "", *(f"- {'⚠️' if mark == '-' else '✅'} {_text(text)}" for mark, text in rows)]


def _first(gap: Gap) -> list[str]:
    lines = [f"> **Close this first: `{gap.criterion}`** (effort: {gap.effort})", ">", f"> {_text(gap.why)}"]
    if gap.unlocks:
        lines += [">", "> It unlocks " + ", ".join(f"`{name}`" for name in gap.unlocks) + "."]
    return [*lines, ">", f"> `{gap.command}`"]


def _criterion(criterion: Criterion, finding: Finding) -> list[str]:
    lines = [f"- {MARKS[finding.outcome]} `{criterion.id}` {_text(finding.summary)}"]
    if finding.outcome is Outcome.MET:
        lines += [f"  - {_cited(e)}" for e in finding.evidence[:_MAX_EVIDENCE]]
    elif finding.outcome is Outcome.UNMET and finding.looked_in:
        lines.append(f"  - looked in {_text(', '.join(finding.looked_in))}")
    return lines


def _cited(evidence: Evidence) -> str:
    quoted = f" `{_code(evidence.text)}`" if evidence.text else ""
    return f"`{_code(place(evidence))}`{quoted}"


def _sentence(text: str) -> str:
    return _text(text[:1].upper() + text[1:].rstrip(".") + ".")


def _text(text: str) -> str:
    escaped = clean(text)
    for char in "\\<>|*_[]":
        escaped = escaped.replace(char, "\\" + char)
    return escaped.replace("@", "@\u2060")  # nobody is to be notified by what a repository says


def _code(text: str) -> str:
    return clean(text).replace("`", "\u02cb")
