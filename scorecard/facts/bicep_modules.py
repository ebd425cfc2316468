"""Which files of Bicep are deployed: reached from a main file by modules whose condition can be true.

Templates ship shelves of modules (`infra/core/monitor/…`) of which a project uses some. A module that nobody names, and one
behind ``if (!empty(name))`` for a name that nobody gives, deploys nothing.
"""

import posixpath
import re
from collections import defaultdict
from typing import Self

from msgspec import Struct, field

from scorecard.facts.configuration import is_operational
from scorecard.patterns import lazily
from scorecard.readers.hcl import resources, uncommented
from scorecard.repository import Repository

_MODULE = lazily(r"\s*module\s+\w+\s+'([^'\n]+)'\s*=\s*(?:if\s*\((.*)\)\s*)?\{?")
_EMPTY = lazily(r"\s*param\s+(\w+)\s+string\s*=\s*''\s*$")
_GIVEN = lazily(r"\s*+(\w++)\s*+:\s*+(\S(?:.*\S)?)\s*+$")
_WANTS = lazily(r"!\s*empty\(\s*(\w+)\s*\)")
_SHELF = lazily(r"(?:^|/)(?:core|modules?|shared|common|lib)/")
_PARAMETERS = ("*.parameters.json", "*.bicepparam")


class _Use(Struct, frozen=True):
    """One module statement: the file it stands in, its condition, and what it gives."""

    path: str
    condition: str
    given: dict[str, str]


class BicepModules(Struct, dict=True, eq=False):
    """The graph of modules, and the question whether a file of it is deployed."""

    uses: dict[str, list[_Use]]
    empty: dict[str, frozenset[str]]  # parameters of a file that are an empty string unless somebody gives them
    roots: frozenset[str]
    filled: str  # the text of all files of parameters
    _known: dict[str, bool] = field(default_factory=dict)

    @classmethod
    def gather(cls, repository: Repository) -> Self:
        uses: dict[str, list[_Use]] = defaultdict(list)
        empty: dict[str, frozenset[str]] = {}
        paths = [p for p in repository.own if p.endswith(".bicep") and is_operational(p)]
        for path in paths:
            lines = uncommented(repository.text(path))
            empty[path] = frozenset(m[1] for line in lines if (m := _EMPTY.match(line)))
            for found in resources(repository.text(path)):
                module = _MODULE.match(lines[found.line - 1]) if found.type == "module" else None
                if module:
                    inside = (_GIVEN.match(line) for line in lines[found.line : found.end])
                    target = posixpath.normpath(posixpath.join(posixpath.dirname(path), module[1]))
                    uses[target].append(_Use(path, module[2] or "", {m[1]: m[2] for m in inside if m}))
        mains = frozenset(p for p in paths if p.rpartition("/")[2] == "main.bicep")
        roots = frozenset(p for p in paths if p not in uses and not (mains - {p} and _SHELF.search(p)))
        filled = "\n".join(repository.text(p) for p in repository.glob(*_PARAMETERS)) if paths else ""
        return cls(dict(uses), empty, roots, filled)

    def is_deployed(self, path: str) -> bool:
        """Can the file be reached? True for what is no Bicep."""
        if not path.endswith(".bicep"):
            return True
        if path not in self._known:
            self._known[path] = True  # a circle of modules leads nowhere else
            self._known[path] = path in self.roots or any(
                self._can_be_true(use) and self.is_deployed(use.path) for use in self.uses.get(path, ())
            )
        return self._known[path]

    def _can_be_true(self, use: _Use) -> bool:
        return not any(self._is_empty(use.path, name) for name in _WANTS.findall(use.condition))

    def _is_empty(self, path: str, name: str, depth: int = 4) -> bool:
        """Is a parameter left at its empty default by everybody who uses the file?"""
        if name not in self.empty.get(path, frozenset()) or not depth:
            return False
        callers = self.uses.get(path, ())
        if not callers:
            return not re.search(rf"\b{name}\b", self.filled)
        for use in callers:
            value = use.given.get(name, "''")
            if value != "''" and not self._is_empty(use.path, value, depth - 1):
                return False
        return True
