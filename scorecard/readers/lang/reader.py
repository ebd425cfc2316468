"""One walk over a syntax tree that fills a `Source`, steered by a `Grammar`. Iterative: nesting has no limit."""

import time
from typing import TYPE_CHECKING

from msgspec.structs import replace

from scorecard.readers.code import Assign, Call, Class, Function, Source, Text
from scorecard.readers.lang.arguments import Keys, arguments, attributes, literal
from scorecard.readers.lang.declarations import bases_of, decorator, decorators_of, parameters, says_skip, size
from scorecard.readers.lang.grammar import Grammar
from scorecard.readers.lang.guards import guards
from scorecard.readers.lang.naming import Names, unquote
from scorecard.readers.lang.scopes import Open, Scope
from scorecard.readers.lang.tree import part

if TYPE_CHECKING:
    from tree_sitter import Node, Tree

_SECONDS = 10.0  # ordinary code takes a tenth of a second
_BETWEEN_LOOKS = 4_096  # nodes between two looks at the clock
_MAX_TEXT = 2_000
_MAX_ARGUMENTS = 50
_AWAITS = frozenset({"await_expression", "await"})
_KEYED = frozenset({"arguments", "initializer_expression"})  # here `a = 1` names an argument


class Reader:
    """The state of the walk through one file."""

    def __init__(self, grammar: Grammar, content: bytes, source: Source) -> None:
        self.grammar, self.source = grammar, source
        self.names = Names(grammar, content)
        self.content = content
        self.scopes: list[Scope] = []
        self.open = Open(source, self.names)
        self.literals: dict[str, dict[str, Keys]] = {}  # by scope: variables that hold object literals
        self.pending: list[str] = []  # decorators that stand before what they decorate
        self.roles = {
            **dict.fromkeys(grammar.strings, self.string),
            **dict.fromkeys(grammar.guards, self.guard),
            **dict.fromkeys(grammar.elements, self.element),
            **dict.fromkeys(grammar.binds, self.assign),
            **dict.fromkeys(grammar.calls, self.call),
            **dict.fromkeys(grammar.functions, self.function),
            **dict.fromkeys(grammar.classes, self.klass),
            **dict.fromkeys(grammar.imports, self.imported),
        }
        if grammar.tests.infix:
            self.roles[grammar.tests.infix] = self.infix
        if "decorator" in grammar.decorators:
            self.roles["decorator"] = self.decorator

    def walk(self, tree: "Tree", seconds: float = _SECONDS) -> None:
        """Every node once, in the order of the text; what cannot be seen within ``seconds`` is left out."""
        deadline = time.monotonic() + seconds
        cursor = tree.walk()
        roles, words, skip, content = self.roles, self.grammar.words, self.grammar.skip, self.content
        seen: set[bytes] = set()
        parents: list[str] = []
        done = False
        while not done:
            if time.monotonic() > deadline:
                self.source.broken = "took too long to read; the rest was left out"
                break
            for _ in range(_BETWEEN_LOOKS):
                node = cursor.node
                assert node is not None  # noqa: S101  a cursor that stands somewhere has a node
                kind = node.type
                if kind in words:
                    seen.add(content[node.start_byte : node.end_byte])
                else:
                    role = roles.get(kind)
                    if role is not None and node.is_named:  # a keyword may be of the same kind as its statement
                        if self.scopes or self.open.tests:
                            self.leave(node.start_byte)
                        role(node, parents)
                    if kind not in skip and cursor.goto_first_child():
                        parents.append(kind)
                        continue
                while not cursor.goto_next_sibling():
                    if not cursor.goto_parent():
                        done = True
                        break
                    parents.pop()
                if done:
                    break
        self.leave(len(content) + 1)
        self.open.decide()
        self.source.exports = dict(self.names.bound)
        self.source.names.update(word.decode("utf-8", "replace").lstrip("@:`").rstrip("`:") for word in seen)

    def leave(self, position: int) -> None:
        """Close what ended before ``position``."""
        scopes = self.scopes
        while scopes and scopes[-1].end <= position:
            scope = scopes.pop()
            self.names.bound = scope.outer
            if scope.fields:
                record = self.source.classes[scope.index]
                self.source.classes[scope.index] = replace(record, fields=tuple(scope.fields))
        if self.open.tests:
            self.open.close(position)

    @property
    def scope(self) -> str:
        return self.scopes[-1].name if self.scopes else ""

    # what a node may be -----------------------------------------------------------------------------------

    def string(self, node: "Node", parents: list[str]) -> None:
        if parents and parents[-1].startswith(("import", "export", "field_declaration")):
            return
        value, line = unquote(self.names.text(node)), node.start_point[0] + 1
        if node.type == "heredoc_body":
            value, line = value.rpartition("\n")[0].removeprefix("\n"), line + 1
        if len(value) > 1:
            self.source.texts.append(Text(value[:_MAX_TEXT], line, self.scope))

    def guard(self, node: "Node", _parents: list[str]) -> None:
        parts = self.grammar.guards[node.type]
        made = guards(node, parts, self.names, self.scope)
        self.source.guards += made
        if parts.kind == "assert":
            self.open.asserted(self.scope)
        elif "__FILE__" in made[0].names or {"require", "main", "module"} <= made[0].names:
            self.source.main = self.source.main or made[0].line

    def assign(self, node: "Node", parents: list[str]) -> None:
        if parents and parents[-1] in _KEYED:
            return
        parts = self.grammar.binds[node.type]
        target, value = part(node, parts.target), part(node, parts.value)
        if target is None:
            return
        if value == target:
            value = None
        if value is not None and value.type in self.grammar.lambdas:
            self.function(node, parents, written=self.names.written(target), body=value)
            return
        if node.type in self.grammar.pairs:
            return
        declared = part(node, parts.type) if parts.type else None
        line, names = node.start_point[0] + 1, self.names
        if target.type == "object_pattern":
            self._unpack(target, value)
            return
        written = names.written(target)
        if not written:
            return
        if declared is not None and self.scopes and self.scopes[-1].index >= 0:
            dotted = names.resolve(names.written(declared))
            self._field(written, dotted, line)
        if value is not None:
            self.source.assigns.append(Assign(written, names.short(value), line, self.scope))
            self.literals.setdefault(self.scope, {})[written] = literal(names, value)
        if self.scopes and self.scopes[-1].index >= 0 and "." not in written and written[:1] != "@":
            names.bind("this." + written, value, declared)
        else:
            names.bind(written, value, declared)

    def _unpack(self, target: "Node", value: "Node | None") -> None:
        """``const { a, b: c } = value``: each name is a member of the value."""
        whole = self.names.short(value)
        for child in target.named_children[:_MAX_ARGUMENTS]:
            key, local = part(child, "key"), part(child, "value")
            name = self.names.text(key if key is not None else child)
            alias = self.names.text(local if local is not None else child)
            if whole and whole[0] not in "'?" and name.isidentifier():
                self.names.bound[alias] = f"{whole}.{name}"
            else:
                self.names.bound.pop(alias, None)

    def infix(self, node: "Node", parents: list[str]) -> None:
        self.open.infix(node, parents, self.scope)

    def element(self, node: "Node", _parents: list[str]) -> None:
        """``<Component key={value}>`` calls the component."""
        written = self.names.written(node)
        if not written[:1].isupper():
            return
        owner = written.rpartition(".")[0].rpartition(".")[2]
        self.add(self.names.resolve(written), node, (), attributes(self.names, node), used=True, on=owner)

    def call(self, node: "Node", parents: list[str]) -> None:
        names, grammar, kind = self.names, self.grammar, node.type
        written = names.callee(node)
        if kind in grammar.news and (not written or written.endswith("]")):
            return  # a slice, a map or an anonymous struct
        given = part(node, grammar.calls[kind])
        if grammar.curried:
            below = part(node, "0")
            if below is not None and below.type == kind:
                self.open.block(names.callee(below), node, part(below, grammar.calls[kind]), parents)
                return
        args, kwargs = arguments(self.names, given, self.literals.get(self.scope, {}))
        name = names.resolve(written)
        owner = written.rpartition(".")[0].rpartition(".")[2].removesuffix("()")
        parent = parents[-1] if parents else ""
        if len(parents) > 1 and (parent in _AWAITS or (grammar.curried and parent == kind)):
            parent = parents[-2]
        used = parent not in grammar.statements
        self.add(name or "?", node, args, kwargs, used=used, on=owner if owner != "?" else "")
        if kind not in grammar.news:
            self.open.block(written, node, given, parents)
        if grammar.tests.asserts.fullmatch(written):
            self.open.asserted(self.scope)
        elif self.open.tests:
            self.open.tests[-1].called.add(written.rpartition(".")[2])
            if not used and grammar.tests.skips.fullmatch(written) and (not args or args[0][:1] == "'"):
                self.open.skip(parents, grammar.guards)

    def add(
        self,
        name: str,
        node: "Node",
        args: tuple[str, ...],
        kwargs: tuple[tuple[str, str], ...],
        *,
        used: bool,
        on: str,
    ) -> None:
        line, last = node.start_point[0] + 1, name.rpartition(".")[2]
        self.source.calls.append(Call(name, line, self.scope, args, kwargs, used, on, last=last))

    def function(self, node: "Node", parents: list[str], *, written: str = "", body: "Node | None" = None) -> None:
        names = self.names
        parts = self.grammar.functions.get(node.type) or next(iter(self.grammar.functions.values()))
        holder = body if body is not None else node
        label = part(node, parts.name) if not written else None
        name = (written or (names.text(label).strip("`") if label is not None else "")).removeprefix("this.")
        if not name:
            return
        prefix = self.scope
        params, annotations = parameters(names, part(holder, parts.params) or part(holder, "parameter"))
        if parts.receiver:
            _, receivers = parameters(names, part(node, parts.receiver))
            prefix = receivers[0][1] if receivers else prefix
            annotations = (*receivers, *annotations)
        inside = part(holder, parts.body)
        qualified = f"{prefix}.{name}" if prefix else name
        returned = part(holder, "return_type") or part(holder, "result") or part(holder, "returns")
        if returned is not None:
            dotted = names.resolve(names.written(part(returned, "0") or returned) or names.written(returned))
            annotations = (*annotations, ("return", dotted)) if dotted else annotations
        line, end = node.start_point[0] + 1, node.end_point[0] + 1
        decorators = self._decorated(node)
        record = Function(qualified, line, end, decorators, params, annotations, size(inside))
        self.source.functions.append(record)
        if self.grammar.is_main(record):
            self.source.main = self.source.main or line
        if self.grammar.tests.is_test(record, self.scopes[-1].bases if self.scopes else ()):
            skips = self.grammar.tests.skips
            skipped = any(skips.fullmatch(d.rpartition(".")[2]) for d in decorators) or says_skip(names, node)
            self.open.add(qualified, node, group=False, skipped=skipped, depth=len(parents))
        self.scopes.append(Scope(qualified, node.end_byte, names.bound))
        names.bound = names.bound.copy()
        for parameter in params:
            names.bound.pop(parameter, None)
        names.bound.update((key, value) for key, value in annotations if key != "return" and value[:1] not in "'?")

    def klass(self, node: "Node", _parents: list[str]) -> None:
        parts = self.grammar.classes[node.type]
        label = part(node, parts.name)
        if label is None:
            return
        word = self.names.word(label)
        name = f"{self.scope}.{word}" if self.scope else word
        bases = tuple(base for where in parts.bases for base in bases_of(self.names, part(node, where)))
        line = node.start_point[0] + 1
        index = len(self.source.classes)
        self.source.classes.append(Class(name, line, node.end_point[0] + 1, bases, self._decorated(node)))
        scope = Scope(name, node.end_byte, self.names.bound, index, bases=bases)
        self.scopes.append(scope)
        self.names.bound = self.names.bound.copy()
        constructor = part(node, "primary_constructor") or node
        _, typed = parameters(self.names, part(constructor, "class_parameters"))
        for key, dotted in typed:
            self._field(key, dotted, line)
            self.names.bound[key] = dotted

    def _decorated(self, node: "Node") -> tuple[str, ...]:
        before, self.pending = self.pending, []
        return (*before, *decorators_of(self.names, node))

    def _field(self, name: str, dotted: str, line: int) -> None:
        scope = self.scopes[-1]
        scope.fields.append((name, dotted, line))
        if dotted[:1].isalpha():
            self.names.fields[f"{scope.name}.{name}"] = dotted

    def decorator(self, node: "Node", parents: list[str]) -> None:
        if parents and parents[-1] in ("class_body", "export_statement"):
            self.pending += decorator(self.names, node)

    def imported(self, node: "Node", parents: list[str]) -> None:
        imports = list(self.grammar.imports[node.type](node, self.names.text))
        for found in imports:
            self.source.imports.append(found)
            if found.alias and found.alias not in ("*", "_", "."):
                whole = found.name in ("", "default")
                self.names.bound[found.alias] = found.module if whole else f"{found.module}.{found.name}"
        if node.type in self.grammar.calls:
            self.call(node, parents)
        elif node.type in self.grammar.binds and not imports:
            self.assign(node, parents)
