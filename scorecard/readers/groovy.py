"""Groovy, as far as pipeline scripts use it: calls with arguments, named arguments and blocks, with lines.

Everything that is no call is passed over. Nothing raises: what is malformed ends early.
"""

from collections.abc import Iterator

from msgspec import Struct, field

from scorecard.readers.groovy_tokens import END, NAME, NEWLINE, SIGN, STRING, Token, tokenize

MAX_TOKENS = 100_000
MAX_DEPTH = 60
_OPENING, _CLOSING = "([{", ")]}"
_TYPES = frozenset({"def", "void", "String", "boolean", "int", "Map", "List", "static", "private", "public"})


class Text(Struct, frozen=True):
    """A value as text: a string's content, or how an expression is written."""

    text: str
    line: int
    literal: bool = True


class Call(Struct):
    """`name(positional, key: named) { body }`, its named blocks in ``branches``, nested calls ``inner``."""

    name: str
    line: int
    positional: list[Text] = field(default_factory=list)
    named: dict[str, Text] = field(default_factory=dict)
    body: list["Call"] | None = None
    branches: dict[str, tuple[int, list["Call"]]] = field(default_factory=dict)
    inner: list["Call"] = field(default_factory=list)
    written: str = ""

    def text(self, *names: str) -> Text | None:
        """The first of the named arguments that is there, else the first positional one."""
        found = next((self.named[name] for name in names if name in self.named), None)
        return found or (self.positional[0] if self.positional else None)

    def walk(self) -> Iterator["Call"]:
        """This call and all in its blocks and arguments."""
        stack = [self]
        while stack:
            call = stack.pop()
            yield call
            below = [*call.inner, *(call.body or ())]
            for _, block in call.branches.values():
                below += block
            stack.extend(reversed(below))


def read(text: str) -> list[Call]:
    """The calls of a script in order. Never raises: what is malformed ends early."""
    tokens = list(tokenize(text))[:MAX_TOKENS]
    return _Parser(tokens).block(MAX_DEPTH)


def _written(tokens: list[Token]) -> str:
    """About how it stands in the file, on one line."""
    parts = [f"'{token.text}'" if token.kind == STRING else token.text for token in tokens]
    text = " ".join(" ".join(parts).split())
    for apart, sign in ((" = = ", " == "), (" ! = ", " != "), (" & & ", " && "), (" | | ", " || ")):
        text = text.replace(apart, sign)
    return text.replace("( ", "(").replace(" )", ")").replace(" . ", ".")


