"""Footprints of all products of a supply chain, by iteration on the sparse matrix."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from wattstone.base import NotComputable
from wattstone.programme.suppliers.chain.loops import Loop, components, steepest
from wattstone.programme.suppliers.chain.network import Floats, Network
from wattstone.programme.suppliers.chain.ordered import ordered
from wattstone.programme.suppliers.chain.sparse import Matrix, sparse

__all__ = ["TOLERANCE", "Diverging", "Solved", "activities", "footprints"]

TOLERANCE = 1e-10
"""Largest residual that a solution may have."""
DONE = 1e-14
"""Where iteration ends."""
SHOWN = 8
"""Products of a loop that a message names; the error carries all."""
SERIES, GUARDS, SETTLING, LOOK, ROUNDS = 300, 24, 100, 4, 2000


class Diverging(NotComputable):
    """A loop asks for as much of itself as it makes, or more; it carries the `Loop`."""

    def __init__(self, loop: Loop, names: tuple[str, ...]) -> None:
        self.loop, self.names = loop, names
        shown = names if len(names) <= SHOWN else (*names[: SHOWN - 1], "...", names[-1])
        ring = " < ".join((*shown, names[0]))
        super().__init__(
            f"one unit of {names[0]} needs {loop.product:.6g} of itself through {ring}, and {loop.growth:.6g} with the "
            "loops around it: nothing is left to sell; to mend it: correct the amounts and units of these links"
        )

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle what it was made of: it may come from another process."""
        return type(self), (self.loop, self.names)


@dataclass(frozen=True, kw_only=True)
class Solved:
    """A solution and how good it is.

    Parameters
    ----------
    values : (n,) array
    residual : float
        Backward error: largest entry of b + M x - x over the largest of abs(b) + M abs(x) + abs(x), each product
        counted in units of what it comes to where one of every product is asked for. [1]
    rounds : int
        Products of the matrix with a vector, in the order of magnitude.
    turns : float
        Upper bound of what a loop needs of itself, by the theorem of Collatz and Wielandt; below 1, so that the series
        converges. 0 without loops. [1]
    """

    values: Floats
    residual: float
    rounds: int
    turns: float


def footprints(one: Network, direct: Floats) -> Solved:
    r"""Footprint of one unit of every product, with all that goes into it.

    Solves :math:`\lambda_j = d_j + \sum_i a_{ij} \lambda_i` [1]_.

    Parameters
    ----------
    one : Network
    direct : (n,) array
        Emitted in making one unit, without inputs. [kg CO2e per unit]

    Returns
    -------
    Solved
        Values in kg CO2e per unit.

    Raises
    ------
    Diverging
        Where a loop is not productive; its products are named.
    NotComputable
        Where `TOLERANCE` is not reached.

    References
    ----------
    .. [1] R. Heijungs and S. Suh, The Computational Structure of Life Cycle Assessment, Kluwer, 2002, chapter 2;
       R. Varga, Matrix Iterative Analysis, Springer, 2000, theorems 2.9 (bounds) and 3.36 (regular splittings).

    Examples
    --------
    >>> import polars as pl
    >>> from wattstone.programme.suppliers.chain.network import network
    >>> made = network(pl.DataFrame({"parent": ["coal", "grid"], "component": ["grid", "coal"], "amount": [0.5, 0.4]}))
    >>> footprints(made, np.array([1.0, 2.0])).values.round(6).tolist()
    [2.5, 3.0]
    """
    return _solve(one, one.inputs, direct)


def activities(one: Network, demand: Floats) -> Solved:
    r"""How much of every product is made for a demand: :math:`x_i = y_i + \sum_j a_{ij} x_j`.

    Parameters
    ----------
    one : Network
    demand : (n,) array
        What leaves the chain. [units]

    Returns
    -------
    Solved
        Values in units of each product.

    Raises
    ------
    Diverging, NotComputable
        As `footprints`.

    Examples
    --------
    >>> import polars as pl
    >>> from wattstone.programme.suppliers.chain.network import network
    >>> made = network(pl.DataFrame({"parent": ["car"], "component": ["wheel"], "amount": [4.0]}))
    >>> activities(made, np.array([10.0, 1.0])).values.tolist()
    [10.0, 41.0]
    """
    return _solve(one, one.inputs.T.tocsr(), demand)


