"""Where a new module goes so that the file that trains can import it, and how it is named there, in tests and on the command line."""

import ast
import re
from collections.abc import Container
from dataclasses import dataclass
from itertools import takewhile
from posixpath import dirname

from scaffolder.foreign.model import Site
from scaffolder.foreign.python_edits import after_statement, before_statement, with_import


@dataclass(frozen=True, slots=True)
class Place:
    """``files`` are the new modules; ``style`` is how they are imported beside each other: flat, dotted or relative, from ``root``."""

    files: tuple[str, ...]
    style: str
    root: str

    def dotted(self, path: str) -> str:
        """`churn.model_store`."""
        below = path.removeprefix(f"{self.root}/") if self.root else path
        return below.removesuffix(".py").replace("/", ".")

    def imports(self, *paths: str, tests: bool = False) -> str:
        """The lines that import modules as such."""
        package, _, _ = self.dotted(paths[0]).rpartition(".")
        names = sorted(self.dotted(path).rpartition(".")[2] for path in paths)
        if self.style == "relative" and not tests:
            package = "."
        return f"from {package} import {', '.join(names)}" if package else "\n".join(f"import {name}" for name in names)

    def named(self, name: str, text: str) -> tuple[str, str]:
        """How ``text`` calls ``name`` of the first module, and the import for it; with the module before it where the name is taken."""
        module = self.dotted(self.files[0])
        last = module.rpartition(".")[2]
        words = set(re.findall(r"\w+", re.sub(r"#[^\n]*|\"\"\"[^\"]*\"\"\"", "", text)))
        if name in words:
            return f"{last}.{name}", self.imports(self.files[0])
        return name, f"from {'.' + last if self.style == 'relative' else module} import {name}"


def with_own_import(text: str, line: str, *, own: Container[str]) -> str:
    """``line``, which imports a module of the repository, where isort would put it; ``own`` are the repository's other top-level names."""
    body = ast.parse(text).body
    tops = list(takewhile(lambda n: isinstance(n, ast.Import | ast.ImportFrom) or _is_text(n), body))
    group: list[ast.stmt] = []
    for node in (n for n in tops if not _is_text(n)):
        group = [*group, node] if group and node.lineno == (group[-1].end_lineno or 0) + 1 else [node]
    if not group or line in text.splitlines():
        return with_import(text, line)
    if not all(_is_own(node, own) for node in group):
        return after_statement(text, group[-1].lineno, ["", line])
    module = line.split()[1]
    later = [n for n in group if isinstance(n, ast.ImportFrom) and line.startswith("from ") and _module(n) > module]
    return before_statement(text, later[0].lineno, [line]) if later else after_statement(text, group[-1].lineno, [line])


def _module(node: ast.ImportFrom) -> str:
    return "." * node.level + (node.module or "")


def _is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _is_own(node: ast.stmt, own: Container[str]) -> bool:
    if isinstance(node, ast.ImportFrom):
        return bool(node.level) or (node.module or "").partition(".")[0] in own
    return isinstance(node, ast.Import) and all(alias.name.partition(".")[0] in own for alias in node.names)


def place(site: Site, *names: str) -> Place:
    """Beside the file that trains, or in the package that it imports, if it lies outside of that."""
    main, how = site.survey["training"]["main"], site.survey["training"]["imports"]
    style, root, folder = how["style"], how["root"], dirname(main)
    if style == "relative":
        root = folder
        while site.has(f"{root}/__init__.py" if root else "__init__.py") and root:
            root = dirname(root)
    package = site.survey["layout"]["package"]["folder"]
    if style == "dotted" and not _in(folder, root, inside=True):
        folder = package if package and _in(package, root, inside=True) else root
    elif (
        style == "dotted"
        and not site.has(f"{folder}/__init__.py")
        and site.has(f"{package}/__init__.py")
        and _in(package, root, inside=True)
    ):
        folder = package
    files = tuple(site.free(f"{folder}/{name}" if folder else name) for name in names)
    return Place(files, "flat" if style == "flat" else style, folder if style == "flat" else root)


def _in(folder: str, root: str, *, inside: bool) -> bool:
    return (
        (not root and (bool(folder) or not inside)) or folder.startswith(f"{root}/") or (not inside and folder == root)
    )
