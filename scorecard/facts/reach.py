"""Which source files run, and who starts them: from entry points through the imports of the repository.

Tests are reached by CI but lead no further: that a unit test calls a validator does not put it into the pipeline.
"""

from collections import defaultdict, deque
from functools import cached_property
from typing import Self

from msgspec import Struct, field

from scorecard.facts.code import Code
from scorecard.facts.named import Named
from scorecard.facts.pipelines import Pipelines
from scorecard.facts.roots import Roots
from scorecard.facts.starts import UNATTENDED, Start, Way, from_code
from scorecard.facts.starts_ci import from_ci
from scorecard.facts.starts_config import from_configuration
from scorecard.facts.starts_other import from_other_languages
from scorecard.model import Evidence
from scorecard.paths import is_test
from scorecard.readers.code import Source
from scorecard.repository import Repository

_RUNS = frozenset(
    {"entry_point", "script_name", "code", "script", "source", "script_path", "python_file", "notebook_path"}
)
_SOURCES = frozenset({"source", "tar_source", "sourceDirectory", "sys.source"})
_SHELLS = frozenset(
    {
        "run",
        "system",
        "Popen",
        "call",
        "check_call",
        "check_output",
        "execute_notebook",
        "BashOperator",
        "sh",
        "sudo",
        "bash",
        "popen",
        "shell",
        "exec",
        "CondaEnv",
        "command",
        "ScriptRunConfig",
        "DockerOperator",
        "KubernetesPodOperator",
        "create_task",
        "session",
    }
)


class Reach(Struct, dict=True, eq=False):
    """``starts`` are the entry points; the rest follows from the imports."""

    starts: tuple[Start, ...]
    edges: dict[str, dict[str, int]] = field(
        default_factory=dict
    )  # file → files that it imports or starts, with the line
    _ways: dict[str, Way] = field(default_factory=dict)
    _chains: dict[str, tuple[Evidence, ...]] = field(default_factory=dict)

    @classmethod
    def gather(cls, repository: Repository, code: Code, roots: Roots, pipelines: Pipelines) -> Self:
        named = Named(repository, code)
        starts = [
            *from_code(code, roots),
            *from_ci(code, pipelines, named),
            *from_configuration(repository, named, frozenset(pipelines.files)),
            *from_other_languages(repository, code),
        ]
        order = list(Way)
        reach = cls(tuple(sorted(starts, key=lambda s: order.index(s.way))))
        reach.edges = {source.path: dict(_targets(code, source, named)) for source in code.sources}
        reach._walk(code)
        return reach

    @cached_property
    def importers(self) -> dict[str, set[str]]:
        """For each file those that import or start it."""
        graph: dict[str, set[str]] = defaultdict(set)
        for path, targets in self.edges.items():
            for target in targets:
                graph[target].add(path)
        return graph

    def chain(self, path: str) -> tuple[Evidence, ...]:
        """From what starts it to the line that imports the file; empty when nobody calls it."""
        return self._chains.get(path, ())

    def way(self, path: str) -> Way | None:
        """What starts the file, None when nobody calls it."""
        return self._ways.get(path)

    def unattended(self, path: str) -> bool:
        """Does it run without a person: in a service, an orchestrated pipeline, CI, or a defined job?"""
        return self._ways.get(path) in UNATTENDED

    def _walk(self, code: Code) -> None:
        for way in Way:
            queue: deque[str] = deque()
            for start in self.starts:
                if start.way is way and start.path not in self._ways:
                    self._ways[start.path], self._chains[start.path] = way, start.evidence
                    queue.append(start.path)
            while queue:
                path = queue.popleft()
                source = code.source(path)
                if source is None or is_test(path):
                    continue
                for target, line in self.edges.get(path, {}).items():
                    if target not in self._ways and not is_test(target):
                        self._ways[target] = way
                        self._chains[target] = (*self._chains[path], code.evidence(source, line))
                        queue.append(target)


def _targets(code: Code, source: Source, named: Named) -> list[tuple[str, int]]:
    """The own files that a file imports or starts, each with the line."""
    found: dict[str, int] = {}
    wanted = code.imports_of.get(source.path, ())
    folder = source.path.rpartition("/")[0]
    for item in source.imports:
        for dotted in (f"{item.module}.{item.name}" if item.name else item.module, item.module):
            target = code.module(dotted, source.path) if wanted else ""
            if target in wanted:
                found.setdefault(target, item.line)
            beside = f"{folder}/{dotted.replace('.', '/')}.py".lstrip("/")  # a script's folder is on its path
            if not target and beside != source.path and code.source(beside):
                found.setdefault(beside, item.line)
    for target in wanted:
        found.setdefault(target, 1)
    for call in source.calls:
        for key, value in call.kwargs:
            if key in _RUNS and value.startswith("'"):
                target = named.path(value[1:], source.path)
                if target and target != source.path:
                    found.setdefault(target, call.line)
    for text in source.texts:
        if text.value.endswith((".py", ".ipynb")) and " " not in text.value and len(text.value) < 200:
            target = named.path(text.value, source.path)
            if target and target != source.path:
                found.setdefault(target, text.line)
    for call in source.calls if source.language == "r" else ():
        if call.last in _SOURCES and call.string():
            for target in _sourced(code, named, call.string(), source.path):
                found.setdefault(target, call.line)
    for call in source.calls:
        if call.last in _SHELLS:
            for command in call.strings:
                for target in named.files(command, source.path):
                    if target != source.path:
                        found.setdefault(target, call.line)
    return list(found.items())


def _sourced(code: Code, named: Named, word: str, near: str) -> list[str]:
    """What `source("R/clean.R")` or `tar_source("R")` runs, seen from the project's folder."""
    if word.lower().endswith(".r"):
        target = named.path(word, near)
        return [target] if target and target != near else []
    folder = f"{near.rpartition('/')[0]}/{word.strip('./')}/".lstrip("/")
    return [s.path for s in code.sources if s.language == "r" and s.path.startswith(folder)]
