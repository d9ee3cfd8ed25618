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


def findings(inlet: Inlet, *, place: str = "inlet") -> tuple[Finding, ...]:
    """What is impossible about the air at an intake: `equipment.range`."""
    return tuple(outside(place, _ranges(inlet)))


def _ranges(inlet: Inlet) -> Iterator[tuple[str, Value, Range]]:
    yield "temperature", _known(inlet.temperature), Range(-60.0, 80.0, "degC")
    yield "pressure", _known(inlet.pressure), Range(0.4, 1.15, "bar(a)")
    yield "humidity", _known(inlet.humidity), Range(0.0, 1.0, "")


def _known(value: Value) -> Value:
    """The values that are known: a gap is no fault."""
    values = np.atleast_1d(np.asarray(value, dtype=float))
    return values[~np.isnan(values)]
