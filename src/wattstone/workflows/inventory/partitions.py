"""The function that workers run over partitions, and the totals that are kept: only what changed is made anew."""

import hashlib
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
import polars as pl

from wattstone.inventory.plan import Plan
from wattstone.inventory.totals import METER_MONTHS, Clock, PartTotals, Positions, part_totals
from wattstone.inventory.virtual import VirtualMeter, virtual_rows
from wattstone.readings.partitions import part_period, parts_of
from wattstone.workflows.inventory.fill import Filling, filled_rows
from wattstone.workflows.ports import Workers
from wattstone.workflows.stores import Lake, StagedFile

METHOD = "totals/3"
TOTALS, HOURS = "totals", "hours"
ROWS = ("meter", "start", "seconds", "value", "flags")
_KEPT_HOURS: dict[str, pl.DataType] = {
    "site_id": pl.String(),
    "start": pl.Datetime("us"),
    "energy": pl.Float64(),
    "emitted": pl.Float64(),
    "key": pl.String(),
}


@dataclass(frozen=True)
class Job:
    """One partition for one worker: where its rows are, and what is to be known of them."""

    part: int
    files: tuple[str, ...]
    positions: Positions
    clock: Clock
    virtual: tuple[VirtualMeter, ...] = ()

    @property
    def key(self) -> str:
        """Hash of everything that decides the result; files never change once they are named."""
        parts = [
            METHOD.encode(),
            *(file.rsplit("/", 1)[-1].encode() for file in self.files),
            repr(self.virtual).encode(),
        ]
        clock = (self.clock.months, self.clock.intensity, self.clock.prices, self.clock.shares, self.clock.paid)
        known = (getattr(self.positions, name) for name in ("keys", "site", "zone", "region", "tariff", "hourly"))
        parts += [b"-" if array is None else np.ascontiguousarray(array).tobytes() for array in (*known, *clock)]
        return hashlib.sha256(b"\x00".join(parts)).hexdigest()[:32]


def run_job(job: Job) -> PartTotals:
    """Add up one partition. Safe to run twice; workers call it by name."""
    paths = list(job.files)
    rows = pl.scan_parquet(paths, hive_partitioning=False, glob=False).select(ROWS).collect()
    if job.virtual:
        rows = pl.concat([rows, virtual_rows(rows, job.virtual).select(rows.columns)])
    return part_totals(rows, job.positions, job.clock)


@dataclass(frozen=True)
class FillJob:
    """All of a year's readings of some meters of one zone, gaps to be filled: filling needs the weeks around a gap."""

    files: tuple[str, ...]
    meters: tuple[int, ...]
    zone: str
    filling: Filling
    positions: Positions
    clock: Clock
    until: datetime
    virtual: tuple[VirtualMeter, ...] = ()


def run_fill_job(job: FillJob) -> tuple[pl.DataFrame, dict[int, float]]:
    """Meter-months of some meters with their gaps filled, and the variance of each meter's filled sum."""
    inside = (
        pl.col("meter").is_in(list(job.meters)) & (pl.col("start") >= job.clock.start) & (pl.col("start") < job.until)
    )
    scan = pl.scan_parquet(list(job.files), hive_partitioning=False, glob=False).select(ROWS)
    rows, variances = filled_rows(scan.filter(inside).collect(), job.filling, job.zone)
    if job.virtual:
        rows = pl.concat([rows, virtual_rows(rows, job.virtual).select(rows.columns)])
    return part_totals(rows, job.positions, job.clock, hours=False).meter_months, variances


@dataclass(frozen=True)
class Totals:
    """Meter-months of a plan's year (and what the partitions hold around it).

    `made` and `kept` count the partitions that were added up anew and those that an earlier run had; `variances` are
    those of filled sums, by meter key.
    """

    meter_months: pl.DataFrame
    made: int
    kept: int
    variances: dict[int, float] = field(default_factory=dict[int, float])


def year_totals(
    lake: Lake,
    plan: Plan,
    intensity: dict[str, pl.DataFrame],
    workers: Workers,
    *,
    virtual: tuple[VirtualMeter, ...] = (),
    version: int | None = None,
    keep: bool = True,
) -> Totals:
    """Totals of all partitions that a year touches.

    Parameters
    ----------
    lake : Lake
        The readings, and the totals that are kept.
    plan : Plan
        Meters and year.
    intensity : dict of str to polars.DataFrame
        Hourly intensities by region.
    workers : Workers
        Who adds up.
    virtual : tuple of VirtualMeter
        Meters that are computed from others.
    version : int or None
        Of the readings.
    keep : bool
        Whether totals that are kept may serve, and new ones are kept; not so when checking.
    """
    known = lake.addresses("readings", version)
    wanted = parts_of(plan.span, known)
    clocks = plan.clocks([part_period(part) for part in wanted], intensity)
    jobs = [
        Job(
            part=part,
            files=known[part],
            positions=plan.positions,
            clock=clock,
            virtual=virtual,
        )
        for part, clock in zip(wanted, clocks, strict=True)
    ]
    kept = _kept(lake, jobs) if keep else {}
    todo = [job for job in jobs if job.part not in kept]
    results = zip(todo, workers.map(run_job, todo), strict=True)
    if keep and todo:
        made = _keep(lake, plan, results)
    else:
        made = {job.part: totals.meter_months for job, totals in results}
    frames = [kept[job.part] if job.part in kept else made[job.part] for job in jobs]
    months = pl.concat(frames) if frames else pl.DataFrame(schema=METER_MONTHS)
    # Partitions are added in their order, so that the sum is the same bit for bit whoever made them.
    summed = months.group_by("meter", "month", maintain_order=True).agg(pl.all().sum()).sort("meter", "month")
    return Totals(summed.cast(METER_MONTHS), len(made), len(kept))  # pyright: ignore[reportArgumentType]


