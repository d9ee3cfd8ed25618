"""What the network takes from the machines at a pressure: end uses, leaks, and the purge of the dryer.

`AirUse.flow` is what the network takes at the station's `pressure`, leaks included. Leaks follow the absolute pressure;
of the end uses, the share that is not regulated does (`Station.artificial`).
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from wattstone.equipment.air import dryer as drying
from wattstone.equipment.air.dryer import Dryer
from wattstone.equipment.air.limits import ATMOSPHERE
from wattstone.equipment.air.station import Station
from wattstone.equipment.air.use import AirUse
from wattstone.equipment.arrays import Floats

__all__ = ["Network", "Taken"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Taken:
    """Flows out of the receiver at one pressure. [m3 min-1]"""

    use: Floats
    leaks: Floats
    purge: Floats

    @property
    def total(self) -> Floats:
        """All of them."""
        return self.use + self.leaks + self.purge


@dataclass(frozen=True, kw_only=True, eq=False)
class Network:
    """End uses and leaks at the station's pressure; axes before that of time are draws of what is not certain.

    Parameters
    ----------
    use, leaks : (..., t) array
        [m3 min-1]
    artificial : float or (..., 1) array
        Share of the use that follows the absolute pressure.
    """

    use: Floats
    leaks: Floats
    artificial: npt.ArrayLike

    @classmethod
    def of(cls, station: Station, use: AirUse) -> Self:
        """Of a station and its use; leaks are at most what flows."""
        leaks = np.minimum(station.leaks, use.flow)
        return cls(use=use.flow - leaks, leaks=leaks, artificial=station.artificial)

    def at(self, pressure: npt.ArrayLike, station: Station) -> Taken:
        """What is taken at a pressure of the header [bar(g)]."""
        ratio = (np.asarray(pressure, dtype=float) + ATMOSPHERE) / (station.pressure + ATMOSPHERE)
        use = self.use * (1.0 + np.asarray(self.artificial, dtype=float) * (ratio - 1.0))
        leaks = self.leaks * ratio
        if station.dryer is None:
            return Taken(use=use, leaks=leaks, purge=np.zeros(use.shape))
        purge = _purge(station.dryer, use + leaks)
        return Taken(use=use, leaks=leaks, purge=purge)


def _purge(dryer: Dryer, leaving: Floats) -> Floats:
    """Air that regenerates a dryer which gives a flow; nothing while nothing flows.

    The purge goes through the dryer too, so that s of what enters is s / (1 - s) of what leaves.
    """
    share = float(drying.purge(dryer, dryer.flow)) / dryer.flow
    purge = drying.purge(dryer, leaving / (1.0 - share))
    return np.where(leaving > 0, purge, np.where(np.isnan(leaving), np.nan, 0.0))
