"""The statements of a Python file, one after the other, with what names mean at that point."""

import ast
from collections.abc import Callable, Iterator
from typing import Any

from scorecard.readers.code import Assign, Class, Function, Guard, Import, Source, Test
from scorecard.readers.expressions import Names, condition, short
from scorecard.readers.guarded import effects
from scorecard.readers.uses import uses

# Where a statement keeps other statements, in the order of `ast.walk`.
_BLOCKS: dict[type[ast.AST], tuple[str, ...]] = {
    **dict.fromkeys((ast.If, ast.For, ast.AsyncFor, ast.While), ("body", "orelse")),
    **dict.fromkeys((ast.Try, ast.TryStar), ("body", "handlers", "orelse", "finalbody")),
    **dict.fromkeys((ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.With, ast.AsyncWith), ("body",)),
    **dict.fromkeys((ast.ExceptHandler, ast.match_case), ("body",)),
    ast.Match: ("cases",),
}
_ASSERT = frozenset({"assert"})


class Reader:
    """Fills a source. A statement's method takes the statement, the scope it stands in and its names."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.names = source.names
        self.package = source.path.removesuffix("/__init__.py").removesuffix(".py").split("/")
        if not source.path.endswith("__init__.py"):
            self.package = self.package[:-1]
        self.readers: dict[type, Callable[[Any, str, Names], None]] = {
            ast.Expr: self.thrown_away,
            **dict.fromkeys((ast.Assign, ast.AnnAssign), self.assign),
            **dict.fromkeys((ast.FunctionDef, ast.AsyncFunctionDef), self.function),
            ast.ClassDef: self.klass,
            **dict.fromkeys((ast.If, ast.While), self.branch),
            ast.Import: self.plain_import,
            ast.ImportFrom: self.import_from,
            ast.Assert: self.assertion,
            ast.Return: self.answer,
            **dict.fromkeys((ast.Pass, ast.Continue, ast.Break), self.nothing),
            **dict.fromkeys((ast.With, ast.AsyncWith), self.context),
            **dict.fromkeys((ast.For, ast.AsyncFor), self.loop),
            **dict.fromkeys((ast.Try, ast.TryStar), self.attempt),
            ast.Match: self.match,
        }

    def module(self, tree: ast.Module) -> None:
        env = Names()
        self.body(tree.body, "", env)
        self.source.exports = dict(env.bound)

    def body(self, statements: list[ast.stmt], scope: str, env: Names) -> None:
        readers, other = self.readers, self.other
        for node in _without_docstring(statements):
            readers.get(node.__class__, other)(node, scope, env)

    def expression(self, node: ast.expr, scope: str, env: Names) -> None:
        uses(node, scope, env, self.source)

    # plain statements -------------------------------------------------------------------------------------

    def thrown_away(self, node: ast.Expr, scope: str, env: Names) -> None:
        uses(node.value, scope, env, self.source, used=False)

    def answer(self, node: ast.Return, scope: str, env: Names) -> None:
        if node.value is not None:
            uses(node.value, scope, env, self.source)

    def nothing(self, _node: ast.stmt, _scope: str, _env: Names) -> None:
        """What says nothing of names."""

    def other(self, node: ast.stmt, scope: str, env: Names) -> None:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.expr):
                self.expression(child, scope, env)

    def plain_import(self, node: ast.Import, _scope: str, env: Names) -> None:
        for item in node.names:
            alias = item.asname or item.name.partition(".")[0]
            env.bound[alias] = item.name if item.asname else alias
            self.source.imports.append(Import(item.name, "", alias, node.lineno))

    def import_from(self, node: ast.ImportFrom, _scope: str, env: Names) -> None:
        module = node.module or ""
        if node.level:
            base = self.package[: len(self.package) - node.level + 1] if node.level > 1 else self.package
            module = ".".join([*base, module]) if module else ".".join(base)
        for item in node.names:
            alias = item.asname or item.name
            if item.name != "*":
                env.bound[alias] = f"{module}.{item.name}" if module else item.name
            self.source.imports.append(Import(module, item.name, alias, node.lineno))

    def assign(self, node: ast.Assign | ast.AnnAssign, scope: str, env: Names) -> None:
        value = node.value
        if value is not None:
            self.expression(value, scope, env)
        for target in node.targets if isinstance(node, ast.Assign) else (node.target,):
            if isinstance(target, ast.Tuple | ast.List):
                self.unpack(target.elts, value, node.lineno, scope, env)
                continue
            item = isinstance(target, ast.Subscript)
            if item:
                self.expression(target, scope, env)
            written = short(target, None) if value is not None else ""
            if value is not None and written:
                if not item:
                    env.bind(written, value)
                self.names.add(written.rpartition(".")[2])
                found = Assign(written, short(value, env), node.lineno, scope, node.end_lineno or 0)
                self.source.assigns.append(found)

    def unpack(self, targets: list[ast.expr], value: ast.expr | None, line: int, scope: str, env: Names) -> None:
        """`a, b = X(), Y()` says of each name what it is; `a, b = pair()` only that there are two."""
        values = value.elts if isinstance(value, ast.Tuple | ast.List) and len(value.elts) == len(targets) else ()
        pairs = (
            () if any(isinstance(v, ast.Starred) for v in (*targets, *values)) else zip(targets, values, strict=False)
        )
        for part in targets:
            self.names.add(short(part, None))
        for part, one in pairs:
            written = short(part, None)
            if written and not isinstance(part, ast.Subscript):
                self.source.assigns.append(Assign(written, short(one, env), line, scope, line))

    # statements with blocks -------------------------------------------------------------------------------

    def context(self, node: ast.With | ast.AsyncWith, scope: str, env: Names) -> None:
        for item in node.items:
            self.expression(item.context_expr, scope, env)
            if isinstance(item.optional_vars, ast.Name):
                env.bind(item.optional_vars.id, item.context_expr)
        self.body(node.body, scope, env)

    def loop(self, node: ast.For | ast.AsyncFor, scope: str, env: Names) -> None:
        self.expression(node.iter, scope, env)
        self.body(node.body, scope, env)
        self.body(node.orelse, scope, env)

    def match(self, node: ast.Match, scope: str, env: Names) -> None:
        self.expression(node.subject, scope, env)
        for case in node.cases:
            self.body(case.body, scope, env)

    def attempt(self, node: ast.Try | ast.TryStar, scope: str, env: Names) -> None:
        self.body(node.body, scope, env)
        for handler in node.handlers:
            caught = handler.type
            test = caught if caught is not None else ast.Constant(None)
            self.guard("except", test, handler.lineno, handler.body, scope, env)
            if caught is not None:
                self.expression(caught, scope, env)
            self.body(handler.body, scope, env)
        self.body(node.orelse, scope, env)
        self.body(node.finalbody, scope, env)

    def branch(self, node: ast.If | ast.While, scope: str, env: Names) -> None:
        self.expression(node.test, scope, env)
        if isinstance(node, ast.If):
            self.guard("if", node.test, node.lineno, node.body, scope, env)
            if _is_main(node.test):
                self.source.main = self.source.main or node.lineno
        self.body(node.body, scope, env)
        if node.orelse:
            chained = len(node.orelse) == 1 and isinstance(node.orelse[0], ast.If)
            if isinstance(node, ast.If) and not chained:
                self.guard("else", node.test, node.orelse[0].lineno, node.orelse, scope, env)
            self.body(node.orelse, scope, env)

    def assertion(self, node: ast.Assert, scope: str, env: Names) -> None:
        self.expression(node.test, scope, env)
        if node.msg is not None:
            self.expression(node.msg, scope, env)
        line = node.lineno
        found = Guard("assert", line, node.end_lineno or line, scope, *condition(node.test, env), _ASSERT)
        self.source.guards.append(found)

    def guard(self, kind: str, test: ast.expr, line: int, body: list[ast.stmt], scope: str, env: Names) -> None:
        end = body[-1].end_lineno or line
        self.source.guards.append(Guard(kind, line, end, scope, *condition(test, env), effects(body)))

    # definitions ------------------------------------------------------------------------------------------

    def function(self, node: ast.FunctionDef | ast.AsyncFunctionDef, scope: str, env: Names) -> None:
        name = f"{scope}.{node.name}" if scope else node.name
        inner = env.child()
        arguments = node.args
        every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
        annotations = []
        for parameter in every:
            inner.bound.pop(parameter.arg, None)
            if parameter.annotation is not None:
                dotted = short(parameter.annotation, env)
                annotations.append((parameter.arg, dotted))
                self.names.update(dotted.split("."))
                if dotted and dotted[0] != "'":
                    inner.bound[parameter.arg] = dotted
        if node.returns is not None:
            annotations.append(("return", short(node.returns, env)))
        decorators = self.decorators(node.decorator_list, env)
        for expression in (*node.decorator_list, *arguments.defaults, *arguments.kw_defaults):
            if expression is not None:
                self.expression(expression, name, env)
        statements = _without_docstring(node.body)
        size = len(statements) - sum([s.__class__ is ast.Pass for s in statements])
        end = node.end_lineno or node.lineno
        params = tuple([a.arg for a in every])
        record = Function(name, node.lineno, end, decorators, params, tuple(annotations), size)
        self.source.functions.append(record)
        self.names.add(node.name)
        before = len(self.source.guards), len(self.source.calls)
        self.body(statements, name, inner)
        if node.name.startswith("test"):
            self.test(record, min([node.lineno, *(d.lineno for d in node.decorator_list)]), before)

    def test(self, function: Function, first: int, before: tuple[int, int]) -> None:
        guards = self.source.guards[before[0] :]
        calls = self.source.calls[before[1] :]
        asserts = sum(1 for g in guards if g.kind == "assert" and g.names)
        asserts += sum(1 for c in calls if _asserts(c.name, c.last))
        skipped = any(d in ("pytest.mark.skip", "unittest.skip") for d in function.decorators)
        self.source.tests.append(Test(function.name, first, function.end, asserts, skipped))

    def klass(self, node: ast.ClassDef, scope: str, env: Names) -> None:
        name = f"{scope}.{node.name}" if scope else node.name
        fields = tuple(
            (s.target.id, short(s.annotation, env), s.lineno)
            for s in node.body
            if isinstance(s, ast.AnnAssign) and isinstance(s.target, ast.Name)
        )
        bases = tuple([short(base, env) for base in node.bases])
        decorators = self.decorators(node.decorator_list, env)
        self.source.classes.append(Class(name, node.lineno, node.end_lineno or node.lineno, bases, decorators, fields))
        self.names.add(node.name)
        for expression in (*node.decorator_list, *node.bases, *(k.value for k in node.keywords)):
            self.expression(expression, name, env)
        inner = env.child()
        for field_name, dotted, _ in fields:
            if dotted:
                inner.bound[f"self.{field_name}"] = dotted
        inits = [s for s in node.body if isinstance(s, ast.FunctionDef) and s.name in ("__init__", "setUp")]
        for init in inits:  # so that methods above and below know what self.x is
            for statement in _statements(init):
                if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
                    written = short(statement.targets[0], None)
                    if written.startswith("self."):
                        inner.bind(written, statement.value)
        self.body(node.body, name, inner)

    @staticmethod
    def decorators(nodes: list[ast.expr], env: Names) -> tuple[str, ...]:
        return tuple([short(d.func if isinstance(d, ast.Call) else d, env) for d in nodes])


def _statements(root: ast.stmt) -> Iterator[ast.AST]:
    """A statement and all below it, outer ones first: the order of `ast.walk`, without its expressions."""
    found: list[ast.AST] = [root]
    for node in found:
        yield node
        for block in _BLOCKS.get(node.__class__, ()):
            found += getattr(node, block)


def _without_docstring(body: list[ast.stmt]) -> list[ast.stmt]:
    first = body[0] if body else None
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
        return body[1:]
    return body


def _is_main(test: ast.expr) -> bool:
    return isinstance(test, ast.Compare) and isinstance(test.left, ast.Name) and test.left.id == "__name__"


def _asserts(name: str, last: str) -> bool:
    return (
        last.startswith(("assert", "expect"))
        or name in ("pytest.raises", "pytest.warns", "pytest.fail")
        or last in ("check_estimator", "fail", "validate_python", "match_snapshot")
    )
