"""What the rows of a text table say of its columns: the rules of a schema, wider than what was seen, and how values are spread."""

import csv
import io
import math
import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from typing import Any

_MAX_ROWS, _MAX_TEXT, _FEW = 500_000, 60_000_000, 20
# What pandas and polars take for no value, and for a number; "inf" would be one too, and says nothing that a range could.
_EMPTY = frozenset(
    [
        "",
        "#N/A",
        "#N/A N/A",
        "#NA",
        "-1.#IND",
        "-1.#QNAN",
        "-NaN",
        "-nan",
        "1.#IND",
        "1.#QNAN",
        "<NA>",
        "N/A",
        "NA",
        "NULL",
        "NaN",
        "None",
        "n/a",
        "nan",
        "null",
    ]
)
_NUMBER = re.compile(r"\s*[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?\s*")
_WHOLE = re.compile(r"\s*[+-]?\d{1,18}\s*")
_INFINITE = re.compile(r"\s*[+-]?inf(?:inity)?\s*", re.IGNORECASE)
_FLAGS = frozenset({"True", "TRUE", "true", "False", "FALSE", "false"})
_DATES = ("%Y-%m-%d", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y/%m/%d", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y")  # fmt: skip
_KEY = re.compile(r"(?:^|[_\s.-])(?i:id|key|uuid|guid|pk|nr|no|number)$|[a-z](?:Id|ID|Key|Number)$")
_TIME = re.compile(r"(?:^|[_\s])(?:year|yr|date|time|timestamp|datetime|epoch|ts|unix)(?:$|[_\s])", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Table:
    """``columns`` and ``usual`` are rows for the template: plain data."""

    rows: int
    columns: list[dict[str, Any]]
    usual: list[dict[str, Any]] = field(default_factory=list)


def read(text: str, options: Mapping[str, Any], target: str = "") -> Table | None:
    """The table in ``text``, read as `read_csv` would with these options; None where it is none, or cannot be read so."""
    try:
        cells = list(
            csv.reader(
                io.StringIO(text[:_MAX_TEXT].removeprefix("\ufeff"), newline=""), delimiter=options.get("sep", ",")
            )
        )
    except (csv.Error, TypeError):
        return None
    cells = [row for row in cells[:_MAX_ROWS] if row]
    if len(text) > _MAX_TEXT:
        cells = cells[:-1]
    header = options.get("names") or (cells.pop(0) if cells and "header" not in options else [])
    if not cells or not header or any(len(row) != len(header) for row in cells):
        return None
    empty = _EMPTY | set(options.get("na_values", ()))
    columns, usual = [], []
    for position, name in enumerate(header):
        wanted = "usecols" not in options or name in options["usecols"]
        plain = name and header.count(name) == 1 and name.isprintable()
        if not plain or not wanted or options.get("index_col", -1) in (position, name):
            continue
        seen = _Seen(name, position, [row[position] for row in cells], empty)
        rules = {"kind": ""} if name in options.get("dtype", ()) else seen.rules(target=name == target)
        columns.append({"name": name, **rules})
        if spread := seen.spread(rules):
            usual.append({"name": name, **spread})
    return Table(len(cells), columns, usual) if columns else None


class _Seen:
    """One column, as it stands there."""

    def __init__(self, name: str, position: int, values: Sequence[str], empty: frozenset[str]) -> None:
        self.name, self.position, self.rows = name, position, len(values)
        counts = Counter(values)
        self.missing = sum(number for value, number in counts.items() if value in empty)
        self.counts = {value: number for value, number in counts.items() if value not in empty}
        self.numbers: list[tuple[float, int]] = []
        self.whole = all(_WHOLE.fullmatch(value) for value in self.counts)
        if self.whole or all(_NUMBER.fullmatch(value) for value in self.counts):
            self.numbers = sorted((float(value), number) for value, number in self.counts.items())
        filled = [value for value in values if value not in empty]
        self.unique = len(self.counts) == len(filled)
        self.rises = bool(self.numbers) and len(self.counts) > len(filled) / 2 and _rises(filled)

    def rules(self, *, target: bool) -> dict[str, Any]:
        """The rules of the column, those that say something."""
        share = self.missing / self.rows
        nulls = {"nulls": 1.0 if share > 0.6 else round(math.ceil(share * 150 + 5) / 100, 2)} if share else {}
        if not self.counts or any(_INFINITE.fullmatch(value) for value in self.counts):
            return {"kind": "", **(nulls if self.counts else {"nulls": 1.0})}
        if self.counts.keys() <= _FLAGS:
            return {"kind": "flag", **nulls}
        key = {"unique": True} if self._is_key() else {}
        if self.numbers:
            return {"kind": "integer" if self.whole else "number", **nulls, **(key or self._range(target=target))}
        if found := self._date():
            return {"kind": "date", **nulls, **key, "date": found}
        return {"kind": "text", **nulls, **(key or self._choices())}

    def spread(self, rules: Mapping[str, Any]) -> dict[str, Any]:
        """The bins and shares of a column that another batch should resemble; nothing for keys, times and what is mostly empty."""
        if self.rows < 100 or rules.get("nulls", 0) > 0.5 or "unique" in rules:
            return {}
        total = sum(self.counts.values())
        if rules["kind"] == "text" and "values" in rules:
            shares = [round(self.counts[value] / total, 3) for value in rules["values"]]
            return {"bins": list(rules["values"]), "shares": [*shares, 0.0]}
        if rules["kind"] not in ("integer", "number") or not {"low", "values"} & rules.keys():
            return {}
        edges, passed, top = [], 0, self.numbers[-1][0]
        for value, number in self.numbers:
            before, passed = passed, passed + number
            if value < top and int(before / total * 5) < int(passed / total * 5):
                edges.append(_plain(float(f"{value:.4g}")))
        edges = sorted({*edges} or ({_plain(self.numbers[-2][0])} if len(self.numbers) > 1 else set()))
        shares = [0.0] * (len(edges) + 1)
        for value, number in self.numbers:
            shares[bisect_left(edges, value)] += number / total
        return {"bins": edges, "shares": [round(share, 3) for share in shares]} if edges else {}

    def _is_key(self) -> bool:
        if not self.unique or self.missing or self.rows < _FEW or (self.numbers and not self.whole):
            return False
        named = bool(_KEY.search(self.name))
        counts_up = self.whole and self.numbers[-1][0] - self.numbers[0][0] + 1 == self.rows
        return named or (self.position == 0 and (counts_up or not (self.numbers or self._date())))

    def _range(self, *, target: bool) -> dict[str, Any]:
        few = _FEW if target else 2
        if self.whole and 1 < len(self.numbers) <= few and self.rows >= 50:
            return {"values": [int(value) for value, _ in self.numbers]}
        if _TIME.search(self.name) or _KEY.search(self.name) or self.rises:
            return {}
        low, high = self.numbers[0][0], self.numbers[-1][0]
        span = (high - low) or abs(high) or 1.0
        step = 10.0 ** (math.floor(math.log10(span)) - 1)
        bottom, top = (math.floor((low - span / 2) / step) * step, math.ceil((high + span / 2) / step) * step)
        return {
            "low": _plain(max(bottom, 0) if low >= 0 else bottom),
            "high": _plain(min(top, 0) if high <= 0 else top),
        }

    def _choices(self) -> dict[str, Any]:
        values = sorted(self.counts)
        plain = all(value.isprintable() and len(value) <= 60 for value in values)
        few = len(values) <= min(_FEW, max(2, self.rows // 10)) and self.rows >= 50
        return {"values": values} if plain and few else {}

    def _date(self) -> str:
        """The format in which all of them are written, if there is but one."""
        fits = [form for form in _DATES if all(_is_date(value, form) for value in self.counts)]
        return fits[0] if len(fits) == 1 else ""


def _is_date(value: str, form: str) -> bool:
    try:
        datetime.strptime(value, form)  # noqa: DTZ007  only asked whether it is one
    except ValueError:
        return False
    return True


def _rises(values: Sequence[str]) -> bool:
    numbers = [float(value) for value in values]
    return all(a <= b for a, b in pairwise(numbers))


def _plain(value: float) -> float | int:
    value = round(value, 10)
    return int(value) if value == int(value) and abs(value) < 1e15 else value
