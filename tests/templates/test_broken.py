"""The world goes wrong around the generated project, and it notices: what was good stays, and somebody is told."""

import contextlib
import http.server
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest
from mutants import QUIET

pytestmark = pytest.mark.templates
Answer = dict[str, Any]
Run = Callable[..., "subprocess.CompletedProcess[str]"]
NAMESPACES = subprocess.run(["unshare", "-rm", "true"], capture_output=True, check=False).returncode == 0
ASKED = {"carrier": "UA", "origin": "EWR", "dest": "SFO", "scheduled_departure": "2013-04-01T17:30:00"}

PRELUDE = """
import json, sys
from datetime import date, timedelta
from pathlib import Path
import polars as pl
from delays import alerts, bundle, config, log, release, store
from delays.features import pipeline as features, source
sys.path.insert(0, "tests")
settings = config.load()
log.configure(settings)
UNTIL, NEXT = date(2013, 3, 4), date(2013, 3, 11)
def versions():
    return [store.version(settings, table) for table in ("departures", "features", "releases")]
"""


class World:
    """The project and a state folder of its own, without a byte written into the project."""

    def __init__(self, project: Path, state: Path, run: Run) -> None:
        self.project, self.state, self._run = project, state, run
        self.env = {**QUIET, "APP_STATE": f"{state}/{{env}}"}

    def do(self, *words: str, fails: bool = False, **env: str) -> str:
        """One command of the project; what it answers, or in one line why it does not."""
        command = (".venv/bin/python", "-m", "delays", *words)
        done = self._run(self.project, *command, env={**self.env, **env}, check=not fails)
        if not fails:
            return done.stdout
        assert done.returncode == 1, done.stderr
        assert "Traceback" not in done.stderr
        return done.stderr.splitlines()[-1]

    def tell(self, script: str, **env: str) -> Any:
        """What a script, run in the project, says last."""
        words = (".venv/bin/python", "-c", PRELUDE + script)
        return json.loads(self._run(self.project, *words, env={**self.env, **env}).stdout.splitlines()[-1])

    def start(self, *words: str, **env: str) -> "subprocess.Popen[str]":
        """One command of the project, while it runs."""
        clean = {name: value for name, value in os.environ.items() if not name.startswith(("UV_", "PY", "APP_"))}
        command = [str(self.project / ".venv/bin/python"), "-m", "delays", *words]
        return subprocess.Popen(
            command, cwd=self.project, env={**clean, **self.env, **env}, stderr=subprocess.PIPE, text=True
        )

    def alerts(self) -> list[str]:
        path = self.state / "dev/alerts.jsonl"
        return [json.loads(line)["name"] for line in path.read_text().splitlines()] if path.exists() else []

    def tables(self) -> dict[str, int]:
        """How often what serving and training stand on was written."""
        return {
            name: len(list((self.state / f"dev/tables/{name}/_delta_log").glob("*.json")))
            for name in ("departures", "features", "releases")
        }


@pytest.fixture(scope="module")
def prepared(project: Path, run: Run, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, str]:
    """Ten batches, an old release and a new one, which is live; and batches to come with something wrong in them."""
    folder = tmp_path_factory.mktemp("state")
    told = World(project, folder, run).tell(
        """
from worlds import bundled
features.run(settings, until=UNTIL)
old, new = bundled(settings, until=date(2013, 2, 11)), bundled(settings, version=2)
for one in (old, new):
    release.go_live(settings, one)
coming, some = source.read(settings, NEXT), pl.int_range(pl.len())
late = pl.col("minutes_late")
for name, change in {
    "shape": late.alias("delay"),
    "few": pl.when(some < 9).then(9999.0).otherwise(late).alias("minutes_late"),
    "many": pl.when(some % 5 == 0).then(None).otherwise(late).alias("minutes_late"),
    "shifted": late + 45,
}.items():
    coming.with_columns(change).write_parquet(settings.local / f"{name}.parquet")
everything = pl.read_parquet(settings.source).with_columns(week=pl.col("scheduled_departure").dt.truncate("1w"))
everything.with_columns(late.shuffle(seed=1).over("week")).drop("week").write_parquet(settings.local / "noise.parquet")
clock = pl.col("scheduled_departure").dt.time()
noise, order = late.shuffle(seed=1).over("week", "origin"), late.sort().over("week", "origin")
unfair = pl.when(pl.col("origin") == "LGA").then(noise).otherwise(order)  # nothing can be known about one airport
everything.sort(clock).with_columns(unfair.alias("minutes_late")).drop("week").write_parquet(settings.local / "unfair.parquet")
print(json.dumps([old, new]))
"""
    )
    return folder, *told


