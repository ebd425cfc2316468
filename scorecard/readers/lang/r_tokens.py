"""R text to tokens: no tree-sitter grammar for R is published as a wheel, and R's surface is small."""

import re
from collections.abc import Iterator

from msgspec import Struct

from scorecard.patterns import lazily

_TOKEN = lazily(
    r"""(?P<comment>\#[^\n]*)
      | (?P<raw>[rR](?P<quote>["'])(?P<dashes>-{0,8})[(\[{])
      | (?P<string>"[^"\\]*+(?:\\.[^"\\]*+)*+"|'[^'\\]*+(?:\\.[^'\\]*+)*+')
      | (?P<name>(?:[^\W\d]|\.(?!\d)|`[^`\n]*`)[\w.]*(?:(?::::?|[$@])(?:[^\W\d]|\.)[\w.]*)*)
      | (?P<number>\d[\w.]*|\.\d[\w.]*)
      | (?P<op><<?-|->>?|\|>|%[^%\n]*%|[=!<>]=|&&|\|\||\\(?=\()|[-+*/^=<>!&|~?:$@])
      | (?P<open>[(\[{])
      | (?P<close>[)\]}])
      | (?P<end>[;\n])
      | (?P<comma>,)""",
    re.VERBOSE | re.DOTALL,
)
_RAISES = frozenset({"stop", "abort", "rlang.abort", "cli_abort", "cli.cli_abort"})
_EXITS = frozenset({"quit", "q"})
_LOGS = ("log", "warn", "message", "print", "cat", "cli_", "info", "debug")
JOINT = lazily(r":::?|[$@]")  # a dot is part of an R name
_CLOSING = {"(": ")", "[": "]", "{": "}"}


class Token(Struct, frozen=True):
    """``kind`` is one of name, string, number, op, open, close, end, comma. A string's text is its value."""

    kind: str
    text: str
    line: int


def tokens(text: str) -> Iterator[Token]:
    """Every token but comments and blanks. Linear in the size of the text."""
    position, line, counted = 0, 1, 0
    while True:
        match = _TOKEN.search(text, position)
        if match is None:
            return
        start = match.start()
        line += text.count("\n", counted, start)
        counted = start
        kind = match.lastgroup or ""
        position = match.end()
        if match["raw"] is not None:
            closing = _CLOSING[text[position - 1]] + match["dashes"] + match["quote"]
            end = text.find(closing, position)
            end = len(text) if end < 0 else end
            yield Token("string", text[position:end], line)
            position = end + len(closing)
        elif match["comment"] is None:
            kind = next(
                k for k in ("string", "name", "number", "op", "open", "close", "end", "comma") if match[k] is not None
            )
            value = match[0]
            yield Token(kind, value[1:-1] if kind == "string" else value, line)


def dotted(name: str) -> str:
    """``pkg::x$y`` as ``pkg.x.y``."""
    return name.replace(":::", ".").replace("::", ".").replace("$", ".").replace("@", ".").replace("`", "")


def effect_of(token: Token) -> str:
    """What a statement that begins with ``token`` does."""
    name = dotted(token.text) if token.kind == "name" else ""
    if name in _RAISES:
        return "raise"
    if name in _EXITS:
        return "exit"
    if name in ("return", "next", "break"):
        return "continue" if name == "next" else name
    return "log" if name.rpartition(".")[2].startswith(_LOGS) else "other"
