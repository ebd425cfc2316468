"""One more stage in a declarative Jenkinsfile, before what delivers; every other byte of it stays as it is."""

import re
from collections.abc import Iterator
from typing import Any

_DELIVERS = re.compile(r"deploy|deliver|publish|push|release|image|docker|package|promot|approv", re.IGNORECASE)
_STAGE = re.compile(r"""stage\s*\(\s*(['"])([^'"\n]*)\1\s*\)""")
_BOOTSTRAP = {"uv", "poetry", "pdm", "pipenv"}


def with_stage(text: str, job: dict[str, Any]) -> str | None:
    """``text`` with a stage that runs ``job`` (as `ci.job` found it); None where the file is not plainly declarative."""
    plain = _blanked(text)
    pipeline = re.search(r"(?m)^[ \t]*pipeline\s*\{", plain)
    if not pipeline or plain.count("{") != plain.count("}"):
        return None
    inside = (pipeline.end(), _closing(plain, pipeline.end() - 1))
    stages = next((m for m in _at_depth(plain, *inside, r"\bstages\s*\{")), None)
    if stages is None:
        return None
    first, last = stages.end(), _closing(plain, stages.end() - 1)
    found = [
        m
        for m in _STAGE.finditer(text, first, last)
        if _depth(plain, first, m.start()) == 0 and plain[m.start()] != " "
    ]
    if not found:
        return None
    end = "\r\n" if "\r\n" in text else "\n"
    before = next((m for m in found if _DELIVERS.search(m[2])), None)
    place = before.start() if before is not None else last
    indent = _indent(text, before.start() if before is not None else found[-1].start())
    unit = indent[len(_indent(text, stages.start())) :]
    unit = unit if unit in {"  ", "    ", "\t"} else "    "
    nowhere = re.search(r"\bagent\s+none\b", plain[inside[0] : stages.start()]) is not None
    made = end.join(f"{indent}{line}" if line else "" for line in _stage(job, unit, nowhere=nowhere))
    at = text.rfind("\n", 0, place) + 1
    return None if text[at:place].strip() else f"{text[:at]}{made}{end}{text[at:]}"


def _stage(job: dict[str, Any], unit: str, *, nowhere: bool) -> Iterator[str]:
    lines = [*job["install"], *job["commands"]]
    if job["tool"] == "pip":
        lines = ["python3 -m venv .venv", ". .venv/bin/activate", *lines]
    elif job["tool"] in _BOOTSTRAP:
        lines = ["python3 -m venv .venv-ci", ". .venv-ci/bin/activate", f"pip install {job['tool']}", *lines]
    # An agent is used again, and the environment is there by then.
    lines = [line.replace("conda env create", "conda env update", 1) for line in lines]
    yield f"stage('{job['name']}') {{"
    if nowhere:
        yield f"{unit}agent any"
    if job["env"] or job["secrets"]:
        yield f"{unit}environment {{"
        yield from (f"{unit * 2}{name} = '{_quoted(value)}'" for name, value in job["env"].items())
        yield from (f"{unit * 2}{name} = credentials('{name}')" for name in job["secrets"])
        yield f"{unit}}}"
    yield f"{unit}steps {{"
    if len(lines) == 1 and "'" not in lines[0]:
        yield f"{unit * 2}sh '{_quoted(lines[0])}'"
    else:
        yield f"{unit * 2}sh '''"
        yield from (f"{unit * 3}{_quoted(line)}" for line in ["set -e", *lines])
        yield f"{unit * 2}'''"
    yield f"{unit}}}"
    yield "}"


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace("'''", "\\'\\'\\'")


def _blanked(text: str) -> str:
    """``text`` with its strings and comments as spaces, of the same length."""
    pattern = r"'''(?:\\.|[^\\])*?'''|\"\"\"(?:\\.|[^\\])*?\"\"\"|'(?:\\.|[^'\\\n])*'|\"(?:\\.|[^\"\\\n])*\"|//[^\n]*|/\*(?:[^*]|\*(?!/))*\*/"
    return re.sub(pattern, lambda m: re.sub(r"[^\n]", " ", m[0]), text, flags=re.DOTALL)


def _closing(plain: str, opening: int) -> int:
    """Where the brace at ``opening`` is closed."""
    depth = 0
    for at in range(opening, len(plain)):
        depth += (plain[at] == "{") - (plain[at] == "}")
        if not depth:
            return at
    return len(plain)


def _depth(plain: str, start: int, at: int) -> int:
    return plain.count("{", start, at) - plain.count("}", start, at)


def _at_depth(plain: str, start: int, end: int, pattern: str) -> Iterator["re.Match[str]"]:
    """Matches that stand directly in a block, in none within it."""
    return (m for m in re.compile(pattern).finditer(plain, start, end) if _depth(plain, start, m.start()) == 0)


def _indent(text: str, at: int) -> str:
    row = text[text.rfind("\n", 0, at) + 1 : at]
    return row[: len(row) - len(row.lstrip())]
