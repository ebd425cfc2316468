"""Why a condition is about the quality of a model: it compares a measure itself, or asks a flag or a function that did."""

import re
from functools import cached_property
from typing import Self

from msgspec import Struct

from scorecard.facts.code import Code
from scorecard.facts.metric_words import (
    ORDER,
    compares,
    holds_comparison,
    is_metric,
    is_outcome,
    is_reference,
    is_the_best,
    may_be_metric,
)
from scorecard.paths import is_test
from scorecard.patterns import lazily
from scorecard.readers.code import Guard, Source

Lines = tuple[tuple[Source, int], ...]

_CALLED = lazily(r"\b([A-Za-z_]\w*)\s*\(")
_UNPACKED = lazily(r"\s*\(?(\w+(?:,\s?\w+)+)\)?\s?=[^=]")
_VERDICTS = frozenset(
    {
        "promote",
        "promoted",
        "approve",
        "deploy",
        "accept",
        "accepted",
        "reject",
        "rejected",
        "register",
        "blessed",
        "rollback",
        "keep_champion",
        "pass",
        "fail",
    }
)
# What a decision that is an object is asked: `decision.promote`, `gate.passed`.
TOLD = _VERDICTS | {"approved", "passed"}
_DECISION = lazily(r"decision|verdict|recommendation|(?:^|_)gates?(?:_|$)|promotion|outcome", re.IGNORECASE)
_SETTING = lazily(r"\bargs?\b|config|environ|getenv|settings|\bparams\b")
_JUDGES = lazily(
    r"_*(?:validat\w*|check\w*|gates?|decide\w*|should\w*|compare\w*|pass\w*|meets?\w*|qualif\w*|assess\w*|verif\w*|is|can|enforce\w*|promot\w*|evaluate_\w+|accept\w*|apply\w*|challenge\w*|select\w*|choose\w*|branch\w*)(?:_|$)"
)
_ABOUT_MODELS = lazily(
    r"metric|quality|gate|performance|promot|champion|challenger|threshold|model|accuracy|score|baseline|candidate",
    re.IGNORECASE,
)
_GENERIC = frozenset({
    "main", "run", "train", "fit", "evaluate", "predict", "get", "forward", "__call__", "execute", "step",
    "validate", "check", "append", "len", "all", "any",
})  # fmt: skip
# How much better it must be, in a function whose name says that it judges a model.
_MARGINS = frozenset({"epsilon", "eps", "delta", "min_delta", "min_gain"})
_CONSTANTS = frozenset({"True", "False", "1", "0", "'true", "'True", "'false"})


