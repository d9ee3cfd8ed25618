"""Where own sites stand in the programmes on a day."""

from datetime import date

import polars as pl

__all__ = ["standing"]


def standing(statuses: pl.DataFrame, on: date) -> pl.DataFrame:
    """Last event of each site in each programme up to a day, and whether the site is on the list.

    A site is on the list after it was listed or reviewed and kept. One that has applied, was suspended or removed is
    not: an application is no recognition.

    Parameters
    ----------
    statuses : DataFrame
        Entries of kind `factory_status`.
    on : date
        Events of this day count.

    Returns
    -------
    DataFrame
        A row for each site and programme: the last event's fields, `listed` (bool) and `first_listed` (date or null).
    """
    past = statuses.filter(pl.col("date") <= on).sort("site", "programme", "date", "entry")
    first = (
        past.filter(pl.col("event") == "listed")
        .group_by("site", "programme")
        .agg(pl.col("date").min().alias("first_listed"))
    )
    last = past.group_by("site", "programme", maintain_order=True).last()
    return last.join(first, on=["site", "programme"], how="left", maintain_order="left").with_columns(
        listed=pl.col("event").is_in(["listed", "reviewed"])
    )
