"""Conditions that keep a bad model out: a measure held against a threshold, a baseline or the current champion, whose outcome stops
the run or decides whether the model is registered, promoted or deployed.

A better checkpoint that is saved, an early stop, a warning in a log and a flag that is overwritten before it is read keep nothing out.
"""

import re
from collections.abc import Iterator
from enum import StrEnum
from typing import NamedTuple, Self

from msgspec import Struct

from scorecard.facts.code import Code
from scorecard.facts.gate_reasons import GateReasons, Lines
from scorecard.facts.metric_words import compares, is_metric, is_outcome, may_be_metric, promotes, stops
from scorecard.paths import is_demo, is_test
from scorecard.patterns import lazily
from scorecard.readers.code import Call, Guard, Source

_TRAINS = lazily(
    r"(?:^|[/_.-])(?:train\w*|eval\w*|valid\w*|regist\w*|promot\w*|deploy\w*|models?|metrics?|gates?|pipelines?|quality|retrain\w*|challenger|champion|checks?|compare\w*|select\w*|experiment\w*|flows?|dags?|steps?"
    r"|assess\w*|mlflow|mlops|ci|fit|tune|tuning|baseline|benchmark\w*|performance)(?=[/_.-]|$)",
    re.IGNORECASE,
)
_SERVES = lazily(
    r"(?:^|[/_.-])(?:api|serve|serving|server|services?|inference|predict\w*|routes?|routers?|rag|search|retriev\w*|guardrails?|moderation|app|streamlit\w*|dashboard|monitor\w*|drift|alerts?|bot|chat|frontend|ui|chatbot|agents?"
    r"|recommend\w*|tracker|client|rerank\w*|critique|judge|dedup\w*|filter\w*|match\w*|simulat\w*|backtest\w*)(?=[/_.-]|$)",
    re.IGNORECASE,
)
_STAGE_FOLDER = lazily(
    r"(?:^|/)(?:\w*_)?(?:train(?:ing)?|evaluat(?:e|ion)|regist(?:er|ration)|promot(?:e|ion)|validat(?:e|ion)|pipelines?|gates?|retrain(?:ing)?|steps|flows|dags|jobs|ci)/",
    re.IGNORECASE,
)
_MEASURES = (
    "sklearn.metrics", "torchmetrics", "evaluate", "mlflow", "tensorflow_model_analysis", "wandb", "torcheval",
    "keras.metrics",
)  # fmt: skip
_CHECKS_ITSELF = lazily(
    r"__post_init__|__init__|parse_\w+|_?validate_(?:args|config|params|parameters|inputs?|options)\w*"
)
_CONDITIONAL = lazily(r"\bif\s+(?:not\s+)?([A-Za-z_][\w.]*)\s*(?:\([^()]*\))?\s+else\b")
_MOST = 40
_FITS = frozenset({"fit", "backward", "evaluate"})


class Way(StrEnum):
    """What a gate does with a model that is not good enough."""

    STOPS = "stops the run"
    KEEPS_OUT = "decides whether it is registered or deployed"


class Gate(NamedTuple):
    """A condition, what it does, and the lines that show it in reading order."""

    source: Source
    line: int
    way: Way
    lines: Lines


