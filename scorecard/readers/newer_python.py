"""What Python 3.12 and later let one write, put so that an older parser takes it: line for line the same program.

The audit runs on Python 3.11, too, and is not to lose a whole file for one f-string. Rewritten are f-strings with quotes, backslashes,
comments or lines of their own within the braces (PEP 701), type parameters and `type` statements (PEP 695), and `except A, B:`
(PEP 758). What is formatted, and the text of strings within braces, may be shortened: no call and no name is lost but those of an
f-string within an f-string.
"""

import re

from scorecard.patterns import lazily

_EXCEPT = lazily(
    r"^([ \t]{0,80}except\*?[ \t]{1,10})([\w.]{1,100}(?:[ \t]{0,10},[ \t]{0,10}[\w.]{1,100}){1,20})([ \t]{0,10}:)",
    re.MULTILINE,
)
_ALIAS = lazily(r"^([ \t]{0,80})type[ \t]{1,10}(\w{1,100})[ \t]{0,10}(?==(?!=))", re.MULTILINE)
_GENERIC = lazily(
    r"^[ \t]{0,80}(?:(?:async[ \t]{1,10})?def|class|type)[ \t]{1,10}\w{1,100}[ \t]{0,10}(\[)", re.MULTILINE
)
_STRING = lazily(r"#[^\n]*|(?<![A-Za-z0-9_])([A-Za-z]{0,2})(\"\"\"|'''|\"|')|(\"\"\"|'''|\"|')")
_SPECIAL = lazily(r"[\\'\"{}#\n]")
_PLAIN = lazily(r"[\\'\"{}#]")
_MOST = 2_000  # characters of one list of type parameters
_MOST_OPEN = 100  # lists without an end, before the text is taken for no Python


def older(text: str) -> str:
    """The text for an older parser. Never raises: what is not understood stays as it is."""
    text = _ALIAS.sub(r"\1\2 ", _without_parameters(text))
    return _strings(_EXCEPT.sub(r"\1(\2)\3", text))


def _without_parameters(text: str) -> str:
    """`def first[T](…)` without what stands in the brackets, if it is on one line."""
    out, done, open_ones = [], 0, 0
    for match in _GENERIC.finditer(text):
        start = match.start(1)
        depth = 0
        if open_ones > _MOST_OPEN:
            break
        for at in range(start, min(len(text), start + _MOST)):
            depth += (text[at] == "[") - (text[at] == "]")
            if not depth:
                inside = text[start : at + 1]
                if start >= done and "\n" not in inside:
                    out.append(text[done:start])
                    done = at + 1
                break
        else:
            open_ones += 1
    return "".join((*out, text[done:]))


def _strings(text: str) -> str:
    out, done, at = [], 0, 0
    while match := _STRING.search(text, at):
        quote = match[2] or match[3]
        at = match.end()
        if not quote:
            continue  # a comment
        prefix = (match[1] or "").lower()
        if not {"f", "t"} & set(prefix):
            at = _end(text, at, quote)
            continue
        written, at = _formatted(text, at, quote)
        if written:
            letters = (match[1] or "").replace("t", "f").replace("T", "f")
            out += [text[done : match.start()], letters, quote[0] * 3, written, quote[0] * 3]
            done = at
    return "".join((*out, text[done:]))


def _end(text: str, at: int, quote: str) -> int:
    """Behind the end of a string without braces."""
    while at < len(text):
        if text[at] == "\\":
            at += 2
        elif text.startswith(quote, at):
            return at + len(quote)
        elif text[at] == "\n" and len(quote) == 1:
            return at  # was never closed
        else:
            found = _SPECIAL.search(text, at + 1)
            at = found.start() if found else len(text)
    return len(text)


def _formatted(text: str, at: int, quote: str) -> tuple[str, int]:
    """What stands between the quotes of an f-string, "" where an older parser takes it as it is; and where it ends."""
    out: list[str] = []
    start, news = at, False
    while at < len(text):
        here = text[at]
        if here == "\\":
            at += 2
        elif text.startswith(quote, at):
            return ("".join((*out, text[start:at])) if news else ""), at + len(quote)
        elif here == "\n" and len(quote) == 1:
            return "", at
        elif here == "{" and not text.startswith("{{", at):
            written, end, new = _expression(text, at + 1, quote)
            out += [text[start : at + 1], written, "}"]
            start = at = end
            news = news or new
        else:
            at += 2 if here == "{" else 1
            found = _SPECIAL.search(text, at)
            at = found.start() if found else len(text)
    return "", len(text)


def _expression(text: str, at: int, quote: str) -> tuple[str, int, bool]:
    """What stands between two braces, where it ends, and whether an older parser would not have taken it."""
    out: list[str] = []
    depth, news, spec = 0, False, False
    while at < len(text):
        here = text[at]
        if here in "'\"":
            opening = here * 3 if text.startswith(here * 3, at) else here
            if spec and not depth and text.startswith(quote, at):
                return "".join(out), at, True  # was never closed
            end = _inner_end(text, at + len(opening), opening)
            inside = text[at + len(opening) : max(at + len(opening), end - len(opening))]
            news = news or here == quote[0] or bool(_SPECIAL.search(inside))
            other = "'" if quote[0] == '"' else '"'
            out.append("" if spec else f"{other}{_PLAIN.sub('_', inside).replace(chr(10), ' ')}{other}")
            out.append("\n" * inside.count("\n"))
            at = end
            continue
        if here == "}" and not depth:
            return "".join(out), at + 1, news
        depth += (here in "([{") - (here in ")]}")
        if here == "#" and not spec:
            end = text.find("\n", at)
            at, news = (end if end >= 0 else len(text)), True
            continue
        if here in "\\\n" and len(quote) == 1:
            news = True
        spec = spec or (not depth and here == ":" and not text.startswith(":=", at))
        if here == "\n" or not (spec or here == "\\"):
            out.append(here)
        at += 1
    return "".join(out), len(text), news


def _inner_end(text: str, at: int, quote: str) -> int:
    """Behind the end of a string within braces; it may be an f-string with strings within braces of its own."""
    before = text[max(0, at - len(quote) - 2) : at - len(quote)].lower()
    if not before.endswith(("f", "t", "fr", "rf")):
        return _end(text, at, quote)
    depth = 0
    while at < len(text):
        here = text[at]
        if here == "\\":
            at += 1
        elif not depth and text.startswith(quote, at):
            return at + len(quote)
        elif depth and here in "'\"":
            at = _end(text, at + 1, here) - 1
        depth = max(0, depth + (here == "{") - (here == "}"))
        at += 1
    return len(text)
