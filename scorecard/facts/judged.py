"""Answers of production that a judge looks at afterwards: evaluators of platforms, own jobs and tables of verdicts.

A suite of evaluation cases is none of this: here the judged answer is one that a user was given, known by its id, or
handed on in the background of the request that gave it.
"""

import re
from collections import defaultdict
from collections.abc import Iterator

from scorecard.facts.called import is_called
from scorecard.facts.code import Code
from scorecard.facts.configuration import is_operational
from scorecard.facts.feedback_words import OFFLINE, snake
from scorecard.facts.reach import Reach
from scorecard.facts.starts import Way
from scorecard.facts.table_writes import plain, writes
from scorecard.facts.tables import Table, Tables
from scorecard.model import Evidence
from scorecard.patterns import lazily
from scorecard.readers.code import Call, Source

# Evaluators that a platform runs over live traces, and calls that hang a judge's score on a live trace.
PLATFORMS = (
    "mlflow.*.ScorerSamplingConfig", "*.ScorerSamplingConfig", "*.create_external_monitor",
    "databricks.*.create_monitor", "*.LLMObs.submit_evaluation", "*.LLMObs.submit_evaluation_for",
    "*.llmobs.submitEvaluation", "weave.Monitor", "weave.*.Monitor", "*.EvaluationSchedule",
    "*.ContinuousEvaluationRuleAction", "*.AgentEvaluationRequest", "*.create_agent_evaluation",
    "*.create_online_evaluation", "*.create_automation_rule_evaluator", "*.create_run_rule",
)  # fmt: skip
_JUDGES = lazily(
    r"judg(?:e|ment|ement)|faithful|grounded|hallucinat|relevanc[ey]|coheren|auto_?eval|llm_?eval|self_?eval|"
    r"(?:evaluate|evaluation|eval|score|grade|rate|critique|assess|review)_?(?:the_)?(?:an_)?(?:llm_|ai_|bot_|chat_)?"
    r"(?:answer|response|repl(?:y|ies)|message|trace|conversation|generation|completion|interaction|turn|output)",
    re.IGNORECASE,
)
_LIVE_ID = lazily(
    r"(?:answer|message|trace|conversation|interaction|response|generation|prediction|inference|completion|turn|"
    r"thread|chat|span|log|reply)_?(?:log_?)?(?:id|uuid|pk)s?"
)
_LIVE_ROW = lazily(r"answer|message|conversation|interaction|response|generation|trace|turn|chat|completion")
_LATER = frozenset({
    "add_task", "create_task", "submit", "delay", "apply_async", "enqueue", "perform_later", "perform_async",
    "ensure_future", "waitUntil", "after", "spawn", "send_task", "queue", "dispatch", "start_soon", "setImmediate",
})  # fmt: skip
_KEEPS = lazily(
    r"^(?:a?create\w*!?|a?save\w*!?|insert\w*|update\w*!?|upsert\w*|put\w*|add|execute\w*|commit|store\w*|record\w*|"
    r"persist\w*|log_\w+|score\w*|write\w*|send_\w+|publish|append_row|to_sql|to_csv|set|submit_\w+|bulk_create|Add|"
    r"AddAsync|SaveChanges\w*|Insert\w*|Save\w*)$"
)
_ASKS = lazily(
    r"create|generate\w*|a?invoke|complete|chat|run|predict|call|ask\w*|evaluate|score|measure|parse|converse"
)
_MODELS = lazily(
    r"completions|responses\.create|messages\.create|openai|anthropic|gemini|bedrock|\bset\(", re.IGNORECASE
)
_SCORE = lazily(
    r"(?:\w+_)?(?:faithfulness|groundedness|grounding|hallucination|coherence|(?:answer|context|response)_relevanc[ey]|"
    r"judge|judgment|judgement)(?:_(?:score|rating|verdict|value|reason|result|label|flag))?",
)
_JUDGED_TABLE = lazily(
    r"judg|faithful|grounded|hallucinat|relevanc[ey]|coherence|(?:answer|message|trace|response)_?scor"
)
_CASES = lazily(
    r"(?:^|_)(?:case|cases|expected|reference|dataset|experiment|benchmark|golden|ground_truth|suite|test)(?:$|_)"
)


