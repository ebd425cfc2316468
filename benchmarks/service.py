"""`python benchmarks/service.py [ROUNDS]`: the generated service beside a bare FastAPI endpoint, same model, same features, in turns."""

import contextlib
import os
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from scaffolder import new

SECONDS, CONNECTIONS = 4, 8
BARE = '''
"""What one would write without anything around it: no record, no ids, no metrics, no log, no release to follow."""
import sys
from datetime import datetime
from pathlib import Path

import numpy as np
import polars as pl
import uvicorn
from delays.training import model
from fastapi import FastAPI
from pydantic import BaseModel

bundle = Path(sys.argv[1])
trained = model.load((bundle / "model.skops").read_bytes())
history = {(r[0], r[1]): r[2:] for r in pl.read_parquet(bundle / "features.parquet").rows()}
unknown = (None, None, None)
app = FastAPI()


class Departure(BaseModel):
    carrier: str
    origin: str
    dest: str
    scheduled_departure: datetime


@app.post("/predict")
async def predict(d: Departure) -> dict[str, float]:
    time = d.scheduled_departure
    row = [time.hour + time.minute / 60, time.isoweekday(), *history.get((d.carrier, d.origin), unknown)]
    return {"probability": float(trained.predict_proba(np.array([row], dtype=np.float64))[0, 1])}


uvicorn.run(app, port=int(sys.argv[2]), access_log=False, log_level="warning")
'''
ASK = (
    """
math.randomseed(os.time())
local carriers, origins = {"UA", "B6", "EV", "DL", "AA"}, {"EWR", "JFK", "LGA"}
request = function()
  local s = SECONDS_OF_DAY
  local body = string.format('{"carrier":"%%s","origin":"%%s","dest":"SFO","scheduled_departure":"2013-%%02d-%%02dT%%02d:%%02d:%%02d"}',
    carriers[math.random(5)], origins[math.random(3)], math.random(12), math.random(28), s // 3600, s // 60 %% 60, s %% 60)
  return wrk.format("POST", "/predict", {["content-type"] = "application/json"}, body)
end
done = function(s, l, r)
  local bad = s.errors.status + s.errors.connect + s.errors.read + s.errors.write + s.errors.timeout
  io.write(string.format("RESULT %%f %%f %%f %%f %%d\\n",
    s.requests / s.duration * 1e6, l:percentile(50) / 1e3, l:percentile(95) / 1e3, l:percentile(99) / 1e3, bad))
end
""".replace("%%", "%")
    .replace(" // 3600", " / 3600")
    .replace("s // 60 % 60", "s / 60 % 60")
)
TIMES = {
    "departures of a timetable: every five minutes of a year": "math.random(0, 287) * 300",
    "hardly a time twice: every minute of a year": "math.random(0, 1439) * 60",
}


class Round(NamedTuple):
    """What wrk says."""

    rate: float
    p50: float
    p95: float
    p99: float
    failures: float


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextlib.contextmanager
def serving(words: list[str], port: int, folder: Path, env: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """A service, from when it listens."""
    with (
        (folder / f"{port}.log").open("w") as log,
        subprocess.Popen(words, cwd=folder, env=env, stderr=log, stdout=log) as process,
    ):
        try:
            while process.poll() is None:
                with contextlib.suppress(OSError):
                    socket.create_connection(("127.0.0.1", port)).close()
                    break
                time.sleep(0.1)
            yield process
        finally:
            process.terminate()


def cpu(process: subprocess.Popen[bytes]) -> float:
    """CPU seconds that a process has used: unlike the clock, others on the machine hardly move them."""
    fields = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def ask(port: int, script: Path, seconds: int = SECONDS) -> Round:
    """One round of wrk."""
    words = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "-s", str(script), f"http://127.0.0.1:{port}"]
    said = subprocess.run(words, check=True, capture_output=True, text=True).stdout
    found = re.search(r"RESULT (.+)", said)
    if not found:
        raise SystemExit(said)
    return Round(*map(float, found[1].split()))


def main() -> None:
    """Print both, in turns, by two sorts of traffic."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "delays"
        if len(sys.argv) > 2:
            folder = Path(sys.argv[2])
        else:
            new(folder, {"project_name": "delays"})
        env = {k: v for k, v in os.environ.items() if not k.startswith(("VIRTUAL_ENV", "UV_PROJECT", "APP_"))}
        env |= {"APP_STATE": f"{scratch}/state", "DO_NOT_TRACK": "1"}
        subprocess.run(["uv", "sync", "--locked", "--quiet"], cwd=folder, env=env, check=True)
        for task in (["features", "--until", "2013-03-18"], ["train"], ["release"]):
            subprocess.run(["uv", "run", "poe", "-q", *task], cwd=folder, env=env, check=True, capture_output=True)
        bundle = next((Path(scratch) / "state/bundles").iterdir())
        (Path(scratch) / "bare.py").write_text(BARE)
        ours, bare = free_port(), free_port()
        python = str(folder / ".venv/bin/python")
        with (
            serving([python, "-m", "delays", "serve", "--port", str(ours)], ours, folder, env) as one,
            serving([python, f"{scratch}/bare.py", str(bundle), str(bare)], bare, folder, env) as other,
        ):
            for title, times in TIMES.items():
                script = Path(scratch) / "ask.lua"
                script.write_text(ASK.replace("SECONDS_OF_DAY", times))
                got: dict[str, list[tuple[Round, float]]] = {"generated": [], "bare": []}
                for port in (ours, bare):
                    ask(port, script, 8)  # warm: the first question about a day costs milliseconds
                for number in range(rounds):
                    pairs = [("generated", ours, one), ("bare", bare, other)]
                    for name, port, process in pairs[:: 1 if number % 2 else -1]:
                        before = cpu(process)
                        told = ask(port, script)
                        got[name].append((told, (cpu(process) - before) / (told.rate * SECONDS) * 1000))
                print(
                    f"\n{title}: median of {rounds} rounds of {SECONDS} s, {CONNECTIONS} connections, load {os.getloadavg()[0]:.1f}"
                )
                print(
                    f"{'':10} {'req/s':>7} {'p50 ms':>7} {'p95 ms':>7} {'p99 ms':>7} {'CPU ms a request':>17} {'failed':>7}"
                )
                lines = {}
                for name, told in got.items():
                    line = [*(statistics.median(getattr(r, f) for r, _ in told) for f in Round._fields[:4])]
                    spent, failed = statistics.median(c for _, c in told), sum(r.failures for r, _ in told)
                    lines[name] = [*line, spent]
                    print(
                        f"{name:10} {line[0]:7.0f} {line[1]:7.2f} {line[2]:7.2f} {line[3]:7.2f} {spent:17.3f} {failed:7.0f}"
                    )
                a, b = lines["generated"], lines["bare"]
                paired = [o[0].rate / g[0].rate for g, o in zip(got["generated"], got["bare"], strict=True)]
                print(
                    f"{'ratio':10} {b[0] / a[0]:7.2f} {a[1] / b[1]:7.2f} {a[2] / b[2]:7.2f} {a[3] / b[3]:7.2f} {a[4] / b[4]:17.2f}"
                    f"   bare / generated, round by round: {min(paired):.2f} to {max(paired):.2f}"
                )


if __name__ == "__main__":
    main()
