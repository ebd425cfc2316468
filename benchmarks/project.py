"""`python benchmarks/project.py [KIND ...]`: what a generated project costs: to make, to install, to test, to see, to read."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from timing import cost

PYTHON = sys.executable
NOT_COUNTED = ("uv.lock", "LICENSE", "data/")


def measure(words: list[str], folder: Path) -> tuple[float, float]:
    """CPU of a command and of all that it starts, and wall; it must end well."""
    env = {k: v for k, v in os.environ.items() if not k.startswith(("VIRTUAL_ENV", "UV_PROJECT", "APP_", "PYTHON"))}
    return cost(words, folder, env)


def size(folder: Path) -> int:
    """Bytes of a folder, each file once however many names it has."""
    found = {(s.st_dev, s.st_ino): s.st_size for p in folder.rglob("*") if p.is_file() for s in [p.lstat()]}
    return sum(found.values())


def main() -> None:
    """Print a table a kind."""
    for kind in sys.argv[1:] or ["realtime", "batch", "agent"]:
        print(f"\n## {kind}\n")
        table(kind)


def table(kind: str) -> None:
    """Make a project of the kind with its default answers, and print what each step costs."""
    with tempfile.TemporaryDirectory() as scratch:
        place = Path(scratch)
        folder = place / "delays"
        steps = {
            "`mlops new`": ([PYTHON, "-m", "mlops", "new", str(folder), "--defaults", "--data", f"kind={kind}"], place),
            "`uv sync --locked`, nothing installed, packages in the cache": (["uv", "sync", "--locked"], folder),
            "unit tests, the first time (bytecode is compiled)": (["uv", "run", "poe", "unit"], folder),
            "unit tests": (["uv", "run", "poe", "unit"], folder),
            "all tests, the first time": (["uv", "run", "poe", "test"], folder),
            "all tests": (["uv", "run", "poe", "test"], folder),
            "`poe demo`": (["uv", "run", "poe", "demo"], folder),
        }
        print("| | CPU | wall | load |\n| --- | --- | --- | --- |")
        for name, (words, where) in steps.items():
            cpu, wall = measure(words, where)
            print(f"| {name} | {cpu:.1f} s | {wall:.1f} s | {os.getloadavg()[0]:.1f} |", flush=True)
        said = subprocess.run(["git", "ls-files"], cwd=folder, check=True, capture_output=True, text=True)
        files = [folder / name for name in said.stdout.splitlines() if not name.startswith(NOT_COUNTED)]
        lines = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in files}
        parts = {"src/": 0, "tests/": 0}
        for path, number in lines.items():
            for part in parts:
                parts[part] += number if str(path.relative_to(folder)).startswith(part) else 0
        print(f"\nenvironment: {size(folder / '.venv') / 1e6:.0f} MB in {folder.name}/.venv")
        print(f"without lock, licence and data: {len(files)} files, {sum(lines.values())} lines ({parts})")


if __name__ == "__main__":
    main()
