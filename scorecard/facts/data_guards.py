"""Home-made data checks: conditions over data that lead to an error, a refusal, or a logged setting aside.

A condition over arguments, settings, files or responses is no data check, so what it tests must be named like data
(a frame, rows, samples, images, labels), and what happens must be more than silent cleaning.
"""

import re
import sys
from bisect import bisect_left, bisect_right
from collections.abc import Iterator

from msgspec.structs import replace

from scorecard.facts.code import Code
from scorecard.facts.data_conditions import kind_of
from scorecard.facts.data_own import Answers, OwnCheck
from scorecard.facts.data_words import (
    ASIDE,
    CHECKER,
    DATA,
    LOGS,
    PLACES,
    PREDICTS,
    ROUTES,
    SCHEMA_WORDS,
    STOPS,
    STRUCTURE,
    speaks_of,
    words,
)
from scorecard.paths import is_test
from scorecard.readers.code import Call, Guard, Source

STOP_CALLS = frozenset(
    {"stop", "raise", "throw", "error", "warning", "return", "Error", "abort", "logger", "print", "cat", "message"}
)
ASSERT_CALLS = {
    "r": frozenset(
        {
            "stopifnot",
            "assert_that",
            "assert_data_frame",
            "assert_names",
            "assert_numeric",
            "assert_subset",
            "assert_true",
        }
    ),
    "scala": frozenset({"require", "assert", "assume"}),
    "java": frozenset({"checkArgument", "checkState"}),
    "kotlin": frozenset({"require", "check"}),
    "julia": frozenset({"@assert"}),
}
READS = frozenset({
    "read_csv", "read_parquet", "read_sql", "read_sql_query", "read_sql_table", "read_json", "read_excel", "read_feather", "read_gbq", "read.csv", "fread",
    "dbGetQuery", "load_dataset", "open_dataset", "open_zarr", "readRDS", "read_table",
})  # fmt: skip
BODY = frozenset({"payload", "body", "json", "field", "fields", "content", "params"})
TALK_FIELDS = frozenset({
    "message", "messages", "prompt", "query", "question", "history", "session_id", "thread_id", "user_id",
    "conversation_id", "chat_history", "file", "files",
})  # fmt: skip


def _as_columns(call: Call, language: str) -> tuple[str, ...]:
    return ("colnames",) if language == "r" and call.name in ("names", "colnames") else ()


def own_checks(code: Code, answers: Answers) -> Iterator[OwnCheck]:
    """Every home-made check outside tests, demos included (their weight is the caller's matter)."""
    for source in code.sources:
        if is_test(source.path):
            continue
        reader = GuardReader(code, source)
        for guard in (*source.guards, *reader.asserted()):
            found = reader.judge(guard) or reader.refusal(guard)
            if found and found.effect != "stops" and CHECKER.match(found.scope.rpartition(".")[2]):
                found = found._replace(effect=answers.effect(found.scope.rpartition(".")[2]))
            if found:
                yield found


