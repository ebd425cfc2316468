"""Lines into a code cell of a notebook, as text: every other byte of the file stays as it is."""

import json
import re

from scaffolder.errors import Refused

_ROW = re.compile(r'^(\s*)("(?:[^"\\]|\\.)*")(,?)(\r?\n)$')


def after(text: str, first: int, line: int, lines: list[str]) -> str:
    """``lines`` after the line of a cell that stands on ``line`` of the file, indented as the one on ``first``."""
    rows = text.splitlines(keepends=True)
    row = _ROW.match(rows[line - 1]) if 0 < line <= len(rows) else None
    if row is None:
        raise Refused(
            "the cell that saves the model is not written one line on a line", "save the notebook with Jupyter first"
        )
    code = json.loads(row[2])
    begin = _ROW.match(rows[first - 1])
    begun = json.loads(begin[2]) if begin else code
    indent = begun[: len(begun) - len(begun.lstrip())]
    wanted = [code.rstrip("\n"), *(indent + one for one in lines)]
    ends = [*("\n" for _ in wanted[:-1]), "\n" if code.endswith("\n") else ""]
    commas = [*("," for _ in wanted[:-1]), row[3]]
    made = [
        f"{row[1]}{json.dumps(one + end, ensure_ascii=False)}{comma}{row[4]}"
        for one, end, comma in zip(wanted, ends, commas, strict=True)
    ]
    made[0] = f"{row[1]}{row[2] if code.endswith(chr(10)) else row[2][:-1] + chr(92) + 'n' + chr(34)},{row[4]}"
    result = "".join([*rows[: line - 1], *made, *rows[line:]])
    json.loads(result)
    return result
