"""Levels over time: a chart and a table for the terminal, a page, and JSON for programs."""

import json
from typing import Any

from msgspec import Struct

from scorecard.asks import ASKS
from scorecard.history import History, Point, Turn
from scorecard.reports.pages import page
from scorecard.reports.view import clean

SCHEMA = 1
_BARS = "▁▃▅█"
_NOTHING = "·"
_WIDEST = 60
_WIDTH, _HEIGHT, _PAD = 640, 66, 6


def text(history: History) -> str:
    """For a person at a terminal, and for a pipe."""
    points = history.points
    if not points:
        return "\n".join([f"{clean(history.name)}: nothing could be read", *_notes(history), ""])
    lines = [f"{clean(history.name)}: {_said(history)}", "", *_chart(points), "", *_table(points), ""]
    if history.turns:
        lines += ["What changed", *(f"  {turn.mark} {_sentence(turn)}" for turn in history.turns)]
    else:
        lines.append("No criterion changed.")
    return "\n".join([*lines, *_notes(history), ""])


def document(history: History) -> dict[str, Any]:
    """The history as plain data; ``read`` is false where a commit was not looked at, for its neighbours agree."""
    return {
        "schema": SCHEMA,
        "repository": history.name,
        "every": history.every,
        "points": [
            {
                "commit": point.commit.id,
                "name": point.commit.name,
                "day": point.commit.day,
                "read": point.read,
                "met": point.met,
                "applicable": point.applicable,
                "asks": {ask: level.level for ask, level in point.levels.items()},
            }
            for point in history.points
        ],
        "turns": [
            {
                "criterion": turn.criterion,
                "commit": turn.commit.id,
                "name": turn.commit.name,
                "day": turn.commit.day,
                "subject": turn.commit.subject,
                "since": turn.since.id if turn.since else None,
                "before": turn.before,
                "after": turn.after,
                "summary": turn.summary,
                "places": list(turn.places),
            }
            for turn in history.turns
        ],
        "notes": list(history.notes),
    }


def render_json(history: History) -> str:
    """``document`` as text."""
    return json.dumps(document(history), indent=2, ensure_ascii=True) + "\n"


def html(history: History) -> str:
    """A page that needs nothing else. Whatever comes from the repository is escaped."""
    return page("history", sentence=_sentence, shown=_level).render(
        history=history, asks=ASKS, lines=_lines(history.points), said=_said(history), width=_WIDTH, height=_HEIGHT
    )


def _said(history: History) -> str:
    first, last = history.points[0].commit, history.points[-1].commit
    count = len(history.points)
    return f"{count} {history.every}{'s' if count != 1 else ''}, {first.day} to {last.day}"


def _chart(points: tuple[Point, ...]) -> list[str]:
    shown = points[-_WIDEST:]
    width = max(len(ask.title) for ask in ASKS)
    rows = []
    for ask in ASKS:
        bars = "".join(_NOTHING if level is None else _BARS[level] for level in _of(shown, ask.id))
        rows.append(f"{ask.title:{width}}  {bars}  {_level(shown[-1].levels[ask.id].level)}")
    return rows


def _table(points: tuple[Point, ...]) -> list[str]:
    width = min(24, max(len(point.commit.name) for point in points))
    rows = [f"{'':{width}}  {'':10}  {'  '.join(ask.id[:4] for ask in ASKS)}   met"]
    for point in (point for point in points if point.read):
        levels = "  ".join(f"{_level(point.levels[ask.id].level):>{len(ask.id[:4])}}" for ask in ASKS)
        name = clean(point.commit.name)[:width]
        rows.append(f"{name:{width}}  {point.commit.day}  {levels}  {point.met:>3}/{point.applicable}")
    unread = sum(not point.read for point in points)
    return [*rows, f"and {unread} in between with the same answers as their neighbours"] if unread else rows


def _sentence(turn: Turn) -> str:
    """When, what, and what shows it."""
    when = f"{turn.commit.day} {clean(turn.commit.name)}"
    when += f" (after {clean(turn.since.name)})" if turn.since else ""
    places = f" ({', '.join(clean(place) for place in turn.places)})" if turn.places else ""
    gone = " is gone" if turn.mark == "-" and turn.places else ""
    by = f"; {clean(turn.commit.subject)}" if not turn.since and turn.commit.subject != turn.commit.name else ""
    return f"{when}  {turn.criterion}, {turn.before} → {turn.after}: {clean(turn.summary)}{places}{gone}{by}"


def _notes(history: History) -> list[str]:
    return ["", *(f"note: {clean(note)}" for note in history.notes)] if history.notes else []


def _level(level: int | None) -> str:
    return "\u2013" if level is None else str(level)


def _of(points: tuple[Point, ...], ask: str) -> list[int | None]:
    return [point.levels[ask].level for point in points]


class Line(Struct, frozen=True):
    """One ask's steps as points of a picture; ``parts`` are its stretches between gaps where it does not apply."""

    title: str
    now: str
    parts: tuple[str, ...]
    words: str


def _lines(points: tuple[Point, ...]) -> list[Line]:
    step = (_WIDTH - 2 * _PAD) / max(len(points), 1)
    found = []
    for ask in ASKS:
        levels = _of(points, ask.id)
        parts: list[list[str]] = [[]]
        for place, level in enumerate(levels):
            if level is None:
                parts.append([])
                continue
            x, y = _PAD + place * step, _PAD + (3 - level) * (_HEIGHT - 2 * _PAD) / 3
            parts[-1] += [f"{x:.1f},{y:.1f}", f"{x + step:.1f},{y:.1f}"]
        drawn = tuple(" ".join(part) for part in parts if part)
        found.append(Line(ask.title, _level(levels[-1]) if levels else "", drawn, ", ".join(map(_level, levels))))
    return found


FORMATS = {"text": text, "json": render_json, "html": html}
