"""A prediction log of one's own behind a decorator: it calls what it wraps, and keeps what went in with what came out."""

from collections.abc import Iterator

from scorecard.facts.code import Code
from scorecard.facts.inference import Inference
from scorecard.facts.own_calls import Own, OwnCalls
from scorecard.facts.record_helpers import is_inference, is_log, keeps, live_asking
from scorecard.facts.record_scopes import KeptFile
from scorecard.model import Evidence
from scorecard.paths import is_test
from scorecard.readers.code import Call

_DEPTH = 3  # the wrapper, what it calls to make a record, what that calls to keep it
_TEXT = 60
_DECORATORS = 20  # lines above a `def` in which its decorators are looked for


def decorated(code: Code, inference: Inference, calls: OwnCalls) -> Iterator[KeptFile]:
    """Every function of the running system that asks a model below such a decorator."""
    for here in live_asking(code, inference, calls):
        for name in here.function.decorators:
            own = calls.meant(here.source, Call(name, here.function.line, ""))
            if own and is_log(own.function.name) and _calls_what_it_wraps(own):
                inside = [one for one in calls.below(own, _DEPTH) if not is_test(one.source.path)]
                words = {word for one in inside if one.source is own.source for word in _said(one)}
                kept = next((code.evidence(one.source, line) for one in inside if (line := _line(one))), None)
                if kept and is_inference(words):
                    lines = (_where(code, here, name), kept)
                    yield KeptFile(own.function.name, lines, joined=True, words=frozenset(words))


def _calls_what_it_wraps(own: Own) -> bool:
    """Is the decorator's parameter called in it? A reader knows a value of an annotated name by its type."""
    if not own.function.params:
        return False
    first = own.function.params[0]
    names = {first, dict(own.function.annotations).get(first, first)}
    return any(call.name in names for call in own.calls)


def _line(own: Own) -> int:
    return keeps(own) if is_log(own.function.name) else 0


def _said(own: Own) -> Iterator[str]:
    """The keys and short texts in a function."""
    first, last = own.function.line, own.function.end
    yield from (text.value for text in own.source.texts_in(first, last) if len(text.value) < _TEXT)
    yield from (key for call in own.calls for key, _ in call.kwargs)


def _where(code: Code, here: Own, name: str) -> Evidence:
    """The line of the decorator, above its function."""
    path, last = here.source.path, name.rpartition(".")[2]
    for number in range(here.function.line, max(here.function.line - _DECORATORS, 0), -1):
        row = code.line(path, number)
        if row.startswith("@") and last in row:
            return code.evidence(here.source, number)
    return code.evidence(here.source, here.function.line)
