"""The matrix of a supply chain in an order in which inputs stand before what they go into, as far as loops let them.

What stands before is solved exactly by substitution; only links that go back are iterated. A chain without loops is
solved at once, a ring in two rounds.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from wattstone.programme.suppliers.chain.network import Floats
from wattstone.programme.suppliers.chain.sparse import Matrix, graphs, solvers, sparse

__all__ = ["Ordered", "ordered"]


@dataclass(frozen=True, kw_only=True)
class Ordered:
    """The matrix in its order.

    Parameters
    ----------
    order : (n,) array of int
        Product at each place.
    matrix : (n, n) sparse array
        In that order.
    forward : callable
        Solves the part on and below the diagonal.
    """

    order: npt.NDArray[np.int64]
    matrix: Matrix
    forward: Callable[[Floats], Floats]

    def solve(self, given: Floats, start: Floats | None, *, tolerance: float, most: int) -> tuple[Floats, int]:
        """Solve x = b + M x by stabilised bi-conjugate gradients on the substituted system [1]_.

        Parameters
        ----------
        given : (n,) array
        start : (n,) array or None
        tolerance : float
            Residual over the largest entry of the right-hand side.
        most : int
            Rounds.

        Returns
        -------
        (n,) array, int
            The solution as far as it came, and the rounds taken; who calls looks at the residual.

        References
        ----------
        .. [1] H. van der Vorst, "Bi-CGSTAB," SIAM J. Sci. Stat. Comput. 13(2), 1992.
        """
        side = given[self.order]
        shape = self.matrix.shape
        rounds = 0

        def left(vector: Floats) -> Floats:
            nonlocal rounds
            rounds += 1
            return vector - self.matrix @ vector

        found = start[self.order] if start is not None else self.forward(side)
        size = float(np.abs(side).max(initial=0.0)) or 1.0
        best, least = found, np.inf
        for _ in range(8):  # begun anew from the best, since rounding parts what is iterated from what is true
            rest = side - left(found)
            worst = float(np.abs(rest).max(initial=0.0)) / size
            if not np.isfinite(worst) or worst >= least * 0.9:
                break
            best, least = found, worst
            if worst <= tolerance or rounds > most:
                break
            operator: Any = solvers().LinearOperator(shape, matvec=left, dtype=np.float64)
            before: Any = solvers().LinearOperator(shape, matvec=self.forward, dtype=np.float64)
            norm = float(np.linalg.norm(rest)) or 1.0
            near = max(1e-12, tolerance * size / norm)
            step, _ = solvers().bicgstab(operator, rest, rtol=near, maxiter=most // 4, M=before)
            found = found + np.asarray(step, dtype=np.float64)
        back = np.empty_like(best)
        back[self.order] = best
        return back, rounds


def ordered(matrix: Matrix, labels: npt.NDArray[np.int32]) -> Ordered:
    """Put a matrix in order and prepare its substitution.

    Parameters
    ----------
    matrix : (n, n) sparse array
        M of x = b + M x.
    labels : (n,) array
        Groups that go into each other, as `components` numbers them.

    Returns
    -------
    Ordered

    Raises
    ------
    ZeroDivisionError
        Where a product needs exactly one of itself, or more.
    """
    if (matrix.diagonal() >= 1.0).any():
        raise ZeroDivisionError("a product needs as much of itself as is made of it")
    order = _order(matrix, labels)
    turned = matrix[order][:, order].tocsr()
    below: Any = sparse().tril(turned)
    lower: Any = sparse().csc_array(sparse().eye_array(len(order)) - below)
    factors: Any = solvers().splu(lower, permc_spec="NATURAL", diag_pivot_thresh=0.0, options={"SymmetricMode": True})
    return Ordered(order=order, matrix=turned, forward=factors.solve)


def _order(matrix: Matrix, labels: npt.NDArray[np.int32]) -> npt.NDArray[np.int64]:
    """Groups in the direction of most links between them, and within a group from its first product outwards."""
    made = matrix.tocoo()
    row, column = made.coords
    inner = labels[row] == labels[column]
    steps = np.sign(labels[row].astype(np.int64) - labels[column])
    along = 1 if steps.sum() >= 0 else -1
    return np.lexsort((_outwards(row[inner], column[inner], labels), along * labels.astype(np.int64)))


def _outwards(row: Any, column: Any, labels: npt.NDArray[np.int32]) -> npt.NDArray[np.int64]:
    """Place of each product in one walk over all groups, each begun at its first product."""
    n = len(labels)
    first = np.unique(labels, return_index=True)[1]
    begin = np.concatenate([np.full(len(first), n), column])
    end = np.concatenate([first, row])
    graph: Matrix = sparse().csr_array((np.ones(len(begin)), (begin, end)), shape=(n + 1, n + 1))
    walk = np.asarray(graphs().breadth_first_order(graph, n, return_predecessors=False))[1:]
    place = np.empty(n, dtype=np.int64)
    place[walk] = np.arange(n)
    return place
