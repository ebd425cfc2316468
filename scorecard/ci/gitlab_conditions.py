"""The conditions of GitLab CI (`$CI_COMMIT_BRANCH == "main" && $X =~ /re/`), evaluated for one event."""

import re
from collections.abc import Mapping

from msgspec import Struct, field

from scorecard.foreign_patterns import searched
from scorecard.patterns import lazily

_TOKEN = lazily(
    r"\s*(?:(?P<op>&&|\|\||==|!=|=~|!~|\(|\))|\$\{?(?P<var>\w+)\}?|\"(?P<double>[^\"]*)\"|'(?P<single>[^']*)'"
    r"|(?P<regex>/(?:[^/\\]|\\.)*/[a-z]*)|(?P<word>\w+))"
)
MAX_LENGTH = 2_000


class Condition(Struct):
    """A parsed walk over one condition; malformed ones are false."""

    text: str
    variables: Mapping[str, str]
    tokens: list[tuple[str, str]] = field(default_factory=list)

    def holds(self) -> bool:
        position = 0
        text = self.text[:MAX_LENGTH].strip()
        while position < len(text):
            found = _TOKEN.match(text, position)
            if not found or not found.lastgroup:
                return False
            self.tokens.append((found.lastgroup, found[found.lastgroup]))
            position = found.end()
        try:
            return self._either(0)
        except IndexError:
            return False

    def _take(self, *wanted: str) -> str:
        if self.tokens and self.tokens[0][0] == "op" and self.tokens[0][1] in wanted:
            return self.tokens.pop(0)[1]
        return ""

    def _either(self, depth: int) -> bool:
        value = self._both(depth)
        while self._take("||"):
            value = self._both(depth) or value
        return value

    def _both(self, depth: int) -> bool:
        value = self._compared(depth)
        while self._take("&&"):
            value = self._compared(depth) and value
        return value

    def _compared(self, depth: int) -> bool:
        if self._take("("):
            if depth > 50:
                return False
            value = self._either(depth + 1)
            self._take(")")
            return value
        left = self._value()
        operator = self._take("==", "!=", "=~", "!~")
        if not operator:
            return bool(left)
        right = self._value()
        if operator in ("==", "!="):
            return (left == right) is (operator == "==")
        return _searched(left or "", right or "") is (operator == "=~")

    def _value(self) -> str | None:
        kind, text = self.tokens.pop(0)
        if kind == "var":
            return self.variables.get(text)
        return None if kind == "word" and text == "null" else text


def _searched(text: str, pattern: str) -> bool:
    body, _, flags = pattern.removeprefix("/").rpartition("/")
    return searched(body, re.IGNORECASE if "i" in flags else 0, text)
