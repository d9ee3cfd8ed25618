"""Sums of lines by group and factor: all that the uncertainty of a sum needs to know of its lines."""

from collections.abc import Sequence

import polars as pl

from wattstone.inventory.uncertainty.lines import LINE, checked

CELL: dict[str, pl.DataType] = {
    "factor_key": pl.String(),  # null where the factor has no error that is known, or lines have none
    "factor_sd": pl.Float64(),  # relative; 0 where the factor has no error that is known
    "value": pl.Float64(),  # sum of the emissions
    "activity": pl.Float64(),  # variance by the errors of activity data, with the factor as it is
    "third": pl.Float64(),  # third central moment of the same, of lognormal errors
    "weight": pl.Float64(),  # sum of absolute emissions
    "weight_activity": pl.Float64(),  # of that, with activity data of unknown uncertainty
    "weight_factor": pl.Float64(),  # of that, with a factor of unknown uncertainty
    "weight_unknown": pl.Float64(),  # of that, with either
    "lines": pl.UInt32(),
    "unknown": pl.UInt32(),  # lines of which either is not known
    "absent": pl.UInt32(),  # lines without a value
}
"""Columns of cells, after those they are made by."""


def cells(lines: pl.DataFrame, by: Sequence[str] = ()) -> pl.DataFrame:
    """Add lines up by group and factor.

    Parameters
    ----------
    lines : polars.DataFrame
        Columns of `uncertainty.lines.LINE` and of `by`.
    by : sequence of str
        Columns of the groups; none for one sum of all lines.

    Returns
    -------
    polars.DataFrame
        Columns of `by` and of `CELL`; sorted by group and factor, whatever the order of the lines.

    Raises
    ------
    InputRefused
        As `uncertainty.lines.checked`.

    Notes
    -----
    Errors of activity data are independent from line to line, so their variances add up. A line without a factor key
    was stated as emissions: whatever error it has is its own, (1 + s^2)(1 + t^2) - 1, and adds up likewise. It is known
    as soon as one of the two is.
    """
    taken = checked(lines, by)
    s, t = (pl.col(name) for name in ("activity_sd", "factor_sd"))
    stated = pl.col("factor_key").is_null()
    own = ((1 + s.fill_null(0.0) ** 2) * (1 + t.fill_null(0.0) ** 2) - 1).sqrt()
    nothing = s.is_null() & t.is_null()
    shared = ~stated & (t > 0)  # false too where t is null
    value = pl.col("value")
    sd = pl.when(stated).then(own).otherwise(s.fill_null(0.0))
    no_activity = pl.when(stated).then(nothing).otherwise(s.is_null())
    no_factor = pl.when(stated).then(nothing).otherwise(t.is_null())
    prepared = taken.with_columns(
        pl.when(shared).then("factor_key").alias("factor_key"),
        pl.when(shared).then(t).otherwise(0.0).alias("factor_sd"),
        ((value * sd) ** 2).alias("activity"),
        (value**3 * sd**4 * (sd**2 + 3)).alias("third"),
        value.abs().alias("weight"),
        no_activity.alias("no_activity"),
        no_factor.alias("no_factor"),
    )
    either = pl.col("no_activity") | pl.col("no_factor")
    keys = [*by, "factor_key", "factor_sd"]
    return (
        prepared.group_by(keys)
        .agg(
            pl.col("value").sum(),
            pl.col("activity").sum(),
            pl.col("third").sum(),
            pl.col("weight").sum(),
            pl.col("weight").filter(pl.col("no_activity")).sum().alias("weight_activity"),
            pl.col("weight").filter(pl.col("no_factor")).sum().alias("weight_factor"),
            pl.col("weight").filter(either).sum().alias("weight_unknown"),
            pl.len().alias("lines"),
            either.sum().alias("unknown"),
            pl.col("value").null_count().alias("absent"),
        )
        .select(*by, *(pl.col(name).cast(dtype) for name, dtype in CELL.items()))
        .sort(keys)
    )


__all__ = ["CELL", "LINE", "cells"]
