"""Where single inferences are recorded so that they outlive the process: what went into the model and what came out.

Trace backends are a fact of their own (`scorecard.facts.tracing`); these are platform captures, conversation stores,
own tables, documents and files.
"""

import re
from collections.abc import Iterator
from enum import StrEnum
from typing import Self

from msgspec import Struct

from scorecard.facts.code import Code, Hit
from scorecard.facts.configuration import Configuration, is_operational
from scorecard.facts.inference import Inference
from scorecard.facts.own_calls import OwnCalls
from scorecard.facts.record_assets import scored_assets
from scorecard.facts.record_blocks import exported
from scorecard.facts.record_decorators import decorated
from scorecard.facts.record_files import files, forgotten
from scorecard.facts.record_handed import handed
from scorecard.facts.record_helpers import helped
from scorecard.facts.record_tables import tables
from scorecard.facts.record_vocabulary import (
    BATCH_JOINED,
    CAPTURE_ARGUMENTS,
    CAPTURE_KEYS,
    CAPTURE_RESOURCES,
    CAPTURES,
    CONVERSATION_CALLS,
    CONVERSATION_MODULES,
    FORGETFUL,
)
from scorecard.facts.resources import Resources
from scorecard.facts.tables import Tables
from scorecard.facts.tracing import is_offline
from scorecard.model import Evidence
from scorecard.patterns import lazily

# `langchain` names the store in front: `CouchbaseChatMessageHistory`; without a store it forgets.
_LASTING = lazily(r"(?:^|[./])(?!InMemory|Memory|Base|Stream|My|Custom)[A-Z]\w+ChatMessageHistory(?:\.\w+)?$")
_PAYLOADS = lazily(r"\b(?:from\s+|table\(\s*f?[\"'])[\w.`{}$]{1,150}_payload\b", re.IGNORECASE)
_OFF = frozenset({"False", "None", "false", "null", "''"})


class Sort(StrEnum):
    """What keeps the record."""

    CAPTURE = "a platform's capture"
    TABLE = "a table of its own"
    CONVERSATION = "a conversation store"
    FILE = "files or documents"


class Record(Struct, frozen=True):
    """One place that keeps inferences. ``name`` is the table, library or variable; ``columns`` are those of a table,
    or the keys that stand beside the writing."""

    sort: Sort
    name: str
    evidence: tuple[Evidence, ...]
    columns: frozenset[str] = frozenset()


class Records(Struct, frozen=True):
    """``kept`` in order of strength; ``near`` are stores that forget, and outputs written without their inputs."""

    kept: tuple[Record, ...]
    near: tuple[Evidence, ...]

    @classmethod
    def gather(
        cls,
        code: Code,
        inference: Inference,
        found: Tables,
        configuration: Configuration,
        resources: Resources,
        calls: OwnCalls,
    ) -> Self:
        kept = [*_captures(code), *_declared(configuration, resources)]
        kept += [Record(Sort.TABLE, t.name, t.evidence, t.columns) for t in tables(code, inference, found)]
        kept += _conversations(code)
        written = files(code, inference)
        kept += [Record(Sort.FILE, f.name, f.evidence, f.words) for f in written if f.joined]
        if not any(record.sort is Sort.FILE for record in kept):
            kept += [Record(Sort.FILE, f.name, f.evidence, f.words) for f in helped(code, inference, calls)]
            kept += [Record(Sort.FILE, f.name, f.evidence, f.words) for f in decorated(code, inference, calls)]
            kept += [Record(Sort.FILE, f.name, f.evidence, f.words) for f in handed(code, inference, calls)]
            kept += [Record(Sort.FILE, f.name, f.evidence, f.words) for f in scored_assets(code, inference, calls)]
            kept += [Record(Sort.FILE, f.name, f.evidence, f.words) for f in exported(code, inference)]
        loose = [f.evidence[0] for f in written if not f.joined]
        return cls(
            tuple(kept),
            tuple(
                dict.fromkeys(
                    (
                        *loose,
                        *code.quote((h for h in code.calls(*FORGETFUL) if _counts(h)), 2),
                        *forgotten(code, inference),
                    )
                )
            ),
        )

    def of(self, *sorts: Sort) -> tuple[Record, ...]:
        return tuple(record for record in self.kept if record.sort in sorts)


def _counts(hit: Hit) -> bool:
    return not is_offline(hit.path)


def _captures(code: Code) -> Iterator[Record]:
    hits = [h for h in code.calls(*CAPTURES) if _counts(h) and not _off(h)]
    for source in code.sources:
        if is_operational(source.path) and not source.names.isdisjoint(
            ("boto3", "sagemaker", "aiplatform", "create", "deploy", "ModelDeploymentMonitoringJob")
        ):
            hits += [
                Hit(source, call.line, call.scope, call.name, call)
                for call in source.calls
                if call.kwargs and call.kwarg(*CAPTURE_ARGUMENTS) not in (None, *_OFF)
            ]
    hits += [h for h in code.calls("*.transform") if h.call and h.call.kwarg("join_source") == "'Input"]
    hits += [
        h for h in code.texts(r"_payload`?\b") if _counts(h) and _PAYLOADS.search(code.line(h.path, h.line))
    ]  # how Databricks names its inference tables
    hits += [h for h in code.calls(*BATCH_JOINED) if _counts(h)]
    for line in code.quote(hits):
        yield Record(Sort.CAPTURE, "capture", (line,))


def _off(hit: Hit) -> bool:
    return hit.call is not None and hit.call.kwarg("enable_capture", "enabled") in _OFF


def _declared(configuration: Configuration, resources: Resources) -> Iterator[Record]:
    for declared in resources.all:
        if declared.resource.type in CAPTURE_RESOURCES or (
            declared.body and any(f"{key} {{" in declared.body for key in CAPTURE_KEYS)
        ):
            yield Record(Sort.CAPTURE, declared.resource.type, (declared.evidence,))
    for path in configuration.holding("/batchPredictionJobs", "http.post"):
        for number, line in configuration.lines(path):
            if "/batchPredictionJobs" in line and is_operational(path):
                yield Record(Sort.CAPTURE, "a batch prediction of Vertex AI", (Evidence(path, number, line),))
                break
    for path in configuration.holding_any((*CAPTURE_KEYS, "InferenceService", "SeldonDeployment")):
        for document in configuration.documents(path):
            for node in document.walk():
                for key, value in node.items() if node.is_map else ():
                    told = (
                        key in CAPTURE_KEYS
                        and value.is_map
                        and value.get("enabled", "EnableCapture", "enable_capture").text.lower() != "false"
                    )
                    logs = key == "logger" and value.is_map and bool(value.get("mode", "url"))
                    if told or (
                        logs and document["kind"].text in ("InferenceService", "SeldonDeployment", "InferenceGraph")
                    ):
                        yield Record(
                            Sort.CAPTURE,
                            CAPTURE_KEYS.get(key, "KServe's logger"),
                            (configuration.evidence(path, node.key_line(key)),),
                        )


def _conversations(code: Code) -> Iterator[Record]:
    hits = [h for h in (*code.uses(*CONVERSATION_MODULES), *code.calls(*CONVERSATION_CALLS)) if _counts(h)]
    own = (h for h in code.calls("*ChatMessageHistory", "*ChatMessageHistory.*") if _counts(h) and h not in hits)
    hits += [h for h in own if _LASTING.search(h.name)]
    evidence = code.quote(hits)
    if evidence:
        name = next(h.name for h in hits if h.path == evidence[0].path)
        yield Record(Sort.CONVERSATION, name.partition("(")[0].rpartition(".")[2] or name, tuple(evidence))
