"""One site: facts, the year by month, devices, findings, measures, and plan against actual."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

import polars as pl

from wattstone.portfolio import Site, Space
from wattstone.portfolio.measures import Measure
from wattstone.workflows.access import Act, require
from wattstone.workflows.access.guard import acting
from wattstone.workflows.overview.actual import measured, terms_of
from wattstone.workflows.overview.columns import is_bought, reported
from wattstone.workflows.overview.estate import Estate
from wattstone.workflows.overview.findings import newest_findings
from wattstone.workflows.overview.freshness import last_readings
from wattstone.workflows.overview.months import monthly
from wattstone.workflows.overview.numbers import Number
from wattstone.workflows.overview.places import places_of, site_named, stored_unit
from wattstone.workflows.overview.sight import sees_personal
from wattstone.workflows.overview.totals import number_of, sum_of
from wattstone.workflows.results import PLANS
from wattstone.workflows.workspace import Workspace

__all__ = ["DEVICES", "MONTHS", "PlanActual", "SiteView", "plan_of_site", "site_of"]

MONTHS: dict[str, pl.DataType] = {
    "month": pl.Int32(),  # 1 to 12
    "name": pl.String(),  # of the figure: energy.electricity, scope1 ...
    "value": pl.Float64(),
    "lower": pl.Float64(),
    "upper": pl.Float64(),
    "unit": pl.String(),
    "id": pl.String(),
    "reason": pl.String(),
    "estimated": pl.Float64(),
    "coverage": pl.Float64(),
    "before": pl.Float64(),  # of the same month a year before
}

DEVICES: dict[str, pl.DataType] = {
    "meter_id": pl.String(),
    "kind": pl.String(),
    "unit": pl.String(),  # of the value: canonical, per interval
    "parent_id": pl.String(),
    "space_id": pl.String(),
    "personal": pl.Boolean(),
    "virtual": pl.Boolean(),
    "simulated": pl.Boolean(),
    "last": pl.Datetime("us"),  # naive UTC; null where it never told anything
    "value": pl.Float64(),  # null too for personal meters that one may not see
    "state": pl.String(),  # live, silent, never, virtual
}


@dataclass(frozen=True, eq=False, kw_only=True)
class PlanActual:
    """The newest plan of a site against what happened.

    Parameters
    ----------
    run : int
        Of the plan; its evidence is `plan:RUN`.
    series : tuple of str
        What is planned: `grid`, a device.
    frame : polars.DataFrame
        start (naive UTC), series, planned, actual [kW]; actual null where nothing was measured yet.
    meters : mapping of str to (str, float)
        Of meters that measure a series alone, the series (of load and grid, grid) and by what it is multiplied to be
        what the meter shows: -1 for PV, which a plan counts as negative.
    """

    run: int
    series: tuple[str, ...]
    frame: pl.DataFrame
    meters: Mapping[str, tuple[str, float]]

    def grid(self) -> list[tuple[datetime, float | None, float | None]]:
        """Start, planned and actual power at the connection, in order of time. [kW]"""
        mine = self.frame.filter(pl.col("series") == "grid").sort("start")
        return mine.select("start", "planned", "actual").rows()

    def of_meter(self, meter_id: str, start: datetime, end: datetime) -> list[tuple[datetime, float]]:
        """What a meter that measures a series alone was to show in a time; nothing of other meters. [kW]"""
        if meter_id not in self.meters:
            return []
        series, times = self.meters[meter_id]
        inside = (pl.col("start") >= start) & (pl.col("start") < end) & pl.col("planned").is_not_null()
        mine = self.frame.filter((pl.col("series") == series) & inside)
        return mine.select("start", pl.col("planned") * times).rows()


@dataclass(frozen=True, eq=False, kw_only=True)
class SiteView:
    """What a site's page shows.

    Parameters
    ----------
    site : Site
        Its facts.
    spaces : tuple of Space
        Its parts.
    row : mapping
        Its row of the estate.
    numbers : tuple of Number
        Of the year: emissions, energy by carrier, intensity, with the year before.
    months : polars.DataFrame
        Schema `MONTHS`.
    devices : polars.DataFrame
        Schema `DEVICES`.
    findings : polars.DataFrame
        Of the newest run, as `findings.newest_findings` gives them.
    measures : tuple of Measure
        At this site.
    plan : PlanActual or None
        Where there is one.
    year : int or None
        Of the figures.
    """

    site: Site
    spaces: tuple[Space, ...]
    row: Mapping[str, object]
    numbers: tuple[Number, ...]
    months: pl.DataFrame
    devices: pl.DataFrame
    findings: pl.DataFrame
    measures: tuple[Measure, ...]
    plan: PlanActual | None
    year: int | None


_STEPS = 2000  # of a plan


def site_of(workspace: Workspace, estate: Estate, site_id: str) -> SiteView | None:
    """What there is to show of a site; None where there is none, or one may not see it.

    Parameters
    ----------
    workspace : Workspace
        Guarded.
    estate : Estate
        Of the same actor.
    site_id : str
        Which.

    Raises
    ------
    Forbidden
        If the actor may not read.
    """
    require(workspace.actor, Act.READ)
    site = site_named(workspace, site_id)
    if site is None:
        return None
    year = estate.year
    figures = None if year is None else reported(workspace.lake, year, f"site:{site_id}")
    months = pl.DataFrame(schema=MONTHS) if year is None or figures is None else monthly(figures, year)
    return SiteView(
        site=site,
        spaces=tuple(one for one in workspace.records.spaces() if one.site_id == site_id),
        row=estate.row(site_id) or {},
        numbers=() if year is None or figures is None else tuple(_numbers(figures, year)),
        months=months.select(list(MONTHS)),
        devices=_devices(workspace, site_id),
        findings=newest_findings(workspace, site=site_id),
        measures=tuple(one for one in workspace.records.measures() if one.site_id == site_id),
        plan=plan_of_site(workspace, site_id),
        year=year,
    )


def _numbers(rows: pl.DataFrame, year: int) -> Iterator[Number]:
    """The sums first, then the figures of the year by name; what a site has nothing of is left out."""
    before = {row["name"]: row for row in rows.filter(pl.col("period") == str(year - 1)).iter_rows(named=True)}
    now = rows.filter(pl.col("period") == str(year)).iter_rows(named=True)
    known = {row["name"]: number_of(row, before.get(row["name"])) for row in now}
    scopes = [known[name] for name in ("scope1", "scope2.location") if name in known]
    sums = (
        sum_of("location", scopes, unit="kg CO2e"),
        sum_of("energy", (one for name, one in known.items() if is_bought(name)), unit="kWh"),
    )
    yield from (one for one in sums if one is not None)
    yield from known.values()


def _devices(workspace: Workspace, site_id: str) -> pl.DataFrame:
    """Meters with their last values; of personal ones only when it was, for whom they are not."""
    places = places_of(workspace)
    table = places.meters.filter(pl.col("site_id") == site_id)
    last = last_readings(acting(workspace, Act.READ), table)
    hidden = pl.col("personal") & pl.lit(not sees_personal(workspace, site_id))
    known = (places.meter(name) for name in table["id"])
    units = pl.Series("stored", [stored_unit(one) for one in known if one is not None], dtype=pl.String)
    state = (
        pl.when(pl.col("expression").is_not_null())
        .then(pl.lit("virtual"))
        .when(pl.col("start").is_null())
        .then(pl.lit("never"))
        .when(pl.col("silent"))
        .then(pl.lit("silent"))
        .otherwise(pl.lit("live"))
    )
    rows = table.with_columns(units).join(last.drop("site_id"), on="id", how="left", maintain_order="left")
    return rows.select(
        pl.col("id").alias("meter_id"),
        "kind",
        pl.col("stored").alias("unit"),
        "parent_id",
        "space_id",
        "personal",
        pl.col("expression").is_not_null().alias("virtual"),
        "simulated",
        pl.col("start").alias("last"),
        pl.when(~hidden).then("value").alias("value"),
        state.alias("state"),
    ).cast(DEVICES)  # pyright: ignore[reportArgumentType]


def plan_of_site(workspace: Workspace, site_id: str) -> PlanActual | None:
    """The newest plan of a site, and what its meters measured in the same steps; None where nobody planned it."""
    scan = workspace.lake.scan(PLANS)
    if scan is None:
        return None
    mine = scan.filter(pl.col("site_id") == site_id)
    run = mine.select(pl.col("run").max()).collect().item()
    if run is None:
        return None
    rows = mine.filter(pl.col("run") == run).sort("start", "device").head(_STEPS)
    series, power = pl.col("device").alias("series"), pl.col("power").alias("planned")
    planned = rows.select("start", series, "kind", power).collect()
    terms = terms_of(workspace, site_id, planned)
    actual = measured(workspace, terms, planned["start"].unique().sort())
    frame = planned.drop("kind").join(actual, on=["start", "series"], how="left", maintain_order="left")
    return PlanActual(
        run=run,
        series=tuple(planned["series"].unique().sort()),
        frame=frame,
        meters={
            meter: (name, times)
            for name, of in sorted(terms.items(), reverse=True)
            for meter, times in of.items()
            if len(of) == 1
        },
    )
