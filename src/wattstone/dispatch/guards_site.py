"""Set-points of a site together: each passes its own guard, then the connection and each building keep their limits.

As in `dispatch.guards`, nothing of the optimiser is imported or believed.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

from wattstone.dispatch.guards import NEAR, Before, Guarded, Seen, guard
from wattstone.dispatch.site import Battery, Buffer, Charger, Dimmable, Grid, Pv, Shiftable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wattstone.dispatch.site import Building, Device, Site

__all__ = ["GuardedSite", "guard_site"]

D = TypeVar("D", Pv, Battery, Charger, Shiftable, Dimmable, Buffer)


@dataclass(frozen=True, kw_only=True)
class GuardedSite:
    """Set-points of a site that may be sent together.

    Parameters
    ----------
    devices : tuple of Guarded
        In the order of the site.
    net : float
        What the connection then carries, NaN where the rest of the site is not known. [kW]
    reasons : tuple of str
        What has to be said of the connection.
    """

    devices: tuple[Guarded, ...]
    net: float
    reasons: tuple[str, ...] = ()

    @property
    def powers(self) -> dict[str, float]:
        """By device. [kW]"""
        return {one.device: one.power for one in self.devices}

    @property
    def interventions(self) -> tuple[Guarded, ...]:
        """Set-points that were changed."""
        return tuple(one for one in self.devices if one.reasons)


def guard_site(
    site: Site,
    asked: Mapping[str, float | None],
    *,
    seen: Mapping[str, Seen],
    before: Mapping[str, Before],
    rest: float | None,
    hours: float,
    pv: float = 0.0,
    buildings: Mapping[str, tuple[float, float]] | None = None,
    stale_after: float = 900.0,
    outage: bool = False,
) -> GuardedSite:
    """What may be sent to all devices together, so that the connection keeps its limits too.

    Parameters
    ----------
    site : Site
        With devices and limits.
    asked : mapping of str to float or None
        Set-points that are wanted; a device that is not in it has no plan. [kW]
    seen, before : mappings
        By device.
    rest : float or None
        What the rest of the site draws now; None where it is not known. [kW]
    hours : float
        How long the set-points will hold at most. [h]
    pv : float
        What PV feeds now. [kW]
    buildings : mapping of str to (float, float) or None
        What the rest of each building with a limit of its own draws, and what PV feeds there. [kW]
    stale_after, outage
        As for `guard`.

    Returns
    -------
    GuardedSite
        Import is brought within its limit by batteries, then chargers and shiftable loads, then buffers, then lighting,
        each within its own limits; export by PV, then batteries.
    """
    made = {
        one.id: guard(
            one,
            asked.get(one.id),
            seen=seen.get(one.id, Seen()),
            before=before.get(one.id, Before()),
            hours=hours,
            stale_after=stale_after,
            outage=outage,
        )
        for one in site.devices
    }
    _within_feeder(site, made)
    unchecked = _within_buildings(site, made, buildings or {})
    if rest is None or not math.isfinite(rest) or not math.isfinite(pv):
        return GuardedSite(devices=tuple(made.values()), net=math.nan, reasons=("grid_unchecked", *unchecked))
    net = _within_import(site, made, rest, pv)
    net = _within_export(site, made, net, pv)
    over = (("import_limit",) if net > site.grid.import_limit + NEAR else ()) + (
        ("export_limit",) if net < -site.grid.export_limit - NEAR else ()
    )
    return GuardedSite(devices=tuple(made.values()), net=net, reasons=(*over, *unchecked))


def _within_buildings(
    site: Site, made: dict[str, Guarded], known: Mapping[str, tuple[float, float]]
) -> tuple[str, ...]:
    """Each building within its own limits; why not, where one could not be checked or kept."""
    said: dict[str, None] = {}
    for one in site.buildings:
        if min(one.import_limit, one.export_limit) == math.inf:
            continue
        rest, pv = known.get(one.id, (math.nan, math.nan))
        if not (math.isfinite(rest) and math.isfinite(pv)):
            said["building_unchecked"] = None
            continue
        part = _part(site, one)
        net = _within_import(part, made, rest, pv, "building_import")
        net = _within_export(part, made, net, pv, "building_export")
        said |= {"building_import": None} if net > one.import_limit + NEAR else {}
        said |= {"building_export": None} if net < -one.export_limit - NEAR else {}
    return tuple(said)


def _part(site: Site, building: Building) -> Site:
    """The site as if it were one of its buildings."""

    def inside(devices: tuple[D, ...]) -> tuple[D, ...]:
        return tuple(one for one in devices if one.id in building.devices)

    return replace(
        site,
        grid=Grid(import_limit=building.import_limit, export_limit=building.export_limit),
        pv=inside(site.pv),
        batteries=inside(site.batteries),
        chargers=inside(site.chargers),
        shiftables=inside(site.shiftables),
        dimmables=inside(site.dimmables),
        buffers=inside(site.buffers),
        buildings=(),
    )


def _moved(one: Guarded, power: float, reason: str) -> Guarded:
    reasons = one.reasons if reason in one.reasons else (*one.reasons, reason)
    return Guarded(device=one.device, asked=one.asked, power=power, reasons=reasons, low=one.low, high=one.high)


def _lowered(device: Device, one: Guarded, by: float) -> float:
    """A lower set-point within the range, off rather than below a minimum."""
    power = max(one.power - by, one.low)
    least = 0.0 if isinstance(device, Pv | Battery | Dimmable) else device.minimum
    return (0.0 if one.low <= 0 else power) if NEAR < power < least else power


def _within_feeder(site: Site, made: dict[str, Guarded]) -> None:
    over = sum(made[one.id].power for one in site.chargers) - site.charging_limit
    for charger in reversed(site.chargers):
        if over > NEAR:
            power = _lowered(charger, made[charger.id], over)
            over -= made[charger.id].power - power
            made[charger.id] = _moved(made[charger.id], power, "import_limit")


def _drawn(site: Site, made: dict[str, Guarded]) -> float:
    return sum(made[one.id].power for one in site.devices if not isinstance(one, Pv))


def _fed(site: Site, made: dict[str, Guarded], pv: float) -> float:
    """PV feeds what it does now, or its set-points, whichever is less."""
    return min(max(pv, 0.0), sum(made[one.id].power for one in site.pv))


def _within_import(site: Site, made: dict[str, Guarded], rest: float, pv: float, reason: str = "import_limit") -> float:
    net = rest + _drawn(site, made) - _fed(site, made, pv)
    for device in (*site.batteries, *site.chargers, *site.shiftables, *site.buffers, *site.dimmables):
        over = net - site.grid.import_limit
        if over <= NEAR:
            break
        power = _lowered(device, made[device.id], over)
        if power < made[device.id].power - NEAR:
            net -= made[device.id].power - power
            made[device.id] = _moved(made[device.id], power, reason)
    return net


def _within_export(site: Site, made: dict[str, Guarded], net: float, pv: float, reason: str = "export_limit") -> float:
    over = -site.grid.export_limit - net
    if over > NEAR and site.pv:
        able = [one for one in site.pv if one.curtailable]
        fed = _fed(site, made, pv)
        fixed = sum(made[one.id].power for one in site.pv if not one.curtailable)
        left = max(fed - over - fixed, 0.0)
        total = sum(made[one.id].power for one in able)
        for one in able:
            share = made[one.id].power / total if total > 0 else 0.0
            made[one.id] = _moved(made[one.id], min(left * share, made[one.id].power), reason)
        net += fed - _fed(site, made, pv)
        over = -site.grid.export_limit - net
    for battery in site.batteries:
        if over > NEAR and made[battery.id].power < 0:
            power = min(made[battery.id].power + over, 0.0, made[battery.id].high)
            over -= power - made[battery.id].power
            net += power - made[battery.id].power
            made[battery.id] = _moved(made[battery.id], power, reason)
    return net
