"""Figures by the thousand: one row a figure, with the same ids as `wattstone.base.Figure`."""

import hashlib
import json

import polars as pl

from wattstone.base.figure import ID_LENGTH

FIGURE: dict[str, pl.DataType] = {
    "id": pl.String(),
    "name": pl.String(),
    "subject": pl.String(),  # organisation, site:ID, meter:ID
    "period": pl.String(),  # 2019, 2019-03
    "start": pl.Datetime("us"),
    "end": pl.Datetime("us"),
    "value": pl.Float64(),
    "unit": pl.String(),
    "lower": pl.Float64(),
    "upper": pl.Float64(),
    "reason": pl.String(),
    "basis": pl.String(),
    "method": pl.String(),
    "estimated": pl.Float64(),
    "coverage": pl.Float64(),
    "notes": pl.List(pl.String()),
    "inputs": pl.List(pl.String()),
}

Z90 = 1.6448536269514722
"""Half-width of a 90 % interval in standard errors of a normal distribution."""


def with_ids(frame: pl.DataFrame) -> pl.DataFrame:
    """Give each row the hash of its content as its id.

    Parameters
    ----------
    frame : polars.DataFrame
        Columns of `FIGURE` but the id, and any others, which do not enter the hash.

    Returns
    -------
    polars.DataFrame
        With column `id`.
    """
    content = frame.select(
        "basis",
        "coverage",
        "estimated",
        "inputs",
        pl.when(pl.col("lower").is_not_null()).then(pl.concat_list("lower", "upper")).alias("interval"),
        "method",
        "name",
        "notes",
        pl.concat_list(pl.col("start", "end").dt.to_string("iso:strict")).alias("period"),
        pl.col("period").alias("period_label"),
        "reason",
        "subject",
        "unit",
        "value",
    )
    encode = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode
    ids = [hashlib.sha256(encode(row).encode()).hexdigest()[:ID_LENGTH] for row in content.iter_rows(named=True)]
    return frame.with_columns(pl.Series("id", ids, dtype=pl.String))


def null(dtype: pl.DataType | type[pl.DataType] = pl.String) -> pl.Expr:
    """A null of a type."""
    return pl.lit(None, dtype)


def texts(*values: str) -> pl.Expr:
    """A list of strings that is the same in every row."""
    return pl.lit(list(values), pl.List(pl.String))


def interval(value: str = "value", variance: str = "variance") -> tuple[pl.Expr, pl.Expr]:
    """Bounds of the 90 % interval from a variance; null where there is none, for then it is not known."""
    half = pl.when(pl.col(variance) > 0).then(pl.col(variance).sqrt() * Z90)
    return (pl.col(value) - half).alias("lower"), (pl.col(value) + half).alias("upper")
