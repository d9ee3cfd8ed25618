"""Hours of many meters from the lake, partition by partition, in memory that does not grow with the readings."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import numpy.typing as npt
import polars as pl

from wattstone.base import Period
from wattstone.detection.view import Days, Hours, hours_of
from wattstone.inventory.plan import Stream
from wattstone.readings.partitions import part_period, parts_of
from wattstone.workflows.ports import Workers
from wattstone.workflows.stores import Lake

ROWS = ("meter", "start", "seconds", "value", "flags")
CELLS = 450_000_000  # hours of meters that are held at once: 2.3 GB


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


def grouped(streams: Sequence[Stream], hours: int) -> Iterator[list[Stream]]:
    """Meters in groups whose hours fit into memory; the meters of a site stay together."""
    by_site: dict[str, list[Stream]] = {}
    for one in streams:
        by_site.setdefault(one.site.id, []).append(one)
    most = max(CELLS // hours, 1)
    group: list[Stream] = []
    for site in by_site.values():
        if group and len(group) + len(site) > most:
            yield group
            group = []
        group += site
    if group:
        yield group


def read_hours(lake: Lake, workers: Workers, streams: Sequence[Stream], days: Days, *, every: bool) -> Hours:
    """All hours of some meters.

    Parameters
    ----------
    lake : Lake
        The readings.
    workers : Workers
        Who adds up.
    streams : sequence of Stream
        m meters.
    days : Days
        The span.
    every : bool
        Whether these are all meters of the lake, so that none has to be left out.

    Returns
    -------
    Hours
        In the order of the streams.
    """
    keys = np.array([one.key for one in streams], dtype=np.int64)
    order = np.argsort(keys)
    count = int(days.hour.max()) + 1
    begin, end = days.start, days.start + np.timedelta64(count, "h")
    known = lake.addresses("readings")
    period = Period(_moment(begin), _moment(end))
    jobs: list[HoursJob] = []
    places: list[int] = []
    for part in parts_of(period, known):
        covered = part_period(part)
        low = max(np.datetime64(covered.start, "h"), begin)
        high = min(np.datetime64(covered.end, "h"), end)
        jobs.append(HoursJob(known[part], keys[order], low, int((high - low).astype(np.int64)), every))
        places.append(int((low - begin).astype(np.int64)))
    power = np.full((len(keys), count), np.nan, dtype=np.float32)
    flags = np.zeros((len(keys), count), dtype=np.uint8)
    for place, part in zip(places, workers.map(run_hours, jobs), strict=True):
        width = part.power.shape[1]
        power[order, place : place + width] = part.power
        flags[order, place : place + width] = part.flags
    return Hours(power, flags)


def _moment(hour: np.datetime64) -> datetime:
    return datetime(1970, 1, 1) + timedelta(hours=int(hour.astype("datetime64[h]").astype(np.int64)))
