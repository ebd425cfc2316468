"""Python source to records, in one iterative pass over CPython's own syntax tree.

The tree is the authority: a name in a comment, a docstring or a string is never a call. What does not parse
(Python 2, a template, a merge conflict) still gives its imports, line by line, and says so.
"""

import ast
import gc
import re

from scorecard.patterns import lazily
from scorecard.readers.code import Call, Import, Source
from scorecard.readers.newer_python import older
from scorecard.readers.statements import Reader

MAX_BYTES = 1_000_000
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
                Reader(source).module(tree)
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
        text = text.replace("\0", "")
        try:
            return ast.parse(text)
        except SyntaxError as error:
            source.broken = f"does not parse: line {error.lineno or 1}"
            tree = ast.parse(older(text))
            source.broken = ""
            return tree
    except SyntaxError:
        pass  # of Python 2, a template, a merge conflict: said by the first line that was not understood
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
