"""Small questions to a Python syntax tree."""

import ast

AS_IT_IS = frozenset({"Path", "PurePath", "str", "abspath", "realpath", "fspath", "resolve", "absolute", "as_posix"})
_PURE = (
    ast.Name, ast.Attribute, ast.Constant, ast.BinOp, ast.Div, ast.Add, ast.JoinedStr, ast.FormattedValue,
    ast.Subscript, ast.Load, ast.Call, ast.keyword, ast.operator,
)  # fmt: skip


def name_of(node: ast.AST) -> str:
    """`a.b.c` as it is written, "" for what is no such chain."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        base = name_of(node.value)
        return f"{base}.{node.attr}" if base else node.attr
    return ""


def can_be_said_again(node: ast.expr) -> bool:
    """Does evaluating the expression a second time give the same, and do nothing else?"""
    return all(
        isinstance(n, _PURE)
        and (not isinstance(n, ast.Call) or name_of(n.func).rpartition(".")[2] in {*AS_IT_IS, "join", "joinpath"})
        for n in ast.walk(node)
    )


def assigned(place: ast.AST, name: str) -> list[ast.expr]:
    """What ``name`` is given in a function, or at the top of a module or a class."""
    out: list[ast.expr] = []
    is_function = isinstance(place, ast.FunctionDef | ast.AsyncFunctionDef)
    for node in ast.walk(place) if is_function else getattr(place, "body", []):
        if isinstance(node, ast.Assign):
            targets: list[ast.expr] = node.targets
        elif isinstance(node, ast.AnnAssign):
            targets = [node.target]
        else:
            continue
        if any(isinstance(t, ast.Name) and t.id == name for t in targets) and node.value is not None:
            out.append(node.value)
    return out


def parameters(function: ast.FunctionDef | ast.AsyncFunctionDef) -> list[str]:
    return [a.arg for a in (*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs)]


def default(function: ast.FunctionDef | ast.AsyncFunctionDef, name: str) -> ast.expr | None:
    plain_ = [*function.args.posonlyargs, *function.args.args]
    given = dict(
        zip([a.arg for a in plain_[len(plain_) - len(function.args.defaults) :]], function.args.defaults, strict=True)
    )
    named = {a.arg: d for a, d in zip(function.args.kwonlyargs, function.args.kw_defaults, strict=True)}
    return given.get(name) or named.get(name)