@pytest.fixture
def world(prepared: tuple[Path, str, str], project: Path, run: Run, tmp_path: Path) -> World:
    shutil.copytree(prepared[0], tmp_path / "state")
    return World(project, tmp_path / "state", run)


@pytest.fixture
def releases(prepared: tuple[Path, str, str]) -> tuple[str, str]:
    """The old one and the new one."""
    return prepared[1:]


# Data


@pytest.mark.parametrize(
    ("batch", "why"), [("shape", "columns"), ("many", "rows are bad"), ("shifted", "minutes_late has shifted")]
)
def test_a_bad_batch_halts_leaves_what_was_good_and_somebody_is_told(world: World, batch: str, why: str) -> None:
    before, live = world.tables(), world.do("releases")
    assert why in world.do("features", fails=True, APP_SOURCE=f"{world.state}/dev/{batch}.parquet")
    assert world.tables() == before
    assert world.do("releases") == live
    assert world.alerts() == ["bad_batch"]
    assert 'status="failure"} 1' in (world.state / "dev/metrics/features.prom").read_text()


def test_a_few_bad_rows_are_set_aside_with_their_reason_and_the_rest_goes_on(world: World) -> None:
    world.do("features", APP_SOURCE=f"{world.state}/dev/few.parquet")
    reasons, stored = world.tell(
        """
stored = store.read(settings, "departures").filter(pl.col("batch") == NEXT).height
print(json.dumps([store.read(settings, "quarantine")["reason"].to_list(), source.read(settings, NEXT).height - stored]))
"""
    )
    assert [reason.startswith("minutes_late: in_range") for reason in reasons] == [True] * 9
    assert stored == 9
    assert 'rows_quarantined{pipeline="features"} 9' in (world.state / "dev/metrics/features.prom").read_text()
    assert world.alerts() == []


def test_a_good_batch_alarms_nobody(world: World) -> None:
    before = world.tables()
    world.do("features", "--until", "2013-03-11")
    assert world.tables()["features"] == before["features"] + 1
    assert world.alerts() == []


# Models


@pytest.mark.parametrize(("data", "why"), [("noise", "is below the floor"), ("unfair", "gap_origin")])
def test_a_model_that_learnt_nothing_or_wrongs_one_airport_is_not_registered(
    world: World, releases: tuple[str, str], data: str, why: str
) -> None:
    shutil.rmtree(world.state / "dev/tables/departures")
    shutil.rmtree(world.state / "dev/tables/features")
    world.do("features", "--until", "2013-03-04", APP_SOURCE=f"{world.state}/dev/{data}.parquet")
    assert why in world.do("train", fails=True)
    assert not (world.state / "dev/mlflow").exists()
    assert world.alerts() == ["gate_refused"]
    assert f"{releases[1]} by" in world.do("releases").splitlines()[-1]


