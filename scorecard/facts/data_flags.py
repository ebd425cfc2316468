"""Bad rows that are flagged in a column of their own, or written to a place for rejected rows."""

import re
from collections.abc import Iterator

from scorecard.facts.code import Code
from scorecard.facts.data_own import OwnCheck
from scorecard.facts.data_words import ASIDE, PLACES, speaks_of
from scorecard.paths import is_test
from scorecard.patterns import lazily
from scorecard.readers.code import Source

_BAD = (
    r"outliers?|invalid|implausible|suspicious|suspect|erroneous|bad_(?:row|record|data|value)s?|out_of_range|duplicated?"
    r"|missing_(?:critical|required|value|values|fields?)|inconsistent|mismatch\w{0,20}|sum_not\w{0,10}|unrealistic|impossible|needs_review|corrupt(?:ed)?"
)
# Missing-value indicators are features, so `is_missing` alone flags nothing.
_FLAG = lazily(
    r"^(?:\w{1,20}_)?(?:is|flag|flags|flagged|has|ind)_(?:\w{1,30}_)?(?:" + _BAD + r")(?:_\w{1,30})?$"
    r"|^(?:\w{1,20}_)?(?:outlier|invalid|quality|qc|dq|validation|anomaly_reason|reject(?:ed|ion)?|quarantine)_(?:flag|flags|reason|reasons|status|code|issues?)(?:_\w{1,20})?$"
    r"|^(?:rejected|quarantined|reject_reason|exclude_reason|exclusion_reason|drop_reason|invalid_reason)$",
    re.IGNORECASE,
)
_ASIDE_NAME = lazily(
    r"^(?:\w{1,30}_)?(?:quarantined?|rejected|rejects|invalid|bad|error|dead_?letter|malformed)_?(?:\w{1,20}_)?(?:df|rows?|records?|data|frame|sdf|events?|messages?|samples|path|table|topic|queue|file|dir)$"
    r"|^(?:quarantine|rejected|dead_?letters?|dlq|dead_?letter_\w{1,20}|(?:\w{1,20}_)?dlq_\w{1,20}|\w{1,20}_dlq|invalid_(?:records|rows))$",
    re.IGNORECASE,
)
_WRITES = frozenset({
    "to_csv", "to_parquet", "to_sql", "to_json", "saveAsTable", "save", "write_csv", "write_parquet", "parquet", "csv",
    "insert_many", "insert_one", "insert", "write", "writerows", "write_table", "to_gbq", "put_object", "upload_file",
    "send", "produce", "publish", "send_message", "sendMessage", "publish_message", "send_and_wait", "saveRDS", "fwrite", "append", "upsert", "bulk_create", "executemany", "load_table_from_dataframe",
})  # fmt: skip
_R_COLUMNS = frozenset(
    {"mutate", "transmute", "transform", "withColumn", "with_columns", "assign", "summarise", "summarize"}
)
_CLEARS = frozenset({"False", "None", "0", "FALSE", "false", "NULL", "null"})
_KEEPERS = ("rename", "select", "drop")


def flagged(code: Code) -> Iterator[OwnCheck]:
    """Columns that say which rows are bad, and writes of rejected rows."""
    for source in code.sources:
        if is_test(source.path) or source.notebook:
            continue
        yield from _columns(code, source)
        yield from _rejected(source)


def _columns(code: Code, source: Source) -> Iterator[OwnCheck]:
    found: list[tuple[int, str]] = []
    for call in source.calls:
        if call.last in _R_COLUMNS:
            found += [(call.line, call.scope) for key, _ in call.kwargs if _FLAG.match(key)]
            if call.last == "withColumn" and call.args and _FLAG.match(call.args[0].lstrip("'")):
                found.append((call.line, call.scope))
        elif call.last == "alias" and call.args and _FLAG.match(call.args[0].lstrip("'")):
            found.append((call.line, call.scope))
    for assign in source.assigns:
        if assign.value in _CLEARS:
            continue  # the same for each row: nothing was looked at
        if assign.target.endswith("[]") or (source.language == "r" and assign.target.count(".") == 1):
            name = (
                _column_name(code, source, assign.line)
                if assign.target.endswith("[]")
                else assign.target.rpartition(".")[2]
            )
            if name and _FLAG.match(name):
                found.append((assign.line, assign.scope))
    for line, scope in found:
        if (source.language == "r" or speaks_of(PLACES, source.path, scope)) and not speaks_of(
            ASIDE, source.path, scope
        ):
            yield OwnCheck("values", "sets aside", source, line, scope, "bad rows, which get a flag")
            return


def _column_name(code: Code, source: Source, line: int) -> str:
    """`df["is_outlier"] = ...` and `df.loc[mask, "is_outlier"] = ...`"""
    left = code.line(source.path, line).partition("=")[0]
    quoted = re.findall(r"[\"'](\w{3,60})[\"']", left)
    return quoted[-1] if quoted else ""


def _rejected(source: Source) -> Iterator[OwnCheck]:
    for call in source.calls:
        if call.last not in _WRITES:
            continue
        given = (call.on, *(a.lstrip("'") for a in call.args), *(v.lstrip("'") for _, v in call.kwargs))
        if any(_ASIDE_NAME.match(name.rpartition(".")[2].rstrip("[]()")) for name in given if " " not in name):
            if call.last == "append" and not call.on.lower().startswith(
                ("rejected", "quarantin", "invalid_r", "bad_r", "dead")
            ):
                continue
            if speaks_of(PLACES, source.path, call.scope) and not speaks_of(ASIDE, source.path, call.scope):
                yield OwnCheck(
                    "values", "sets aside", source, call.line, call.scope, "rejected rows, which are kept apart"
                )
                return
