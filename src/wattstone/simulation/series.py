"""The readings of a site: uses to energy, energy to meters, meters to what is recorded.

Energy is kept in whole hundredths of a unit, so that the main meter is the exact sum of its parts.
"""

from dataclasses import dataclass

import numpy as np

from wattstone.portfolio import Meter
from wattstone.simulation.alter import altered_power, recorded
from wattstone.simulation.estate import WATER_MINUTES, Blueprint, meters_of
from wattstone.simulation.events import Event
from wattstone.simulation.loads import Setting, power
from wattstone.simulation.plan import stream
from wattstone.simulation.timeline import Bools, Floats, Ints
from wattstone.simulation.world import World

HUNDREDTHS = 100


@dataclass(frozen=True)
class Series:
    """Readings of one meter.

    Parameters
    ----------
    meter : Meter
    stamps : (t,) array of int
        Start of each interval, for a register the moment of the reading. [ms since 1970, UTC]
    values : (t,) array of int
        As recorded. [hundredths of the meter's unit]
    present : (t,) array of bool
        False where nothing was recorded.
    clean : (t,) array of int
        Without fault and without measure. [hundredths of the meter's unit]
    """

    meter: Meter
    stamps: Ints
    values: Ints
    present: Bools
    clean: Ints

    @property
    def changed(self) -> Bools:
        """Where a fault or a measure changed the record."""
        return ~self.present | (self.values != self.clean)


def _hundredths(values: Floats) -> Ints:
    return np.rint(values.reshape(-1) * HUNDREDTHS).astype(np.int64)


def _register(setting: Setting, flow: Floats) -> Ints:
    """A counter read on the hour, before that hour's use."""
    plan = setting.world.plan
    steps = WATER_MINUTES // plan.interval_minutes
    hourly = _hundredths(flow * setting.timeline.hours).reshape(-1, steps).sum(axis=1)
    start = int(stream(plan, "register", setting.site.index).integers(100_000, 8_000_000))
    return start + np.concatenate([[0], np.cumsum(hourly)[:-1]])


def _metered(setting: Setting, uses: dict[str, Floats]) -> dict[str, Ints]:
    """Hundredths per interval by meter name; the balance is import + solar = sub-meters + rest + export."""
    hours = setting.timeline.hours
    energy = {use: _hundredths(kw * hours) for use, kw in uses.items() if use != "water"}
    load = sum((energy[use] for use in (*setting.site.uses, "rest")), start=np.zeros_like(energy["rest"]))
    net = load - energy.get("solar", np.zeros_like(load))
    energy["electricity"] = np.maximum(net, 0)
    if "solar" in energy:
        energy["export"] = np.maximum(-net, 0)
    if "water" in uses:
        energy["water"] = _register(setting, uses["water"])
    return energy


def site_series(world: World, site: Blueprint, event: Event | None = None) -> tuple[Series, ...]:
    """Readings of all meters of a site, in the order of their ids.

    Parameters
    ----------
    world : World
    site : Blueprint
    event : Event or None
        A fault or a measure at this site.

    Returns
    -------
    tuple of Series
    """
    setting = Setting(world, site)
    uses = {use: power(setting, use) for use in (*site.uses, "rest", *sorted(site.extras))}
    clean = _metered(setting, uses)
    actual = clean
    if event is not None and event.kind.physical:
        changed = altered_power(setting, event, uses[event.kind.use])
        actual = _metered(setting, {**uses, event.kind.use: changed})
    stamps = world.timeline.stamps
    found: list[Series] = []
    for meter in sorted(meters_of(world.plan, site), key=lambda meter: meter.id):
        name = meter.id.removeprefix(f"{site.id}-")
        values, present = actual[name], np.ones(actual[name].size, dtype=np.bool_)
        if event is not None and not event.kind.physical and event.kind.use == name:
            values, present = _struck(world, event, values)
        every = stamps.size // values.size
        found.append(Series(meter, stamps[::every], values, present, clean[name]))
    return tuple(found)


def _struck(world: World, event: Event, true: Ints) -> tuple[Ints, Bools]:
    minutes = world.plan.interval_minutes
    if event.kind.use == "water":
        scale = WATER_MINUTES // minutes
        event = Event(event.kind, event.number, event.index, event.first // scale, event.last // scale, event.seed)
        minutes = WATER_MINUTES
    return recorded(event, true, steps_per_hour=60 // minutes)
