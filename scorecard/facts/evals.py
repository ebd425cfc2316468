"""The evaluations of a language-model application: suites, what their results are held against, what they attack.

A suite is a set of cases with expectations or graders together with what runs the application, a prompt or a
fine-tuned model over them. A judge over production traces, a speed benchmark and a test of a prompt's wording are none;
they are kept as near misses.
"""

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import NamedTuple, Self

from msgspec import Struct

from scorecard.facts import eval_configs
from scorecard.facts.code import Code
from scorecard.facts.eval_asking import mocked
from scorecard.facts.eval_attacks import attacks
from scorecard.facts.eval_cases import CaseFiles, Keys
from scorecard.facts.eval_grading import grader_line, takes_time
from scorecard.facts.eval_links import Links
from scorecard.facts.eval_names import is_named
from scorecard.facts.eval_pools import Pools
from scorecard.facts.eval_suites import Builder, EvalSuite
from scorecard.facts.eval_thresholds import thresholds
from scorecard.facts.eval_words import any_of
from scorecard.model import Evidence
from scorecard.paths import is_demo, is_test
from scorecard.readers.code import Source
from scorecard.repository import Repository

_GUARDRAIL = any_of(r"guard_?rail|safeguard|moderation|jailbreak|prompt_?injection|content_?filter")
_MOST = 4


class Near(NamedTuple):
    """Something that looks like an evaluation and is none; ``what`` it does, in words that follow its path."""

    what: str
    evidence: Evidence


class Evals(Struct, dict=True, eq=False):
    """``suites`` in order of strength: system code before demos and notebooks, frameworks before home-made ones."""

    code: Code
    links: Links
    suites: tuple[EvalSuite, ...]

    @classmethod
    def gather(cls, repository: Repository, code: Code, links: Links, pools: Pools, files: CaseFiles) -> Self:
        builder = Builder(code, links, files)
        found = (*builder.by_framework(), *builder.home_made(pools.pools), *eval_configs.suites(repository))
        return cls(code, links, tuple(sorted(_merge(found), key=lambda s: (_weight(s, code), s.run[0]))))

    @cached_property
    def thresholds(self) -> tuple[Evidence, ...]:
        """What the results of any suite are held against."""
        return _first(e for suite in self.suites for e in thresholds(suite, self.code))

    @cached_property
    def attacks(self) -> tuple[Evidence, ...]:
        """Adversarial cases and cases at the edge, of any suite."""
        return _first(e for suite in self.suites for e in attacks(suite, self.code))

    @cached_property
    def guardrails(self) -> tuple[Evidence, ...]:
        """Guardrails of the application itself: no cases, but what a reader would bring up."""
        found = (
            self.code.evidence(source, function.line)
            for source in self.code.sources
            if not is_test(source.path)
            for function in source.functions
            if _GUARDRAIL.search(function.last)
        )
        return _first(found)

    @cached_property
    def near(self) -> tuple[Near, ...]:
        """What looks like an evaluation and is none."""
        found = (self._near(source) for source in self.code.sources if source.calls and is_named(source.path))
        return tuple(near for near in found if near is not None)[:_MOST]

    def _near(self, source: Source) -> Near | None:
        traces = Keys.of(source, self.code).traces
        if traces:
            return Near("grades recorded production traces", self.code.evidence(source, traces))
        if is_test(source.path) and source.tests:
            what = "tests evaluation code against stand-ins" if mocked(source) else "never asks the model"
            return Near(what, self.code.evidence(source, source.tests[0].line))
        line = grader_line(source) if self.links.reaches_model(source.path) else 0
        if line:
            return Near("grades answers without cases", self.code.evidence(source, line))
        clock = takes_time(source)
        return Near("measures time, not answers", self.code.evidence(source, clock)) if clock else None


def _first(evidence: Iterable[Evidence]) -> tuple[Evidence, ...]:
    seen: dict[Evidence, None] = {}
    for one in evidence:
        seen.setdefault(one)
        if len(seen) == _MOST:
            break
    return tuple(seen)


def _weight(suite: EvalSuite, code: Code) -> tuple[bool, bool, bool]:
    source = code.source(suite.run[0].path)
    return is_demo(suite.run[0].path), source is not None and source.notebook, suite.home_made


def _merge(found: Iterable[EvalSuite]) -> Iterator[EvalSuite]:
    """Suites that share half of their files are one, named after its framework."""
    merged: list[EvalSuite] = []
    for suite in found:
        joined, apart = suite, []
        for other in merged:
            shared = len(other.paths & joined.paths)
            if shared and shared * 2 >= min(len(other.paths), len(joined.paths)):
                joined = _join(other, joined)
            else:
                apart.append(other)
        merged = [*apart, joined]
    yield from merged


def _join(left: EvalSuite, right: EvalSuite) -> EvalSuite:
    lead, more = (right, left) if left.home_made else (left, right)
    return lead._replace(
        run=_once(lead.run, more.run),
        cases=_once(lead.cases, more.cases),
        graders=_once(lead.graders, more.graders),
        paths=left.paths | right.paths,
        data=tuple(dict.fromkeys((*left.data, *right.data))),
        fails=_once(left.fails, right.fails),
        attacks=_once(left.attacks, right.attacks),
        entries=left.entries | right.entries,
        spans=(*left.spans, *right.spans),
    )


def _once(*parts: tuple[Evidence, ...]) -> tuple[Evidence, ...]:
    return tuple(dict.fromkeys(e for part in parts for e in part))
