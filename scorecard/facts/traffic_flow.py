"""Requests shared between two versions over several functions: one draws or hashes, one compares, one asks either version.

And the shadow call, whatever the second version is called: two versions are asked the same in one function, and the answer
of one is thrown away.
"""

import re
from collections.abc import Iterator, Sequence

from scorecard.facts.code import Code
from scorecard.facts.inference import LIVE, parts
from scorecard.facts.own_calls import Own, OwnCalls
from scorecard.facts.record_scopes import ASKS
from scorecard.facts.traffic_words import ARMS, CHANCE, HASHES, OFFLINE
from scorecard.model import Evidence
from scorecard.paths import is_demo, is_test
from scorecard.patterns import lazily
from scorecard.readers.code import Call, Source

_COMPARES = lazily(r"[^-=<>]\s*[<>]=?\s*[\w(]")
_FOLDS = lazily(
    r"%|\bmod\b|2\s*\*\*|1\s*<<|from_bytes|0x[fF]{2,}|/\s*\w*(?:max|MAX)|int\([^()]{0,80}(?:\([^()]{0,60}\))?[^()]{0,40}16"
)
_HANDED = frozenset({"create_task", "add_task", "submit", "Thread", "apply_async", "run_in_executor", "to_thread"})
_ASKED = lazily(r"\.(?:a?predict\w*|score\w*|infer\w*|forecast\w*|classify\w*)$")
_CHOICE = lazily(r"\bif\b[^#\n]{1,120}\belse\b")


def shared(code: Code, calls: OwnCalls, functions: Sequence[Own]) -> Iterator[tuple[str, tuple[Evidence, ...]]]:
    """Each function that asks either of two versions by a share that another function works out."""
    names = _deciding(code)
    by_chance: dict[tuple[str, str], bool] = {}
    for here in functions if names else ():
        source, inside = here.source, here.calls
        if not any(c.last in names for c in inside):
            continue
        asked = [(c, own) for c in inside if (own := calls.meant(source, c)) and _may_draw(calls, own, by_chance)]
        words = _words(source, here) if asked else ""
        several = bool(asked) and (bool(ARMS.search(words)) or len(_versions(calls, here)) > 1)
        for call, own in asked if several or words else ():
            if not several and not ARMS.search(code.line(source.path, call.line)):
                continue
            drawn = _drawn(code, calls, own, call, here)
            if drawn and _chooses(code, here, call):
                yield "requests are shared between two versions", (code.evidence(source, call.line), drawn)
                break


def shadowed(code: Code, calls: OwnCalls, functions: Sequence[Own]) -> Iterator[tuple[str, tuple[Evidence, ...]]]:
    """Each function in which a second version is asked the same and its answer is not given."""
    names = {function.last for _, function in calls.askers.values()}
    for here in functions:
        source, inside = here.source, here.calls
        if not any((not c.used and (ASKS.match(c.last) or c.last in names)) or c.last in _HANDED for c in inside):
            continue
        answers = [(c, who, what) for c in inside if c.used for who, what in _asking(calls, here, c)]
        for call in inside:
            hidden = _asking(calls, here, call) if not call.used else []
            for who, what in hidden:
                if any(who != other and what == given for _, other, given in answers):
                    yield "a second version is asked in the shadow of the first", (code.evidence(source, call.line),)
                    return
            if call.last in _HANDED:
                asked = next((a for a in call.args if _ASKED.search(a)), "")
                who, _, verb = asked.rpartition(".")
                given = (verb, *(a for a in call.args if a not in (asked, "None")))
                if who not in ("", "self") and any(other != who and given == what for _, other, what in answers):
                    yield "a second version is asked in the shadow of the first", (code.evidence(source, call.line),)
                    return


def _deciding(code: Code) -> set[str]:
    """The names of functions that draw or hash, and of those that call a function of such a name."""
    names: set[str] = set()
    for source in code.sources:
        if source.language == "python" and not OFFLINE.search(source.path) and not is_test(source.path):
            names |= {c.scope.rpartition(".")[2] for c in source.calls if _draws(c) or _hashes(c)}
    names.discard("")
    for _ in range(2):
        names |= {
            hit.scope.rpartition(".")[2] for name in names for hit in code.calls(name, f"*.{name}", notebooks=False)
        }
    return names - {""}


