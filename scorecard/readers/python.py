"""Python source to records, in one iterative pass over CPython's own syntax tree.

The tree is the authority: a name in a comment, a docstring or a string is never a call. What does not parse
(Python 2, a template, a merge conflict) still gives its imports, line by line, and says so.
"""

import ast
import gc
import re
from collections.abc import Iterable

from scorecard.patterns import lazily
from scorecard.readers.code import Assign, Call, Class, Function, Guard, Import, Source, Test, Text
from scorecard.readers.expressions import Names, argument, condition, short

MAX_BYTES = 1_000_000
_MAX_TEXT = 2_000
_EXITS = frozenset({"exit", "_exit", "abort", "quit", "skip_run", "cancel", "fail", "Exit", "SystemExit"})
_LOGS = frozenset(
    {"debug", "info", "warning", "warn", "error", "exception", "critical", "log", "print", "echo", "secho"}
)
_MAGIC = lazily(r"^([ \t]{0,40})[%!?][^\n]{0,1000}$", re.MULTILINE)
_IMPORT_LINE = lazily(
    r"^[ \t]{0,40}(?:from[ \t]+([\w.]{1,200})[ \t]+import[ \t]+([^#\n]{1,500})|import[ \t]+([\w., \t]{1,500}))",
    re.MULTILINE,
)


def read(text: str, path: str) -> Source:
    """The records of one Python file. Never raises: what could not be read is said in ``broken``."""
    source = Source(path, "python", lines=text.count("\n") + 1)
    if len(text) > MAX_BYTES:
        source.broken = f"is larger than {MAX_BYTES // 1_000_000} MB"
    else:
        tree = _parse(text, source)
        if tree is not None:
            try:
                _Reader(source).module(tree)
            except RecursionError:
                source.broken = "is nested too deeply"
            else:
                source.calls.sort(key=_line)
                return source
    _imports_only(text, source)
    return source


def without_magics(text: str) -> str:
    """IPython's `%cd` and `!pip` lines as `pass`, so that the code around them parses."""
    return _MAGIC.sub(r"\1pass", text)


def _line(call: Call) -> int:
    return call.line


def _parse(text: str, source: Source) -> ast.Module | None:
    enabled = gc.isenabled()
    gc.disable()  # millions of nodes, no cycles: collecting while parsing costs 6 to 9 %
    try:
        return ast.parse(text.replace("\0", ""))
    except SyntaxError as error:
        source.broken = f"does not parse: line {error.lineno or 1}"
    except (RecursionError, MemoryError, ValueError):
        source.broken = "is nested too deeply to parse"
    finally:
        if enabled:
            gc.enable()
    return None


def _imports_only(text: str, source: Source) -> None:
    for match in _IMPORT_LINE.finditer(text):
        line = text.count("\n", 0, match.start()) + 1
        module, names, plain = match.groups()
        if module:
            for name in names.strip("()\\ ").split(","):
                word, _, alias = name.strip().partition(" as ")
                if word.isidentifier():
                    source.imports.append(Import(module, word, alias.strip() or word, line))
        else:
            for name in plain.split(","):
                word, _, alias = name.strip().partition(" as ")
                if word:
                    source.imports.append(Import(word, "", alias.strip() or word.partition(".")[0], line))


