"""Compressors as units of a commitment: air leads, electricity is taken, heat is given.

In a plan of an air station alone, or of a cold-and-heat plant that the compressors' heat serves, a compressor is a
machine like any other: on or off, with a curve of straight lines between points of flow. The curve's error against the
machine's own is told.
"""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from wattstone.dispatch.commitment import Unit
from wattstone.equipment.air import Control, Station, heat
from wattstone.equipment.air.replay_sets import Level, sets_of

Floats = npt.NDArray[np.float64]

__all__ = ["AIR", "ELECTRICITY", "HEAT", "CompressorUnits", "compressor_units", "one_band"]

AIR, ELECTRICITY, HEAT = "air", "electricity", "heat"
SHARES = (0.0, 0.05, 0.125, 0.25, 0.5, 0.75, 1.0)
"""Flow shares of the points: closer at low flow, where the power of a cycling machine bends most."""


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
        flow = np.array(_shares(machine.control, machine.least_flow)) * level.flow[index]
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


def _shares(control: Control, least: float | None) -> tuple[float, ...]:
    """Points of a curve: a variable speed bends at its turndown, and is a parabola above."""
    if control is not Control.VARIABLE_SPEED:
        return SHARES
    turndown = least or 0.2
    return (0.0, turndown, *(turndown + (1 - turndown) * part for part in (0.25, 0.5, 0.75, 1.0)))


def _error(level: Level, index: int, flow: Floats, power: Floats) -> float:
    fine: Floats = np.linspace(0.0, 1.0, 201) * level.flow[index]
    off: Floats = np.abs(level.power(index, fine) - np.interp(fine, flow, power))
    return float(off.max()) / float(level.full[index])
