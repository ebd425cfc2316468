"""What an audit costs beside the floors under it and the tools next to it, in one run on one machine.

    python benchmarks/beside.py PATH [PATH ...] [--runs 3] [--peers]

CPU seconds (user and system, children included) and wall seconds of whole processes; the least of the runs, because other
programs only ever add. Ratios count. Each repository is read once beforehand, so that the page cache is warm for all.
"""

import argparse
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

_READ = """
import subprocess, sys
from pathlib import Path
names = subprocess.run(["git", "ls-files", "-z"], cwd=sys.argv[1], capture_output=True).stdout.split(b"\\0")
for name in names:
    path = Path(sys.argv[1], name.decode("utf-8", "surrogateescape"))
    if name and path.is_file() and not path.is_symlink():
        path.read_bytes()
"""
_PARSE = """
import ast, contextlib, gc, sys
from pathlib import Path
gc.disable()
size = 0
for path in Path(sys.argv[1]).rglob("*.py"):
    if ".git" not in path.parts and path.is_file():
        text = path.read_bytes()
        size += len(text)
        with contextlib.suppress(SyntaxError, ValueError, RecursionError):
            ast.parse(text)
print(size)
"""
_WORDS = [f"{a}{b}" for a in ("mlflow", "torch", "sklearn", "wandb", "openai", "pytest", "prometheus", "logging", "dvc", "airflow",
                              "feast", "kafka", "docker", "kube", "helm", "terraform", "sagemaker", "vertex", "azureml", "ray")
          for b in ("", "_run", ".log", "-client", "Config", "Error", "Model", ".load", "_path", "2")]  # fmt: skip


def cost(command: list[str], runs: int, env: dict[str, str] | None = None, prepare: str = "") -> tuple[float, float]:
    """The least CPU and wall seconds; ``prepare`` is a folder to empty before each run."""
    seen = []
    for _ in range(runs):
        if prepare:
            shutil.rmtree(prepare, ignore_errors=True)
        before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=env, check=False)
        wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        seen.append((cpu, wall))
    return min(cpu for cpu, _ in seen), min(wall for _, wall in seen)


def commands(path: Path, *, peers: bool) -> dict[str, list[str]]:
    """By name, those that need no cache of ours."""
    here = str(path)
    words = [word for one in _WORDS for word in ("-e", one)]
    found = {
        "reading all bytes": [sys.executable, "-c", _READ, here],
        "parsing all Python": [sys.executable, "-c", _PARSE, here],
        "git grep, 200 words": ["git", "-C", here, "grep", "-E", "-c", *words],
        "ruff, F401": [*_tool("ruff"), "check", "--select", "F401", "--no-cache", "--isolated", "-q", here],
    }
    if peers:
        found |= {
            "zizmor": ["uvx", "zizmor", "--offline", here],
            "repo-review": ["uvx", "--from", "repo-review[cli]", "--with", "sp-repo-review", "repo-review", here],
            "ml-project-doctor": ["uvx", "ml-project-doctor", here],
            "agentready": ["uvx", "--python", "3.12", "agentready", "assess", "-o", tempfile.gettempdir(), here],
        }
    return found


def _tool(name: str) -> list[str]:
    beside = Path(sys.executable).with_name(name)
    return [str(beside)] if beside.exists() else ["uvx", name]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", nargs="+", type=Path)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--peers", action="store_true", help="other tools from PyPI, too, by uvx")
    parser.add_argument("--history", type=int, default=0, metavar="N", help="the last N commits, too")
    options = parser.parse_args()
    audit = [sys.executable, "-m", "mlops", "audit", "--format", "json"]
    for path in options.paths:
        with tempfile.TemporaryDirectory() as place:
            env = os.environ | {"MLOPS_CACHE_DIR": place}
            cost(commands(path, peers=False)["reading all bytes"], 1)
            others = commands(path, peers=options.peers)
            rows = {name: cost(line, 1 if "grep" in name else options.runs) for name, line in others.items()}
            rows["audit, cold, one process"] = cost([*audit, "--no-cache", "-j1", str(path)], options.runs)
            rows["audit, cold, two processes"] = cost([*audit, "--no-cache", "-j2", str(path)], options.runs)
            rows["audit, cold, and kept"] = cost([*audit, "-j1", str(path)], options.runs, env, place)
            rows["audit, warm"] = cost([*audit, str(path)], options.runs, env)
            rows["audit, a file changed"] = _changed([*audit, "-j1"], path, options.runs, env)
            if options.history:
                line = [sys.executable, "-m", "mlops", "history", str(path), "--every", "commit", "-f", "json"]
                rows[f"history, {options.history} commits"] = cost(
                    [*line, "--no-cache", "--limit", str(options.history)], 1
                )
        base = rows["ruff, F401"][0]
        print(f"\n{path.name}, load {os.getloadavg()[0]:.1f}\n{'':28} {'CPU s':>8} {'wall s':>8} {'ruff':>7}")
        for name, (cpu, wall) in rows.items():
            print(f"{name:28} {cpu:8.2f} {wall:8.2f} {cpu / base:6.1f}x", flush=True)
    helping = cost([sys.executable, "-m", "mlops", "--help"], max(options.runs, 5))
    print(f"\n{'mlops --help':28} {helping[0]:8.2f} {helping[1]:8.2f}")


def _changed(audit: list[str], path: Path, runs: int, env: dict[str, str]) -> tuple[float, float]:
    """A report that is not kept, of files that are: with a fresh file beside them, in a copy."""
    with tempfile.TemporaryDirectory() as place:
        copy = Path(place) / path.name
        subprocess.run(["git", "clone", "-q", "--local", str(path), str(copy)], check=True)
        cost([*audit, str(copy)], 1, env)
        seen = []
        for number in range(runs):
            (copy / "fresh.py").write_text(f"x = {number} + {time.time_ns()}\n")
            seen.append(cost([*audit, str(copy)], 1, env))
        return min(cpu for cpu, _ in seen), min(wall for _, wall in seen)


if __name__ == "__main__":
    main()
