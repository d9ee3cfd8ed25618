"""Predictions of intervals in a file."""

from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from wattstone.workflows.savings.pairs import Pair

Floats = npt.NDArray[np.float64]

PREDICTIONS: dict[str, pl.DataType] = {
    "meter_id": pl.String(),
    "timestamp": pl.Datetime("us", "UTC"),
    "observed": pl.Float64(),
    "predicted": pl.Float64(),
    "lower": pl.Float64(),
    "upper": pl.Float64(),
}
"""Start of the interval, in UTC; use of the interval, null where it is not known; the 90 % interval of one interval."""


class PredictionsFile:
    """A Parquet file that is there when it is whole, and not before; a context.

    Parameters
    ----------
    to : pathlib.Path
        Its name.
    """

    def __init__(self, to: Path) -> None:
        self._to, self._part = to, to.with_name(to.name + ".part")
        self._writer: Any = None

    def __enter__(self) -> "PredictionsFile":
        parquet: Any = import_module("pyarrow.parquet")
        schema: Any = import_module("polars").DataFrame(schema=PREDICTIONS).to_arrow().schema
        self._writer = parquet.ParquetWriter(self._part, schema, compression="lz4", use_dictionary=["meter_id"])
        return self

    def write(self, rows: pl.DataFrame) -> int:
        """Add rows of schema `PREDICTIONS`; return how many."""
        if rows.height:
            self._writer.write_table(rows.to_arrow())
        return rows.height

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._writer.close()
        if kind is None:
            self._part.replace(self._to)
        else:
            self._part.unlink(missing_ok=True)


def rows_of(pair: Pair, lower: Floats, upper: Floats) -> pl.DataFrame:
    """Predictions of the meters that qualify, meter by meter.

    Parameters
    ----------
    pair : Pair
        Fitted and predicted.
    lower, upper : (m, t) array
        Interval of each interval's use.

    Returns
    -------
    polars.DataFrame
        Schema `PREDICTIONS`.
    """
    good = np.flatnonzero(pair.qualified & ~np.isnan(pair.predicted).all(axis=1))
    if not good.size:
        return no_rows()
    conditions = pair.reporting.conditions
    start = pl.Series("timestamp", np.tile(conditions.start.astype("datetime64[us]"), good.size))
    names = pl.Series("meter_id", [pair.baseline.meters[at] for at in good])
    values = {"observed": pair.reporting.use, "predicted": pair.predicted, "lower": lower, "upper": upper}
    columns = [pl.Series(name, value[good].ravel(), nan_to_null=True) for name, value in values.items()]
    ids = names.gather(np.repeat(np.arange(good.size), len(conditions)))
    return pl.DataFrame([ids, start.dt.replace_time_zone("UTC"), *columns]).filter(pl.col("predicted").is_not_null())


def no_rows() -> pl.DataFrame:
    """An empty table of schema `PREDICTIONS`."""
    return pl.DataFrame(schema=PREDICTIONS)
