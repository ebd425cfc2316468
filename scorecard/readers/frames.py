"""What a Python file says of the tables it works on: the paths in it that are plain, and the columns that it takes and makes.

Nothing is run: a path is known where it is written, through constants, `Path(__file__)`, defaults and the like.
"""

import ast
import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

_JOINS = frozenset({"Path", "PurePath", "PosixPath", "join", "joinpath"})
_SAME = frozenset({"str", "fspath", "abspath", "realpath", "normpath", "expanduser", "resolve", "absolute", "as_posix"})
_FRAME = re.compile(
    r"(?:^|_)(?:df|data|dataset|dataframe|frame|table|train|test|raw|x|features)(?:$|_|\d)", re.IGNORECASE
)
_TARGET = re.compile(r"^(?:y|target|label)s?(?:_\w{1,20})?$", re.IGNORECASE)
_MAX = 30


@dataclass(slots=True)
class Frames:
    """``names`` are names with the one path or text that they stand for; ``calls`` the paths given to each call, by line and name.

    ``used`` are columns in order of appearance, ``made`` those that the code itself makes, ``target`` what a model is fitted to.
    """

    names: dict[str, str] = field(default_factory=dict)
    calls: dict[tuple[int, str], str] = field(default_factory=dict)
    used: list[str] = field(default_factory=list)
    made: set[str] = field(default_factory=set)
    target: str = ""


def read(text: str, path: str, known: Mapping[str, str] = MappingProxyType({})) -> Frames:
    """``known`` are names of other modules. A file that does not parse says nothing."""
    tree = _tree(text)
    if tree is None:
        return Frames()
    nodes = list(ast.walk(tree))
    found = Frames()
    reader = _known(nodes, path, known)
    found.names = reader.names
    for node in nodes:
        if isinstance(node, ast.Call):
            given = [
                *node.args,
                *(k.value for k in node.keywords if k.arg in {"filepath_or_buffer", "path", "source", "io"}),
            ]
            said = reader.of(given[0]) if given else ""
            if said:
                found.calls[node.lineno, last_name(node.func)] = said
    _columns(nodes, found)
    return found


def names(text: str, path: str) -> dict[str, str]:
    """What ``read`` says of names, and no more."""
    tree = _tree(text)
    return _known(ast.walk(tree), path, {}).names if tree else {}


def _tree(text: str) -> ast.Module | None:
    try:
        return ast.parse(text.removeprefix("\ufeff"))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _known(nodes: Iterable[ast.AST], path: str, known: Mapping[str, str]) -> "_Paths":
    reader, bound = _Paths(path, dict(known)), list(_bound(nodes))
    for _ in range(3):  # a constant may stand upon another
        values: dict[str, set[str]] = {}
        for name, value in bound:
            said = reader.of(value)
            if said:
                values.setdefault(name, set()).add(said)
        reader.names = {**known, **{name: said.pop() for name, said in values.items() if len(said) == 1}}
    return reader


