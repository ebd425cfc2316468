"""`python benchmarks/update.py [TIMES]`: CPU and wall seconds of `mlops update` and `mlops add gitlab` of a generated project,
beside plain `copier update` of the same project with the same templates."""

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from timing import cost

from scaffolder import bundle, source

ROOT = Path(__file__).parent.parent
PYTHON = sys.executable
ADD = "import sys, pathlib; from scaffolder import capabilities; capabilities.add(pathlib.Path(), sys.argv[1])"


def measure(command: list[str], project: Path, env: dict[str, str]) -> tuple[float, float]:
    """CPU of the process and of all that it starts, and wall, on a fresh copy of the project."""
    copy = project.parent / "copy" / project.name
    shutil.rmtree(copy.parent, ignore_errors=True)
    shutil.copytree(project, copy, symlinks=True)
    subprocess.run(["git", "status"], cwd=copy, check=True, capture_output=True)  # settles the index of the copy
    return cost(command, copy, env, fine=(0, 1))  # 1: something newer stands in this clone


def main() -> None:
    """The medians, with what else takes time in them."""
    times = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        bundle.build(ROOT, folder)
        env = {
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "GIT_CONFIG_COUNT": "1",
            "GIT_CONFIG_KEY_0": f"url.{folder / bundle.BUNDLE}.insteadOf",
            "GIT_CONFIG_VALUE_0": source.URL,
            "COPIER_CACHE_DIR": str(folder / "cache"),
        }
        first, last = (release.version for release in (bundle.locked(ROOT)[0], bundle.locked(ROOT)[-1]))
        for name, ref in (("old", first), ("new", last)):
            command = [PYTHON, "-m", "mlops", "new", f"{name}/churn", "--defaults", "--ref", ref]
            subprocess.run(command, cwd=folder, check=True, capture_output=True, env=env)
        (folder / "answers.yml").write_text("ci: [github, gitlab]\n")
        plain = [PYTHON, "-m", "copier", "update", "--defaults", "--quiet", "--vcs-ref", last]
        commands = {
            f"mlops update, {first} to {last}": ("old", [PYTHON, "-m", "mlops", "update", "--ref", last]),
            "copier update of the same": ("old", plain),
            "mlops add gitlab, with both audits": ("new", [PYTHON, "-m", "mlops", "add", "gitlab"]),
            "the transition of that alone": ("new", [PYTHON, "-c", ADD, "gitlab"]),
            "copier update with that answer": ("new", [*plain, "--data-file", str(folder / "answers.yml")]),
            "mlops update --check": ("new", [PYTHON, "-m", "mlops", "update", "--check"]),
            "mlops update, nothing to do": ("new", [PYTHON, "-m", "mlops", "update", "--ref", last]),
        }
        print(f"{'median of ' + str(times):44} {'CPU':>6} {'wall':>6}   load {os.getloadavg()[0]:.1f}")
        results: dict[str, list[tuple[float, float]]] = {name: [] for name in commands}
        for _ in range(times + 1):
            for name, (project, command) in commands.items():
                results[name].append(measure(command, folder / project / "churn", env))
        for name, pairs in results.items():
            cpu, wall = (statistics.median(values) for values in zip(*(pairs[1:] or pairs), strict=True))
            print(f"{name:44} {cpu:5.2f}s {wall:5.2f}s")


if __name__ == "__main__":
    main()
