"""A year of a station in energy, money and carbon, and where its electricity goes."""

from collections.abc import Iterable, Mapping

import numpy as np
import numpy.typing as npt

from wattstone.dispatch.air.modifications import HeatRecovery
from wattstone.dispatch.air.results import Account, Economics
from wattstone.equipment.air import Control, Station, heat, power
from wattstone.equipment.air.limits import ATMOSPHERE, isothermal_work
from wattstone.equipment.air.replay import Replay, State
from wattstone.equipment.air.replay_sets import at_mean

Floats = npt.NDArray[np.float64]

__all__ = ["account", "fuel_saved", "useful_share"]


def account(
    replay: Replay,
    station: Station,
    economics: Economics,
    *,
    recoveries: Iterable[HeatRecovery] = (),
    least_pressure: float | None = None,
) -> Account:
    """A year as it was replayed.

    Parameters
    ----------
    replay : Replay
    station : Station
        That was replayed.
    economics : Economics
    recoveries : iterable of HeatRecovery
        That catch heat of the machines.
    least_pressure : float or None
        What the end uses need; None takes the station's. [bar(g)]
    """
    needed = _needed(station) if least_pressure is None else least_pressure
    total = replay.total
    hours = replay.weight * replay.hours
    fuel = np.nansum(fuel_saved(station, replay.power, recoveries) * hours)
    useful = replay.volume(replay.use * useful_share(station, replay.pressure, needed))
    energy = replay.energy
    return Account(
        energy=energy,
        fuel=float(fuel),
        money=float(np.nansum(total * hours * economics.price) - fuel * economics.fuel_price),
        carbon=float(np.nansum(total * hours * economics.carbon) - fuel * economics.fuel_carbon),
        peak=replay.peak,
        volume=replay.volume(replay.use),
        least_energy=useful * float(isothermal_work(needed, at_mean(station.inlet))),
        unmet=replay.volume(replay.unmet),
        specific_power=energy / useful if useful > 0 else float("nan"),
        by_machine=_by_machine(replay),
        parts=_parts(replay, station, needed),
    )


def _needed(station: Station) -> float:
    return station.pressure if station.least_pressure is None else station.least_pressure


def useful_share(station: Station, pressure: Floats, needed: float) -> Floats:
    """Share of the use that it would have at the pressure that is needed: the rest is artificial demand. [1]"""
    reference = station.pressure + ATMOSPHERE
    low = 1.0 + station.artificial * ((np.minimum(needed, pressure) + ATMOSPHERE) / reference - 1.0)
    return low / (1.0 + station.artificial * ((pressure + ATMOSPHERE) / reference - 1.0))


def fuel_saved(station: Station, powers: Floats, recoveries: Iterable[HeatRecovery]) -> Floats:
    """Power of fuel that recovered heat stands in for: (..., t) array. [kW]

    Parameters
    ----------
    station : Station
    powers : (machines, ..., t) array
        [kW]
    recoveries : iterable of HeatRecovery
        Together they catch at most all of the heat, one after the other.
    """
    caught = np.zeros(powers.shape[1:])
    chosen = tuple(recoveries)
    if not chosen:
        return caught
    left = np.sum([heat(one, row) for one, row in zip(station.compressors, powers, strict=True)], axis=0)
    whole = left
    for one in chosen:
        taken = np.minimum(np.minimum(one.size * whole, one.need), left)
        left = left - taken
        caught = caught + taken / one.boiler_efficiency
    return caught


def _by_machine(replay: Replay) -> Mapping[str, float]:
    names = dict(zip(replay.names, replay.machine_energy.tolist(), strict=True))
    return {**names, "dryer": replay.dryer_energy} if replay.dryer_energy else names


def _parts(replay: Replay, station: Station, needed: float) -> Mapping[str, float]:
    """Electricity by where it goes: unloaded running apart, the rest by the flow that it compresses."""
    idle = _idle(replay, station)
    hours = replay.weight * replay.hours
    compressing = np.maximum(replay.power.sum(axis=0) - idle, 0.0)
    given: Floats = replay.flow.sum(axis=0) - replay.stored
    intensity: Floats = np.zeros(given.size)
    np.divide(compressing, given, out=intensity, where=given > 1e-9)
    without = np.where(given > 1e-9, 0.0, compressing)
    useful = useful_share(station, replay.pressure, needed)
    flows = {
        "use": replay.use * useful,
        "artificial": replay.use * (1.0 - useful),
        "leaks": replay.leaks,
        "purge": replay.purge,
        "vented": replay.vented,
    }
    parts = {name: float(np.nansum(flow * intensity * hours)) for name, flow in flows.items()}
    parts["unloaded"] = float(np.nansum((idle + without) * hours))
    parts["dryer"] = replay.dryer_energy
    return parts


def _idle(replay: Replay, station: Station) -> Floats:
    """Power of machines while they turn unloaded: (t,) array. [kW]"""
    total = np.zeros(replay.weight.shape)
    if replay.share is None:
        return total
    for index, machine in enumerate(station.compressors):
        if machine.control is Control.START_STOP:
            continue
        idle = float(power(machine, 0.0))
        total = total + np.minimum(replay.share[State.UNLOADED, index] * idle, replay.power[index])
    return total
