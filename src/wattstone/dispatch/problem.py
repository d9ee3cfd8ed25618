r"""A site's plan as a linear program.

With :math:`n_t` the net power, i.e. import less export, the program reads

.. math::
    \min \sum_t h \, \phi_t(n_t) + V(P) + \rho \sum_t |n_t - n_{t-1}| + \text{wear} + \text{comfort} - v s_H

.. math::
    n_t = l_t + c_t - d_t + \sum u_t - g_t, \quad
    s_t = a s_{t-1} + h (\eta_c c_t - d_t / \eta_d), \quad
    x_t = \alpha x_{t-1} + \beta h u_t + \delta_t

where :math:`\phi_t` is the cost of an hour at a net power: price and carbon of import, less the price of export; and
V the cost of the highest net power P, by itself the demand charge above the month's peak so far (`dispatch.demand`).
While the net load is not known, its expectation over weighted points of the error takes its place: still convex and
piecewise linear, with a slope that is the probability of import [1]_. A piece is a bounded column, so that rows do
not grow.

The curve is convex where import costs no less than export earns; where it does not, and where a battery gains by
charging and discharging at once (a negative price), `dispatch.exact` takes over.

References
----------
.. [1] J. R. Birge and F. Louveaux, Introduction to Stochastic Programming, 2nd ed., Springer, 2011, section 3.1
   (simple recourse).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from wattstone.dispatch.accounts import account_reach, prices, spreads, where
from wattstone.dispatch.curve import Curve, curve
from wattstone.dispatch.highs import LinearProgram
from wattstone.dispatch.layout import Layout, Shape, layout
from wattstone.dispatch.matrix import coefficients, matrix_of

if TYPE_CHECKING:
    from wattstone.dispatch.outlook import Outlook, State, Task
    from wattstone.dispatch.site import Site

Floats = NDArray[np.float64]

__all__ = ["Problem", "problem", "shape_of"]


@dataclass(frozen=True, eq=False)
class Problem:
    """A program, where its columns stand, and what it was made from.

    Parameters
    ----------
    site, outlook, state : Site, Outlook, State
        As they were planned with.
    layout : Layout
        Places of columns and rows.
    curve : Curve
        Cost of net power at the connection.
    accounts : tuple of Curve
        At the meter of each account.
    program : LinearProgram
        As HiGHS takes it.
    """

    site: Site
    outlook: Outlook
    state: State
    layout: Layout
    curve: Curve
    accounts: tuple[Curve, ...]
    program: LinearProgram

    @property
    def concave(self) -> NDArray[np.bool_]:
        """Steps in which feeding in earns more than drawing costs, at the connection and then each account."""
        return np.array([one.concave for one in (self.curve, *self.accounts)])

    @property
    def imports(self) -> NDArray[np.int64]:
        """Columns of import, at the connection and then each account. (1 + accounts, h)"""
        return self._metered("import")

    @property
    def exports(self) -> NDArray[np.int64]:
        """Columns of export, likewise. (1 + accounts, h)"""
        return self._metered("export")

    def _metered(self, name: str) -> NDArray[np.int64]:
        places = np.arange(self.layout.columns)
        at = self.layout.column
        return np.concatenate((places[at[name]], places[at[f"account.{name}"]])).reshape(-1, self.outlook.steps)


def shape_of(site: Site, outlook: Outlook) -> Shape:
    """The shape of the program for a site and an outlook."""
    errors = outlook.errors
    uncertain = 0 if errors is None else min(errors.values.shape[0], outlook.steps)
    spread = outlook.building_errors[0].values.shape if site.accounts and outlook.building_errors else (0, 1)
    return Shape(
        steps=outlook.steps,
        sources=len(site.pv),
        batteries=len(site.batteries),
        tasks=len(outlook.tasks),
        dimmables=len(site.dimmables),
        buffers=len(site.buffers),
        uncertain=uncertain,
        pieces=0 if errors is None or not uncertain else errors.values.shape[1] - 1,
        demand=_rungs(site, outlook),
        ramping=site.weights.ramping > 0,
        cap=bool(np.isfinite(site.carbon_cap)),
        feeder=bool(np.isfinite(site.charging_limit)) and bool(outlook.tasks),
        members=where(site, outlook.tasks) if site.accounts else (),
        accounts=len(site.accounts),
        account_uncertain=min(spread[0], outlook.steps),
        account_pieces=spread[1] - 1,
        cap_by_account=bool(site.accounts) and site.netting.carbon == "building",
    )


def _rungs(site: Site, outlook: Outlook) -> int:
    if site.grid.demand_charge * site.weights.demand <= 0:
        return 0
    return 1 if outlook.peak_cost is None else outlook.peak_cost.knots.size


def problem(site: Site, outlook: Outlook, state: State) -> Problem:
    """The program of a site, from an outlook and state that `outlook.checked` has passed.

    Parameters
    ----------
    site : Site
        Devices, limits and weights.
    outlook : Outlook
        Over h steps.
    state : State
        Now.

    Returns
    -------
    Problem
        Every column is bounded, so that no price makes it unbounded.
    """
    places = layout(shape_of(site, outlook))
    most, least = _reach(site, outlook)
    here = curve(prices(site, outlook, building=False), outlook.errors, outlook.hours, most=most, least=least)
    accounts = _account_curves(site, outlook)
    counted = (accounts if places.shape.cap_by_account else (here,)) if places.shape.cap else ()
    matrix = matrix_of(places.shape, coefficients(site, outlook, [one.probability for one in counted]))
    cost, offset = _costs(places, site, outlook, state, here)
    lower, upper = _bounds(places, site, outlook, state)
    _grid_bounds(places, "", (here,), upper)
    row_lower, row_upper = _rows(places, site, outlook, state, here)
    row_upper[places.row["cap"]] -= sum(outlook.hours * float(outlook.carbon @ one.constant_import) for one in counted)
    if accounts:
        _grid_bounds(places, "account.", accounts, upper)
        offset += _account_costs(places, outlook, accounts, cost)
        balance = outlook.account_loads - np.array([one.base for one in accounts])
        row_lower[places.row["account"]] = row_upper[places.row["account"]] = balance.ravel()
    program = LinearProgram(cost, lower, upper, row_lower, row_upper, matrix, offset)
    return Problem(site, outlook, state, places, here, accounts, program)


def _account_curves(site: Site, outlook: Outlook) -> tuple[Curve, ...]:
    if not site.accounts:
        return ()
    each = prices(site, outlook, building=True)
    return tuple(
        curve(each, spread, outlook.hours, most=most, least=least)
        for spread, most, least in zip(spreads(site, outlook), *account_reach(site, outlook), strict=True)
    )


def _account_costs(places: Layout, outlook: Outlook, accounts: tuple[Curve, ...], cost: Floats) -> float:
    """Put in the costs of what passes the meter of each account; what they cost at the bases of their curves."""
    at, hours = places.column, outlook.hours
    cost[at["account.import"]] = hours * np.concatenate([one.buy for one in accounts])
    cost[at["account.export"]] = -hours * np.concatenate([one.sell for one in accounts])
    cost[at["account.piece"]] = hours * np.concatenate([one.slope.ravel() for one in accounts])
    return sum(one.constant for one in accounts)


def _reach(site: Site, outlook: Outlook) -> tuple[Floats, Floats]:
    """Highest and lowest net power that limits and devices leave possible. (h,), (h,) [kW]"""
    high = outlook.load.copy()
    low = outlook.load - outlook.pv.sum(axis=0) if site.pv else outlook.load.copy()
    for battery in site.batteries:
        high, low = high + battery.charge, low - battery.discharge
    high = high + sum(task.power for task in outlook.tasks)
    high = high + sum(one.power for one in (*site.dimmables, *site.buffers))
    # The limits stand even where the load alone is above them: that is infeasible, and has to be told.
    return np.clip(high, 0.0, site.grid.import_limit), np.clip(low, -site.grid.export_limit, 0.0)


def _costs(places: Layout, site: Site, outlook: Outlook, state: State, cost_curve: Curve) -> tuple[Floats, float]:
    hours, weights, h = outlook.hours, site.weights, outlook.steps
    cost, offset = np.zeros(places.columns), cost_curve.constant
    at = places.column
    cost[at["import"]] = hours * cost_curve.buy
    cost[at["export"]] = -hours * cost_curve.sell
    cost[at["piece"]] = hours * cost_curve.slope.ravel()
    if places.shape.demand:
        cost[at["rung"]] = outlook.peak_costs(site, state).slopes
    cost[at["source"]] = -hours * weights.ties
    cost[at["rise"]] = weights.ramping
    cost[at["fall"]] = weights.ramping
    if places.shape.ramping and state.net is None:
        cost[[at["rise"].start, at["fall"].start]] = 0.0
    wear = np.array([[weights.wear * one.wear] for one in site.batteries]).reshape(-1, 1)
    inward, outward = outlook.ties(site)
    cost[at["charge"]] = (hours * (wear + inward)).ravel()
    cost[at["discharge"]] = (hours * (wear + outward)).ravel()
    cost[at["soc"].start + h - 1 : at["soc"].stop : h] = -outlook.terminal(site)
    since = np.arange(h)[None, :] - np.array(
        [[max(task.first, 0)] for task in outlook.tasks], dtype=np.float64
    ).reshape(-1, 1)
    cost[at["task"]] = (weights.delay * hours * hours * np.maximum(since, 0.0)).ravel()
    comfort = np.array([hours * weights.comfort * one.comfort for one in site.dimmables])
    cost[at["level"]] = np.repeat(-comfort, h)
    if site.dimmables:
        full = np.array([one.power for one in site.dimmables])
        offset += float((comfort * full) @ _levels(outlook)[1].sum(axis=1))
    outside = np.repeat([hours * weights.comfort * one.comfort for one in site.buffers], h)
    cost[at["over"]] = outside
    cost[at["under"]] = outside
    return cost, offset


def _bounds(places: Layout, site: Site, outlook: Outlook, state: State) -> tuple[Floats, Floats]:
    h, at = outlook.steps, places.column
    lower, upper = np.zeros(places.columns), np.full(places.columns, np.inf)
    if site.pv:
        fixed = np.array([[not one.curtailable] for one in site.pv])
        lower[at["source"]] = np.where(fixed, outlook.pv, 0.0).ravel()
        upper[at["source"]] = outlook.pv.ravel()
    upper[at["charge"]] = np.repeat([one.charge for one in site.batteries], h)
    upper[at["discharge"]] = np.repeat([one.discharge for one in site.batteries], h)
    low, high = _soc_bounds(site, outlook, state)
    lower[at["soc"]], upper[at["soc"]] = low.ravel(), high.ravel()
    upper[at["task"]] = np.concatenate([*(_window(task, h) for task in outlook.tasks), np.zeros(0)])
    if site.dimmables:
        full = np.array([[one.power] for one in site.dimmables])
        needed, wanted = _levels(outlook)
        lower[at["level"]], upper[at["level"]] = (full * needed).ravel(), (full * wanted).ravel()
    upper[at["drive"]] = np.repeat([one.power for one in site.buffers], h)
    lower[at["inside"]] = np.repeat([one.low for one in site.buffers], h)
    upper[at["inside"]] = np.repeat([one.high for one in site.buffers], h)
    upper[at["over"]] = np.repeat([0.0 if one.high == np.inf else one.highest - one.high for one in site.buffers], h)
    upper[at["under"]] = np.repeat([0.0 if one.low == -np.inf else one.low - one.lowest for one in site.buffers], h)
    if places.shape.demand:
        upper[at["rung"]] = outlook.peak_costs(site, state).widths
    return lower, upper


def _levels(outlook: Outlook) -> tuple[Floats, Floats]:
    """Least level and wanted level, which is no less. (dimmables, h)"""
    needed = np.clip(outlook.needed, 0.0, 1.0)
    return needed, np.maximum(np.clip(outlook.wanted, 0.0, 1.0), needed)


def _soc_bounds(site: Site, outlook: Outlook, state: State) -> tuple[Floats, Floats]:
    """Limits of stored energy; from beyond them they are reached as fast as the power allows. (batteries, h) [kWh]"""
    if not site.batteries:
        return np.zeros((0, outlook.steps)), np.zeros((0, outlook.steps))
    passed = outlook.hours * np.arange(1, outlook.steps + 1)
    low: list[Floats] = []
    high: list[Floats] = []
    for battery, energy in zip(site.batteries, state.soc, strict=True):
        floor, ceiling = battery.floor, battery.most * battery.capacity
        # Standing losses are taken off the reachable charge at the rate of a full battery: a bound that can be kept.
        net = battery.charge * battery.charge_efficiency - battery.loss * battery.capacity
        reached = np.maximum(energy * (1.0 - battery.loss) ** passed, 0.0) if net <= 0 else energy + net * passed
        drained = energy - battery.discharge / battery.discharge_efficiency * passed
        low.append(np.minimum(floor, np.maximum(reached, 0.0)))
        high.append(np.maximum(ceiling, drained))
    return np.array(low), np.array(high)


def _window(task: Task, steps: int) -> Floats:
    power = np.zeros(steps)
    power[max(task.first, 0) : max(task.last, 0)] = task.power
    return power


def _grid_bounds(places: Layout, meter: str, curves: tuple[Curve, ...], upper: Floats) -> None:
    at = places.column
    upper[at[f"{meter}import"]] = np.concatenate([np.maximum(one.most - one.top, 0.0) for one in curves])
    upper[at[f"{meter}export"]] = np.concatenate([np.maximum(one.base - one.least, 0.0) for one in curves])
    upper[at[f"{meter}piece"]] = np.concatenate([one.width.ravel() for one in curves])


def _rows(places: Layout, site: Site, outlook: Outlook, state: State, cost_curve: Curve) -> tuple[Floats, Floats]:
    at, h = places.row, outlook.steps
    low, high = np.zeros(places.rows), np.zeros(places.rows)
    low[at["balance"]] = high[at["balance"]] = outlook.load - cost_curve.base
    if site.batteries:
        stored = np.zeros((len(site.batteries), h))
        stored[:, 0] = [e * (1.0 - b.loss) ** outlook.hours for e, b in zip(state.soc, site.batteries, strict=True)]
        low[at["soc"]] = high[at["soc"]] = stored.ravel()
    needs = np.array([needed_within(task, h, outlook.hours) for task in outlook.tasks])
    low[at["task"]] = needs
    high[at["task"]] = np.array([task.energy for task in outlook.tasks])
    if site.buffers:
        moved = outlook.drift.copy()
        moved[:, 0] += np.array([one.retain for one in site.buffers]) * state.buffers
        low[at["buffer"]] = high[at["buffer"]] = moved.ravel()
    if places.shape.demand:
        low[at["peak"]], high[at["peak"]] = -np.inf, -cost_curve.base - outlook.spare
        low[at["rung"]] = high[at["rung"]] = outlook.peak_costs(site, state).knots[0]
    if places.shape.ramping:
        before = np.concatenate(([0.0 if state.net is None else state.net], cost_curve.base[:-1]))
        low[at["ramping"]] = high[at["ramping"]] = before - cost_curve.base
    low[at["feeder"]], high[at["feeder"]] = -np.inf, site.charging_limit
    low[at["cap"]] = -np.inf
    high[at["cap"]] = site.carbon_cap
    return low, high


def needed_within(task: Task, steps: int, hours: float) -> float:
    """What of a task's energy must be drawn within the horizon; the rest still fits in after it. [kWh]"""
    after = max(task.last - max(steps, task.first), 0) * hours * task.power * task.efficiency
    return max(task.energy - after, 0.0)
