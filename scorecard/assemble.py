"""Repository to scorecard: every stage of the way of the data, in order."""

from collections.abc import Iterable, Mapping
from datetime import date

from msgspec.structs import replace

from scorecard import engine, gaps, levels, offers, patterns, waivers
from scorecard.asks import ASKS
from scorecard.checks import Check, all_checks
from scorecard.config import Config
from scorecard.facts import Facts
from scorecard.facts.code import Code
from scorecard.facts.identity import Identity
from scorecard.facts.pipelines import Pipelines
from scorecard.model import Evidence, Finding, Kind, Note, Profile, Scorecard, Stage, Thresholds
from scorecard.readers import toml, yaml
from scorecard.repository import Repository


def assemble(
    repository: Repository,
    *,
    kind: Kind | None,
    stage: Stage | None,
    only: frozenset[str],
    config: Config | None = None,
    checks: Mapping[str, Check] | None = None,
    closes: offers.Closes | None = None,
) -> Scorecard:
    """Gather, judge, rank. What the caller says goes before what ``config`` says; ``checks`` are ours, or more than ours.

    ``closes`` tells whether commands are of use; without it, nobody has tried them.
    """
    config = config or Config()
    repository.left_out = config.exclude
    try:
        known = all_checks() if checks is None else checks
        return _assemble(repository, kind or config.kind, stage or config.stage, only, config, known, closes)
    finally:
        _forget(repository)
        patterns.keep()


def answers(repository: Repository, criteria: Iterable[str], config: Config) -> dict[str, Finding]:
    """What ``assemble`` says of some criteria, for no more work than they need."""
    repository.left_out = config.exclude
    try:
        facts = Facts(repository)
        _identify(facts, config.kind)
        checks = all_checks()
        wanted, todo = set(), list(criteria)
        while todo:
            name = todo.pop()
            if name in checks and name not in wanted:
                wanted.add(name)
                todo += checks[name].after
        found = engine.findings(facts, {name: check for name, check in checks.items() if name in wanted})
        found, _ = waivers.applied(found, config.waivers, date.today())  # noqa: DTZ011  a day as the user means it
        return {name: found[name] for name in criteria if name in found}
    finally:
        _forget(repository)


def _forget(repository: Repository) -> None:
    """The trees of YAML and TOML go with the audit; within a history the next revision has most of the same files."""
    if repository.cache is None or repository.cache.held is None:
        yaml.read.cache_clear()
        toml.read.cache_clear()


def _identify(facts: Facts, kind: Kind | None) -> Identity:
    identity = facts.get(Identity)
    if kind is not None and kind is not identity.kind:
        identity = replace(identity, kind=kind, why="as the caller said")
        facts.give(identity)
    return identity


def _assemble(
    repository: Repository,
    kind: Kind | None,
    stage: Stage | None,
    only: frozenset[str],
    config: Config,
    checks: Mapping[str, Check],
    closes: offers.Closes | None,
) -> Scorecard:
    facts = Facts(repository)
    identity = _identify(facts, kind)
    found = engine.findings(facts, checks)
    profile = _profile(identity, found, stage)
    found, waiving = waivers.applied(found, config.waivers, date.today())  # noqa: DTZ011  a day as the user means it
    counted = {name: c for name, c in checks.items() if not c.namespace or config.count_checks}
    reached = {ask.id: levels.level(ask, counted.values(), found) for ask in ASKS}
    python = any(source.language == "python" for source in facts.get(Code).sources)
    situation = gaps.Situation(profile.kind, profile.stage, trains=bool(identity.trains), python=python)
    ranked = gaps.rank(counted, found, reached, situation)
    # What a team asks beyond the rubric is to be seen, but neither moves its levels nor comes before its gaps (docs/adr/0009).
    beside = {name: c for name, c in checks.items() if name not in counted}
    ranked += gaps.rank(beside, found, reached, situation)
    shown = {ask.id for ask in ASKS if not only or ask.id in only}
    ranked = tuple(g for g in ranked if checks[g.criterion].ask.id in shown)
    notes = (*repository.notes, *waiving, *_dead_ends(facts))
    if closes:
        ranked = offers.tried(ranked, checks, closes, facts, found)
    return Scorecard(
        name=repository.name,
        revision=repository.history.revision,
        files=len(repository.paths),
        profile=profile,
        criteria=tuple(c.criterion for c in checks.values() if c.ask.id in shown),
        findings={name: f for name, f in found.items() if checks[name].ask.id in shown},
        levels={ask: level for ask, level in reached.items() if ask in shown},
        gaps=ranked,
        notes=notes,
        wanted=Thresholds(config.min_met, config.min_level),
    )


def _profile(identity: Identity, found: dict[str, Finding], stage: Stage | None) -> Profile:
    known, why, shows = gaps.stage_of(found)
    evidence: tuple[Evidence, ...] = tuple(e for name in shows for e in found[name].evidence[:1])
    if stage is not None and stage is not known:
        known, why, evidence = stage, "as the caller said", ()
    return Profile(identity.kind, known, identity.why, why, identity.evidence, evidence)


def _dead_ends(facts: Facts) -> tuple[Note, ...]:
    return tuple(Note(f"{dead.path}:{dead.line}", dead.text) for dead in dict.fromkeys(facts.get(Pipelines).dead_ends))
