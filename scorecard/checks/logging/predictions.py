from scorecard.asks import LOGGING
from scorecard.checks import check
from scorecard.checks.logging.unasked import asks_no_model
from scorecard.facts.code import Code
from scorecard.facts.identity import Identity
from scorecard.facts.inference import Inference
from scorecard.facts.records import Records
from scorecard.facts.running import Running
from scorecard.facts.tracing import Tracing
from scorecard.model import Effort, Evidence, Finding, met, unmet

LOOKED = (
    "trace backends",
    "capture settings of serving platforms",
    "own tables and documents",
    "conversation stores",
    "files that jobs write",
)


@check(
    LOGGING,
    level=2,
    effort=Effort.DAYS,
    question="Are single inference inputs and outputs recorded where they last?",
    surprise="A customer complains about one answer, and nobody can see what the model was asked or what it said.",
    closed_by="logging",
)
def predictions(
    inference: Inference, running: Running, records: Records, tracing: Tracing, identity: Identity, code: Code
) -> Finding:
    traces = tracing.recording or (() if inference.live else tracing.noted)
    if traces or records.kept:
        what = [f"traces in {trace.backend.name}" for trace in traces]
        what += [record.sort.value for record in records.kept]
        chain = [line for trace in traces for line in trace.evidence[:3]]
        chain += [line for record in records.kept for line in record.evidence[:2]]
        return met(f"Inputs and outputs are recorded: {', '.join(dict.fromkeys(what))}", chain)
    return asks_no_model(inference, running, identity) or unmet(
        _why(inference, records), looked_in=LOOKED, near=_near(inference, records, tracing, code)
    )


def _why(inference: Inference, records: Records) -> str:
    asks = inference.first
    if not asks:
        return "No line keeps what the model is asked and what it answers"
    ask = asks[0]
    where = f"{ask.hit.path} calls {ask.hit.name.rpartition('.')[2]}"
    others = len(inference.live or asks) - 1
    more = f", as do {others} more places" if others > 1 else ""
    kept = f"; {records.near[0].path}:{records.near[0].line} comes nearest" if records.near else ""
    return f"{where}{more}, and nothing keeps the inputs with the outputs{kept}"


def _near(inference: Inference, records: Records, tracing: Tracing, code: Code) -> list[Evidence]:
    return [
        *records.near[:2],
        *tracing.idle[:1],
        *(code.evidence(ask.hit) for ask in (inference.live or inference.first)[:1]),
    ]
