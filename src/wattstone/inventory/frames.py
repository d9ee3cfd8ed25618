"""Figures by the thousand: one row a figure, with the same ids as `wattstone.base.Figure`."""

import hashlib
import json
from collections.abc import Callable
from typing import Any

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

_encode = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode


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

    Notes
    -----
    The hash is of the JSON of `base.figure_id`, keys in their order. It is put together column by column: most texts
    repeat, and are written once.
    """
    ids = [hashlib.sha256(text.encode()).hexdigest()[:ID_LENGTH] for text in _canonical(frame)]
    return frame.with_columns(pl.Series("id", ids, dtype=pl.String))


def _canonical(frame: pl.DataFrame) -> pl.Series:
    """Each row as canonical JSON."""
    bounds = pl.when(pl.col("lower") == "null").then(pl.lit("null")).otherwise(pl.format("[{},{}]", "lower", "upper"))
    times = pl.format('["{}","{}"]', *(pl.col(name).dt.to_string("%Y-%m-%dT%H:%M:%S") for name in ("start", "end")))
    pieces = frame.select(
        *(_written(frame[name], _text) for name in ("basis", "method", "name", "period", "reason", "subject", "unit")),
        *(_written(frame[name], _number) for name in ("coverage", "estimated", "lower", "upper", "value")),
        *(_lists(frame[name]) for name in ("inputs", "notes")),
        times.alias("times"),
    )
    keys = {
        "basis": "basis",
        "coverage": "coverage",
        "estimated": "estimated",
        "inputs": "inputs",
        "interval": bounds,
        "method": "method",
        "name": "name",
        "notes": "notes",
        "period": "times",
        "period_label": "period",
        "reason": "reason",
        "subject": "subject",
        "unit": "unit",
        "value": "value",
    }
    pattern = ",".join(f'"{key}":{{}}' for key in keys)
    # The braces of JSON are those of the pattern too, so they are put around it afterwards.
    return pieces.select(pl.concat_str(pl.lit("{"), pl.format(pattern, *keys.values()), pl.lit("}"))).to_series()


def _written(column: pl.Series, encode: Callable[[Any], str]) -> pl.Series:
    """A column as JSON; each distinct text is written once."""
    if not column.len() or column.null_count() == column.len():
        return pl.repeat("null", column.len(), dtype=pl.String, eager=True).alias(column.name)
    distinct = column.unique() if column.dtype == pl.String else column
    if len(distinct) * 2 > len(column):
        return pl.Series(column.name, [encode(value) for value in column.to_list()], dtype=pl.String)
    known = pl.DataFrame({"of": distinct, "as": [encode(value) for value in distinct.to_list()]})
    beside = column.to_frame("of").join(known, on="of", how="left", maintain_order="left", nulls_equal=True)
    return beside["as"].alias(column.name)


def _number(value: float | None) -> str:
    # repr is the shortest exact form that json writes too; what is not finite is refused there.
    return "null" if value is None else repr(value) if abs(value) < float("inf") else _encode(value)


def _text(value: str | None) -> str:
    return "null" if value is None else _encode(value)


def _lists(column: pl.Series) -> pl.Series:
    """A column of lists of texts as JSON; most lists are the same few, or of one text."""
    joined = column.list.join('","')
    plain = (
        not joined.str.contains(r"[\\\x00-\x1f]").any() and not column.explode().str.contains('"', literal=True).any()
    )
    if plain:  # nothing in them has to be escaped
        filled = pl.when(pl.col("length") > 0).then(pl.format('["{}"]', "joined")).otherwise(pl.lit("[]"))
        lengths = column.list.len()
        return pl.DataFrame({"joined": joined, "length": lengths}).select(filled.alias(column.name)).to_series()
    return pl.Series(column.name, [_encode(list(value)) for value in column.to_list()], dtype=pl.String)


def null(dtype: pl.DataType | type[pl.DataType] = pl.String) -> pl.Expr:
    """A null of a type."""
    return pl.lit(None, dtype)


def texts(*values: str) -> pl.Expr:
    """A list of strings that is the same in every row."""
    return pl.lit(list(values), pl.List(pl.String))


def interval(value: str = "value", variance: str = "variance") -> tuple[pl.Expr, pl.Expr]:
    """Bounds of the 90 % interval from a variance; null where there is none or it is NaN: then not known."""
    half = pl.when((pl.col(variance) > 0) & pl.col(variance).is_finite()).then(pl.col(variance).sqrt() * Z90)
    return (pl.col(value) - half).alias("lower"), (pl.col(value) + half).alias("upper")
