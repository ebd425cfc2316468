"""A check into the cell of a notebook that reads a table; every other byte of its JSON stays as it is."""

import ast
import json
import re

from scaffolder.foreign.python_edits import rows_of


def in_notebook(text: str, line: int, module: str) -> str:
    """``text`` with an import before, and a check after, the line of code on ``line``; "" where that is more than a plain `df = read(…)`."""
    rows = rows_of(text)
    row = rows[line - 1] if line <= len(rows) else ""
    indent, end = row[: len(row) - len(row.lstrip())], row[len(row.rstrip()) :]
    code, comma = row.strip().removesuffix(","), row.rstrip().endswith(",")
    target = _read_into(code)
    if not target:
        return ""
    name = "check_data" if re.search(r"\bcheck\b", text) else "check"
    imported = f"from {module} import check" + (f" as {name}" if name != "check" else "")
    made = [f'"{imported}\\n",', code if comma else f'{code[:-1]}\\n"']
    made[1] = f"{made[1]}," if not made[1].endswith(",") else made[1]
    made.append(f'"{target} = {name}({target})\\n",' if comma else f'"{target} = {name}({target})"')
    rows[line - 1] = "".join(f"{indent}{one}{end}" for one in made)
    after = "".join(rows)
    try:
        json.loads(after)
    except ValueError:
        return ""
    return after


def _read_into(code: str) -> str:
    """The name in `"df = pd.read_csv(path)\\n"`, a line of code as JSON; "" for anything else."""
    try:
        said = json.loads(code)
        body = ast.parse(said).body if isinstance(said, str) else []
    except (ValueError, SyntaxError):
        return ""
    if len(body) != 1 or not isinstance(body[0], ast.Assign) or not isinstance(body[0].value, ast.Call):
        return ""
    targets, called = body[0].targets, body[0].value.func
    plain = len(targets) == 1 and isinstance(targets[0], ast.Name)
    reads = isinstance(called, ast.Attribute | ast.Name) and ast.unparse(called).rpartition(".")[2].startswith("read_")
    return ast.unparse(targets[0]) if plain and reads else ""
