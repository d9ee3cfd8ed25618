"""What a battery does within a step, told beforehand: a power, and the net power that its inverter holds by the meter.

A plan knows forecasts, an inverter the meter of the very moment. A set-point that is a power alone misses what the
forecast missed: it exports a surplus that nobody pays for, or buys for a load that the battery could have covered.
Inverters therefore take, beside a power, bounds of the net power at the connection that they hold within their limits
(zero import, zero export, peak shaving). Which bounds a plan means follows from what a kWh stored is worth in it, the
multiplier of the stored energy [1]_:

=========================================================  ====================================================
a kWh stored is worth, losses and wear counted              what the battery does with a load above, a sun above
=========================================================  ====================================================
less than import costs                                      covers the load
more than export earns                                      takes up the surplus
between both prices                                         both: it holds the net power at 0
as much as one of the prices                                the plan's power, within the above
=========================================================  ====================================================

And no battery draws import above the peak that the plan accepts, nor leaves it there while it can give.

References
----------
.. [1] M. V. F. Pereira and L. M. V. G. Pinto, "Multi-stage stochastic optimization applied to energy planning,"
   Mathematical Programming 52, 1991, pp. 359-375 (the value of stored energy decides between storing and using it).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from wattstone.dispatch.accounts import account_nets, prices, where

if TYPE_CHECKING:
    from wattstone.dispatch.plan import Plan

__all__ = ["Follow", "fixed", "follow_of"]

NEAR = 1e-4  # relative: prices nearer than this are one; ties between equal schedules are far below it


@dataclass(frozen=True, kw_only=True)
class Follow:
    """A set-point of a battery that follows the meter.

    Parameters
    ----------
    power : float
        Where nothing else is asked; charge positive. [kW]
    floor, ceiling : float
        Net power at the connection, below which it charges more and above which it charges less or discharges, as far
        as `least` and `most` go; infinite where there is none. [kW]
    least, most : float
        Range of its power for that, charge positive. [kW]
    peak : float
        Net power above which it gives all that it can, whatever `least` is. [kW]
    strongest : float
        Power limit of its discharge. [kW]
    own : bool
        Whether `floor` and `ceiling` are held at the meter of its building; else at the connection, as `peak` is.
    limit : float
        Of the import of its building, held as `peak` is. [kW]
    """

    power: float
    floor: float = -np.inf
    ceiling: float = np.inf
    least: float = 0.0
    most: float = 0.0
    peak: float = np.inf
    strongest: float = 0.0
    own: bool = False
    limit: float = np.inf

    def flow(self, rest: float, own: float = 0.0) -> float:
        """Its power, charge positive. [kW]

        Parameters
        ----------
        rest : float
            Net power at the connection without it. [kW]
        own : float
            At the meter of its building. [kW]

        Examples
        --------
        >>> home = Follow(power=0.0, floor=0.0, ceiling=0.0, least=-3.0, most=3.0)
        >>> home.flow(2.0), home.flow(-5.0)
        (-2.0, 3.0)
        """
        here = own if self.own else rest
        wanted = min(max(self.power, self.floor - here), self.ceiling - here)
        wanted = min(max(wanted, self.least), self.most)
        room = min(self.peak - rest, self.limit - own)
        return max(room, -self.strongest) if wanted > room else wanted


def fixed(power: float) -> Follow:
    """A power, whatever the meter says."""
    return Follow(power=power, least=power, most=power)


def follow_of(plan: Plan, step: int, *, peak: float = np.inf) -> tuple[Follow, ...]:
    """Set-points of all batteries in a step of a plan.

    Parameters
    ----------
    plan : Plan
        With the worth of stored energy, where there is one.
    step : int
        Of the plan.
    peak : float
        Net power that the month's peak may reach; `Plan.ceiling` is the plan's own. [kW]

    Returns
    -------
    tuple of Follow
        In the order of the site's batteries. Those that do not follow the meter, and all where a plan has no worth of
        stored energy (safe, or with directions that integers decided) keep to the plan's power; the latter still hold
        the peak. Where energy counts at one meter and carbon at another, that of energy is followed, as if both counted
        there.
    """
    weights, look = plan.site.weights, plan.outlook
    own = bool(plan.site.accounts) and plan.site.netting.energy == "building"
    each = [prices(plan.site, look, building=one) for one in (False, True)]
    buy, sell = (float(sum(side[step] for side in sides)) for sides in zip(*each, strict=True))
    peak, made = min(peak, plan.site.grid.import_limit), list[Follow]()
    accounts = where(plan.site, look.tasks).batteries
    nets = account_nets(plan.site, look, plan.schedule)
    for row, pack in enumerate(plan.site.batteries):
        power = float(plan.schedule.battery[row, step])
        if not pack.follows:
            made.append(fixed(power))
            continue
        limit = plan.site.accounts[accounts[row]].import_limit if accounts else np.inf
        held = Follow(power=power, least=power, most=power, peak=peak, strongest=pack.discharge, own=own, limit=limit)
        if plan.worth is not None and sell <= buy:
            value, wear = float(plan.worth[row, step]), weights.wear * pack.wear
            given = value / pack.discharge_efficiency + wear  # what a kWh given costs
            taken = value * pack.charge_efficiency - wear  # what a kWh taken is worth
            near = NEAR * max(abs(buy), abs(sell)) + 2 * weights.ties * look.hours * look.steps
            net = round(float(nets[accounts[row], step] if own else plan.schedule.net[step]), 6)
            held = _followed(held, (given, taken), (buy, sell), near=near, net=net, charge=pack.charge)
        made.append(held)
    return tuple(made)


def _followed(
    held: Follow, worths: tuple[float, float], prices: tuple[float, float], *, near: float, net: float, charge: float
) -> Follow:
    """A set-point with the bounds that these worths mean; one that exports or fills at full power stays."""
    (given, taken), (buy, sell), power = worths, prices, held.power
    if given < sell - near or taken > buy + near:
        return held
    covers, absorbs = given < buy - near, taken > sell + near
    into_load, from_sun = power < 0 and abs(given - buy) <= near, power > 0 and abs(taken - sell) <= near
    into_grid = power < 0 and net < 0 and abs(given - sell) <= near
    from_grid = power > 0 and net > 0 and abs(taken - buy) <= near
    # Where it is indifferent, the plan knows how much is to be moved in all, so that its power is the most.
    kept = power if into_load or into_grid or from_grid or from_sun else 0.0
    return replace(
        held,
        power=kept,
        floor=0.0 if absorbs or (into_load and not into_grid) else -np.inf,
        ceiling=0.0 if covers or (from_sun and not from_grid) else np.inf,
        least=-held.strongest if covers else min(kept, 0.0),
        most=charge if absorbs else max(kept, 0.0),
    )
