"""What a path in Python source comes to, as far as it can be told without running anything: constants, joins, `__file__`."""

import ast
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from posixpath import dirname, join, normpath

from scorecard.facts.code import Code
from scorecard.readers import notebook
from scorecard.survey.syntax import AS_IT_IS, assigned, default, name_of, parameters

HERE = "/@"
"""What an absolute path begins with that was made from `__file__`: the repository's top."""


@dataclass(eq=False)
class Module:
    """One parsed file, with the way from each node to what holds it."""

    code: Code
    path: str
    text: str
    tree: ast.Module
    numbers: tuple[int, ...] = ()  # of a notebook: on which line of the file each line of its code stands
    _open: set[str] = field(default_factory=set)

    @cached_property
    def parents(self) -> dict[ast.AST, ast.AST]:
        return {child: node for node in ast.walk(self.tree) for child in ast.iter_child_nodes(node)}

    def above(self, node: ast.AST) -> list[ast.AST]:
        """What holds ``node``, the innermost first."""
        out = []
        while (node := self.parents.get(node, self.tree)) is not self.tree:
            out.append(node)
        return out

    def function(self, node: ast.AST) -> ast.FunctionDef | ast.AsyncFunctionDef | None:
        return next((n for n in self.above(node) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)), None)

    def at(self, line: int) -> int:
        """The line of the file that a line of the tree is."""
        return self.numbers[line - 1] if self.numbers else line

    def source(self, node: ast.expr) -> str:
        return " ".join((ast.get_source_segment(self.text, node) or "").split())

    def calls(self, line: int, last: str) -> list[ast.Call]:
        """The calls of something of this last name that begin on a line."""
        return [
            n
            for n in ast.walk(self.tree)
            if isinstance(n, ast.Call) and self.at(n.lineno) == line and name_of(n.func).rpartition(".")[2] == last
        ]

    def value(self, node: ast.expr | None) -> str:
        """The path that ``node`` comes to, "" where that cannot be told."""
        if isinstance(node, ast.Constant):
            return node.value if isinstance(node.value, str) else ""
        if isinstance(node, ast.Name):
            return f"{HERE}/{self.path}" if node.id == "__file__" else self._named(node)
        if isinstance(node, ast.Attribute):
            return dirname(self.value(node.value)) if node.attr == "parent" else self._attribute(node)
        if isinstance(node, ast.BinOp):
            left, right = self.value(node.left), self.value(node.right)
            joined = join(left, right) if isinstance(node.op, ast.Div) else left + right
            return joined if left and right else ""
        if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Attribute) and node.value.attr == "parents":
            place, depth = self.value(node.value.value), node.slice
            ups = depth.value + 1 if isinstance(depth, ast.Constant) and isinstance(depth.value, int) else 0
            for _ in range(ups):
                place = dirname(place)
            return place if ups else ""
        if isinstance(node, ast.JoinedStr):
            parts = [self.value(v.value if isinstance(v, ast.FormattedValue) else v) for v in node.values]
            return "".join(parts) if all(parts) else ""
        return self._called(node) if isinstance(node, ast.Call) else ""

    def _called(self, node: ast.Call) -> str:
        last = name_of(node.func).rpartition(".")[2]
        inner = node.func.value if isinstance(node.func, ast.Attribute) else None
        parts = [self.value(arg) for arg in node.args]
        if last in {"getenv", "get"} and len(parts) == 2 and name_of(node.func).endswith(("getenv", "environ.get")):
            return parts[1]
        if last == "dirname" and len(parts) == 1:
            return dirname(parts[0])
        if last == "joinpath" and inner is not None:
            parts = [self.value(inner), *parts]
        elif last in AS_IT_IS and not parts and inner is not None:
            return self.value(inner)
        elif last not in AS_IT_IS and not name_of(node.func).endswith("path.join"):
            return ""
        return join(*parts) if parts and all(parts) else ""

    def _named(self, node: ast.Name) -> str:
        """A variable that is given its value once, in the same function or at the top of a module of ours."""
        if node.id in self._open:
            return ""
        self._open.add(node.id)
        try:
            function = self.function(node)
            for place in (function, self.tree):
                given = assigned(place, node.id) if place is not None else []
                if given:
                    return self.value(given[0]) if len(given) == 1 else ""
                if place is function and function is not None and node.id in parameters(function):
                    return self.value(default(function, node.id))
            return self._imported(node.id)
        finally:
            self._open.discard(node.id)

    def _imported(self, name: str, attribute: str = "") -> str:
        for item in ast.walk(self.tree):
            if not isinstance(item, ast.Import | ast.ImportFrom):
                continue
            for alias in item.names:
                if (alias.asname or alias.name.partition(".")[0]) != name:
                    continue
                dotted = f"{item.module or ''}.{alias.name}" if isinstance(item, ast.ImportFrom) else alias.name
                whole, _, last = (dotted, "", attribute) if attribute else dotted.rpartition(".")
                found = self.code.module(whole, self.path)
                module = parsed(self.code, found) if found and found != self.path else None
                given = assigned(module.tree, last) if module else []
                return module.value(given[0]) if module and len(given) == 1 else ""
        return ""

    def _attribute(self, node: ast.Attribute) -> str:
        """A constant of a module of ours, a field of a class in this file, or an option's default."""
        if isinstance(node.value, ast.Name) and (found := self._imported(node.value.id, node.attr)):
            return found
        for inner in ast.walk(self.tree):
            if isinstance(inner, ast.ClassDef) and (given := assigned(inner, node.attr)):
                return self.value(given[0])
            if isinstance(inner, ast.Call) and name_of(inner.func).endswith("add_argument"):
                options = [a.value for a in inner.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
                if any(option.lstrip("-").replace("-", "_") == node.attr for option in options):
                    return self.value(next((k.value for k in inner.keywords if k.arg == "default"), None))
        return ""


@lru_cache(maxsize=64)
def parsed(code: Code, path: str) -> Module | None:
    """The file as a syntax tree; None for what does not parse."""
    text = code.repository.text(path)
    numbers: list[int] = []
    if path.endswith(".ipynb"):
        lines, numbers = notebook.code(text)
        text = "\n".join(lines)
    try:
        return Module(code, path, text, ast.parse(text), tuple(numbers))
    except (SyntaxError, ValueError, RecursionError):
        return None


def plain(path: str, cwd: str = "") -> str:
    """A path below the repository's top as git spells it; one from `__file__` counts from there already."""
    if path.startswith(f"{HERE}/"):
        return normpath(path.removeprefix(f"{HERE}/"))
    return normpath(join(cwd, path))
