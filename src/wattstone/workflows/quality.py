"""How good the readings of a year are, meter by meter, and what to mend first."""

from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from wattstone.base import Finding, Period, local_months, local_year
from wattstone.inventory.plan import Plan
from wattstone.readings.partitions import parts_of, span_of
from wattstone.readings.quality import clock_evidence, mend_findings, mend_first, monthly_quality
from wattstone.workflows.access import Act
from wattstone.workflows.access.guard import acting
from wattstone.workflows.inventory.plans import plan_of
from wattstone.workflows.workspace import Workspace

ROWS = ("meter", "start", "seconds", "value", "flags")
CHUNK = 6_000_000  # rows for one worker at once
_FLAGS = ("missing_zero", "spike", "stuck", "negative", "reset", "future", "duplicate", "estimated", "long")


@dataclass(frozen=True)
class Job:
    """Some meters of one zone in one stretch of time, for one worker."""

    files: tuple[str, ...]
    meters: tuple[int, ...]
    zone: str
    within: Period


def run_job(job: Job) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Monthly scores, and what the clock changes say, of one job."""
    rows = (
        pl.scan_parquet(list(job.files), hive_partitioning=False, glob=False)
        .select(ROWS)
        .filter(
            pl.col("meter").is_in(list(job.meters))
            & (pl.col("start") >= job.within.start)
            & (pl.col("start") < job.within.end)
        )
        .collect()
        .sort("meter", "start")
    )
    scores = monthly_quality(rows, zone=job.zone, within=job.within)
    short = rows.filter(pl.col("seconds") <= 3600).select("meter", "start", "value")
    return scores, clock_evidence(short, zone=job.zone)


@dataclass(frozen=True, kw_only=True)
class Quality:
    """The quality of a year's readings.

    Parameters
    ----------
    year : int
        Calendar year on the clocks of the sites.
    meters : polars.DataFrame
        A row a meter: meter_id, site_id, kind, score (0 to 1), gaps (share of the year, 0 to 1), clock, and how many
        readings carry each flag.
    months : polars.DataFrame
        A row a meter and month, as `readings.quality.monthly_quality`, with meter_id.
    mend : tuple of Finding
        What to mend first, the energy at stake deciding.
    """

    year: int
    meters: pl.DataFrame
    months: pl.DataFrame
    mend: tuple[Finding, ...]


def assess_quality(workspace: Workspace, year: int, *, top: int = 20) -> Quality:
    """Score the readings of a year.

    Parameters
    ----------
    workspace : Workspace
        With readings.
    year : int
        Calendar year.
    top : int
        How many things to mend are named.

    Returns
    -------
    Quality
    """
    workspace = acting(workspace, Act.READ)
    plan = plan_of(workspace, year)
    results = list(workspace.workers.map(run_job, list(_jobs(workspace, plan))))
    scores = pl.concat([one for one, _ in results]) if results else pl.DataFrame()
    streams = {one.key: one for one in plan.streams}
    if scores.is_empty():
        return Quality(year=year, meters=pl.DataFrame(), months=scores, mend=())
    names = pl.DataFrame(
        [(key, one.meter.id, one.site.id, one.kind) for key, one in streams.items()],
        schema={"meter": pl.Int32, "meter_id": pl.String, "site_id": pl.String, "kind": pl.String},
        orient="row",
    )
    clocks = (
        pl.concat([one for _, one in results])
        .group_by("meter")
        .agg(pl.col("utc").sum(), pl.col("local").sum(), pl.col("changes").sum())
    )
    known = scores.cast({"meter": pl.Int32}).join(names, on="meter", how="inner", maintain_order="left")
    ranked = mend_first(known, weights={key: _weight(one.role, one.counted.counted) for key, one in streams.items()})
    worth = ranked.filter(pl.col("weighted") > 0).head(top)
    return Quality(
        year=year,
        meters=_by_meter(known, clocks, year),
        months=known,
        mend=mend_findings(
            worth,
            names={key: one.meter.id for key, one in streams.items()},
            units={key: one.unit for key, one in streams.items()},
        ),
    )


def _weight(role: str | None, counted: bool) -> float:
    """Only what stands in the totals is at stake; electricity and fuels weigh alike, volumes nothing."""
    return 1.0 if counted and role in ("grid", "fuel", "network") else 0.0


def _jobs(workspace: Workspace, plan: Plan) -> Iterator[Job]:
    """Years of small estates and months of large ones, some meters at a time."""
    lake = workspace.lake
    known = lake.parts("readings")
    span = span_of(known)
    for zone in plan.zones:
        meters = [one.key for one in plan.streams if one.site.zone == zone and one.meter.expression is None]
        stretches = (local_year(plan.year, zone),) if span == "year" else local_months(plan.year, zone)
        for within in stretches:
            parts = parts_of(within, known)
            slices = lake.scan("slices", parts=parts)
            if slices is None:
                continue
            held = slices.filter(pl.col("meter").is_in(meters)).group_by("meter").agg(pl.col("rows").sum()).collect()
            for chunk in _chunks(held):
                yield Job(lake.files("readings", parts=parts), chunk, zone, within)


def _chunks(held: pl.DataFrame) -> Iterator[tuple[int, ...]]:
    chunk: list[int] = []
    rows = 0
    for meter, count in held.sort("meter").iter_rows():
        if chunk and rows + count > CHUNK:
            yield tuple(chunk)
            chunk, rows = [], 0
        chunk.append(meter)
        rows += count
    if chunk:
        yield tuple(chunk)


def _by_meter(known: pl.DataFrame, clocks: pl.DataFrame, year: int) -> pl.DataFrame:
    seconds = pl.col("month").dt.month_end().dt.day().cast(pl.Int64) * 86_400
    verdict = (
        pl.when((pl.col("changes") >= 1) & (pl.col("local") > pl.col("utc")))
        .then(pl.lit("local"))
        .when((pl.col("changes") >= 1) & (pl.col("utc") > pl.col("local")))
        .then(pl.lit("utc"))
        .otherwise(pl.lit("unclear"))
    )
    return (
        known.filter(pl.col("month").dt.year() == year)
        .group_by("meter", "meter_id", "site_id", "kind", maintain_order=True)
        .agg(
            (pl.col("score") * seconds).sum() / seconds.sum() / 100,
            (pl.col("gap_seconds").sum() / seconds.sum()).clip(0, 1).alias("gaps"),
            *(pl.col(f"n_{name}").sum().cast(pl.Int64).alias(name) for name in _FLAGS if f"n_{name}" in known.columns),
        )
        .join(clocks, on="meter", how="left", maintain_order="left")
        .with_columns(verdict.alias("clock"))
        .drop("meter", "utc", "local", "changes")
        .sort("score", "meter_id")
    )
