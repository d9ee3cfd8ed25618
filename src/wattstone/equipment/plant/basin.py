"""The heater that keeps the basin of a cooling tower from freezing."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from wattstone.equipment.arrays import Floats

__all__ = ["Basin", "heater_power"]

_KELVIN = 273.15
_WIND = 1.277 / 0.44704  # 1.277 per mile/h, in s/m


@dataclass(frozen=True, kw_only=True)
class Basin:
    """What a basin loses at a stated point.

    Parameters
    ----------
    loss : float
        Heat lost at that point. [kW]
    set_point : float
        Of its water. [degC]
    dry_bulb : float
        Of the air. [degC]
    wind : float
        [m s-1]
    """

    loss: float
    set_point: float
    dry_bulb: float
    wind: float


def heater_power(basin: Basin, *, set_point: npt.ArrayLike, dry_bulb: npt.ArrayLike, wind: npt.ArrayLike) -> Floats:
    """Power that keeps the basin's water at its set-point.

    By the coefficient of a surface in the wind, h ~ T_film^-0.181 dT^0.266 (1 + 1.277 v)^0.5 [1]_, v in miles an hour,
    relative to the point that is known. The film's temperature is in kelvin: a power of a temperature has a meaning on
    an absolute scale alone.

    Parameters
    ----------
    basin : Basin
    set_point : float or array
        Of the water. [degC]
    dry_bulb : float or array
        Of the air. [degC]
    wind : float or array
        [m s-1]

    Returns
    -------
    array
        0 where the air is as warm as the water is to be. [kW]

    References
    ----------
    .. [1] MEASUR Tools Suite, Oak Ridge National Laboratory, commit 9c294ae, 2025, basin heater; there in degF.
    """
    water, air = np.asarray(set_point, dtype=float), np.asarray(dry_bulb, dtype=float)
    above = np.maximum(water - air, 0.0) / (basin.set_point - basin.dry_bulb)
    film = (water + air + 2 * _KELVIN) / (basin.set_point + basin.dry_bulb + 2 * _KELVIN)
    blown = (1 + _WIND * np.asarray(wind, dtype=float)) / (1 + _WIND * basin.wind)
    return basin.loss * above**1.266 * film**-0.181 * np.sqrt(blown)
