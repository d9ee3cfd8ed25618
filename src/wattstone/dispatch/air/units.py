"""Compressors as units of a commitment: air leads, electricity is taken, heat is given.

In a plan of an air station alone, or of a cold-and-heat plant that the compressors' heat serves, a compressor is a
machine like any other: on or off, with a curve of straight lines between points of flow. The curve's error against the
machine's own is told.
"""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from wattstone.dispatch.commitment import Unit
from wattstone.equipment.air import Station, heat
from wattstone.equipment.air.replay_sets import Level, sets_of

Floats = npt.NDArray[np.float64]

__all__ = ["AIR", "ELECTRICITY", "HEAT", "CompressorUnits", "compressor_units", "one_band"]

AIR, ELECTRICITY, HEAT = "air", "electricity", "heat"
POINTS = 7  # of a curve, at most
CLOSE = 0.002  # of full power: a curve that is nowhere further from its lines has points enough
FINE = 400  # steps of the flow at which a curve is looked at


@dataclass(frozen=True, kw_only=True, eq=False)
class CompressorUnits:
    """The machines of a station as units.

    Parameters
    ----------
    units : tuple of Unit
        In the order of the station's machines; the carrier `air` is in m3/min of free air.
    level : Level
        The machines at the band of the plan.
    error : float
        Largest error of a curve's straight lines, over the machine's power at full flow. [1]
    """

    units: tuple[Unit, ...]
    level: Level
    error: float


def one_band(station: Station) -> Level:
    """The machines of a station at its lowest set-point: what a plan keeps, whatever its sequencer."""
    return sets_of(_lowest(station)).levels[0]


def compressor_units(
    station: Station,
    *,
    start_cost: float = 0.0,
    least_up: int = 1,
    least_down: int = 1,
    recovered: float = 0.0,
    running: tuple[str, ...] = (),
) -> CompressorUnits:
    """Machines of a station as units of a commitment, at the station's lowest set-point.

    Parameters
    ----------
    station : Station
    start_cost : float
        Of a start. [currency]
    least_up, least_down : int
        Steps for which a machine runs, and rests, at least.
    recovered : float
        Share of the recoverable heat that is given to the carrier `heat`; 0 leaves the carrier out.
    running : tuple of str
        Machines that run before the first step.
    """
    level = one_band(station)
    units: list[Unit] = []
    error = 0.0
    for index, machine in enumerate(level.machines):
        flow = _bends(level, index)
        power = level.power(index, flow)
        flows: dict[str, Floats] = {ELECTRICITY: -power}
        if recovered:
            flows[HEAT] = recovered * heat(machine, power)
        units.append(
            Unit(
                name=machine.name,
                carrier=AIR,
                load=flow,
                flows=flows,
                start_cost=start_cost,
                least_up=least_up,
                least_down=least_down,
                on_before=machine.name in running,
            )
        )
        error = max(error, _error(level, index, flow, power))
    return CompressorUnits(units=tuple(units), level=level, error=error)


def _lowest(station: Station) -> Station:
    return replace(station, sequencer="target")


def _bends(level: Level, index: int) -> Floats:
    """Flows between which a machine's curve is nearly straight: each is put where the lines so far are worst."""
    fine: Floats = np.linspace(0.0, 1.0, FINE + 1) * level.flow[index]
    power = level.power(index, fine)
    at = [0, FINE]
    while len(at) < POINTS:
        off: Floats = np.abs(power - np.interp(fine, fine[at], power[at]))
        if off.max() <= CLOSE * level.full[index]:
            break
        at = sorted([*at, int(np.argmax(off))])
    return fine[at]


def _error(level: Level, index: int, flow: Floats, power: Floats) -> float:
    fine: Floats = np.linspace(0.0, 1.0, 201) * level.flow[index]
    off: Floats = np.abs(level.power(index, fine) - np.interp(fine, flow, power))
    return float(off.max()) / float(level.full[index])
