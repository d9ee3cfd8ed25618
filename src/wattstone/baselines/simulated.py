"""A baseline that somebody else simulated (IPMVP option D): looked up, not fitted."""

from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from wattstone.baselines.conditions import Conditions, Extra, Index

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
METHOD = "simulated/1"


@dataclass(frozen=True, eq=False)
class Simulated:
    """Use of each interval as a simulation has it.

    Parameters
    ----------
    start : (t,) array of datetime64[s]
        Naive UTC, rising.
    use : (m, t) array
        Of each interval; NaN where the simulation says nothing.
    """

    start: npt.NDArray[np.datetime64]
    use: Floats

    @property
    def method(self) -> str:
        """Name and version."""
        return METHOD

    @property
    def parameters(self) -> Ints:
        """None: nothing was fitted to the readings here. (m,)"""
        return np.zeros(len(self.use), dtype=np.int64)

    def predict(self, conditions: Conditions, extra: Extra | None = None) -> Floats:
        """The simulated use of some intervals; NaN where there is none. (m, t)

        Parameters
        ----------
        conditions : Conditions
            Of the step of the simulation.
        extra : Extra or None
            Not looked at: the simulation has its own.
        """
        if not len(self.start):
            return np.full((len(self.use), len(conditions)), np.nan)
        at = np.minimum(np.searchsorted(self.start, conditions.start), len(self.start) - 1)
        return np.where(self.start[at] == conditions.start, self.use[:, at], np.nan)

    def rows(self, at: Index) -> Self:
        """Those of some meters."""
        return replace(self, use=self.use[at])

    def to_json(self, at: int) -> dict[str, Any]:
        """One meter's values."""
        known = ~np.isnan(self.use[at])
        return {
            "method": METHOD,
            "start": np.datetime_as_string(self.start[known], unit="s").tolist(),
            "use": self.use[at][known].tolist(),
        }


def simulated_from_json(values: dict[str, Any]) -> Simulated:
    """Back from `Simulated.to_json`."""
    start = np.array(values["start"], dtype="datetime64[s]")
    return Simulated(start, np.array(values["use"], dtype=np.float64)[None, :])