def judged(code: Code, tables: Tables, reach: Reach) -> Iterator[Evidence]:
    """Every such place, platforms first."""
    yield from code.quote(h for h in code.calls(*PLATFORMS) if _counts(h.source))
    yield from code.quote(h for h in code.calls("*.apply_scorer") if _counts(h.source) and not OFFLINE.search(h.path))
    yield from _jobs(code, reach)
    yield from _in_background(code, reach)
    yield from _verdicts(code, tables)


def _counts(source: Source) -> bool:
    return is_operational(source.path) and not source.notebook


def _jobs(code: Code, reach: Reach) -> Iterator[Evidence]:
    """A function named after judging that is given the id of an answer, judges it and keeps the verdict."""
    for source in code.sources:
        offline = OFFLINE.search(source.path) and reach.way(source.path) is not Way.SERVICE
        if offline or not _counts(source):
            continue
        by_file = bool(_JUDGES.search(source.path.rpartition("/")[2]))
        for function in source.functions:
            if not (by_file or _JUDGES.search(function.name)) or not any(
                _LIVE_ID.fullmatch(snake(p)) for p in function.params
            ):
                continue
            inside = source.calls_in(function.line + 1, function.end)
            store = next((c for c in reversed(inside) if _stores(c)), None)
            judges = next((c for c in inside if c is not store and (_JUDGES.search(c.name) or _asks(c))), None)
            if store and judges and is_called(code, source, function.name):
                yield code.evidence(source, judges.line)
                yield code.evidence(source, store.line)
                break


def _stores(call: Call) -> bool:
    return bool(_KEEPS.match(call.last)) and not _MODELS.search(call.name)


def _asks(call: Call) -> bool:
    return bool(_ASKS.fullmatch(call.last)) and bool(
        re.search(
            r"llm|judge|chain|openai|client|model|anthropic|completions|evaluator|agent", call.name, re.IGNORECASE
        )
    )


def _in_background(code: Code, reach: Reach) -> Iterator[Evidence]:
    """A request that hands its answer on to an own judge, which keeps what it says."""
    for source in code.sources:
        serves = source.language != "python" or reach.way(source.path) is Way.SERVICE
        if not serves or not _counts(source) or OFFLINE.search(source.path):
            continue
        for call in source.calls:
            if call.last not in _LATER:
                continue
            names = [word.rstrip("()") for word in (*call.args, call.on, call.name.rpartition(".")[0])]
            for name in names:
                last = name.lstrip("'").rpartition(".")[2]
                if last and _JUDGES.search(last):
                    kept = _kept_by(code, last)
                    if kept:
                        yield code.evidence(source, call.line)
                        yield kept
                        return


def _kept_by(code: Code, name: str) -> Evidence | None:
    """The line on which the own function, or the job of that name, keeps something."""
    bodies = [(s, f.line, f.end) for s, f in code.functions(f"{re.escape(name)}$") if f.last == name]
    if name[0].isupper():
        bodies += [(s, k.line, k.end) for s in code.sources for k in s.classes if k.name.rpartition(".")[2] == name]
    for source, first, end in bodies:
        store = next((c for c in source.calls_in(first + 1, end) if _stores(c)), None)
        if store and _counts(source):
            return code.evidence(source, store.line)
    return None


def _verdicts(code: Code, tables: Tables) -> Iterator[Evidence]:
    """Tables in which a judge's scores stand beside the answer that was given, and to which code writes."""
    found: dict[str, list[Table]] = defaultdict(list)
    for table in tables.all:
        if _holds_verdicts(table):
            found[plain(table.name)].append(table)
    for name, line in writes(code, found).items() if found else ():
        yield line
        yield found[name][0].evidence


def _holds_verdicts(table: Table) -> bool:
    name, columns = snake(table.name), {snake(column) for column in table.columns}
    if any(_CASES.search(word) for word in (name, *columns)) or OFFLINE.search(table.evidence.path):
        return False
    scored = any(_SCORE.fullmatch(c) for c in columns) or (_JUDGED_TABLE.search(name) and "score" in columns)
    tied = any(_LIVE_ID.fullmatch(c) for c in columns) or bool(columns & {"message", "answer", "trace", "response"})
    return bool(scored) and (tied or bool(_LIVE_ROW.search(name)))