def _may_draw(calls: OwnCalls, own: Own, known: dict[tuple[str, str], bool]) -> bool:
    """Does the function draw or hash, itself or by what it calls of the repository's own?"""
    key = (own.source.path, own.function.name)
    if key not in known:
        known[key] = any(_draws(inner) or _hashes(inner) for one in calls.below(own) for inner in one.calls)
    return known[key]


def _draws(call: Call) -> bool:
    return call.name in CHANCE or call.name.endswith(".random.random")


def _hashes(call: Call) -> bool:
    return call.name in HASHES or call.last in ("md5", "sha256", "sha1", "crc32", "blake2b")


def live(code: Code) -> list[Own]:
    """The functions of the running system that may stand between a request and a model."""
    found = []
    for source in code.sources:
        path = source.path
        if source.language != "python" or source.notebook or is_test(path) or is_demo(path) or OFFLINE.search(path):
            continue
        part = parts(source)
        found += [
            Own(source, function)
            for function in source.functions
            if part(function.name) in LIVE and not OFFLINE.search(function.name)
        ]
    return found


def _asking(calls: OwnCalls, here: Own, call: Call) -> list[tuple[str, tuple[str, ...]]]:
    """(which version, what it is asked) where the call asks a model, itself or by an own function that is given the model."""
    owner = call.name.rpartition(".")[0]
    if ASKS.match(call.last) and owner and owner not in ("self", "cls") and any(call.args):
        return [(owner, (call.last, *call.args))]  # one's own method is no version
    own = calls.meant(here.source, call)
    if own is None or own == here or not call.args or not any(ASKS.match(c.last) for c in own.calls):
        return []
    params = [p for p in own.function.params if p not in ("self", "cls")]
    asks_first = bool(params) and any(ASKS.match(c.last) and _is(own, c, params[0]) for c in own.calls)
    what = tuple(a for a in call.args[1:] if not a.startswith("'"))
    return [(call.args[0], (call.last, *what))] if asks_first and any(what) else []


def _is(own: Own, call: Call, parameter: str) -> bool:
    """Does the call hang on this parameter, as written or by its type?"""
    kind = dict(own.function.annotations).get(parameter, "")
    return call.on == parameter or (bool(kind) and call.name.startswith(f"{kind}."))


def _versions(calls: OwnCalls, here: Own) -> set[str]:
    """The versions that the function asks the same."""
    asked: dict[tuple[str, ...], set[str]] = {}
    for call in here.calls:
        for who, what in _asking(calls, here, call):
            asked.setdefault(what, set()).add(who)
    return max(asked.values(), key=len, default=set())


def _drawn(code: Code, calls: OwnCalls, own: Own, call: Call, here: Own) -> Evidence | None:
    """The line that draws or hashes, in an own function that compares it with a share or is compared where it is called."""
    if own == here or OFFLINE.search(own.source.path):
        return None
    for one in calls.below(own):
        for inner in one.calls:
            chance, hashed = _draws(inner), _hashes(inner)
            folded = hashed and any(map(_FOLDS.search, _lines(code, one)))
            compared = any(map(_COMPARES.search, (*_lines(code, own), *_lines(code, one)))) or _is_compared(
                code, here, call
            )
            if (chance or folded) and compared:
                return code.evidence(one.source, inner.line)
    return None


def _lines(code: Code, own: Own) -> list[str]:
    lines = code.repository.lines(own.source.path)[own.function.line : own.function.end]
    return [line.partition("#")[0].replace("->", "") for line in lines]


def _is_compared(code: Code, here: Own, call: Call) -> bool:
    return bool(_COMPARES.search(code.line(here.source.path, call.line).replace("->", "")))


def _chooses(code: Code, here: Own, call: Call) -> bool:
    """Does a condition hang on it: in its own line, or by the variable that it was assigned to?"""
    source, function = here
    names = {a.target for a in source.assigns if a.scope == function.name and a.line <= call.line <= max(a.end, a.line)}
    guards = (g for g in source.guards if g.scope == function.name)
    tested = any(g.line == call.line or names & g.names or f"{call.last}()" in g.names for g in guards)
    return tested or bool(_CHOICE.search(code.line(source.path, call.line)))


def _words(source: Source, here: Own) -> str:
    function = here.function
    found = [a.target for a in source.assigns if a.scope == function.name] + [c.name for c in here.calls]
    found += [t.value for t in source.texts_of(function.name) if len(t.value) < 40]
    about = " ".join((function.name, *function.params, *found))
    return about if re.search(r"model|predict|infer|prompt|llm|endpoint|version|release", about, re.IGNORECASE) else ""
