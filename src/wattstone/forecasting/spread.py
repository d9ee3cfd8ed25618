"""Quantiles of forecast errors, kept up to date so that as many observations lie below each as should."""

from collections.abc import Sequence
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from wattstone.forecasting.arrays import Floats, Ints, Stateful

__all__ = ["Spread"]

_DAY_MINUTES = 24 * 60
_LIVELY = 0.5  # how far the size of the last days' errors scales those to come: their square root
_RECENT_DAYS = 2.5
_FADE = 0.1  # weight of a new error in the scale of its slot, which sees one a day
_FARTHEST = 30.0  # of the usual size: an error beyond teaches no more than one at it
_FAINT = 0.02  # of the usual size: where scale and error are both below, as for PV by night, there is nothing to learn
_WIDEST = 1.5  # bound of the logarithm of a width
_POOLED = 0.5  # share of what a width learns that all levels of a lead learn alike


class Spread(Stateful):
    r"""Error quantiles by group, lead and series: a scale by slot of the day times running quantiles times a width.

    The scale is the faded mean absolute error of the lead, slot of the day and group. The quantile q of the scaled
    error at level a moves by quantile tracking [1]_,

    .. math:: q \leftarrow q + \eta\,(a - 1[y < \hat y_a]),

    and so does the logarithm of the width by which each level's distance from the median is stretched, with the sign
    of the level's side. What counts in both is whether the observation y lay below the quantile that was *told* when
    the forecast was made, h hours before: the share of observations below what was told then goes to a, whatever the
    distribution and however it changes (adaptive conformal inference [2]_ with a delay). A delay calls for smaller
    steps, since h hours of errors come in before the first step shows, and they resemble each other; the rates fall as
    1 / (1 + h / 12).

    Parameters
    ----------
    groups, series : int
        Of the errors; the group of an error is known when the forecast is made.
    leads : (lead,) array
        How far ahead. [h]
    levels : sequence of float
        Rising, within (0, 1).
    step : int
        Length of a step. [min]
    reach : int
        Slots before and after that an error teaches as well: neighbours are alike where the sun rules, but not where
        clocks do, on the full hour.

    References
    ----------
    .. [1] A. Angelopoulos, E. Candes and R. J. Tibshirani, "Conformal PID control for time series prediction,"
       NeurIPS 2023.
    .. [2] I. Gibbs and E. Candes, "Adaptive conformal inference under distribution shift," NeurIPS 2021.
    """

    FIELDS: ClassVar[tuple[str, ...]] = ("scale", "counts", "overall", "heard", "recent", "seen", "quantiles", "widths")

    def __init__(
        self, groups: int, leads: Floats, series: int, levels: Sequence[float], *, step: int, reach: int = 0
    ) -> None:
        self.levels = np.asarray(levels, dtype=np.float64)
        share = min(1.0, step / 60) ** 0.5  # the errors of shorter steps resemble each other: each teaches less
        away = leads[:, None] / 12
        self.rate, self.width_rate = 0.02 * share / (1 + away), 0.03 * share / (1 + away)
        self.first_rate = 0.2 * share / (1 + 3 * away)
        self.per_day, self.reach = _DAY_MINUTES // step, reach
        self.fade_recent = 1 / self.per_day / _RECENT_DAYS
        self.sides = np.sign(self.levels - 0.5)[:, None, None]
        self.scale: Floats = np.zeros((groups, self.per_day, len(leads), series))
        self.counts: Floats = np.zeros((groups, self.per_day, len(leads), series))
        self.overall: Floats = np.zeros((len(leads), series))
        self.heard: Floats = np.zeros((len(leads), series))
        self.recent: Floats = np.ones((len(leads), series))
        self.seen: Floats = np.zeros((groups, len(leads), series))
        # Of a Laplace distribution with mean absolute error 1, until the errors say better.
        laplace = np.where(self.levels < 0.5, np.log(2 * self.levels), -np.log(2 * (1 - self.levels)))
        shape = (groups, len(laplace), len(leads), series)
        self.quantiles: Floats = np.broadcast_to(laplace[:, None, None], shape).copy()
        self.widths: Floats = np.zeros(shape[1:])

    def scales(self, slots: Ints) -> Floats:
        """The scale of some slots of the day, (group, slot, lead, series)."""
        usual = np.where(self.counts[:, slots] > 0, self.scale[:, slots], self.overall)
        return usual * self.recent**_LIVELY

    def shapes(self) -> Floats:
        """Quantiles of the scaled error, as wide as they have to be, rising: (group, level, lead, series)."""
        ordered = np.sort(self.quantiles, axis=1)
        middle = _middle(self.levels, ordered)[:, None]
        return np.sort(middle + (ordered - middle) * np.exp(self.widths), axis=1)

    def told(self, slots: Ints, groups: Ints) -> Floats:
        """Quantiles of the error of each lead at its own slot of the day.

        Parameters
        ----------
        slots : (lead,) array of int
            Local slots of the targets.
        groups : (lead, series) array of int
            Theirs.

        Returns
        -------
        (level, lead, series) array
        """
        return _of(self.shapes(), groups) * _of(self._at(slots), groups) * self.recent**_LIVELY

    def learn(self, slot: int, groups: Ints, errors: Floats, told: Floats) -> None:
        """Take in errors at a slot of the day.

        Parameters
        ----------
        slot : int
            Local slot of the target.
        groups : (lead, series) array of int
            As they were known when the forecast was made.
        errors : (lead, series) array
            Observed less forecast; NaN changes nothing.
        told : (level, lead, series) array
            Quantiles of the error as they were told then.
        """
        usual = _of(self._at(np.full(len(errors), slot)), groups)
        scale = usual * self.recent**_LIVELY
        size = np.abs(errors)
        known = np.isfinite(errors) & np.isfinite(told).all(axis=0)
        loud = (scale > _FAINT * self.overall) | (size > _FAINT * self.overall)
        informative = known & loud & (size + scale > 0)
        missed = np.where(informative, self.levels[:, None, None] - (np.where(known, errors, 0.0) < told), 0.0)
        self._widen(missed)
        rate = np.maximum(self.rate, self.first_rate / (1 + _of(self.seen, groups) / 20))
        ratio = np.where(informative, size, 0.0) / np.where(usual > 0, usual, np.inf)
        recent = self.recent + self.fade_recent * (np.minimum(ratio, 10.0) - self.recent)
        self.recent = np.where(informative, np.clip(recent, 0.3, 5.0), self.recent)
        self._rescale(slot, groups, size, known)
        for group in range(len(self.quantiles)):
            mine = groups == group
            if mine.any():
                self.quantiles[group] += np.where(mine, rate * missed, 0.0)
                self.seen[group] += informative & mine

    def _widen(self, missed: Floats) -> None:
        """Stretch each level away from the median, or draw it in, by what was missed; partly all levels alike."""
        moves = missed * self.sides
        moves = _POOLED * moves.mean(axis=0) + (1 - _POOLED) * moves
        self.widths = np.clip(self.widths + self.width_rate * moves, -_WIDEST, _WIDEST)

    def _at(self, slots: Ints) -> Floats:
        """The faded mean absolute error of each lead at its own slot, (group, lead, series)."""
        leads = np.arange(len(slots))
        return np.where(self.counts[:, slots, leads] > 0, self.scale[:, slots, leads], self.overall)

    def _rescale(self, slot: int, groups: Ints, size: Floats, known: NDArray[np.bool_]) -> None:
        bounded = np.where(self.overall > 0, np.minimum(size, _FARTHEST * self.overall), size)
        fade = _FADE / (2 * self.reach + 1) ** 0.5
        near = (slot + np.arange(-self.reach, self.reach + 1)) % self.per_day
        for group in range(len(self.counts)):
            mine = known & (groups == group)
            if not mine.any():
                continue
            counts = self.counts[group, near] + mine
            weight = np.where(mine, np.maximum(fade, 1 / np.maximum(counts, 1)), 0.0)
            scale = self.scale[group, near]
            self.counts[group, near] = counts
            self.scale[group, near] = scale + weight * np.where(mine, bounded - scale, 0.0)
        self.heard += known
        weight = np.maximum(_FADE / self.per_day, 1 / np.maximum(self.heard, 1))
        self.overall += np.where(known, weight * (bounded - self.overall), 0.0)


def _middle(levels: Floats, ordered: Floats) -> Floats:
    """The median of rising quantiles, (group, lead, series); 0 where all levels are on one side of it."""
    if not levels[0] <= 0.5 <= levels[-1]:
        return np.zeros(ordered[:, 0].shape)
    upper = int(np.searchsorted(levels, 0.5))
    if levels[upper] == 0.5:
        return ordered[:, upper]
    share = (0.5 - levels[upper - 1]) / (levels[upper] - levels[upper - 1])
    return (1 - share) * ordered[:, upper - 1] + share * ordered[:, upper]


def _of(cells: Floats, groups: Ints) -> Floats:
    """The cells of each lead's and series' own group: the first axis of (group, ..., lead, series) less."""
    found: Floats = cells[0]
    for group in range(1, len(cells)):
        mine = groups == group
        if mine.any():
            found = np.where(mine, cells[group], found)
    return found
