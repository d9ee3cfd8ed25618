"""Ridge regressions that learn when the hour they spoke of has come.

For each hour ahead and each series one regression. The features of a forecast wait until its target is observed; only
then do they enter the sums. Older sums fade, and the coefficients are pulled to a prior where there is little to learn
from; the prior of a series may be what all series together have taught, which helps in the first weeks most.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["DelayedRidge"]


class DelayedRidge:
    """A regression for each lead and series, learnt online.

    Parameters
    ----------
    prior : (feature,) array
        Coefficients before anything is learnt.
    horizon : int
        Leads: 1 to `horizon` steps ahead.
    series : int
        How many series.
    half_life : float
        Steps after which what was learnt counts half.
    penalty : float
        Weight of the prior, in steps of a feature's own mean square.
    shared : float
        The same of the coefficients of all series together, which then are the prior of each; 0: no sharing.
    """

    def __init__(
        self,
        prior: Floats,
        *,
        horizon: int,
        series: int,
        half_life: float = 2160.0,
        penalty: float = 30.0,
        shared: float = 0.0,
    ) -> None:
        width = prior.size
        self._prior, self._penalty, self._fade = prior, penalty, 0.5 ** (1 / half_life)
        self._shared = shared if series > 1 else 0.0
        self._moments: Floats = np.zeros((horizon, series, width, width))
        self._targets: Floats = np.zeros((horizon, series, width))
        self._weight = 0.0
        self._coefficients: Floats = np.broadcast_to(prior, (horizon, series, width)).copy()
        # Row k holds the features of the forecast made k + 1 steps before the next observation.
        self._waiting: Floats = np.zeros((horizon, horizon, series, width))
        self._ahead = np.arange(horizon)

    def forecast(self, features: Floats) -> Floats:
        """Forecast, and remember the features until their targets are observed.

        Parameters
        ----------
        features : (lead, series, feature) array
            Known now.

        Returns
        -------
        (lead, series) array
            The forecasts.
        """
        self._waiting = np.roll(self._waiting, 1, axis=0)
        self._waiting[0] = features
        forecast: Floats = (features * self._coefficients).sum(axis=-1)
        return forecast

    def learn(self, values: Floats) -> None:
        """Take in what was observed in the step after the last forecast.

        Parameters
        ----------
        values : (series,) or (lead, series) array
            Observed, for all leads or for each; NaN teaches nothing.
        """
        features = self._waiting[self._ahead, self._ahead]
        there = np.isfinite(values)
        features = np.where(there[..., None], features, 0.0)
        self._moments *= self._fade
        self._targets *= self._fade
        self._weight = self._weight * self._fade + 1
        self._moments += features[..., :, None] * features[..., None, :]
        self._targets += features * np.where(there, values, 0.0)[..., None]

    def solve(self) -> None:
        """Bring the coefficients up to what has been learnt; once a day is often enough."""
        mean_square = np.einsum("...ii->...i", self._moments) / max(self._weight, 1.0)
        unit = mean_square + 1e-3 * mean_square.mean(axis=-1, keepdims=True) + 1e-9
        if not self._shared:
            self._coefficients = _solved(self._moments, self._targets, self._penalty * unit, self._prior)
            return
        weight = 1 / (mean_square.mean(axis=-1) + 1e-9)  # large and small series teach alike
        together = _solved(
            (self._moments * weight[..., None, None]).sum(axis=1),
            (self._targets * weight[..., None]).sum(axis=1),
            self._penalty * (unit * weight[..., None]).sum(axis=1),
            self._prior,
        )
        self._coefficients = _solved(self._moments, self._targets, self._shared * unit, together[:, None])


def _solved(moments: Floats, targets: Floats, strength: Floats, prior: Floats) -> Floats:
    system = moments + strength[..., None] * np.eye(prior.shape[-1])
    solved = np.linalg.solve(system, (targets + strength * prior)[..., None])[..., 0]
    return np.asarray(solved, dtype=np.float64)
