"""A line of a generated project made wrong, and whether the project's own tests notice."""

import json
import os
import subprocess
from dataclasses import dataclass
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

from helpers import environment

PACKAGE = "src/delays"
QUIET = {"POLARS_MAX_THREADS": "1", "OMP_NUM_THREADS": "1", "MLFLOW_DISABLE_TELEMETRY": "true", "DO_NOT_TRACK": "1"}
LIBRARIES = (
    "pytest", "polars", "deltalake", "narwhals", "structlog", "prometheus_client", "pydantic_settings", "sklearn.linear_model",
    "sklearn.pipeline", "sklearn.preprocessing", "skops.io", "pandera.polars", "fastapi.testclient", "pydantic_ai", "pydantic_evals",
    "opentelemetry.sdk.trace",
)  # fmt: skip
_SECONDS = count(1_000_000_000)  # long ago: no file of the project has such a time by itself


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


def unnoticed(mutant: Mutant, copy: Path) -> str:
    """What the guard says of the fault, where it does not fail; nothing if it does. ``copy`` is a project with its environment."""
    path = copy / mutant.file
    whole = path.read_text(encoding="utf-8")
    assert mutant.old in whole, f"{mutant.file} has no {mutant.old!r} any more"
    _write(path, whole.replace(mutant.old, mutant.new, 1))
    try:
        done = guarded(copy, f"tests/{mutant.guard}")
    finally:
        _write(path, whole)
    return "" if done["code"] == 1 and "1 failed" in done["said"] else done["said"] or str(done)


def guarded(copy: Path, *words: str) -> dict[str, Any]:
    """Run tests of the project: the exit code of pytest as ``code``, what it printed as ``said``."""
    forker = _forker(copy)
    assert forker.stdin is not None
    assert forker.stdout is not None
    options = ["-q", "-x", "--tb=line", "-W", "ignore::pytest.PytestAssertRewriteWarning"]
    forker.stdin.write(json.dumps([*options, *words]) + "\n")
    forker.stdin.flush()
    done: dict[str, Any] = json.loads(forker.stdout.readline())
    return done


@cache
def _forker(copy: Path) -> "subprocess.Popen[str]":
    """It ends when we do: then its standard input does."""
    command = [copy / ".venv/bin/python", Path(__file__).with_name("forking.py"), *LIBRARIES]
    env = {**environment(), **QUIET}
    return subprocess.Popen(command, cwd=copy, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def _write(path: Path, text: str) -> None:
    """At a second of its own: bytecode is told from its source's time and size, and these tests take less than one."""
    path.write_text(text, encoding="utf-8")
    second = next(_SECONDS)
    os.utime(path, (second, second))
