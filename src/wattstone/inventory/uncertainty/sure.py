"""Intervals of the totals put into their figures, where enough of their uncertainty is known."""

import polars as pl

from wattstone.inventory.frames import with_ids

MOST_UNKNOWN = 0.05
"""Share of the emissions of unknown uncertainty above which a figure gets no interval of the whole."""

_CLOSE = 1e-6
_WITH = ("lower", "upper", "value", "unknown", "sd")


def with_intervals(
    figures: pl.DataFrame, intervals: pl.DataFrame, period: str, *, scaled: bool = False
) -> pl.DataFrame:
    """Figures with the intervals that shared factors bring, and the ids that follow from them.

    Parameters
    ----------
    figures : polars.DataFrame
        Schema `FIGURE`, and any other columns.
    intervals : polars.DataFrame
        From `named_intervals`, of the same period.
    period : str
        Of the figures that get one: `2024`.
    scaled : bool
        Whether figures may be larger or smaller than their lines, as those of a site are that is owned in part; the
        interval is scaled with them. Other figures get one if they are the sum of their lines.

    Returns
    -------
    polars.DataFrame
        In the same order. A figure keeps the interval that it has, or none, where the uncertainty of more than
        `MOST_UNKNOWN` of the emissions is not known; a note says how much that is, be it more or less.

    Examples
    --------
    >>> from wattstone.inventory.frames import FIGURE
    >>> from wattstone.inventory.uncertainty.intervals import NAMED
    >>> with_intervals(pl.DataFrame(schema=FIGURE), pl.DataFrame(schema=NAMED), "2024").height
    0
    """
    beside = intervals.select("name", "subject", *(pl.col(name).alias(f"of_{name}") for name in _WITH))
    numbered = figures.with_row_index("row_").join(beside, on=["name", "subject"], how="left", maintain_order="left")
    scale = pl.col("value") / pl.col("of_value")
    fits = scale > 0 if scaled else (scale - 1).abs() <= _CLOSE
    given = (pl.col("period") == period) & scale.is_finite() & fits
    changed = numbered.filter(given)  # a scale that is null, for want of a value or of an interval, is none
    if changed.is_empty():
        return figures
    enough = (pl.col("of_unknown") <= MOST_UNKNOWN) & pl.col("of_sd").is_not_null()
    part = pl.format("the uncertainty of {} % of it is not known", (pl.col("of_unknown") * 100).round(2))
    open_ = pl.format(
        "no interval of the whole: the uncertainty of {} % of it is not known", (pl.col("of_unknown") * 100).round(2)
    )
    said = pl.when(~enough).then(open_).when(pl.col("of_unknown") > 0).then(part)
    sure = with_ids(
        changed.with_columns(
            *(
                pl.when(enough).then(pl.col(f"of_{name}") * scale).otherwise(name).alias(name)
                for name in ("lower", "upper")
            ),
            pl.when(said.is_not_null()).then(pl.concat_list("notes", said)).otherwise("notes").alias("notes"),
        )
    )
    kept = numbered.join(sure.select("row_"), on="row_", how="anti").select(sure.columns)
    return pl.concat([kept, sure]).sort("row_").select(figures.columns)
