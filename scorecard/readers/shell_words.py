"""Shell text to tokens: words with their quotes taken off, operators, lines. Tolerates PowerShell and
templates."""

from msgspec import Struct

from scorecard.patterns import lazily

QUOTED_DOLLAR = "\ue000"  # a dollar that no variable may replace: it stood in single quotes
_OPERATORS = ("&&", "||", ";;", "|&", ";", "|", "&", "(", ")", "\n")
_BREAKS = frozenset(" \t\n;|&()<>")
_REDIRECT = lazily(r"(?:\d{0,2}|&)(?:>>|>\||>&|<>|<&|>|<)")
_HEREDOC = lazily(r"\d?<<(-?)[ \t]*(\\?[\"']?)([A-Za-z_][\w.-]*)[\"']?")
_ARRAY = lazily(r"[A-Za-z_]\w*\+?=\Z")
_PLAIN = lazily(r"[\w./:=,@%+~^-]++")
_REACH = 20_000  # how far a closing bracket is looked for
_MOST_UNCLOSED = 30  # after so many that are not there none is looked for: hostile text costs no square


class Token(Struct, frozen=True):
    """``inner`` holds the scripts of command substitutions with the lines on which they begin."""

    kind: str  # word, op, target (of a redirection that writes)
    text: str
    line: int
    start: int
    end: int
    quoted: bool = False
    inner: tuple[tuple[int, str], ...] = ()


def tokens(text: str) -> list[Token]:
    """Every token of ``text``; comments and heredocs are gone. Never raises: an odd quote is a character."""
    return _Lexer(text).run()


