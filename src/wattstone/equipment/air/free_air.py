"""Free air by name: at which pressure, temperature and humidity a volume of air is counted.

A "cubic metre of air" means nothing without its reference. Wattstone counts flows at the inlet reference of ISO 1217;
what is given otherwise is converted here, by its dry air, as water leaves with the condensate.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from wattstone.equipment.air.inlet import KELVIN, Inlet
from wattstone.equipment.arrays import Floats
from wattstone.equipment.psychrometrics import saturation_pressure

__all__ = [
    "ACTUAL_UNITS",
    "CAGI_STANDARD",
    "CONVENTIONS",
    "DIN_1343",
    "ISO_1217",
    "US_STANDARD",
    "Convention",
    "convert",
    "to_free_air",
]

PSI = 0.0689475729  # bar in a pound per square inch, by 1 lbf = 4.4482216152605 N and 1 in = 25.4 mm
CUBIC_FOOT = 0.3048**3  # m3

ACTUAL_UNITS: dict[str, float] = {
    "m3/min": 1.0,
    "m3/h": 1.0 / 60.0,
    "m3/s": 60.0,
    "l/s": 0.06,
    "l/min": 1e-3,
    "cfm": CUBIC_FOOT,
}
"""m3/min in a unit of flow that says nothing of the reference."""


@dataclass(frozen=True, kw_only=True)
class Convention:
    """The state of air at which a volume is counted.

    Parameters
    ----------
    name : str
    temperature : float
        [degC]
    pressure : float
        Absolute. [bar(a)]
    humidity : float
        Relative, a share of 0 to 1.
    source : str
        Where it is laid down.
    """

    name: str
    temperature: float
    pressure: float
    humidity: float
    source: str

    @property
    def dry_density(self) -> float:
        """Dry air in a volume, over that at ISO 1217. [1]"""
        return float(_dry(self.temperature, self.pressure, self.humidity))


ISO_1217 = Convention(
    name="ISO 1217 free air",
    temperature=20.0,
    pressure=1.0,
    humidity=0.0,
    source="ISO 1217:2009, inlet reference: 1 bar absolute, 20 degC, dry",
)
DIN_1343 = Convention(
    name="normal (DIN 1343)",
    temperature=0.0,
    pressure=1.01325,
    humidity=0.0,
    source="DIN 1343: 273.15 K and 101325 Pa",
)
US_STANDARD = Convention(
    name="US standard (ASME)",
    temperature=(68.0 - 32.0) / 1.8,
    pressure=14.696 * PSI,
    humidity=0.36,
    source="ASME test code for displacement compressors: 14.696 psia, 68 degF, 36 % relative humidity",
)
CAGI_STANDARD = Convention(
    name="US standard (CAGI)",
    temperature=(68.0 - 32.0) / 1.8,
    pressure=14.5 * PSI,
    humidity=0.0,
    source="Compressed Air and Gas Institute, data sheets after ISO 1217: 14.5 psia, 68 degF, dry",
)
CONVENTIONS: dict[str, Convention] = {
    "iso_1217": ISO_1217,
    "din_1343": DIN_1343,
    "us_standard": US_STANDARD,
    "cagi_standard": CAGI_STANDARD,
}


def convert(flow: npt.ArrayLike, *, given: Convention, wanted: Convention = ISO_1217) -> Floats:
    """A flow that is counted by one convention, counted by another: the same dry air.

    Parameters
    ----------
    flow : float or array
        In any unit of volume per time.
    given, wanted : Convention

    Returns
    -------
    array
        In the same unit.

    Examples
    --------
    A normal cubic metre is 1.01325 x 293.15 / 273.15 m3 of free air:

    >>> round(float(convert(1.0, given=DIN_1343)), 4)
    1.0874
    """
    return np.asarray(flow, dtype=float) * (given.dry_density / wanted.dry_density)


def to_free_air(flow: npt.ArrayLike, inlet: Inlet) -> Floats:
    """Free air of ISO 1217 in a flow that is counted as it is drawn in ("actual", FAD on site).

    Parameters
    ----------
    flow : float or (t,) array
        At the inlet's state, moist. [m3 min-1]
    inlet : Inlet

    Returns
    -------
    array
        Its dry air at 1 bar absolute and 20 degC. [m3 min-1]
    """
    return np.asarray(flow, dtype=float) * _dry(inlet.temperature, inlet.pressure, inlet.humidity)


def _dry(temperature: npt.ArrayLike, pressure: npt.ArrayLike, humidity: npt.ArrayLike) -> Floats:
    """Dry air in a volume, over that in a volume of free air. [1]"""
    dry = np.asarray(pressure, dtype=float) - np.asarray(humidity, dtype=float) * saturation_pressure(temperature)
    return dry * (20.0 + KELVIN) / (np.asarray(temperature, dtype=float) + KELVIN)
