"""First and last day of lines, from what the columns of period, first and last day say."""

from collections.abc import Mapping

import polars as pl

from wattstone.readings.activities.schema import LONGEST, days
from wattstone.readings.cells import Cells

__all__ = ["read_periods"]


def read_periods(cells: Cells, spans: Mapping[str, pl.Series]) -> tuple[pl.Series, pl.Series]:
    """First and last days; a month or a year in one cell is all of it.

    Parameters
    ----------
    cells : Cells
        Where what cannot be used is noted.
    spans : mapping of str to polars.Series
        Lists of two days by column: `period`, `start`, `end`.

    Returns
    -------
    (n,) Series of Date, (n,) Series of Date
        Null where there is none.
    """
    for field, read in spans.items():
        cells.wrong(
            "activity.day", read.is_null() & cells.text(field).is_not_null(), field,
            found="{count:row|rows} {rows}: no {count:day or period|days or periods}: {texts}",
            expected="a day as 2024-03-31, a month as 2024-03, a year as 2024",
            remedy="write it so",
        )  # fmt: skip
    ends = pl.select(
        pl.coalesce(spans["start"].list.first(), spans["period"].list.first()).alias("start"),
        pl.coalesce(spans["end"].list.last(), spans["start"].list.last(), spans["period"].list.last()).alias("end"),
    )
    said = pl.any_horizontal(*(cells.text(field).is_not_null().alias(field) for field in ("period", "start")))
    first = "start" if "start" in cells.titles else "period"
    cells.wrong(
        "activity.no_period", ~pl.select(said).to_series(), first,
        found="{count:row|rows} {rows}: no day and no period",
        expected="the first and the last day that the amount is for, or a month",
        remedy="fill it in",
    )  # fmt: skip
    backward = ends["end"] < ends["start"]
    cells.wrong(
        "activity.backward", backward, "end" if "end" in cells.titles else first,
        found="{count:row|rows} {rows}: the last day is before the first: {texts}",
        expected="a last day on the first one or later",
        remedy="correct one of them",
    )  # fmt: skip
    cells.wrong(
        "activity.long", ends.select(days() > LONGEST).to_series(), "end" if "end" in cells.titles else first,
        found="{count:row|rows} {rows}: longer than {most} days",
        expected="at most {most} days a line",
        remedy="split the line by years",
        most=LONGEST,
    )  # fmt: skip
    return ends["start"], ends["end"]
