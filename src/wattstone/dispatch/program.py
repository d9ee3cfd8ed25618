"""A linear program as arrays, and what comes of solving it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]
    Indices = NDArray[np.int32]

__all__ = ["INFINITE", "LinearProgram", "Solution", "Sparse", "Status"]

INFINITE = float("inf")
"""A bound that does not bind; HiGHS takes IEEE infinity as it is."""


class Status(Enum):
    """How a solve ended."""

    OPTIMAL = "optimal"
    INFEASIBLE = "infeasible"
    UNBOUNDED = "unbounded"
    INFEASIBLE_OR_UNBOUNDED = "infeasible or unbounded"
    LIMIT = "limit of time or iterations"
    FAILED = "failed"


@dataclass(frozen=True, eq=False)
class Sparse:
    """A sparse matrix, by column (CSC) or by row (CSR).

    Parameters
    ----------
    start : (k + 1,) array of int32
        Where each of the k columns (or rows) begins in `index` and `value`.
    index : (nonzeros,) array of int32
        Row (or column) of each entry.
    value : (nonzeros,) array
        The entries.
    by_row : bool
        True for CSR.
    """

    start: Indices
    index: Indices
    value: Floats
    by_row: bool = False

    @classmethod
    def from_entries(
        cls, rows: ArrayLike, columns: ArrayLike, values: ArrayLike, *, shape: tuple[int, int], by_row: bool = False
    ) -> Sparse:
        """The matrix of these entries; entries of the same place are added up.

        Parameters
        ----------
        rows, columns, values : (nonzeros,) arrays
            Place and value of each entry, in any order.
        shape : (int, int)
            Rows and columns of the matrix.
        by_row : bool
            Whether to store it by row.

        Raises
        ------
        ValueError
            If a place lies outside the shape.

        Examples
        --------
        >>> matrix = Sparse.from_entries([0, 1, 0], [0, 0, 1], [1.0, 2.0, 3.0], shape=(2, 2))
        >>> matrix.start, matrix.index, matrix.value
        (array([0, 2, 3], dtype=int32), array([0, 1, 0], dtype=int32), array([1., 2., 3.]))
        """
        row, column = np.asarray(rows, dtype=np.int64).ravel(), np.asarray(columns, dtype=np.int64).ravel()
        value = np.asarray(values, dtype=np.float64).ravel()
        if row.size and (min(row.min(), column.min()) < 0 or row.max() >= shape[0] or column.max() >= shape[1]):
            raise ValueError(f"an entry lies outside {shape[0]} rows and {shape[1]} columns")
        major, minor = (row, column) if by_row else (column, row)
        majors, minors = shape if by_row else (shape[1], shape[0])
        place, which = np.unique(major * minors + minor, return_inverse=True)
        start = np.searchsorted(place, np.arange(majors + 1) * minors).astype(np.int32)
        summed = np.bincount(which, weights=value, minlength=place.size).astype(np.float64)
        return cls(start, (place % max(minors, 1)).astype(np.int32), summed, by_row)


@dataclass(frozen=True, eq=False)
class LinearProgram:
    """Minimise cost . x subject to row_lower <= A x <= row_upper and lower <= x <= upper.

    Parameters
    ----------
    cost, lower, upper : (n,) arrays
        Cost and bounds of each column; `INFINITE` or its negative where there is none.
    row_lower, row_upper : (m,) arrays
        Bounds of each row; equal for an equation.
    matrix : Sparse
        A, of m rows and n columns.
    offset : float
        Added to the objective.
    integer : (n,) array of bool or None
        Columns that take whole numbers alone; None for a linear program.
    """

    cost: Floats
    lower: Floats
    upper: Floats
    row_lower: Floats
    row_upper: Floats
    matrix: Sparse
    offset: float = 0.0
    integer: NDArray[np.bool_] | None = None

    @property
    def columns(self) -> int:
        """Number of columns n."""
        return self.cost.size

    @property
    def rows(self) -> int:
        """Number of rows m."""
        return self.row_lower.size


@dataclass(frozen=True, eq=False)
class Solution:
    """What a solve left in the model.

    Parameters
    ----------
    status : Status
        Values are to be relied upon when it is `Status.OPTIMAL`, and are a feasible start or nothing otherwise.
    objective : float
        Value of the objective, offset included.
    values : (n,) array
        The columns.
    reduced_costs : (n,) array
        Change of the objective per unit of a column's binding bound.
    activities : (m,) array
        The rows, A x.
    duals : (m,) array
        Change of the objective per unit of a row's binding bound.
    iterations : int
        Simplex iterations of this solve.
    bound : float
        No solution is better than this; the objective itself, but for integers that were cut short.
    """

    status: Status
    objective: float
    values: Floats
    reduced_costs: Floats
    activities: Floats
    duals: Floats
    iterations: int
    bound: float = float("nan")
