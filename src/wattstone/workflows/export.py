"""Readings out again, as they stand now, and the hours of the sites as the last inventory wrote them."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import polars as pl

from wattstone.base import Finding, InputRefused, Period, local_year
from wattstone.inventory.plan import Plan
from wattstone.inventory.totals import SITE_HOURS
from wattstone.readings.partitions import parts_of
from wattstone.workflows.access import Act, require
from wattstone.workflows.access.guard import acting
from wattstone.workflows.inventory.partitions import HOURS
from wattstone.workflows.inventory.plans import plan_of
from wattstone.workflows.inventory.record import last_run
from wattstone.workflows.workspace import Workspace

HOUSEHOLDS = 15  # as many dwellings together tell of none of them


def export_readings(
    workspace: Workspace, year: int, to: Path, *, meters: Sequence[str] | None = None, personal: bool = False
) -> int:
    """Write the readings of a calendar year of UTC to a file.

    Parameters
    ----------
    workspace : Workspace
        Whose.
    year : int
        Calendar year.
    to : pathlib.Path
        `.csv` or `.parquet`.
    meters : sequence of str or None
        Only these.
    personal : bool
        Whether sub-daily readings of dwellings and drivers are written; otherwise they are added up by the day.

    Returns
    -------
    int
        Rows written.

    Raises
    ------
    InputRefused
        If a meter is not known, or the file has another ending.
    """
    workspace = acting(workspace, Act.EXPORT)
    if personal:
        require(workspace.actor, Act.READ_PERSONAL)
    known = {meter.id: meter for meter in workspace.records.meters()}
    problems = [*(_unknown(name) for name in meters or () if name not in known), *_ending(to)]
    if problems:
        raise InputRefused(problems)
    keys = workspace.records.meter_keys()
    span: Period = plan_of(workspace, year).span
    names = pl.DataFrame(
        [
            (keys[meter.id], meter.id, meter.site_id, meter.kind, meter.personal)
            for meter in known.values()
            if meters is None or meter.id in meters
        ],
        schema={
            "meter": pl.Int32,
            "meter_id": pl.String,
            "site_id": pl.String,
            "kind": pl.String,
            "personal": pl.Boolean,
        },
        orient="row",
    )
    scan = workspace.lake.scan("readings", parts=parts_of(span, workspace.lake.parts("readings")))
    if scan is None:
        return 0
    rows = scan.filter((pl.col("start") >= span.start) & (pl.col("start") < span.end)).join(names.lazy(), on="meter")
    columns = ["site_id", "meter_id", "kind", "start", "seconds", "value", "flags"]
    plain = rows if personal else rows.filter(~pl.col("personal"))
    frames = [plain.select(columns)]
    if not personal:
        by_day = (
            rows.filter("personal")
            .group_by("site_id", "meter_id", "kind", pl.col("start").dt.truncate("1d"))
            .agg(pl.lit(86_400, pl.Int32).alias("seconds"), pl.col("value").sum(), pl.col("flags").bitwise_or())
        )
        frames.append(by_day.select(columns))
    return _written(pl.concat(frames).sort("site_id", "meter_id", "start").collect(), to)


def export_hours(workspace: Workspace, year: int, to: Path, *, personal: bool = False) -> int:
    """Write the hours of the sites in a calendar year to a file: electricity that stands in the totals, and emissions.

    Parameters
    ----------
    workspace : Workspace
        Whose.
    year : int
        Calendar year on the clocks of the sites, of which an inventory was taken.
    to : pathlib.Path
        `.csv` or `.parquet`.
    personal : bool
        Whether hours of sites with fewer than `HOUSEHOLDS` meters of dwellings are written; otherwise they are added
        up by the day.

    Returns
    -------
    int
        Rows written.

    Raises
    ------
    InputRefused
        If no inventory of the year was taken, or the file has another ending.
    """
    workspace = acting(workspace, Act.EXPORT)
    if personal:
        require(workspace.actor, Act.READ_PERSONAL)
    run = last_run(workspace.lake, year)
    problems = [*([] if run is not None and run.get("hours_version", -1) >= 0 else [_no_hours(year)]), *_ending(to)]
    if run is None or problems:
        raise InputRefused(problems)
    plan = plan_of(workspace, year)
    seen = [site for site in plan.sites if workspace.actor.may(Act.EXPORT, site.id)]
    zones = pl.DataFrame(
        [(site.id, span.start, span.end) for site in seen for span in [local_year(year, site.zone)]],
        schema={"site_id": pl.String, "from": pl.Datetime("us"), "to": pl.Datetime("us")},
        orient="row",
    )
    version = run["hours_version"]
    rows = [
        _hours(workspace.lake.scan(HOURS, parts=[part], version=version), zones)
        for part in parts_of(plan.span, workspace.lake.parts(HOURS, version))
    ]
    table = pl.concat(rows) if rows else _hours(None, zones)
    by_day = [] if personal else _few_households(plan)
    kept, daily = table.filter(~pl.col("site_id").is_in(by_day)), table.filter(pl.col("site_id").is_in(by_day))
    unknown = pl.when(pl.col("emissions_kg").is_not_null().all()).then(pl.col("emissions_kg").sum())
    daily = daily.group_by("site_id", pl.col("start").dt.truncate("1d")).agg(
        pl.lit(86_400, pl.Int32).alias("seconds"), pl.col("energy_kwh").sum(), unknown.alias("emissions_kg")
    )
    both = pl.concat([kept, daily]).sort("site_id", "start")
    return _written(both.with_columns(pl.lit(int(run["run"]), pl.Int32).alias("run")), to)


def _hours(rows: pl.LazyFrame | None, years: pl.DataFrame) -> pl.DataFrame:
    """The hours of a partition that are in the year of their site."""
    held = pl.LazyFrame(schema={**SITE_HOURS, "site_id": pl.String()}) if rows is None else rows
    named = held.select(pl.col("site_id").cast(pl.String), "start", "energy", "emitted").join(
        years.lazy(), on="site_id"
    )
    inside = named.filter((pl.col("start") >= pl.col("from")) & (pl.col("start") < pl.col("to")))
    return inside.select(
        "site_id",
        "start",
        pl.lit(3600, pl.Int32).alias("seconds"),
        pl.col("energy").alias("energy_kwh"),
        pl.col("emitted").alias("emissions_kg"),
    ).collect()


def _few_households(plan: Plan) -> list[str]:
    """Sites whose hours tell of single dwellings or drivers: some, and not many, of their meters are personal."""
    counts = Counter(
        one.site.id for one in plan.streams if one.role == "grid" and one.counted.counted and one.meter.personal
    )
    return [site for site, count in counts.items() if count < HOUSEHOLDS]


def _written(table: pl.DataFrame, to: Path) -> int:
    if to.suffix == ".parquet":
        table.write_parquet(to)
    else:
        table.with_columns(_harmless(name) for name, kind in table.schema.items() if kind == pl.String()).write_csv(to)
    return table.height


def _harmless(name: str) -> pl.Expr:
    """Texts that a spreadsheet would run as formulas get an apostrophe before them (OWASP, "CSV Injection")."""
    runs = pl.col(name).str.contains("^[ \u00a0\u200b\ufeff]*[=+@\\-\t\r\n＝＋－＠]")
    return pl.when(runs).then("'" + pl.col(name)).otherwise(pl.col(name)).alias(name)


def _no_hours(year: int) -> Finding:
    return Finding(
        code="export.hours.none",
        place="the hours of the sites",
        found="no inventory of {year} has written any",
        params={"year": year},
        expected="a year of which an inventory was taken, with meters of electricity",
        remedy="take it with `wattstone inventory WORKSPACE --year {year}`",
    )


def _unknown(name: str) -> Finding:
    return Finding(
        code="meter.unknown",
        place=f"meter '{name}'",
        found="there is no such meter",
        expected="the id of a meter of the workspace",
        remedy="list them with `wattstone meter WORKSPACE`",
    )


def _ending(to: Path) -> list[Finding]:
    if to.suffix in (".csv", ".parquet"):
        return []
    return [
        Finding(
            code="export.ending",
            place=str(to),
            found="the file ends in '{ending}'",
            params={"ending": to.suffix},
            expected=".csv or .parquet",
            remedy="name the file so",
        )
    ]
