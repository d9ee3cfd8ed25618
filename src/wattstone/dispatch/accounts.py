"""Where a site's energy and emissions are settled: at the connection that all share, or at each building's own meter.

An account is what stands behind one meter. Where cost or emissions count by building, each building is an account, and
what is in none of them, the common services, is one more. What one building feeds in lessens another's import at the
connection, but not on the other's own meter.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Iterable

    from wattstone.dispatch.outlook import Errors, Outlook
    from wattstone.dispatch.plan import Schedule
    from wattstone.dispatch.site import Site
    from wattstone.dispatch.tasks import Task

Floats = NDArray[np.float64]
Members = tuple[int, ...]
COMMON = "common"
"""Name of the account of what is in no building."""

__all__ = [
    "COMMON",
    "Passed",
    "Prices",
    "Where",
    "account_nets",
    "account_reach",
    "passed",
    "prices",
    "spreads",
    "where",
]


class Passed(NamedTuple):
    """What passed the meter of an account over a period.

    Parameters
    ----------
    building : str
        Id; `COMMON` for what is in no building.
    bought, sold : float
        [kWh]
    cost : float or None
        Of both at their prices; None where energy counts at the connection. [currency]
    carbon : float or None
        Of import; None where it counts at the connection. [kg CO2e]
    """

    building: str
    bought: float
    sold: float
    cost: float | None
    carbon: float | None


class Prices(NamedTuple):
    """What a kWh through a meter costs and earns, weighted, with the carbon of import. (h,) [currency kWh-1]"""

    buy: Floats
    sell: Floats


def prices(site: Site, outlook: Outlook, *, building: bool) -> Prices:
    """What counts at the connection, or at the meters of buildings; both together are the whole cost of energy.

    Parameters
    ----------
    site : Site
        Weights and netting.
    outlook : Outlook
        Prices and intensity.
    building : bool
        At buildings instead of the connection.
    """
    here = "building" if building else "site"
    split = bool(site.accounts)
    energy = site.weights.energy * ((site.netting.energy == here) if split else not building)
    carbon = site.weights.carbon * ((site.netting.carbon == here) if split else not building)
    return Prices(energy * outlook.import_price + carbon * outlook.carbon, energy * outlook.export_price)


class Where(NamedTuple):
    """The account of each device of a kind; empty where the site has no accounts."""

    pv: Members
    batteries: Members
    tasks: Members
    dimmables: Members
    buffers: Members


def where(site: Site, tasks: tuple[Task, ...]) -> Where:
    """The account of each device; of tasks, that of their charger or load.

    Parameters
    ----------
    site : Site
        With its buildings.
    tasks : tuple of Task
        Of devices of the site.
    """
    place = {name: number for number, one in enumerate(site.accounts) for name in one.devices}

    def of(names: Iterable[str]) -> Members:
        return tuple(place[name] for name in names) if place else ()

    return Where(
        pv=of(one.id for one in site.pv),
        batteries=of(one.id for one in site.batteries),
        tasks=of(task.device for task in tasks),
        dimmables=of(one.id for one in site.dimmables),
        buffers=of(one.id for one in site.buffers),
    )


def spreads(site: Site, outlook: Outlook) -> tuple[Errors | None, ...]:
    """Spread of the net load of each account; None where it counts as certain."""
    return (outlook.building_errors or (None,) * len(site.accounts)) if site.accounts else ()


def account_nets(site: Site, outlook: Outlook, schedule: Schedule) -> Floats:
    """Import less export at the meter of each account. (accounts, h) [kW]

    Parameters
    ----------
    site : Site
        With its buildings.
    outlook : Outlook
        Loads and tasks.
    schedule : Schedule
        Powers.
    """
    if not site.accounts:
        return np.zeros((0, outlook.steps))
    nets, place = outlook.account_loads, where(site, outlook.tasks)
    for accounts, powers in (
        (place.pv, -schedule.pv),
        (place.batteries, schedule.battery),
        (place.tasks, schedule.tasks),
        (place.dimmables, schedule.dimmables),
        (place.buffers, schedule.buffers),
    ):
        np.add.at(nets, np.array(accounts, dtype=np.int64), powers)
    return nets


def passed(site: Site, outlook: Outlook, nets: Floats) -> tuple[Passed, ...]:
    """What passed the meter of each account.

    Parameters
    ----------
    site : Site
        With its buildings.
    outlook : Outlook
        Prices and intensity.
    nets : (accounts, h) array
        Import less export. [kW]
    """
    hours, netting = outlook.hours, site.netting
    found: list[Passed] = []
    for one, net in zip(site.accounts, nets, strict=True):
        bought, sold = np.maximum(net, 0.0), np.maximum(-net, 0.0)
        cost = hours * float(outlook.import_price @ bought - outlook.export_price @ sold)
        carbon = hours * float(outlook.carbon @ bought)
        found.append(
            Passed(
                building=one.id or COMMON,
                bought=hours * float(bought.sum()),
                sold=hours * float(sold.sum()),
                cost=cost if netting.energy == "building" else None,
                carbon=carbon if netting.carbon == "building" else None,
            )
        )
    return tuple(found)


def account_reach(site: Site, outlook: Outlook) -> tuple[Floats, Floats]:
    """Highest and lowest net power that each account's limits and devices leave possible. (accounts, h) twice [kW]

    Parameters
    ----------
    site : Site
        With its buildings.
    outlook : Outlook
        Loads, sun and tasks.
    """
    high, low = outlook.account_loads, outlook.account_loads
    for row, one in enumerate(site.accounts):
        inside = one.devices
        high[row] += sum(pack.charge for pack in site.batteries if pack.id in inside)
        high[row] += sum(task.power for task in outlook.tasks if task.device in inside)
        high[row] += sum(device.power for device in (*site.dimmables, *site.buffers) if device.id in inside)
        low[row] -= sum(pack.discharge for pack in site.batteries if pack.id in inside)
        low[row] -= sum(outlook.pv[index] for index, system in enumerate(site.pv) if system.id in inside)
    most = np.array([[one.import_limit] for one in site.accounts])
    least = np.array([[one.export_limit] for one in site.accounts])
    return np.clip(high, 0.0, most), np.clip(low, -least, 0.0)
