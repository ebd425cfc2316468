"""Whether the command that a gap names would close it here. Who adds is asked: the audit only finds out what there is."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from msgspec.structs import replace

from scorecard.checks import Check
from scorecard.facts import Facts
from scorecard.model import Finding, Gap
from scorecard.repository import Repository

Closes = Callable[[str, Repository, Mapping[str, Any]], Collection[str]]
"""Which criteria `mlops add` of an ask would turn to met in a repository of which `scorecard.survey` says so much."""


def tried(
    gaps: Sequence[Gap], checks: Mapping[str, Check], closes: Closes, facts: Facts, findings: Mapping[str, Finding]
) -> tuple[Gap, ...]:
    """The gaps; of the first one's ask, each with its page in place of a command that would refuse, or leave it open.

    All asks would cost half an audit of a large repository.
    """
    ask = checks[gaps[0].criterion].closed_by if gaps else ""
    if not ask or gaps[0].command == _page(gaps[0]):
        return tuple(gaps)
    from scorecard.survey.topics import Survey  # noqa: PLC0415  most of an audit needs none of it

    promised = closes(ask, facts.get(Repository), Survey(facts, findings))
    return tuple(
        replace(gap, command=_page(gap))
        if checks[gap.criterion].closed_by == ask and gap.criterion not in promised
        else gap
        for gap in gaps
    )


def _page(gap: Gap) -> str:
    return f"mlops explain {gap.criterion}"
