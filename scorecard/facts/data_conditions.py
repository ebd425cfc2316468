"""What one condition asks of data, judged by what it names, how it compares, and what is said when it fails."""

import re

from scorecard.facts.data_words import (
    CHECKER,
    COLUMNS,
    COUNTS,
    DATA,
    NOT_DATA,
    NULL,
    OVER,
    REPEATED,
    SAYS_SCHEMA,
    SAYS_VALUES,
    SCHEMA_WORDS,
    SETTINGS,
    STOPS,
    STRONG_COLUMNS,
    words,
)
from scorecard.patterns import lazily
from scorecard.readers.code import Guard

_NO_ROWS = frozenset({"column", "columns", "cols", "fields"})  # how many of these there are says nothing of the rows
_LIMIT = lazily(r"batch_size|max_batch|max_items|page_size|max_len|max_chars|max_upload", re.IGNORECASE)  # of a request

_LACKING = lazily(
    r"\b(?:missing|lack(?:s|ing)?|absent)\b[^.\n]{0,40}\b(?:columns?|fields)\b|\b(?:columns?|fields)\b[^.\n]{0,40}\b(?:missing|absent|not found)\b",
    re.IGNORECASE,
)
_NONE_LEFT = lazily(
    r"\bno (?:\w{1,20} ){0,2}(?:rows?|records?|samples?|documents?|chunks?|observations?|transactions?|examples?|articles?)\b"
    r"|\b(?:data|dataset|batch|frame|table|result set) (?:is|was) empty\b|\bempty (?:data|dataset|batch|frame|table|dataframe)\b",
    re.IGNORECASE,
)


def kind_of(guard: Guard, said: str, effect: str, *, place: bool) -> tuple[str, str]:
    """What a condition asks of data: schema or values, and in a word what; two empty strings if nothing.

    ``place`` says whether the code around it is about data.
    """
    names = guard.names
    compared = bool(guard.ops & {"<", ">", "<=", ">="})
    alien = any((words(n) & NOT_DATA) - (SETTINGS if compared else frozenset()) for n in names)
    if alien:
        return "", ""
    data = [n for n in names if words(n) & DATA or n in ("nrow", "ncol")]
    checker = bool(CHECKER.match(guard.scope.rpartition(".")[2]))
    if _is_schema(guard, said, data) and (effect == "stops" or checker):
        return "schema", "missing or unexpected columns"
    if effect == "flags" and not said and not checker:
        return "", ""
    if names & NULL and (data or names & OVER or names & {"sum", "X"}):
        return "values", "missing values"
    if names & REPEATED:
        return "values", "duplicates"
    if not data or not place:
        return "", ""
    if "empty" in names and effect == "stops" and (guard.kind == "assert" or "not" not in guard.ops):
        return "values", "an empty table"
    if effect == "stops" and guard.ops <= {"not"} and guard.ops and _NONE_LEFT.search(said):
        return "values", "an empty batch"
    if any(_LIMIT.search(n) for n in names) or "isinstance" in names:
        return "", ""
    if names & COUNTS and not any(words(n) & _NO_ROWS for n in names) and _counts(guard, said, effect):
        return "values", "too few or too many rows"
    if names & OVER and (compared or guard.ops & {"not in", "in", "not", "~"} or names & {"isin", "between"}):
        return "values", "values out of range"
    if SAYS_VALUES.search(said) and (compared or "not in" in guard.ops) and effect != "flags":
        return "values", "values out of range"
    return "", ""


def _is_schema(guard: Guard, said: str, data: list[str]) -> bool:
    """Are columns, fields or types held against what is expected? That one is there is no check by itself."""
    names, ops, last = guard.names, guard.ops, guard.scope.rpartition(".")[2]
    missing = any(words(n) & {"missing", "unexpected", "extra", "absent"} for n in names)
    differs = bool(ops & {"not in", "!=", "-"}) or (
        "not" in ops and bool(names & {"issubset", "issuperset", "all", "equals", "hasattr"})
    )
    if guard.kind == "assert":
        differs = differs or bool(ops & {"in", "==", "<="}) or bool(names & {"issubset", "issuperset", "equals"})
    if _LACKING.search(said) and any(words(n) & SCHEMA_WORDS for n in names) and guard.effects & STOPS:
        return "--" not in said
    checker = bool(CHECKER.match(last))
    strong = names & STRONG_COLUMNS and ("shape" not in names or checker or SAYS_SCHEMA.search(said))
    if "--" in said or last.startswith("fit"):
        return False
    if strong and (differs or missing or ("==" in ops and "len" in names)):
        return True
    if missing and (SAYS_SCHEMA.search(said) or words(last) & SCHEMA_WORDS):
        return True
    if checker and differs and data and any(words(n) & SCHEMA_WORDS for n in names):
        return True
    if checker and "isinstance" in names and "not" in ops and data and names & {"all", "any"}:
        return True
    return bool(names & COLUMNS and (differs or "==" in ops) and data and SAYS_SCHEMA.search(said))


def _counts(guard: Guard, said: str, effect: str) -> bool:
    """A count held against a number, not one tensor's shape against another's."""
    numbers = [v for v in guard.values if v.lstrip("-").replace("_", "").replace(".", "").isdigit()]
    limits = any(words(n) & {"min", "minimum", "max", "required", "expected", "threshold"} for n in guard.names)
    counted = bool(guard.names & {"len", "num_rows", "row_count", "n_rows", "nrow", "count"})
    if effect == "flags":
        return bool(SAYS_VALUES.search(said) and numbers)
    if effect == "sets aside":
        return counted and (limits or "!=" in guard.ops or any(v not in ("0", "1") for v in numbers))
    ordered = bool(guard.ops & {"<", "<=", ">", ">="})
    return bool(SAYS_VALUES.search(said) and (numbers or limits)) or (bool(numbers) and ordered and counted)
