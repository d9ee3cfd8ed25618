"""Quantiles of forecast errors, kept up to date so that as many observations lie below each as should."""

from collections.abc import Sequence
from typing import ClassVar

import numpy as np

from wattstone.forecasting.arrays import Floats, Ints, Stateful

__all__ = ["Spread"]

HOURS = 24
_FARTHEST = 30.0  # of the usual size: an error beyond teaches no more than one at it


class Spread(Stateful):
    r"""Error quantiles by lead, candidate and series: a scale by hour of the day times running quantiles.

    The scale is the faded mean absolute error of the lead and hour. The quantile q of the scaled error z at level a
    moves by quantile tracking [1]_,

    .. math:: q \leftarrow q + \eta\,(a - 1[z < q]),

    which keeps the share of errors below q at a over time, whatever their distribution and however it changes: an
    online conformal adjustment.

    Parameters
    ----------
    leads, candidates, series : int
        Of the errors.
    levels : sequence of float
        Rising, within (0, 1).
    rate : float
        Eta at last; it begins larger and falls with the number of errors seen.
    fade_hour : float
        Weight of a new error in the scale of its hour.

    References
    ----------
    .. [1] A. Angelopoulos, E. Candes and R. J. Tibshirani, "Conformal PID control for time series prediction,"
       NeurIPS 2023.
    """

    FIELDS: ClassVar[tuple[str, ...]] = ("scale", "counts", "overall", "seen", "quantiles")

    def __init__(
        self, leads: int, candidates: int, series: int, levels: Sequence[float], *, rate: float, fade_hour: float
    ) -> None:
        self.levels = np.asarray(levels, dtype=np.float64)
        self.rate, self.fade_hour = rate, fade_hour
        self.scale: Floats = np.zeros((HOURS, leads, candidates, series))
        self.counts: Floats = np.zeros((HOURS, leads, candidates, series))
        self.overall: Floats = np.zeros((leads, candidates, series))
        self.seen: Floats = np.zeros((leads, candidates, series))
        # Of a Laplace distribution with mean absolute error 1, until the errors say better.
        laplace = np.where(self.levels < 0.5, np.log(2 * self.levels), -np.log(2 * (1 - self.levels)))
        self.quantiles: Floats = np.broadcast_to(
            laplace[:, None, None, None], (len(laplace), leads, candidates, series)
        ).copy()

    def scales(self, hour: int | Ints) -> Floats:
        """The scale of an hour, or of several along a first axis: (..., lead, candidate, series)."""
        return np.where(self.counts[hour] > 0, self.scale[hour], self.overall)

    def told(self, hour: int) -> Floats:
        """Quantiles of the error at an hour of the day, (level, lead, candidate, series)."""
        return np.sort(self.quantiles, axis=0) * self.scales(hour)

    def learn(self, hour: int, errors: Floats) -> Floats:
        """Take in errors at an hour of the day, and say what pinball loss the quantiles had with them.

        Parameters
        ----------
        hour : int
            Local hour of the target.
        errors : (lead, candidate, series) array
            Observed less forecast; NaN changes nothing.

        Returns
        -------
        (lead, candidate, series) array
            Pinball loss averaged over the levels; NaN where the error is.
        """
        scale = self.scales(hour)
        short = errors - self.quantiles * scale
        levels = self.levels[:, None, None, None]
        below = short < 0
        loss = (short * (levels - below)).mean(axis=0)
        size = np.abs(errors)
        known = np.isfinite(errors)
        informative = known & ((scale > 0.02 * self.overall) | (size > 0.02 * self.overall)) & (size + scale > 0)
        self.seen += informative
        rate = np.maximum(self.rate, 0.2 / (1 + self.seen / 20))
        far = np.clip(np.where(informative, errors, 0.0), -_FARTHEST * scale, _FARTHEST * scale)
        below = far < self.quantiles * scale
        self.quantiles += np.where(informative, rate, 0.0) * (levels - below)
        self._rescale(hour, size, known, scale)
        return loss

    def _rescale(self, hour: int, size: Floats, known: Floats, scale: Floats) -> None:
        bounded = np.where(scale > 0, np.minimum(size, _FARTHEST * scale), size)
        counts = self.counts[hour]
        counts += known
        weight = np.maximum(self.fade_hour, 1 / np.maximum(counts, 1))
        self.scale[hour] += np.where(known, weight * (bounded - self.scale[hour]), 0.0)
        weight = np.maximum(self.fade_hour / HOURS, 1 / np.maximum(self.counts.sum(axis=0), 1))
        self.overall += np.where(known, weight * (bounded - self.overall), 0.0)
