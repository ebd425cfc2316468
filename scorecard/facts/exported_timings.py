"""Timings of a pipeline's own stages that leave the machine: written under a name of time and uploaded or stored."""

import re
from collections.abc import Iterator

from scorecard.facts.code import Code, Hit
from scorecard.facts.configuration import is_operational
from scorecard.paths import is_demo, is_test
from scorecard.patterns import lazily

_TIMERS = (
    "tictoc.tic.log",
    "tictoc.toc",
    "proc.time",
    "system.time",
    "Sys.time",
    "time.perf_counter",
    "time.time",
    "time.monotonic",
)
_UPLOADS = lazily(
    r"put_object|upload_file|upload_blob|upload_from_filename|upload_from_string|s3write_using|dbWriteTable|dbAppendTable|"
    r"bq_table_upload|gcs_upload|to_sql|insert_rows_json|publish|upload_fileobj|pin_write|storage_upload"
)
_TIMINGS = lazily(
    r"(?:^|[^a-z])(?:timings?|(?:stage|run|job|step|task|request|inference|pipeline|prediction)_?durations?|latenc(?:y|ies)|elapsed|run_?times?)(?:$|[^a-z])",
    re.IGNORECASE,
)


def exported_timings(code: Code) -> Iterator[Hit]:
    """Uploads of a file or table of timings, where the repository takes the time somewhere."""
    timers = [h for h in code.calls(*_TIMERS) if is_operational(h.path) and not h.source.notebook]
    if not timers:
        return
    for source in code.sources:
        if source.notebook or not is_operational(source.path) or is_test(source.path) or is_demo(source.path):
            continue
        for call in source.calls:
            if not _UPLOADS.fullmatch(call.last):
                continue
            words = (*call.args[:3], *(value for _, value in call.kwargs))
            if any(len(word) < 120 and _TIMINGS.search(word) for word in words):
                yield Hit(source, call.line, call.scope, call.name, call)
                break
