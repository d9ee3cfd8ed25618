"""Meters that are read by the day or by the bill, as batches."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

import numpy as np
import numpy.typing as npt
import polars as pl

from wattstone.base import Period
from wattstone.baselines.timeline import fold_days
from wattstone.inventory.plan import Stream
from wattstone.readings.hours import HOUR
from wattstone.readings.partitions import parts_of
from wattstone.savings.periods import Dates
from wattstone.workflows.savings.batches import DOUBTFUL, Batch
from wattstone.workflows.stores import Lake

DAY = (22 * HOUR, 26 * HOUR)
"""Lengths that count as a day: clocks change by an hour, and meters are read with some minutes' delay. [s]"""


@dataclass(frozen=True)
class Longer:
    """Readings longer than an hour of one meter, in the order of time.

    Parameters
    ----------
    start : (b,) array of datetime64[s]
        Naive UTC.
    seconds : (b,) array of int
        Lengths. [s]
    value : (b,) array
        Use; NaN where it is missing or doubtful.
    estimated : (b,) array of bool
        Whether the supplier estimated it.
    """

    start: npt.NDArray[np.datetime64]
    seconds: npt.NDArray[np.int64]
    value: npt.NDArray[np.float64]
    estimated: npt.NDArray[np.bool_]

    @property
    def daily(self) -> bool:
        """Whether most of the readings are of a day."""
        return bool(len(self.seconds)) and DAY[0] <= float(np.median(self.seconds)) <= DAY[1]


def longer_readings(lake: Lake, streams: Sequence[Stream], dates: Dates) -> dict[str, Longer]:
    """Readings longer than an hour that begin in some days, by meter.

    Parameters
    ----------
    lake : Lake
        The readings.
    streams : sequence of Stream
        Whose.
    dates : Dates
        Local days; readings of a day more on both sides are read too.
    """
    noon = [np.datetime64(day, "us").item() for day in (dates.first, dates.last)]
    period = Period(noon[0] - timedelta(days=1), noon[1] + timedelta(days=2))
    scan = lake.scan("readings", parts=parts_of(period, lake.parts("readings")))
    if scan is None or not streams:
        return {}
    keys = {one.key: one.meter.id for one in streams}
    inside = pl.col("start").is_between(period.start, period.end) & (pl.col("seconds") > HOUR)
    value = pl.when((pl.col("flags") & DOUBTFUL) == 0).then(pl.col("value")).fill_null(float("nan")).alias("value")
    rows = scan.filter(inside & pl.col("meter").is_in(list(keys)))
    rows = rows.select("meter", "start", "seconds", value, ((pl.col("flags") & 128) != 0).alias("estimated"))
    parts = rows.collect().sort("meter", "start").partition_by("meter", as_dict=True)
    return {
        keys[int(key)]: Longer(
            part["start"].to_numpy().astype("datetime64[s]"),
            part["seconds"].to_numpy().astype(np.int64),
            part["value"].to_numpy(),
            part["estimated"].to_numpy(),
        )
        for (key,), part in parts.items()
    }


def daily_batch(batch: Batch, held: dict[str, Longer]) -> Batch:
    """A batch of hours as days, with the use of meters that are read by the day.

    Parameters
    ----------
    batch : Batch
        Hours; the use of its meters does not matter.
    held : dict of str to Longer
        Readings of all its meters.
    """
    days = fold_days(batch.conditions)
    use = np.full((len(batch.streams), len(days)), np.nan)
    for row, name in enumerate(batch.meters):
        one = held[name]
        middle = one.start + (one.seconds // 2).astype("timedelta64[s]")
        place = np.searchsorted(days.start, middle, side="right") - 1
        fits = (place >= 0) & (one.seconds >= DAY[0]) & (one.seconds <= DAY[1])
        fits &= middle < days.start[-1] + np.timedelta64(round(float(days.hours[-1]) * HOUR), "s")
        use[row, place[fits]] = one.value[fits]
    return replace(batch, use=use, flags=np.zeros(use.shape, dtype=np.uint8), conditions=days)
