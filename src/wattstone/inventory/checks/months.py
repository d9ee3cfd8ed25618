"""Months that nothing is known of: by site and by what is measured or billed there."""

from typing import Any

import polars as pl

from wattstone.inventory.checks.model import Checked, CheckInputs, finding, rules

__all__ = ["check_months", "months_held"]

_OF_USE = r"^(energy|volume|mass)\."
_SHOWN = 12


def check_months(inputs: CheckInputs) -> list[Checked]:
    """Sites with months for which neither a meter nor a bill says anything, of what is otherwise known there.

    Parameters
    ----------
    inputs : CheckInputs
        Monthly figures of the sites; activity lines of what is billed regularly.

    Returns
    -------
    list of Checked
        Each asks, and names its months. A month in which the site was not held is not missing. A month of which less
        than half was read counts as missing.
    """
    metered, billed = _metered(inputs), _billed(inputs)
    known = pl.concat([metered, billed]).unique()
    streams = known.filter("some").select("site_id", "kind").unique(maintain_order=True)
    there = known.filter("some").select("site_id", "kind", "month").unique()
    wanted = streams.join(months_held(inputs), on="site_id", how="inner", maintain_order="left")
    everywhere = streams.filter(~pl.col("site_id").is_in(inputs.placements["site_id"].implode()))
    every = everywhere.join(pl.DataFrame({"month": range(1, 13)}, schema={"month": pl.Int32}), how="cross")
    missing = pl.concat([wanted, every]).join(there, on=["site_id", "kind", "month"], how="anti")
    rows = missing.group_by("site_id", "kind").agg(pl.col("month").sort()).sort("site_id", "kind")
    return [_told(row, inputs.year) for row in rows.to_dicts()]


def months_held(inputs: CheckInputs) -> pl.DataFrame:
    """The months in which a site was held at least a day, of sites that say how they are held.

    Parameters
    ----------
    inputs : CheckInputs
        `placements`, `year`.

    Returns
    -------
    polars.DataFrame
        Columns `site_id`, `month` (1 to 12).
    """
    months = pl.DataFrame({"month": range(1, 13)}, schema={"month": pl.Int32}).with_columns(
        pl.date(inputs.year, pl.col("month"), 1).alias("first")
    )
    months = months.with_columns(pl.col("first").dt.offset_by("1mo").alias("next"))
    both = inputs.placements.join(months, how="cross")
    return (
        both.filter((pl.col("start") < pl.col("next")) & (pl.col("end") > pl.col("first")))
        .select("site_id", "month")
        .unique(maintain_order=True)
    )


_KNOWN = {"site_id": pl.String(), "kind": pl.String(), "month": pl.Int32(), "some": pl.Boolean()}


def _metered(inputs: CheckInputs) -> pl.DataFrame:
    """Months that the meters of a site cover, by kind."""
    enough = rules()["months"]["coverage"]
    covered = pl.col("value").is_not_null() & (pl.col("coverage").fill_null(1.0) >= enough)
    return inputs.figures.filter(
        pl.col("period").str.starts_with(f"{inputs.year}-")
        & pl.col("subject").str.starts_with("site:")
        & pl.col("name").str.contains(_OF_USE)
    ).select(
        pl.col("subject").str.strip_prefix("site:").alias("site_id"),
        pl.col("name").str.replace(_OF_USE, "").alias("kind"),
        pl.col("period").str.slice(5, 2).cast(pl.Int32).alias("month"),
        covered.alias("some"),
    )


def _billed(inputs: CheckInputs) -> pl.DataFrame:
    """Months that bills cover, by the kind of meter that measures the same."""
    meters: dict[str, list[str]] = rules()["duplicate"]["meters"]
    kinds = {kind: meters.get(kind, [kind])[0] for kind in rules()["months"]["regular"]}
    first, last = pl.date(inputs.year, 1, 1), pl.date(inputs.year, 12, 31)
    lines = inputs.activities.filter(
        pl.col("kind").is_in(list(kinds)) & (pl.col("start") <= last) & (pl.col("end") >= first)
    )
    months = pl.date_ranges(
        pl.max_horizontal("start", first).dt.month_start(), pl.min_horizontal("end", last), interval="1mo"
    )
    rows = lines.select(
        "site_id",
        pl.col("kind").replace_strict(kinds, return_dtype=pl.String),
        months.list.eval(pl.element().dt.month().cast(pl.Int32)).alias("month"),
        pl.lit(value=True).alias("some"),
    ).explode("month")
    return rows.select(pl.col(name).cast(dtype) for name, dtype in _KNOWN.items())


def _told(row: dict[str, Any], year: int) -> Checked:
    months = row["month"]
    return Checked(
        check="months",
        severity="asks",
        key=f"months:{row['kind']}@site:{row['site_id']}",
        finding=finding(
            "months",
            f"site '{row['site_id']}', {row['kind']}, {year}",
            found="{count} {count:month has|months have} neither readings nor a bill: {months}",
            expected="readings or a bill for each month in which the site was held",
            remedy="load what is missing, or fill the gaps by a named method; where nothing was used, let it pass with "
            "the reason",
            severity="asks",
            count=len(months),
            months=", ".join(f"{year}-{month:02}" for month in months[:_SHOWN]),
        ),
    )
