"""Small tables that lie in the repository: their columns, what each holds, and a few whole rows."""

import csv
import re
from dataclasses import dataclass
from typing import Any

from scorecard.paths import is_test
from scorecard.repository import Repository

_MOST_FILES = 30
_MOST_ROWS = 400
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}(?:[ T]\d{2}:\d{2}(?::\d{2})?)?")
_NUMBER = re.compile(r"-?\d{1,15}(?:\.\d{1,12})?")


@dataclass(frozen=True, slots=True)
class Table:
    """``kinds`` says of each column whether it holds num, date or text, "" where that is mixed or it has gaps everywhere."""

    path: str
    kinds: dict[str, str]
    rows: tuple[dict[str, Any], ...]

    def holds(self, needs: dict[str, list[str]]) -> bool:
        """Has it these columns, with what they must hold?"""
        return all(
            column in self.kinds
            and all(self.kinds[column] == kind or (kind, self.kinds[column]) == ("text", "date") for kind in kinds)
            for column, kinds in needs.items()
        )

    def take(self, columns: list[str], most: int) -> list[dict[str, Any]]:
        """The first rows that have a value in each of ``columns``."""
        whole = [row for row in self.rows if all(row[column] != "" for column in columns)]
        return [{column: row[column] for column in columns} for row in whole[:most]]


def tables(repository: Repository) -> list[Table]:
    """The tables that are tracked, those of the system before those of its tests."""
    paths = [path for path in repository.own if path.endswith(".csv")][:_MOST_FILES]
    found = [table for path in sorted(paths, key=is_test) if (table := _read(repository, path))]
    return sorted(found, key=lambda table: is_test(table.path))


def _read(repository: Repository, path: str) -> Table | None:
    try:
        lines = list(csv.reader(repository.lines(path)[: _MOST_ROWS + 1]))
    except csv.Error:
        return None
    header = lines[0] if lines else []
    if (
        len(header) < 2
        or len(set(header)) != len(header)
        or not all(re.fullmatch(r"[A-Za-z_][\w .-]{0,60}", name) for name in header)
    ):
        return None
    whole = [line for line in lines[1:] if len(line) == len(header)]
    kinds = {name: _kind([line[at] for line in whole if line[at] != ""]) for at, name in enumerate(header)}
    rows = tuple({name: _value(line[at], kinds[name]) for at, name in enumerate(header)} for line in whole)
    return Table(path, kinds, rows) if len(rows) >= 3 else None


def _kind(values: list[str]) -> str:
    if not values:
        return ""
    if all(_NUMBER.fullmatch(value) for value in values):
        return "num"
    if all(_DATE.fullmatch(value) for value in values):
        return "date"
    return "" if any(_NUMBER.fullmatch(value) for value in values) else "text"


def _value(text: str, kind: str) -> Any:
    if kind != "num" or text == "":
        return text
    return float(text) if "." in text else int(text)
