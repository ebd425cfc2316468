"""What engines.py has the project's own Python do: store made-up departures, or roll them up on one engine."""

import json
import resource
import sys
import time

import numpy as np
import polars as pl
from delays import config, store
from delays.features import engine

WEEKS = 52


def store_departures(rows: int) -> None:
    """Store a year of departures, a file a week: sixteen carriers at three airports as in the example, and more of them in larger tables."""
    settings, dice = config.load(), np.random.default_rng(0)
    carriers = [f"C{n}" for n in range(max(16, rows // 50_000))]
    for week in range(WEEKS):
        size = rows // WEEKS + (week < rows % WEEKS)
        monday = pl.lit("2013-01-07").str.to_date() + pl.duration(weeks=week)
        frame = pl.DataFrame(
            {
                "carrier": dice.choice(carriers, size),
                "flight": dice.integers(1, 9999, size, dtype=np.int32),
                "origin": dice.choice(["EWR", "JFK", "LGA"], size),
                "dest": dice.choice(["ATL", "BOS", "ORD", "SFO"], size),
                "minutes_late": np.round(dice.exponential(15, size) - 10),
                "minute": np.sort(dice.integers(0, 7 * 24 * 60, size)),
            }
        ).with_columns(batch=monday)
        at = pl.col("batch").cast(pl.Datetime("us")) + pl.duration(minutes="minute")
        store.append(settings, "departures", frame.with_columns(scheduled_departure=at).drop("minute"))


def roll_up() -> None:
    """Roll up what is stored, by the configured engine, and print what came out and what it cost, as JSON."""
    settings, started = config.load(), time.perf_counter()
    if settings.engine.name == "spark":
        engine.session(settings).sparkContext.setLogLevel("ERROR")
    ready = time.perf_counter()
    features = engine.history(settings)
    told = {"start": ready - started, "roll-up": time.perf_counter() - ready, "features": store.digest(features)}
    if settings.engine.name == "spark":
        java = engine.session(settings).sparkContext._gateway.proc  # noqa: SLF001 - to be counted, it must have ended
        engine.session(settings).stop()
        java.stdin.close()
        java.wait()
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    told |= {"cpu": sum(one.ru_utime + one.ru_stime for one in used), "kilobytes": sum(one.ru_maxrss for one in used)}
    print(json.dumps(told))


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["store", rows]:
            store_departures(int(rows))
        case ["roll-up"]:
            roll_up()
