"""Slices: what was read of one meter, in one partition, from one source, and the hash that pins it.

A figure names the slices it rests on. A slice's hash is SHA-256 over its rows in order of time, so that anyone can
compute it again from the rows alone: for each row the interval's start (microseconds since 1970 in UTC, 8 bytes), its
length (seconds, 4 bytes) and its value (IEEE 754 double, 8 bytes; a gap is the quiet NaN), all little-endian. The first
32 hexadecimal digits are kept. `docs/methods/lake.md` has an example.
"""

import hashlib

import numpy as np
import polars as pl

SLICES: dict[str, pl.DataType] = {
    "meter": pl.Int32(),
    "batch": pl.Int32(),
    "rows": pl.Int32(),
    "gaps": pl.Int32(),
    "first": pl.Datetime("us"),
    "last": pl.Datetime("us"),
    "until": pl.Datetime("us"),  # end of the last interval
    "valued": pl.Datetime("us"),  # start of the last reading that is not a gap
    "last_value": pl.Float64(),
    "total": pl.Float64(),
    "flagged": pl.Int32(),
    "sha256": pl.String(),
}

_ROW = np.dtype([("start", "<i8"), ("seconds", "<i4"), ("value", "<f8")])
HASH_LENGTH = 32


def slices_of(rows: pl.DataFrame) -> pl.DataFrame:
    """Describe and hash every slice of one partition.

    Parameters
    ----------
    rows : polars.DataFrame
        Columns meter, start, seconds, value, flags, batch, sorted by (meter, start).

    Returns
    -------
    polars.DataFrame
        Schema `SLICES`, a row a (meter, batch), sorted.
    """
    if rows.is_empty():
        return pl.DataFrame(schema=SLICES)
    batches = rows["batch"]
    if batches.min() != batches.max():
        # Nearly in order already, for most meters have one batch: a stable sort of one number costs next to nothing.
        order = rows.select(pl.col("meter").cast(pl.Int64) * 2**31 + pl.col("batch")).to_series().to_numpy()
        if (order[1:] < order[:-1]).any():
            rows = rows[np.argsort(order, kind="stable")]
    summary = (
        rows.lazy()
        .group_by("meter", "batch", maintain_order=True)
        .agg(
            pl.len().cast(pl.Int32).alias("rows"),
            pl.col("value").null_count().cast(pl.Int32).alias("gaps"),
            pl.col("start").first().alias("first"),
            pl.col("start").last().alias("last"),
            (pl.col("start") + pl.duration(seconds=pl.col("seconds"))).max().alias("until"),
            pl.col("start").filter(pl.col("value").is_not_null()).last().alias("valued"),
            pl.col("value").drop_nulls().last().alias("last_value"),
            pl.col("value").sum().alias("total"),
            (pl.col("flags") != 0).sum().cast(pl.Int32).alias("flagged"),
        )
        .collect()
    )
    return summary.with_columns(_hashes(rows, summary["rows"].to_numpy())).select(list(SLICES))


def _hashes(rows: pl.DataFrame, lengths: np.ndarray) -> pl.Series:
    packed = np.empty(rows.height, dtype=_ROW)
    packed["start"] = rows["start"].to_physical().to_numpy()
    packed["seconds"] = rows["seconds"].to_numpy()
    packed["value"] = rows["value"].fill_null(float("nan")).to_numpy()
    data = memoryview(packed).cast("B")  # pyright: ignore[reportArgumentType]
    ends = np.cumsum(lengths.astype(np.int64)) * _ROW.itemsize
    begins = ends - lengths * _ROW.itemsize
    return pl.Series(
        "sha256",
        [
            hashlib.sha256(data[begin:end]).hexdigest()[:HASH_LENGTH]
            for begin, end in zip(begins.tolist(), ends.tolist(), strict=True)
        ],
        dtype=pl.String,
    )