def test_each_model_can_be_asked_for_again_with_the_data_that_made_it(world: World) -> None:
    told = world.tell(
        """
from delays import registry
from delays.training import pipeline as training
free = settings.model_copy(update={"gates": settings.gates.model_copy(update={"auc_floor": 0.5, "regression": 0.5})})
first = training.run(free)
features.run(settings, until=NEXT)
second = training.run(free)
one, two = registry.fetch(settings, first), registry.fetch(settings, second)
again = [
    store.digest(training.dataset(settings, int(m.lineage["data_version"]), int(m.lineage["feature_version"])))
    for m in (one, two)
]
bundled = bundle.verify(release.release(settings, first))
print(json.dumps({
    "numbers": [first, second], "differ": one.files["model.skops"] != two.files["model.skops"],
    "lineage": [m.lineage["data_digest"] for m in (one, two)], "again": again,
    "bundled": [bundled.model_version, bundled.data_digest],
}))
"""
    )
    assert told["numbers"] == [1, 2]
    assert told["differ"]
    assert told["again"] == told["lineage"]
    assert told["lineage"][0] != told["lineage"][1]
    assert told["bundled"] == [1, told["lineage"][0]]


# Traffic

TRAFFIC = """
from starlette.testclient import TestClient
from delays.inference import predictions
from delays.inference.app import create_app
from delays.training import pipeline as training
hour, contrary = {hour}, {contrary}
rows = training.dataset(settings).sample(600, seed=1)
with TestClient(create_app(settings)) as client:
    for i, row in enumerate(rows.to_dicts()):
        time = row["scheduled_departure"] if hour is None else row["scheduled_departure"].replace(hour=hour)
        asked = {{name: row[name] for name in ("carrier", "origin", "dest")}} | {{"scheduled_departure": time.isoformat()}}
        said = client.post("/predict", json=asked | {{"request_id": f"r{{i}}"}}).json()
        minutes = row["minutes_late"] if not contrary else 0 if said["late"] else 60
        client.post("/outcomes", json={{"request_id": f"r{{i}}", "minutes_late": minutes}})
predictions.collect(settings)
print(0)
"""


@contextlib.contextmanager
def webhook() -> Iterator[tuple[str, list[Answer]]]:
    """An address, and what is sent to it."""
    received: list[Answer] = []

    class Hook(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            received.append(json.loads(self.rfile.read(int(self.headers["content-length"]))))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Hook) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", received
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(
    ("hour", "contrary", "told"),
    [(None, False, []), (23, False, ["drift"]), (None, True, ["quality", "cost"])],
    ids=["as ever", "suddenly at night", "all predictions wrong"],
)
def test_who_is_told_of_the_traffic(world: World, hour: int | None, contrary: bool, told: list[str]) -> None:
    world.tell(TRAFFIC.format(hour=hour, contrary=contrary))
    with webhook() as (address, received):
        world.do("monitor", APP_WEBHOOK=address)
    assert [name for name in world.alerts() if name in told or not told] == told
    assert [one["name"] for one in received] == world.alerts()
    exported = (world.state / "dev/metrics/monitor.prom").read_text()
    drifted = re.findall(r'drift_psi\{feature="(\w+)"\} (\S+)', exported)
    assert ("hour" in [name for name, psi in drifted if float(psi) > 0.25]) == (hour is not None)


# Releases and the service


class Service:
    """`serve`, and what it answers."""

    def __init__(self, world: World) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = int(free.getsockname()[1])
        self.process = world.start("serve", "--port", str(self.port))
        self.lines: list[str] = []
        self._reader = threading.Thread(target=self._read)
        self._reader.start()
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline and self.process.poll() is None:
            with contextlib.suppress(ConnectionRefusedError):
                socket.create_connection(("127.0.0.1", self.port)).close()
                return
            time.sleep(0.05)
        raise AssertionError("".join(self.lines))

    def _read(self) -> None:
        assert self.process.stderr is not None
        self.lines.extend(self.process.stderr)

    def ask(self, path: str, body: Answer | None = None) -> Any:
        """One request on a connection of its own."""
        with contextlib.closing(HTTPConnection("127.0.0.1", self.port, timeout=60)) as connection:
            return exchange(connection, path, body)

    def answers(self) -> list[float]:
        """The probabilities of some departures."""
        carriers = [ASKED | {"carrier": carrier, "origin": o} for carrier in ("UA", "B6", "DL") for o in ("EWR", "JFK")]
        return [self.ask("/predict", asked)["probability"] for asked in carriers]

    def follows(self, release: str) -> None:
        """Wait until this release answers."""
        deadline = time.monotonic() + 30
        while self.ask("/release")["live"]["release"] != release:
            assert time.monotonic() < deadline
            time.sleep(0.02)

    def end(self, number: signal.Signals = signal.SIGTERM) -> None:
        self.process.send_signal(number)
        self.process.wait(30)
        self._reader.join()


