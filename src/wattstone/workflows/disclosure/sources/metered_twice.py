"""Records of energy that a meter counts already: the meter stands, the record adds nothing to the energy used."""

import polars as pl

from wattstone.inventory.checks.model import rules
from wattstone.inventory.plan import Plan
from wattstone.workflows.inventory.record import FIGURES
from wattstone.workflows.stores import Lake

__all__ = ["without_metered"]


def without_metered(lake: Lake, plan: Plan, lines: pl.DataFrame) -> pl.DataFrame:
    """Records without those that name a meter which counts and whose energy was read on most of their days.

    Parameters
    ----------
    lake : Lake
        With the figures of the meters.
    plan : Plan
        Which meters count, and the year.
    lines : polars.DataFrame
        With `line_id`, `meter_id`, `start` and `end`.

    Returns
    -------
    polars.DataFrame
        The same columns. A bill that stands in place of readings which are missing stays. Which days are most of them
        is what the check of bills beside meters takes; that check asks about bills that name no meter.
    """
    named = lines.filter(pl.col("meter_id").is_not_null())
    counted = {one.meter.id for one in plan.streams if one.counted.counted}
    wanted = sorted(counted & set(named["meter_id"]))
    scan = lake.scan(FIGURES, parts=[plan.year]) if wanted else None
    if scan is None:
        return lines
    months = (
        scan.filter(
            pl.col("subject").is_in([f"meter:{one}" for one in wanted])
            & pl.col("name").str.starts_with("energy.")
            & pl.col("period").str.contains(rf"^{plan.year}-\d{{2}}$")
        )
        .select("name", "subject", "period", "value", "run")
        .collect()
        .sort("run", maintain_order=True)
        .unique(["name", "subject", "period"], keep="last")
        .filter(pl.col("value").is_not_null())
        .select(
            pl.col("subject").str.strip_prefix("meter:").alias("meter_id"),
            pl.col("period").str.to_date("%Y-%m").alias("first"),
        )
        .unique()
    )
    begin = pl.max_horizontal("start", "first")
    until = pl.min_horizontal("end", pl.col("first").dt.month_end())
    days = ((until - begin).dt.total_days() + 1).clip(lower_bound=0)
    whole = (pl.col("end") - pl.col("start")).dt.total_days() + 1
    read = (
        named.join(months, on="meter_id", how="inner")
        .with_columns(days.alias("days"), whole.alias("whole"))
        .group_by("line_id")
        .agg(pl.col("days").sum(), pl.col("whole").first())
        .filter(pl.col("days") >= rules()["duplicate"]["days"] * pl.col("whole"))
    )
    return lines.join(read, on="line_id", how="anti", maintain_order="left")