class GateReasons(Struct, dict=True, eq=False):
    """Knows the functions that judge models, and follows flags back to the line that compared."""

    code: Code

    @classmethod
    def gather(cls, code: Code) -> Self:
        return cls(code)

    def compares(self, guard: Guard) -> bool:
        """A comparison of a measure, by its names or by the name of the function that it stands in."""
        if compares(guard):
            return True
        scope = guard.scope.rpartition(".")[2]
        if not guard.ops & ORDER or not (_JUDGES.match(scope) and _ABOUT_MODELS.search(scope)):
            return False
        held = any(is_reference(n) or n in _MARGINS for n in guard.names)
        return held and len(guard.names) >= 2 and "len" not in guard.names

    def of(self, source: Source, guard: Guard) -> Lines | None:
        """The lines that decide what the condition asks for; () where it says so itself, None where it is about something else."""
        if self.compares(guard):
            return ()
        if guard.ops & ORDER:
            return self._of_difference(source, guard)
        if len(guard.names) > 8:
            return None
        if guard.ops & {"==", "!="} and is_the_best(guard):
            return ()
        if guard.ops & {"==", "!=", "in", "not in"} and not guard.values:
            return None  # two things are held against each other, not a verdict against a word
        if self._is_verdict(guard):
            return ()
        for name in sorted(guard.names):
            found = self.of_name(source, name.removesuffix("()"), guard.scope, guard.line)
            if found is not None:
                return found
        for name in guard.names:
            if (
                is_outcome(name)
                and not self._is_fixed(source, name.removesuffix("()"), guard)
                and not self._is_setting(source, name, guard)
            ):
                return ()
        return None

    def _of_difference(self, source: Source, guard: Guard) -> Lines | None:
        """`if improvement > 0.01:` where a line above said `improvement = champion_rmse - new_rmse`."""
        if len(guard.names) > 4 or "len" in guard.names:
            return None
        for name in sorted(guard.names):
            for at in self._set_at(source, name, guard.scope, guard.line)[-1:]:
                value = self.line(source, at).partition("=")[2].partition("#")[0]
                words = re.findall(r"[A-Za-z_]\w*", value)
                measured = [word for word in words if is_metric(word)]
                held = len(measured) >= 2 or any(is_reference(word) for word in words if word not in measured)
                if re.search(r"\s[-/]\s", value) and measured and held:
                    return ((source, at),)
        return None

    def _is_verdict(self, guard: Guard) -> bool:
        """`if decision["final"] != "promote":` or `if not decision.promote:`, where functions of the project judge models."""
        if not guard.ops - {"not"} and not guard.values and not TOLD.isdisjoint(guard.names):
            switch = any(_SETTING.search(name.lower()) for name in guard.names)
            return bool(self._judges) and not switch and any(_DECISION.search(name) for name in guard.names)
        if not any(value[1:].lower() in _VERDICTS for value in guard.values if value[:1] == "'"):
            return False
        said = [*guard.names, *(value[1:] for value in guard.values)]
        return bool(self._judges) and any(_DECISION.search(name) for name in said)

    def of_name(self, source: Source, name: str, scope: str, line: int) -> Lines | None:
        """The same for one name: a function that judges, or a flag set by a comparison before ``line`` in the same function."""
        set_at = self._set_at(source, name, scope, line)
        if name in self._judges and not set_at:
            return (self._judges[name],)
        if not set_at and not any(c.on == name for c in source.calls_of(scope) if c.line < line):
            return None
        for at in reversed(set_at[-3:]):
            text = self.line(source, at)
            value = text.partition("=")[2]
            if holds_comparison(value) or (
                value.rstrip().endswith("(") and holds_comparison(self.line(source, at + 1))
            ):
                return ((source, at),)
            judged = next((called for called in _CALLED.findall(value) if called in self._judges), None)
            if judged:
                return ((source, at), self._judges[judged])
        if set_at and self._is_constant(source, set_at[-1], scope, line):
            return None
        for other in source.guards:
            if (
                other.scope != scope
                or other.line >= line
                or other.kind not in ("if", "else")
                or not (self.compares(other) or self._asks_flag(source, other))
            ):
                continue
            inside = source.calls_in(other.line, other.end)
            if any(other.line <= at <= other.end for at in set_at) or any(
                c.on == name and c.last in ("append", "add", "extend", "update") for c in inside
            ):
                return ((source, self.condition_line(source, other)),)
        return None

    def line(self, source: Source, number: int) -> str:
        """One line of a file as it stands."""
        return self.code.repository.line(source.path, number)

    def condition_line(self, source: Source, guard: Guard) -> int:
        """The line of the `if` to which an `else` belongs."""
        if guard.kind != "else":
            return guard.line
        before = [g.line for g in source.guards if g.kind == "if" and g.names == guard.names and g.line < guard.line]
        return max(before, default=guard.line)

    def _set_at(self, source: Source, name: str, scope: str, before: int) -> list[int]:
        """The lines on which a variable is set, unpacked tuples included."""
        known = [
            a.line
            for a in source.assigns
            if a.scope == scope and a.line < before and a.target.rpartition(".")[2] == name
        ]
        function = next((f for f in source.functions if f.name == scope), None)
        first = max(function.line if function else 1, before - 60)
        unpacked = []
        lines = self.code.repository.lines(source.path)
        for number, text in enumerate(lines[first - 1 : before - 1], first):
            if name in text and (match := _UNPACKED.match(text)) and name in match[1].replace(" ", "").split(","):
                unpacked.append(number)
        return sorted({*known, *unpacked})

    def _asks_flag(self, source: Source, guard: Guard) -> bool:
        """`if threshold_crossed:` where a line above said `threshold_crossed = value < metric_threshold`."""
        if guard.ops - {"not", "and", "or"} or not 0 < len(guard.names) <= 3:
            return False
        lines = (
            a.line for a in source.assigns if a.target in guard.names and a.line < guard.line and a.scope == guard.scope
        )
        return any(holds_comparison(self.line(source, n).partition("=")[2]) for n in lines)

    def _is_constant(self, source: Source, at: int, scope: str, before: int) -> bool:
        """Is a constant set there outside of any condition that is over by then?"""
        if not any(a.line == at and a.scope == scope and a.value in _CONSTANTS for a in source.assigns):
            return False
        return not any(g.line <= at <= g.end < before for g in source.guards if g.kind in ("if", "else", "except"))

    def _is_fixed(self, source: Source, name: str, guard: Guard) -> bool:
        """Is a flag overwritten by a constant before it is read, so that the condition decides nothing?"""
        set_at = self._set_at(source, name, guard.scope, guard.line)
        return bool(set_at) and self._is_constant(source, set_at[-1], guard.scope, guard.line)

    def _is_setting(self, source: Source, name: str, guard: Guard) -> bool:
        """Is it a switch that a person sets, not an outcome?"""
        plain = name.removesuffix("()")
        if any(_SETTING.search(other) for other in guard.names):
            return True
        return any(
            _SETTING.search(self.line(source, at)) for at in self._set_at(source, plain, guard.scope, guard.line)
        )

    @cached_property
    def _judges(self) -> dict[str, tuple[Source, int]]:
        """Functions of the project that answer whether a model is good enough, with the line that compares."""
        sources = [s for s in self.code.sources if not is_test(s.path) and s.functions]
        asked = {n.removesuffix("()") for s in sources for g in s.guards for n in g.names}
        asked |= {c.last for s in sources for c in s.calls if _JUDGES.match(c.last)}
        known: dict[str, tuple[Source, int]] = {}
        for source in sources:
            if not any(may_be_metric(n) for n in source.names):
                continue
            for guard in source.guards:
                last = guard.scope.rpartition(".")[2]
                judges = "return" in guard.effects or _JUDGES.match(last)
                if guard.kind == "if" and judges and last in asked and last not in known and self.compares(guard):
                    known[last] = (source, guard.line)
            for function in source.functions:
                if function.last in asked and function.last not in known and function.end - function.line < 80:
                    line = self._answers(source, function.line, function.end)
                    if line:
                        known[function.last] = (source, line)
        return {name: where for name, where in known.items() if name not in _GENERIC}

    def _answers(self, source: Source, first: int, last: int) -> int:
        """The line on which a function returns a comparison of measures, directly or by a name; 0 if it does not."""
        compared: dict[str, int] = {}
        for number in range(first, last + 1):
            text = self.line(source, number).strip()
            if text.startswith("return "):
                if holds_comparison(text):
                    return number
                if text[7:].strip() in compared:
                    return compared[text[7:].strip()]
            name, equals, value = text.partition(" = ")
            if value.endswith("("):
                value = self.line(source, number + 1)
            if equals and holds_comparison(value):
                compared[name.strip()] = number
        return 0
