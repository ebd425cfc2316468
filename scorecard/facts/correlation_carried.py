"""Ids of the project's own making that travel: through the outputs of several steps, and with each recorded inference."""

import re
from collections import defaultdict
from collections.abc import Iterator

from scorecard.facts.code import Code
from scorecard.facts.correlation_lines import Id, Tie, counts
from scorecard.facts.correlation_vocabulary import RUN_ID, TRACKERS
from scorecard.facts.records import Record
from scorecard.model import Evidence
from scorecard.patterns import lazily
from scorecard.readers.code import Source

# What makes an id anew, or takes over one that another step has made.
_MADE = lazily(
    r"uuid|ulid|nanoid|generate_?\w*id|new_?id\b|guid|token_hex|token_urlsafe|strftime|isoformat|Sys\.time|now\(\)|time\.time\("
    r"|(?:GITHUB_RUN_ID|BUILD_ID|CI_PIPELINE_ID|AWS_BATCH_JOB_ID|SLURM_JOB_ID|CI_JOB_ID)",
    re.IGNORECASE,
)
_TRACKED = lazily(r"start_run|active_run|\.info\.|wandb|mlflow|experiment", re.IGNORECASE)
_ITS_OWN = lazily(r"(?!(?:user|customer|client|account|model|run|experiment|tenant|org|project|device|store|product"
                      r"|item|location|zone|location|app|bot|agent|team|aws_account)_)[a-z]\w*_(?:id|uuid)")  # fmt: skip
_EVENTS = lazily(r"uuid|kinesis|kafka|pubsub|sqs|event_?hub|servicebus", re.IGNORECASE)
_FILES = 3


def carried(code: Code) -> Iterator[Id]:
    """A run id that one file makes and several hand on: as a column, a key, a partition, a parameter of a step."""
    made: dict[str, Evidence] = {}
    handed: dict[str, dict[str, Evidence]] = defaultdict(dict)
    for source in code.sources:
        if not counts(source) or _tracks(source):
            continue
        for assign in source.assigns:
            name = assign.target.rpartition(".")[2]
            if RUN_ID.fullmatch(name):
                row = code.line(source.path, assign.line)
                if _MADE.search(row.partition("=")[2] or row) and not _TRACKED.search(row):
                    made.setdefault(_plain(name), code.evidence(source, assign.line))
        for call in source.calls:
            for key, _ in call.kwargs:
                name = key.rpartition(".")[2]
                if RUN_ID.fullmatch(name):
                    handed[_plain(name)].setdefault(source.path, code.evidence(source, call.line))
    for name, where in handed.items():
        if name in made and len({*where, made[name].path}) >= _FILES:
            yield Id(Tie.RUN, name, (made[name], *where.values())[:4])


def stamped(code: Code, record: Record) -> Iterator[Id]:
    """An id that each event brings along, or that is made for each row, and is written with its prediction."""
    places = [source for line in record.evidence if (source := code.source(line.path))]
    keys = sorted(word for word in record.columns if _ITS_OWN.fullmatch(word))
    if keys and any(_EVENTS.search(name) for source in places for name in source.names):
        yield Id(Tie.RECORD, keys[0], record.evidence)


def _plain(name: str) -> str:
    return name.replace("_", "").replace(".", "").lower()


def _tracks(source: Source) -> bool:
    return any(item.module.partition(".")[0] in TRACKERS for item in source.imports)
