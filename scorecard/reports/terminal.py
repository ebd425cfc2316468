"""For a person at a terminal: seven bars, one box, then the proof; plain text in a pipe."""

import io
import os
import shutil
import sys

from rich import box
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from scorecard.model import Comparison, Criterion, Evidence, Finding, Gap, Outcome, Scorecard
from scorecard.reports.view import MARKS, by_ask, changes, clean, headline, is_system, not_a_system, place, shifts

_STYLES = {
    Outcome.MET: "green",
    Outcome.UNMET: "red",
    Outcome.NOT_APPLICABLE: "dim",
    Outcome.UNKNOWN: "yellow",
    Outcome.WAIVED: "cyan",
    Outcome.ERROR: "bold red",
}
_LEVEL_STYLES = ("red", "yellow", "cyan", "green")
_WIDE = 120
_PLAIN_WIDTH = 100
_MAX_NOTES = 8
_MAX_CHAIN = 3


def render(card: Scorecard, *, full: bool) -> str:
    """The report as text for standard output as it is now: its width, its colours, or neither."""
    tty = sys.stdout.isatty()
    width = shutil.get_terminal_size().columns if tty or "COLUMNS" in os.environ else _PLAIN_WIDTH
    buffer = io.StringIO()
    console = Console(
        file=buffer,
        force_terminal=tty,
        no_color=None if tty else True,
        color_system="auto" if tty else None,
        width=max(40, min(width, 200)),
        highlight=False,
        emoji=False,
        markup=False,
    )
    for part in _parts(card, console.width, plain=not tty, full=full):
        console.print(part)
    return "\n".join(line.rstrip() for line in buffer.getvalue().split("\n"))


def _parts(card: Scorecard, width: int, *, plain: bool, full: bool) -> list[RenderableType]:
    parts: list[RenderableType] = [_title(card)]
    if not is_system(card):
        parts += [Text(), Text(not_a_system(card), style="bold"), *_why(card)]
        if not full:
            parts += [Text(), Text("See the scorecard all the same: mlops audit --full", style="dim")]
            return [*parts, *_notes(card)]
    else:
        parts += _why(card)
    parts += [Text(), _levels(card, width), Text()]
    if card.compared:
        parts += [_compared(card.compared), Text()]
    parts.append(_first(card, plain=plain))
    for ask, level, criteria in by_ask(card):
        reached = "n/a" if level.level is None else f"level {level.level}"
        heading = Text.assemble((ask.title, "bold"), (f"  {reached}, {level.met} of {level.applicable}", "dim"))
        parts.append(Text())
        parts.append(heading if plain else Rule(heading, align="left", style="dim"))
        parts.append(_criteria(criteria, width))
    return [*parts, *_notes(card)]


def _title(card: Scorecard) -> Text:
    revision = f" at {card.revision[:10]}" if card.revision else ""
    return Text.assemble(
        (clean(card.name), "bold"),
        (f"{revision}, {card.files} files: ", "dim"),
        (str(card.profile.kind), "bold cyan"),
        (", ", "dim"),
        (str(card.profile.stage), "bold cyan"),
    )


def _why(card: Scorecard) -> list[RenderableType]:
    profile = card.profile
    lines: list[RenderableType] = []
    for name, why, evidence in (
        (str(profile.kind), profile.kind_why, profile.kind_evidence),
        (str(profile.stage), profile.stage_why, profile.stage_evidence),
    ):
        proof = ", ".join(place(e) for e in evidence[:2])
        text = Text(f"{name}: {clean(why)}", style="dim")
        if proof:
            text.append(f" ({proof})", style="dim")
        lines.append(Padding(text, (0, 0, 0, 2)))
    return lines[:1] if not is_system(card) else lines


def _levels(card: Scorecard, width: int) -> RenderableType:
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True, justify="right")
    table.add_column(ratio=1)
    for ask, level, _ in by_ask(card):
        if level.level is None:
            table.add_row(Text(ask.title, "dim"), Text("n/a", "dim"), Text(""), Text("does not apply here", "dim"))
            continue
        bar = Text("■" * level.level + "□" * (3 - level.level) + f" {level.level}", _LEVEL_STYLES[level.level])
        count = Text(f"{level.met}/{level.applicable}", "dim")
        table.add_row(Text(ask.title, "bold"), bar, count, Text(ask.levels[level.level]))
    table.width = min(width, 110)
    return Group(table, Text(), Text(headline(card), style="bold"))


