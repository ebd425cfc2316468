"""Under which name a file of the repository is imported, and whether that is safe."""

from collections import Counter
from collections.abc import Callable
from typing import Any

from scorecard.facts.code import Code
from scorecard.readers.code import Source
from scorecard.survey.llm_syntax import PAGES, Module

_DEEP = 6
_MOST = 60


class Imports:
    """``module`` gives the syntax tree of a path."""

    def __init__(self, code: Code, module: Callable[[str], Module | None]) -> None:
        self.code, self.module = code, module
        self.packages = {p.rpartition("/")[0] for p in code.repository.paths if p.endswith("/__init__.py")}
        self.roots: dict[str, frozenset[str]] = {}
        self.known: dict[str, frozenset[str]] = {}
        self.ways: dict[tuple[str, frozenset[str]], dict[str, Any]] = {}
        self.whys: dict[tuple[str, frozenset[str]], str] = {}

    def way(self, path: str, pages: frozenset[str] = PAGES) -> dict[str, Any]:
        """``module``, ``roots``, ``files`` and ``unsafe`` of a file; what imports one of ``pages`` is run by that, and by nobody else."""
        if (path, pages) not in self.ways:
            unsafe = next((why for one in sorted(self.reached(path)) if (why := self._unsafe(one, pages))), "")
            place = self.place(path)
            if not place["module"]:
                unsafe = f"{path} has a name that cannot be imported"
            self.ways[path, pages] = {**place, "files": self._nearest(path), "unsafe": unsafe}
        return self.ways[path, pages]

    def _unsafe(self, path: str, pages: frozenset[str]) -> str:
        if (path, pages) not in self.whys:
            module = self.module(path)
            self.whys[path, pages] = module.unsafe(pages) if module else ""
        return self.whys[path, pages]

    def place(self, path: str) -> dict[str, Any]:
        """``module``, "" where it has no name that can be imported, and ``roots`` of a file."""
        around = self.reached(path)
        roots: Counter[str] = Counter()
        for one in sorted({*around, *self.code.imported_by.get(path, ())}):
            roots.update(self._roots(one))
        root = self._root(path, roots)
        parts = _parts(path, root)
        others = {r for one in around for r in self._roots(one) if self._starts_at(r, one, root)} - {root}
        module = ".".join(parts) if all(map(str.isidentifier, parts)) else ""
        return {"module": module, "roots": [root, *sorted(others)]}

    def _nearest(self, path: str) -> list[str]:
        """The file, what it imports of the repository, and so on, up to the size of an answers file."""
        order, edge = [path], [path]
        while edge and len(order) < _MOST:
            edge = sorted({t for one in edge for t in self.code.imports_of.get(one, ())} - set(order))
            order += edge
        return order[:_MOST]

    def reached(self, path: str) -> frozenset[str]:
        """The file and what it imports of the repository."""
        if path not in self.known:
            seen, edge = {path}, {path}
            for _ in range(_DEEP):
                edge = {t for one in edge for t in self.code.imports_of.get(one, ())} - seen
                seen |= edge
            self.known[path] = frozenset(seen)
        return self.known[path]

    def _root(self, path: str, roots: Counter[str]) -> str:
        """What must be on sys.path: as others import what lies beside it, else the folder above its package."""
        above = [root for root, _ in roots.most_common() if not root or path.startswith(f"{root}/")]
        folder = path.rpartition("/")[0]
        while folder in self.packages:
            folder = folder.rpartition("/")[0]
        outside = [root for root in above if root == folder or folder.startswith(f"{root}/") or not root]
        # Where a folder above has a name that nobody can import, what lies in it is imported from there, packages or not.
        least = path.rpartition("/")[0]
        while least and least.rpartition("/")[2].isidentifier():
            least = least.rpartition("/")[0]
        known = [*outside, *([] if outside else [folder]), *above, least]
        return next((root for root in known if all(map(str.isidentifier, _parts(path, root)))), known[0])

    def _starts_at(self, folder: str, path: str, root: str) -> bool:
        """Can ``folder`` be a place where Python looks beside ``root``: the script's own, outside of packages?"""
        own = path.rpartition("/")[0]
        return folder not in self.packages and folder in (own, root.rpartition("/")[0], "")

    def _roots(self, path: str) -> frozenset[str]:
        """The folders below which the names stand that a file imports."""
        if path not in self.roots:
            source, found = self.code.source(path), set()
            for dotted in sorted(_absolute(source) if source else ()):
                target = self.code.module(dotted, path)
                tail = dotted.replace(".", "/")
                for end in (f"{tail}.py", f"{tail}/__init__.py"):
                    if target == end or target.endswith(f"/{end}"):
                        found.add(target[: -len(end)].rstrip("/"))
            self.roots[path] = frozenset(found)
        return self.roots[path]


def _absolute(source: Source) -> set[str]:
    """What a file imports, relative imports left out."""
    plain = [item for item in source.imports if not item.module.startswith(".")]
    return {item.module for item in plain} | {f"{item.module}.{item.name}" for item in plain if item.name}


def _parts(path: str, root: str) -> list[str]:
    """The names by which a file is imported where ``root`` is on sys.path."""
    return path[len(root) + 1 if root else 0 :].removesuffix(".py").removesuffix("/__init__").split("/")
