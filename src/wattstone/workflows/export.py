"""Readings out again, as they stand now."""

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from wattstone.base import Finding, InputRefused, Period
from wattstone.readings.partitions import parts_of
from wattstone.workflows.inventory.plans import plan_of
from wattstone.workflows.workspace import Workspace


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
    known = {meter.id: meter for meter in workspace.records.meters()}
    unknown = [name for name in meters or () if name not in known]
    if unknown or to.suffix not in (".csv", ".parquet"):
        raise InputRefused(
            [*(_unknown(name) for name in unknown), *([] if to.suffix in (".csv", ".parquet") else [_ending(to)])]
        )
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
    table = pl.concat(frames).sort("site_id", "meter_id", "start").collect()
    if to.suffix == ".parquet":
        table.write_parquet(to)
    else:
        table.write_csv(to)
    return table.height


def _unknown(name: str) -> Finding:
    return Finding(
        code="meter.unknown",
        place=f"meter '{name}'",
        found="there is no such meter",
        expected="the id of a meter of the workspace",
        remedy="list them with `wattstone meter WORKSPACE`",
    )


def _ending(to: Path) -> Finding:
    return Finding(
        code="export.ending",
        place=str(to),
        found="the file ends in '{ending}'",
        params={"ending": to.suffix},
        expected=".csv or .parquet",
        remedy="name the file so",
    )
