"""R, read from its tokens: imports, calls, functions, conditions and testthat's tests."""

import re
import time

from msgspec import Struct, field
from msgspec.structs import replace

from scorecard.patterns import lazily
from scorecard.readers.code import Assign, Call, Class, Function, Guard, Import, Source, Test, Text
from scorecard.readers.lang.r_tokens import JOINT, Token, dotted, effect_of, tokens

_ATTACHES = frozenset({"library", "require", "requireNamespace", "loadNamespace", "import"})
# Several packages at once: by helpers that take them all, and by `lapply(packages, library, character.only = TRUE)`.
_ATTACH_ALL = frozenset({
    "p_load", "p_load_gh", "p_load_current_gh", "shelf", "libraries", "pkg_attach", "pkg_attach2", "loadinstall_libraries",
    "ipak", "install_and_load", "load_packages", "load_libraries", "stopIfNotInstalled",
})  # fmt: skip
_EACH = frozenset({"lapply", "sapply", "vapply", "walk", "map", "Map", "for_each"})
_PACKAGES = lazily(r"(?:[\w.]*[._])?(?:packages?|pkgs?|libs?|librar(?:y|ies)|dependencies)(?:[._]\w+)?", re.IGNORECASE)
_CLASSES = frozenset({"R6Class", "R6.R6Class", "setClass", "setRefClass", "new_class", "S7.new_class"})
_ASSIGNS = frozenset({"<-", "=", "<<-"})
_ASSERTS = lazily(r"(?:\w+\.)?(?:expect|assert|check)\w*|stopifnot|fail|verify_output")
_OPS = {"&&": "and", "||": "or", "!": "not", "&": "and", "|": "or", "%in%": "in"}
_KEYWORDS = frozenset(
    {"if", "else", "for", "while", "repeat", "function", "in", "next", "break", "TRUE", "FALSE", "NULL", "NA"}
)
_SECONDS = 10.0
_MAX_DEPTH = 1_000
_MAX = 200


class Frame(Struct):
    """An open bracket: a call, a condition, the parameters of a function, a block, or plain grouping."""

    kind: str
    name: str = ""
    written: str = ""
    owner: str = ""
    line: int = 1
    args: list[str] = field(default_factory=list)
    kwargs: list[tuple[str, str]] = field(default_factory=list)
    order: list[str] = field(default_factory=list)  # the names of parameters
    now: list[Token] = field(default_factory=list)  # the argument so far, brackets left out
    guard: "Frame | None" = None  # the condition that this block belongs to
    effects: set[str] = field(default_factory=set)
    function: bool = False
    asserts: int = 0
    skipped: bool = False
    used: bool = True
    listed: list[str] = field(default_factory=list)  # the strings of a `c(...)` that is an argument


def read(text: str, path: str) -> Source:
    """The records of one R file."""
    source = Source(path, "r", lines=text.count("\n") + 1)
    _Reader(source).read(text)
    source.calls.sort(key=lambda call: call.line)
    return source


