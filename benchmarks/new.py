"""`python benchmarks/new.py [TIMES]`: CPU and wall seconds of `mlops new` beside plain `copier copy` of the same templates."""

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from timing import cost

ROOT = Path(__file__).parent.parent
PYTHON = sys.executable


def measure(command: list[str], folder: Path) -> tuple[float, float]:
    """CPU of the process and of all that it starts, and wall."""
    shutil.rmtree(folder / "made", ignore_errors=True)
    return cost(command, folder)


def main() -> None:
    """The medians, with what else takes time in them."""
    times = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        git = folder / "templates.git"
        shutil.copytree(ROOT / "templates", git)
        who = ["-c", "user.name=b", "-c", "user.email=b@example.com"]
        for arguments in (["init", "-q"], ["add", "-A"], [*who, "commit", "-qm", "t"], ["tag", "v1.0.0"]):
            subprocess.run(["git", *arguments], cwd=git, check=True)
        copy = [PYTHON, "-m", "copier", "copy", "--defaults", "--quiet", "--data", "project_name=made"]
        commands = {
            "mlops new": [PYTHON, "-m", "mlops", "new", "made", "--defaults"],
            "copier copy of the repository of templates": [*copy, str(git), "made"],
            "copier copy of the plain folder": [*copy, str(ROOT / "templates"), "made"],
            "import copier": [PYTHON, "-c", "import copier; copier.run_copy"],
            "mlops --help": [PYTHON, "-m", "mlops", "--help"],
        }
        print(f"{'median of ' + str(times):44} {'CPU':>6} {'wall':>6}   load {os.getloadavg()[0]:.1f}")
        results: dict[str, list[tuple[float, float]]] = {name: [] for name in commands}
        for _ in range(times + 1):
            for name, command in commands.items():
                results[name].append(measure(command, folder))
        for name, pairs in results.items():
            cpu, wall = (statistics.median(values) for values in zip(*pairs[1:], strict=True))
            print(f"{name:44} {cpu:5.2f}s {wall:5.2f}s")


if __name__ == "__main__":
    main()
