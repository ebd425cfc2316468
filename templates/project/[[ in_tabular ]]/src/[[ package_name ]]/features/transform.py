"""The feature functions, written once for training and serving, on any engine that Narwhals knows."""

import narwhals as nw
from narwhals.typing import IntoFrameT

LATE_MINUTES = 15
KEY = ("carrier", "origin")
REQUEST = ("hour", "weekday")
"""Features made from the request itself."""
HISTORY = ("late_rate_1w", "late_rate_4w", "mean_late_1w")
"""Features looked up by carrier and origin."""
FEATURES = (*REQUEST, *HISTORY)


def request(frame: IntoFrameT) -> IntoFrameT:
    """Add what is known from a departure's schedule: the hour with its fraction, and the weekday (Monday is 1)."""
    time = nw.col("scheduled_departure").dt
    hour = time.hour().cast(nw.Float64) + time.minute().cast(nw.Float64) / 60
    weekday = time.weekday().cast(nw.Float64)
    weekday = nw.when(weekday == 0).then(nw.lit(7.0)).otherwise(weekday)  # Narwhals' Spark says 0 on Sundays
    table = nw.from_native(frame)  # type: ignore[type-var]  # the overloads lag behind the documented use
    return table.with_columns(hour=hour, weekday=weekday).to_native()


def label(frame: IntoFrameT) -> IntoFrameT:
    """Add `late`, the answer to "more than 15 minutes late?"."""
    table = nw.from_native(frame)  # type: ignore[type-var]
    return table.with_columns(late=nw.col("minutes_late") > LATE_MINUTES).to_native()


def history(frame: IntoFrameT) -> IntoFrameT:
    """Roll departures up: per carrier and origin, what is known at the end of each batch.

    A row is about its batch and those before, never about a later one: whoever asks from `valid_from` on may know it.
    """

    def window(name: str, batches: int) -> nw.Expr:
        return nw.col(name).rolling_sum(batches, min_samples=1).over(*KEY, order_by="batch")

    late = (nw.col("minutes_late") > LATE_MINUTES).cast(nw.Float64)
    batches = (
        nw.from_native(frame)  # type: ignore[type-var]
        .with_columns(late=late, one=nw.lit(1.0))
        .group_by(*KEY, "batch")
        .agg(nw.col("late", "one", "minutes_late").sum())
    )
    return (
        batches.with_columns(late_4w=window("late", 4), one_4w=window("one", 4))
        .with_columns(
            late_rate_1w=nw.col("late") / nw.col("one"),
            late_rate_4w=nw.col("late_4w") / nw.col("one_4w"),
            mean_late_1w=nw.col("minutes_late") / nw.col("one"),
            valid_from=nw.col("batch").dt.offset_by("7d"),
        )
        .select(*KEY, nw.col("valid_from").cast(nw.Date), *HISTORY)
        .to_native()
    )
