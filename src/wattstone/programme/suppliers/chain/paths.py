"""Paths through a supply chain that carry most of its emissions."""

import heapq
from dataclasses import dataclass

import numpy as np

from wattstone.programme.suppliers.chain.network import Floats, Network

__all__ = ["MOST", "Path", "paths"]

MOST = 200_000
"""Paths that are opened at most."""


@dataclass(frozen=True, kw_only=True)
class Path:
    """From what is demanded to what emits.

    Parameters
    ----------
    at : tuple of int
        Products, the demanded one first.
    kg : float
        Emitted by the last of them for this path. [kg CO2e]
    """

    at: tuple[int, ...]
    kg: float


def paths(
    one: Network, direct: Floats, whole: Floats, demand: Floats, *, top: int = 10, most: int = MOST
) -> tuple[tuple[Path, ...], bool]:
    """The paths of most emissions, the largest first: structural path analysis [1]_.

    A path is opened in the order of all that stands behind it, so that those found are the largest; none is left out
    as long as emissions are 0 or more.

    Parameters
    ----------
    one : Network
    direct : (n,) array
        0 or more. [kg CO2e per unit]
    whole : (n,) array
        As `footprints` gives them. [kg CO2e per unit]
    demand : (n,) array
    top : int
        How many.
    most : int
        Paths that are opened before the search is given up.

    Returns
    -------
    tuple of Path, bool
        And whether they are all that were asked for; False where the search was given up.

    References
    ----------
    .. [1] J. Defourny and E. Thorbecke, "Structural path analysis and multiplier decomposition," The Economic Journal
       94, 1984.

    Examples
    --------
    >>> import polars as pl
    >>> from wattstone.programme.suppliers.chain.network import network
    >>> car = network(pl.DataFrame({"parent": ["car"], "component": ["wheel"], "amount": [4.0]}))
    >>> found, whole = paths(car, np.array([5.0, 2.0]), np.array([13.0, 2.0]), np.array([1.0, 0.0]))
    >>> [(one.at, one.kg) for one in found], whole
    ([((0, 1), 8.0), ((0,), 5.0)], True)
    """
    waiting: list[tuple[float, int, bool, tuple[int, ...], float]] = []
    count = 0
    for at in np.flatnonzero(demand):
        heapq.heappush(waiting, (-demand[at] * whole[at], count, False, (int(at),), float(demand[at])))
        count += 1
    found: list[Path] = []
    matrix = one.inputs
    while waiting and len(found) < top and count < most:
        size, _, done, at, amount = heapq.heappop(waiting)
        if size >= 0:
            break
        if done:
            found.append(Path(at=at, kg=-float(size)))
            continue
        last = at[-1]
        count += 1
        heapq.heappush(waiting, (-amount * direct[last], count, True, at, amount))
        for place in range(matrix.indptr[last], matrix.indptr[last + 1]):
            part, need = int(matrix.indices[place]), amount * float(matrix.data[place])
            count += 1
            heapq.heappush(waiting, (-need * whole[part], count, False, (*at, part), need))
    return tuple(found), len(found) >= top or not waiting or waiting[0][0] >= 0
