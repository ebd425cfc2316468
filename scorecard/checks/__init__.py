"""Every module below this folder is one check: ``<ask>/<criterion>.py`` beside its page ``<criterion>.md``.

A check is a function that names the facts it needs by the annotations of its parameters and returns a Finding:

    @check(TESTING, level=1, effort=Effort.DAYS, question="Is there …?", surprise="…")
    def tests(suite: Suite) -> Finding: ...

Its id is the ask and the function's name (``testing.tests``; ``on_push`` is ``testing.on-push``).
"""

import functools
import importlib
import pkgutil
from collections.abc import Callable
from importlib.resources import files

from msgspec import Struct

from scorecard.model import Ask, Criterion, Effort, Finding


class Findings(dict[str, Finding]):
    """What earlier checks answered, by id; a check that asks for it names them in ``after``."""

    def is_met(self, criterion: str) -> bool:
        finding = self.get(criterion)
        return finding is not None and finding.outcome == "met"


class Check(Struct, frozen=True):
    """One criterion of the rubric and the function that answers it.

    ``question`` is the rubric's, shortened; ``surprise`` says in one sentence what happens in production to
    those who leave the gap open; ``needs`` are the criteria that this one stands on (the rubric's
    prerequisites, used to order gaps); ``after`` the criteria whose findings the function reads; ``closed_by`` is
    the capability that `mlops add` closes it with, "" where that is left to people.
    """

    run: Callable[..., Finding]
    ask: Ask
    level: int
    effort: Effort
    question: str
    surprise: str
    needs: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    closed_by: str = ""

    @property
    def id(self) -> str:
        return f"{self.ask.id}.{self.run.__name__.replace('_', '-')}"

    @property
    def page(self) -> str:
        """The check's manual, in Markdown."""
        package, _, module = self.run.__module__.rpartition(".")
        return files(package).joinpath(f"{module}.md").read_text(encoding="utf-8")

    @property
    def criterion(self) -> Criterion:
        return Criterion(self.id, self.ask.id, self.level, self.question)


def check(
    ask: Ask,
    *,
    level: int,
    effort: Effort,
    question: str,
    surprise: str,
    needs: tuple[str, ...] = (),
    after: tuple[str, ...] = (),
    closed_by: str = "",
) -> Callable[[Callable[..., Finding]], Check]:
    """Turn a function into a check."""
    return lambda run: Check(run, ask, level, effort, question, surprise, needs, after, closed_by)


@functools.cache
def all_checks() -> dict[str, Check]:
    """Every check by id, in the order of asks and levels."""
    from scorecard.asks import ASKS  # noqa: PLC0415  keeps this module importable by the asks' own tests

    found: list[Check] = []
    for module in pkgutil.walk_packages(__path__, f"{__name__}."):
        if not module.ispkg:
            found += [c for c in vars(importlib.import_module(module.name)).values() if isinstance(c, Check)]
    order = {ask.id: position for position, ask in enumerate(ASKS)}
    return {c.id: c for c in sorted(found, key=lambda c: (order[c.ask.id], c.level, c.id))}
