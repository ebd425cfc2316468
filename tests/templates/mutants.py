"""A line of a generated project made wrong, and whether the project's own tests notice."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PACKAGE = "src/delays"
QUIET = {"POLARS_MAX_THREADS": "1", "OMP_NUM_THREADS": "1", "MLFLOW_DISABLE_TELEMETRY": "true"}


@dataclass(frozen=True)
class Mutant:
    """One line of the project made wrong, and the test of the project that must fail."""

    criterion: str
    fault: str
    file: str
    old: str
    new: str
    guard: str

    def __str__(self) -> str:
        return f"{self.criterion}: {self.fault}"


def unnoticed(mutant: Mutant, copy: Path, run: Callable[..., Any]) -> str:
    """What the guard says of the fault, where it does not fail; nothing if it does."""
    path = copy / mutant.file
    whole = path.read_text(encoding="utf-8")
    assert mutant.old in whole, f"{mutant.file} has no {mutant.old!r} any more"
    path.write_text(whole.replace(mutant.old, mutant.new, 1), encoding="utf-8")
    try:
        command = (".venv/bin/python", "-m", "pytest", "-q", "-x", "--tb=line", f"tests/{mutant.guard}")
        done = run(copy, *command, env=QUIET, check=False)
    finally:
        path.write_text(whole, encoding="utf-8")
    return "" if done.returncode == 1 and "1 failed" in done.stdout else f"{done.stdout}{done.stderr}"
