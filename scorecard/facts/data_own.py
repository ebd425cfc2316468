"""The record of a home-made data check, and what callers do with the answer of a checking function."""

from collections import defaultdict
from typing import NamedTuple, Self

from scorecard.facts.code import Code
from scorecard.facts.data_words import ACTS, STOPS, words
from scorecard.readers.code import Source


class OwnCheck(NamedTuple):
    """A home-made check. ``effect`` is stops, sets aside (skipped with a log line) or flags (only told)."""

    kind: str
    effect: str
    source: Source
    line: int
    scope: str
    about: str


class Answers:
    """What callers do with the answer of a checking function: stop, leave something out, or nothing."""

    _VERDICTS = frozenset(
        {"valid", "ok", "passed", "errors", "success", "failed", "issues", "violations", "status", "problems"}
    )

    @classmethod
    def gather(cls, code: Code) -> Self:
        return cls(code)

    def __init__(self, code: Code) -> None:
        self.code = code
        self.acted: dict[str, set[str]] = defaultdict(set)
        for source in code.sources:
            meaning = {
                a.target: a.value.rstrip("()").rpartition(".")[2] for a in source.assigns if a.value.endswith("()")
            }
            for guard in source.guards:
                acts = guard.effects & ACTS
                if acts and guard.kind in ("if", "else", "assert"):
                    for name in guard.names:
                        self.acted[name] |= acts
                        if name in meaning:
                            self.acted[meaning[name]] |= acts

    def effect(self, checker: str) -> str:
        """The strongest consequence of what ``checker`` answers."""
        acts = self.acted.get(checker, set()) | self._by_verdict(checker)
        return "stops" if acts & STOPS else "sets aside" if acts else "flags"

    def _by_verdict(self, checker: str) -> set[str]:
        """`ok, errors = check(df)` gives names that say no more than that they are a verdict."""
        found: set[str] = set()
        for hit in self.code.calls(checker, f"*.{checker}"):
            for guard in hit.source.guards:
                near = hit.scope == guard.scope and 0 <= guard.line - hit.line <= 12
                if near and guard.effects & STOPS and any(words(n) & self._VERDICTS for n in guard.names):
                    found |= guard.effects & STOPS
        return found
