"""What a schedule costs, worked out from the schedule alone: the second road to the optimiser's objective.

Nothing here knows a column or a row. A plan is trusted where both roads meet to 1e-6.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from wattstone.dispatch.accounts import account_nets, prices, spreads
from wattstone.dispatch.plan import CostParts

if TYPE_CHECKING:
    from wattstone.dispatch.accounts import Prices
    from wattstone.dispatch.outlook import Errors, Outlook, State
    from wattstone.dispatch.plan import Schedule
    from wattstone.dispatch.site import Site

Floats = NDArray[np.float64]

__all__ = ["balance_error", "cost_of", "expected_flows", "settled", "step_costs"]


def cost_of(site: Site, outlook: Outlook, state: State, schedule: Schedule) -> CostParts:
    """The cost of a schedule, in parts.

    Parameters
    ----------
    site : Site
        With its weights.
    outlook : Outlook
        As it was planned with; where it tells a spread of errors, energy and carbon are expected values.
    state : State
        At the start.
    schedule : Schedule
        Powers and states.

    Returns
    -------
    CostParts
        With the weights in them. [currency]
    """
    hours, weights = outlook.hours, site.weights
    energy, carbon = settled(site, outlook, schedule)
    demand, expected = _demand(site, outlook, state, schedule.net)
    (inward, outward), fed = outlook.ties(site), weights.ties * float(schedule.pv.sum())
    steps = np.abs(np.diff(schedule.net)).sum()
    if state.net is not None and schedule.net.size:
        steps += abs(schedule.net[0] - state.net)
    through = (schedule.charge + schedule.discharge).sum(axis=1)
    left = schedule.soc[:, -1] if schedule.soc.size else np.zeros(len(site.batteries))
    return CostParts(
        energy=weights.energy * float(energy.sum()),
        carbon=weights.carbon * float(carbon.sum()),
        demand=demand,
        demand_ahead=expected - demand,
        ramping=weights.ramping * float(steps),
        wear=weights.wear * hours * float(np.array([b.wear for b in site.batteries]) @ through),
        comfort=weights.comfort * hours * (_dimmed(site, outlook, schedule) + _outside(site, schedule)),
        delay=weights.delay * hours**2 * _waited(outlook, schedule),
        terminal=-float(outlook.terminal(site) @ left),
        ties=hours * (float(schedule.charge.sum(axis=0) @ inward + schedule.discharge.sum(axis=0) @ outward) - fed),
    )


def _demand(site: Site, outlook: Outlook, state: State, net: Floats) -> tuple[float, float]:
    """What the charge rises by if the month's peak becomes that of the schedule; and what is expected of it."""
    rate = site.weights.demand * site.grid.demand_charge
    if not rate:
        return 0.0, 0.0
    reached = float(net[np.isfinite(outlook.spare)].max(initial=-np.inf))
    expected = outlook.peak_costs(site, state).at(float((net + outlook.spare).max(initial=-np.inf)))
    return rate * max(reached - state.peak, 0.0), expected


def settled(site: Site, outlook: Outlook, schedule: Schedule) -> tuple[Floats, Floats]:
    """What each step costs and emits, at the meters at which it counts.

    Parameters
    ----------
    site : Site
        Weights and netting.
    outlook : Outlook
        Where it tells a spread of errors, both are expected values.
    schedule : Schedule
        Powers.

    Returns
    -------
    (h,), (h,) arrays
        Import less export at their prices [currency]; emissions of import [kg CO2e]. Without weights.
    """
    nets = account_nets(site, outlook, schedule)
    errors = spreads(site, outlook)
    by_building, connection = prices(site, outlook, building=True), prices(site, outlook, building=False)
    accounts = [expected_flows(by_building, one, spread) for one, spread in zip(nets, errors, strict=True)]
    whole = [expected_flows(connection, schedule.net, outlook.errors)]
    split = bool(site.accounts)
    energy = np.zeros(outlook.steps)
    carbon = np.zeros(outlook.steps)
    for bought, sold in accounts if split and site.netting.energy == "building" else whole:
        energy += outlook.hours * (outlook.import_price * bought - outlook.export_price * sold)
    for bought, _ in accounts if split and site.netting.carbon == "building" else whole:
        carbon += outlook.hours * outlook.carbon * bought
    return energy, carbon


def expected_flows(each: Prices, net: Floats, errors: Errors | None) -> tuple[Floats, Floats]:
    """Expected import and export through a meter in each step.

    Parameters
    ----------
    each : Prices
        Steps in which feeding in earns more than drawing costs count as certain.
    net : (h,) array
        Net power at the forecast. [kW]
    errors : Errors or None
        Of the net load.

    Returns
    -------
    (h,), (h,) arrays
        Import and export, both 0 or more. [kW]
    """
    bought, sold = np.maximum(net, 0.0), np.maximum(-net, 0.0)
    if errors is None:
        return bought, sold
    for step in range(min(len(errors.values), net.size)):
        if each.sell[step] <= each.buy[step] + 1e-12:
            cases = net[step] + errors.values[step]
            bought[step] = np.maximum(cases, 0.0) @ errors.weights
            sold[step] = np.maximum(-cases, 0.0) @ errors.weights
    return bought, sold


def step_costs(site: Site, outlook: Outlook, schedule: Schedule) -> Floats:
    """Energy and carbon cost of each step, weighted. (h,) [currency]"""
    energy, carbon = settled(site, outlook, schedule)
    return site.weights.energy * energy + site.weights.carbon * carbon


def balance_error(outlook: Outlook, schedule: Schedule) -> Floats:
    """Net power less what devices and load add up to; 0 where the books are right. (h,) [kW]"""
    drawn = schedule.charge.sum(axis=0) + schedule.tasks.sum(axis=0)
    drawn = drawn + schedule.dimmables.sum(axis=0) + schedule.buffers.sum(axis=0) + outlook.load
    return schedule.net - (drawn - schedule.discharge.sum(axis=0) - schedule.pv.sum(axis=0))


def _dimmed(site: Site, outlook: Outlook, schedule: Schedule) -> float:
    """Money-hours of light that was wanted and not given."""
    total = 0.0
    for row, device in enumerate(site.dimmables):
        wanted = np.maximum(np.clip(outlook.wanted[row], 0, 1), np.clip(outlook.needed[row], 0, 1)) * device.power
        total += device.comfort * float((wanted - schedule.dimmables[row]).sum())
    return total


def _outside(site: Site, schedule: Schedule) -> float:
    """Money-hours of states outside their bands."""
    total = 0.0
    for row, device in enumerate(site.buffers):
        state = schedule.states[row]
        beyond = np.maximum(state - device.high, 0.0) + np.maximum(device.low - state, 0.0)
        total += device.comfort * float(beyond.sum())
    return total


def _waited(outlook: Outlook, schedule: Schedule) -> float:
    """Sum of power times steps since it could have been drawn."""
    steps = np.arange(outlook.steps)
    return sum(
        float(schedule.tasks[row] @ np.maximum(steps - max(task.first, 0), 0)) for row, task in enumerate(outlook.tasks)
    )
