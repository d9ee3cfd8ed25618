"""A linear program that stays in HiGHS from one plan to the next.

A site or a community is planned again at every interval, and between two plans only numbers change: prices, forecasts,
states of charge. So the program is handed over once, as sparse arrays, costs and bounds are changed in place, and the
simplex method starts from the last basis. Presolve is off by default: it would throw that basis away, and a program of
some hundred columns is solved before presolve has paid for itself [1]_. Programs with integers go without it as well:
HiGHS 1.15 with presolve ended at a wrong optimum of a small one (tests/programme/targets/test_plan.py holds it), and
the directions of batteries (29 programs of 96 steps) took as long with it as without, with the same objectives.

HiGHS, and with it this module's only heavy import, is loaded when the first model is made.

References
----------
.. [1] Q. Huangfu and J. A. J. Hall, "Parallelizing the dual revised simplex method," Mathematical Programming
   Computation 10, 2018, pp. 119-142.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, cast

import numpy as np

from wattstone.dispatch.program import INFINITE, LinearProgram, Solution, Sparse, Status

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]
    Indices = NDArray[np.int32]

__all__ = ["INFINITE", "LinearProgram", "PersistentModel", "Solution", "Sparse", "Status"]


class PersistentModel:
    """A linear program inside HiGHS, changed in place and solved again from its last basis.

    Parameters
    ----------
    program : LinearProgram
        The program; its sparsity stays, single coefficients may change.
    presolve : bool
        Worth it for one cold solve of a large linear program only.
    seconds : float
        Limit of wall time of one solve; beyond it the status is `Status.LIMIT`. [s]
    gap : float
        Of a program with integers: relative distance of the solution from the bound at which the search ends.
    tolerance : float or None
        By how much a bound may be passed, at least 1e-10; None leaves it to HiGHS (1e-7).

    Raises
    ------
    ValueError
        If HiGHS refuses the program: shapes that do not agree, or NaN.

    Examples
    --------
    The cheaper of two sources is used up to its limit; then its limit is raised.

    >>> program = LinearProgram(
    ...     cost=np.array([1.0, 3.0]), lower=np.zeros(2), upper=np.array([2.0, 9.0]),
    ...     row_lower=np.array([5.0]), row_upper=np.array([5.0]),
    ...     matrix=Sparse.from_entries([0, 0], [0, 1], [1.0, 1.0], shape=(1, 2)),
    ... )
    >>> model = PersistentModel(program)
    >>> model.solve().values
    array([2., 3.])
    >>> model.change_bounds([0], [0.0], [4.0])
    >>> model.solve().values
    array([4., 1.])
    """

    def __init__(
        self,
        program: LinearProgram,
        *,
        presolve: bool = False,
        seconds: float = INFINITE,
        gap: float = 1e-9,
        tolerance: float | None = None,
    ) -> None:
        import highspy

        self._api: Any = highspy
        self._highs: Any = highspy.Highs()
        self._highs.silent()
        self._option("threads", 1)
        whole = program.integer is not None
        self._option("presolve", "on" if presolve else "off")
        self._option("solver", "simplex")
        if whole:
            self._option("solver", "choose")
            self._option("mip_rel_gap", gap)
        if tolerance is not None:
            self._option("primal_feasibility_tolerance", tolerance)
            self._option("dual_feasibility_tolerance", tolerance)
        if seconds != INFINITE:
            self._option("time_limit", seconds)
        self._seconds = seconds
        self._integer = program.integer is not None
        self.columns, self.rows = program.columns, program.rows
        self._pass(program)

    def _option(self, name: str, value: object) -> None:
        self._checked(self._highs.setOptionValue(name, value), f"option {name}={value}")

    def _checked(self, status: object, what: str) -> None:
        if status == self._api.HighsStatus.kError:
            raise ValueError(f"HiGHS refused {what}: shapes that do not agree, an index out of range, or NaN")

    def _pass(self, program: LinearProgram) -> None:
        n, m, matrix = program.columns, program.rows, program.matrix
        lines = m if matrix.by_row else n
        kinds = np.zeros(n, dtype=np.int32) if program.integer is None else program.integer.astype(np.int32)
        sizes = (program.lower.size, program.upper.size, program.row_upper.size, matrix.start.size)
        if sizes != (n, n, m, lines + 1) or matrix.index.size != matrix.value.size or kinds.size != n:
            raise ValueError(f"costs, bounds and matrix do not agree on {m} rows and {n} columns: {sizes}")
        form = self._api.MatrixFormat.kRowwise if matrix.by_row else self._api.MatrixFormat.kColwise
        status = self._highs.passModel(
            n,
            m,
            matrix.value.size,
            int(form),
            int(self._api.ObjSense.kMinimize),
            program.offset,
            program.cost,
            program.lower,
            program.upper,
            program.row_lower,
            program.row_upper,
            matrix.start[:-1],
            matrix.index,
            matrix.value,
            kinds,
        )
        self._checked(status, "the program")

    @cached_property
    def _statuses(self) -> dict[object, Status]:
        names = self._api.HighsModelStatus
        return {
            names.kOptimal: Status.OPTIMAL,
            names.kModelEmpty: Status.OPTIMAL,
            names.kInfeasible: Status.INFEASIBLE,
            names.kUnbounded: Status.UNBOUNDED,
            names.kUnboundedOrInfeasible: Status.INFEASIBLE_OR_UNBOUNDED,
            names.kTimeLimit: Status.LIMIT,
            names.kIterationLimit: Status.LIMIT,
        }

    def change_costs(self, columns: ArrayLike, costs: ArrayLike) -> None:
        """Give these columns these costs.

        Parameters
        ----------
        columns : (k,) array of int
            Which columns.
        costs : (k,) array
            Their costs.
        """
        which, values = _indices(columns), _floats(costs)
        _same(which.size, values.size)
        self._checked(self._highs.changeColsCost(which.size, which, values), "costs")

    def change_bounds(self, columns: ArrayLike, lower: ArrayLike, upper: ArrayLike) -> None:
        """Give these columns these bounds.

        Parameters
        ----------
        columns : (k,) array of int
            Which columns.
        lower, upper : (k,) arrays
            Their bounds.
        """
        which, low, high = _indices(columns), _floats(lower), _floats(upper)
        _same(which.size, low.size, high.size)
        self._checked(self._highs.changeColsBounds(which.size, which, low, high), "bounds of columns")

    def change_rows(self, rows: ArrayLike, lower: ArrayLike, upper: ArrayLike) -> None:
        """Give these rows these bounds.

        Parameters
        ----------
        rows : (k,) array of int
            Which rows.
        lower, upper : (k,) arrays
            Their bounds; equal for equations.
        """
        which, low, high = _indices(rows), _floats(lower), _floats(upper)
        _same(which.size, low.size, high.size)
        self._checked(self._highs.changeRowsBounds(which.size, which, low, high), "bounds of rows")

    def change_coefficient(self, row: int, column: int, value: float) -> None:
        """Change one entry of the matrix; many are slower than a new model.

        Parameters
        ----------
        row, column : int
            Its place.
        value : float
            Its new value.
        """
        self._checked(self._highs.changeCoeff(row, column, value), "a coefficient")

    def change_offset(self, offset: float) -> None:
        """Change the constant of the objective.

        Parameters
        ----------
        offset : float
            Added to the objective.
        """
        self._checked(self._highs.changeObjectiveOffset(offset), "the offset")

    def replace(self, program: LinearProgram) -> None:
        """Take another program of as many rows and columns, and keep the basis to start from.

        Parameters
        ----------
        program : LinearProgram
            All of it may differ; the closer it is, the fewer iterations its solve takes.

        Raises
        ------
        ValueError
            If its shape differs, or HiGHS refuses it.
        """
        _same(self.columns, program.columns)
        _same(self.rows, program.rows)
        basis = self._highs.getBasis()
        self._pass(program)
        if basis.valid:
            self._checked(self._highs.setBasis(basis), "the basis")

    def forget(self) -> None:
        """Drop the basis: the next solve starts cold, and does not depend on what was solved before."""
        self._highs.clearSolver()

    def basis(self) -> object:
        """The basis of the last solve, to be given back to `start_from` of this model or one of the same shape."""
        return self._highs.getBasis()

    def start_from(self, basis: object) -> None:
        """Start the next solve from a basis that `basis` returned.

        Parameters
        ----------
        basis : object
            Of a model with as many rows and columns.
        """
        self._checked(self._highs.setBasis(basis), "the basis")

    def solve(self, *, duals: bool | Literal["rows"] = True) -> Solution:
        """Solve from where the last solve ended.

        Parameters
        ----------
        duals : bool or 'rows'
            Whether multipliers are wanted too, or those of the rows alone: fetching all takes a third as long as a warm
            solve of a day.

        Returns
        -------
        Solution
            With a status; nothing is raised for a program without a solution. Without `duals`, all arrays but the
            values are empty.
        """
        if self._seconds != INFINITE:
            # The clock of HiGHS runs on over all solves of a model; the limit is meant for each.
            self._option("time_limit", self._highs.getRunTime() + self._seconds)
        self._highs.run()
        status = self._statuses.get(self._highs.getModelStatus(), Status.FAILED)
        found, info, none = self._highs.getSolution(), self._highs.getInfo(), np.zeros(0)
        return Solution(
            status=status,
            objective=float(info.objective_function_value),
            values=np.array(found.col_value, dtype=np.float64),
            reduced_costs=np.array(found.col_dual, dtype=np.float64) if duals is True else none,
            activities=np.array(found.row_value, dtype=np.float64) if duals is True else none,
            duals=np.array(found.row_dual, dtype=np.float64) if duals else none,
            iterations=int(info.simplex_iteration_count),
            bound=float(info.mip_dual_bound if self._integer else info.objective_function_value),
        )

    def infeasibility_ray(self) -> Floats | None:
        """The proof of infeasibility: weights of rows that add up to a contradiction (Farkas).

        Returns
        -------
        (m,) array or None
            The rows with a weight other than 0 cannot all hold together with the bounds of the columns; None where the
            last solve was not infeasible or left no ray (presolve was on).
        """
        return self._ray(*self._highs.getDualRay())

    def unbounded_ray(self) -> Floats | None:
        """The direction in which the objective falls without end.

        Returns
        -------
        (n,) array or None
            None where the last solve was not unbounded.
        """
        return self._ray(*self._highs.getPrimalRay())

    @staticmethod
    def _ray(_status: object, there: bool, ray: object) -> Floats | None:
        return _floats(cast("Sequence[float]", ray)).copy() if there else None


def _indices(values: ArrayLike) -> Indices:
    return np.ascontiguousarray(np.atleast_1d(np.asarray(values)), dtype=np.int32)


def _floats(values: ArrayLike) -> Floats:
    return np.ascontiguousarray(np.atleast_1d(np.asarray(values)), dtype=np.float64)


def _same(*sizes: int) -> None:
    """HiGHS reads as many numbers as it is told to, so that a short array would be read beyond its end."""
    if len(set(sizes)) != 1:
        raise ValueError(f"as many values as places are needed, not {sizes}")
