"""How long an audit takes, by repository: CPU seconds of a whole process, beside reading all bytes and parsing all Python.

    python benchmarks/speed.py PATH [PATH ...] [--runs 3]

Prints one line per repository with medians. Ratios are taken side by side in one run, because machines differ.
"""

import argparse
import ast
import contextlib
import gc
import os
import resource
import statistics
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path


def cpu_of(command: list[str]) -> tuple[float, int]:
    """CPU seconds (user and system) and peak memory in MB of a child process."""
    pid = os.fork()
    if pid == 0:
        sink = os.open(os.devnull, os.O_WRONLY)
        os.dup2(sink, 1)
        os.dup2(sink, 2)
        os.execv(command[0], command)
    _, _, usage = os.wait4(pid, 0)
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss // 1024


def timed(work: Callable[[], object]) -> float:
    start = resource.getrusage(resource.RUSAGE_SELF)
    work()
    end = resource.getrusage(resource.RUSAGE_SELF)
    return end.ru_utime + end.ru_stime - start.ru_utime - start.ru_stime


def tracked(root: Path) -> list[Path]:
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=root, capture_output=True, check=True).stdout
    names = [name.decode("utf-8", "surrogateescape") for name in listing.split(b"\0") if name]
    return [root / name for name in names if (root / name).is_file()]


def parse(texts: list[bytes]) -> None:
    gc.disable()
    for text in texts:
        with contextlib.suppress(SyntaxError, ValueError, RecursionError):
            ast.parse(text)
    gc.enable()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", nargs="+", type=Path)
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    mlops = str(Path(sys.executable).with_name("mlops"))
    print(f"{'repository':44} {'files':>6} {'py':>5} {'MB py':>6} {'bytes s':>8} {'ast s':>6} {'audit s':>8} {'MB':>6}")
    for path in options.paths:
        files = tracked(path)
        python = [f.read_bytes() for f in files if f.suffix == ".py"]
        rows = []
        for _ in range(options.runs):
            reading = timed(lambda files=files: [f.read_bytes() for f in files])
            parsing = timed(lambda python=python: parse(python))
            audit = [mlops, "audit", str(path), "--no-cache", "-j1", "--format", "json"]
            rows.append((reading, parsing, *cpu_of(audit)))
        reading, parsing, audit, memory = (statistics.median(column) for column in zip(*rows, strict=True))
        size = sum(map(len, python)) / 1e6
        print(
            f"{path.name:44} {len(files):6} {len(python):5} {size:6.1f} {reading:8.2f} {parsing:6.2f}"
            f" {audit:8.2f} {memory:6.0f}",
            flush=True,
        )
    start = [cpu_of([mlops, "--help"])[0] for _ in range(5)]
    print(f"mlops --help: {statistics.median(start):.2f} s of CPU")


if __name__ == "__main__":
    main()
