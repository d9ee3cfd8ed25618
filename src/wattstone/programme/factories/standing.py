"""Where own sites stand in the programmes on a day."""

from datetime import date

import polars as pl

__all__ = ["standing"]


def standing(statuses: pl.DataFrame, on: date) -> pl.DataFrame:
    """Last event of each site in each programme and level up to a day, and whether the site is on that list.

    National, provincial and municipal lists are different ones: being taken off one says nothing of another. A site is
    on a list after it was listed or reviewed and kept. One that has applied, was suspended or removed is not: an
    application is no recognition.

    Parameters
    ----------
    statuses : DataFrame
        Entries of kind `factory_status`.
    on : date
        Events of this day count.

    Returns
    -------
    DataFrame
        A row for each site, programme and level (null where it is not said): the last event's fields, `listed` (bool)
        and `first_listed` (date or null).
    """
    where = ["site", "programme", "level"]
    past = statuses.filter(pl.col("date") <= on).sort(*where, "date", "entry")
    first = past.filter(pl.col("event") == "listed").group_by(where).agg(pl.col("date").min().alias("first_listed"))
    last = past.group_by(where, maintain_order=True).last()
    return last.join(first, on=where, how="left", maintain_order="left", nulls_equal=True).with_columns(
        listed=pl.col("event").is_in(["listed", "reviewed"])
    )
