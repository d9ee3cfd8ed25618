"""A program with more columns and rows at its end: for integers, and for finding out what makes it infeasible."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from wattstone.dispatch.highs import LinearProgram, Sparse

if TYPE_CHECKING:
    from wattstone.dispatch.layout import Places

Floats = NDArray[np.float64]

__all__ = ["Extension"]


@dataclass(eq=False)
class Extension:
    """Columns, rows and entries to be added to a program.

    Parameters
    ----------
    program : LinearProgram
        It stays as it is.
    """

    program: LinearProgram
    _cost: list[Floats] = field(default_factory=list[Floats])
    _upper: list[Floats] = field(default_factory=list[Floats])
    _integer: list[NDArray[np.bool_]] = field(default_factory=list[NDArray[np.bool_]])
    _low: list[Floats] = field(default_factory=list[Floats])
    _high: list[Floats] = field(default_factory=list[Floats])
    _entries: list[tuple[Places, Places, Floats]] = field(default_factory=list[tuple["Places", "Places", Floats]])
    _columns: int = 0
    _rows: int = 0

    @property
    def size(self) -> int:
        """Columns of the program and those that were added."""
        return self.program.columns + self._columns

    def columns(self, cost: ArrayLike, upper: ArrayLike, *, integer: bool = False) -> Places:
        """New columns from 0 up to a bound.

        Parameters
        ----------
        cost, upper : (k,) arrays
            Of each.
        integer : bool
            Whether they take whole numbers alone.

        Returns
        -------
        (k,) array of int
            Their places.
        """
        costs, uppers = np.broadcast_arrays(np.atleast_1d(np.asarray(cost, dtype=np.float64)), np.asarray(upper, float))
        self._cost.append(costs)
        self._upper.append(uppers)
        self._integer.append(np.full(costs.size, integer))
        self._columns += costs.size
        end = self.program.columns + self._columns
        return np.arange(end - costs.size, end)

    def rows(self, lower: ArrayLike, upper: ArrayLike) -> Places:
        """New rows between bounds; their places. (k,)"""
        lows, highs = np.broadcast_arrays(np.atleast_1d(np.asarray(lower, dtype=np.float64)), np.asarray(upper, float))
        self._low.append(lows)
        self._high.append(highs)
        self._rows += lows.size
        end = self.program.rows + self._rows
        return np.arange(end - lows.size, end)

    def put(self, rows: ArrayLike, columns: ArrayLike, values: ArrayLike) -> None:
        """Entries, of new rows and columns or old ones; broadcast against each other."""
        row, column, value = np.broadcast_arrays(
            np.asarray(rows), np.asarray(columns), np.asarray(values, dtype=np.float64)
        )
        self._entries.append((row.ravel().astype(np.int64), column.ravel().astype(np.int64), value.ravel()))

    def whole(self, **changes: Floats) -> LinearProgram:
        """The program with all that was added.

        Parameters
        ----------
        **changes : arrays
            Fields of the old program that change with it: `cost`, `lower`, `upper`, `row_lower`, `row_upper`.
        """
        old = replace(self.program, **changes)
        n, m = old.columns + self._columns, old.rows + self._rows
        kept = (old.matrix.index, np.repeat(np.arange(old.columns), np.diff(old.matrix.start)), old.matrix.value)
        row, column, value = (np.concatenate(parts) for parts in zip(kept, *self._entries, strict=True))
        integer = np.concatenate([np.zeros(old.columns, dtype=np.bool_), *self._integer])
        return LinearProgram(
            cost=np.concatenate([old.cost, *self._cost]),
            lower=np.concatenate([old.lower, np.zeros(self._columns)]),
            upper=np.concatenate([old.upper, *self._upper]),
            row_lower=np.concatenate([old.row_lower, *self._low]),
            row_upper=np.concatenate([old.row_upper, *self._high]),
            matrix=Sparse.from_entries(row, column, value, shape=(m, n)),
            offset=old.offset,
            integer=integer if integer.any() else None,
        )
