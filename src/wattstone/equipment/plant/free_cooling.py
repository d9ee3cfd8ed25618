"""Cold from tower water through a plate exchanger: alone, or ahead of the chiller."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from wattstone.equipment.arrays import Floats

__all__ = ["Economiser", "possible", "water_needed"]


@dataclass(frozen=True, kw_only=True)
class Economiser:
    """A plate exchanger between tower water and chilled water.

    Parameters
    ----------
    effectiveness : float
        Heat over the most that could flow, at the plant's flows. [1]
    integrated : bool
        Whether it may cool the returning water ahead of a running chiller; otherwise it carries all the load, or none.
    """

    effectiveness: float
    integrated: bool = True


def possible(
    economiser: Economiser,
    *,
    returned: npt.ArrayLike,
    water: npt.ArrayLike,
    chilled_heat: npt.ArrayLike,
    water_heat: npt.ArrayLike,
) -> Floats:
    """Cold that the exchanger can give: effectiveness C_min (T_return - T_water), 0 where the water is warmer.

    Parameters
    ----------
    economiser : Economiser
    returned, water : float or array
        Chilled water that comes back, and tower water that arrives. [degC]
    chilled_heat, water_heat : float or array
        Heat capacity flows. [kW K-1]

    Returns
    -------
    array
        [kW]

    Examples
    --------
    >>> float(possible(Economiser(effectiveness=0.8), returned=12, water=7, chilled_heat=100.0, water_heat=120.0))
    400.0
    """
    small = np.minimum(np.asarray(chilled_heat, dtype=float), np.asarray(water_heat, dtype=float))
    lift = np.asarray(returned, dtype=float) - np.asarray(water, dtype=float)
    return economiser.effectiveness * small * np.maximum(lift, 0.0)


def water_needed(
    economiser: Economiser,
    load: npt.ArrayLike,
    *,
    returned: npt.ArrayLike,
    chilled_heat: npt.ArrayLike,
    water_heat: npt.ArrayLike,
) -> Floats:
    """Warmest tower water with which the exchanger carries a whole load: the inverse of `possible`. [degC]"""
    small = np.minimum(np.asarray(chilled_heat, dtype=float), np.asarray(water_heat, dtype=float))
    return np.asarray(returned, dtype=float) - np.asarray(load, dtype=float) / (economiser.effectiveness * small)
