"""Notebooks by their code cells, with the lines of the file on which the code really stands.

Outputs, markdown and raw cells are not code. Magics and shell lines are blanked, so that one `%matplotlib`
does not cost a cell.
"""

import ast
import json
from typing import Any

from msgspec.structs import replace

from scorecard.readers import python
from scorecard.readers.code import Source


def code(text: str) -> tuple[list[str], list[int]]:
    """The lines of code of a notebook, and for each the line of the file on which it stands; none for a broken one."""
    try:
        return _code_lines(text, _cells(json.loads(text)))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return [], []


def read(text: str, path: str) -> Source:
    """The records of a notebook. Never raises: a broken one gives an empty source that says so."""
    try:
        notebook = json.loads(text)
        cells = _cells(notebook)
        language = str(notebook.get("metadata", {}).get("kernelspec", {}).get("language", "python") or "python")
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return Source(path, "python", notebook=True, broken="is no readable notebook")
    if language.lower() not in ("python", "python3"):
        return Source(path, language.lower(), notebook=True, broken=f"is a notebook in {language}")
    lines, numbers = _code_lines(text, cells)
    source = python.read("\n".join(lines), path)
    source.notebook = True
    _renumber(source, numbers)
    return source


def _cells(notebook: dict[str, Any]) -> list[dict[str, object]]:
    cells = notebook.get("cells") or [c for w in notebook["worksheets"] for c in w["cells"]]
    return [c for c in cells if isinstance(c, dict) and c.get("cell_type") == "code"]


def _code_lines(text: str, cells: list[dict[str, object]]) -> tuple[list[str], list[int]]:
    """The code of every cell that parses, and for each of its lines the line of the file."""
    lines: list[str] = []
    numbers: list[int] = []
    position, line = 0, 1
    for cell in cells:
        raw = cell.get("source", cell.get("input", ""))
        parts = raw if isinstance(raw, list) else [raw]
        cell_lines: list[str] = []
        cell_numbers: list[int] = []
        for part in parts:
            if not isinstance(part, str):
                continue
            for plain in (True, False) if not part.isascii() else (True,):
                found = text.find(json.dumps(part, ensure_ascii=plain), position)
                if found >= 0:
                    line += text.count("\n", position, found)
                    position = found
                    break
            for one in part.removesuffix("\n").split("\n"):
                cell_lines.append(one)
                cell_numbers.append(line)
        if cell_lines and cell_lines[0].startswith("%%"):
            continue
        cell_lines = python.without_magics("\n".join(cell_lines)).split("\n") if cell_lines else []
        if _parses("\n".join(cell_lines)):
            lines += cell_lines
            numbers += cell_numbers
    return lines, numbers


def _parses(code: str) -> bool:
    try:
        ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def _renumber(source: Source, numbers: list[int]) -> None:
    def real(line: int) -> int:
        return numbers[line - 1] if 0 < line <= len(numbers) else 1

    source.imports = [replace(r, line=real(r.line)) for r in source.imports]
    source.calls = [replace(r, line=real(r.line)) for r in source.calls]
    source.texts = [replace(r, line=real(r.line)) for r in source.texts]
    source.assigns = [replace(r, line=real(r.line)) for r in source.assigns]
    source.functions = [replace(r, line=real(r.line), end=real(r.end)) for r in source.functions]
    source.classes = [replace(r, line=real(r.line), end=real(r.end)) for r in source.classes]
    source.guards = [replace(r, line=real(r.line), end=real(r.end)) for r in source.guards]
    source.tests = [replace(r, line=real(r.line), end=real(r.end)) for r in source.tests]
    source.main = 0
