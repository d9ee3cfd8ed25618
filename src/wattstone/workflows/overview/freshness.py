"""How good and how fresh the readings of each site are, and what is wasted there."""

from datetime import datetime

import polars as pl

from wattstone.base import local_year
from wattstone.readings.partitions import parts_of
from wattstone.workflows.ingest.derived import LATEST
from wattstone.workflows.inventory.partitions import TOTALS
from wattstone.workflows.overview.findings import newest_findings
from wattstone.workflows.workspace import Workspace

__all__ = ["LAG", "figure_of", "last_readings", "quality_of", "waste_of"]

LAG = 3.0
"""Days that a meter lags behind the newest reading of all before it is silent; at least three of its intervals."""


def last_readings(workspace: Workspace, meters: pl.DataFrame) -> pl.DataFrame:
    """The last reading of each meter that has one, and whether it fell silent while others went on.

    Parameters
    ----------
    workspace : Workspace
        Whose.
    meters : polars.DataFrame
        Of the records, with key, id, site_id, interval_seconds.

    Returns
    -------
    polars.DataFrame
        Columns id, site_id, start, value, silent.
    """
    held = workspace.lake.scan(LATEST)
    some = meters.select(pl.col("key").cast(pl.Int32), "id", "site_id", "interval_seconds")
    if held is None:
        return some.select("id", "site_id").clear().with_columns(
            pl.lit(None, pl.Datetime("us")).alias("start"), pl.lit(None, pl.Float64).alias("value"),
            pl.lit(value=False).alias("silent"),
        )  # fmt: skip
    rows = held.select("meter", "start", "value").collect()
    behind = (pl.lit(rows["start"].max(), pl.Datetime("us")) - pl.col("start")).dt.total_seconds()
    allowed = pl.max_horizontal(pl.lit(LAG * 86_400), 3.0 * pl.col("interval_seconds").fill_null(0))
    return some.join(rows, left_on="key", right_on="meter", maintain_order="left").select(
        "id", "site_id", "start", "value", (behind > allowed).alias("silent")
    )


def quality_of(workspace: Workspace, meters: pl.DataFrame, year: int) -> pl.DataFrame:
    """The share of a year for which each site has readings that nothing is doubtful about, the mean of its meters.

    From the totals that the inventory keeps: seconds covered by values, less the share that is flagged. A meter that
    began in the year is judged from its first month on.
    """
    span = local_year(year, "UTC")
    scan = workspace.lake.scan(TOTALS, parts=parts_of(span, workspace.lake.parts(TOTALS)))
    if scan is None:
        return pl.DataFrame(schema={"site_id": pl.String, "quality": pl.Float64})
    month = pl.col("month")
    begin = pl.date(month.min() // 100, month.min() % 100, 1).cast(pl.Datetime("us"))
    owed = (pl.lit(datetime(year + 1, 1, 1)) - begin).dt.total_seconds()
    good = pl.col("seconds").sum() * (1 - pl.col("flagged").sum() / pl.col("rows").sum().clip(1))
    rows = (
        scan.filter(month // 100 == year)
        .group_by("meter")
        .agg((good / owed).clip(0, 1).alias("quality"))
        .collect()
        .join(meters.select(pl.col("key").cast(pl.Int32), "site_id"), left_on="meter", right_on="key")
    )
    return rows.group_by("site_id").agg(pl.col("quality").mean())


def waste_of(workspace: Workspace) -> pl.DataFrame:
    """Open findings of each site with their worth: without those that were dismissed or are done."""
    columns = ["key", "site_id", "unit", "energy", "kg", "kg_lower", "kg_upper", "money", "money_lower", "money_upper",
               "currency", "figures"]  # fmt: skip
    rows = newest_findings(workspace, columns=columns)
    closed = [key for key, one in workspace.records.board().items() if one.state in ("done", "dismissed")]
    rows = rows.filter(~pl.col("key").is_in(closed))
    # Of one cause each, so that their errors are taken as independent.
    paid = pl.col("currency").drop_nulls()
    one_currency = paid.n_unique() == 1
    kwh = pl.col("unit") == "kWh"
    aggregates = [
        pl.len().cast(pl.Int64).alias("findings"),
        _sum(pl.col("energy").filter(kwh)).alias("findings_energy"),
        figure_of("energy").filter(kwh).drop_nulls().alias("findings_energy.ids"),
    ]
    for name in ("kg", "money"):
        mask = one_currency if name == "money" else pl.lit(value=True)
        aggregates.append(figure_of(name).drop_nulls().alias(f"findings_{name}.ids"))
        value = pl.col(name)
        total = _sum(value)
        aggregates.append(pl.when(mask).then(total).alias(f"findings_{name}"))
        for side, sign in (("lower", -1), ("upper", 1)):
            half = ((pl.col(f"{name}_{side}") - value) ** 2).sum().sqrt()
            aggregates.append(pl.when(mask).then(total + sign * half).alias(f"findings_{name}_{side}"))
    return rows.group_by("site_id").agg(
        *aggregates, pl.when(one_currency).then(paid.first()).alias("findings_currency")
    )


def figure_of(what: str) -> pl.Expr:
    """The id of the figure of a finding's `energy`, `money` or `kg`: they are listed in this order, as far as known."""
    known = [pl.col(name).is_not_null().cast(pl.Int64) for name in ("money", "kg")]
    at = {"energy": pl.lit(0), "money": pl.lit(1), "kg": 1 + known[0]}[what]
    there = (pl.col("energy") > 0) & pl.col(what).is_not_null()
    return pl.when(there).then(pl.col("figures").list.get(at, null_on_oob=True))


def _sum(values: pl.Expr) -> pl.Expr:
    """A sum that is null where nothing is known."""
    return pl.when(values.count() > 0).then(values.sum())
