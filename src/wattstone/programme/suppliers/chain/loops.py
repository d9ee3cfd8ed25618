"""Loops of a supply chain: where they are, and which of them asks for more of itself than it makes."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from wattstone.programme.suppliers.chain.sparse import Matrix, graphs, sparse

__all__ = ["Loop", "components", "steepest"]

STEPS = 200
"""Of the power iteration; it only has to find where growth is, not how much to many digits."""


@dataclass(frozen=True, kw_only=True)
class Loop:
    """A loop that cannot be solved.

    Parameters
    ----------
    at : tuple of int
        Products in their order, each an input of the one before; the last goes into the first again.
    product : float
        How much of itself one unit needs by this loop alone. [1]
    growth : float
        Estimate of how much of itself the group of loops around it needs, turn by turn. [1]
    """

    at: tuple[int, ...]
    product: float
    growth: float


def components(inputs: Matrix) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.bool_]]:
    """Groups of products that go into each other, and which products stand in a loop.

    Parameters
    ----------
    inputs : (n, n) sparse array
        As in `Network`.

    Returns
    -------
    (n,) array of int32, (n,) array of bool
        Number of the group; whether the product is an input of itself, directly or through others.
    """
    _, labels = graphs().connected_components(inputs, directed=True, connection="strong")
    many = np.bincount(labels)[labels] > 1
    return labels, many | (inputs.diagonal() > 0)


def steepest(inputs: Matrix, labels: npt.NDArray[np.int32]) -> Loop | None:
    """The loop through which a group grows most.

    Parameters
    ----------
    inputs : (n, n) sparse array
    labels : (n,) array
        As `components` gives them.

    Returns
    -------
    Loop or None
        None where there is no loop.

    Notes
    -----
    The vector of the power iteration on loops alone shows where growth is; from there each product is followed to the
    input that carries most of it, until one comes again.
    """
    made = inputs.tocoo()
    row, column = made.coords
    inner = labels[row] == labels[column]
    if not inner.any():
        return None
    looped: Matrix = sparse().csr_array((made.data[inner], (row[inner], column[inner])), shape=inputs.shape)
    vector, growth = _powers(looped)
    heaviest = _heaviest(looped, vector)
    at = int(np.argmax(np.where(heaviest >= 0, growth, -1.0)))
    seen: dict[int, int] = {}
    while at not in seen:
        seen[at] = len(seen)
        at = int(heaviest[at])
    ring = list(seen)[seen[at] :]
    product = float(np.prod([looped[one, other] for one, other in zip(ring, ring[1:] + ring[:1], strict=True)]))
    return Loop(at=tuple(ring), product=product, growth=float(growth[ring[0]]))


def _powers(looped: Matrix) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """A vector that has turned to where growth is, and how much each entry grows."""
    vector = np.ones(looped.shape[0])
    for _ in range(STEPS):
        vector = vector + looped @ vector  # with itself, so that a ring does not swing
        vector /= max(float(vector.max()), 1e-300)
        vector = np.maximum(vector, 1e-200)
    return vector, (looped @ vector) / vector


def _heaviest(looped: Matrix, vector: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
    """Of each row the column that carries most; -1 for an empty row."""
    weights = looped.data * vector[looped.indices]
    counts: npt.NDArray[np.int64] = np.diff(looped.indptr)
    rows: npt.NDArray[np.int64] = np.repeat(np.arange(int(looped.shape[0])), counts.tolist())
    order = np.lexsort((-weights, rows))
    first = order[looped.indptr[:-1][counts > 0]]
    found = np.full(looped.shape[0], -1, dtype=np.int64)
    found[counts > 0] = looped.indices[first]
    return found
