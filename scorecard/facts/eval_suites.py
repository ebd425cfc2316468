"""Suites of evaluations: what runs the application, a prompt or a model over cases, and what grades the answers."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from scorecard.facts.code import Code
from scorecard.facts.eval_asking import Asking, Rank, mocked, trains
from scorecard.facts.eval_cases import CaseFiles, Keys, mentioned
from scorecard.facts.eval_frameworks import framework_runs
from scorecard.facts.eval_grading import compares_expected, grader_line
from scorecard.facts.eval_links import Links
from scorecard.facts.eval_names import is_named
from scorecard.facts.eval_pools import Pool, importers, outside_the_system
from scorecard.facts.eval_vocabulary import ATTACK_FRAMEWORKS, RESOURCES
from scorecard.model import Evidence
from scorecard.paths import is_test
from scorecard.readers.code import Source

_WRITES = frozenset(
    {"to_csv", "to_json", "to_excel", "to_parquet", "writerow", "writerows", "dump", "write_csv", "append_values"}
)


class EvalSuite(NamedTuple):
    """One suite.

    ``run`` are the lines that run the application over the cases, ``data`` its case files, ``paths`` the source files
    it is made of, ``entries`` those of them that run it when they are started, ``spans`` where only part of a file of
    the system belongs to it. ``fails`` is where its framework fails below a threshold, ``attacks`` where it attacks.
    """

    how: str
    run: tuple[Evidence, ...]
    cases: tuple[Evidence, ...] = ()
    graders: tuple[Evidence, ...] = ()
    paths: frozenset[str] = frozenset()
    data: tuple[str, ...] = ()
    fails: tuple[Evidence, ...] = ()
    attacks: tuple[Evidence, ...] = ()
    home_made: bool = False
    entries: frozenset[str] = frozenset()
    spans: tuple[tuple[str, int, int], ...] = ()

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """The chain: what runs it, the cases, the graders."""
        return tuple(dict.fromkeys((*self.run[:2], *self.cases[:2], *self.graders[:2])))

    def holds(self, path: str, line: int) -> bool:
        """Does the line of one of its files belong to it?"""
        spans = [(low, high) for where, low, high in self.spans if where == path]
        return not spans or any(low <= line <= high for low, high in spans)


class Builder:
    """Finds suites with the index at hand."""

    def __init__(self, code: Code, links: Links, files: CaseFiles) -> None:
        self.code, self.links, self.files = code, links, files
        self.asking = Asking(code, links)
        self._comparisons: dict[str, int] = {}  # a file stands in many pools

    def by_framework(self) -> Iterator[EvalSuite]:
        """Suites that a framework's own call shows, one per file."""
        resources = {hit.path: hit for hit in reversed(self.code.calls(*RESOURCES, tests=None))}
        for source in self.code.sources:
            if mocked(source):
                continue
            found = list(framework_runs(source))
            lines = {call.line: framework.name for framework, call in found}
            if not lines and source.path in resources:
                lines = {resources[source.path].line: "hosted evaluation"}
            if not lines:
                continue
            around = [source, *self._own_imports(source)]
            data = mentioned(self.files, around, ())
            cases = [self.files.evidence(path) for path in data[:2]] or list(self._case_lines(around))
            started = [path for path in importers(source.path, self.code, self.links) if self._evaluates(path)]
            attacks = [call.line for framework, call in found if framework.name in ATTACK_FRAMEWORKS]
            yield EvalSuite(
                next(iter(lines.values())),
                self._quote(source, lines),
                tuple(cases or self._read_lines(around)),
                tuple(self._graders(around))[:2],
                frozenset({*(s.path for s in around), *started}),
                tuple(data),
                fails=self._quote(source, [call.line for framework, call in found if framework.fails][:2]),
                attacks=self._quote(source, attacks[:2]),
                entries=frozenset({source.path, *started}),
                spans=tuple(_spans(source, lines)),
            )

    def home_made(self, pools: Iterable[Pool]) -> Iterator[EvalSuite]:
        """Suites that the repository wrote itself: cases, a way to ask the application, and a grader, together."""
        for pool in pools:
            usable = [s for s in pool.sources if not mocked(s) and (is_named(s.path) or not trains(s))]
            asking = {s.path: rank for s in usable if (rank := self.asking.first(s, pool.paths))}
            sources = [s for s in usable if s.path in asking or not (s.tests and is_test(s.path))]
            runners = [s for s in pool.runners if s in sources]
            graders = tuple(self._graders(sources))[:2] if asking and runners else ()
            if not graders and not (asking and runners and pool.named and self._are_laid_beside(sources)):
                continue
            data = mentioned(self.files, sources, pool.folders)
            cases = [self.files.evidence(path) for path in data[:2]] if pool.named else []
            apart = pool.named and self.asking.apart(sources, pool.paths)
            cases = cases or list(self._case_lines(sources, apart=apart))
            if cases:
                entries = [s for s in runners if s.path in asking or outside_the_system(s)]
                yield EvalSuite(
                    "home-made",
                    tuple(self._asked(asking)),
                    tuple(cases[:2]),
                    graders,
                    frozenset(s.path for s in sources),
                    tuple(data),
                    home_made=True,
                    entries=frozenset(s.path for s in entries if is_test(s.path) or is_named(s.path) or s.notebook),
                )

    def _are_laid_beside(self, sources: Iterable[Source]) -> bool:
        """Are answers written down beside what was expected of them, for people to compare?"""
        known = [(s, Keys.of(s, self.code)) for s in sources]
        if any(k.traces for _, k in known):
            return False
        return any(
            k.expected and k.inputs and k.reads and not _WRITES.isdisjoint(c.last for c in s.calls) for s, k in known
        )

    def _asked(self, asking: dict[str, Rank]) -> Iterator[Evidence]:
        """The two plainest places that ask, fixtures of tests last."""
        order = sorted(
            (path.endswith("conftest.py"), rank, not is_named(path), path, line)
            for path, (rank, line) in asking.items()
        )
        for _, _, _, path, line in order[:2]:
            source = self.code.source(path)
            if source is not None:
                yield self.code.evidence(source, line)

    def _quote(self, source: Source, lines: Iterable[int]) -> tuple[Evidence, ...]:
        return tuple(self.code.evidence(source, line) for line in lines)

    def _evaluates(self, path: str) -> bool:
        """Does a file that imports a suite start it, rather than test some other part of it?"""
        source = self.code.source(path)
        if source is None or mocked(source):
            return False
        return is_named(path) or not is_test(path) or any("eval" in call.last.lower() for call in source.calls)

    def _own_imports(self, source: Source) -> Iterator[Source]:
        folder = source.path.rpartition("/")[0]
        for path in sorted(self.links.targets.get(source.path, ())):
            found = self.code.source(path)
            near = folder and path.startswith(folder + "/")
            if found is not None and near and (is_named(path) or is_named(source.path) or is_test(path)):
                yield found

    def _case_lines(self, sources: Iterable[Source], *, apart: bool = True) -> Iterator[Evidence]:
        """Where the code says what is expected; else where it reads the cases, if they are no recorded traces.

        Cases without expectations need somebody to ask ``apart`` from the judge.
        """
        known = [(s, Keys.of(s, self.code)) for s in sources]
        traces = any(k.traces for _, k in known)
        reads = any(k.reads for _, k in known)
        expected = [(s, k.expected) for s, k in known if k.expected]
        if expected and (reads or (not traces and any(k.inputs for _, k in known))):
            yield from (self.code.evidence(s, line) for s, line in expected)
        elif apart and not traces:
            read = [(s, k.reads if k.reads and k.inputs else k.walks) for s, k in known]
            yield from (self.code.evidence(s, line) for s, line in read if line)

    def _read_lines(self, sources: Iterable[Source]) -> Iterator[Evidence]:
        for source in sources:
            line = Keys.of(source, self.code).reads
            if line:
                yield self.code.evidence(source, line)

    def _compared(self, source: Source) -> int:
        if source.path not in self._comparisons:
            self._comparisons[source.path] = compares_expected(source, self.code)
        return self._comparisons[source.path]

    def _graders(self, sources: Iterable[Source]) -> Iterator[Evidence]:
        for source in sources:
            line = grader_line(source) or self._compared(source)
            while 0 < line < source.lines and not self.code.line(source.path, line):
                line += 1  # a string that begins with an empty line
            if line:
                yield self.code.evidence(source, line)


def _spans(source: Source, lines: Iterable[int]) -> Iterator[tuple[str, int, int]]:
    """The functions of a file of the system in which a suite is run; nothing where the whole file is the suite's."""
    if is_named(source.path) or is_test(source.path) or source.notebook:
        return
    inside = [f for f in source.functions if any(f.line <= line <= f.end for line in lines)]
    if inside:
        yield source.path, min(f.line for f in inside), max(f.end for f in inside)