def _bound(nodes: Iterable[ast.AST]) -> Iterator[tuple[str, ast.expr]]:
    """Names with what they are set to: assignments, defaults of parameters and of command line options."""
    for node in nodes:
        if isinstance(node, ast.Assign):
            for target in node.targets:
                yield last_name(target), node.value
        elif isinstance(node, ast.AnnAssign) and node.value is not None:
            yield last_name(node.target), node.value
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            for arg, value in zip(node.args.args[::-1], node.args.defaults[::-1], strict=False):
                yield arg.arg, value
        elif isinstance(node, ast.Call) and last_name(node.func) == "add_argument":
            flags = [a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
            default = next((k.value for k in node.keywords if k.arg == "default"), None)
            if flags and default is not None:
                yield flags[-1].lstrip("-").replace("-", "_"), default


def last_name(node: ast.AST) -> str:
    """`load` of `pd.load`, "" of what is no name."""
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


@dataclass(slots=True)
class _Paths:
    path: str
    names: dict[str, str]

    def of(self, node: ast.expr | None, depth: int = 0) -> str:
        """The path that an expression stands for, "" where it is not plain."""
        if node is None or depth > _MAX:
            return ""
        if isinstance(node, ast.Constant):
            return (
                node.value if isinstance(node.value, str) and len(node.value) < 300 and "\n" not in node.value else ""
            )
        if isinstance(node, ast.Name):
            return self.path if node.id == "__file__" else self.names.get(node.id, "")
        if isinstance(node, ast.BinOp):
            left, right = self.of(node.left, depth + 1), self.of(node.right, depth + 1)
            glue = {ast.Div: "/", ast.Add: ""}.get(type(node.op))
            return f"{left}{glue}{right}" if left and right and glue is not None else ""
        if isinstance(node, ast.JoinedStr):
            parts = [self.of(v.value if isinstance(v, ast.FormattedValue) else v, depth + 1) for v in node.values]
            return "".join(parts) if all(parts) else ""
        if isinstance(node, ast.Attribute):
            if node.attr == "parent":
                return self._above(self.of(node.value, depth + 1), 1)
            return self.names.get(node.attr, "")
        if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Attribute) and node.value.attr == "parents":
            count = node.slice.value if isinstance(node.slice, ast.Constant) else None
            return self._above(self.of(node.value.value, depth + 1), count + 1) if isinstance(count, int) else ""
        return self._call(node, depth) if isinstance(node, ast.Call) else ""

    def _call(self, node: ast.Call, depth: int) -> str:
        name = last_name(node.func)
        if name in ("cwd", "getcwd") or (name == "Path" and not node.args):
            return "."
        if name == "dirname" and node.args:
            return self._above(self.of(node.args[0], depth + 1), 1)
        on = node.func.value if isinstance(node.func, ast.Attribute) else None
        if name in _SAME:
            return self.of(node.args[0] if node.args else on, depth + 1)
        if name in _JOINS:
            parts = [self.of(n, depth + 1) for n in ([on] if name == "joinpath" else []) + list(node.args)]
            return "/".join(parts) if parts and all(parts) else ""
        return ""

    @staticmethod
    def _above(path: str, count: int) -> str:
        for _ in range(count):
            path = posixpath.dirname(path) or ("." if path else "")
        return path


def _columns(nodes: list[ast.AST], found: Frames) -> None:
    lists: dict[str, list[str]] = {}
    for node in nodes:
        if isinstance(node, ast.Assign) and (texts := _texts(node.value)):
            lists.update({last_name(t): texts for t in node.targets})
    used: list[tuple[int, str]] = []
    for node in nodes:
        if isinstance(node, ast.Subscript) and _is_frame(node.value):
            index = node.slice
            texts = _chosen(index, lists)
            if isinstance(node.ctx, ast.Store):
                found.made.update(texts)
            else:
                used += [(node.lineno, text) for text in texts]
        elif isinstance(node, ast.Call):
            if last_name(node.func) == "assign":
                found.made.update(k.arg for k in node.keywords if k.arg)
            elif last_name(node.func) == "rename":
                for key in (k.value for k in node.keywords if k.arg == "columns" and isinstance(k.value, ast.Dict)):
                    found.made.update(text for value in key.values for text in _texts(value))
            elif last_name(node.func) == "fit" and len(node.args) > 1:
                found.target = found.target or _column(node.args[1], lists)
            elif last_name(node.func) == "pop" and isinstance(node.func, ast.Attribute) and _is_frame(node.func.value):
                used += [(node.lineno, text) for arg in node.args[:1] for text in _texts(arg)]
        if isinstance(node, ast.Assign) and any(_TARGET.match(last_name(t)) for t in node.targets):
            found.target = found.target or _column(node.value, lists)
    found.used = list(dict.fromkeys(text for _, text in sorted(used, key=lambda u: u[0])))


def _texts(node: ast.AST) -> list[str]:
    items = node.elts if isinstance(node, ast.List | ast.Tuple) else [node]
    said = [i.value for i in items if isinstance(i, ast.Constant) and isinstance(i.value, str)]
    return said if len(said) == len(items) else []


def _chosen(node: ast.expr, lists: Mapping[str, list[str]]) -> list[str]:
    """The columns of an index: texts, names of lists of them, and sums of these."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return [*_chosen(node.left, lists), *_chosen(node.right, lists)]
    return lists.get(last_name(node), []) if isinstance(node, ast.Name | ast.Attribute) else _texts(node)


def _column(node: ast.expr, lists: Mapping[str, list[str]]) -> str:
    texts = _chosen(node.slice, lists) if isinstance(node, ast.Subscript) and _is_frame(node.value) else []
    return texts[0] if len(texts) == 1 else ""


def _is_frame(node: ast.expr) -> bool:
    if isinstance(node, ast.Attribute) and node.attr in ("loc", "iloc"):
        return _is_frame(node.value)
    return bool(_FRAME.search(last_name(node)))
