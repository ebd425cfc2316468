"""What a command costs: shared by the benchmarks that start processes."""

import resource
import subprocess
import sys
import time
from collections.abc import Collection, Mapping
from pathlib import Path


def cost(
    command: list[str], folder: Path, env: Mapping[str, str] | None = None, *, fine: Collection[int] = (0,)
) -> tuple[float, float]:
    """CPU of the process and of all that it starts, and wall, in seconds; stops us where it ends with a code that is not ``fine``."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(command, cwd=folder, capture_output=True, env=env, check=False)
    if done.returncode not in fine:
        sys.exit(done.stderr.decode())
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return cpu, time.perf_counter() - start
