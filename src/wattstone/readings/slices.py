"""Slices: what was read of one meter, in one partition, from one source, and the hash that pins it.

A figure names the slices it rests on. A slice's hash is SHA-256 over its rows in order of time, so that anyone can
compute it again from the rows alone: for each row the interval's start (microseconds since 1970 in UTC, 8 bytes), its
length (seconds, 4 bytes) and its value (IEEE 754 double, 8 bytes; a gap is the quiet NaN), all little-endian. The first
32 hexadecimal digits are kept. `docs/methods/lake.md` has an example.
"""

import hashlib

import numpy as np
import numpy.typing as npt
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
_FEW = 8  # batches
Places = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


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
    batches = rows["batch"].unique().sort()
    if len(batches) == 1:
        return _slices(rows)
    if len(batches) <= _FEW:
        # Taken apart by batch each part is in order, and nothing has to be sorted.
        return pl.concat([_slices(rows.filter(pl.col("batch") == batch)) for batch in batches]).sort("meter", "batch")
    order = rows.select(pl.col("meter").cast(pl.Int64) * 2**31 + pl.col("batch")).to_series().to_numpy()
    return _slices(rows[np.argsort(order, kind="stable")])


def _slices(rows: pl.DataFrame) -> pl.DataFrame:
    """Slices of rows that stand one slice after the other."""
    begins = _begins(rows)
    return _summary(rows, begins).with_columns(_hashes(rows, np.diff(begins, append=rows.height))).select(list(SLICES))


def _begins(rows: pl.DataFrame) -> Places:
    """Where each slice begins."""
    meter, batch = rows["meter"].to_numpy(), rows["batch"].to_numpy()
    other = (meter[1:] != meter[:-1]) | (batch[1:] != batch[:-1])
    return np.append(0, np.flatnonzero(other) + 1)


def _summary(rows: pl.DataFrame, begins: Places) -> pl.DataFrame:
    """What is said of slices that stand one after the other, in passes over whole columns."""
    start = rows["start"].to_physical().to_numpy()
    value = rows["value"].fill_null(float("nan")).to_numpy()
    missing = rows["value"].is_null().to_numpy()
    ends = np.append(begins[1:], rows.height) - 1
    # The last row with a value; none has the number -1.
    valued = np.maximum.reduceat(np.where(missing, -1, np.arange(rows.height)), begins)
    none = valued < begins
    until = np.maximum.reduceat(start + rows["seconds"].to_numpy() * np.int64(1_000_000), begins)
    named = rows[begins].select("meter", "batch")
    return named.with_columns(
        pl.Series("rows", np.diff(begins, append=rows.height), dtype=pl.Int32),
        pl.Series("gaps", np.add.reduceat(missing, begins, dtype=np.int64), dtype=pl.Int32),
        pl.Series("first", start[begins]).cast(SLICES["first"]),
        pl.Series("last", start[ends]).cast(SLICES["last"]),
        pl.Series("until", until).cast(SLICES["until"]),
        _unless(none, pl.Series("valued", start[valued]).cast(SLICES["valued"])),
        _unless(none, pl.Series("last_value", value[valued])),
        pl.Series("total", np.add.reduceat(np.where(missing, 0.0, value), begins)),
        pl.Series("flagged", np.add.reduceat(rows["flags"].to_numpy() != 0, begins, dtype=np.int64), dtype=pl.Int32),
    )


def _unless(none: Mask, values: pl.Series) -> pl.Series:
    return values.to_frame().select(pl.when(~pl.Series(none)).then(pl.col(values.name))).to_series()


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
            hashlib.sha256(data[begin:end]).digest()[: HASH_LENGTH // 2].hex()
            for begin, end in zip(begins.tolist(), ends.tolist(), strict=True)
        ],
        dtype=pl.String,
    )