class _Reader:
    def __init__(self, source: Source) -> None:
        self.source = source
        self.frames = [Frame("block")]
        self.bound: dict[str, str] = {}
        self.scopes: list[str] = []
        self.tests: list[Frame] = []
        self.condition: Frame | None = None  # a condition whose guarded part comes next
        self.params: Frame | None = None  # parameters whose body comes next
        self.packages: set[tuple[str, str]] = set()
        self.vectors: dict[str, list[str]] = {}  # variables that are made of strings alone

    @property
    def scope(self) -> str:
        return ".".join(self.scopes)

    def read(self, text: str) -> None:
        before, previous = Token("end", "", 1), Token("end", "", 1)
        deadline = time.monotonic() + _SECONDS
        for count, token in enumerate(tokens(text)):
            if len(self.frames) > _MAX_DEPTH or (count % 4_096 == 0 and time.monotonic() > deadline):
                self.source.broken = "took too long to read, or is nested too deeply; the rest was left out"
                break
            if token.kind != "end":
                self.effect(token, previous)
            if token.kind == "open":
                self.open(token, previous, before)
            elif token.kind == "close":
                self.close(token)
            elif token.kind == "comma":
                self.argument(self.frames[-1])
            else:
                self.plain(token, previous, before)
            if token.kind != "end" or self.frames[-1].kind == "block":
                before, previous = previous, token
        while len(self.frames) > 1:
            self.close(Token("close", "", self.source.lines))

    def plain(self, token: Token, previous: Token, before: Token) -> None:
        top = self.frames[-1]
        if token.kind == "end":
            if self.params is not None and previous.kind != "close":
                self.params = None
            return
        if len(top.now) < 40:
            top.now.append(token)
        if token.kind == "string" and len(token.text) > 1:
            self.source.texts.append(Text(token.text[:2_000], token.line, self.scope))
        elif token.kind == "name" and token.text not in _KEYWORDS:
            self.source.names.update(JOINT.split(token.text))
            package, double, name = token.text.partition("::")
            name = name.lstrip(":").partition("$")[0]
            if double and (package, name) not in self.packages:
                self.packages.add((package, name))
                self.source.imports.append(Import(package, name, "", token.line))
        if previous.text in _ASSIGNS and previous.kind == "op" and before.kind == "name" and top.kind == "block":
            target = dotted(before.text)
            self.source.assigns.append(Assign(target, self.short(token), before.line, self.scope))
            self.bound.pop(target, None)

    def effect(self, token: Token, previous: Token) -> None:
        """Note what a statement of a guarded block does, at its first token."""
        guard = self.condition
        top = self.frames[-1]
        if guard is not None and token.text != "{":
            self.condition = None
            self.guard(guard, {effect_of(token)}, token.line)
        elif top.kind == "block" and top.guard is not None and (previous.kind == "end" or previous.text == "{"):
            top.effects.add(effect_of(token))

    def open(self, token: Token, previous: Token, before: Token) -> None:
        if token.text == "{":
            frame = Frame("block", line=token.line, guard=self.condition)
            self.condition = None
            if self.params is not None:
                frame.function, frame.name = True, self.params.name
                self.scopes.append(self.params.name)
                self.params = None
            self.frames.append(frame)
            return
        if token.text != "(" or previous.kind not in ("name", "op"):
            self.frames.append(Frame("group", line=token.line))
            return
        if previous.text in ("function", "\\"):
            target = self.target(before)
            self.frames.append(Frame("params", target, line=previous.line))
        elif previous.text in ("if", "while"):
            self.frames.append(Frame("if", previous.text, line=previous.line))
        elif previous.kind == "name" and previous.text not in _KEYWORDS:
            written = dotted(previous.text)
            used = not (self.frames[-1].kind == "block" and before.kind in ("end", "open", "close"))
            owner = ["", *JOINT.split(previous.text)][-2]
            frame = Frame("call", self.resolve(written), written, owner, previous.line, used=used)
            if written in ("test_that", "testthat.test_that", "it", "test"):
                frame.kind = "test"
                self.tests.append(frame)
            self.bind(before, written)
            self.frames.append(frame)
        else:
            self.frames.append(Frame("group", line=token.line))

    def target(self, before: Token) -> str:
        """The name that a function or a call is given to: what stands before the assignment."""
        now = self.frames[-1].now
        if before.kind == "op" and before.text in _ASSIGNS:
            index = next((i for i in range(len(now) - 1, 0, -1) if now[i] == before), 0)
            return dotted(now[index - 1].text) if index and now[index - 1].kind == "name" else ""
        return ""

    def bind(self, before: Token, written: str) -> None:
        target = self.target(before)
        if target and self.frames[-1].kind == "block":
            made = self.resolve(written)
            if self.source.assigns and self.source.assigns[-1].target == target:
                self.source.assigns[-1] = replace(self.source.assigns[-1], value=f"{made}()")
            self.bound[target] = made.removesuffix(".new") if made.endswith(".new") else f"{made}()"

    def close(self, token: Token) -> None:
        if len(self.frames) == 1:
            return
        frame = self.frames.pop()
        self.argument(frame)
        top = self.frames[-1]
        if frame.kind in ("call", "test"):
            self.called(frame, token.line)
        elif frame.kind == "if":
            self.condition = frame
        elif frame.kind == "params":
            names = tuple(frame.order)
            if frame.name:
                qualified = f"{self.scope}.{frame.name}" if self.scope else frame.name
                self.source.functions.append(Function(qualified, frame.line, token.line, params=names))
                self.params = frame
        elif frame.kind == "block":
            if frame.guard is not None:
                self.guard(frame.guard, frame.effects, token.line)
            if frame.function:
                name, self.scopes = self.scope, self.scopes[:-1]
                self.ended(name, token.line)
        if frame.kind in ("call", "test") and len(top.now) < 40:
            top.now.append(Token("call", frame.name, frame.line))

    def ended(self, name: str, line: int) -> None:
        functions = self.source.functions
        for index in range(len(functions) - 1, max(-1, len(functions) - _MAX), -1):
            if functions[index].name == name:
                functions[index] = replace(functions[index], end=line)
                return

    def called(self, frame: Frame, end: int) -> None:
        args, line = tuple(frame.args), frame.line
        owner = frame.owner
        last = frame.name.rpartition(".")[2]
        call = Call(frame.name, line, self.scope, args, tuple(frame.kwargs), frame.used, owner, last=last)
        self.source.calls.append(call)
        first = args[0].lstrip("'") if args else ""
        if frame.name == "c" and args:
            self.vector([arg[1:] for arg in args if arg[:1] == "'"])
        several = self.several(frame, last)
        if several:
            self.source.imports.extend(Import(name, "", "", line) for name in dict.fromkeys(several))
        elif frame.written in _ATTACHES and first:
            self.source.imports.append(Import(first, "", "", line))
        elif frame.name in _CLASSES and args[:1] != ("",):
            bases = tuple(value for key, value in frame.kwargs if key in ("inherit", "contains") and value)
            self.source.classes.append(Class(first, line, end, tuple(b.lstrip("'") for b in bases)))
        elif frame.kind == "test":
            self.tests.pop()
            if args[:1] and args[0].startswith("'"):
                self.source.tests.append(Test(first, line, end, frame.asserts, frame.skipped))
        if self.tests and _ASSERTS.fullmatch(frame.name):
            for test in self.tests:
                test.asserts += 1
        elif self.tests and last == "skip" and self.frames[-1].guard is None and self.condition is None:
            self.tests[-1].skipped = True

    def vector(self, strings: list[str]) -> None:
        """Keep the strings of a `c(...)` for the call that it is given to, or under the name of the variable."""
        top, assigns = self.frames[-1], self.source.assigns
        if top.kind == "call":
            top.listed += strings
        elif top.kind == "block" and assigns and assigns[-1].value == "c()":
            self.vectors[assigns[-1].target] = strings
            self.bound.pop(assigns[-1].target, None)  # known by its own name from here on

    def several(self, frame: Frame, last: str) -> list[str]:
        """The packages that one call attaches, where it attaches more than one."""
        given = [*frame.args, *(value for key, value in frame.kwargs if key in ("char", "package", "pkg", "X"))]
        known = [*frame.listed, *(name for arg in given for name in self.vectors.get(arg, ()))]
        if last in _ATTACH_ALL or frame.written.endswith("groundhog.library"):
            plain = (arg.lstrip("'") for arg in given if not arg.endswith("()") and arg not in self.vectors)
            return [name.rpartition("/")[2] for name in (*plain, *known) if name]
        if last in _EACH and not _ATTACHES.isdisjoint((*frame.args, *(value for _, value in frame.kwargs))):
            return known
        whole = frame.written in _ATTACHES and any(key == "character.only" for key, _ in frame.kwargs)
        if whole and frame.args[:1] and frame.args[0][:1] != "'":
            return [n for name, names in self.vectors.items() if _PACKAGES.fullmatch(name) for n in names]
        return []

    def guard(self, frame: Frame, effects: set[str], end: int) -> None:
        names = frozenset(part for t in frame.now if t.kind == "name" for part in JOINT.split(t.text))
        called = frozenset(t.text.rpartition(".")[2] for t in frame.now if t.kind == "call")
        values = tuple(self.short(t) for t in frame.now if t.kind in ("string", "number"))
        ops = frozenset(_OPS.get(t.text, t.text) for t in frame.now if t.kind == "op")
        found = frozenset(effects) or frozenset({"pass"})
        if frame.name == "if":
            self.source.guards.append(Guard("if", frame.line, end, self.scope, names | called, values, ops, found))

    def argument(self, frame: Frame) -> None:
        """One argument is complete: file it by name or by position."""
        now = frame.now
        if frame.kind not in ("call", "test", "params") or (not now and not frame.args and not frame.kwargs):
            return
        if frame.kind == "params" and now:
            frame.order.append(now[0].text)
        named = len(now) > 1 and now[0].kind in ("name", "string") and now[1].text == "=" and now[1].kind == "op"
        value = now[2:] if named else now
        short = self.short(value[0]) if len(value) == 1 else ""
        if named:
            frame.kwargs.append((now[0].text, short))
        else:
            frame.args.append(short)
        frame.now = []

    def resolve(self, written: str) -> str:
        head, dot, rest = written.partition(".")
        whole = self.bound.get(written)
        if whole is not None:
            return whole
        return self.bound.get(head, head) + dot + rest

    def short(self, token: Token) -> str:
        if token.kind == "string":
            return "'" + token.text[:_MAX]
        if token.kind == "name":
            word = token.text in _KEYWORDS and not token.text.isupper()
            return "" if word else self.resolve(dotted(token.text))[:_MAX]
        if token.kind == "call":
            return token.text + "()"
        return token.text[:40] if token.kind == "number" else ""
