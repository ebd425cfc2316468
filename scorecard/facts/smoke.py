"""Smoke checks in the flow that deploys: a request to the running service whose answer must be right, or the job fails."""

import re
from collections.abc import Iterator
from typing import Self

from msgspec import Struct

from scorecard.facts.code import Code
from scorecard.facts.frameworks import is_test_command
from scorecard.facts.pipelines import Pipelines, Run
from scorecard.model import Evidence
from scorecard.paths import is_demo
from scorecard.patterns import lazily
from scorecard.readers.code import Source

_REQUESTS = lazily(
    r"^(?:requests|httpx|urllib\.request|urllib3|aiohttp|http\.client)\.|\.invoke_endpoint$|\.online_endpoints\.invoke$|\.predict$|gradio_client|\.invoke$|\.run_sync$|webservice.*\.run$"
)
_SMOKES = lazily(
    r"smoke|e2e|end_?to_?end|integration|endpoint|live|health|verify|check|test|probe|canary|acceptance|sanity",
    re.IGNORECASE,
)
_MODEL_ROUTE = lazily(
    r"predict|infer|invoc|score|chat|ask\b|query|generate|complet|classif|recommend|forecast|rag\b|search|answer|embed|v1/models|invoke|summar",
    re.IGNORECASE,
)
_ASKS = frozenset({"predict", "invoke", "invoke_endpoint", "raw_predict", "predict_proba"})
_NEAR = 12  # lines between an answer and the assertion on it
_FAILS = ("-f", "--fail", "--fail-with-body", "--fail-early")
_BODY = ("-d", "--data", "--data-raw", "--data-binary", "--json", "-F", "--form")
_VERDICT = lazily(
    r"""-ne\s+["']?200|!=\s*["']?200|-eq\s+["']?200|==?\s*["']?200|\bgrep\s+-\w*q|jq\s+-e|\|\s*grep\b|\bexit\s+1"""
)


class SmokeChecks(Struct, frozen=True):
    """``found`` assert and reach the model, each with the way to it; ``idle`` only send a request."""

    found: tuple[tuple[Evidence, ...], ...]
    idle: tuple[Evidence, ...]

    @classmethod
    def gather(cls, pipelines: Pipelines, code: Code) -> Self:
        found: list[tuple[Evidence, ...]] = []
        idle: list[Evidence] = []
        for run in pipelines.all_runs():
            found += [way for way, asserts in _by_shell(run) if asserts and not run.executed.may_fail]
            for way, asserts in _by_script(run, code):
                if asserts and not run.executed.may_fail:
                    found.append(way)
                else:
                    idle += way[-1:]
        found += _in_flows(code)
        return cls(tuple(dict.fromkeys(found)), tuple(dict.fromkeys(idle)))


def _in_flows(code: Code) -> Iterator[tuple[Evidence, ...]]:
    """A step that deploys, asks what it has just deployed, and asserts on the answer."""
    for hit in code.calls("*.deploy", "*.deploy_model", "*.create_endpoint", notebooks=False):
        source = hit.source
        if not hit.scope or is_demo(hit.path):
            continue
        asked = next((c for c in source.calls_of(hit.scope) if c.line > hit.line and c.last in _ASKS and c.used), None)
        if asked is None:
            continue
        guards = (g for g in source.guards if g.scope == hit.scope and g.kind == "assert" and g.names)
        verdict = next((g.line for g in guards if 0 < g.line - asked.line <= _NEAR), 0)
        if verdict:
            yield tuple(code.evidence(source, line) for line in (hit.line, asked.line, verdict))


def _by_shell(run: Run) -> Iterator[tuple[tuple[Evidence, ...], bool]]:
    words = run.words
    if not words or words[0] not in ("curl", "wget", "http", "xh"):
        return
    text = " ".join(words)
    sends = any(word.startswith(_BODY) for word in words[1:]) or "POST" in words
    if not _MODEL_ROUTE.search(text) or not sends:
        return
    short = any(re.fullmatch(r"-[a-zA-Z]*f[a-zA-Z]*", word) for word in words[1:])
    line = run.chain[-1].text if run.chain else ""
    yield (
        run.chain,
        short
        or any(word in _FAILS for word in words)
        or bool(_VERDICT.search(line) or _VERDICT.search(run.step.command)),
    )


def _by_script(run: Run, code: Code) -> Iterator[tuple[tuple[Evidence, ...], bool]]:
    source = code.source(run.executed.module) if run.executed.module else None
    if source is None or is_test_command(run.words) or not _SMOKES.search(source.path.rpartition("/")[2]):
        return
    sends = next((c for c in source.calls if _REQUESTS.search(c.name)), None)
    if sends is None:
        return
    verdict = _verdict(source)
    shown = (*run.chain, code.evidence(source, verdict or sends.line))
    yield shown, bool(verdict)


def _verdict(source: Source) -> int:
    """The line that fails on a wrong answer, 0 if there is none."""
    asserts = [g.line for g in source.guards if g.kind == "assert" and g.names]
    stops = [
        g.line
        for g in source.guards
        if g.kind in ("if", "else")
        and g.effects & {"raise", "exit"}
        and re.search(r"status|response|resp|result|output|answer|pred|body|ok", " ".join(g.names))
    ]
    checks = [c.line for c in source.calls if c.last in ("assertEqual", "assertIn", "assertTrue", "assert_that")]
    return min([*asserts, *stops, *checks], default=0)
