"""A prediction log of one's own behind a class or a helper: the running system hands it inputs and outputs, it keeps them.

Two deeds are held together: a function of the repository that appends what it is given to something that lasts,
whatever it is called, and a function that asks a model and hands on what went in with what came out.
"""

import re
from collections.abc import Iterator

from msgspec import Struct

from scorecard.facts.code import Code
from scorecard.facts.inference import LIVE, Inference, part
from scorecard.facts.own_calls import Own, OwnCalls
from scorecard.facts.record_scopes import DOCUMENTS, KeptFile
from scorecard.facts.record_vocabulary import ANSWERED, ASKED, NO_RECORD, PREDICTED
from scorecard.facts.tracing import is_offline
from scorecard.facts.vocabulary import ML_LIBRARIES
from scorecard.model import Evidence
from scorecard.paths import is_test
from scorecard.patterns import lazily
from scorecard.readers.code import Call, Function, Source

_OUTPUT = lazily(r"(?:\w+_)?(?:scores?|probabilit(?:y|ies)|probas?|decisions?|predicted_\w+|label)", re.IGNORECASE)
_INPUT = lazily(
    r"(?:\w+_)?(?:inputs?|features?|payload|instances?|request|body|observation|feature_vector)", re.IGNORECASE
)
_INSERTS = lazily(r"\binsert\s+(?:or\s+\w+\s+)?into\b", re.IGNORECASE)
_APPENDS = frozenset({"'a", "'a+", "'ab", "'at", "'ab+"})
_LINES = frozenset({"write", "writelines", "writerow", "writerows", "dump"})
_TABLES = frozenset({
    "to_sql", "write_deltalake", "write_delta", "saveAsTable", "insertInto", "to_csv", "append_rows", "save", "write_database", "merge_insert",
})  # fmt: skip
_PARTITIONS = ("predicate", "replaceWhere", "overwrite_filter")  # of a day's rows: what the other days hold stays
_BUFFERS = frozenset({"append", "put", "put_nowait", "appendleft", "extend"})
_QUEUE = lazily(r"producer|kinesis|firehose|kafka|pubsub|publisher|stream", re.IGNORECASE)
_SENDS = frozenset({"put_record", "put_records", "produce", "send", "publish", "send_and_wait"})
_NO_LOG = lazily(
    r"cache|memo(?:ry|ize)?(?![a-z])|metric|index|embed|alert|notif|upload_model|checkpoint", re.IGNORECASE
)


class Helper(Struct, frozen=True):
    """A call of an own function that keeps what it is given, and the line within it that does."""

    call: Call
    own: Own
    keeps: Evidence
    kept_in: Own


def helped(code: Code, inference: Inference, calls: OwnCalls) -> Iterator[KeptFile]:
    """Every place of the running system that hands a record of one inference to such a function."""
    asked = {(ask.hit.path, ask.hit.scope) for ask in inference.asks}
    for here in live_asking(code, inference, calls):
        yield from _records(code, calls, here, asked)


def live_asking(code: Code, inference: Inference, calls: OwnCalls) -> Iterator[Own]:
    """The functions of the running system in which a model is asked, and those that call them."""
    if not (inference.asks or code.imports(*ML_LIBRARIES)):
        return
    for here in _asking(code, calls, {(ask.hit.path, ask.hit.scope) for ask in inference.asks}):
        source = here.source
        offline = source.notebook or is_test(source.path) or is_offline(source.path)
        if source.language == "python" and not offline and part(source, here.function.name) in LIVE:
            yield here


def _asking(code: Code, calls: OwnCalls, asked: set[tuple[str, str]]) -> list[Own]:
    """The functions in which a model is asked, and those that call them."""
    found = dict(calls.askers)
    for path, scope in asked:
        source = code.source(path)
        function = next((f for f in source.functions if f.name == scope), None) if source else None
        if source and function:
            found[path, scope] = Own(source, function)
    for own in list(found.values()):
        for source, call in calls.above(own):
            function = code.enclosing(source, call.line)
            if function:
                found[source.path, function.name] = Own(source, function)
    return [found[key] for key in sorted(found)]


def _records(code: Code, calls: OwnCalls, here: Own, asked: set[tuple[str, str]]) -> Iterator[KeptFile]:
    for helper in helpers(code, calls, here):
        if _asks(helper.own, calls, asked):
            continue  # it records what it is asked itself, if anything
        words = _given(code, here.source, here.function, helper)
        if is_inference(words):
            lines = (code.evidence(here.source, helper.call.line), helper.keeps)
            yield KeptFile(_name(helper), lines, joined=True, words=frozenset(words))


def helpers(code: Code, calls: OwnCalls, here: Own) -> Iterator[Helper]:
    """The calls of a function that hand a record, rather than a verdict or an entry of a cache, to one that keeps it."""
    for helper in keepers(code, calls, here):
        if is_log(helper.own.function.name):
            yield helper


def keepers(code: Code, calls: OwnCalls, here: Own) -> Iterator[Helper]:
    """The calls of a function that hand something to an own function which keeps it."""
    for call in here.calls:
        own = calls.meant(here.source, call) if call.args or call.kwargs else None
        for one in calls.below(own) if own and own != here else ():
            line = keeps(one)
            if own and line and not is_test(one.source.path):
                yield Helper(call, own, code.evidence(one.source, line), one)
                break


def is_log(name: str) -> bool:
    """May something of this name be a log of inferences, and no cache, verdict or other record?"""
    return not _NO_LOG.search(name) and not NO_RECORD.search(name)


