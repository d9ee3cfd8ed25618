"""What a forecaster says: quantiles for each series and step ahead."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import numpy as np

from wattstone.forecasting.arrays import Floats

__all__ = ["LEVELS", "Forecast"]

LEVELS = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95)


@dataclass(frozen=True, eq=False)
class Forecast:
    """Quantiles of the coming steps.

    Parameters
    ----------
    start : datetime
        Start of the first step that is forecast, naive UTC: the step after the last one seen.
    step : timedelta
        Length of a step.
    levels : tuple of float
        Probabilities of the quantiles, rising, within (0, 1).
    values : (series, horizon, level) array
        In the unit of what was observed, rising along the last axis; NaN for a series of which nothing was ever seen.
    """

    start: datetime
    step: timedelta
    levels: tuple[float, ...]
    values: Floats

    def quantile(self, level: float) -> Floats:
        """One quantile, between the levels by a straight line.

        Parameters
        ----------
        level : float
            Within the lowest and highest of `levels`.

        Returns
        -------
        (series, horizon) array

        Raises
        ------
        ValueError
            The level lies outside of what was forecast: tails are not made up.
        """
        if not self.levels[0] <= level <= self.levels[-1]:
            raise ValueError(f"level {level} lies outside of {self.levels[0]} to {self.levels[-1]}")
        upper = min(int(np.searchsorted(self.levels, level)), len(self.levels) - 1)
        if self.levels[upper] == level or upper == 0:
            return self.values[..., upper]
        share = (level - self.levels[upper - 1]) / (self.levels[upper] - self.levels[upper - 1])
        return (1 - share) * self.values[..., upper - 1] + share * self.values[..., upper]

    def only(self, rows: Sequence[int]) -> "Forecast":
        """The forecast of some of its series."""
        return replace(self, values=self.values[list(rows)])

    @property
    def median(self) -> Floats:
        """The quantile at .5, (series, horizon)."""
        return self.quantile(0.5)

    def interval(self, coverage: float) -> tuple[Floats, Floats]:
        """Lower and upper bound of the central interval that holds this share, each (series, horizon).

        Examples
        --------
        >>> told = Forecast(datetime(2020, 1, 1), timedelta(hours=1), (0.1, 0.5, 0.9), np.array([[[1.0, 2.0, 4.0]]]))
        >>> [float(bound[0, 0]) for bound in told.interval(0.8)]
        [1.0, 4.0]
        """
        tail = round((1 - coverage) / 2, 9)
        return self.quantile(tail), self.quantile(round(1 - tail, 9))
