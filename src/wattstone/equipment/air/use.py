"""The use of air over time: a log, or the intervals of a few typical days with how many of them a year holds."""

from dataclasses import dataclass

import numpy as np

from wattstone.equipment.arrays import Floats

__all__ = ["AirUse"]


@dataclass(frozen=True, kw_only=True, eq=False)
class AirUse:
    """What a network takes from its station.

    Parameters
    ----------
    flow : (t,) array
        Free air that the network takes, leaks included, at the station's `pressure`; NaN where unknown. [m3 min-1]
    hours : float
        Length of an interval. [h]
    weight : (t,) array or None
        How many such intervals a year holds; None counts each once.
    start : datetime64 or None
        Start of the first interval, naive UTC; None for typical days.
    pressure : (t,) array or None
        Pressure of the header that was measured. [bar(g)]
    """

    flow: Floats
    hours: float
    weight: Floats | None = None
    start: np.datetime64 | None = None
    pressure: Floats | None = None

    @property
    def weights(self) -> Floats:
        """How many of each interval a year holds: (t,) array."""
        return np.ones(self.flow.shape) if self.weight is None else self.weight

    @property
    def volume(self) -> float:
        """Free air over the year, without the gaps. [m3]"""
        return float(np.nansum(self.flow * self.weights) * self.hours * 60.0)
