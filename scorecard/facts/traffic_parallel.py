"""Several versions of one model asked about the same thing in each run, each answer kept under its version's name.

An ensemble is none of this, for it keeps one answer; nor are models for several targets, for they share no work.
"""

import re
from collections.abc import Iterator

from scorecard.facts.code import Code
from scorecard.facts.configuration import Configuration, is_operational
from scorecard.model import Evidence
from scorecard.patterns import lazily
from scorecard.readers.code import Call, Source
from scorecard.readers.node import Node

_LOOP = lazily(
    r"^\s*(?:async\s+)?for\s+[\w, ()]{1,80}\sin\s+[^#]{0,120}?\w*(?:models?|versions?|variants?)(?:[_.]\w{1,40})?\b",
    re.IGNORECASE,
)
_PREDICTS = lazily(
    r"^(?:a?predict\w*|infer\w*|run_model\w*|run_inference|forecast\w*|score_\w+|a?invoke)$", re.IGNORECASE
)
_KEEPS = lazily(
    r"^(?:a?save|store|write|insert|record|log|add|create|publish|persist|upsert|append)\w*$", re.IGNORECASE
)
_NAMES = frozenset({
    "model_name", "ml_model_name", "model_version", "ml_model_version", "model_id", "model_tag", "variant", "version",
})  # fmt: skip
_OFFLINE = lazily(r"train|eval|bench|experiment|backtest|compare|tun(?:e|ing)|select|valid", re.IGNORECASE)
_VERSION = ("version", "revision", "hf_version", "model_version", "commit", "tag")
_SAME = ("id", "repo", "hf_repo", "model_id", "model", "registered_model", "family", "target")
_NUMBERED = lazily(r"^(\w{2,40}?)[_-]?v\d{1,3}$")


def side_by_side(code: Code, configuration: Configuration) -> Iterator[tuple[Evidence, ...]]:
    """The loop, the line that keeps each answer, and where two versions of one model are listed."""
    loops = [found for source in code.sources if (found := _loop(code, source))]
    if not loops:
        return
    listed = next(_listed(configuration), None) or next(_spelled(code), None)
    if listed:
        for loop, kept in loops:
            yield loop, kept, listed


def _loop(code: Code, source: Source) -> tuple[Evidence, Evidence] | None:
    if (
        source.language != "python"
        or source.notebook
        or not is_operational(source.path)
        or _OFFLINE.search(source.path)
    ):
        return None
    for function in source.functions:
        calls = source.calls_in(function.line, function.end)
        if _OFFLINE.search(function.name) or not any(_PREDICTS.match(c.last) for c in calls):
            continue
        for number in range(function.line, function.end):
            if _LOOP.search(code.line(source.path, number)):
                body = [c for c in calls if c.line > number]
                asks = next((c for c in body if _PREDICTS.match(c.last)), None)
                keeps = next((c for c in body if asks and c.line >= asks.line and _names_version(c)), None)
                if keeps:
                    return code.evidence(source, number), code.evidence(source, keeps.line)
    return None


def _names_version(call: Call) -> bool:
    return bool(_KEEPS.match(call.last)) and any(key.rpartition(".")[2] in _NAMES for key, _ in call.kwargs)


def _listed(configuration: Configuration) -> Iterator[Evidence]:
    """Two entries of a list of models that name the same model in different versions."""
    for path in configuration.holding_any(_VERSION):
        if not path.endswith((".yaml", ".yml", ".json", ".toml")) or not re.search(
            r"model|forecast|predict|serv|conf", path
        ):
            continue
        for document in configuration.documents(path):
            for node in document.walk():
                line = _twice(node) if node.is_list else 0
                if line:
                    yield configuration.evidence(path, line)
                    return


def _twice(node: Node) -> int:
    known: dict[str, str] = {}
    for entry in node:
        version = entry.get(*_VERSION).text if entry.is_map else ""
        same = entry.get(*_SAME).text if version else ""
        if same and known.setdefault(same, version) != version:
            return entry.line
    return 0


def _spelled(code: Code) -> Iterator[Evidence]:
    """`"wind_v1"` and `"wind_v2"` in one list of code."""
    for source in code.sources:
        if source.notebook or not is_operational(source.path):
            continue
        known: dict[str, str] = {}
        for text in source.texts:
            match = _NUMBERED.match(text.value) if len(text.value) < 50 else None
            if (
                match
                and known.setdefault(match[1], text.value) != text.value
                and "model" in code.repository.text(source.path)
            ):
                yield code.evidence(source, text.line)
                return
