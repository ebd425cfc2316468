"""Many scorecards on one page: who stands where, and the gap that is most common."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from scorecard.asks import ASKS
from scorecard.reports.pages import page

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Fleet:
    """``systems`` best first, ``others`` for which the asks are optional, ``failed``; ``first`` and ``missing`` count criteria."""

    systems: tuple[Row, ...]
    others: tuple[Row, ...]
    failed: tuple[Row, ...]
    first: tuple[tuple[str, int], ...]
    missing: tuple[tuple[str, int], ...]


def gathered(rows: Iterable[Row]) -> Fleet:
    """What rows say together."""
    rows = list(rows)
    read = [row for row in rows if "report" in row]
    systems = [row for row in read if row["report"]["kind"] not in ("library", "none")]
    first = Counter(row["report"]["gaps"][0]["criterion"] for row in systems if row["report"]["gaps"])
    missing = Counter(gap["criterion"] for row in systems for gap in row["report"]["gaps"])
    return Fleet(
        tuple(sorted(systems, key=lambda row: (-share(row), row["target"]))),
        tuple(row for row in read if row not in systems),
        tuple(row for row in rows if "error" in row),
        tuple(first.most_common()),
        tuple(missing.most_common()),
    )


def share(row: Row) -> float:
    """How much of what applies is met, from 0 to 1."""
    report = row["report"]
    return report["met"] / report["applicable"] if report["applicable"] else 1.0


def levels(row: Row) -> list[str]:
    """The level of each ask, in order; a dash where it does not apply."""
    asks = row["report"]["asks"]
    return ["\u2013" if asks[ask.id]["level"] is None else str(asks[ask.id]["level"]) for ask in ASKS if ask.id in asks]


def first_gap(row: Row) -> str:
    """The criterion to close first, nothing where none is left."""
    gaps = row["report"]["gaps"]
    return str(gaps[0]["criterion"]) if gaps else ""


def render(fleet: Fleet) -> str:
    """The page as HTML. Whatever comes from repositories is escaped."""
    return page("fleet", levels=levels, first_gap=first_gap).render(fleet=fleet, asks=ASKS, sums=_sums(fleet))


def _sums(fleet: Fleet) -> dict[str, list[int]]:
    """For each ask how many systems stand at level 0, 1, 2 and 3."""
    sums = {ask.id: [0, 0, 0, 0] for ask in ASKS}
    for row in fleet.systems:
        for ask, level in row["report"]["asks"].items():
            if level["level"] is not None:
                sums[ask][level["level"]] += 1
    return sums