class _Parser(Struct):
    tokens: list[Token]
    position: int = 0

    def _peek(self, ahead: int = 0) -> Token:
        index = self.position + ahead
        return self.tokens[index] if index < len(self.tokens) else Token(END, "", 0)

    def _sign(self, text: str, ahead: int = 0) -> bool:
        token = self._peek(ahead)
        return token.kind == SIGN and token.text == text

    def block(self, depth: int) -> list[Call]:
        """Calls up to the brace that closes this block."""
        found: list[Call] = []
        while self._peek().kind != END:
            if self._sign("}"):
                self.position += 1
                break
            if self._peek().kind == NAME:
                call = self._call(depth)
                found += [call] if call else []
            elif self._peek().kind == SIGN and self._peek().text in "([" and depth:
                holder = Call("", self._peek().line)
                self._arguments(holder, depth - 1, closing=True)
                found += holder.inner
            elif self._sign("{") and depth:
                self.position += 1
                found += self.block(depth - 1)
            else:
                self.position += 1
        return found

    def _dotted(self) -> str:
        parts = [self._peek().text]
        self.position += 1
        while self._peek().kind == SIGN and self._peek().text in ".?" and self._peek(1).kind in (NAME, SIGN):
            skip = 2 if self._sign("?") and self._sign(".", 1) else 1
            if not self._sign(".", skip - 1) or self._peek(skip).kind != NAME:
                break
            parts.append(self._peek(skip).text)
            self.position += skip + 1
        return ".".join(parts)

    def _call(self, depth: int) -> Call | None:
        start = self.position
        call = Call("", self._peek().line)
        call.name = self._dotted()
        if call.name in _TYPES and self._peek().kind == NAME and self._sign("(", 1):
            call.name = "def " + self._dotted()
        if self._sign("=") and not self._sign("=", 1):
            self.position += 1
            if self._peek().kind == STRING:
                value = self._peek()
                call.name, call.positional = (
                    f"{call.name.removeprefix('def ')} =",
                    [Text(value.text, value.line)],
                )
                self.position += 1
                return call
            return None
        if self._sign("(") and depth:
            self._arguments(call, depth - 1, closing=True)
        elif self._peek().kind in (STRING, NAME) or (self._sign("[") and self._peek().line == call.line):
            if self._peek().kind == NAME and not self._is_argument():
                return call
            self._arguments(call, depth - 1, closing=False) if depth else self._skip()
        while depth and self._sign("."):
            self.position += 1
            if self._peek().kind == NAME:
                call.name += "." + self._dotted()
                if self._sign("("):
                    self._arguments(call, depth - 1, closing=True)
        self._block_of(call, depth)
        call.written = _written(self.tokens[start : min(self.position, start + 40)])
        return call

    def _is_argument(self) -> bool:
        """`stage name` and `sh script: x` are calls; `int x` and `return x` are not worth more."""
        after = self._peek(1)
        return after.kind in (NEWLINE, END, STRING) or (after.kind == SIGN and after.text in ":(.}")

    def _skip(self) -> None:
        self.position += 1

    def _block_of(self, call: Call, depth: int) -> None:
        ahead = 0
        while self._peek(ahead).kind == NEWLINE:
            ahead += 1
        if self._sign("{", ahead) and depth:
            self.position += ahead + 1
            call.body = self.block(depth - 1)

    def _arguments(self, call: Call, depth: int, *, closing: bool) -> None:
        """Arguments in brackets, or those of a call without brackets up to the end of its line."""
        if closing:
            self.position += 1
        key, operator = "", False
        while self._peek().kind != END:
            token = self._peek()
            if token.kind == NEWLINE:
                if not closing and not self._continues():
                    return
                self.position += 1
            elif token.kind == SIGN and token.text in _CLOSING:
                self.position += closing
                return
            elif token.kind == SIGN and token.text == ";" and not closing:
                return
            elif token.kind in (NAME, STRING) and self._sign(":", 1):
                key, operator = token.text, False
                self.position += 2
            elif token.kind == STRING:
                self._value(call, key, Text(token.text, token.line), joined=operator)
                operator = False
                self.position += 1
            elif token.kind == NAME:
                self._expression(call, key, depth, joined=operator)
                operator = False
            elif token.text == "{":
                if not closing and not key:
                    return
                self.position += 1
                block = self.block(depth - 1) if depth > 0 else []
                if key:
                    call.branches[key] = (token.line, block)
                else:
                    call.body = block
                key = ""
            elif token.text in _OPENING:
                if depth > 0:
                    self._arguments(call, depth - 1, closing=True)
                else:
                    self.position += 1
            elif token.text == "." and self._peek(1).kind == NAME:
                self.position += 2  # a method of a value
                if self._sign("(") and depth > 0:
                    self._arguments(Call("", token.line), depth - 1, closing=True)
            else:
                if token.text == ",":
                    key = ""
                operator = token.text == "+"
                self.position += 1

    def _continues(self) -> bool:
        before = self.tokens[self.position - 1]
        return before.kind == SIGN and before.text in ",+:"

    def _value(self, call: Call, key: str, value: Text, *, joined: bool) -> None:
        if key:
            before = call.named.get(key)
            call.named[key] = Text(before.text + value.text, before.line) if joined and before else value
        elif joined and call.positional:
            before = call.positional[-1]
            call.positional[-1] = Text(before.text + value.text, before.line, before.literal)
        else:
            call.positional.append(value)

    def _expression(self, call: Call, key: str, depth: int, *, joined: bool) -> None:
        token = self._peek()
        after = self._peek(1)
        if (after.kind == SIGN and after.text in "(.{") or after.kind == STRING:
            before = self.position
            inner = self._call(depth) if depth > 0 else None
            if inner and (inner.positional or inner.named or inner.body or inner.inner or inner.branches):
                call.inner.append(inner)
                return
            self.position = max(self.position, before + 1)
            name = inner.name if inner else token.text
        else:
            self.position += 1
            name = token.text
        value = f"${{{name}}}" if joined else name
        self._value(call, key, Text(value, token.line, literal=False), joined=joined)
