"""Predictions that leave a pipeline of blocks: one block adds them to its frame as a column, another exports the frame.

The blocks of Mage know nothing of each other but their order, so what is exported is told by the exporter's name.
"""

import re
from collections.abc import Iterator

from scorecard.facts.code import Code
from scorecard.facts.inference import Inference
from scorecard.facts.record_scopes import ASKS, KeptFile
from scorecard.facts.record_vocabulary import PREDICTED
from scorecard.model import Evidence
from scorecard.paths import is_demo
from scorecard.patterns import lazily
from scorecard.readers.code import Source

_EXPORTERS = ("*data_exporter",)
_MAKERS = ("*transformer", "*custom", "*data_loader")
_ABOUT = lazily(r"predict|infer|forecast|scor(?:e|ing)", re.IGNORECASE)
_EXPORTS = lazily(r"export\w*|(?:save|write|upload|insert|store|put)(?:_\w+)?|to_\w+")


def exported(code: Code, inference: Inference) -> Iterator[KeptFile]:
    """The calls that export such a frame."""
    added = _added(code) if inference.ml else None
    if added is None:
        return
    for source, function in code.decorated(*_EXPORTERS):
        if (
            is_demo(source.path)
            or not function.params
            or not _ABOUT.search(f"{source.path.rpartition('/')[2]} {function.name}")
        ):
            continue
        frame = re.compile(rf"\b{re.escape(function.params[0])}\b")
        exports = (c for c in source.calls_of(function.name) if _EXPORTS.fullmatch(c.last))
        call = next((c for c in exports if frame.search(code.line(source.path, c.line))), None)
        if call:
            yield KeptFile(function.last, (code.evidence(source, call.line), added), joined=True)


def _added(code: Code) -> Evidence | None:
    """The line on which a block adds what the model says to the frame that it was given."""
    for source, function in code.decorated(*_MAKERS):
        asks = {a.target for a in source.assigns if a.scope == function.name and _is_asked(a.value)}
        for assign in source.assigns:
            if assign.scope == function.name and assign.target.endswith("[]"):
                named = any(t.line == assign.line and PREDICTED.fullmatch(t.value) for t in source.texts)
                if _is_asked(assign.value) or (named and (assign.value in asks or _calls_model(source, function.name))):
                    return code.evidence(source, assign.line)
    return None


def _is_asked(value: str) -> bool:
    return value.endswith(("()", "()[]")) and bool(ASKS.search(value.rpartition(".")[2].rstrip("()[]")))


def _calls_model(source: Source, scope: str) -> bool:
    return any(ASKS.match(call.last) for call in source.calls_of(scope))
