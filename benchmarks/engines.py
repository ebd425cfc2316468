"""Where the switch to Spark pays: the features of a generated batch project, by each engine that it knows, side by side.

    uv run python benchmarks/engines.py 100000 1000000 10000000 --limited 30000000 --megabytes 1024

Makes a project, stores made-up departures in its own table, and has its own `features/engine.py` roll them up: on Polars with the table in
memory, on Polars streaming, on Spark with two cores (`local[2]`). Each run is a process of its own, all that it starts is counted, and all
engines must come to the same features. The tables after `--limited` are rolled up by processes of which none may allocate more than so many
megabytes (RLIMIT_DATA), half of it for Spark's heap.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from scaffolder import new

INSIDE = Path(__file__).resolve().with_name("engines_inside.py")
ENGINES = ("polars", "streaming", "spark")  # as in `engine.name` of the project's configuration
COLUMNS = "| rows | engine | wall | of it the roll-up | CPU | peak memory | load |\n| --- | --- | --- | --- | --- | --- | --- |"


def measured(project: Path, env: dict[str, str], words: list[str], megabytes: int | None) -> dict[str, Any] | None:
    """Have the project's Python do one thing; None where the memory did not suffice."""

    def bound() -> None:
        if megabytes:
            resource.setrlimit(resource.RLIMIT_DATA, (megabytes << 20, megabytes << 20))

    command, started = [str(project / ".venv/bin/python"), str(INSIDE), *words], time.perf_counter()
    done = subprocess.run(command, cwd=project, env=env, capture_output=True, text=True, preexec_fn=bound)
    wall = time.perf_counter() - started
    if done.returncode and megabytes and ("memory" in done.stderr or "MemoryError" in done.stderr):
        return None
    if done.returncode:
        sys.exit(done.stderr[-4000:])
    return {"wall": wall, **json.loads(done.stdout.splitlines()[-1])} if done.stdout else {}


def compare(project: Path, rows: int, megabytes: int | None) -> None:
    """Print a row for each engine; stop where two come to other features."""
    with tempfile.TemporaryDirectory() as state:
        env = {**os.environ, "APP_STATE": state, "APP_ENGINE__MASTER": "local[2]"}
        measured(project, env, ["store", str(rows)], None)
        found = set()
        for engine in ENGINES:
            heap = f"--driver-memory {megabytes // 2 if megabytes else 2048}m pyspark-shell"
            mine = {**env, "APP_ENGINE__NAME": engine, "PYSPARK_SUBMIT_ARGS": heap}
            told = measured(project, mine, ["roll-up"], megabytes)
            within = f", {megabytes:,} MB a process" if megabytes else ""
            if told is None:
                print(f"| {rows:,}{within} | {engine} | out of memory | | | | {os.getloadavg()[0]:.1f} |", flush=True)
                continue
            found.add(told["features"])
            print(
                f"| {rows:,}{within} | {engine} | {told['wall']:.1f} s | {told['roll-up']:.1f} s | {told['cpu']:.1f} s "
                f"| {told['kilobytes'] / 1024:,.0f} MB | {os.getloadavg()[0]:.1f} |",
                flush=True,
            )
        if len(found) != 1:
            sys.exit(f"the engines came to different features: {found}")


def main() -> None:
    """Make a project and compare, table after table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("rows", type=int, nargs="*")
    parser.add_argument("--limited", type=int, nargs="*", default=[])
    parser.add_argument("--megabytes", type=int, default=1024)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder) / "delays"
        new(project, {"kind": "batch"})
        subprocess.run(["uv", "sync", "--locked", "--quiet", "--extra", "spark"], cwd=project, check=True)
        print(COLUMNS)
        for rows in asked.rows:
            compare(project, rows, None)
        for rows in asked.limited:
            compare(project, rows, asked.megabytes)


if __name__ == "__main__":
    main()
