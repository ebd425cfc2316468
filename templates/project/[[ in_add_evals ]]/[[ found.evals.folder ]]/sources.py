"""What the application is made of: its code, followed by imports, and the prompts that it reads.

Recorded answers are of one version of it. Comments, docstrings and layout are no part of a version;
prompts and the names of models are.
"""

from __future__ import annotations

import ast
import hashlib
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from . import APPLICATION, FOLDERS, HERE, ROOT

PROMPT_FILES = (".txt", ".md", ".prompt", ".jinja", ".jinja2", ".j2", ".yaml", ".yml", ".toml")
TO_THE_MODEL = re.compile(r"\b(?:you|your|never|always|must|do not|don't|act as)\b", re.IGNORECASE)
LONG_TEXT, LONG_SENTENCE = 40, 6  # characters, words: shorter ones are no prompts
MOST_BYTES = 200_000


def version() -> str:
    """Changes when the application's code or a prompt does."""
    digest = hashlib.sha256()
    for path, text in sorted(_parts().items()):
        part = f"{path.relative_to(ROOT).as_posix()}\0{text}\0"
        digest.update(part.encode("utf-8", "replace"))
    return digest.hexdigest()[:12]


def instructions() -> list[str]:
    """The sentences of its prompts that speak to the model."""
    texts = [text for path, text in _parts().items() if path.suffix != ".py"]
    texts += [text for path in _modules() for text in _texts(path) if len(text) > LONG_TEXT]
    parts = [part.strip() for text in texts for part in re.split(r"(?<=[.!?:])\s+|\n", text)]
    long = [part for part in parts if len(part.split()) >= LONG_SENTENCE]
    return [part for part in long if TO_THE_MODEL.search(part)]


def _parts() -> dict[Path, str]:
    """Every file of it, and what of it counts."""
    parts = {path: _shape(tree) for path, tree in _modules().items()}
    for module in list(parts):
        for text in _texts(module):
            for path in _prompt_files(module, text):
                parts[path] = path.read_text(encoding="utf-8", errors="replace")
    return parts


@cache
def _modules() -> dict[Path, ast.Module]:
    """The application's module and what it imports of the repository, without docstrings."""
    found: dict[Path, ast.Module] = {}
    waiting = [APPLICATION]
    while waiting:
        path = waiting.pop()
        if path in found or HERE in path.parents:
            continue
        try:
            tree = ast.parse(path.read_text(encoding="utf-8", errors="replace"))
        except (OSError, SyntaxError, ValueError):
            continue
        found[path] = tree
        for node in ast.walk(tree):
            if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
                if ast.get_docstring(node, clean=False) is not None:
                    node.body = node.body[1:]
            elif isinstance(node, (ast.Import, ast.ImportFrom)):
                waiting += _imported(node, path)
    return found


def _shape(node: object) -> str:
    """The tree as text, alike in every version of Python, which `ast.dump` is not."""
    if isinstance(node, list):
        return f"[{','.join(map(_shape, node))}]"
    if not isinstance(node, ast.AST):
        return repr(node)
    fields = [(name, value) for name, value in ast.iter_fields(node) if value not in (None, [])]
    shown = [f"{name}={_shape(value)}" for name, value in fields if name != "kind"]
    return f"{type(node).__name__}({','.join(shown)})"


def _imported(node: ast.Import | ast.ImportFrom, importer: Path) -> Iterator[Path]:
    if isinstance(node, ast.Import):
        names = [alias.name for alias in node.names]
        folders = [*FOLDERS, importer.parent]
    else:
        start = node.module or ""
        names = [start, *(f"{start}.{alias.name}".strip(".") for alias in node.names)]
        folders = [importer.parents[node.level - 1]] if node.level else [*FOLDERS, importer.parent]
    for folder in folders:
        for name in names:
            place = folder.joinpath(*name.split(".")) if name else folder
            candidates = (place.with_suffix(".py"), place / "__init__.py")
            yield from (path for path in candidates if path.is_file())


def _texts(module: Path) -> list[str]:
    constants = (n for n in ast.walk(_modules()[module]) if isinstance(n, ast.Constant))
    return [node.value for node in constants if isinstance(node.value, str)]


def _prompt_files(module: Path, text: str) -> Iterator[Path]:
    """The file that ``text`` names, or all files in a folder of prompts that it names."""
    named = re.fullmatch(r"[\w.][\w./ -]{1,150}", text)
    for folder in (ROOT, module.parent, *FOLDERS) if named else ():
        place = folder / text
        inside = place.is_dir() and "prompt" in text.lower()
        for path in sorted(place.rglob("*")) if inside else [place]:
            wanted = path.suffix in PROMPT_FILES or (inside and path.suffix == ".json")
            small = wanted and path.is_file() and path.stat().st_size < MOST_BYTES
            if small and ROOT in path.resolve().parents:
                yield path.resolve()
