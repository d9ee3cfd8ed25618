"""Columns, rows and entries of a program, as they come."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from wattstone.dispatch.program import LinearProgram, Sparse

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

Floats = NDArray[np.float64]
Places = NDArray[np.int64]

__all__ = ["Builder"]


class Builder:
    """A program that grows."""

    def __init__(self) -> None:
        self._columns: list[tuple[Floats, Floats, Floats, NDArray[np.bool_]]] = []
        self._rows: list[tuple[Floats, Floats]] = []
        self._entries: list[tuple[Places, Places, Floats]] = []
        self._width = self._height = 0

    def columns(self, cost: ArrayLike, lower: Floats, upper: Floats, *, integer: bool = False) -> Places:
        """Add columns.

        Parameters
        ----------
        cost : float or (n,) array
            Of each.
        lower, upper : (n,) arrays
            Bounds.
        integer : bool
            Whether they take whole numbers alone.

        Returns
        -------
        (n,) array of int
            Their places.
        """
        n = lower.size
        full = np.broadcast_to(np.asarray(cost, dtype=np.float64), (n,))
        self._columns.append((full, lower, upper, np.full(n, integer)))
        self._width += n
        return np.arange(self._width - n, self._width)

    def rows(self, lower: Floats, upper: Floats) -> Places:
        """Add rows.

        Parameters
        ----------
        lower, upper : (m,) arrays
            Bounds; equal for an equation.

        Returns
        -------
        (m,) array of int
            Their places.
        """
        self._rows.append((lower, upper))
        self._height += lower.size
        return np.arange(self._height - lower.size, self._height)

    def put(self, rows: Places, columns: Places, values: ArrayLike) -> None:
        """Add entries; shapes are broadcast, zeros are left out.

        Parameters
        ----------
        rows, columns : arrays of int
            Where.
        values : array or float
            What.
        """
        row, column, value = np.broadcast_arrays(rows, columns, np.asarray(values, dtype=np.float64))
        there = value != 0
        self._entries.append((row[there], column[there], value[there]))

    def program(self) -> LinearProgram:
        """All of it."""
        cost, lower, upper, integer = (np.concatenate(parts) for parts in zip(*self._columns, strict=True))
        low, high = (np.concatenate(parts) for parts in zip(*self._rows, strict=True))
        row, column, value = (np.concatenate(parts) for parts in zip(*self._entries, strict=True))
        matrix = Sparse.from_entries(row, column, value, shape=(self._height, self._width))
        return LinearProgram(cost, lower, upper, low, high, matrix, integer=integer if integer.any() else None)
