"""The frame of activity records: one line of a bill, a ledger or a list, with who entered it and when.

Lines are never overwritten. A line that corrects another names it in `replaces`; a line that takes another back names
it too and is `withdrawn`. The lines in force are those that no other line replaces and that are not withdrawn.
"""

from typing import Final

import polars as pl

METHODS: Final = ("supplier", "hybrid", "average", "spend")
"""How an activity is turned into emissions, the best first (GHG Protocol Scope 3 Standard, chapter 7)."""

PEDIGREE: Final = ("technology", "time", "geography", "completeness", "reliability")
"""The five criteria of data quality, each from 1 (very good) to 5 (poor)."""

SAID: Final[dict[str, pl.DataType]] = {
    "site_id": pl.String(),
    "kind": pl.String(),  # rates.activities
    "item": pl.String(),  # "" where the kind has none
    "start": pl.Date(),
    "end": pl.Date(),  # the last day, inclusive
    "amount": pl.Float64(),  # null where only the emissions are stated
    "unit": pl.String(),
    "method": pl.String(),
    "region": pl.String(),  # null: that of the site
    "supplier": pl.String(),
    "stated": pl.Float64(),  # kg CO2e that somebody else states
    "factor": pl.String(),  # id of one's own factor
    "share": pl.Float64(),  # of the activity that is the site's: allocated or consolidated, 0 to 1
    "estimated": pl.Boolean(),
    **dict.fromkeys(PEDIGREE, pl.Int8()),
    "activity_uncertainty": pl.Float64(),  # relative half width of a 95 % interval
    "meter_id": pl.String(),  # the meter that measures the same
    "document": pl.String(),  # SHA-256 of the bill
    "note": pl.String(),
}
"""What somebody says of an activity."""

ACTIVITY: Final[dict[str, pl.DataType]] = {
    "line_id": pl.String(),
    **SAID,
    "entered_by": pl.String(),
    "entered_at": pl.Datetime("us"),  # naive UTC
    "batch": pl.Int32(),
    "replaces": pl.String(),  # the line that this one corrects or takes back
    "withdrawn": pl.Boolean(),
    "credits": pl.String(),  # of a credit note, whose amount is negative: the line that it is for
}
"""A line as the lake keeps it, in the partition of the year of `start`."""

LONGEST: Final = 366
"""A line covers this many days at most, so that a year's lines lie in its own partition and the one before. [d]"""


def in_force(lines: pl.LazyFrame) -> pl.LazyFrame:
    """Lines that hold: those that no other line replaces, and that take nothing back.

    Parameters
    ----------
    lines : polars.LazyFrame
        With `line_id`, `replaces` and `withdrawn`; a line and what replaces it lie in the same partition.

    Returns
    -------
    polars.LazyFrame

    Examples
    --------
    >>> lines = pl.LazyFrame({"line_id": ["a", "b"], "replaces": [None, "a"], "withdrawn": [False, False]})
    >>> in_force(lines).collect()["line_id"].to_list()
    ['b']
    """
    gone = lines.filter(pl.col("replaces").is_not_null()).select(pl.col("replaces").alias("line_id"))
    return lines.filter(~pl.col("withdrawn")).join(gone, on="line_id", how="anti", maintain_order="left")


def days() -> pl.Expr:
    """How many days a line covers."""
    return (pl.col("end") - pl.col("start")).dt.total_days() + 1