class GuardReader:
    """One source's guards with what stands inside them."""

    def __init__(self, code: Code, source: Source) -> None:
        self.code, self.source = code, source
        self.texts = sorted(source.texts, key=lambda t: t.line)
        self._text_lines = [t.line for t in self.texts]
        self._read_at: dict[str, int] = {}  # the first line of a scope that reads a table
        self._routes = [f for f in source.functions if any(ROUTES.search(d) for d in f.decorators)]

    def judge(self, guard: Guard) -> OwnCheck | None:
        if guard.kind in ("except", "else", "while") or not guard.names:
            return None
        last = guard.scope.rpartition(".")[2]
        if last in STRUCTURE or speaks_of(ASIDE, self.source.path, guard.scope):
            return None
        guard = self._with_calls(guard)
        effect = self._effect(guard, checker=bool(CHECKER.match(last)))
        place = speaks_of(PLACES, self.source.path, guard.scope) or self._reads(guard)
        if not effect or (effect != "stops" and not place):
            return None
        said = self.said(guard)
        kind, about = kind_of(guard, said, effect, place=place)
        if not kind:
            return None
        return OwnCheck(kind, effect, self.source, guard.line, guard.scope, about)

    def _reads(self, guard: Guard) -> bool:
        """Does the function, or the script, read a table before it asks?"""
        if self.source.notebook:
            return False
        first = self._read_at.get(guard.scope)
        if first is None:
            reads = (c.line for c in self.source.calls_of(guard.scope) if c.last in READS or c.name in READS)
            first = self._read_at[guard.scope] = min(reads, default=sys.maxsize)
        return first < guard.line

    def _with_calls(self, guard: Guard) -> Guard:
        """In other languages than Python the calls of a condition tell what it asks (`is.na`, `isEmpty`, `names`), and of what."""
        if self.source.language == "python":
            return guard
        more: set[str] = set()
        for call in self.source.calls_in(guard.line, guard.line):
            if call.last not in STOP_CALLS and not call.last.endswith(("Exception", "Error")):
                more.update(
                    (call.last, call.name.rpartition("::")[2], call.on, *_as_columns(call, self.source.language))
                )
                more.update(a for a in call.args if a.isidentifier() and words(a) & SCHEMA_WORDS)
        return replace(guard, names=guard.names | more - {""})

    def asserted(self) -> Iterator[Guard]:
        """`stopifnot(...)`, `assert_that(...)`, `require(...)`: calls that are assertions, as guards."""
        if self.source.language == "python":
            return
        for call in self.source.calls:
            if call.last in ASSERT_CALLS.get(self.source.language, frozenset()):
                plain = self.source.language in ("scala", "kotlin")
                inside = [
                    c
                    for c in self.source.calls_in(call.line, call.line + (0 if plain else 2))
                    if c.last not in ASSERT_CALLS[self.source.language]
                ]
                names = frozenset(n for c in inside for n in (c.last, c.name, c.on)) - {""}
                if plain:  # `missing.isEmpty` is no call there
                    row = re.sub(r"\"[^\"]*\"", "", self.code.line(self.source.path, call.line))
                    names |= frozenset(re.findall(r"[A-Za-z_]\w+", row)) - {call.last, "s"}
                ops = frozenset({"in", "not"}) if names & {"names", "colnames", "contains"} else frozenset({">"})
                if names:
                    yield Guard("assert", call.line, call.line, call.scope, names, (), ops, frozenset({"assert"}))

    def refusal(self, guard: Guard) -> OwnCheck | None:
        """`if "age" not in data: return error, 400` in a handler that asks a model."""
        if guard.kind != "if" or "return" not in guard.effects or "not in" not in guard.ops:
            return None
        inside = [f for f in self._routes if f.line <= guard.line <= f.end]
        if not inside or any(v[1:] in TALK_FIELDS for v in guard.values if v.startswith("'")):
            return None
        data = any(words(n) & (DATA | BODY) for n in guard.names)
        missing = any(words(n) & {"missing", "required"} for n in guard.names)
        said = self.said(guard)
        asks = any(PREDICTS.search(c.last.lower()) for c in self.source.calls_in(inside[-1].line, inside[-1].end))
        if asks and (data or missing) and re.search(r"missing|required|invalid|error", said, re.IGNORECASE):
            return OwnCheck("schema", "stops", self.source, guard.line, guard.scope, "missing fields of a request")
        return None

    def _effect(self, guard: Guard, *, checker: bool) -> str:
        if guard.effects & STOPS:
            return "stops"
        calls = self.source.calls_in(guard.line, guard.end)
        tells = any(c.last in LOGS for c in calls)
        if tells and guard.effects & {"continue", "return", "break"}:
            return "sets aside"
        if tells and any(c.last in ("warning", "warn", "error", "critical") for c in calls):
            return "flags"
        if checker and ("return" in guard.effects or any(c.last in ("append", "add") for c in calls)):
            return "flags"
        if checker and "other" in guard.effects:
            return "flags"
        return ""

    def said(self, guard: Guard) -> str:
        """What the strings of its first lines say."""
        end = min(guard.end, guard.line + 12)
        texts = self.texts[bisect_left(self._text_lines, guard.line) : bisect_right(self._text_lines, end)]
        return " ".join(t.value for t in texts)[:600]
