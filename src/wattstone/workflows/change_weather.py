"""Degree days of two years, and how much of the earlier year's use went with them."""

from datetime import timedelta

import polars as pl

from wattstone.base import local_months
from wattstone.inventory.plan import Plan, Stream
from wattstone.inventory.weather import weather_figures
from wattstone.inventory.year_lines import HEATED, MONTHS, WEATHER, weather_shares
from wattstone.rates.degree_days import degree_days
from wattstone.workflows.inventory.compute import Computed
from wattstone.workflows.workspace import Workspace

__all__ = ["weather_between"]

_DEGREES: dict[str, pl.DataType] = {
    "month": pl.Int32(),
    "days": pl.Float64(),
    "name": pl.String(),
    "degree_days": pl.Float64(),
    "site_id": pl.String(),
}


def weather_between(workspace: Workspace, before: Computed, now: Computed) -> pl.DataFrame | None:
    """Degree days of both years where kinds go with them, and how much of the earlier year's use did.

    Parameters
    ----------
    workspace : Workspace
        With weather.
    before, now : Computed
        The two years.

    Returns
    -------
    polars.DataFrame or None
        Schema `inventory.year_lines.WEATHER`; None where the workspace has no weather.
    """
    years = [before.plan.year - 1, before.plan.year, now.plan.year, now.plan.year + 1]
    scan = workspace.lake.scan("weather", parts=years)
    if scan is None:
        return None
    rows = scan.collect()
    days = [_degree_days(one.plan, rows, f"_{at}") for at, one in enumerate((before, now))]
    shares = weather_shares(_months(before, rows))
    both = days[0].join(days[1], on=["site_id", "kind"]).join(shares, on=["site_id", "kind"], how="left")
    return both.select(list(WEATHER))


def _degree_days(plan: Plan, rows: pl.DataFrame, suffix: str) -> pl.DataFrame:
    figures = weather_figures(plan, rows).figures.filter(pl.col("subject").str.starts_with("site:"))
    by_site = figures.select(
        pl.col("subject").str.strip_prefix("site:").alias("site_id"), "name", pl.col("value").alias("days")
    )
    return (
        _asked(plan)
        .join(by_site, on=["site_id", "name"])
        .select("site_id", "kind", pl.col("days").alias(f"degree_days{suffix}"))
    )


def _asked(plan: Plan) -> pl.DataFrame:
    """Sites and kinds that go with the weather, and with which degree days."""
    pairs = {(one.site.id, one.kind, _goes_with(one)) for one in plan.streams if one.counted.counted}
    wanted = sorted((site, kind, name) for site, kind, name in pairs if name is not None)
    return pl.DataFrame(wanted, schema=["site_id", "kind", "name"], orient="row").cast(pl.String)


def _goes_with(one: Stream) -> str | None:
    if one.kind == "cooling":
        return "degree_days.cooling"
    return "degree_days.heating" if one.kind in HEATED else None


def _months(before: Computed, rows: pl.DataFrame) -> pl.DataFrame:
    """What the earlier year used by the month, with the degree days of the month."""
    plan = before.plan
    goes = {(site, kind): name for site, kind, name in _asked(plan).iter_rows()}
    place = {
        one.key: (one.site.id, one.kind)
        for one in plan.streams
        if one.counted.counted and (one.site.id, one.kind) in goes
    }
    meters = pl.DataFrame(
        [(key, site, kind, goes[site, kind]) for key, (site, kind) in place.items()],
        schema={"meter": pl.Int32, "site_id": pl.String, "kind": pl.String, "name": pl.String},
        orient="row",
    )
    used = before.totals.meter_months.filter(pl.col("month") // 100 == plan.year)
    whole = used.filter(pl.col("rows") > pl.col("gaps")).join(meters, on="meter")
    energy = whole.group_by("site_id", "kind", "name", "month").agg(pl.col("energy").sum())
    return (
        energy.join(_monthly_degrees(plan, rows), on=["site_id", "name", "month"], how="left")
        .select(pl.col(name).cast(dtype) for name, dtype in MONTHS.items())
        .sort("site_id", "kind", "month")
    )


def _monthly_degrees(plan: Plan, rows: pl.DataFrame) -> pl.DataFrame:
    """Degree days of each site by the month of its clock: each station and clock is worked out once."""
    stations: list[str] = rows["station"].unique().to_list()
    only = stations[0] if len(stations) == 1 else None
    places: dict[tuple[str, str], list[str]] = {}
    for site in plan.sites:
        station = site.weather_station or only
        if station is not None and station in stations:
            places.setdefault((station, site.zone), []).append(site.id)
    frames = [
        _of_station(plan.year, station, zone, rows).join(pl.DataFrame({"site_id": sites}), how="cross")
        for (station, zone), sites in places.items()
    ]
    empty = pl.DataFrame(schema=_DEGREES)
    return pl.concat(
        [empty, *(frame.select(pl.col(name).cast(of) for name, of in _DEGREES.items()) for frame in frames)]
    )


def _of_station(year: int, station: str, zone: str, rows: pl.DataFrame) -> pl.DataFrame:
    """Degree days of a station by the month; null where a day of it is not known."""
    months = local_months(year, zone)
    begin, end = months[0].start - timedelta(days=1), months[-1].end + timedelta(days=1)
    inside = rows.filter((pl.col("station") == station) & (pl.col("start") >= begin) & (pl.col("start") < end))
    if inside.is_empty():
        return pl.DataFrame(schema=_DEGREES).drop("site_id")
    daily = degree_days(inside["start"], inside["air_temperature"], zone).daily
    sums = [
        pl.when(pl.col(name).null_count() == 0).then(pl.col(name).sum()).alias(f"degree_days.{name}")
        for name in ("heating", "cooling")
    ]
    by_month = (
        daily.filter(pl.col("date").dt.year() == year)
        .group_by(pl.col("date").dt.strftime("%Y%m").cast(pl.Int32).alias("month"))
        .agg(pl.len().cast(pl.Float64).alias("days"), *sums)
    )
    return by_month.unpivot(
        [f"degree_days.{name}" for name in ("heating", "cooling")],
        index=["month", "days"], variable_name="name", value_name="degree_days",
    )  # fmt: skip
