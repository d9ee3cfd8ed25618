"""Hours of many meters from the lake, partition by partition, in memory that does not grow with the readings."""

from dataclasses import dataclass
from datetime import datetime

import numpy as np
import numpy.typing as npt
import polars as pl

from wattstone.base import Period
from wattstone.readings.hours import HOUR, Floats, Hours, hours_of
from wattstone.readings.partitions import part_period, parts_of
from wattstone.workflows.ports import Workers
from wattstone.workflows.stores import Lake

ROWS = ("meter", "start", "seconds", "value", "flags")
_HOUR = np.timedelta64(HOUR, "s")


@dataclass(frozen=True)
class HoursJob:
    """One partition of some meters for one worker."""

    files: tuple[str, ...]
    keys: npt.NDArray[np.int64]
    start: np.datetime64
    hours: int
    every: bool


def run_hours(job: HoursJob) -> Hours:
    """Add the readings of one partition up to hours. Safe to run twice; workers call it by name."""
    scan = pl.scan_parquet(list(job.files), hive_partitioning=False, glob=False).select(ROWS)
    if not job.every:
        scan = scan.filter(pl.col("meter").is_between(int(job.keys[0]), int(job.keys[-1])))
    return hours_of(scan.collect(), job.keys, job.start, job.hours)


def read_hours(
    lake: Lake,
    workers: Workers,
    keys: npt.NDArray[np.int64],
    start: np.datetime64,
    count: int,
    *,
    every: bool = False,
    version: int | None = None,
) -> Hours:
    """All hours of some meters.

    Parameters
    ----------
    lake : Lake
        The readings.
    workers : Workers
        Who adds up.
    keys : (m,) array of int
        The meters, in any order.
    start : datetime64
        Of the first hour, naive UTC; off the full hour in zones that are.
    count : int
        Hours.
    every : bool
        Whether these are all meters of the lake, so that none has to be left out.
    version : int or None
        Of the readings; the newest where None.

    Returns
    -------
    Hours
        In the order of the keys.
    """
    order = np.argsort(keys)
    begin = start.astype("datetime64[s]")
    end = begin + count * _HOUR
    known = lake.addresses("readings", version)
    jobs: list[HoursJob] = []
    places: list[int] = []
    for part in parts_of(Period(_moment(begin), _moment(end)), known):
        covered = part_period(part)
        low = int((max(np.datetime64(covered.start, "s"), begin) - begin) // _HOUR)
        high = -int((begin - min(np.datetime64(covered.end, "s"), end)) // _HOUR)
        jobs.append(HoursJob(known[part], keys[order], begin + low * _HOUR, high - low, every))
        places.append(low)
    power = np.full((len(keys), count), np.nan, dtype=np.float32)
    flags = np.zeros((len(keys), count), dtype=np.uint8)
    done = 0
    for place, part in zip(places, workers.map(run_hours, jobs), strict=True):
        shared = place < done  # an hour off the full one may begin in one partition and end in the next
        last = power[order, place] if shared else None
        done = place + part.power.shape[1]
        power[order, place:done] = part.power
        flags[order, place:done] |= part.flags
        if last is not None:
            power[order, place] = _both(last, part.power[:, 0])
    return Hours(power, flags)


def _both(one: Floats, other: Floats) -> Floats:
    """The mean of the two parts of an hour, or the one that is known."""
    return np.where(np.isnan(one), other, np.where(np.isnan(other), one, (one + other) / 2))


def _moment(second: np.datetime64) -> datetime:
    return second.astype("datetime64[us]").item()
