"""Own computations of drift, whether they look at production, and what starts them.

Comparisons of a training batch with its reference are `scorecard.facts.data_drift`, monitors of a platform
`scorecard.facts.drift_platforms`.
"""

import re
from collections.abc import Iterator
from typing import Self

from msgspec import Struct

from scorecard.ci.model import Trigger
from scorecard.facts.code import Code
from scorecard.facts.configuration import is_operational
from scorecard.facts.data_checks import DataChecks
from scorecard.facts.data_found import Effect, Found, Kind
from scorecard.facts.pipelines import Pipelines
from scorecard.facts.reach import Reach
from scorecard.facts.simulated import is_pressed, is_simulated
from scorecard.facts.starts import Way
from scorecard.model import Evidence
from scorecard.patterns import lazily
from scorecard.readers.code import Source

_RECENT = lazily(
    r"(?:^|[._])(?:prod|production|live|serving|served|current|recent|logged|incoming|monitoring)(?:_|$)|"
    r"last_\d*_?(?:days|hours|week)|new_data|new_batch|window"
    r"|(?:prediction|inference|request|response)s?_?(?:log|logs|table|store|history|db|df|records)",
    re.IGNORECASE,
)
# Data that a job's definition names as those of the running system.
_OF_PRODUCTION = lazily(
    r"(?:path|uri|dataset|table|data_asset|input_data)[\w-]{0,20}\s*:\s*['\"]?[\w:/.$?=-]{0,120}?"
    r"(?:prod|production|live|serving|online|inference|inferences|predictions|incoming)(?:[-_/.@:'\"]|$)",
    re.IGNORECASE | re.MULTILINE,
)
_DATED = lazily(r"\d{4}-\d{2}(?:-\d{2})?\.(?:parquet|csv|feather)$")
_SPLIT = lazily(r"(?:^|_)(?:x_)?(?:train|test|valid|val|holdout)(?:_|$|df|data|set|ing)", re.IGNORECASE)
_ALONE = frozenset({Way.SERVICE, Way.PIPELINE, Way.CI, Way.JOB})


class Watch(Struct, frozen=True):
    """One computation of drift: what it is, how it is started (none if by hand), whether it looks at production."""

    what: str
    evidence: tuple[Evidence, ...]
    way: Way | None
    production: bool

    @property
    def alone(self) -> bool:
        """Does it run without a person?"""
        return self.way in _ALONE


class Drift(Struct, frozen=True):
    """``watches``, those of production that run alone first."""

    watches: tuple[Watch, ...]

    @classmethod
    def gather(cls, code: Code, reach: Reach, data: DataChecks, pipelines: Pipelines) -> Self:
        traffic = set(data.traffic)
        checks = [*data.traffic, *data.of(Kind.DISTRIBUTION), *_online(code)]
        scheduled = {job.pipeline for job in pipelines.jobs if job.triggers & {Trigger.SCHEDULE, Trigger.OTHER}}
        watches = [
            _watch(code, reach, check, scheduled, served=check in traffic)
            for check in checks
            if not check.test and is_operational(check.path)
        ]
        return cls(tuple(sorted(watches, key=lambda w: (not w.production, not w.alone))))


def _watch(code: Code, reach: Reach, check: Found, scheduled: set[str], *, served: bool) -> Watch:
    source = code.source(check.path)
    production = served or (source is not None and _looks_at_production(source, check.scope))
    production = production or any(_is_given_production(code, e.path) for e in reach.chain(check.path))
    if source is not None and (_compares_splits(source, check) or any(_DATED.search(t.value) for t in source.texts)):
        production = False  # a split of the training data, or one fixed file
    if production and is_simulated(code, check.path, check.scope):
        production = False  # a split with noise shows what drift would look like
    way = reach.way(check.path) if source is not None and not source.notebook else None
    if way is Way.CI and not any(e.path in scheduled for e in reach.chain(check.path)):
        way = None  # a push is no schedule
    if way is Way.SERVICE and is_pressed(code, check.path, check.scope):
        way = None  # a person presses a button of a page
    return Watch(check.what, (*reach.chain(check.path)[:3], *check.evidence), way, production)


def _looks_at_production(source: Source, scope: str) -> bool:
    words = [c.on for c in source.calls_of(scope)] + [a for c in source.calls_of(scope) for a in c.args]
    words += [a.target for a in source.assigns if a.scope == scope]
    function = next((f for f in source.functions if f.name == scope), None)
    words += function.params if function else ()
    return any(_RECENT.search(word) for word in words if len(word) < 80)


def _is_given_production(code: Code, path: str) -> bool:
    """Does the job that starts the computation hand it what the running system was asked?"""
    return path.endswith((".yml", ".yaml")) and bool(_OF_PRODUCTION.search(code.repository.text(path)[:100_000]))


def _compares_splits(source: Source, check: Found) -> bool:
    """Is a training split compared with a test split of the same data?"""
    lines = {e.line for e in check.evidence if e.path == source.path}
    last = check.scope.rpartition(".")[2]
    calls = [c for c in source.calls if c.line in lines or (last and c.last == last)]
    words = [w.rpartition(".")[2] for c in calls for w in (*c.args, *(v for _, v in c.kwargs)) if w and w[0] != "'"]
    found = (_SPLIT.search(word) for word in words)
    splits = {match[0].strip("_").lower()[:4] for match in found if match}
    return len(splits) >= 2


def _online(code: Code) -> Iterator[Found]:
    """Detectors that are fed one prediction after the other."""
    for hit in code.calls(
        "alibi_detect.*.predict",
        "river.drift.*.update",
        "frouros.*.update",
        "evidently.*CollectorClient*",
        "evidently.*.RemoteWorkspace*",
        "evidently.*.Workspace*.add_run",
        "evidently.*.add_run",
    ):
        yield Found(
            Kind.DISTRIBUTION,
            f"{hit.name.partition('.')[0]} detector",
            Effect.FLAGS,
            hit.path,
            (code.evidence(hit),),
            hit.scope,
        )