def exchange(connection: HTTPConnection, path: str, body: Answer | None = None) -> Any:
    headers = {"content-type": "application/json"}
    connection.request("POST" if body else "GET", path, json.dumps(body) if body else None, headers)
    answer = connection.getresponse()
    text = answer.read().decode()
    assert answer.status < 300, text
    return text if path == "/metrics" else json.loads(text)


@pytest.fixture
def service(world: World) -> Iterator[Service]:
    running = Service(world)
    yield running
    if running.process.poll() is None:
        running.end()


class Caller(threading.Thread):
    """Somebody who asks one thing after another until the service is gone."""

    def __init__(self, service: Service, name: str) -> None:
        super().__init__(name=name)
        self.service, self.answered, self.stopped = service, list[Answer](), threading.Event()

    def run(self) -> None:
        with (
            contextlib.suppress(OSError, http.client.HTTPException),
            contextlib.closing(HTTPConnection("127.0.0.1", self.service.port, timeout=60)) as connection,
        ):
            while not self.stopped.is_set():
                asked = ASKED | {"request_id": f"{self.name}-{len(self.answered)}"}
                self.answered.append(exchange(connection, "/predict", asked))


def test_a_killed_service_loses_no_prediction_that_it_answered(world: World, service: Service) -> None:
    callers = [Caller(service, f"caller{number}") for number in range(3)]
    for caller in callers:
        caller.start()
    while min(len(caller.answered) for caller in callers) < 50:
        assert all(caller.is_alive() for caller in callers)
        time.sleep(0.01)
    service.end(signal.SIGKILL)
    for caller in callers:
        caller.join()
    answered = {answer["request_id"]: answer["probability"] for caller in callers for answer in caller.answered}
    moved = json.loads(world.do("collect"))["predictions"]
    assert len(answered) <= moved <= len(answered) + len(callers)  # and what was under way
    rows = world.tell('print(json.dumps(store.read(settings, "predictions").select("request_id", "score").rows()))')
    assert len(rows) == len(dict(rows)) == moved
    assert answered.items() <= dict(rows).items()
    assert json.loads(world.do("collect"))["predictions"] == 0
    logged = [json.loads(line) for line in service.lines if line.endswith("\n")]
    traced = {line["request_id"] for line in logged if line["event"] == "request" and line["trace_id"]}
    assert len(answered) <= len(traced) + len(callers)  # a line is written after the answer
    assert [row["same_score"] for row in json.loads(world.do("replay", "caller0-7"))] == [True]


def test_a_rollback_under_traffic_brings_the_old_answers_back_bit_for_bit_and_drops_none(
    world: World, service: Service, releases: tuple[str, str]
) -> None:
    old, new = releases
    caller = Caller(service, "caller")
    caller.start()
    of_new = service.answers()
    world.do("rollback", "--why", "worse on Mondays")
    service.follows(old)
    of_old = service.answers()
    world.tell(f'features.run(settings, until=NEXT); print(release.go_live(settings, "{new}").seq)')
    service.follows(new)
    assert service.answers() == of_new != of_old
    world.do("rollback")
    service.follows(old)
    assert service.answers() == of_old
    assert caller.is_alive()  # the first answer that is an error ends it
    caller.stopped.set()
    caller.join()
    assert [{"release": old, "probability": of_old[0]}, {"release": new, "probability": of_new[0]}] == sorted(
        ({"release": r, "probability": p} for r, p in {(a["release"], a["probability"]) for a in caller.answered}),
        key=lambda row: row["release"] != old,
    )
    assert "worse on Mondays" in world.do("releases")


