"""Monthly figures of one subject, and of the organisation or some sites together."""

import polars as pl

from wattstone.workflows.inventory.record import FIGURES
from wattstone.workflows.overview.columns import newest_rows
from wattstone.workflows.stores import Lake

__all__ = ["TOGETHER", "monthly", "months_together"]

TOGETHER: dict[str, pl.DataType] = {
    "month": pl.Int32(),  # 1 to 12
    "value": pl.Float64(),  # kg CO2e by location
    "before": pl.Float64(),
    "id": pl.String(),
    "before_id": pl.String(),
}

_COLUMNS = ["name", "subject", "period", "id", "value", "lower", "upper", "unit", "reason", "estimated", "coverage",
            "method", "run"]  # fmt: skip
_SCOPES = ["scope1", "scope2.location"]


def monthly(rows: pl.DataFrame, year: int) -> pl.DataFrame:
    """The figures of a subject in each month of a year, with the value of the same month a year before.

    Parameters
    ----------
    rows : polars.DataFrame
        Of the subject, from `columns.reported`.
    year : int
        Calendar year.

    Returns
    -------
    polars.DataFrame
        Columns month (1 to 12), name, value, lower, upper, unit, id, reason, estimated, coverage, before, before_id;
        by name and month.
    """
    rows = rows.filter(pl.col("period").str.len_chars() == 7).with_columns(
        pl.col("period").str.slice(5).cast(pl.Int32).alias("month"), pl.col("period").str.slice(0, 4).alias("year")
    )
    before = rows.filter(pl.col("year") == str(year - 1)).select(
        "name", "month", pl.col("value").alias("before"), pl.col("id").alias("before_id")
    )
    now = rows.filter(pl.col("year") == str(year))
    columns = ["month", "name", "value", "lower", "upper", "unit", "id", "reason", "estimated", "coverage"]
    joined = now.join(before, on=["name", "month"], how="left", maintain_order="left")
    return joined.select(*columns, "before", "before_id").sort("name", "month")


def months_together(lake: Lake, year: int, sites: list[str] | None) -> pl.DataFrame:
    """Emissions by location in each month, of the organisation or of some sites, and a year before.

    Parameters
    ----------
    lake : Lake
        Of whoever asks.
    year : int
        Calendar year.
    sites : list of str or None
        Which; the organisation's own figures where None.

    Returns
    -------
    polars.DataFrame
        Columns month (1 to 12, each once), value and before [kg CO2e], null where one of their parts is not known, id
        and before_id of the largest part.
    """
    months = pl.DataFrame({"month": pl.Series(range(1, 13), dtype=pl.Int32)})
    scan = lake.scan(FIGURES, parts=[year])
    if scan is None:
        return pl.DataFrame(schema=TOGETHER)
    subjects = ["organisation"] if sites is None else [f"site:{one}" for one in sites]
    wanted = pl.col("subject").is_in(subjects) & (pl.col("period").str.len_chars() == 7)
    rows = newest_rows(scan.filter(wanted & pl.col("name").is_in(_SCOPES)).select(_COLUMNS))
    number = pl.col("period").str.slice(5).cast(pl.Int32).alias("month")
    known = ~pl.col("value").is_null().any()
    for name, ident, of in (("value", "id", year), ("before", "before_id", year - 1)):
        mine = rows.filter(pl.col("period").str.starts_with(str(of)))
        summed = mine.group_by(number).agg(
            pl.when(known).then(pl.col("value").sum()).alias(name),
            pl.col("id").sort_by("value", descending=True, nulls_last=True).first().alias(ident),
        )
        months = months.join(summed, on="month", how="left", maintain_order="left")
    return months.select(list(TOGETHER))
