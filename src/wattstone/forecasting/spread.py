"""Quantiles of forecast errors, kept up to date so that as many observations lie below each as should."""

from collections.abc import Sequence
from typing import ClassVar

import numpy as np

from wattstone.forecasting.arrays import Floats, Ints, Stateful

__all__ = ["Spread"]

HOURS = 24
_LIVELY = 0.5  # how far the size of the last days' errors scales those to come: their square root
_FARTHEST = 30.0  # of the usual size: an error beyond teaches no more than one at it


class Spread(Stateful):
    r"""Error quantiles by group, lead, candidate and series: a scale by hour of the day times running quantiles.

    The scale is the faded mean absolute error of the lead, hour and group. The quantile q of the scaled error z at
    level a moves by quantile tracking [1]_,

    .. math:: q \leftarrow q + \eta\,(a - 1[z < q]),

    which keeps the share of errors below q at a over time, whatever their distribution and however it changes: an
    online conformal adjustment.

    Parameters
    ----------
    groups, leads, candidates, series : int
        Of the errors; the group of an error is known when the forecast is made.
    levels : sequence of float
        Rising, within (0, 1).
    rate : float
        Eta at last; it begins larger and falls with the number of errors seen.
    fade_hour : float
        Weight of a new error in the scale of its hour.
    fade_recent : float
        Weight of a new error in the size of the last days' errors against their scale.

    References
    ----------
    .. [1] A. Angelopoulos, E. Candes and R. J. Tibshirani, "Conformal PID control for time series prediction,"
       NeurIPS 2023.
    """

    FIELDS: ClassVar[tuple[str, ...]] = ("scale", "counts", "overall", "recent", "seen", "quantiles")

    def __init__(
        self,
        groups: int,
        leads: int,
        candidates: int,
        series: int,
        levels: Sequence[float],
        *,
        rate: float,
        fade_hour: float,
        fade_recent: float,
    ) -> None:
        self.levels = np.asarray(levels, dtype=np.float64)
        self.rate, self.fade_hour, self.fade_recent = rate, fade_hour, fade_recent
        self.scale: Floats = np.zeros((groups, HOURS, leads, candidates, series))
        self.counts: Floats = np.zeros((groups, HOURS, leads, 1, series))
        self.overall: Floats = np.zeros((leads, candidates, series))
        self.recent: Floats = np.ones((leads, candidates, series))
        self.seen: Floats = np.zeros((groups, leads, candidates, series))
        # Of a Laplace distribution with mean absolute error 1, until the errors say better.
        laplace = np.where(self.levels < 0.5, np.log(2 * self.levels), -np.log(2 * (1 - self.levels)))
        shape = (groups, len(laplace), leads, candidates, series)
        self.quantiles: Floats = np.broadcast_to(laplace[:, None, None, None], shape).copy()

    def scales(self, hours: int | Ints) -> Floats:
        """The scale of an hour, or of several along a second axis: (group, ..., lead, candidate, series)."""
        usual = np.where(self.counts[:, hours] > 0, self.scale[:, hours], self.overall)
        return usual * self.recent**_LIVELY

    def told(self, hour: int, groups: Ints) -> Floats:
        """Quantiles of the error at an hour of the day, (level, lead, candidate, series); groups are (lead, series)."""
        scale, quantiles = _of(self.scales(hour), groups), _of(self.quantiles, groups)
        return np.sort(quantiles, axis=0) * scale

    def learn(self, hour: int, groups: Ints, errors: Floats) -> Floats:
        """Take in errors at an hour of the day, and say what pinball loss the quantiles had with them.

        Parameters
        ----------
        hour : int
            Local hour of the target.
        groups : (lead, series) array of int
            As they were known when the forecast was made.
        errors : (lead, candidate, series) array
            Observed less forecast; NaN changes nothing.

        Returns
        -------
        (lead, candidate, series) array
            Pinball loss averaged over the levels; NaN where the error is.
        """
        scale, quantiles = _of(self.scales(hour), groups), _of(self.quantiles, groups)
        levels = self.levels[:, None, None, None]
        told = quantiles * scale
        short = errors - told
        loss = (short * (levels - (short < 0))).mean(axis=0)
        size = np.abs(errors)
        known = np.isfinite(errors)
        informative = known & ((scale > 0.02 * self.overall) | (size > 0.02 * self.overall)) & (size + scale > 0)
        rate = np.where(informative, np.maximum(self.rate, 0.2 / (1 + _of(self.seen, groups) / 20)), 0.0)
        far = np.clip(np.where(informative, errors, 0.0), -_FARTHEST * scale, _FARTHEST * scale)
        usual = scale / self.recent**_LIVELY
        ratio = np.minimum(np.abs(far) / np.where(usual > 0, usual, np.inf), 10.0)
        recent = np.clip(self.recent + self.fade_recent * (ratio - self.recent), 0.3, 5.0)
        self.recent = np.where(informative, recent, self.recent)
        moves = rate * (levels - (far < told))
        self._rescale(hour, groups, size, known)
        for group in range(len(self.quantiles)):
            mine = (groups == group)[:, None]
            if mine.any():
                self.quantiles[group] += moves if mine.all() else np.where(mine, moves, 0.0)
                self.seen[group] += informative & mine
        return loss

    def _rescale(self, hour: int, groups: Ints, size: Floats, known: Floats) -> None:
        bounded = np.where(self.overall > 0, np.minimum(size, _FARTHEST * self.overall), size)
        for group, counts in enumerate(self.counts[:, hour]):
            mine = known & (groups == group)[:, None]
            counts += mine.any(axis=1, keepdims=True)
            weight = np.where(mine, np.maximum(self.fade_hour, 1 / np.maximum(counts, 1)), 0.0)
            self.scale[group, hour] += weight * np.where(mine, bounded - self.scale[group, hour], 0.0)
        weight = np.maximum(self.fade_hour / HOURS, 1 / np.maximum(self.counts.sum(axis=(0, 1)), 1))
        self.overall += np.where(known, weight * (bounded - self.overall), 0.0)


def _of(cells: Floats, groups: Ints) -> Floats:
    """The cells of each lead's and series' own group: the first axis of (group, ..., lead, candidate, series) less."""
    found: Floats = cells[0]
    for group in range(1, len(cells)):
        mine = (groups == group)[:, None]
        if mine.any():
            found = np.where(mine, cells[group], found)
    return found
