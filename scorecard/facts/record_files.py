"""Own code that keeps inferences outside of tables: documents, files, feature groups, time series, streams."""

import re
from collections.abc import Iterator

from scorecard.facts.code import Code
from scorecard.facts.inference import Inference, Part, part
from scorecard.facts.record_frames import frames
from scorecard.facts.record_scopes import (
    COLLECTS,
    DOCUMENTS,
    DURABLE,
    ENTITIES,
    FIELDS,
    KEEPS_ELSEWHERE,
    STORES,
    STREAMS,
    KeptFile,
    Scope,
    kept,
    scopes,
)
from scorecard.facts.record_vocabulary import ANSWERED, ASKED, CONTENT, CONVERSATIONS, NO_RECORD, PREDICTED, ROLE
from scorecard.facts.tracing import is_offline
from scorecard.model import Evidence
from scorecard.paths import is_test
from scorecard.patterns import lazily
from scorecard.readers.code import Call, Source

_PRODUCER = lazily(r"producer|kinesis|firehose|kafka|pubsub|publisher|stream_client", re.IGNORECASE)
_FEATURE_GROUP = lazily(r"(?:^|_)(?:fg|feature_group|featuregroup)(?:_|$)", re.IGNORECASE)
_MONITORED = lazily(r"pred|monitor|infer|score|forecast", re.IGNORECASE)
_KEEPS = lazily(
    r"_*(?:a|async_)?(?:save|store|persist|log|append|write|record|insert|add)_(?:\w+_)?"
    r"(?:chat|conversation|messages?|interactions?|predictions?|inferences?|responses?|transcript|prompts?|turns?|answers?"
    r"|completions?|llm_call\w*|qa|request_response|forecasts?)"
    r"(?:_(?:to|in|into)_\w+|_(?:history|log|logs|record|records|db|data|async|turn|pair|entry|event|results?))?$"
    r"|(?:save|store|persist|log|append|record|insert|add)(?:[A-Z]\w*)?"
    r"(?:Chat|Conversation|Message|Messages|Interaction|Prediction|Predictions|Inference|Response|Transcript|Prompt"
    r"|Completion|ChatHistory)$"
)
_POINT = lazily(r"point|record|measure|influx|\(\)\.field", re.IGNORECASE)  # and not a schema's field
_NOTEBOOK = lazily(r"infer|predict|scor|batch|monitor", re.IGNORECASE)
_LOG_LINE = lazily(r"predict|forecast|response|answer|completion", re.IGNORECASE)
_READS_ONLY = lazily(r"_*(?:get|list|fetch|read|load|delete|train|fit|eval|register|create_index)", re.IGNORECASE)
_NAMES_PLACE = frozenset({"from", "collection", "table", "Table", "into", "document", "doc"})
_CHAIN_LINES = 4
_SPEAKS = frozenset({"info", "debug", "print", "log"})
_MESSAGES = lazily(
    r"(?:chat|conversation|prompt|llm|ai|assistant)_?(?:messages?|history|turns?|interactions?|logs?)_?(?:repository|repo|dao)$"
    r"|(?:^|[._])_?conversations?_?(?:repository|repo|dao)$",
    re.IGNORECASE,
)
# A file of its own for each, whose name ends after a hole; Python's reader gives what follows the hole by itself.
_DATED = lazily(r"(?:.*\{[^}]*\}[\w.-]*|[_-]\w*)?\.(?:json|jsonl|txt|md|ya?ml)")
# The whole conversation, dumped into a file of conversations.
_TALK = lazily(
    r"dump\((?:self\.)?(?:messages|chat_?history|conversation|conversation_?history|transcript)\b", re.IGNORECASE
)
_TALK_PLACE = lazily(
    r"(?:conversations?|chats?|transcripts?|history)_?(?:history_?)?(?:file|filename|path|dir|directory|folder)$",
    re.IGNORECASE,
)
_DUMPS = frozenset({"dump", "write", "write_text"})
_EXCHANGE = frozenset({"request", "response"})
_APPENDS = frozenset({"'a", "'a+", "'ab", "'at"})
_VAGUE = frozenset({"add", "set", "write", "dump", "put", "append_row", "create", "insert", "save", "execute"})
_STORE_WORDS = lazily(
    r"session|db|conn|cur|table|collection|client|redis|prisma|supabase|objects|store|repository|bucket|blob|writer",
    re.IGNORECASE,
)


