"""Head counts and those who come and go."""

from collections.abc import Sequence

import polars as pl

__all__ = ["workforce"]

_SUMS = ("employees", "women", "men", "undisclosed", "permanent", "temporary", "joined", "departed", "training")


def workforce(entries: pl.DataFrame, keys: Sequence[str]) -> pl.DataFrame:
    r"""Sums of head counts, and the rates that follow from them.

    Turnover of a year $y$ takes the mean of the head counts at its beginning and its end, over the same sites:

    $$ \tau_y = \frac{L_y}{\tfrac12 (N_{y-1} + N_y)} $$

    Parameters
    ----------
    entries : DataFrame
        Entries of kind `workforce`.
    keys : sequence of str
        Columns to sum by, `year` among them.

    Returns
    -------
    DataFrame
        By the keys: sums (null where a site does not say it), `women_share` (of those whose gender is said; null
        where it is not said of all sites), `turnover` (null where a site has no head count at the end of the year
        before), `training_each` [h]; `definition`, `boundary`, `owner` as the sites say them.
    """
    before = entries.select("site", pl.col("year") + 1, pl.col("employees").alias("before"))
    both = entries.join(before, on=["site", "year"], how="left", maintain_order="left")
    told = [
        pl.when(pl.col(name).is_not_null().all()).then(pl.col(name).sum()).alias(name) for name in (*_SUMS, "before")
    ]
    mean = (pl.col("before") + pl.col("employees")) / 2.0
    return (
        both.group_by(list(keys), maintain_order=True)
        .agg(
            *told,
            pl.col("definition", "boundary", "owner").drop_nulls().unique().sort().str.join("; "),
            pl.col("hash"),
            pl.col("undisclosed").fill_null(0).sum().alias("_unsaid"),
        )  # not said is none
        .with_columns(
            women_share=pl.col("women") / (pl.col("women") + pl.col("men") + pl.col("_unsaid")),
            turnover=pl.col("departed") / mean,
            training_each=pl.col("training") / pl.col("employees"),
        )
    )
