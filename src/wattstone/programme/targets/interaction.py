r"""What measures reduce together: less than the sum of each by itself, where they act on the same emissions.

References
----------
.. [1] F. Kesicki and P. Ekins, "Marginal abatement cost curves: a call for caution," Climate Policy 12, 2012,
   pp. 219-236.
"""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet

import numpy as np
from numpy.typing import NDArray

from wattstone.programme.targets.measures import Interactions, Measures

__all__ = ["ALL", "added", "draws", "effects", "likely_ranges", "spread_of"]

Floats = NDArray[np.float64]

ALL = ""
"""Name of all measures together, among their ranges."""

DRAWS = 20_000
_SEED = 8
_HALF = 1.6448536269514722  # of a normal 90 % interval, in standard deviations


def effects(measures: Measures, interactions: Interactions, working: Floats) -> Floats:
    r"""What each measure reduces with those that work beside it.

    Parameters
    ----------
    measures : Measures
        n of them.
    interactions : Interactions
    working : (n, ...) array
        1 where a measure is in force, 0 where not; a number between or above scales its own reduction.

    Returns
    -------
    (n, ...) array
        [t CO2e/a]

    Notes
    -----
    Of measures on the same emissions :math:`B` with reductions :math:`q_j` by themselves, in their order,

    .. math:: e_j = \frac{q_j w_j}{B} R_{j-1}, \quad R_j = R_{j-1} - e_j, \quad R_0 = B

    so that together they reduce :math:`B (1 - \prod_j (1 - q_j w_j / B))`, whatever the order. A measure :math:`b` that
    overlaps with :math:`a` loses the share :math:`l`: :math:`e_b = q_b w_b (1 - \sum_a l_{ab} w_a)`.

    Examples
    --------
    Two measures that each halve the same 100 t reduce 75 t together.

    >>> from wattstone.programme.targets.measures import SameBase, plain
    >>> effects(plain([50.0, 50.0]), Interactions(groups=(SameBase(100.0, (0, 1)),)), np.ones(2))
    array([50., 25.])
    """
    on = np.asarray(working, dtype=np.float64)
    each = measures.reduction.reshape(-1, *([1] * (on.ndim - 1)))
    out = each * on
    for group in interactions.groups:
        left = np.full(on.shape[1:], group.base)
        for n in group.members:
            out[n] = np.minimum(out[n] / group.base, 1.0) * left
            left = left - out[n]
    for one in interactions.overlaps:
        out[one.second] -= one.lost * measures.reduction[one.second] * on[one.first] * on[one.second]
    return out


def added(measures: Measures, interactions: Interactions, working: Floats, before: Floats) -> Floats:
    """What changes where measures come to those that are in force already, which lose what the new ones take.

    Parameters
    ----------
    measures : Measures
    interactions : Interactions
    working : (n, ...) array
        As of `effects`, those in force already among them.
    before : (n, ...) array
        Those in force already.

    Returns
    -------
    (n, ...) array
        [t CO2e/a]

    Examples
    --------
    Of 100 t green power takes 50; lamps that would take 20 come before it: 60 t of 100, 10 more.

    >>> from wattstone.programme.targets.measures import SameBase, plain
    >>> group = Interactions(groups=(SameBase(100.0, (0, 1)),))
    >>> added(plain([20.0, 50.0]), group, np.array([1.0, 1.0]), np.array([0.0, 1.0]))
    array([ 20., -10.])
    """
    return effects(measures, interactions, working) - effects(measures, interactions, before)


def draws(measures: Measures, count: int = DRAWS) -> Floats:
    """Draws of how far each measure works: whether it is carried out at all, and how much of its reduction comes.

    Parameters
    ----------
    measures : Measures
    count : int
        How many; the generator is seeded, so that the same entries have the same interval.

    Returns
    -------
    (n, count) array
        To be given to `effects` as `working`.
    """
    rng = np.random.Generator(np.random.PCG64(_SEED))
    happens = rng.random((len(measures), count)) < measures.confidence[:, None]
    relative = measures.spread / _HALF / np.where(measures.reduction > 0, measures.reduction, 1.0)
    return happens * (1.0 + relative[:, None] * rng.standard_normal((len(measures), count)))


def spread_of(
    measures: Measures, interactions: Interactions, in_force: NDArray[np.bool_], among: Sequence[bool] | None = None,
    before: NDArray[np.bool_] | None = None,
) -> tuple[float, float, float]:  # fmt: skip
    """What measures that are in force reduce together, as is to be expected, and its 90 % interval.

    Parameters
    ----------
    measures : Measures
    interactions : Interactions
    in_force : (n,) array of bool
    among : sequence of bool or None
        Whose reductions are added up; all where None. Those left out still take from what the others act on.
    before : (n,) array of bool or None
        Those in force already, of which nothing is counted but what they lose.

    Returns
    -------
    (float, float, float)
        Expected value, lower and upper bound. [t CO2e/a]
    """
    counted = np.ones(len(measures), dtype=bool) if among is None else np.asarray(among, dtype=bool)
    if not len(measures) or not (in_force & counted).any():
        return 0.0, 0.0, 0.0
    old = np.zeros(len(measures), dtype=bool) if before is None else before
    every = in_force | old
    sure = measures.expected(), interactions.expected(measures)
    mean = float(added(*sure, every.astype(np.float64), old.astype(np.float64))[counted].sum())
    if (measures.confidence[every] == 1).all() and (measures.spread[every] == 0).all():
        return mean, mean, mean
    drawn = draws(measures)
    whole = added(measures, interactions, drawn * every[:, None], drawn * old[:, None])[counted].sum(axis=0)
    low, high = np.quantile(whole, (0.05, 0.95))
    return mean, min(float(low), mean), max(float(high), mean)


def likely_ranges(
    measures: Measures, interactions: Interactions, taken: AbstractSet[str]
) -> dict[str, tuple[float, float] | None]:
    """90 % intervals of what each measure reduces by itself, and under `ALL` of what those taken reduce together.

    Parameters
    ----------
    measures : Measures
    interactions : Interactions
    taken : set of str
        Names of those that are in force together.

    Returns
    -------
    dict
        None where nothing is said of how sure it is.
    """
    found: dict[str, tuple[float, float] | None] = {ALL: None}
    if not len(measures):
        return found
    low, high = np.quantile(draws(measures) * measures.reduction[:, None], (0.05, 0.95), axis=1)
    mean = measures.reduction * measures.confidence
    doubt = (measures.confidence < 1) | (measures.spread > 0)
    for n, name in enumerate(measures.names):
        found[name] = (min(float(low[n]), mean[n]), max(float(high[n]), mean[n])) if doubt[n] else None
    force = np.array([name in taken for name in measures.names], dtype=bool)
    if (doubt & force).any():
        found[ALL] = spread_of(measures, interactions, force)[1:]
    return found
