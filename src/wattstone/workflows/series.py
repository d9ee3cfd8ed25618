"""Readings of meters as mean powers on one grid of steps: what forecasts and plans start from.

Nothing at or after `end` is read, so that what is made from it could have been made then.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import numpy as np
import polars as pl
from numpy.typing import NDArray

from wattstone.base import Period
from wattstone.portfolio import Meter
from wattstone.readings.partitions import parts_of
from wattstone.readings.schema import Flag
from wattstone.workflows.ingest.derived import READINGS
from wattstone.workflows.stores import Lake
from wattstone.workflows.workspace import Workspace

Floats = NDArray[np.float64]

__all__ = ["EPOCH", "Powers", "floored", "intensities", "last_end", "on_grid", "powers", "step_of"]

EPOCH = datetime(1970, 1, 1)
HOUR = 3600
DOUBTFUL = int(Flag.MISSING_ZERO | Flag.SPIKE | Flag.STUCK | Flag.FUTURE)
"""Readings with one of these flags count as absent."""


@dataclass(frozen=True, eq=False)
class Powers:
    """Mean powers on a grid.

    Parameters
    ----------
    start : datetime
        Start of the first step, naive UTC.
    step : timedelta
        Length of each.
    names : tuple of str
        Of the series: meters or regions.
    values : (series, time) array
        Mean power, or intensity; NaN where absent. [kW] or [kg kWh-1]
    version : int
        Of the table that they were read from.
    """

    start: datetime
    step: timedelta
    names: tuple[str, ...]
    values: Floats
    version: int

    @property
    def end(self) -> datetime:
        """End of the last step."""
        return self.start + self.values.shape[1] * self.step

    @property
    def minutes(self) -> int:
        """Length of a step. [min]"""
        return int(self.step / timedelta(minutes=1))

    def begun(self) -> "Powers":
        """From the first step at which anything is known; as it is where nothing ever is."""
        known = np.flatnonzero(np.isfinite(self.values).any(axis=0))
        first = int(known[0]) if known.size else 0
        return replace(self, start=self.start + first * self.step, values=self.values[:, first:])


def floored(moment: datetime, step: timedelta) -> datetime:
    """The start of the step on the grid from 1970 that a moment lies in.

    Examples
    --------
    >>> floored(datetime(2026, 5, 1, 10, 17), timedelta(minutes=15))
    datetime.datetime(2026, 5, 1, 10, 15)
    """
    return moment - (moment - EPOCH) % step


def step_of(workspace: Workspace, meters: Sequence[Meter]) -> dict[str, int]:
    """The usual length of each meter's intervals: as declared, else that of its last year of readings. [s]

    Parameters
    ----------
    workspace : Workspace
        Where the readings are.
    meters : sequence of Meter
        Of the workspace.

    Returns
    -------
    dict of str to int
        Meters without readings are left out.
    """
    known = {one.id: one.interval_seconds for one in meters if one.interval_seconds}
    open_ = [one.id for one in meters if one.id not in known]
    keys = workspace.records.meter_keys()
    parts = sorted(workspace.lake.parts(READINGS))[-12:]
    scan = workspace.lake.scan(READINGS, parts=parts) if open_ and parts else None
    if scan is None:
        return known
    names = {keys[name]: name for name in open_}
    usual = (
        scan.filter(pl.col("meter").is_in(list(names))).group_by("meter").agg(pl.col("seconds").mode().min()).collect()
    )
    return known | {names[key]: int(seconds) for key, seconds in usual.iter_rows() if seconds}


def last_end(workspace: Workspace, meters: Sequence[Meter], *, before: datetime | None = None) -> datetime | None:
    """When the last interval of any of the meters ended that was measured and is not in doubt; None where none is.

    Parameters
    ----------
    workspace : Workspace
        Where the readings are.
    meters : sequence of Meter
        Of the workspace.
    before : datetime or None
        Only intervals that had ended by then.
    """
    keys = workspace.records.meter_keys()
    wanted = pl.col("meter").is_in([keys[one.id] for one in meters])
    end = pl.col("start") + pl.duration(seconds=pl.col("seconds"))
    inside = wanted & _sound() & (True if before is None else end <= before)
    for part in sorted(workspace.lake.parts(READINGS), reverse=True):
        scan = workspace.lake.scan(READINGS, parts=[part])
        found = None if scan is None else scan.filter(inside).select(end.max()).collect().item()
        if found is not None:
            return found
    return None


def powers(workspace: Workspace, meters: Sequence[Meter], *, start: datetime, end: datetime, step: timedelta) -> Powers:
    """Mean power of meters of energy in each step.

    A step is known where readings cover all of it; an interval longer than a step, up to an hour, serves each step that
    it covers with its mean. Doubtful readings and intervals beyond an hour count as absent: nothing is filled.

    Parameters
    ----------
    workspace : Workspace
        Where the readings are.
    meters : sequence of Meter
        In kWh.
    start, end : datetime
        Naive UTC, on the grid of the steps.
    step : timedelta
        A quarter of an hour to an hour.

    Returns
    -------
    Powers
    """
    count, seconds = (end - start) // step, int(step.total_seconds())
    keys = workspace.records.meter_keys()
    places = {keys[one.id]: row for row, one in enumerate(meters)}
    values = np.full((len(meters), count), np.nan)
    rows = _rows(workspace.lake, list(places), Period(start - timedelta(hours=1), end)) if count > 0 else None
    if rows is not None and rows.height:
        origin = (pl.col("start") - pl.lit(start)).dt.total_seconds()
        parts = (
            rows.filter(pl.col("start") + pl.duration(seconds=pl.col("seconds")) <= pl.lit(end))
            .with_columns(
                (pl.col("value") * HOUR / pl.col("seconds")).alias("power"),
                origin.floordiv(seconds).alias("first"),
                ((pl.col("seconds") + seconds - 1) // seconds).alias("steps"),
            )
            .with_columns(
                pl.int_ranges("first", pl.col("first") + pl.col("steps")).alias("at"),
                pl.min_horizontal(pl.col("seconds"), pl.lit(seconds)).alias("covered"),
            )
            .explode("at")
            .filter((pl.col("at") >= 0) & (pl.col("at") < count))
            .group_by("meter", "at")
            .agg((pl.col("power") * pl.col("covered")).sum() / pl.col("covered").sum(), pl.col("covered").sum())
            .filter(pl.col("covered") >= 0.99 * seconds)
        )
        at = parts["meter"].replace_strict(places, return_dtype=pl.Int64).to_numpy(), parts["at"].to_numpy()
        values[at] = parts["power"].to_numpy()
    return Powers(start, step, tuple(one.id for one in meters), values, workspace.lake.version(READINGS))


def _rows(lake: Lake, keys: list[int], period: Period) -> pl.DataFrame | None:
    scan = lake.scan(READINGS, parts=parts_of(period, lake.parts(READINGS)))
    if scan is None:
        return None
    inside = pl.col("meter").is_in(keys) & (pl.col("start") >= period.start) & (pl.col("start") < period.end)
    return scan.filter(inside & _sound()).select("meter", "start", "seconds", "value").collect()


def _sound() -> pl.Expr:
    fine = pl.col("seconds").is_between(1, HOUR)
    return pl.col("value").is_not_null() & ((pl.col("flags") & DOUBTFUL) == 0) & fine


def intensities(lake: Lake, region: str, *, start: datetime, end: datetime, step: timedelta) -> Powers | None:
    """Intensity of a region's grid in each step; None where the lake has none of it in that time.

    Parameters
    ----------
    lake : Lake
        With the table `intensity`.
    region : str
        As sites name it.
    start, end : datetime
        Naive UTC.
    step : timedelta
        Length of a step; a value holds until the next one, for an hour at most.

    Returns
    -------
    Powers or None
        One series, in kg of what the table counts for each kWh.
    """
    scan = lake.scan("intensity", parts=range(start.year, end.year + 1))
    if scan is None:
        return None
    inside = (pl.col("region") == region) & (pl.col("start") > start - timedelta(hours=1)) & (pl.col("start") < end)
    rows = scan.filter(inside).select("start", "value").sort("start").collect()
    if rows.is_empty():
        return None
    values = on_grid(rows, start=start, end=end, step=step)
    return Powers(start, step, (region,), values[None, :], lake.version("intensity"))


def on_grid(rows: pl.DataFrame, *, start: datetime, end: datetime, step: timedelta) -> Floats:
    """Values that hold until the next one, for an hour at most, as the mean of each step. (t,)

    Parameters
    ----------
    rows : polars.DataFrame
        `start` (naive UTC, rising) and `value`.
    start, end : datetime
        Naive UTC.
    step : timedelta
        Length of a step.

    Returns
    -------
    (t,) array
        NaN where nothing is known.
    """
    grid = pl.DataFrame({"at": [start + number * step for number in range((end - start) // step)]}).cast(
        pl.Datetime("us")
    )
    held = grid.join_asof(rows, left_on="at", right_on="start", tolerance=timedelta(hours=1) - timedelta(seconds=1))
    finer = rows.filter(pl.col("start") >= start).with_columns(
        pl.lit(start).cast(pl.Datetime("us"))
        + ((pl.col("start") - pl.lit(start)).dt.total_microseconds() // _us(step)) * pl.duration(microseconds=_us(step))
    )
    means = grid.join(finer.group_by("start").agg(pl.col("value").mean()), left_on="at", right_on="start", how="left")
    return means["value"].fill_null(held["value"]).fill_null(np.nan).to_numpy().astype(np.float64)


def _us(step: timedelta) -> int:
    return int(step / timedelta(microseconds=1))
