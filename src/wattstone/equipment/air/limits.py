"""What air takes at least: the physics that no compressor beats, and the distance to it.

Work per m3 of free air, for an ideal gas of p_1 at the inlet and r = p_2 / p_1, k = 1.4 [1]_:

    isothermal   w = p_1 ln r
    isentropic   w = p_1 n k / (k - 1) (r^((k - 1) / (k n)) - 1), in n stages, cooled to the inlet between them

References
----------
.. [1] W. L. McCabe et al., "Unit operations of chemical engineering," 7th ed., McGraw-Hill, 2005, ch. 8.
"""

import numpy as np
import numpy.typing as npt

from wattstone.equipment.air.inlet import KELVIN, Inlet
from wattstone.equipment.arrays import Floats

__all__ = [
    "ATMOSPHERE",
    "isentropic_power",
    "isentropic_work",
    "isothermal_power",
    "isothermal_work",
    "least_energy",
    "pressure_ratio",
]

ATMOSPHERE = 1.0  # bar(a), the inlet reference of ISO 1217; a gauge reads from here
KAPPA = 1.4
REFERENCE = 20.0 + KELVIN
KWH_PER_BAR_M3 = 1e5 / 3.6e6
MINUTES_PER_HOUR = 60.0


def pressure_ratio(pressure: npt.ArrayLike, inlet: Inlet | None = None) -> Floats:
    """Absolute discharge over absolute inlet pressure. [1]

    Parameters
    ----------
    pressure : float or array
        Gauge, above the air around, which is taken to be as at the inlet. [bar(g)]
    inlet : Inlet or None
        None is 1 bar(a).
    """
    around = ATMOSPHERE if inlet is None else np.asarray(inlet.pressure, dtype=float)
    return (np.asarray(pressure, dtype=float) + around) / around


def isothermal_work(pressure: npt.ArrayLike, inlet: Inlet | None = None) -> Floats:
    """Least work for a m3 of free air, compressed at the inlet's temperature.

    Parameters
    ----------
    pressure : float or array
        [bar(g)]
    inlet : Inlet or None
        None is the reference of ISO 1217.

    Returns
    -------
    array
        [kWh m-3]

    Examples
    --------
    >>> round(float(isothermal_work(7.0)), 4)
    0.0578
    """
    return _warmth(inlet) * KWH_PER_BAR_M3 * np.log(pressure_ratio(pressure, inlet))


def isentropic_work(pressure: npt.ArrayLike, *, stages: int = 1, inlet: Inlet | None = None) -> Floats:
    """Work for a m3 of free air without losses and without cooling but between the stages.

    Parameters
    ----------
    pressure : float or array
        [bar(g)]
    stages : int
        Of equal pressure ratio.
    inlet : Inlet or None

    Returns
    -------
    array
        [kWh m-3]

    Examples
    --------
    >>> round(float(isentropic_work(7.0)), 4)
    0.0789
    """
    slope = (KAPPA - 1) / (KAPPA * stages)
    head = (pressure_ratio(pressure, inlet) ** slope - 1) / slope
    return _warmth(inlet) * KWH_PER_BAR_M3 * head


def isothermal_power(flow: npt.ArrayLike, pressure: npt.ArrayLike, inlet: Inlet | None = None) -> Floats:
    """Least power for a flow of free air [m3 min-1] at a pressure [bar(g)]. [kW]"""
    return np.asarray(flow, dtype=float) * MINUTES_PER_HOUR * isothermal_work(pressure, inlet)


def isentropic_power(
    flow: npt.ArrayLike, pressure: npt.ArrayLike, *, stages: int = 1, inlet: Inlet | None = None
) -> Floats:
    """Power without losses for a flow of free air [m3 min-1] at a pressure [bar(g)]. [kW]"""
    return np.asarray(flow, dtype=float) * MINUTES_PER_HOUR * isentropic_work(pressure, stages=stages, inlet=inlet)


def least_energy(volume: npt.ArrayLike, pressure: float, inlet: Inlet | None = None) -> Floats:
    """Least energy for a volume of useful free air at the lowest pressure that its uses need.

    Over what a station is metered to take, this is its distance to the limit: leaks, pressure beyond need, purge of
    dryers and unloaded running all show in it.

    Parameters
    ----------
    volume : float or array
        Without leaks. [m3]
    pressure : float
        [bar(g)]
    inlet : Inlet or None

    Returns
    -------
    array
        [kWh]
    """
    return np.asarray(volume, dtype=float) * isothermal_work(pressure, inlet)


def _warmth(inlet: Inlet | None) -> Floats:
    """Volume that a m3 of free air has at the inlet's temperature and 1 bar. [m3]"""
    degrees = 20.0 if inlet is None else np.asarray(inlet.temperature, dtype=float)
    return np.asarray((degrees + KELVIN) / REFERENCE)
