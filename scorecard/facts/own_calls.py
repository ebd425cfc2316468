"""Which of the repository's own functions a call means: through imports, annotations and what `self.x` was made from.

An unknown owner (`thing.write()`) means nothing: a verb alone says too little of whose it is.
"""

from collections.abc import Iterator
from functools import cache, cached_property
from typing import NamedTuple, Self

from msgspec import Struct, field

from scorecard.facts.code import Code
from scorecard.facts.record_scopes import ASKS
from scorecard.readers.code import Call, Function, Source


class Own(NamedTuple):
    """A function of the repository and where it stands."""

    source: Source
    function: Function

    @property
    def calls(self) -> list[Call]:
        return self.source.calls_in(self.function.line + 1, self.function.end)


class OwnCalls(Struct, dict=True, eq=False):
    """Python only: the other languages' readers resolve no owners."""

    code: Code
    _known: dict[tuple[str, str, str], Own | None] = field(default_factory=dict)
    _named: dict[str, dict[str, Function]] = field(default_factory=dict)

    @classmethod
    def gather(cls, code: Code) -> Self:
        return cls(code)

    def meant(self, source: Source, call: Call) -> Own | None:
        """The own function that the call starts, None if it is another's or not known."""
        key = (source.path, call.scope, call.name)
        if key not in self._known:
            self._known[key] = self._find(source, call.scope, call.name) if source.language == "python" else None
        return self._known[key]

    def below(self, own: Own, depth: int = 2) -> list[Own]:
        """The function itself and what it calls of the repository's own, nearest first."""
        found, seen = [own], {(own.source.path, own.function.name)}
        edge = [own]
        for _ in range(depth):
            edge = [m for one in edge for c in one.calls if (m := self.meant(one.source, c))]
            edge = [one for one in edge if (one.source.path, one.function.name) not in seen]
            seen |= {(one.source.path, one.function.name) for one in edge}
            found += edge
        return found

    def above(self, own: Own) -> Iterator[tuple[Source, Call]]:
        """The calls that mean the function, tests left out."""
        last = own.function.last
        for hit in self.code.calls(last, f"*.{last}", notebooks=False):
            found = self.meant(hit.source, hit.call) if hit.call else None
            if hit.call and found and found.function is own.function:
                yield hit.source, hit.call

    @cached_property
    def askers(self) -> dict[tuple[str, str], Own]:
        """The functions in which a model is asked by name, by their path and name."""
        found = {}
        for source in self.code.sources:
            asking = {c.scope for c in source.calls if c.used and _asks(c)} if source.language == "python" else set()
            for function in source.functions if asking else ():
                if function.name in asking:
                    found[source.path, function.name] = Own(source, function)
        return found

    def _in(self, source: Source, name: str) -> Own | None:
        known = self._named.get(source.path)
        if known is None:
            known = self._named[source.path] = {f.name: f for f in reversed(source.functions)}
        function = known.get(name)
        return Own(source, function) if function else None

    def _find(self, source: Source, scope: str, name: str) -> Own | None:
        parts = name.replace("()", "").split(".")
        if parts[0] in ("self", "cls"):
            return self._of_self(source, scope, parts[1:])
        if len(parts) <= 2:  # a function of this file, or a method of a class in it
            for prefix in (scope, scope.rpartition(".")[0], ""):
                own = self._in(source, f"{prefix}.{name}".lstrip(".") if len(parts) == 1 else ".".join(parts))
                if own:
                    return own
            variable = source.exports.get(parts[0], "") if len(parts) == 2 else ""
            if variable and variable != parts[0]:
                return self._find(source, scope, f"{variable}.{parts[1]}")
        for size in range(len(parts) - 1, 0, -1):
            path = self.code.module(".".join(parts[:size]), source.path)
            target = self.code.source(path) if path else None
            if target is not None and target is not source:
                return self._exported(target, parts[size:])
        return None

    def _exported(self, target: Source, parts: list[str]) -> Own | None:
        own = self._in(target, ".".join(parts))
        if own or not parts:
            return own
        meaning = target.exports.get(parts[0], "")
        if (
            meaning and meaning != parts[0] and meaning.partition("(")[0] != parts[0]
        ):  # re-exported, or one value for all
            return self._find(target, "", ".".join([meaning, *parts[1:]]))
        return None

    def _of_self(self, source: Source, scope: str, parts: list[str]) -> Own | None:
        klass = next((k for k in source.classes if scope.startswith(f"{k.name}.")), None)
        if klass is None or not parts:
            return None
        if len(parts) == 1:
            return self._in(source, f"{klass.name}.{parts[0]}")
        if len(parts) > 2:
            return None
        written = f"self.{parts[0]}"
        for assign in source.assigns:
            if assign.target == written and assign.scope.startswith(f"{klass.name}.") and assign.value != written:
                own = self._find(source, assign.scope, f"{assign.value}.{parts[1]}") if assign.value else None
                if own:
                    return own
        kind = next((dotted for name, dotted, _ in klass.fields if name == parts[0]), "")
        return self._find(source, "", f"{kind}.{parts[1]}") if kind else None


def _asks(call: Call) -> bool:
    return _is_ask(call.last) and "metric" not in call.name


@cache
def _is_ask(name: str) -> bool:
    return bool(ASKS.match(name))