def test_a_release_that_does_not_load_leaves_the_old_one_answering_and_somebody_is_told(
    world: World, service: Service, releases: tuple[str, str]
) -> None:
    before = service.answers()
    world.tell(
        f"""
path = bundle.folder(settings, "{releases[0]}")
files = {{name: (path / name).read_bytes() for name in bundle.FILES}} | {{"model.skops": b"no model"}}
print(release.go_live(settings, bundle.write(settings, files, bundle.verify(path)).id).seq)
"""
    )
    deadline = time.monotonic() + 30
    while not world.alerts():
        assert time.monotonic() < deadline
        time.sleep(0.02)
    assert world.alerts() == ["release_load_failed"]
    assert service.answers() == before
    assert service.ask("/predict", ASKED)["release"] == releases[1]
    assert "release_load_failures_total 1.0" in service.ask("/metrics")
    world.do("rollback")
    assert service.answers() == before


def test_what_was_changed_or_not_signed_off_goes_nowhere(world: World, releases: tuple[str, str]) -> None:
    good, bad = world.state / "dev/bundles" / releases[1], world.state / "bad"
    shutil.copytree(good, bad)
    (bad / "features.parquet").write_bytes((bad / "features.parquet").read_bytes() + b" ")
    for env in ("preprod", "prod"):
        shutil.copytree(world.state / "dev/tables/departures", world.state / env / "tables/departures")
        shutil.copytree(world.state / "dev/tables/features", world.state / env / "tables/features")
    assert "changed after it was made" in world.do("promote", "--bundle", str(bad), "--to", "preprod", fails=True)
    assert "is not approved for prod" in world.do("promote", "--bundle", str(good), "--to", "prod", fails=True)
    assert world.do("releases", APP_ENV="preprod") == world.do("releases", APP_ENV="prod") == ""
    world.do("approve", "--bundle", str(good), "--by", "ada", APP_ENV="prod")
    assert world.do("promote", "--bundle", str(good), "--to", "prod").strip() == releases[1]


def test_a_customer_stays_on_one_side_also_when_the_service_starts_anew(
    world: World, service: Service, releases: tuple[str, str]
) -> None:
    def arms(running: Service) -> dict[str, str]:
        return {
            customer: running.ask("/predict", ASKED | {"customer_id": customer})["arm"]
            for customer in (f"customer{number}" for number in range(40))
        }

    assert set(arms(service).values()) == {"champion"}
    world.do("challenge", releases[0], "--share", "0.5")
    service.end()
    one = Service(world)
    first = arms(one)
    one.end(signal.SIGKILL)
    other = Service(world)
    assert arms(other) == first
    other.end()
    assert 8 < list(first.values()).count("challenger") < 32


# Pipelines, machines and environments


def test_a_feature_pipeline_that_is_killed_leaves_whole_batches_and_ends_as_if_it_had_not_been(
    world: World, prepared: tuple[Path, str, str]
) -> None:
    shutil.rmtree(world.state / "dev/tables/departures")
    shutil.rmtree(world.state / "dev/tables/features")
    check = """
stored = store.read(settings, "departures").group_by("batch").len().sort("batch").rows()
whole = [(day, source.read(settings, day).height) for day, _ in stored]
bad = store.read(settings, "quarantine").group_by("batch").len().rows()
lost = [day for (day, rows), (_, all_) in zip(stored, whole) if rows + dict(bad).get(day, 0) != all_]
known = store.read(settings, "features")
print(json.dumps([len(stored), len(lost), store.digest(store.read(settings, "departures")), store.digest(known)]))
"""
    seen = []
    for commits in (2, 6):
        process = world.start("features", "--until", "2013-03-04")
        while world.tables()["departures"] < commits and process.poll() is None:
            time.sleep(0.002)
        process.kill()
        process.communicate()
        assert process.returncode == -signal.SIGKILL, "it was faster than the test"
        batches, lost, *_ = world.tell(check)
        assert lost == 0
        seen.append(batches)
    assert 0 < seen[0] <= seen[1] < 10
    world.do("features", "--until", "2013-03-04")
    untouched = World(world.project, prepared[0], world._run).tell(check)
    assert world.tell(check) == untouched
    assert untouched[:2] == [10, 0]


