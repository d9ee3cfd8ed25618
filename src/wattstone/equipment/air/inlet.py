"""What a compressor breathes: temperature, pressure and humidity of the air at its intake."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from wattstone.base import Finding
from wattstone.equipment.arrays import Value
from wattstone.equipment.limits import Range, outside

__all__ = ["Inlet", "findings"]

KELVIN = 273.15


@dataclass(frozen=True, kw_only=True)
class Inlet:
    """State of the air at the intake; the default is the reference of ISO 1217.

    Parameters
    ----------
    temperature : float or (t,) array
        [degC]
    pressure : float or (t,) array
        Absolute, after the losses of the filter. [bar(a)]
    humidity : float or (t,) array
        Relative humidity, a share of 0 to 1.
    """

    temperature: Value = 20.0
    pressure: Value = 1.0
    humidity: Value = 0.0


# What the pressure of the air around would read as, if it were not in bar(a); by what makes it so
MISTAKEN = {"psi": 0.0689475729, "kPa": 0.01, "hPa": 1e-3, "Pa": 1e-5}
AROUND = Range(0.4, 1.15, "bar(a)")


def findings(inlet: Inlet, *, place: str = "inlet") -> tuple[Finding, ...]:
    """What is impossible about the air at an intake.

    Returns
    -------
    tuple of Finding
        `equipment.range`, `air.gauge`, `air.pressure_unit`.
    """
    pressure = np.atleast_1d(_known(inlet.pressure))
    bad = pressure[[not AROUND.holds(one) for one in pressure]] if pressure.size else pressure
    units = [unit for unit, factor in MISTAKEN.items() if bad.size and AROUND.holds(bad * factor)]
    gauge = bool(bad.size) and bool(np.all(np.abs(bad) < 0.2))
    if not gauge and not units:
        return tuple(outside(place, _ranges(inlet)))
    mistaken = Finding(
        code="air.gauge" if gauge else "air.pressure_unit",
        place=place,
        found="the air at the intake is at {pressure} bar(a), next to a vacuum, as if it were gauge"
        if gauge
        else "the air at the intake is at {pressure} bar(a); it would be one in {units}",
        expected="an absolute pressure of {least} to {most} bar(a), about 1 at sea level",
        remedy="add the pressure of the air around to a gauge pressure" if gauge else "convert it to bar(a)",
        params={"pressure": f"{bad[0]:g}", "units": ", ".join(units), "least": "0.4", "most": "1.15"},
        count=int(bad.size),
    )
    rest = (one for one in _ranges(inlet) if one[0] != "pressure")
    return (*outside(place, rest), mistaken)


def _ranges(inlet: Inlet) -> Iterator[tuple[str, Value, Range]]:
    yield "temperature", _known(inlet.temperature), Range(-60.0, 80.0, "degC")
    yield "pressure", _known(inlet.pressure), AROUND
    yield "humidity", _known(inlet.humidity), Range(0.0, 1.0, "")


def _known(value: Value) -> Value:
    """The values that are known: a gap is no fault."""
    values = np.atleast_1d(np.asarray(value, dtype=float))
    return values[~np.isnan(values)]
