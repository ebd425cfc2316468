"""`mlops new`: take the answers, make the repository, say what to type next."""

import os
import shlex
import sys
from pathlib import Path
from typing import Any

from mlops import showing
from mlops.errors import FINE, USAGE, MlopsError
from mlops.refusing import refusals
from mlops.text import printable
from scaffolder import BadAnswer, Made, new


def run(
    target: Path,
    *,
    defaults: bool,
    data: list[str],
    answers: Path | None,
    template: str | None,
    ref: str | None,
    trust: bool,
) -> int:
    """Make the repository and give the exit code. Raises MlopsError."""
    ask = not (defaults or data or answers)
    if ask and not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise MlopsError(
            "there is no terminal to ask the questions on",
            "--defaults takes the default answers; --data NAME=VALUE and --answers FILE give some, and take the others",
        )
    given = {**(_file(answers) if answers else {}), **_pairs(data)}
    with refusals():
        try:
            made = new(target, given, template=template, ref=ref, ask=ask, trust=trust)
        except BadAnswer as error:
            raise MlopsError(error.what, error.hint, USAGE) from None
    _report(target, made)
    return FINE


def _pairs(words: list[str]) -> dict[str, str]:
    """The last one counts where a name is given twice."""
    pairs = {}
    for word in words:
        name, equals, value = word.partition("=")
        if not equals or not name.strip():
            raise MlopsError(f"--data {word}: expected NAME=VALUE", "for example --data ci=github,gitlab")
        pairs[name.strip()] = value
    return pairs


def _file(path: Path) -> dict[str, Any]:
    """A mapping in YAML or JSON; what has no value is not answered. The answers file of another project will do:
    what copier notes for itself is left out."""
    import yaml  # noqa: PLC0415  usage errors need none of it

    try:
        said = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise MlopsError(f"cannot read {path}: {error.strerror}", "check the path after --answers") from None
    except (UnicodeDecodeError, yaml.YAMLError) as error:
        where = getattr(error, "problem_mark", None)
        line = f", line {where.line + 1}" if where else ""
        raise MlopsError(f"{path}{line} is no YAML", "write one answer a line: project_name: Churn") from None
    if not isinstance(said, dict):
        raise MlopsError(f"{path} holds no answers", "write one answer a line: project_name: Churn")
    return {str(name): value for name, value in said.items() if value is not None and not str(name).startswith("_")}


def _report(target: Path, made: Made) -> None:
    for note in made.notes:
        showing.note(note)
    lines = [f"{made.path.name}: {made.files} files, one commit, templates {made.version}", ""]
    lines.append(f"  cd {shlex.quote(os.fspath(target if target != Path() else made.path))}")
    if made.ours:
        lines += ["  uv run poe demo    # what it does, end to end", "  uv run poe test    # all tests"]
    else:
        lines.append("  # README.md says what to type next")
    sys.stdout.write(printable("\n".join(lines) + "\n"))