def is_inference(words: set[str]) -> bool:
    """Do the words name what went into a model and, beside it, what came out?"""
    out = {w for w in words if PREDICTED.fullmatch(w) or ANSWERED.fullmatch(w) or _OUTPUT.fullmatch(w)}
    return bool(out) and any(ASKED.fullmatch(w) or _INPUT.fullmatch(w) for w in words - out)


def _asks(own: Own, calls: OwnCalls, asked: set[tuple[str, str]]) -> bool:
    """Is a model asked in the function, or in an own one that it calls?"""
    keys = [(one.source.path, one.function.name) for one in calls.below(own, 1)]
    return any(key in asked or key in calls.askers for key in keys)


def _given(code: Code, source: Source, function: Function, helper: Helper) -> set[str]:
    """The keys and names of what is handed over, through a variable and a record class of one's own."""
    call = helper.call
    spans = [(call.line, max(call.end, call.line))]
    given = [*call.args, *(value for _, value in call.kwargs)]
    words = {key for key, _ in call.kwargs}
    words |= {word.rpartition(".")[2] for word in given if not word.startswith("'")}
    spans += [
        (a.line, max(a.end, a.line))
        for a in source.assigns
        if a.scope == function.name and a.line <= call.line and _is_given(a.target, a.value, given)
    ]
    made = {word.removesuffix("()").rpartition(".")[2] for word in given if word.endswith("()")}
    for first, last in spans:
        words |= {t.value for t in source.texts_in(first, last) if len(t.value) < 60}
        for inner in source.calls_in(first, last):
            words |= {key for key, _ in inner.kwargs}
            made.add(inner.last)
    for name in made:
        for klass in code.named_classes.get(name, ()):
            words |= {field for field, _, _ in klass.fields}
    words |= set(helper.own.function.params)
    words |= _record_fields(code, helper.own.function)
    inside = helper.own.source
    words |= {t.value for t in inside.texts_of(helper.own.function.name) if len(t.value) < 60}
    return words


def _record_fields(code: Code, function: Function) -> set[str]:
    """The fields of the repository's own records that a function takes, where one of them is what a model said."""
    fields: set[str] = set()
    for parameter, dotted in function.annotations:
        if parameter != "return":
            for klass in code.named_classes.get(dotted.rpartition(".")[2], ()):
                fields |= {field for field, _, _ in klass.fields}
    if any(PREDICTED.fullmatch(field) for field in fields) and "data" in fields:
        fields.add("inputs")  # beside a prediction, `data` is what it was made from
    return fields


def _is_given(target: str, value: str, given: list[str]) -> bool:
    return target in given or (bool(value) and value in given)


def keeps(own: Own) -> int:
    """The line on which the function appends to something that lasts, 0 if it does not."""
    source, function = own
    calls = own.calls
    klass = next((k for k in source.classes if function.name.startswith(f"{k.name}.")), None)
    around = source.calls_in(klass.line, klass.end) if klass else calls
    appends = any(_opens(c) for c in around) or _by_flag(source, around)
    inserts = any(_INSERTS.search(t.value) for t in source.texts_of(function.name))
    commits = any(c.last == "commit" for c in calls)
    for call in calls:
        given = bool(call.args or call.kwargs)
        if call.last in DOCUMENTS and given:
            return call.line
        if call.last in _LINES and given and appends:
            return call.line
        if call.last in ("execute", "executemany") and inserts:
            return call.line
        if call.last in ("add", "add_all") and commits and given:
            return call.line
        if call.last in _TABLES and "'append" in (call.kwarg("mode", "if_exists", "if_table_exists") or "", *call.args):
            return call.line
        if call.last in _TABLES and call.kwarg("mode") == "'overwrite" and call.kwarg(*_PARTITIONS) is not None:
            return call.line
        if call.last in _SENDS and given and _QUEUE.search(f"{call.name} {call.on}"):
            return call.line
        if klass and call.last in _BUFFERS and call.name.startswith("self.") and given and _flushes(source, klass.name):
            return call.line
    return 0


def _flushes(source: Source, klass: str) -> bool:
    """Does another method of the class write down what was gathered?"""
    own = (f for f in source.functions if f.name.startswith(f"{klass}."))
    return any(_keeps_plainly(Own(source, f)) for f in own)


def _keeps_plainly(own: Own) -> bool:
    calls = own.calls
    inserts = any(_INSERTS.search(t.value) for t in own.source.texts_of(own.function.name))
    return any(
        c.last in DOCUMENTS
        or (c.last in _LINES and any(_opens(o) for o in calls))
        or (c.last in ("execute", "executemany") and inserts)
        or (c.last in _TABLES and c.kwarg("mode", "if_exists") == "'append")
        for c in calls
    )


def _opens(call: Call) -> bool:
    """`open(path, "a")`, `path.open("a")`."""
    if call.last != "open":
        return False
    given = call.args[1:2] or (call.args[:1] if call.on else ())
    return bool({call.kwarg("mode"), *given} & _APPENDS)


def _by_flag(source: Source, calls: list[Call]) -> bool:
    """`os.open(path, os.O_WRONLY | os.O_APPEND)`."""
    return "O_APPEND" in source.names and any(c.name == "os.open" for c in calls)


def _name(helper: Helper) -> str:
    """The table or file that is named in the call, else the class or function that keeps."""
    named = next((s for s in helper.call.strings if re.fullmatch(r"[\w./-]{3,60}", s)), "")
    return named or helper.own.function.name.partition(".")[0]
