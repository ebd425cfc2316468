"""Runs checks in the order of their needs. One that breaks becomes an error finding, never a lost report."""

from collections.abc import Mapping
from graphlib import TopologicalSorter

from scorecard.checks import Broken, Check, Findings
from scorecard.facts import Facts
from scorecard.model import Finding, Outcome


def run(check: Check, facts: Facts) -> Finding:
    """The answer of one check."""
    try:
        found = facts.call(check.run)
    except (Exception, SystemExit) as error:  # noqa: BLE001  a bug in one check must not cost the other thirty-nine
        said = str(error) if isinstance(error, Broken) else f"{type(error).__name__}: {error}"
        return Finding(Outcome.ERROR, f"{check.id} broke: {said}")
    if not isinstance(found, Finding):  # a team's check that was not type-checked
        return Finding(Outcome.ERROR, f"{check.id} broke: it answered {type(found).__name__}, which is no Finding")
    return found


def findings(facts: Facts, checks: Mapping[str, Check]) -> dict[str, Finding]:
    """The answers of ``checks`` by id, in the order of ``checks``."""
    found = Findings()
    facts.give(found)
    graph = {c.id: [need for need in c.after if need in checks] for c in checks.values()}
    for name in TopologicalSorter(graph).static_order():
        found[name] = run(checks[name], facts)
    return {name: found[name] for name in checks}