def _solve(one: Network, matrix: Matrix, given: Floats) -> Solved:
    if not np.isfinite(given).all():
        raise NotComputable("a supply chain is solved with a number for every product; what is not known is told apart")
    labels, looped = components(one.inputs)
    inner = _inner(matrix, labels)
    guard, rounds, _ = _series(matrix, np.ones(len(given)), most=GUARDS, full=False)
    if not np.isfinite(guard).all() or _lower(inner, labels, looped, guard) >= 1.0:
        raise _named(one, labels)
    turns = _settled(inner, looped, guard)
    found, more, done = _series(matrix, given, most=SERIES)
    rounds += more
    if not done or turns >= 1.0:
        try:
            way = ordered(_scaled(matrix, guard), labels)
        except ZeroDivisionError:
            raise _named(one, labels) from None
        if turns >= 1.0:  # any positive v of v = g + M v bounds it, g > 0, so a rough one does
            ones = np.ones(len(given))
            better, more = way.solve(ones, ones, tolerance=1e-4, most=ROUNDS)
            turns, rounds = _upper(inner, looped, better * guard), rounds + more
        if turns >= 1.0:
            raise _named(one, labels)
        found, more = way.solve(given / guard, found / guard, tolerance=DONE, most=ROUNDS)
        found, rounds = found * guard, rounds + more
    residual = _residual(matrix, given, found, guard)
    if not residual <= TOLERANCE:
        raise NotComputable(f"the supply chain was not solved: the residual is {residual:.2g}, above {TOLERANCE:.0e}")
    return Solved(values=found, residual=residual, rounds=rounds, turns=turns)


def _series(matrix: Matrix, given: Floats, *, most: int, full: bool = True) -> tuple[Floats, int, bool]:
    """Partial sums of b + M b + M M b + ...: exact after as many terms as the chain is deep, where there is no loop.

    Given up where the last terms shrink so slowly that substitution is faster.
    """
    signed = bool((given < 0).any())
    term, total, size, before = given, given.copy(), np.abs(given), 1.0
    for rounds in range(1, most + 1):
        term = matrix @ term
        total += term
        size += np.abs(term) if signed else term
        if rounds % LOOK == 0:
            share = float(np.max(np.abs(term) / np.where(size > 0, size, 1.0), initial=0.0))
            if not share <= 1.0 or not size.max(initial=0.0) < 1e200:
                return np.full_like(total, np.inf), rounds, False
            if share <= DONE:
                return total, rounds, True
            shrunk = min(share / before, 0.999999)
            if full and rounds > 2 * LOOK and rounds + LOOK * np.log(DONE / share) / np.log(shrunk) > most:
                return total, rounds, False
            before = share
    return total, most, False


def _scaled(matrix: Matrix, size: Floats) -> Matrix:
    """The matrix with each product counted in units of what it comes to: then all weigh alike, whatever their units."""
    made = matrix.copy()
    made.data = made.data * size[made.indices] / np.repeat(size, np.diff(made.indptr))
    return made


def _residual(matrix: Matrix, given: Floats, found: Floats, scale: Floats) -> float:
    """Backward error with each product counted in units of `scale`, so that kilograms and pieces weigh alike."""
    size = (np.abs(given) + matrix @ np.abs(found) + np.abs(found)) / scale
    rest = np.abs(given + matrix @ found - found) / scale
    return float(rest.max(initial=0.0) / (float(size.max(initial=0.0)) or 1.0))


def _inner(matrix: Matrix, labels: Any) -> Matrix:
    """The links of loops alone."""
    made = matrix.tocoo()
    row, column = made.coords
    inner = labels[row] == labels[column]
    kept: Matrix = sparse().csr_array((made.data[inner], (row[inner], column[inner])), shape=matrix.shape)
    return kept


def _upper(inner: Matrix, looped: Any, guard: Floats) -> float:
    """Upper bound of the spectral radius: the largest (M v) / v, v being the solution of v = 1 + M v where positive."""
    if not looped.any():
        return 0.0
    if not (guard[looped] > 0).all():
        return np.inf
    return float(((inner @ guard)[looped] / guard[looped]).max())


def _settled(inner: Matrix, looped: Any, guard: Floats) -> float:
    """The upper bound by a vector that a few rounds on loops alone have turned to where they grow."""
    vector = guard
    bound = _upper(inner, looped, vector)
    for _ in range(SETTLING):
        if bound < 1.0:
            break
        vector = vector + inner @ vector  # with itself, so that a ring does not swing
        bound = _upper(inner, looped, vector)
    return bound


def _lower(inner: Matrix, labels: Any, looped: Any, guard: Floats) -> float:
    """Lower bound: the least (M v) / v within a group, of the group where that is largest."""
    if not looped.any():
        return 0.0
    ratio: Floats = (inner @ guard)[looped] / guard[looped]
    least = np.full(int(labels.max()) + 1, np.inf)
    np.minimum.at(least, labels[looped], ratio)
    return float(least[np.isfinite(least)].max())


def _named(one: Network, labels: Any) -> NotComputable:
    loop = steepest(one.inputs, labels)
    if loop is None:
        return NotComputable("the supply chain was not solved: numbers grew beyond what can be held")
    return Diverging(loop, tuple(str(one.products[at]) for at in loop.at))