class ModelGates(Struct, dict=True, eq=False):
    """``gates`` decide; ``idle`` are comparisons of a measure that decide nothing."""

    code: Code
    reasons: GateReasons
    gates: tuple[Gate, ...] = ()
    idle: tuple[tuple[Source, Guard], ...] = ()

    @classmethod
    def gather(cls, code: Code, reasons: GateReasons) -> Self:
        found = cls(code, reasons)
        gates: list[Gate] = []
        idle: list[tuple[Source, Guard]] = []
        for source in code.sources:
            if is_test(source.path) or len(gates) > _MOST or not _speaks_of_measures(source):
                continue
            gates += found._exits(source)
            gates += found._arguments(source)
            for guard in source.guards:
                gate = found._gate(source, guard)
                if gate:
                    gates.append(gate)
                elif guard.kind in ("if", "assert") and compares(guard):
                    idle.append((source, guard))
        found.gates = tuple(sorted(gates, key=lambda g: (is_demo(g.source.path), g.source.notebook)))
        decided = {(g.source.path, g.line) for g in gates}
        found.idle = tuple((s, g) for s, g in idle if (s.path, g.line) not in decided)
        return found

    def _gate(self, source: Source, guard: Guard) -> Gate | None:
        if guard.kind == "assert":
            held = self.reasons.compares(guard) and _is_about_training(source, guard.scope)
            return Gate(source, guard.line, Way.STOPS, ((source, guard.line),)) if held else None
        if guard.kind not in ("if", "else"):
            return None
        way, effect = self._effect(source, guard)
        if way is None or (way is Way.STOPS and not _is_about_training(source, guard.scope)):
            return None
        reason = self.reasons.of(source, guard)
        if reason is None:
            return None
        here = self.reasons.condition_line(source, guard)
        return _made(source, here, way, (*reason, (source, here), (source, effect)))

    def _effect(self, source: Source, guard: Guard) -> tuple[Way | None, int]:
        """What the guarded block does to a model, and on which line."""
        inside = source.calls_in(guard.line, guard.end)
        promoted = next((c for c in inside if promotes(c) and (c.line > guard.line or guard.line == guard.end)), None)
        if promoted:
            return Way.KEEPS_OUT, promoted.line
        stopped = next((c for c in inside if stops(c)), None)
        if stopped:
            return Way.STOPS, stopped.line
        if guard.effects & {"raise", "exit"} or any(
            "raise" in g.effects for g in source.guards_in(guard.line + 1, guard.end)
        ):
            return Way.STOPS, guard.end
        if guard.effects & {"return", "continue"}:
            later = self._later(source, guard)
            if later:
                return Way.KEEPS_OUT, later.line
            last = self._ends_with(source, guard) if "return" in guard.effects else None
            if last:
                return Way.STOPS, last.line
        return None, 0

    def _later(self, source: Source, guard: Guard) -> Call | None:
        """What registers or deploys after the early return."""
        later = (c for c in source.calls_of(guard.scope) if c.line > guard.end) if guard.scope else iter(())
        return next((c for c in later if promotes(c)), None)

    def _ends_with(self, source: Source, guard: Guard) -> Call | None:
        """`sys.exit(main())` for a `return 1` within `main`."""
        if not re.search(r"\breturn\s+[1-9]", self.reasons.line(source, guard.end)):
            return None
        return next((c for c in source.calls if stops(c) and f"{guard.scope}()" in c.args), None)

    def _arguments(self, source: Source) -> Iterator[Gate]:
        """`upload_model(is_default_version=challenger_wins)`: the outcome is what the registering call is told."""
        for call in source.calls:
            if not promotes(call):
                continue
            for name in (*call.args, *(value for _, value in call.kwargs)):
                if name.isidentifier() and is_outcome(name):
                    reason = self.reasons.of_name(source, name, call.scope, call.line)
                    if reason is not None:
                        yield _made(source, call.line, Way.KEEPS_OUT, (*reason, (source, call.line)))
                        break

    def _exits(self, source: Source) -> Iterator[Gate]:
        """`sys.exit(0 if passed else 1)`."""
        for call in source.calls:
            if stops(call) and (match := _CONDITIONAL.search(self.reasons.line(source, call.line))):
                name = match[1].rpartition(".")[2]
                reason = self.reasons.of_name(source, name, call.scope, call.line)
                if reason is not None and _is_about_training(source, call.scope):
                    yield _made(source, call.line, Way.STOPS, (*reason, (source, call.line)))


def _made(source: Source, line: int, way: Way, lines: Lines) -> Gate:
    return Gate(source, line, way, tuple({(s.path, n): (s, n) for s, n in lines}.values()))


def _speaks_of_measures(source: Source) -> bool:
    if not source.guards:
        return any(is_outcome(n) for n in source.names)
    return any(may_be_metric(n) or is_outcome(n) for n in source.names) or any(
        is_metric(t.value) for t in source.texts if len(t.value) < 30
    )


def _is_about_training(source: Source, scope: str) -> bool:
    """A raise in a service, or on a user's parameter, is no gate."""
    name, function = source.path.rpartition("/")[2], scope.rpartition(".")[2]
    if _CHECKS_ITSELF.fullmatch(function):
        return False
    if _TRAINS.search(f"{name}/{function}") and not _SERVES.search(name):
        return True
    if _SERVES.search(f"{name}/{function}"):
        return False
    if any(i.module.startswith(_MEASURES) for i in source.imports) or (
        not source.names.isdisjoint(_FITS) and any(c.last in _FITS for c in source.calls)
    ):
        return True
    return bool(_STAGE_FOLDER.search(source.path)) and not _SERVES.search(source.path)
