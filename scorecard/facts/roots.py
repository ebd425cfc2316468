"""Which libraries the code touches at all, so that patterns for the hundred others need not be tried."""

from typing import Self

from msgspec import Struct

from scorecard.facts.code import Code


class Roots(Struct, frozen=True):
    """The first parts of everything that is imported, called, decorated with or derived from."""

    names: frozenset[str]

    @classmethod
    def gather(cls, code: Code) -> Self:
        names: set[str] = set()
        for source in code.sources:
            names.update(item.module.partition(".")[0] for item in source.imports)
            called = {call.name for call in source.calls}
            names.update(name.partition(".")[0].partition("(")[0] for name in called)
            names.update(d.partition(".")[0] for f in source.functions for d in f.decorators)
            names.update(b.partition(".")[0] for k in source.classes for b in (*k.bases, *k.decorators))
        return cls(frozenset(names))

    def keep(self, patterns: tuple[str, ...]) -> tuple[str, ...]:
        """The patterns that could match anything here: those that begin with a star, or with a name that occurs."""
        return tuple(p for p in patterns if "*" in p.partition(".")[0] or p.partition(".")[0] in self.names)
