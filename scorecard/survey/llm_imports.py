"""Under which name a file of the repository is imported, and whether that is safe."""

from collections import Counter
from collections.abc import Callable
from typing import Any

from scorecard.facts.code import Code
from scorecard.survey.llm_syntax import Module

_DEEP = 6
_MOST = 60


class Imports:
    """``module`` gives the syntax tree of a path."""

    def __init__(self, code: Code, module: Callable[[str], Module | None]) -> None:
        self.code, self.module = code, module
        self.packages = {p.rpartition("/")[0] for p in code.repository.paths if p.endswith("/__init__.py")}

    def way(self, path: str) -> dict[str, Any]:
        """``module``, ``roots``, ``files`` and ``unsafe`` of a file."""
        around = self._around(path)
        roots: Counter[str] = Counter()
        for one in sorted({*around, *self.code.imported_by.get(path, ())}):
            roots.update(self._roots(one))
        root = self._root(path, roots)
        parts = path[len(root) + 1 if root else 0 :].removesuffix(".py").removesuffix("/__init__").split("/")
        others = {r for one in around for r in self._roots(one) if self._starts_at(r, one, root)} - {root}
        unsafe = next((why for one in sorted(around) if (m := self.module(one)) and (why := m.unsafe())), "")
        if not all(part.isidentifier() for part in parts):
            unsafe = f"{path} has a name that cannot be imported"
        return {
            "module": ".".join(parts),
            "roots": [root, *sorted(others)],
            "files": self._nearest(path),
            "unsafe": unsafe,
        }

    def _nearest(self, path: str) -> list[str]:
        """The file, what it imports of the repository, and so on, up to the size of an answers file."""
        order, edge = [path], [path]
        while edge and len(order) < _MOST:
            edge = sorted({t for one in edge for t in self.code.imports_of.get(one, ())} - set(order))
            order += edge
        return order[:_MOST]

    def _around(self, path: str) -> set[str]:
        """The file and what it imports of the repository."""
        seen, edge = {path}, {path}
        for _ in range(_DEEP):
            edge = {t for one in edge for t in self.code.imports_of.get(one, ())} - seen
            seen |= edge
        return seen

    def _root(self, path: str, roots: Counter[str]) -> str:
        """What must be on sys.path: as others import what lies beside it, else the folder above its package."""
        above = [root for root, _ in roots.most_common() if not root or path.startswith(f"{root}/")]
        folder = path.rpartition("/")[0]
        while folder in self.packages:
            folder = folder.rpartition("/")[0]
        outside = [root for root in above if root == folder or folder.startswith(f"{root}/") or not root]
        return outside[0] if outside else folder

    def _starts_at(self, folder: str, path: str, root: str) -> bool:
        """Can ``folder`` be a place where Python looks beside ``root``: the script's own, outside of packages?"""
        own = path.rpartition("/")[0]
        return folder not in self.packages and folder in (own, root.rpartition("/")[0], "")

    def _roots(self, path: str) -> set[str]:
        """The folders below which the names stand that a file imports."""
        module, found = self.module(path), set()
        for dotted in module.absolute() if module else ():
            target = self.code.module(dotted, path)
            tail = dotted.replace(".", "/")
            for end in (f"{tail}.py", f"{tail}/__init__.py"):
                if target == end or target.endswith(f"/{end}"):
                    found.add(target[: -len(end)].rstrip("/"))
        return found