class _Reader:
    """Walks statements with what names mean at that point."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.names = source.names
        self.package = source.path.removesuffix("/__init__.py").removesuffix(".py").split("/")
        if not source.path.endswith("__init__.py"):
            self.package = self.package[:-1]

    def module(self, tree: ast.Module) -> None:
        env = Names()
        self.body(tree.body, "", env)
        self.source.exports = dict(env.bound)

    # statements -------------------------------------------------------------------------------------------

    def body(self, statements: list[ast.stmt], scope: str, env: Names) -> None:
        for node in _without_docstring(statements):
            kind = node.__class__
            if kind is ast.Expr:
                self.expression(node.value, scope, env, used=False)  # type: ignore[attr-defined]  # narrowed by class
            elif kind is ast.Assign or kind is ast.AnnAssign:
                self.assign(node, scope, env)  # type: ignore[arg-type]
            elif kind is ast.FunctionDef or kind is ast.AsyncFunctionDef:
                self.function(node, scope, env)  # type: ignore[arg-type]
            elif kind is ast.ClassDef:
                self.klass(node, scope, env)  # type: ignore[arg-type]
            elif kind is ast.If:
                self.branch(node, scope, env)  # type: ignore[arg-type]
            elif kind is ast.Import or kind is ast.ImportFrom:
                self.imports(node, env)  # type: ignore[arg-type]
            elif kind is ast.Assert:
                self.assertion(node, scope, env)  # type: ignore[arg-type]
            else:
                self.other(node, scope, env)

    def other(self, node: ast.stmt, scope: str, env: Names) -> None:
        if isinstance(node, (ast.With, ast.AsyncWith)):
            for item in node.items:
                self.expression(item.context_expr, scope, env)
                if isinstance(item.optional_vars, ast.Name):
                    env.bind(item.optional_vars.id, item.context_expr)
            self.body(node.body, scope, env)
        elif isinstance(node, (ast.For, ast.AsyncFor)):
            self.expression(node.iter, scope, env)
            self.body(node.body, scope, env)
            self.body(node.orelse, scope, env)
        elif isinstance(node, ast.While):
            self.branch(node, scope, env)
        elif isinstance(node, ast.Try | ast.TryStar):
            self.body(node.body, scope, env)
            for handler in node.handlers:
                self.handler(handler, scope, env)
            self.body(node.orelse, scope, env)
            self.body(node.finalbody, scope, env)
        elif isinstance(node, ast.Match):
            self.expression(node.subject, scope, env)
            for case in node.cases:
                self.body(case.body, scope, env)
        else:
            for child in ast.iter_child_nodes(node):
                if isinstance(child, ast.expr):
                    self.expression(child, scope, env)

    def imports(self, node: ast.Import | ast.ImportFrom, env: Names) -> None:
        found = self.source.imports
        if isinstance(node, ast.Import):
            for item in node.names:
                alias = item.asname or item.name.partition(".")[0]
                env.bound[alias] = item.name if item.asname else alias
                found.append(Import(item.name, "", alias, node.lineno))
            return
        module = node.module or ""
        if node.level:
            base = self.package[: len(self.package) - node.level + 1] if node.level > 1 else self.package
            module = ".".join([*base, module]) if module else ".".join(base)
        for item in node.names:
            alias = item.asname or item.name
            if item.name != "*":
                env.bound[alias] = f"{module}.{item.name}" if module else item.name
            found.append(Import(module, item.name, alias, node.lineno))

    def assign(self, node: ast.Assign | ast.AnnAssign, scope: str, env: Names) -> None:
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        value = node.value
        if value is not None:
            self.expression(value, scope, env)
        for target in targets:
            written = short(target, None)
            if target.__class__ is ast.Tuple or target.__class__ is ast.List:
                self.unpack(target.elts, value, node.lineno, scope, env)
                continue
            if target.__class__ is ast.Subscript:
                self.expression(target, scope, env)
            if value is not None and written:
                if target.__class__ is not ast.Subscript:
                    env.bind(written, value)
                self.names.add(written.rpartition(".")[2])
                self.source.assigns.append(Assign(written, short(value, env), node.lineno, scope, node.end_lineno or 0))

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
        decorators = []
        for decorator in node.decorator_list:
            target = decorator.func if isinstance(decorator, ast.Call) else decorator
            decorators.append(short(target, env))
            self.expression(decorator, name, env)
        for default in (*arguments.defaults, *(d for d in arguments.kw_defaults if d is not None)):
            self.expression(default, name, env)
        statements = _without_docstring(node.body)
        size = sum(1 for s in statements if not isinstance(s, ast.Pass))
        first = min([node.lineno, *(d.lineno for d in node.decorator_list)])
        record = Function(
            name,
            node.lineno,
            node.end_lineno or node.lineno,
            tuple(decorators),
            tuple(a.arg for a in every),
            tuple(annotations),
            size,
        )
        self.source.functions.append(record)
        self.names.add(node.name)
        before = len(self.source.guards), len(self.source.calls)
        self.body(statements, name, inner)
        if node.name.startswith(("test", "check_")) or node.name == "runTest":
            self.test(record, first, before)

    def test(self, function: Function, first: int, before: tuple[int, int]) -> None:
        guards = self.source.guards[before[0] :]
        calls = self.source.calls[before[1] :]
        asserts = sum(1 for g in guards if g.kind == "assert" and g.names)
        asserts += sum(1 for c in calls if _asserts(c.name))
        skipped = any(d in ("pytest.mark.skip", "unittest.skip") for d in function.decorators)
        if function.last.startswith("test"):
            self.source.tests.append(Test(function.name, first, function.end, asserts, skipped))

    def klass(self, node: ast.ClassDef, scope: str, env: Names) -> None:
        name = f"{scope}.{node.name}" if scope else node.name
        fields = tuple(
            (s.target.id, short(s.annotation, env), s.lineno)
            for s in node.body
            if isinstance(s, ast.AnnAssign) and isinstance(s.target, ast.Name)
        )
        bases = tuple(short(base, env) for base in node.bases)
        decorators = tuple(short(d.func if isinstance(d, ast.Call) else d, env) for d in node.decorator_list)
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
            for statement in ast.walk(init):
                if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
                    written = short(statement.targets[0], None)
                    if written.startswith("self."):
                        inner.bind(written, statement.value)
        self.body(node.body, name, inner)

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
        names, values, ops = condition(node.test, env)
        self.source.guards.append(
            Guard(
                "assert",
                node.lineno,
                node.end_lineno or node.lineno,
                scope,
                names,
                values,
                ops,
                frozenset({"assert"}),
            )
        )

    def handler(self, node: ast.ExceptHandler, scope: str, env: Names) -> None:
        if node.type is not None:
            self.guard("except", node.type, node.lineno, node.body, scope, env)
            self.expression(node.type, scope, env)
        else:
            self.guard("except", ast.Constant(None), node.lineno, node.body, scope, env)
        self.body(node.body, scope, env)

    def guard(self, kind: str, test: ast.expr, line: int, body: list[ast.stmt], scope: str, env: Names) -> None:
        names, values, ops = condition(test, env)
        end = body[-1].end_lineno or line
        self.source.guards.append(Guard(kind, line, end, scope, names, values, ops, _effects(body)))

    # expressions ------------------------------------------------------------------------------------------

    def expression(self, root: ast.expr, scope: str, env: Names, *, used: bool = True) -> None:
        """Every call, string and name below ``root``, without recursion: chains can be thousands deep."""
        stack: list[ast.AST] = [root]
        pop, push = stack.pop, stack.append
        calls, texts, names = self.source.calls, self.source.texts, self.names
        while stack:
            node = pop()
            kind = node.__class__
            if kind is ast.Name:
                names.add(node.id)  # type: ignore[attr-defined]
            elif kind is ast.Constant:
                value = node.value  # type: ignore[attr-defined]
                if value.__class__ is str and len(value) > 1:
                    texts.append(Text(value[:_MAX_TEXT], node.lineno, scope))  # type: ignore[attr-defined]
            elif kind is ast.Attribute:
                names.add(node.attr)  # type: ignore[attr-defined]
                push(node.value)  # type: ignore[attr-defined]
            elif kind is ast.Call:
                callee = node.func  # type: ignore[attr-defined]
                name = short(callee, env)
                on = ""
                if callee.__class__ is ast.Attribute:
                    owner = callee.value
                    if owner.__class__ is ast.Name:
                        on = owner.id
                    elif owner.__class__ is ast.Attribute:
                        on = owner.attr
                arguments = node.args  # type: ignore[attr-defined]
                keywords = node.keywords  # type: ignore[attr-defined]
                calls.append(
                    Call(
                        name or "?",
                        node.lineno,  # type: ignore[attr-defined]
                        scope,
                        tuple([argument(a, env) for a in arguments]),
                        tuple([(k.arg or "**", argument(k.value, env)) for k in keywords]),
                        used or node is not root,
                        on,
                        node.end_lineno or 0,  # type: ignore[attr-defined]
                    )
                )
                push(callee)
                stack.extend(arguments)
                for keyword in keywords:
                    push(keyword.value)
            elif kind is ast.Subscript:
                push(node.value)  # type: ignore[attr-defined]
                push(node.slice)  # type: ignore[attr-defined]
            elif kind is ast.Tuple or kind is ast.List or kind is ast.Set:
                stack.extend(node.elts)  # type: ignore[attr-defined]
            elif kind is ast.Lambda:
                push(node.body)  # type: ignore[attr-defined]
            else:
                for field in _CHILDREN.get(kind) or _children(kind):
                    value = getattr(node, field, None)
                    if value.__class__ is list:
                        stack.extend([v for v in value if isinstance(v, ast.AST)])
                    elif isinstance(value, ast.AST):
                        push(value)


_CHILDREN: dict[type[ast.AST], tuple[str, ...]] = {}


def _children(kind: type[ast.AST]) -> tuple[str, ...]:
    """The fields of a node below which something may stand: not those of operators and contexts."""
    fields = tuple(field for field in kind._fields if field not in ("ctx", "op", "ops", "conversion", "is_async"))
    _CHILDREN[kind] = fields
    return fields


def _without_docstring(body: list[ast.stmt]) -> list[ast.stmt]:
    first = body[0] if body else None
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
        return body[1:]
    return body


def _is_main(test: ast.expr) -> bool:
    return isinstance(test, ast.Compare) and isinstance(test.left, ast.Name) and test.left.id == "__name__"


def _asserts(name: str) -> bool:
    last = name.rpartition(".")[2]
    return (
        last.startswith(("assert", "expect"))
        or name in ("pytest.raises", "pytest.warns", "pytest.fail")
        or last in ("assertRaises", "check_estimator", "fail", "validate_python", "match_snapshot")
    )


def _effects(body: Iterable[ast.stmt]) -> frozenset[str]:
    effects = set()
    for node in body:
        if isinstance(node, ast.Raise):
            effects.add("raise")
        elif isinstance(node, ast.Return):
            effects.add("return")
        elif isinstance(node, ast.Continue):
            effects.add("continue")
        elif isinstance(node, ast.Break):
            effects.add("break")
        elif isinstance(node, ast.Assert):
            effects.add("assert")
        elif isinstance(node, ast.Pass):
            effects.add("pass")
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            last = short(node.value.func, None).rpartition(".")[2]
            effects.add("exit" if last in _EXITS else "log" if last in _LOGS else "other")
        else:
            effects.add("other")
    return frozenset(effects)
