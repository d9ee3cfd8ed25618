"""A compressed-air station: its machines, its storage, its dryer, and the pressure it keeps."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from wattstone.base import Finding
from wattstone.equipment.air import checks, dryer, inlet
from wattstone.equipment.air.compressor import Compressor
from wattstone.equipment.air.dryer import Dryer
from wattstone.equipment.air.inlet import Inlet
from wattstone.equipment.air.limits import isothermal_power, least_energy
from wattstone.equipment.air.performance import UNLOADS, capacity
from wattstone.equipment.air.use import AirUse
from wattstone.equipment.arrays import Floats
from wattstone.equipment.limits import Range, not_negative, outside, positive

__all__ = ["Sequencer", "Station", "findings", "least_power", "least_use", "station_capacity", "use_findings"]

Sequencer = Literal["cascade", "target", "optimal"]


@dataclass(frozen=True, kw_only=True)
class Station:
    """Parameters of a station.

    Parameters
    ----------
    name : str
    compressors : tuple of Compressor
        In the order in which they are called: the first is the base load, the last the trim.
    storage : float
        Volume of receivers and pipes. [m3]
    pressure : float
        Lowest set-point of the header. [bar(g)]
    band : float
        Between cut-in and cut-out of a machine. [bar]
    least_pressure : float or None
        What the end uses need; None takes `pressure`. [bar(g)]
    dryer : Dryer or None
    leaks : float
        What leaks at `pressure`, free air. [m3 min-1]
    artificial : float
        Share of the use (without leaks) that follows the absolute pressure: open blowing, unregulated uses.
    inlet : Inlet
        Air that the machines breathe.
    drop : float
        Pressure lost between the machines and the header, at full flow. [bar]
    sequencer : {'cascade', 'target', 'optimal'}
        Whether each machine has a set-point of its own, one below the other, all serve one target, or the best set of
        machines runs at every flow.
    """

    name: str
    compressors: tuple[Compressor, ...]
    storage: float
    pressure: float
    band: float = 0.7
    least_pressure: float | None = None
    dryer: Dryer | None = None
    leaks: float = 0.0
    artificial: float = 0.0
    inlet: Inlet = field(default_factory=Inlet)
    drop: float = 0.0
    sequencer: Sequencer = "cascade"


def station_capacity(station: Station) -> float:
    """Free air that all machines deliver together at the pressure that they see. [m3 min-1]"""
    pressure = station.pressure + station.drop
    return sum(float(np.mean(capacity(one, pressure=pressure, inlet=station.inlet))) for one in station.compressors)


def least_use(station: Station, use: AirUse) -> float:
    """Least energy of a year: useful air at the pressure that the end uses need, compressed at one temperature.

    Useful is what the network takes less its leaks; the purge of a dryer is no part of it. Over the metered energy it
    is the station's distance to the limit.

    Parameters
    ----------
    station : Station
    use : AirUse

    Returns
    -------
    float
        Without the gaps. [kWh]
    """
    useful = np.maximum(use.flow - station.leaks, 0.0)
    volume = float(np.nansum(useful * use.weights) * use.hours * 60.0)
    return float(np.mean(least_energy(volume, _needed(station), station.inlet)))


def least_power(station: Station, use: AirUse) -> Floats:
    """Least power in each interval, as `least_use`. [kW]"""
    useful = np.maximum(use.flow - station.leaks, 0.0)
    return isothermal_power(useful, _needed(station), station.inlet)


def findings(station: Station, *, place: str | None = None) -> tuple[Finding, ...]:
    """What is impossible or odd about a station and all that is in it, all at once.

    Parameters
    ----------
    station : Station
    place : str or None
        How the station is called; None is by its name.

    Returns
    -------
    tuple of Finding
        `equipment.range`, `air.no_compressors`, `air.names`, `air.storage`, `air.least_pressure`, `air.leaks`,
        `air.over_pressure`, and those of its machines, its dryer and its inlet.
    """
    where = place or f"station '{station.name}'"
    found = [*outside(where, _ranges(station)), *_odd(station, where), *inlet.findings(station.inlet, place=where)]
    for compressor in station.compressors:
        found += checks.findings(compressor, place=f"{where}, compressor '{compressor.name}'")
    if station.dryer is not None:
        found += dryer.findings(station.dryer, place=f"{where}, dryer")
    if not any(finding.severity == "error" for finding in found):
        found += _demanding(station, where)
    return tuple(found)


def use_findings(station: Station, use: AirUse, *, place: str = "use of air") -> tuple[Finding, ...]:
    """What is impossible or odd about a use of air that a station is to meet.

    Parameters
    ----------
    station : Station
        Without errors of its own.
    use : AirUse
    place : str

    Returns
    -------
    tuple of Finding
        `air.lengths`, `air.weights`, `air.infinite_flow`, `air.negative_flow`, `air.gaps`, `air.above_capacity`,
        `air.below_leaks`, `air.gauge`, `air.pressure_unit`.
    """
    lengths = {series.shape for series in (use.flow, use.weights, use.pressure) if series is not None}
    if len(lengths) > 1 or not use.flow.size or not use.hours > 0:
        return (
            Finding(
                code="air.lengths",
                place=place,
                found="flow, weight and pressure are not of one length, or there is no interval of a length",
                expected="one value each for every interval, and intervals longer than 0 h",
                remedy="give a value for every interval, with gaps as NaN",
            ),
        )
    return (*_weights(use, place), *_flows(station, use, place), *_logged_pressure(station, use, place))


def _needed(station: Station) -> float:
    return station.pressure if station.least_pressure is None else station.least_pressure


def _ranges(station: Station) -> Iterator[tuple[str, float, Range]]:
    yield "pressure", station.pressure, positive("bar(g)")
    yield "band", station.band, Range(0.0, 5.0, "bar")
    yield "least_pressure", _needed(station), positive("bar(g)")
    yield "storage", station.storage, not_negative("m3")
    yield "leaks", station.leaks, not_negative("m3/min")
    yield "artificial", station.artificial, Range(0.0, 1.0, "")
    yield "drop", station.drop, Range(0.0, 5.0, "bar")


def _odd(station: Station, place: str) -> Iterator[Finding]:
    names = [one.name for one in station.compressors]
    if not names:
        yield Finding(
            code="air.no_compressors",
            place=place,
            found="the station has no compressor",
            expected="one or more",
            remedy="add a [[compressor]]",
        )
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        yield Finding(
            code="air.names",
            place=place,
            found="more than one compressor is called {name}",
            expected="a name for each",
            remedy="rename one of them",
            params={"name": twice[0]},
            count=len(twice),
        )
    cycling = [one.name for one in station.compressors if one.control in UNLOADS and not one.points]
    if station.storage == 0 and cycling:
        yield Finding(
            code="air.storage",
            place=place,
            found="there is no storage, on which {name} would load and unload without end",
            expected="the volume of receivers and pipes, more than 0 m3",
            remedy="give the storage in m3; the pipes alone are a volume",
            params={"name": cycling[0]},
            count=len(cycling),
        )
    if _needed(station) > station.pressure:
        yield Finding(
            code="air.least_pressure",
            place=place,
            found="the end uses need {need} bar(g), and the header is kept at {pressure} bar(g)",
            expected="a header at the pressure that the uses need, or above",
            remedy="correct least_pressure, or pressure",
            params={"need": f"{_needed(station):g}", "pressure": f"{station.pressure:g}"},
        )


def _demanding(station: Station, place: str) -> Iterator[Finding]:
    most = station_capacity(station)
    if station.leaks >= most:
        yield Finding(
            code="air.leaks",
            place=place,
            found="the leaks, {leaks} m3/min, are all that the machines deliver, {capacity} m3/min",
            expected="leaks below the capacity of the station",
            remedy="correct leaks: m3/min of free air at the station's pressure",
            params={"leaks": f"{station.leaks:.4g}", "capacity": f"{most:.4g}"},
        )
    for one in station.compressors:
        highest = max([one.pressure, one.most_pressure or 0.0, *(pressure for pressure, _ in one.pressures)])
        if station.pressure + station.drop > highest * 1.1:
            yield Finding(
                code="air.over_pressure",
                place=place,
                found="{name} has to give {pressure} bar(g), and is rated for {highest} bar(g)",
                expected="a machine rated for the header's pressure and what is lost before it",
                remedy="correct the pressure of the station or of the machine",
                params={
                    "name": one.name,
                    "pressure": f"{station.pressure + station.drop:.3g}",
                    "highest": f"{highest:.3g}",
                },
                severity="warning",
            )


def _weights(use: AirUse, place: str) -> Iterator[Finding]:
    bad = ~(np.isfinite(use.weights) & (use.weights >= 0))
    if bad.any():
        yield Finding(
            code="air.weights",
            place=place,
            found="{count} of {total} intervals are weighed with no number, or with one below 0",
            expected="how many such intervals a year holds, 0 or more",
            remedy="correct the weights",
            params={"total": use.flow.size},
            count=int(bad.sum()),
            first=_when(use, int(np.flatnonzero(bad)[0])),
        )


def _flows(station: Station, use: AirUse, place: str) -> Iterator[Finding]:
    most = station_capacity(station)
    tests = [
        (
            "air.infinite_flow",
            np.isinf(use.flow),
            "{count} of {total} intervals have a flow without end",
            "a number, or NaN for a gap",
            "correct the flow",
        ),
        (
            "air.negative_flow",
            np.isfinite(use.flow) & (use.flow < 0),
            "{count} of {total} intervals have a negative flow, down to {worst} m3/min",
            "0 m3/min or more",
            "correct the sign, or the zero of the meter",
        ),
        (
            "air.above_capacity",
            np.isfinite(use.flow) & (use.flow > most * (1 + 1e-9)),
            "{count} of {total} intervals take more than all machines deliver, {capacity} m3/min: up to {worst}",
            "no more flow than the station's capacity",
            "check the unit of the flow and of the capacities (m3/min of free air), or add the machine that is missing",
        ),
        (
            "air.gaps",
            np.isnan(use.flow),
            "{count} of {total} intervals have no flow",
            "a flow in every interval",
            "nothing, if the gaps are short; they are left out, not filled",
        ),
        (
            "air.below_leaks",
            use.flow < station.leaks * (1 - 1e-9),
            "{count} of {total} intervals take less than the leaks, {leaks} m3/min: down to {worst}",
            "leaks are part of the flow at all times",
            "correct leaks, or let them end in breaks by a valve",
        ),
    ]
    for code, bad, found, expected, remedy in tests:
        if not bad.any():
            continue
        values = use.flow[bad]
        worst = values.max() if code == "air.above_capacity" else values.min()
        yield Finding(
            code=code,
            place=place,
            found=found,
            expected=expected,
            remedy=remedy,
            params={
                "total": use.flow.size,
                "worst": f"{worst:.4g}",
                "capacity": f"{most:.4g}",
                "leaks": f"{station.leaks:.4g}",
            },
            count=int(bad.sum()),
            first=_when(use, int(np.flatnonzero(bad)[0])),
            severity="error" if code in {"air.infinite_flow", "air.negative_flow", "air.above_capacity"} else "warning",
        )


def _when(use: AirUse, index: int) -> str:
    if use.start is None:
        return f"interval {index + 1}"
    step = np.timedelta64(round(use.hours * 3.6e9), "us")
    return str((use.start.astype("datetime64[us]") + index * step).astype("datetime64[s]")) + "Z"


def _logged_pressure(station: Station, use: AirUse, place: str) -> Iterator[Finding]:
    """A pressure that was logged absolute is a bar above the set-points, all the time."""
    if use.pressure is None or np.isnan(use.pressure).all():
        return
    median = float(np.nanmedian(use.pressure))
    low, high = station.pressure, station.pressure + station.band
    absolute = 0.8 <= median - high <= 1.2 or 0.8 <= median - (low + high) / 2 <= 1.2
    if not absolute and low / 2 <= median <= high * 2:
        return
    yield Finding(
        code="air.gauge" if absolute else "air.pressure_unit",
        place=place,
        found="half of the pressures are above {median} bar(g), and the station is set to {low} to {high} bar(g), "
        "about 1 bar lower"
        if absolute
        else "half of the pressures are above {median} bar(g), and the station is set to {low} to {high} bar(g)",
        expected="the header's pressure in bar, gauge",
        remedy="subtract the pressure of the air around from an absolute pressure"
        if absolute
        else "convert the pressure to bar(g), or correct the pressure of the station",
        params={"median": f"{median:.4g}", "low": f"{low:g}", "high": f"{high:g}"},
        severity="warning",
    )
