"""Performance per slice or group: by a fairness library, by an evaluation with slices, or by own code that measures group by group.

Grouping data to look at it is none, nor is a report per class, which tells how the model does on its labels and not on whom.
"""

import re
from collections.abc import Iterator
from typing import Self

from msgspec import Struct

from scorecard.facts.code import Code, Hit
from scorecard.facts.definitions import Definitions
from scorecard.facts.measured import Measured
from scorecard.facts.metric_words import is_metric, words_of
from scorecard.facts.slice_words import (
    ERRORS,
    GROUPBY,
    GROUPS,
    LIBRARIES,
    LOOP,
    NAMED,
    NO_GROUPS,
    NO_KEYS,
    NO_MEASURE,
    OF_OURS,
    PIPED,
    SQL,
    SQL_MEASURE,
    SQL_PREDICTED,
    SUMMARISED,
    SURELY,
    TFMA,
    TFMA_TEXT,
)
from scorecard.model import Evidence
from scorecard.paths import is_test
from scorecard.patterns import lazily
from scorecard.readers.code import Source

_MEASURED = lazily(
    r"[a-z]\w*_(?:score|error|accuracy|rmse|mae|auc|recall|precision)\b|\b(?:accuracy|rmse|mae|auc|f1)\w*"
)


class Slices(Struct, frozen=True):
    """``found`` measures per group; ``grouped`` are groupings that measure no model."""

    found: tuple[Evidence, ...]
    grouped: tuple[Evidence, ...]

    @classmethod
    def gather(cls, code: Code, definitions: Definitions, measured: Measured) -> Self:
        reader = _Reader(code, definitions, measured)
        hits = [*reader.libraries(), *reader.named(), *reader.loops(), *reader.grouped(), *reader.queries()]
        groupings = [h for h in code.calls(*GROUPBY) if h not in hits]
        return cls(tuple(code.quote(hits)), tuple(code.quote(groupings)))


class _Reader(Struct, frozen=True):
    code: Code
    definitions: Definitions
    measured: Measured

    def libraries(self) -> Iterator[Hit]:
        for hit in self.code.calls(*LIBRARIES, tests=None):
            if hit.call or hit.name.startswith(("snorkel.slicing", "aif360", "fairlearn")):
                yield hit
        for hit in self.code.calls(*TFMA, tests=None):
            if hit.call and (hit.call.args or hit.call.kwargs):
                yield hit
        for hit in self.code.texts(TFMA_TEXT.pattern, tests=None):
            yield hit

    def named(self) -> Iterator[Hit]:
        """A function of ours that is named so, computes a measure, and is called."""
        for source in self.code.sources:
            for function in source.functions:
                if (
                    not NAMED.fullmatch(function.last)
                    or NO_MEASURE.match(function.last)
                    or (is_test(source.path) and not function.last.startswith("test"))
                ):
                    continue
                if self._measures(source, function.line, function.end) and (
                    self._is_called(function.last) or source.notebook
                ):
                    yield Hit(source, function.line, function.name, function.last)

    def loops(self) -> Iterator[Hit]:
        """A measure within a loop over groups."""
        for path in {hit.path for hit in self.code.calls("*.groupby", "*.unique", "*.group_by", tests=None)} | {
            h.path for h in self.measured.hits
        }:
            source = self.code.source(path)
            if (
                source
                and source.language == "python"
                and not source.notebook
                and any(is_metric(n) for n in source.names)
            ):
                yield from self._loops_of(source)

    def grouped(self) -> Iterator[Hit]:
        """`groupby(…).apply(measure)`, and the mean of errors per group."""
        for hit in self.code.calls(*GROUPBY, tests=None):
            text = " ".join(self.code.line(hit.path, n).partition("#")[0] for n in range(hit.line, hit.line + 4))
            after = text[text.find("group") :]
            if NO_GROUPS.search(after[:60]) and not GROUPS.search(after[8:60]):
                continue
            if (
                ERRORS.search(after)
                or PIPED.search(after)
                or (hit.source.language == "r" and SUMMARISED.search(after))
                or (re.search(r"\.(?:apply|agg|map_groups|aggregate)\(", after) and self._applies_measure(hit, after))
            ):
                yield hit

    def queries(self) -> Iterator[Hit]:
        """SQL that averages the error of predictions per group."""
        for hit in self.code.texts(SQL.pattern):
            if SQL_MEASURE.search(hit.name) and SQL_PREDICTED.search(hit.name):
                yield hit

    def _measures(self, source: Source, first: int, last: int) -> bool:
        calls = source.calls_in(first, last)
        if any(self._is_measure(c.name) for c in calls):
            return True
        reached = [d for c in calls if (d := self.definitions.of(c, source))]
        return any(self._is_measure(c.name) for d in reached for c in d.source.calls_in(d.line, d.end))

    def _is_measure(self, name: str) -> bool:
        last = name.rpartition(".")[2]
        if name.startswith(("sklearn.metrics", "torchmetrics", "fairlearn")) or last in self.measured.names:
            return True
        if NO_MEASURE.match(last):
            return False
        return bool(OF_OURS.fullmatch(last)) or (is_metric(last) and not {"metric", "metrics"} & set(words_of(last)))

    def _is_called(self, name: str) -> bool:
        return bool(self.code.calls(f"*.{name}", name, tests=None)) or name.startswith("test")

    def _applies_measure(self, hit: Hit, text: str) -> bool:
        if any(is_metric(word) for word in _MEASURED.findall(text)):
            return True
        named = re.findall(r"\.(?:apply|map_groups)\(\s*(\w+)", text)
        found = (self.definitions.named(name, hit.source) for name in named)
        return any(self._measures(d.source, d.line, d.end) for d in found if d)

    def _loops_of(self, source: Source) -> Iterator[Hit]:
        if not any(call.args and self._is_measure(call.name) for call in source.calls):
            return
        lines = self.code.repository.lines(source.path)
        for number, line in enumerate(lines, 1):
            if " in " not in line or not (match := LOOP.match(line)):
                continue
            if not _goes_over_groups(match[2], match[3]):
                continue
            variables = [v for v in re.findall(r"[A-Za-z_]\w*", match[2]) if v != "_"]
            end = _end(lines, number, len(match[1]))
            body = "\n".join(lines[number:end])
            if any(re.search(rf"\b{re.escape(v)}\b", body) for v in variables) and self._measures_inside(
                source, number + 1, end
            ):
                yield Hit(source, number, "", "for")

    def _measures_inside(self, source: Source, first: int, last: int) -> bool:
        inside = [call for call in source.calls_in(first, last) if call.args]
        if any(self._is_measure(call.name) for call in inside):
            return True
        reached = [d for call in inside if (d := self.definitions.of(call, source)) and d.function]
        return any(self._is_measure(c.name) and c.args for d in reached for c in d.source.calls_in(d.line, d.end))


def _goes_over_groups(variables: str, over: str) -> bool:
    said = f"{variables} {over}"
    if SURELY.search(said):
        return True
    if "groupby(" in over or "group_by(" in over:
        return not NO_KEYS.search(said)
    return bool(GROUPS.search(said)) and not NO_GROUPS.search(said) and not NO_KEYS.search(said)


def _end(lines: list[str], start: int, indent: int) -> int:
    """The last line of the block that a loop opens."""
    for number in range(start, min(len(lines), start + 60)):
        text = lines[number]
        if text.strip() and len(text) - len(text.lstrip()) <= indent:
            return number
    return min(len(lines), start + 60)
