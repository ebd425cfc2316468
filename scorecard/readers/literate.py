"""Quarto and R Markdown by their cells of code, which keep the lines of the file on which they stand.

A cell is a fence with the language in braces: ```` ```{r name} ````. A fence without braces is an example in the
text and is shown, not run; so is one that says ``eval: false``. Cells of one language only are read, R before Python,
as a document has one engine that runs it.
"""

import re

from scorecard.patterns import lazily
from scorecard.readers import python
from scorecard.readers.code import Source
from scorecard.readers.lang import r

_OPENS = lazily(r"\s{0,3}(`{3,}|~{3,})\s{0,3}\{(r|python)\b([^{}]{0,500})\}\s{0,9}$", re.IGNORECASE)
_SHOWN_ONLY = lazily(r"\beval\s{0,3}=\s{0,3}(?:F|FALSE|False)\b")
_OPTION = lazily(r"#\|\s{0,9}eval:\s{0,3}(?:false|no)\b", re.IGNORECASE)


def read(text: str, path: str) -> Source | None:
    """The records of one document, as those of a notebook; None where no cell holds code."""
    for language in ("r", "python"):
        code = _cells(text, language)
        if code.strip():
            source = r.read(code, path) if language == "r" else python.read(python.without_magics(code), path)
            source.notebook = True
            source.main = 0
            return source
    return None


def _cells(text: str, language: str) -> str:
    """The text with every line blank that is not in a cell of this language that runs."""
    kept: list[str] = []
    fence, mine, start = "", False, 0
    for line in text.split("\n"):
        opened = None if fence else _OPENS.match(line)
        if opened:
            fence, start = opened[1], len(kept)
            mine = opened[2].lower() == language and not _SHOWN_ONLY.search(opened[3])
        elif fence and line.strip().startswith(fence):
            fence, mine = "", False
        elif fence and mine:
            if _OPTION.match(line.strip()):
                kept[start:] = [""] * (len(kept) - start)
                mine = False
            else:
                kept.append(line)
                continue
        kept.append("")
    return "\n".join(kept)
