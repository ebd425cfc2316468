"""Modules as a test can import them: what their top level does, and which names stand for what there.

Importing a module runs its top level, so only one that defines, and makes nothing but plain values, loggers, patterns and
applications, is imported by a test that `mlops add` writes.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field

from scorecard.facts.code import Code
from scorecard.readers.frames import last_name
from scorecard.repository import Repository

# What a top level may call: it touches no file, no network and no model.
_HARMLESS = frozenset({
    "getLogger", "get_logger", "Path", "compile", "getenv", "environ.get", "namedtuple", "TypeVar", "NewType", "FastAPI", "Flask", "APIRouter", "Blueprint", "frozenset",
    "set", "dict", "list", "tuple", "sorted", "range", "len", "str", "int", "float", "bool", "join", "dirname", "abspath", "resolve", "joinpath", "strip", "split", "lower", "upper",
    "items", "keys", "values", "CORSMiddleware", "add_middleware", "include_router", "basicConfig", "load_dotenv", "cast", "Counter", "Histogram", "dataclass", "field", "Field", "get", "getcwd", "CORS",
    "filterwarnings", "simplefilter", "set_option", "date", "datetime", "timedelta",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Module:
    """``aliases`` are imported names with what they stand for, ``constants`` names that are given a literal once."""

    path: str
    tree: ast.Module
    aliases: dict[str, str] = field(default_factory=dict)
    constants: dict[str, object] = field(default_factory=dict)
    functions: dict[str, ast.FunctionDef] = field(default_factory=dict)
    importable: bool = False


def read(repository: Repository, path: str) -> Module | None:
    """The module at ``path``, None where it is no Python that parses."""
    try:
        tree = ast.parse(repository.text(path))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    module = Module(path, tree, importable=all(_is_harmless(node) for node in tree.body))
    for node in tree.body:
        if isinstance(node, ast.Import):
            module.aliases.update({(a.asname or a.name.partition(".")[0]): a.name for a in node.names})
        elif isinstance(node, ast.ImportFrom):
            module.aliases.update({(a.asname or a.name): f"{node.module or ''}.{a.name}" for a in node.names})
        elif isinstance(node, ast.FunctionDef):
            module.functions[node.name] = node
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            try:
                module.constants[node.targets[0].id] = ast.literal_eval(node.value)
            except (ValueError, TypeError, MemoryError, RecursionError):
                continue
    return module


def with_constants(importable: "Importable", module: Module) -> Module:
    """With the constants that it imports from other modules of ours."""
    for name, dotted in module.aliases.items():
        path = importable.code.module(dotted.rpartition(".")[0], module.path)
        other = importable.module(path) if path and name not in module.constants else None
        if other and dotted.rpartition(".")[2] in other.constants:
            module.constants[name] = other.constants[dotted.rpartition(".")[2]]
    return module


class Importable:
    """Which modules a test can import, and all of ours that these import in their turn."""

    def __init__(self, repository: Repository, code: Code) -> None:
        self.repository, self.code = repository, code
        self.known: dict[str, Module | None] = {}
        self.packages = {p for p in repository.paths if p.endswith("/__init__.py")}

    def __contains__(self, path: str) -> bool:
        return all(self._alone(one) for one in self._all(path))

    def reached(self, path: str) -> list[str]:
        """All files of ours that run when it is imported."""
        return sorted(self._all(path))

    def _all(self, path: str) -> Iterator[str]:
        seen, todo = {path}, [path]
        while todo:
            yield (one := todo.pop())
            wanted = {*self.code.imports_of.get(one, ()), *self._above(one)} - seen
            seen |= wanted
            todo += sorted(wanted)

    def _above(self, path: str) -> list[str]:
        """The packages that it lies in: Python runs them first."""
        found = []
        while (path := path.rpartition("/")[0]) and f"{path}/__init__.py" in self.packages:
            found.append(f"{path}/__init__.py")
        return found

    def module(self, path: str) -> Module | None:
        """As ``read`` gives it, read once."""
        if path not in self.known:
            self.known[path] = read(self.repository, path)
        return self.known[path]

    def _alone(self, path: str) -> bool:
        module = self.module(path)
        return module is not None and module.importable


def _is_harmless(node: ast.stmt) -> bool:
    if isinstance(node, ast.Import | ast.ImportFrom | ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Pass):
        return not isinstance(node, ast.ClassDef) or all(
            _is_harmless(inner) for inner in node.body if isinstance(inner, ast.Assign | ast.AnnAssign | ast.Expr)
        )
    if isinstance(node, ast.If):
        return is_main(node) or all(_is_harmless(inner) for inner in [*node.body, *node.orelse])
    if isinstance(node, ast.Try):
        return all(isinstance(inner, ast.Import | ast.ImportFrom) for inner in node.body)
    if isinstance(node, ast.Assign | ast.AnnAssign | ast.Expr | ast.AugAssign):
        return all(last_name(call.func) in _HARMLESS for call in ast.walk(node) if isinstance(call, ast.Call))
    return False


def made_by(module: Module, kind: str) -> set[str]:
    """The names at the top that are given `kind(…)`: the applications of a module."""
    return {
        node.targets[0].id
        for node in module.tree.body
        if isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Name)
        and isinstance(node.value, ast.Call)
        and last_name(node.value.func) == kind
    }


def is_main(node: ast.stmt) -> bool:
    """Is it `if __name__ == "__main__"`?"""
    return (
        isinstance(node, ast.If)
        and isinstance(node.test, ast.Compare)
        and isinstance(node.test.left, ast.Name)
        and node.test.left.id == "__name__"
    )
