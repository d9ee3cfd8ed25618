"""Money that was promised, against what was spent of it so far."""

from datetime import date
from typing import Final

import polars as pl

__all__ = ["by_year", "progress"]

_PACE: Final = pl.Schema(
    {
        "commitment": pl.String,
        "year": pl.Int32,
        "on": pl.Date,
        "spent": pl.Float64,
        "part": pl.Float64,
        "pace": pl.Float64,
        "currency": pl.String,
    }
)


def progress(commitments: pl.DataFrame, spending: pl.DataFrame, on: date) -> pl.DataFrame:
    r"""What was spent of each commitment up to a day, against an even pace.

    With the promise $P$ from day $d_0$ to day $d_1$, both counted, even pace on day $d$ is

    $$ E(d) = P\,\min\!\left(1, \max\!\left(0, \frac{d - d_0 + 1}{d_1 - d_0 + 1}\right)\right). $$

    Only spending from the first to the last day of the commitment counts; other spending is shown apart. Even pace is a
    yardstick, no promise: a programme may be meant to start slowly.

    Parameters
    ----------
    commitments, spending : DataFrame
        Entries of kind `commitment` and `spending`.
    on : date
        Spending of this day counts.

    Returns
    -------
    DataFrame
        The commitments with `spent`, `outside` (spending before or after its days), `pace`, `ahead` (spent less pace),
        `left`, `elapsed` (part of its days) and `yearly` (what is left for each 365.25 days that remain; null where
        none do). [currency]
    """
    first, last = pl.col("start"), pl.col("end")
    money = (
        spending.filter(pl.col("date") <= on)
        .join(commitments.select("commitment", "start", "end"), on="commitment", how="inner")
        .with_columns(inside=pl.col("date").is_between(first, last))
        .group_by("commitment")
        .agg(
            pl.col("amount").filter(pl.col("inside")).sum().alias("spent"),
            pl.col("amount").filter(~pl.col("inside")).sum().alias("outside"),
        )
    )
    days = (last - first).dt.total_days() + 1
    gone = (pl.lit(on) - first).dt.total_days() + 1
    remaining = (last - pl.lit(on)).dt.total_days()
    return (
        commitments.join(money, on="commitment", how="left", maintain_order="left")
        .with_columns(pl.col("spent", "outside").fill_null(0.0), elapsed=(gone / days).clip(0.0, 1.0))
        .with_columns(pace=pl.col("amount") * pl.col("elapsed"), left=pl.col("amount") - pl.col("spent"))
        .with_columns(
            ahead=pl.col("spent") - pl.col("pace"),
            yearly=pl.when(remaining > 0).then(pl.col("left") / (remaining / 365.25)),
        )
    )


def by_year(commitments: pl.DataFrame, spending: pl.DataFrame, until: date) -> pl.DataFrame:
    """Spent so far and even pace at the end of every year of each commitment, in the last year on a day.

    Parameters
    ----------
    commitments, spending : DataFrame
        Entries of kind `commitment` and `spending`.
    until : date
        The last day; spending after it is not looked at.

    Returns
    -------
    DataFrame
        `commitment`, `year`, `on` (the day), `spent`, `part` (of the promise), `pace`, `currency`, by commitment and
        year.
    """
    first = commitments["start"].dt.year().min()
    years = range(first if isinstance(first, int) else until.year + 1, until.year + 1)
    part = (pl.col("spent") / pl.col("amount")).alias("part")
    days = [min(date(year, 12, 31), until) for year in years]
    frames = [
        progress(commitments.filter(pl.col("start") <= day), spending, day).select(
            "commitment", pl.lit(day.year, dtype=pl.Int32).alias("year"), pl.lit(day).alias("on"),
            "spent", part, "pace", "currency",
        )
        for day in days
    ]  # fmt: skip
    return pl.concat([pl.DataFrame(schema=_PACE), *frames]).sort("commitment", "year")
