"""Less pressure and less air: what a machine draws and what the uses take afterwards."""

import numpy as np
import numpy.typing as npt

from wattstone.equipment.air.limits import ATMOSPHERE
from wattstone.equipment.arrays import Floats

__all__ = ["ADIABATIC", "FOLLOWS", "power_ratio", "use_at"]

ADIABATIC = 0.4 / 1.4  # (k - 1) / k of air
FOLLOWS = 0.6  # share of use that follows absolute pressure where nothing is known (AIRMaster+ cycle model)


def power_ratio(
    pressure: npt.ArrayLike,
    rated: npt.ArrayLike,
    *,
    exponent: float = ADIABATIC,
    atmosphere: npt.ArrayLike = ATMOSPHERE,
    rated_atmosphere: npt.ArrayLike | None = None,
) -> Floats:
    """Work of compression at a pressure over that at the rated one: (r^e - 1) / (r_rated^e - 1).

    Parameters
    ----------
    pressure, rated : float or array
        Discharge pressures. [bar(g)]
    exponent : float
        (n - 1) / n of the compression: 0.286 is isentropic; tools use 0.283 (395 K and 1.395).
    atmosphere : float or array
        At the intake. [bar(a)]
    rated_atmosphere : float or array or None
        At the intake of the rating; None is `atmosphere`. [bar(a)]

    Returns
    -------
    array
        Rises with `pressure`: raising pressure never saves. [1]
    """
    inlet = np.asarray(atmosphere, dtype=float)
    rating = inlet if rated_atmosphere is None else np.asarray(rated_atmosphere, dtype=float)
    work = (1 + np.asarray(pressure, dtype=float) / inlet) ** exponent - 1
    return work / ((1 + np.asarray(rated, dtype=float) / rating) ** exponent - 1)


def use_at(
    use: npt.ArrayLike,
    pressure: npt.ArrayLike,
    now: npt.ArrayLike,
    *,
    share: npt.ArrayLike = FOLLOWS,
    atmosphere: npt.ArrayLike = ATMOSPHERE,
    atmosphere_now: npt.ArrayLike | None = None,
) -> Floats:
    """Free air that uses take at another pressure: leaks and open blowing follow absolute pressure, the rest does not.

    Parameters
    ----------
    use : float or array
        Now. [m3 min-1]
    pressure, now : float or array
        Afterwards and now. [bar(g)]
    share : float or array
        Of `use` that follows absolute pressure.
    atmosphere : float or array
        [bar(a)]
    atmosphere_now : float or array or None
        None is `atmosphere`. [bar(a)]

    Returns
    -------
    array
        [m3 min-1]

    Examples
    --------
    >>> use_at(10.0, 6.0, 7.0, share=[0.0, 1.0])
    array([10.  ,  8.75])
    """
    outside = np.asarray(atmosphere, dtype=float)
    before = outside if atmosphere_now is None else np.asarray(atmosphere_now, dtype=float)
    ratio = (np.asarray(pressure, dtype=float) + outside) / (np.asarray(now, dtype=float) + before)
    return np.asarray(use, dtype=float) * (1 - np.asarray(share, dtype=float) * (1 - ratio))