def files(code: Code, inference: Inference) -> list[KeptFile]:
    """Everything of this sort in live code, what holds its inputs first."""
    llm, ml = inference.llm, inference.ml
    asked = {(ask.hit.path, ask.hit.scope): ask.hit.line for ask in inference.asks}
    found: dict[tuple[str, int], KeptFile] = {}
    for source in code.sources if llm or ml else ():
        if _counts(source):
            for scope in scopes(source, asked):
                for one in _in_scope(code, scope, llm=llm, ml=ml):
                    found.setdefault((source.path, one.evidence[0].line), one)
    return sorted(found.values(), key=lambda one: (not one.joined, one.evidence[0].path))


def forgotten(code: Code, inference: Inference) -> list[Evidence]:
    """Log lines and prints that say a prediction or an answer: seen by whoever reads along, kept by nobody."""
    out = []
    for ask in inference.live[:200]:
        for call in ask.hit.source.calls:
            after = call.scope == ask.hit.scope and call.line >= ask.hit.line
            if after and call.last in _SPEAKS and any(map(_LOG_LINE.search, call.args)):
                out.append(code.evidence(ask.hit.source, call.line))
                break
    return out[:2]


def _counts(source: Source) -> bool:
    if source.notebook and not _NOTEBOOK.search(source.path.rpartition("/")[2]):
        return False
    return not is_test(source.path) and not is_offline(source.path)


def _in_scope(code: Code, scope: Scope, *, llm: bool, ml: bool) -> Iterator[KeptFile]:
    predicted = ml and scope.predicted and not (scope.offline and not scope.source.notebook)
    spoken = llm and _is_exchange(scope.words)
    for call in scope.calls:
        if call.last in DOCUMENTS:
            if predicted or (spoken and not NO_RECORD.search(f"{call.on} {call.string()}")):
                yield kept(code, scope, call, joined=True)
        elif call.last in COLLECTS and STORES.search(f"{call.name} {call.on}") and (call.args or call.kwargs):
            told = predicted and scope.keyed and _may_hold(call, (PREDICTED,))
            asked = spoken and _may_hold(call, (ANSWERED, CONTENT)) and not NO_RECORD.search(_place(scope, call))
            if (told or asked) and not _READS_ONLY.match(scope.last):
                yield kept(code, scope, call, joined=True)
        elif call.last == "dump" and llm and any(map(_TALK_PLACE.search, scope.source.names)):
            if _TALK.search(code.line(scope.source.path, call.line)):
                yield kept(code, scope, call, joined=True)
        elif call.last in ENTITIES and llm and call.args and _MESSAGES.search(_receiver(call)):
            yield kept(code, scope, call, joined=True)
        elif call.last in STREAMS:
            if predicted and scope.asks and _PRODUCER.search(f"{call.name} {call.on}"):
                yield kept(code, scope, call, joined=scope.keyed)
        elif call.last == "insert":
            if _FEATURE_GROUP.search(call.on) and _MONITORED.search(call.on):
                yield kept(code, scope, call, joined=True)
        elif call.last in FIELDS and ml and PREDICTED.fullmatch(call.string()) and _POINT.search(call.name):
            yield kept(code, scope, call, joined=sum(c.last in FIELDS for c in scope.calls) > 1)
    if ml and not scope.offline and not scope.knows_truth and (scope.asks or (scope.predicted and scope.beside)):
        yield from frames(code, scope)
    if predicted or spoken:
        for call in scope.calls:
            if _appends(call):
                yield kept(code, scope, call, joined=True)
    if llm and (spoken or scope.words >= _EXCHANGE) and part(scope.source, scope.name) is Part.SERVICE:
        yield from _each(code, scope)
    yield from _named(code, scope)


