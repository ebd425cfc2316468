"""Groovy's tokens: as a comment or a string may hold anything, nothing less than this finds the code."""

from collections.abc import Iterator

from msgspec import Struct

NAME, STRING, SIGN, NEWLINE, END = "name", "string", "sign", "newline", "end"
_ESCAPES = {"n": " ; ", "t": "\t", "r": ""}  # a line break within one line would shift the lines after it
_BEFORE_SLASHY = frozenset({"", "(", ",", "=", "~", "[", ":"})


class Token(Struct, frozen=True):
    """A name, string, sign or line break."""

    kind: str
    text: str
    line: int


def tokenize(text: str) -> Iterator[Token]:
    """Tokens without comments."""
    position, line, last = 0, 1, ""
    while position < len(text):
        char = text[position]
        if char == "\n":
            yield Token(NEWLINE, "\n", line)
            line, position, last = line + 1, position + 1, "\n"
        elif char in " \t\r\\":
            position += 1
        elif text.startswith("//", position) or (text.startswith("#!", position) and position == 0):
            position = _until(text, "\n", position)
        elif text.startswith("/*", position):
            end = _until(text, "*/", position + 2)
            line += text.count("\n", position, end)
            position = end + 2
        elif char in "'\"" or text.startswith("$/", position) or (char == "/" and last in _BEFORE_SLASHY):
            content, end = _string(text, position)
            yield Token(STRING, content, line)
            line += text.count("\n", position, end)
            position, last = end, "string"
        elif char.isalnum() or char in "_$@":
            end = position + 1
            while end < len(text) and (text[end].isalnum() or text[end] in "_$"):
                end += 1
            yield Token(NAME, text[position:end], line)
            position, last = end, "name"
        else:
            yield Token(SIGN, char, line)
            position, last = position + 1, char


def _until(text: str, end: str, position: int) -> int:
    found = text.find(end, position)
    return len(text) if found < 0 else found


def _string(text: str, start: int) -> tuple[str, int]:
    """The content of the string at ``start``, and where it ends."""
    if text.startswith("$/", start):
        end = _until(text, "/$", start + 2)
        return text[start + 2 : end], end + 2
    quote = text[start] * 3 if text.startswith(text[start] * 3, start) and text[start] != "/" else text[start]
    position, out = start + len(quote), []
    while position < len(text) and not text.startswith(quote, position):
        char = text[position]
        if char == "\n" and len(quote) == 1:
            break  # not closed
        if char == "\\" and position + 1 < len(text):
            escaped = text[position + 1]
            out.append("\\\n" if escaped == "\n" else _ESCAPES.get(escaped, escaped))
            position += 2
        elif quote[0] == '"' and text.startswith("${", position):
            end = _interpolated(text, position)
            out.append(text[position:end])
            position = end
        else:
            out.append(char)
            position += 1
    return "".join(out), position + len(quote)


def _interpolated(text: str, start: int) -> int:
    depth, position = 0, start + 1
    while position < len(text) and text[position] != "\n":
        depth += {"{": 1, "}": -1}.get(text[position], 0)
        position += 1
        if not depth:
            break
    return position
