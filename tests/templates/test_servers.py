"""What a generated project does on a laptop it does against the real servers, by configuration alone."""

import contextlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import threading
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self

import pytest
import yaml

from .conftest import Run, clean

pytestmark = pytest.mark.templates

MLFLOW = ("uvx", "--from", "mlflow==3.17.0", "mlflow", "server", "--host", "127.0.0.1", "--workers", "1")
S3 = ("uvx", "--from", "moto[server]==5.2.2", "moto_server", "-H", "127.0.0.1")
SPARK = ("uv", "run", "--locked", "--with", "pyspark==4.3.0", "python")
FIRST, SECOND = "2013-03-18", "2013-03-25"
"""The last batches that the two releases know."""


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def until(fulfilled: Callable[[], object], seconds: float, what: str) -> None:
    """Wait for something."""
    end = time.monotonic() + seconds
    while not fulfilled():
        assert time.monotonic() < end, f"waited {seconds} s in vain for {what}"
        time.sleep(0.2)


def get(url: str) -> Any:
    with urllib.request.urlopen(url, timeout=10) as answer:
        content = answer.read()
    return json.loads(content) if content[:1] in b"{[" else content.decode()


def answers(url: str) -> bool:
    with contextlib.suppress(OSError):
        get(url)
        return True
    return False


def post(url: str, body: Mapping[str, object]) -> Any:
    request = urllib.request.Request(url, json.dumps(body).encode(), {"content-type": "application/json"})
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.loads(answer.read() or b"{}")


@contextlib.contextmanager
def running(*words: str, cwd: Path, port: int, env: dict[str, str] | None = None) -> Iterator[None]:
    """A server and what it starts, from when it listens until we no longer need it."""
    log = cwd / f"server-{port}.log" if env is None else Path(env["LOG"])
    with (
        log.open("w") as out,
        subprocess.Popen(words, cwd=cwd, env=clean(env), stdout=out, stderr=out, start_new_session=True) as process,
    ):
        try:
            end = time.monotonic() + 120
            while process.poll() is None and time.monotonic() < end:
                with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
                    break
                time.sleep(0.1)
            else:
                pytest.fail(f"{words} does not listen:\n{log.read_text()[-3000:]}")
            yield
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)


