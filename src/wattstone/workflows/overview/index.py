"""What lists are cut by, laid out once for an estate: texts in small letters, codes of values, orders of columns."""

from threading import Lock

import numpy as np
import numpy.typing as npt
import polars as pl

__all__ = ["Index"]

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


class Index:
    """Arrays over the rows of an estate, made when they are first asked for. Thread-safe.

    Parameters
    ----------
    frame : polars.DataFrame
        The estate's, which does not change.
    """

    def __init__(self, frame: pl.DataFrame) -> None:
        self._frame = frame
        self._lock = Lock()
        self._text: pl.Series | None = None
        self._values: dict[str, tuple[list[str], Ints]] = {}
        self._orders: dict[tuple[str, bool], Ints] = {}

    @property
    def text(self) -> pl.Series:
        """Id, name, city and address of each site, in small letters, one a line."""
        with self._lock:
            if self._text is None:
                names = [pl.col(name).fill_null("") for name in ("id", "name", "city", "address")]
                self._text = self._frame.select(pl.concat_str(names, separator="\n").str.to_lowercase()).to_series()
            return self._text

    def values(self, name: str) -> tuple[list[str], Ints]:
        """The values of a column of texts, sorted, and which of them each site has; null is ""."""
        with self._lock:
            if name not in self._values:
                column = self._frame[name].fill_null("")
                known = column.unique().sort().to_list()
                codes = column.replace_strict(known, range(len(known)), return_dtype=pl.Int64)
                codes = codes.cast(pl.Int64).to_numpy()  # of no rows it has no type
                self._values[name] = known, codes
            return self._values[name]

    def numbers(self, name: str) -> Floats:
        """A column of numbers, NaN where nothing is known, which no comparison holds for."""
        if name not in self._frame.columns:
            return np.full(self._frame.height, np.nan)
        return self._frame[name].cast(pl.Float64).fill_null(float("nan")).to_numpy()

    def order(self, name: str, *, descending: bool) -> Ints:
        """Rows in the order of a column, then by id; what is not known comes last either way."""
        with self._lock:
            if (name, descending) not in self._orders:
                rows = self._frame.select(name, *({"id"} - {name})).with_row_index("_at")
                keys = [name] if name == "id" else [name, "id"]
                ordered = rows.sort(keys, descending=[descending, *[False] * (len(keys) - 1)], nulls_last=True)
                self._orders[name, descending] = ordered["_at"].cast(pl.Int64).to_numpy()
            return self._orders[name, descending]