def _each(code: Code, scope: Scope) -> Iterator[KeptFile]:
    """A file for each exchange: its name has a time or an id in it."""
    named = any(map(_DATED.fullmatch, scope.words)) and not NO_RECORD.search(scope.last)
    dumped = next((c for c in scope.calls if c.last in _DUMPS), None) if named else None
    if dumped:
        yield kept(code, scope, dumped, joined=True)


def _receiver(call: Call) -> str:
    return call.on or call.name.rpartition(".")[0]


def _may_hold(call: Call, shapes: tuple[re.Pattern[str], ...]) -> bool:
    """False where the call spells out what it writes, and nothing of this sort is among it."""
    nested = [(key.rpartition(".")[2], value) for key, value in call.kwargs if "." in key]
    spelled = nested or [pair for pair in call.kwargs if "" in call.args]  # an object literal as the argument
    words = {word.lstrip("'") for pair in spelled for word in pair if word}
    return not spelled or any(shape.fullmatch(word) for shape in shapes for word in words)


def _place(scope: Scope, call: Call) -> str:
    """What is written about: the variable, and the collection or table that the chain names."""
    near = [c.string() for c in scope.calls if c.last in _NAMES_PLACE and abs(c.line - call.line) <= _CHAIN_LINES]
    return " ".join((call.on, call.string(), call.kwarg("index", "TableName") or "", *near))


def _is_exchange(words: frozenset[str]) -> bool:
    """Do the keys hold a question with its answer, or a message with its role?"""
    answers = {w for w in words if ANSWERED.fullmatch(w)}
    if answers and any(ASKED.fullmatch(w) for w in words - answers):
        return True
    roles = any(ROLE.fullmatch(w) and w not in ("by", "type") for w in words)
    return roles and any(map(CONTENT.fullmatch, words)) and any(map(CONVERSATIONS.search, words))


def _appends(call: Call) -> bool:
    """`open(path, "a")`, `path.open("a")`, `frame.to_csv(path, mode="a")`, `fs.appendFile(…)`."""
    if call.last in ("appendFile", "appendFileSync"):
        return True
    given = call.args[1:2] or (call.args[:1] if call.on else ())
    return call.last in ("open", "to_csv") and bool({call.kwarg("mode"), *given} & _APPENDS)


def _named(code: Code, scope: Scope) -> Iterator[KeptFile]:
    """An own function that is named after keeping inferences, keeps them, and is called."""
    if not _KEEPS.match(scope.last) or NO_RECORD.search(scope.last):
        return
    store = next((c for c in scope.calls if c.last in DURABLE and _is_durable(c, scope)), None) or _handed_on(
        code, scope
    )
    callers = code.calls(f"*.{scope.last}", scope.last) if store else ()
    caller = next((h for h in callers if h.scope != scope.name and not is_offline(h.path)), None)
    if store and caller:
        lines = (code.evidence(caller), code.evidence(scope.source, store.line))
        yield KeptFile(scope.last, lines, joined=True, words=scope.words)


def _handed_on(code: Code, scope: Scope) -> Call | None:
    """A call of another package that keeps predictions: `insert_forecast_values(session, …)` of a shared data model."""
    own = {f.last for f in scope.source.functions}
    return next(
        (
            c
            for c in scope.calls
            if KEEPS_ELSEWHERE.match(c.last)
            and (c.args or c.kwargs)
            and c.last not in own
            and c.name.partition(".")[0] in {i.module.partition(".")[0] for i in scope.source.imports}
            and not code.functions(f"{c.last}$")
        ),
        None,
    )


def _is_durable(call: Call, scope: Scope) -> bool:
    """`list.append`, a gauge's `set` and a log line outlive nothing."""
    if call.last in _VAGUE:
        return any(c.last == "open" for c in scope.calls) or bool(_STORE_WORDS.search(f"{call.name} {call.on}"))
    return call.last != "commit"
