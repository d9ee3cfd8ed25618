"""How power, capacity and use of air follow pressure, the intake and the height above the sea."""

import numpy as np
import numpy.typing as npt

from wattstone.equipment.air.compressor import Points
from wattstone.equipment.air.limits import ATMOSPHERE
from wattstone.equipment.arrays import Floats

__all__ = [
    "CAPACITY_PER_BAR",
    "EXPONENT",
    "altitude_factors",
    "atmospheric_pressure",
    "capacity_curve",
    "flow_at_pressure",
    "pressure_factor",
]

EXPONENT = 0.283  # (k - 1) / k of air, as MEASUR has it for changes of pressure
PSI_PER_BAR = 14.503773773
CAPACITY_PER_BAR = 0.00075 * PSI_PER_BAR  # of the capacity of a displacement machine, by AIRMaster+
SENSITIVE = 0.6  # share of the use of air that follows absolute pressure, in MEASUR


def pressure_factor(
    pressure: npt.ArrayLike,
    *,
    rated: npt.ArrayLike,
    absolute: npt.ArrayLike = ATMOSPHERE,
    rated_absolute: npt.ArrayLike = ATMOSPHERE,
    exponent: float = EXPONENT,
) -> Floats:
    """Power at a discharge pressure over that at another, for the same volume drawn in at the same pressure [1]_.

        (((p + a) / a)^n - 1) / (((p_r + a_r) / a_r)^n - 1)

    Parameters
    ----------
    pressure, rated : float or array
        Discharge, gauge. [bar(g)]
    absolute, rated_absolute : float or array
        At the inlet, for each of them. [bar(a)]
    exponent : float
        n, 0.283; (k - 1) / k of another polytrope.

    Returns
    -------
    array
        0 without a rise of pressure. [1]

    References
    ----------
    .. [1] MEASUR Tools Suite of ORNL, commit 9c294ae, 2025: compressor energy efficiency measures.

    Examples
    --------
    From 8 to 7 bar(g) takes 7.1 % off:

    >>> round(float(1 - pressure_factor(7.0, rated=8.0)), 3)
    0.071
    """
    top = _head(pressure, absolute, exponent)
    return top / _head(rated, rated_absolute, exponent)


def _head(pressure: npt.ArrayLike, absolute: npt.ArrayLike, exponent: float) -> Floats:
    inlet = np.asarray(absolute, dtype=float)
    return np.maximum((np.asarray(pressure, dtype=float) + inlet) / inlet, 1.0) ** exponent - 1.0


def flow_at_pressure(
    flow: npt.ArrayLike,
    pressure: npt.ArrayLike,
    *,
    rated: npt.ArrayLike,
    sensitive: float = SENSITIVE,
    absolute: npt.ArrayLike = ATMOSPHERE,
    rated_absolute: npt.ArrayLike = ATMOSPHERE,
) -> Floats:
    """The use of air at another pressure: what flows through holes follows absolute pressure, the rest does not.

    Choked flow is proportional to absolute pressure upstream. Leaks and open blowing are such (`sensitive` 1), a
    cylinder behind a regulator is not (0); 0.6 is MEASUR's share for a whole network.

    Parameters
    ----------
    flow : float or array
        At `rated`. [m3 min-1]
    pressure, rated : float or array
        Gauge. [bar(g)]
    sensitive : float
        Share of the flow that follows.
    absolute, rated_absolute : float or array
        Pressure of the air around, for each of them. [bar(a)]

    Returns
    -------
    array
        [m3 min-1]

    Examples
    --------
    >>> float(flow_at_pressure(10.0, 6.0, rated=7.0, sensitive=1.0))
    8.75
    """
    above = np.asarray(pressure, dtype=float) + np.asarray(absolute, dtype=float)
    ratio = above / (np.asarray(rated, dtype=float) + np.asarray(rated_absolute, dtype=float))
    return np.asarray(flow, dtype=float) * (1.0 - sensitive * (1.0 - ratio))


def capacity_curve(pressures: Points, pressure: npt.ArrayLike, *, beyond: bool = False) -> Floats:
    """Capacity of a centrifugal machine at a discharge pressure: the parabola through three points.

    Parameters
    ----------
    pressures : tuple of (float, float)
        Pressure [bar(g)] and capacity [m3 min-1]: one point is a constant, two a line, three a parabola.
    pressure : float or array
        [bar(g)]
    beyond : bool
        Whether the parabola goes on outside its points. It turns there, so by default its end slopes go on instead.

    Returns
    -------
    array
        Not below 0. [m3 min-1]
    """
    points = sorted(pressures)
    at = np.asarray(pressure, dtype=float)
    inside = at if beyond else np.clip(at, points[0][0], points[-1][0])
    newton = _divided(points)
    value, slope = np.zeros(at.shape), np.zeros(at.shape)
    for coefficient, (x, _) in zip(reversed(newton), reversed(points), strict=True):
        slope = slope * (inside - x) + value
        value = value * (inside - x) + coefficient
    return np.maximum(value + slope * (at - inside), 0.0)


def _divided(points: list[tuple[float, float]]) -> list[float]:
    """Newton's divided differences."""
    level, found = [y for _, y in points], [points[0][1]]
    for order in range(1, len(points)):
        level = [(level[i + 1] - level[i]) / (points[i + order][0] - points[i][0]) for i in range(len(points) - order)]
        found.append(level[0])
    return found


def altitude_factors(absolute: npt.ArrayLike) -> tuple[Floats, Floats]:
    """Power and capacity of a displacement machine at a pressure of the air around, over those at sea level [1]_.

    Parameters
    ----------
    absolute : float or array
        [bar(a)]

    Returns
    -------
    power, capacity : array
        Capacity is of the volume at the inlet. [1]

    References
    ----------
    .. [1] US Department of Energy, "AIRMaster+": cubics in psi, 1 at 14.7 psi, as in the MEASUR Tools Suite of ORNL.
    """
    psi = np.asarray(absolute, dtype=float) * PSI_PER_BAR
    power = ((-0.0000577 * psi + 0.000251) * psi + 0.0466) * psi + 0.4442
    capacity = ((0.000258 * psi - 0.0116) * psi + 0.176) * psi + 0.09992
    return power, capacity


def atmospheric_pressure(height: npt.ArrayLike) -> Floats:
    """Pressure of the air at a height above the sea, in the standard atmosphere [1]_.

    Parameters
    ----------
    height : float or array
        [m]

    Returns
    -------
    array
        [bar(a)]

    References
    ----------
    .. [1] ISO 2533:1975, "Standard atmosphere".

    Examples
    --------
    >>> round(float(atmospheric_pressure(1000.0)), 4)
    0.8987
    """
    return 1.01325 * (1.0 - 2.25577e-5 * np.asarray(height, dtype=float)) ** 5.25588