def _compared(compared: Comparison) -> RenderableType:
    rows = changes(compared)
    said = f"{len(compared.gained)} better, {len(compared.lost)} worse" if rows else "No criterion changed"
    text = Text.assemble((said, "bold"), f" against {clean(compared.base)}")
    if compared.levels:
        text.append(f"; {shifts(compared)}")
    for mark, sentence in rows:
        text.append(f"\n  {mark} {sentence}", style="red" if mark == "-" else "green")
    return text


def _first(card: Scorecard, *, plain: bool) -> RenderableType:
    if not card.gaps:
        return Text("No gap is left: every criterion that applies is met.", style="bold green")
    gap = card.gaps[0]
    body = Text(clean(gap.why))
    if gap.unlocks:
        body.append("\n\nUnlocks ", style="dim").append(", ".join(gap.unlocks))
    body.append("\n\nEffort  ", style="dim").append(str(gap.effort))
    body.append("\nHow     ", style="dim").append(gap.command, style="bold")
    following = [_short(g) for g in card.gaps[1:4]]
    if following:
        body.append("\nThen    ", style="dim").append(", ".join(following))
    title = Text.assemble("Close this first: ", (gap.criterion, "bold"))
    if plain:
        return Group(title, Padding(body, (0, 0, 0, 2)))
    return Panel(body, title=title, title_align="left", border_style="yellow", box=box.ROUNDED, padding=(1, 2))


def _short(gap: Gap) -> str:
    return f"{gap.criterion} ({gap.effort})"


def _criteria(criteria: list[tuple[Criterion, Finding]], width: int) -> RenderableType:
    table = Table.grid(padding=(0, 1), expand=True)
    table.add_column(no_wrap=True, width=1)
    name_width = max((len(c.short) for c, _ in criteria), default=1)
    table.add_column(no_wrap=True, width=name_width)
    wide = width >= _WIDE
    if wide:
        table.add_column(ratio=5)
        table.add_column(ratio=6)
    else:
        table.add_column(ratio=1)
    for criterion, finding in criteria:
        style = _STYLES[finding.outcome]
        mark = Text(MARKS[finding.outcome], style)
        name = Text(criterion.short, style if finding.outcome is Outcome.UNMET else "")
        summary = Text(clean(finding.summary), "dim" if finding.outcome is Outcome.NOT_APPLICABLE else "")
        proof = _proof(finding)
        if wide:
            table.add_row(mark, name, summary, proof)
        else:
            table.add_row(mark, name, Group(summary, proof) if proof.plain else summary)
    return table


def _proof(finding: Finding) -> Text:
    """The chain for what is met, where it was looked for what is not."""
    text = Text(style="dim", overflow="fold")
    if finding.outcome is Outcome.MET:
        for position, evidence in enumerate(finding.evidence[:_MAX_CHAIN]):
            text.append("\n" if position else "").append_text(_cited(evidence))
        more = len(finding.evidence) - _MAX_CHAIN
        if more > 0:
            text.append(f"\nand {more} more")
    elif finding.outcome in (Outcome.UNMET, Outcome.UNKNOWN):
        lines = [f"near: {_cited(e).plain}" for e in finding.evidence[:2]]
        if finding.looked_in:
            lines.append("looked in " + clean(", ".join(finding.looked_in[:5])))
        text.append("\n".join(lines))
    return text


def _cited(evidence: Evidence) -> Text:
    text = Text(place(evidence), style="cyan")
    if evidence.text:
        quoted = clean(evidence.text)
        text.append("  " + (quoted if len(quoted) <= 70 else quoted[:69] + "…"), style="dim")
    return text


def _notes(card: Scorecard) -> list[RenderableType]:
    if not card.notes:
        return []
    lines: list[RenderableType] = [Text(), Text("Notes", style="bold")]
    shown = [f"{note.path} {note.reason}".strip() for note in card.notes[:_MAX_NOTES]]
    if len(card.notes) > _MAX_NOTES:
        shown.append(f"and {len(card.notes) - _MAX_NOTES} more; --format json lists them all")
    return [*lines, *(Padding(Text(clean(text), style="dim"), (0, 0, 0, 2)) for text in shown)]