def filled_totals(
    lake: Lake,
    plan: Plan,
    intensity: dict[str, pl.DataFrame],
    workers: Workers,
    how: Filling,
    *,
    virtual: tuple[VirtualMeter, ...] = (),
    version: int | None = None,
) -> Totals:
    """Totals of a year with its gaps filled, some sites at a time.

    Parameters
    ----------
    lake, plan, intensity, workers, virtual, version
        As for `year_totals`.
    how : Filling
        Method and limits.
    """
    parts = parts_of(plan.span, lake.parts("readings", version))
    files = lake.files("readings", parts=parts, version=version)
    clock = plan.clock(plan.span, intensity)
    jobs = [
        FillJob(files, meters, zone, how, plan.positions, clock, plan.span.end, _among(virtual, meters))
        for zone, meters in _by_site(plan)
    ]
    results = list(workers.map(run_fill_job, jobs)) if files else []
    frames = [frame for frame, _ in results]
    months = pl.concat(frames) if frames else pl.DataFrame(schema=METER_MONTHS)
    variances = {key: one for _, found in results for key, one in found.items()}
    return Totals(months.sort("meter", "month"), len(parts), 0, variances)


SITES_AT_ONCE = 25


def _by_site(plan: Plan) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Meters of a few sites of one zone at a time, all meters of a site together."""
    by_zone: dict[str, dict[str, list[int]]] = {}
    for one in plan.streams:
        by_zone.setdefault(one.site.zone, {}).setdefault(one.site.id, []).append(one.key)
    for zone, sites in by_zone.items():
        names = sorted(sites)
        for begin in range(0, len(names), SITES_AT_ONCE):
            yield zone, tuple(key for name in names[begin : begin + SITES_AT_ONCE] for key in sites[name])


def _among(virtual: tuple[VirtualMeter, ...], meters: tuple[int, ...]) -> tuple[VirtualMeter, ...]:
    return tuple(one for one in virtual if one.key in meters)


def _kept(lake: Lake, jobs: list[Job]) -> dict[int, pl.DataFrame]:
    """Totals of earlier runs that still hold."""
    held = lake.scan(TOTALS, parts=[job.part for job in jobs])
    if held is None:
        return {}
    by_key = held.collect().partition_by("key", as_dict=True, include_key=False)
    return {job.part: by_key[(key,)].select(list(METER_MONTHS)) for job in jobs if ((key := job.key),) in by_key}


def _keep(lake: Lake, plan: Plan, results: Iterable[tuple[Job, PartTotals]]) -> dict[int, pl.DataFrame]:
    """Keep totals, and the hours of the sites, for the next run and for charts; return the meter-months by partition.

    Each partition is written when it is made, so that the hours of one alone are in memory; they count once all are.
    """
    names = [site.id for site in plan.sites]
    ids = pl.Series(names, dtype=pl.Enum(names))
    source = f"totals:{uuid.uuid4().hex}"
    made: dict[int, pl.DataFrame] = {}
    staged: dict[str, list[StagedFile]] = {TOTALS: [], HOURS: []}
    held = {table: lake.parts(table) for table in staged}
    try:
        for job, totals in results:
            key = pl.lit(job.key, pl.Enum([job.key])).alias("key")
            made[job.part] = totals.meter_months
            hours = totals.site_hours.with_columns(ids.gather(totals.site_hours["site"]).alias("site_id"), key)
            frames = {TOTALS: totals.meter_months.with_columns(key), HOURS: hours.select(list(_KEPT_HOURS))}
            for table, frame in frames.items():
                if frame.height or job.part in held[table]:
                    staged[table].append(lake.stage(table, job.part, frame, key=source, codec="snappy"))
    except BaseException:
        for table in staged:
            lake.discard(table, source)
        raise
    # Hours first: totals that are kept are never made again, and so must not stand without their hours.
    for table, schema in ((HOURS, _KEPT_HOURS), (TOTALS, {**METER_MONTHS, "key": pl.String()})):
        _name(lake, table, staged[table], pl.Schema(schema), source)
    return made


def _name(lake: Lake, table: str, staged: list[StagedFile], schema: pl.Schema, source: str) -> None:
    """Name staged files in place of what their partitions held."""
    if not staged:
        return
    known = lake.parts(table)
    replaced = {path for file in staged for path in known.get(file.part, ())}
    lake.commit(table, staged, schema=schema, key=source, batch=lake.version(table) + 2, replaced=replaced)


__all__ = ["HOURS", "TOTALS", "Job", "Totals", "filled_totals", "run_job", "year_totals"]