class _Lexer:
    def __init__(self, text: str) -> None:
        self.text, self.at, self.line = text, 0, 1
        self.out: list[Token] = []
        self.heredocs: list[tuple[str, bool]] = []
        self.unclosed = 0
        self.target = ""  # what the next word is: "" an argument, "write" or "skip" after a redirection

    def run(self) -> list[Token]:
        text, size = self.text, len(self.text)
        while self.at < size:
            char = text[self.at]
            if char in " \t":
                self.at += 1
            elif text.startswith(("\\\n", "`\n", "^\n"), self.at):
                self.at += 2
                self.line += 1
            elif char == "#":
                end = text.find("\n", self.at)
                self.at = size if end < 0 else end
            elif not self._redirection() and not self._operator():
                self._word()
        return self.out

    def _operator(self) -> bool:
        found = next((op for op in _OPERATORS if self.text.startswith(op, self.at)), "")
        if not found:
            return False
        self.out.append(Token("op", found, self.line, self.at, self.at + len(found)))
        self.at += len(found)
        self.target = ""
        if found == "\n":
            self.line += 1
            self._skip_heredocs()
        return True

    def _skip_heredocs(self) -> None:
        for end, indented in self.heredocs:
            while self.at < len(self.text):
                stop = self.text.find("\n", self.at)
                stop = len(self.text) if stop < 0 else stop
                row = self.text[self.at : stop]
                self.at = min(stop + 1, len(self.text))
                self.line += 1
                # A step of CI is often dedented by less than its heredoc, so blanks around the end word are
                # forgiven.
                if (row.strip() if indented or row.strip() == end else row) == end:
                    break
        self.heredocs.clear()

    def _redirection(self) -> bool:
        text = self.text
        if text.startswith("<<<", self.at):
            self.at += 3
            self.target = "skip"
            return True
        heredoc = _HEREDOC.match(text, self.at)
        if heredoc:
            self.heredocs.append((heredoc[3], bool(heredoc[1])))
            self.at = heredoc.end()
            return True
        found = _REDIRECT.match(text, self.at)
        if not found or text.startswith("(", found.end()):
            return False
        if found[0].endswith("&") and text[found.end() : found.end() + 1] in tuple("0123456789-"):
            self.at = found.end() + 1
            return True
        self.target = "write" if ">" in found[0] else "skip"
        self.at = found.end()
        return True

    def _word(self) -> None:
        text, start, line = self.text, self.at, self.line
        parts: list[str] = []
        inner: list[tuple[int, str]] = []
        quoted = False
        while self.at < len(text):
            char = text[self.at]
            plain = _PLAIN.match(text, self.at)
            if plain:
                parts.append(plain[0])
                self.at = plain.end()
            elif text.startswith("{{", self.at) and (end := self._closing("}}")) > 0:
                parts.append(self._until("}}", end))
            elif char == "(" and parts and _ARRAY.match("".join(parts)):
                parts.append(self._nested(self.at, inner, keep=False))
            elif char in "<>" and text.startswith("(", self.at + 1):
                self.at += 1
                parts.append(self._nested(self.at, inner))
            elif char in _BREAKS:
                if self.at == start:  # an operator that is none: never stand still
                    self.at += 1
                break
            elif char in "'\"":
                quoted = True
                parts.append(self._quotes(char, inner))
            elif char == "$":
                parts.append(self._dollar(inner))
            elif char == "`":
                end = text.find("`", self.at + 1)
                if end > 0 and text[self.at + 1 : self.at + 2] != "\n":
                    inner.append((self.line, text[self.at + 1 : end]))
                    parts.append(self._until("`", end))
                else:
                    self.at += 1
                    break
            elif char == "\\" and self.at + 1 < len(text):
                following = text[self.at + 1]
                if following == "\n":
                    self.line += 1
                else:  # `.\src\train.py` is a path of Windows
                    parts.append(("\\" if following.isalnum() else "") + following)
                self.at += 2
            else:
                parts.append(char)
                self.at += 1
        kind = {"write": "target", "skip": "skipped"}.get(self.target, "word")
        self.target = ""
        if kind != "skipped" and (parts or quoted):
            self.out.append(Token(kind, "".join(parts), line, start, self.at, quoted, tuple(inner)))

    def _closing(self, mark: str) -> int:
        if self.unclosed >= _MOST_UNCLOSED:
            return -1
        found = self.text.find(mark, self.at, self.at + _REACH)
        self.unclosed += found < 0
        return found

    def _until(self, end: str, found: int) -> str:
        piece = self.text[self.at : found + len(end)]
        self.line += piece.count("\n")
        self.at = found + len(end)
        return piece

    def _quotes(self, mark: str, inner: list[tuple[int, str]]) -> str:
        text, start, line = self.text, self.at, self.line
        if mark == "'":
            end = text.find("'", start + 1)
            if end < 0:
                self.at += 1
                return "'"
            return self._until("'", end)[1:-1].replace("$", QUOTED_DOLLAR)
        parts: list[str] = []
        self.at += 1
        while self.at < len(text):
            char = text[self.at]
            if char == '"':
                self.at += 1
                return "".join(parts)
            if char == "\\" and self.at + 1 < len(text):
                following = text[self.at + 1]
                if following == "\n":
                    self.line += 1
                elif following in '"\\`':
                    parts.append(following)
                else:
                    parts.append(QUOTED_DOLLAR if following == "$" else char + following)
                self.at += 2
            elif char == "$":
                parts.append(self._dollar(inner))
            else:
                self.line += char == "\n"
                parts.append(char)
                self.at += 1
        self.at, self.line = start + 1, line
        return '"'

    def _dollar(self, inner: list[tuple[int, str]]) -> str:
        text = self.text
        for opening, closing in (("${{", "}}"), ("$((", "))"), ("${", "}")):
            if text.startswith(opening, self.at):
                end = self._closing(closing)
                if end > 0:
                    return self._until(closing, end)
        if text.startswith("$(", self.at):
            self.at += 1
            return "$" + self._nested(self.at, inner)
        if text.startswith("$'", self.at):
            self.at += 1
            return self._quotes("'", inner)
        self.at += 1
        return "$"

    def _nested(self, start: int, inner: list[tuple[int, str]], *, keep: bool = True) -> str:
        """From an opening parenthesis to its partner, quotes respected; the rest of the line where it has
        none."""
        end = _partner(self.text, start) if self.unclosed < _MOST_UNCLOSED else -1
        self.unclosed += end < 0
        line = self.line
        piece = self._until(")", end) if end > 0 else self._until("", start + 1)
        if keep and end > 0:
            inner.append((line, piece[1:-1]))
        return piece


def _partner(text: str, start: int) -> int:
    depth, at, end_of_search = 0, start, min(len(text), start + _REACH)
    while at < end_of_search:
        char = text[at]
        if char == "\\":
            at += 1
        elif char == "'":
            end = text.find("'", at + 1)
            at = end if end > 0 else at
        elif char == "(":
            depth += 1
        elif char == ")":
            depth -= 1
            if not depth:
                return at
        at += 1
    return -1
