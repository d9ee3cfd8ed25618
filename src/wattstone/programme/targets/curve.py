"""The marginal abatement cost curve, by itself and in sequence.

A curve of measures each by itself adds up reductions that cannot all be had: what two measures save of the same
emissions is saved once [1]_. The sequence takes them in the order in which they act, energy saving first, each from
what is left. Below zero the cost of a tonne ranks wrongly (of two measures with the same gain, the one that reduces
less looks better), so that measures that pay are ranked by their gain [2]_.

References
----------
.. [1] F. Kesicki and P. Ekins, "Marginal abatement cost curves: a call for caution," Climate Policy 12, 2012,
   pp. 219-236.
.. [2] S. Taylor, "The ranking of negative-cost emissions reduction measures," Energy Policy 48, 2012, pp. 430-438.
"""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from wattstone.programme.targets.interaction import effects
from wattstone.programme.targets.measures import STAGES, Interactions, Measures
from wattstone.programme.targets.money import annual_cost, net_present_value, unit_cost

__all__ = ["CURVE", "cost_curve", "ranked"]

CURVE: Final[dict[str, pl.DataType]] = {
    "measure": pl.String(),
    "stage": pl.String(),
    "acts_on": pl.String(),
    "alone": pl.Float64(),  # t CO2e/a, by itself
    "alone_cost": pl.Float64(),  # currency/a
    "alone_unit_cost": pl.Float64(),  # currency/t CO2e
    "alone_value": pl.Float64(),  # currency, net present value
    "alone_rank": pl.Int64(),
    "taken": pl.Boolean(),  # false: excluded by a better one, or it lacks what it requires
    "reduction": pl.Float64(),  # t CO2e/a, in sequence
    "cost": pl.Float64(),  # currency/a, in sequence
    "unit_cost": pl.Float64(),
    "value": pl.Float64(),
    "rank": pl.Int64(),
    "cumulative": pl.Float64(),  # t CO2e/a, in sequence
}

Floats = NDArray[np.float64]


def ranked(cost: Floats, reduction: Floats) -> NDArray[np.int64]:
    """Places in the order in which measures deserve to be taken, each by itself.

    Those that pay come first, by their gain a year; then those that cost, by the cost of a tonne. Ties keep the order
    given.

    Parameters
    ----------
    cost : (n,) array
        [currency/a]
    reduction : (n,) array
        [t CO2e/a]

    Returns
    -------
    (n,) array of int
        Places in the arrays, the best first.

    Examples
    --------
    A gain of 90 with 1 t comes before a gain of 80 with 100 t, and before what costs.

    >>> ranked(np.array([50.0, -80.0, -90.0, 10.0]), np.array([10.0, 100.0, 1.0, 1.0]))
    array([2, 1, 0, 3])
    """
    each = unit_cost(cost, reduction)
    pays = cost <= 0
    return np.lexsort((np.where(pays, cost, np.nan_to_num(each, nan=np.inf)), ~pays)).astype(np.int64)


def cost_curve(
    measures: Measures, interactions: Interactions, rate: float, *, carbon_price: float = 0.0,
) -> pl.DataFrame:  # fmt: skip
    """Each measure by itself and in sequence, all in force.

    Parameters
    ----------
    measures : Measures
        As planned; give `measures.expected()` for what is to be expected.
    interactions : Interactions
        The like.
    rate : float
        Discount rate. [1/a]
    carbon_price : float
        By which the best of measures that exclude each other is chosen; where it is 0, by their places in the curve
        each by itself. What is decided, or in force already, is taken before either. It enters no cost.
        [currency/t CO2e]

    Returns
    -------
    polars.DataFrame
        Schema `CURVE`, in the order of the sequence; those not taken last.
    """
    if not len(measures):
        return pl.DataFrame(schema=CURVE)
    m = measures
    alone = annual_cost(m.capex, m.running, m.saving, rate, m.life)
    best = ranked(alone, m.reduction)
    settled = np.array([one == "decided" for one in m.status], dtype=bool) | m.done
    order = np.argsort(alone - carbon_price * m.reduction, kind="stable") if carbon_price else best
    taken = _taken(interactions, sorted(order.tolist(), key=lambda n: not settled[n]))
    shown = _shown(best[np.lexsort((m.stage[best], ~taken[best]))].tolist(), taken, interactions)
    together = effects(m, interactions, taken.astype(np.float64))
    share = np.where(m.reduction > 0, together / np.where(m.reduction > 0, m.reduction, 1.0), 1.0)
    cost = annual_cost(m.capex, m.running, m.saving * share, rate, m.life)
    value = net_present_value(m.capex, m.running, m.saving * share, rate, m.life)
    place = np.empty(len(m), dtype=np.int64)
    place[best] = np.arange(1, len(m) + 1)
    held: dict[str, Any] = {
            "measure": m.names, "stage": [STAGES[n] for n in m.stage], "acts_on": m.acts_on, "alone": m.reduction,
            "alone_cost": alone, "alone_unit_cost": unit_cost(alone, m.reduction),
            "alone_value": net_present_value(m.capex, m.running, m.saving, rate, m.life), "alone_rank": place,
            "taken": taken, "reduction": together, "cost": cost, "unit_cost": unit_cost(cost, together), "value": value,
    }  # fmt: skip
    frame = pl.DataFrame(held)[shown]
    only = ("reduction", "cost", "unit_cost", "value")
    frame = frame.with_columns(pl.when("taken").then(pl.col(name).fill_nan(None)).alias(name) for name in only)
    return frame.with_columns(
        pl.when("taken").then(pl.int_range(1, pl.len() + 1)).alias("rank"),
        pl.col("alone_unit_cost").fill_nan(None),
        pl.when("taken").then(pl.col("reduction").cum_sum()).alias("cumulative"),
    ).select(pl.col(name).cast(dtype) for name, dtype in CURVE.items())


def _shown(order: list[int], taken: NDArray[np.bool_], interactions: Interactions) -> list[int]:
    """The order of the sequence, in which measures on the same emissions stand as they act on them."""
    for group in interactions.groups:
        acting = [n for n in group.members if taken[n]]
        slots = sorted(order.index(n) for n in acting)
        for slot, n in zip(slots, acting, strict=True):
            order[slot] = n
    return order


def _taken(interactions: Interactions, order: Sequence[int]) -> NDArray[np.bool_]:
    """Of measures that exclude each other the first in the order; nothing without what it requires.

    What lacks what it requires excludes nothing: the choice is made again without it.
    """
    can = np.ones(len(order), dtype=bool)
    can[list(interactions.barred)] = False
    while True:
        taken = can.copy()
        for n in order:
            for several in interactions.exclusive if taken[n] else ():
                if n in several:
                    taken[[k for k in several if k != n]] = False
        lacking = [a for a, b in interactions.requires if taken[a] and not taken[b]]
        if not lacking:
            return taken
        can[lacking] = False
