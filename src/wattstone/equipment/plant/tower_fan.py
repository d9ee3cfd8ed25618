"""The fan of a cooling tower: how much air the water needs, and what its motor draws by its control.

The curves are those of DOE-2.2 as the MEASUR Tools Suite states them [1]_, in degF within.

References
----------
.. [1] MEASUR Tools Suite, Oak Ridge National Laboratory, commit 9c294ae, 2025, cooling tower fan.
"""

from enum import StrEnum

import numpy as np
import numpy.typing as npt

from wattstone.equipment.arrays import Floats

__all__ = ["FanControl", "air_share", "curve_power", "fan_power"]

# Of 1, x, x^2, wet bulb, wet bulb^2, x wet bulb; x is the range, or the approach.
_RANGE = (0.08352359, 0.11247273, -0.00135847, 0.00003417, 0.00003125, -0.00034001)
_APPROACH = (0.50061393, 0.00588251, 0.0002163, -0.01913189, 0.0002236, 0.00106108)
_AIR = (0.04976825, 1.04669762, -0.09646816)
_POWER = (0.01055507, -0.05704023, 0.14686301, 0.92961746)


class FanControl(StrEnum):
    """How a fan follows what is needed."""

    ONE_SPEED = "one_speed"
    TWO_SPEED = "two_speed"
    VARIABLE_SPEED = "variable_speed"


def air_share(*, entering: npt.ArrayLike, leaving: npt.ArrayLike, wet_bulb: npt.ArrayLike) -> Floats:
    """Air that cools the water as wanted, as a share of full flow.

    Parameters
    ----------
    entering, leaving : float or array
        Water to and from the tower. [degC]
    wet_bulb : float or array
        Below `leaving`. [degC]

    Returns
    -------
    array
        Above 1 where the tower cannot; NaN at or below wet bulb and where no flow of air would do.
    """
    bulb = np.asarray(wet_bulb, dtype=float)
    cooled = 1.8 * (np.asarray(entering, dtype=float) - np.asarray(leaving, dtype=float))
    above = 1.8 * (np.asarray(leaving, dtype=float) - bulb)
    wanted = _surface(_RANGE, 1.8 * bulb + 32, cooled) / _surface(_APPROACH, 1.8 * bulb + 32, above)
    zero, one, two = _AIR
    root = one**2 - 4 * two * (zero - wanted)
    share = (-one + np.sqrt(np.where(root >= 0, root, np.nan))) / (2 * two)
    return np.where(above > 0, np.maximum(share, 0.0), np.nan)


def curve_power(share: npt.ArrayLike) -> Floats:
    """Power of a fan at a speed, over its rated power, as the curve has it; 1.03 at full speed."""
    speed = np.asarray(share, dtype=float)
    return _POWER[0] + speed * (_POWER[1] + speed * (_POWER[2] + speed * _POWER[3]))


def fan_power(share: npt.ArrayLike, control: FanControl, *, standby: float = 0.0) -> Floats:
    """Mean power of a fan that gives a mean flow of air, over its rated power.

    One speed runs for a share of the time, two speeds go between the two nearest of off, half and full.

    Parameters
    ----------
    share : float or array
        Mean flow of air over full flow; above 1 it runs at full speed.
    control : FanControl
    standby : float
        What it draws while it stands still, over its rated power.

    Returns
    -------
    array
        [1]
    """
    flow = np.minimum(np.asarray(share, dtype=float), 1.0)
    half, full = float(curve_power(0.5)), float(curve_power(1.0))
    if control is FanControl.VARIABLE_SPEED:
        return np.where(flow > 0, curve_power(flow), np.where(np.isnan(flow), np.nan, standby))
    if control is FanControl.ONE_SPEED:
        return full * flow + standby * (1 - flow)
    low = half * 2 * flow + standby * (1 - 2 * flow)
    return np.where(flow < 0.5, low, full * (2 * flow - 1) + half * (2 - 2 * flow))


def _surface(of: tuple[float, ...], wet_bulb: Floats, x: Floats) -> Floats:
    dry = of[3] * wet_bulb + of[4] * wet_bulb**2
    return of[0] + of[1] * x + of[2] * x**2 + dry + of[5] * x * wet_bulb
