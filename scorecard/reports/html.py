"""One page that needs nothing else: no script, no font, no server; light and dark, narrow and on paper."""

from math import cos, pi, sin
from typing import TYPE_CHECKING

from msgspec import Struct

from scorecard.model import Scorecard
from scorecard.reports.pages import page
from scorecard.reports.view import (
    MARKS,
    brief,
    by_ask,
    changes,
    clean,
    headline,
    is_system,
    not_a_system,
    place,
    shifts,
)

if TYPE_CHECKING:
    from markupsafe import Markup

_SIZE, _RADIUS = 150, 104


def render(card: Scorecard, *, full: bool) -> str:
    """The scorecard as HTML. Whatever comes from the repository is escaped, control characters included."""
    from markdown_it import MarkdownIt  # noqa: PLC0415  the other formats need it not

    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    shown = is_system(card) or full
    asks = list(by_ask(card)) if shown else []
    return page("page", place=place, said=_said).render(
        card=card,
        asks=asks,
        marks=MARKS,
        headline=headline(card),
        optional="" if is_system(card) else not_a_system(card),
        pages={c.id: markdown.render(brief(c.read_page())) for c in card.criteria} if shown else {},
        picture=_picture([(ask.title, level.level) for ask, level, _ in asks if level.level is not None]),
        gaps=card.gaps if shown else (),
        changes=changes(card.compared) if card.compared else [],
        shifts=shifts(card.compared) if card.compared else "",
    )


def _said(text: str) -> "Markup":
    """A sentence of ours, in which backticks mark what is typed."""
    from markupsafe import Markup, escape  # noqa: PLC0415  comes with jinja2

    parts = clean(text).split("`")
    if len(parts) % 2 == 0:  # one of them is the repository's own
        return escape("`".join(parts))
    return Markup("").join(Markup("<code>{}</code>").format(part) if n % 2 else part for n, part in enumerate(parts))


class Spoke(Struct, frozen=True):
    """One ask of the picture: where its ring of level 3 lies, where its level, and where its name."""

    title: str
    level: int
    end: tuple[float, float]
    at: tuple[float, float]
    label: tuple[float, float]
    anchor: str


def _picture(levels: list[tuple[str, int]]) -> dict[str, object]:
    """The asks as spokes, their levels as rings: where the shape caves in, there is work."""
    spokes = []
    for number, (title, level) in enumerate(levels):
        angle = 2 * pi * number / len(levels) - pi / 2
        x, y = cos(angle), sin(angle)
        anchor = "middle" if abs(x) < 0.2 else "start" if x > 0 else "end"
        label = (round((_RADIUS + 12) * x, 1), round((_RADIUS + 12) * y + 4, 1))
        spokes.append(Spoke(title, level, _point(x, y, 1), _point(x, y, level / 3), label, anchor))
    rings = [_points([(s.end[0] * n / 3, s.end[1] * n / 3) for s in spokes]) for n in (1, 2, 3)]
    return {"spokes": spokes, "rings": rings, "shape": _points([s.at for s in spokes]), "size": _SIZE}


def _point(x: float, y: float, reach: float) -> tuple[float, float]:
    return round(_RADIUS * reach * x, 1), round(_RADIUS * reach * y, 1)


def _points(places: list[tuple[float, float]]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
