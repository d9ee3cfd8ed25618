"""The same kWh is claimed once: findings that overlap share what was measured, the more telling one first."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float32]


EXPLAINED = 0.65  # of what is asked for: then others tell it already, and nothing is granted


@dataclass(frozen=True)
class Claim:
    """What a finding would explain.

    Parameters
    ----------
    meter : int
        Position of the meter.
    first : int
        First cell.
    energy : (n,) array
        For each cell from there on, 0 or more. [kWh]
    rank : int
        Of two claims on the same cell of a meter the one of the lower rank goes first.
    """

    meter: int
    first: int
    energy: Floats
    rank: int


def allocate(measured: Floats, parent: Ints, claims: Sequence[Claim]) -> list[Floats]:
    """Grant claims so that no kWh is given twice.

    A meter behind another is served before it, since it says more; what it gets is taken from what the meters above it
    may claim. Of the claims on one meter the lower rank goes first; what the others find too much there is the same
    excess, so that they get what goes beyond it, and nothing where that is less than a third.

    Parameters
    ----------
    measured : (m, t) array
        What each meter measured in each cell; NaN and less than 0 are nothing. [kWh]
    parent : (m,) array of int
        The meter above, -1 for none.
    claims : sequence of Claim

    Returns
    -------
    list of arrays
        What each claim gets, in their order; never more than it asks for. Of every meter and cell: what its own claims
        get is at most what was measured, less what the claims of all meters behind it got.

    Examples
    --------
    >>> both = [Claim(0, 0, np.array([5.0], dtype="f4"), 0), Claim(1, 0, np.array([3.0], dtype="f4"), 0)]
    >>> [float(one[0]) for one in allocate(np.array([[6.0], [4.0]], dtype="f4"), np.array([-1, 0]), both)]
    [2.0, 3.0]
    """
    depth = depths(parent)
    taken = np.zeros_like(measured) if claims else measured
    granted: list[Floats] = [np.zeros(0, dtype=np.float32)] * len(claims)
    order = sorted(range(len(claims)), key=lambda at: (-int(depth[claims[at].meter]), claims[at].rank, at))
    for at in order:
        claim = claims[at]
        cells = slice(claim.first, claim.first + len(claim.energy))
        asked = np.fmin(np.nan_to_num(claim.energy), np.nan_to_num(measured[claim.meter, cells]))
        told = taken[claim.meter, cells]
        given = np.maximum(asked - told, 0.0).astype(np.float32)
        if told[claim.energy > 0].sum() > EXPLAINED * np.nansum(claim.energy):
            given = np.zeros_like(given)  # hour by hour it may look different; the days say that it is the same
        granted[at] = given
        meter = claim.meter
        for _ in range(int(depth[claim.meter]) + 1):
            taken[meter, cells] += given
            meter = int(parent[meter])
            if meter < 0:
                break
    return granted


def depths(parent: Ints) -> Ints:
    """How many meters stand above each; a meter that stands above itself counts as the top.

    Examples
    --------
    >>> depths(np.array([-1, 0, 1]))
    array([0, 1, 2])
    """
    depth = np.zeros(len(parent), dtype=np.int64)
    above = parent.copy()
    for _ in range(len(parent)):
        some = above >= 0
        if not some.any():
            break
        depth[some] += 1
        above[some] = parent[above[some]]
    return depth
