"""Source code that is not Python to the same records, by the grammar that fits its name.

Tree-sitter parses (see docs/adr/0002); here is decided what is read at all. A minified or generated file is
nobody's own work and gives nothing.
"""

import gc
import re
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

from scorecard.patterns import lazily
from scorecard.readers.code import Source

if TYPE_CHECKING:
    from scorecard.readers.lang.grammar import Grammar

MAX_CHARACTERS = 1_000_000
MAX_LINE = 20_000
_LANG = "scorecard.readers.lang"
_GRAMMARS = {
    "ts": ("javascript", "TYPESCRIPT"), "mts": ("javascript", "TYPESCRIPT"), "cts": ("javascript", "TYPESCRIPT"),
    "tsx": ("javascript", "TSX"), "js": ("javascript", "JAVASCRIPT"), "jsx": ("javascript", "JAVASCRIPT"),
    "mjs": ("javascript", "JAVASCRIPT"), "cjs": ("javascript", "JAVASCRIPT"),
    "rb": ("ruby", "RUBY"), "rake": ("ruby", "RUBY"), "go": ("go", "GO"),
    "java": ("jvm", "JAVA"), "kt": ("jvm", "KOTLIN"), "kts": ("jvm", "KOTLIN"),
    "scala": ("jvm", "SCALA"), "sc": ("jvm", "SCALA"), "sbt": ("jvm", "SCALA"), "cs": ("csharp", "CSHARP"),
}  # fmt: skip
_COMPONENTS = frozenset({"vue", "svelte", "astro"})
_SCRIPT = lazily(r"<script\b([^<>]{0,500})>", re.IGNORECASE)
_TYPESCRIPT = lazily(r"""lang\s{0,4}=\s{0,4}["']?tsx?\b""")
# Quarto and R Markdown: prose with cells of code, which `quarto render` runs from top to bottom.
_LITERATE = frozenset({"qmd", "rmd"})
SUFFIXES = frozenset({*_GRAMMARS, *_COMPONENTS, *_LITERATE, "r"})


def reads(path: str) -> bool:
    """Is the file written in a language that is read here?"""
    return _suffix(path) in SUFFIXES and not path.endswith(".d.ts")


def read(text: str, path: str) -> Source | None:
    """The records of one file; None where it is of no known language, minified, or holds nothing.

    Never raises. What was read only in part says so in ``broken``.
    """
    if not reads(path) or not text.strip() or _is_minified(text):
        return None
    suffix = _suffix(path)
    cut = text[:MAX_CHARACTERS]
    if suffix == "r":
        from scorecard.readers.lang import r  # noqa: PLC0415  only repositories with R need it

        source = r.read(cut, path)
    elif suffix in _LITERATE:
        from scorecard.readers import literate  # noqa: PLC0415  likewise

        return literate.read(cut, path)
    elif suffix in _COMPONENTS:
        script, typed = _scripts(cut)
        if not script.strip():
            return None
        source = _parsed(script, path, _grammar("javascript", "TYPESCRIPT" if typed else "JAVASCRIPT"))
    else:
        source = _parsed(cut, path, _grammar(*_GRAMMARS[suffix]))
    if len(text) > MAX_CHARACTERS:
        source.broken = f"is larger than {MAX_CHARACTERS // 1_000_000} MB; the rest was not read"
    return source


def _suffix(path: str) -> str:
    name = path.rpartition("/")[2]
    if name in ("Rakefile", "Gemfile", "Fastfile"):
        return "rb"
    return name.rpartition(".")[2].lower() if "." in name else ""


@cache
def _grammar(module: str, name: str) -> "Grammar":
    grammar: Grammar = getattr(import_module(f"{_LANG}.{module}"), name)
    return grammar


def _is_minified(text: str) -> bool:
    return len(text) > MAX_LINE and any(len(line) > MAX_LINE for line in text.splitlines())


def _parsed(text: str, path: str, grammar: "Grammar") -> Source:
    from scorecard.readers.lang.reader import Reader  # noqa: PLC0415  heavy: loads the parser
    from scorecard.readers.lang.tree import parse  # noqa: PLC0415

    source = Source(path, grammar.language, lines=text.count("\n") + 1)
    content = text.replace("\0", " ").encode("utf-8", "replace")
    tree = parse(content, grammar.package, grammar.entry)
    if tree is None:
        source.broken = "took too long to parse"
        return source
    if tree.root_node.has_error:
        source.broken = "does not parse everywhere"
    enabled = gc.isenabled()
    gc.disable()  # a node is made and dropped at each step, and none is part of a cycle
    try:
        Reader(grammar, content, source).walk(tree)
    finally:
        if enabled:
            gc.enable()
    source.calls.sort(key=lambda call: call.line)
    if source.language == "csharp" and not source.main:  # statements outside of any class are the program
        source.main = next((call.line for call in source.calls if not call.scope), 0)
    source.tests.sort(key=lambda test: test.line)
    return source


def _scripts(text: str) -> tuple[str, bool]:
    """The ``<script>`` blocks of a component on their own lines, all else blank; and whether they are TypeScript."""
    kept, position, typed = [], 0, False
    for match in _SCRIPT.finditer(text):
        if match.start() < position:
            continue
        end = text.find("</script", match.end())
        end = len(text) if end < 0 else end
        kept.append("\n" * text.count("\n", position, match.end()))
        kept.append(text[match.end() : end])
        typed = typed or bool(_TYPESCRIPT.search(match[1]))
        position = end
    if text.startswith("---\n"):  # Astro keeps its script in front
        end = text.find("\n---", 3)
        if end > 0:
            return text[3:end], True
    kept.append("\n" * text.count("\n", position))
    return "".join(kept), typed
