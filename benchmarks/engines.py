"""Where Spark pays: the roll-up of the generated projects' features, on Polars and on Spark, side by side.

    uv run --no-project --with polars --with narwhals --with pyspark benchmarks/engines.py 10000 100000 1000000

Reads Parquet, writes Parquet, as `features/engine.py` of `--kind batch` does, and prints a row for each number of departures.
Spark runs in one process with all cores (`local[*]`); its start is told apart, because a job pays it once.
"""

import runpy
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl
from pyspark.sql import SparkSession

TRANSFORM = (
    Path(__file__).parents[1] / "templates/project/[[ in_tabular ]]/src/[[ package_name ]]/features/transform.py"
)
WEEKS = 26


def departures(rows: int) -> pl.DataFrame:
    """Half a year of made-up departures: sixteen carriers at three airports, as in the example, and more of them."""
    dice = np.random.default_rng(0)
    carriers, airports = [f"C{n}" for n in range(max(16, rows // 50_000))], ["EWR", "JFK", "LGA"]
    monday = pl.date(2013, 1, 7) + pl.duration(weeks=pl.Series(dice.integers(0, WEEKS, rows)))
    return pl.DataFrame(
        {
            "carrier": dice.choice(carriers, rows),
            "origin": dice.choice(airports, rows),
            "minutes_late": np.round(dice.exponential(15, rows) - 10),
        }
    ).with_columns(batch=monday)


def measured(work: Callable[[], object]) -> float:
    """The better of two runs, in seconds of wall time."""
    times = []
    for _ in range(2):
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
    return min(times)


def main() -> None:
    history = runpy.run_path(str(TRANSFORM))["history"]
    started = time.perf_counter()
    spark = SparkSession.builder.master("local[*]").config("spark.ui.enabled", "false").getOrCreate()
    spark.sparkContext.setLogLevel("ERROR")
    spark.range(1).count()
    print(f"Spark starts in {time.perf_counter() - started:.1f} s\n\n| rows | Polars s | Spark s |\n|---|---|---|")
    for rows in map(int, sys.argv[1:]):
        with tempfile.TemporaryDirectory() as folder:
            source = f"{folder}/departures.parquet"
            departures(rows).write_parquet(source)

            def polars(source: str = source, folder: str = folder) -> None:
                history(pl.read_parquet(source)).write_parquet(f"{folder}/polars.parquet")

            def on_spark(source: str = source, folder: str = folder) -> None:
                history(spark.read.parquet(source)).write.mode("overwrite").parquet(f"{folder}/spark")

            print(f"| {rows:,} | {measured(polars):.2f} | {measured(on_spark):.2f} |", flush=True)
            made = [pl.read_parquet(f"{folder}/{name}").height for name in ("polars.parquet", "spark/*.parquet")]
            if made[0] != made[1]:
                sys.exit(f"the engines disagree: {made}")
    spark.stop()


if __name__ == "__main__":
    main()