FULL = """
import os
from starlette.testclient import TestClient
from delays.inference import predictions
from delays.inference.app import create_app
asked = {asked}
def ask(client, name):
    return client.post("/predict", json=asked | {{"request_id": name}}).status_code
with TestClient(create_app(settings), raise_server_exceptions=False) as client:
    before = [ask(client, f"a{{i}}") for i in range(5)]
    filler = os.open(settings.local / "filler", os.O_CREAT | os.O_WRONLY)
    for size in (1 << 16, 1 << 12):
        try:
            while True:
                os.write(filler, b"x" * size)
        except OSError:
            pass
    full = [ask(client, f"b{{i}}") for i in range(60)]
    os.unlink(settings.local / "filler"); os.close(filler)
    after = [ask(client, f"c{{i}}") for i in range(5)]
names = predictions.read(settings)["request_id"].to_list()
said = dict(zip([f"{{k}}{{i}}" for k, n in (("a", 5), ("b", 60), ("c", 5)) for i in range(n)], before + full + after))
moved = predictions.collect(settings)["predictions"]
print(json.dumps([said, names, moved]))
"""


@pytest.mark.skipif(not NAMESPACES, reason="this machine gives no user namespaces")
def test_on_a_full_disk_nothing_is_answered_that_is_not_recorded(world: World, tmp_path: Path, run: Run) -> None:
    (tmp_path / "script.py").write_text(PRELUDE + FULL.format(asked=ASKED))
    (tmp_path / "disk").mkdir()
    shell = f"""
set -e
mount -t tmpfs -o size=40m none {tmp_path}/disk
cp -r {world.state}/. {tmp_path}/disk
APP_STATE={tmp_path}/disk/{{env}} .venv/bin/python {tmp_path}/script.py
"""
    done = run(world.project, "unshare", "-rm", "sh", "-c", shell, env={**QUIET, "PYTHONPATH": "src"})
    said, names, moved = json.loads(done.stdout.splitlines()[-1])
    answered = {name for name, status in said.items() if status == 200}
    assert {status for name, status in said.items() if name[0] == "b"} >= {500}
    assert {status for name, status in said.items() if name[0] != "b"} == {200}
    assert answered == set(names)
    assert moved == len(names) == len(set(names))


@pytest.mark.skipif(not NAMESPACES, reason="this machine gives no user namespaces")
def test_a_pipeline_that_finds_no_room_fails_and_goes_on_where_there_is_some(
    world: World, tmp_path: Path, run: Run
) -> None:
    (tmp_path / "disk").mkdir()
    shell = f"""
mount -t tmpfs -o size=40m none {tmp_path}/disk
cp -r {world.state}/. {tmp_path}/disk
dd if=/dev/zero of={tmp_path}/disk/filler bs=4k 2>/dev/null
export APP_STATE={tmp_path}/disk/{{env}}
.venv/bin/python -m delays features --until 2013-03-11 2>/dev/null; echo "full $?"
rm {tmp_path}/disk/filler
.venv/bin/python -m delays features --until 2013-03-11 2>/dev/null; echo "room $?"
"""
    done = run(world.project, "unshare", "-rm", "sh", "-c", shell, env=QUIET)
    assert "full 1" in done.stdout
    assert "room 0" in done.stdout


def test_dependencies_that_are_not_locked_stop_ci(project: Path, run: Run, tmp_path: Path) -> None:
    copy = tmp_path / "project"
    shutil.copytree(project, copy, ignore=shutil.ignore_patterns(".venv", ".git"))
    config = copy / "pyproject.toml"
    config.write_text(re.sub(r'\n  "narwhals[^\n]*', "", config.read_text()))
    done = run(copy, "uv", "run", "poe", "lint", env={"UV_LOCKED": "1"}, check=False)
    assert done.returncode != 0
    assert "lock" in done.stderr
    assert not (copy / ".venv/bin/ruff").exists()
