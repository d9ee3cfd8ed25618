"""Where each kWh goes: a waterfall that adds up to what was metered."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from wattstone.detection.air.cells import Cells
from wattstone.detection.air.curve import MachineCurve
from wattstone.detection.air.result import PARTS, Part
from wattstone.detection.air.uncertain import Draws, interval
from wattstone.equipment.air import Station
from wattstone.equipment.air.limits import isothermal_work

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Split:
    """Power of each hour by part, and the flows behind it; all (d, 24) unless said otherwise.

    Parameters
    ----------
    power : dict of str to (d, 24) array
        For each of `PARTS`. [kW]
    network, leak, artificial, useful : (d, 24) array
        What the network takes, and of it what leaks, is artificial, is useful. [m3 min-1]
    specific : (d, 24) array
        Power per flow of the machines at their best, at the pressure of the hour. [kW (m3 min-1)-1]
    limit : (d, 24) array
        Isothermal power of the useful flow at the least pressure. [kW]
    """

    power: dict[str, Floats]
    network: Floats
    leak: Floats
    artificial: Floats
    useful: Floats
    specific: Floats
    limit: Floats


def split(station: Station, cells: Cells, curves: Sequence[MachineCurve], leak: float, reference: float) -> Split:
    """Split the power of every hour.

    Air is worth what the machines that make it take at their best (full load of the nameplate, or the best speed).
    Purge and leaks are taken off the flow, then the artificial demand; what is left is useful, at the least pressure,
    and the rest of its power is over-pressure. Power above what air and unloaded running explain is part load. What
    the flow meter does not see of the air that the machines should have made is residue, and so is what remains.

    Parameters
    ----------
    station : Station
    cells : Cells
    curves : sequence of MachineCurve
    leak : float
        At the pressure of `reference`. [m3 min-1]
    reference : float
        [bar(g)]
    """
    around = float(np.mean(station.inlet.pressure))
    least = station.pressure if station.least_pressure is None else station.least_pressure
    pressure = np.where(np.isnan(cells.pressure), station.pressure, cells.pressure)
    made, air = cells.made.sum(axis=0), cells.air.sum(axis=0)
    specific = np.divide(air, made, out=_usual(curves, pressure + station.drop), where=made > 1e-9)
    network, vented = cells.network, cells.vented(curves)
    ratio = (pressure + around) / (reference + around)
    on = cells.on.max(axis=0, initial=0.0)
    leaking = np.minimum(leak * ratio * on, network)
    use = network - leaking
    over = np.maximum((pressure + around) / (least + around), 1.0)
    artificial = use * (1 - 1 / (1 + station.artificial * (over - 1)))
    useful = use - artificial
    at_least = specific * _cheaper(curves, cells, pressure + station.drop, least + station.drop)
    purge = np.where(cells.metered, cells.purge, np.minimum(cells.purge, made))
    power = {
        "useful": useful * at_least,
        "over_pressure": useful * (specific - at_least),
        "artificial": artificial * specific,
        "leaks": leaking * specific,
        "purge": purge * specific,
        "dryer": cells.dryer,
        "unloaded": cells.idle.sum(axis=0),
        "part_load": (cells.power - cells.air - cells.idle).sum(axis=0),
        "blow_off": vented * specific,
    }
    power["residue"] = cells.total - np.sum(list(power.values()), axis=0)
    return Split(
        power=power,
        network=network,
        leak=leaking,
        artificial=artificial,
        useful=useful,
        specific=specific,
        limit=useful * 60 * float(isothermal_work(least, station.inlet)),
    )


def waterfall(shares: Split, cells: Cells, draws: Draws) -> tuple[Part, ...]:
    """The parts over the year and over the log, with intervals; part load is 0 or more, residue takes the rest."""
    year = {name: float((shares.power[name] * cells.weight).sum()) for name in PARTS}
    logged = {name: float((shares.power[name] * cells.known).sum()) for name in PARTS}
    for told in (year, logged):
        for name in PARTS[:-1]:
            told[name] = max(told[name], 0.0)
    total, total_logged = (float((cells.total * hours).sum()) for hours in (cells.weight, cells.known))
    year["residue"] = total - sum(year[name] for name in PARTS[:-1])
    logged["residue"] = total_logged - sum(logged[name] for name in PARTS[:-1])
    doubts = draws.parts(shares, cells)
    return tuple(
        Part(code=name, energy=interval(year[name], doubts[name], signed=name == "residue"), logged=logged[name])
        for name in PARTS
    )


def _cheaper(curves: Sequence[MachineCurve], cells: Cells, pressure: Floats, least: float) -> Floats:
    """Specific power at the least pressure over that at the pressure of each hour, 1 at most."""
    made = cells.made.sum(axis=0)
    then, now = np.zeros_like(made), np.zeros_like(made)
    for at, one in enumerate(curves):
        share = np.where(made > 1e-9, cells.made[at], 1.0)
        then += share * one.best(np.minimum(pressure, least))
        now += share * one.best(pressure)
    return np.minimum(then / np.maximum(now, 1e-12), 1.0)


def _usual(curves: Sequence[MachineCurve], pressure: Floats) -> Floats:
    """Specific power of all machines together, for hours in which none makes air and some is metered."""
    capacity = [one.capacity_at(pressure) for one in curves]
    worth = np.sum([share * one.best(pressure) for share, one in zip(capacity, curves, strict=True)], axis=0)
    return np.asarray(worth / np.maximum(np.sum(capacity, axis=0), 1e-9), dtype=np.float64)
