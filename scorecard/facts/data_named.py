"""Home-made data checks that no single condition shows: functions named after one, and counts of what was left out."""

import re
from collections.abc import Iterator

from scorecard.facts.code import Code, Hit
from scorecard.facts.data_own import Answers, OwnCheck
from scorecard.facts.data_words import ASIDE, CHECKER, DATA, LOGS, PLACES, STOPS, speaks_of, words
from scorecard.paths import is_test
from scorecard.patterns import lazily
from scorecard.readers.code import Call

_NOUN = (
    r"(?:rows?|records?|samples?|duplicates?|outliers?|nulls?|nans?|missing values?|examples?|images?|documents?"
    r"|chunks?|lines?|entries|observations?|answers?|texts?|transactions?|tweets?|articles?|instances?|batch(?:es)?)\b"
)
_SET_ASIDE = lazily(
    r"\b(?:dropp(?:ed|ing)|filter(?:ed|ing)(?: out)?|discard(?:ed|ing)|exclud(?:ed|ing)|skipp(?:ed|ing)"
    r"|reject(?:ed|ing)|quarantin(?:ed|ing)|ignor(?:ed|ing)|remov(?:ed|ing)(?=\s+(?:[{%\d]|duplicate|outlier|null|row|invalid|empty)))\b[^.\n]{0,60}?\b"
    + _NOUN
    + "|"
    r"\b"
    + _NOUN
    + r"[^.\n]{0,40}?\b(?:dropped|filtered(?: out)?|discarded|excluded|skipped|rejected|quarantined|set aside)\b",
    re.IGNORECASE,
)


def logged_filters(code: Code) -> Iterator[OwnCheck]:
    """Log lines of code about data that count what was left out: bad rows are set aside, and somebody is told."""
    for source in code.sources:
        if is_test(source.path):
            continue
        for call in source.calls:
            said = call.args[0] if call.args else ""
            if call.last not in LOGS or call.last == "debug" or not said.startswith("'") or len(said) < 12:
                continue
            counted = "{" in said or "%" in said
            about_rows = counted and _SET_ASIDE.search(said) and not re.search(r"\bcolumns?\b|already|exist", said)
            if (
                about_rows
                and speaks_of(PLACES, source.path, call.scope)
                and not speaks_of(ASIDE, source.path, call.scope)
            ):
                yield OwnCheck("values", "sets aside", source, call.line, call.scope, "bad rows, with their number")


_VERDICT = lazily(
    r"^(?:validation_status|validation_passed|is_data_valid|data_valid|is_valid_data|schema_valid|drift_status|validation_ok|all_passed|data_ok)$"
)
_SAYS_INVALID = lazily(
    r"\b(?:data|schema|validation|dataset)\b[^.\n]{0,40}\b(?:not valid|invalid|fail\w*|did not pass|rejected)\b",
    re.IGNORECASE,
)


def verdicts(code: Code) -> list[Hit]:
    """Places that stop because a validation said no, whoever made it."""
    found = []
    for source, guard in code.guards():
        if not guard.effects & STOPS or guard.kind not in ("if", "else"):
            continue
        said = " ".join(t.value for t in source.texts_in(guard.line, guard.end))[:400]
        if any(_VERDICT.match(n) for n in guard.names) or ("status" in guard.names and _SAYS_INVALID.search(said)):
            found.append(Hit(source, guard.line, guard.scope, "verdict"))
    return found


_TOPIC_SCHEMA = lazily(r"schema|columns?(?:$|_)|dtypes?|data_types?|structure|required_f|field_types")
_TOPIC_VALUES = lazily(
    r"missing|null|nan(?:$|_)|duplicat|outlier|range|quality|anomal|row_count|integrity|completeness|uniqueness|data_valid"
)
_COLUMN_READS = (".columns", ".dtypes", ".dtype", ".schema", ".columns[]")
_VALUE_CALLS = frozenset({
    "isnull", "isna", "notnull", "notna", "duplicated", "isin", "between", "drop_duplicates", "isnan", "is_unique",
    "quantile", "zscore", "null_count", "is_null", "any", "is_duplicated", "IsolationForest", "nunique",
})  # fmt: skip


def named_checks(code: Code, answers: Answers) -> Iterator[OwnCheck]:
    """Functions that are named after a check and compute it, whatever form the answer takes."""
    for source in code.sources:
        if is_test(source.path) or source.notebook:
            continue
        for function in source.functions:
            last = function.last.lower()
            if (
                not CHECKER.match(last)
                or function.end - function.line < 2
                or speaks_of(ASIDE, source.path, function.name)
            ):
                continue
            calls = source.calls_in(function.line, function.end)
            if _TOPIC_SCHEMA.search(last) and any(a.endswith(_COLUMN_READS) for c in calls for a in (*c.args, c.name)):
                yield OwnCheck(
                    "schema", answers.effect(function.last), source, function.line, function.name, "columns and types"
                )
            elif _TOPIC_VALUES.search(last) and sum(c.last in _VALUE_CALLS for c in calls) and _over_frames(calls):
                yield OwnCheck(
                    "values", answers.effect(function.last), source, function.line, function.name, "bad values"
                )


def _over_frames(calls: list[Call]) -> bool:
    """Are the values of a table looked at, and not one request's argument?"""
    return any(
        words(c.on) & DATA or c.last in ("isnull", "isna", "duplicated", "drop_duplicates", "notnull") for c in calls
    )