@contextlib.contextmanager
def listening() -> Iterator[tuple[str, list[tuple[str, Any]]]]:
    """Somebody's HTTP server: its address, and (path, body) of all that is posted to it."""
    got: list[tuple[str, Any]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            got.append((self.path, json.loads(self.rfile.read(int(self.headers["content-length"])))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", got
        server.shutdown()


def poe(run: Run, project: Path, env: dict[str, str], *words: str) -> str:
    """What a task answers."""
    return run(project, "uv", "run", "--locked", "poe", "-q", *words, env=env).stdout.strip()


@contextlib.contextmanager
def service(project: Path, env: dict[str, str], *command: str) -> Iterator[str]:
    """The service of a project, as an address."""
    port = free_port()
    words = command or (".venv/bin/python", "-m", "delays", "serve")
    with running(*words, "--port", str(port), cwd=project, port=port, env=env):
        yield f"http://127.0.0.1:{port}"


ASKED = {"carrier": "UA", "origin": "EWR", "dest": "SFO", "scheduled_departure": "2013-04-01T17:30:00"}


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    """A state of its own, so that the project stays as it was."""
    return {"APP_STATE": f"{tmp_path}/state/{{env}}", "LOG": str(tmp_path / "log")}


@pytest.fixture(scope="module")
def released(project: Path, run: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The state of an environment in which a release is live."""
    folder = tmp_path_factory.mktemp("released")
    env = {"APP_STATE": f"{folder}/{{env}}"}
    poe(run, project, env, "features", "--until", FIRST)
    poe(run, project, env, "train")
    poe(run, project, env, "release")
    return folder


@pytest.fixture
def live(released: Path, env: dict[str, str], tmp_path: Path) -> dict[str, str]:
    """The same as `env`, in which a release is live."""
    shutil.copytree(released, tmp_path / "state")
    return env


def test_an_mlflow_server_is_the_registry_by_its_address_alone(
    project: Path, run: Run, env: dict[str, str], tmp_path: Path
) -> None:
    port, store = free_port(), tmp_path / "mlflow"
    store.mkdir()
    words = (*MLFLOW, "--port", str(port), "--backend-store-uri", f"sqlite:///{store}/mlflow.db")
    env |= {"APP_MLFLOW_URI": f"http://127.0.0.1:{port}"}
    with running(*words, "--artifacts-destination", str(store / "artifacts"), cwd=store, port=port):
        until(lambda: get(f"http://127.0.0.1:{port}/health") == "OK", 60, "MLflow")
        told = []
        for last in (FIRST, SECOND):
            poe(run, project, env, "features", "--until", last)
            told.append((poe(run, project, env, "train"), Path(poe(run, project, env, "release")).name))
        name = json.loads((tmp_path / "state/dev/bundles" / told[0][1] / "manifest.json").read_text())["model_name"]
        versions = get(f"http://127.0.0.1:{port}/api/2.0/mlflow/model-versions/search")["model_versions"]
        assert sorted((row["name"], row["version"]) for row in versions) == [(name, "1"), (name, "2")]
        # An old version can be released again: its files come from the server, which is where they lie.
        again = Path(poe(run, project, env, "release", "--model-version", "1", "--why", "compare"))
    assert [text for text, _ in told] == ["model version 1", "model version 2"]
    assert list(store.rglob("model.skops"))
    assert not list((tmp_path / "state").rglob("mlflow.db"))
    assert not list((tmp_path / "state/dev/mlflow").rglob("model.skops"))
    assert (again / "model.skops").read_bytes() == (
        tmp_path / "state/dev/bundles" / told[0][1] / "model.skops"
    ).read_bytes()
    # The server is gone, and neither serving nor the way back needs it.
    assert poe(run, project, env, "rollback") == told[1][1]
    assert poe(run, project, env, "rollback") == told[0][1]
    with service(project, env) as url:
        assert post(f"{url}/predict", ASKED)["release"] == told[0][1]


def test_a_registry_that_does_not_answer_is_told_in_one_line_and_nothing_goes_live(
    project: Path, run: Run, live: dict[str, str]
) -> None:
    live |= {"APP_MLFLOW_URI": f"http://127.0.0.1:{free_port()}", "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "0"}
    before = poe(run, project, live, "releases")
    done = run(project, "uv", "run", "--locked", "poe", "-q", "release", env=live, check=False)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "error: " in done.stderr
    assert poe(run, project, live, "releases") == before


def test_s3_holds_the_state_by_its_address_alone(project: Path, run: Run, tmp_path: Path) -> None:
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    cloud = {
        "APP_STATE": "s3://delays/{env}",
        "AWS_ENDPOINT_URL": address,
        "AWS_ALLOW_HTTP": "true",
        "AWS_ACCESS_KEY_ID": "somebody",
        "AWS_SECRET_ACCESS_KEY": "something",
        "AWS_REGION": "eu-west-1",
        "APP_PRIVACY_KEY": "the same for every machine",
    }
    trainer, server = (cloud | {"APP_LOCAL": str(tmp_path / m), "LOG": str(tmp_path / f"{m}.log")} for m in ("a", "b"))
    with running(*S3, "-p", str(port), cwd=tmp_path, port=port):
        urllib.request.urlopen(urllib.request.Request(f"{address}/delays", method="PUT"), timeout=10).close()
        releases = []
        for last in (FIRST, SECOND):
            poe(run, project, trainer, "features", "--until", last)
            poe(run, project, trainer, "train")
            releases.append(Path(poe(run, project, trainer, "release")).name)
        # Another machine, which shares nothing with the first one but the bucket.
        with service(project, server) as url:
            assert post(f"{url}/predict", ASKED | {"request_id": "new"})["release"] == releases[1]
            assert poe(run, project, trainer, "rollback") == releases[0]
            until(lambda: post(f"{url}/predict", ASKED)["release"] == releases[0], 5, "the rollback to be followed")
            old = post(f"{url}/predict", ASKED | {"request_id": "old"})["probability"]
        assert json.loads(poe(run, project, server, "collect"))["predictions"] >= 2
        # And a third one, which has nothing at all, makes the same prediction again from the bucket.
        third = cloud | {"APP_LOCAL": str(tmp_path / "c")}
        again = json.loads(poe(run, project, third, "replay", "old"))[0]
        assert (again["release"], again["replayed"], again["same_score"]) == (releases[0], old, True)
        assert "measurements stored" in poe(run, project, server, "monitor")
        # Two people at the same moment: a store that lets the second write win would lose one of them.
        words = (".venv/bin/python", "-m", "delays", "approve", releases[0], "--by")
        both = [subprocess.Popen([*words, name], cwd=project, env=clean(trainer)) for name in ("ada", "grace")]
        back = [subprocess.Popen([*words[:3], "challenge", releases[1], "--share", s], cwd=project, env=clean(trainer),
                                 stderr=subprocess.PIPE, text=True) for s in ("0.1", "0.2")]  # fmt: skip
        assert [process.wait() for process in both] == [0, 0]
        codes = [(process.wait(), process.stderr.read() if process.stderr else "") for process in back]
        rows = poe(run, project, trainer, "releases").splitlines()
        assert [row.split()[0] for row in rows] == [str(n + 1) for n in range(len(rows))]
        assert len(rows) == 3 + [code for code, _ in codes].count(0), codes
        assert 0 in [code for code, _ in codes], codes
        assert all("same moment" in told for code, told in codes if code), codes
    assert not (project / ".state").exists()


SPARKED = """
import sys
import polars as pl
from polars.testing import assert_frame_equal
from pyspark.sql import SparkSession
from delays.features import transform

rows = pl.read_parquet("data/departures-1.parquet").sort("scheduled_departure").gather_every(20)
rows = rows.with_columns(batch=pl.col("scheduled_departure").dt.truncate("1w").cast(pl.Date))
spark = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false")
spark = spark.config("spark.sql.shuffle.partitions", "2").config("spark.driver.bindAddress", "127.0.0.1").getOrCreate()
there = spark.createDataFrame(rows.rows(), rows.columns)

def collected(frame, like):
    return pl.DataFrame([row.asDict() for row in frame.collect()]).select(like.columns).cast(dict(like.schema))

history = transform.history(rows)
assert history["valid_from"].n_unique() > 20 and history["late_rate_1w"].n_unique() > 20
assert_frame_equal(collected(transform.history(there), history), history, check_row_order=False)
asked = transform.label(transform.request(rows))
assert_frame_equal(collected(transform.label(transform.request(there)), asked), asked, check_row_order=False)
print("equal", type(there).__module__)
"""


@pytest.mark.skipif(shutil.which("java") is None, reason="Spark needs Java, which is no Python package")
def test_the_feature_functions_give_on_spark_what_they_give_embedded(project: Path, run: Run, tmp_path: Path) -> None:
    (tmp_path / "sparked.py").write_text(SPARKED)
    env = {"TZ": "UTC", "SPARK_LOCAL_IP": "127.0.0.1", "UV_PROJECT_ENVIRONMENT": str(tmp_path / "venv")}
    done = run(project, *SPARK, str(tmp_path / "sparked.py"), env=env)
    assert done.stdout.split()[:1] == ["equal"]
    assert "pyspark" in done.stdout


def test_a_webhook_is_told_of_an_alert_once_and_of_a_calm_run_nothing(
    project: Path, run: Run, live: dict[str, str]
) -> None:
    with listening() as (url, got):
        live |= {"APP_WEBHOOK": f"{url}/hook"}
        poe(run, project, live, "features", "--until", SECOND)
        assert got == []
        run(
            project,
            "uv",
            "run",
            "--locked",
            "poe",
            "-q",
            "train",
            env=live | {"APP_GATES__AUC_FLOOR": "0.99"},
            check=False,
        )
    assert [(path, body["name"], body["severity"], body["env"]) for path, body in got] == [
        ("/hook", "gate_refused", "ticket", "dev")
    ]
    assert "0.99" in got[0][1]["text"]


def test_a_webhook_that_is_down_stops_no_pipeline(
    project: Path, run: Run, live: dict[str, str], tmp_path: Path
) -> None:
    live |= {"APP_WEBHOOK": f"http://127.0.0.1:{free_port()}/hook", "APP_GATES__AUC_FLOOR": "0.99"}
    done = run(project, "uv", "run", "--locked", "poe", "-q", "train", env=live, check=False)
    assert done.returncode == 1
    assert "webhook failed" in done.stderr
    assert '"gate_refused"' in (tmp_path / "state/dev/alerts.jsonl").read_text()


def hurried(project: Path, folder: Path, port: int, alertmanager: str) -> Path:
    """The project's Prometheus files with seconds for minutes, and other addresses; nothing else differs."""
    shutil.copytree(project / "ops/prometheus", folder)
    rules = folder / "rules.yml"
    text = re.sub(r"\bfor: \d+[mh]", "for: 6s", rules.read_text())  # longer than the first scrape takes
    rules.write_text(re.sub(r"\[\d+[mhd]\]", "[10s]", text))
    config = yaml.safe_load((folder / "prometheus.yml").read_text())
    config["global"] |= {"scrape_interval": "1s", "evaluation_interval": "1s"}
    config["scrape_configs"][0]["static_configs"][0]["targets"] = [f"127.0.0.1:{port}"]
    config["alerting"]["alertmanagers"][0]["static_configs"][0]["targets"] = [alertmanager.removeprefix("http://")]
    (folder / "prometheus.yml").write_text(yaml.safe_dump(config))
    return folder / "prometheus.yml"


SLOWED = """
import sys, time
from pathlib import Path
from delays.__main__ import main
from delays.inference.serving import Loaded

score, slow = Loaded.score, Path(sys.argv.pop(1))
Loaded.score = lambda self, row: (slow.exists() and time.sleep(0.2), score(self, row))[1]
sys.exit(main())
"""
"""`poe serve` with a model that becomes slow when a file says so."""


class Traffic:
    """Somebody who asks about real departures without a pause."""

    def __init__(self, url: str, departures: list[dict[str, object]]) -> None:
        self.url, self.departures, self.failures = url, departures, list[str]()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._ask)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _ask(self) -> None:
        while not self._stop.is_set():
            for asked in self.departures:
                try:
                    post(f"{self.url}/predict", asked)
                except OSError as error:
                    self.failures.append(str(error))
                if self._stop.wait(0.01):
                    return


DEPARTURES = """
import json, sys, polars as pl
rows = pl.read_parquet("data/departures-1.parquet").filter(pl.col("scheduled_departure") >= pl.datetime(2013, 2, 25))
rows = rows.filter(pl.col("scheduled_departure") < pl.datetime(2013, 3, 25)).sample(500, seed=1)
print(json.dumps([r | {"scheduled_departure": r["scheduled_departure"].isoformat()}
                  for r in rows.select("carrier", "origin", "dest", "scheduled_departure", "minutes_late").to_dicts()]))
"""


@pytest.mark.skipif(shutil.which("prometheus") is None, reason="Prometheus is a Debian package: apt install prometheus")
def test_prometheus_fires_on_drift_and_on_latency_and_is_silent_in_calm_traffic(
    project: Path, run: Run, live: dict[str, str], tmp_path: Path
) -> None:
    rows = json.loads(run(project, ".venv/bin/python", "-c", DEPARTURES).stdout)
    late = [row.pop("minutes_late") for row in rows]
    slow, script, port = tmp_path / "slow", tmp_path / "slowed.py", free_port()
    script.write_text(SLOWED)
    live |= {"APP_SERVING__ROTATE_SECONDS": "0"}
    poe(run, project, live, "features", "--until", SECOND)
    with (
        listening() as (alertmanager, sent),
        service(project, live, ".venv/bin/python", str(script), str(slow), "serve") as url,
    ):
        for number, (row, minutes) in enumerate(zip(rows, late, strict=True)):
            post(f"{url}/predict", row | {"request_id": f"calm-{number}"})
            post(f"{url}/outcomes", {"request_id": f"calm-{number}", "minutes_late": minutes})
        poe(run, project, live, "monitor")

        config = hurried(project, tmp_path / "prometheus", int(url.rpartition(":")[2]), alertmanager)
        words = ("prometheus", f"--config.file={config}", f"--storage.tsdb.path={tmp_path}/tsdb")
        with running(*words, f"--web.listen-address=127.0.0.1:{port}", cwd=tmp_path, port=port):
            prometheus = f"http://127.0.0.1:{port}/api/v1"

            def firing() -> set[str]:
                found = get(f"{prometheus}/alerts")["data"]["alerts"]
                return {alert["labels"]["alertname"] for alert in found if alert["state"] == "firing"}

            def value(query: str) -> float:
                found = get(f"{prometheus}/query?query={urllib.parse.quote(query)}")["data"]["result"]
                return float(found[0]["value"][1]) if found else float("nan")

            until(lambda: answers(f"http://127.0.0.1:{port}/-/ready"), 60, "Prometheus")
            until(lambda: value("up") == 1, 30, "the first scrape")
            with Traffic(url, rows) as traffic:
                until(lambda: value('rate(http_requests_total{route="/predict",status="200"}[10s])') > 5, 30, "traffic")
                rules = get(f"{prometheus}/rules")["data"]["groups"]
                assert [r["name"] for g in rules for r in g["rules"] if r["health"] == "err"] == []
                calm = time.monotonic() + 20
                while time.monotonic() < calm:
                    assert firing() == set()
                    time.sleep(0.5)
                assert sent == []

                slow.touch()
                until(lambda: "LatencyHigh" in firing(), 60, "the alert of latency")
                assert firing() == {"LatencyHigh"}
                slow.unlink()
                until(lambda: firing() == set(), 60, "the alert of latency to end")

            nights = [row | {"scheduled_departure": f"{row['scheduled_departure'][:10]}T23:{i % 60:02}:00"}
                      for i, row in enumerate(rows)]  # fmt: skip
            for row in nights:
                post(f"{url}/predict", row)
            assert firing() == set()  # traffic has drifted, and nobody has measured it yet
            poe(run, project, live, "monitor")
            until(lambda: "InputDrift" in firing(), 30, "the alert of drift")
            assert firing() <= {"InputDrift", "PredictionDrift"}
            assert value('drift_psi{feature="hour"}') > 0.25
            told = {body["labels"]["alertname"]: body["labels"] for _, batch in sent for body in batch}
            assert {"LatencyHigh", "InputDrift"} <= told.keys() <= {"LatencyHigh", "InputDrift", "PredictionDrift"}
            assert (told["LatencyHigh"]["severity"], told["InputDrift"]["severity"]) == ("page", "ticket")
            assert traffic.failures == []
