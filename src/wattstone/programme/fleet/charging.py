"""Charging by the hour: when electricity is drawn decides what it emits."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = ["Charged", "charged"]

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Charged:
    """Electricity drawn over the hours of a day.

    Parameters
    ----------
    kwh, kg : float
        Sums. [kWh], [kg CO2e]
    factor, flat : float
        What a kilowatt-hour emits as it is drawn, and if the same were drawn evenly. [kg CO2e kWh-1]
    """

    kwh: float
    kg: float
    factor: float
    flat: float


def charged(kwh: Floats, factors: Floats) -> Charged:
    r"""Emissions of charging, :math:`\sum_h e_h g_h`.

    Parameters
    ----------
    kwh : (t,) array
        At the plug, losses within it, per hour. [kWh]
    factors : (t,) array
        Average factor of each hour. [kg CO2e kWh-1]

    Returns
    -------
    Charged
        NaN where an hour that draws has no factor, or where nothing is drawn.

    Examples
    --------
    >>> round(charged(np.array([30.0, 10.0]), np.array([0.2, 0.6])).factor, 3)
    0.3
    """
    drawn = np.where(kwh == 0, 0.0, kwh * factors)
    kg, total = float(drawn.sum()), float(kwh.sum())
    return Charged(kwh=total, kg=kg, factor=kg / total if total > 0 else np.nan, flat=float(np.mean(factors)))
