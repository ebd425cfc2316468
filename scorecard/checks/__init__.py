"""Every module below this folder is one check: ``<ask>/<criterion>.py`` beside its page ``<criterion>.md``.

A check is a function that names the facts it needs by the annotations of its parameters and returns a Finding:

    @check(TESTING, level=1, effort=Effort.DAYS, question="Is there …?", surprise="…")
    def tests(suite: Suite) -> Finding: ...

Its id is the ask and the function's name (``testing.tests``; ``on_push`` is ``testing.on-push``).
"""

import functools
import importlib
import pkgutil
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

from msgspec import Struct

from scorecard.model import Ask, Criterion, Effort, Finding


class Broken(Exception):
    """A check that cannot answer; the message says why."""


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
    the capability that `mlops add` closes it with, "" where that is left to people; ``namespace`` whose check it
    is, "" for ours.
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
    namespace: str = ""

    @property
    def id(self) -> str:
        name = f"{self.ask.id}.{self.run.__name__.replace('_', '-')}"
        return f"{self.namespace}/{name}" if self.namespace else name

    @property
    def page(self) -> str:
        """The check's manual, in Markdown; "" where it has none."""
        return self.criterion.read_page()

    @property
    def criterion(self) -> Criterion:
        file = getattr(sys.modules.get(self.run.__module__), "__file__", None)
        page = str(Path(file).with_suffix(".md")) if file else ""
        return Criterion(self.id, self.ask.id, self.level, self.question, self.surprise, page, self.namespace)


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
    """Every check of ours by id, in the order of asks and levels."""
    found: list[Check] = []
    for module in pkgutil.walk_packages(__path__, f"{__name__}."):
        if not module.ispkg:
            found += [c for c in vars(importlib.import_module(module.name)).values() if isinstance(c, Check)]
    return in_order(found)


def in_order(checks: Iterable[Check]) -> dict[str, Check]:
    """By id: by ask, ours before those of others, by level."""
    from scorecard.asks import ASKS  # noqa: PLC0415  keeps this module importable by the asks' own tests

    order = {ask.id: position for position, ask in enumerate(ASKS)}
    return {c.id: c for c in sorted(checks, key=lambda c: (order[c.ask.id], c.namespace, c.level, c.id))}
