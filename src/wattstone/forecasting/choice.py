"""Which method is taken for which series and lead: the one that lost least so far, out of sample."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from wattstone.forecasting.arrays import Floats, Ints, Stateful

__all__ = ["Choice", "Contest"]


@dataclass(frozen=True)
class Choice:
    """Why a method is taken for one series at one lead.

    Parameters
    ----------
    series : int
        Row of the series.
    lead : int
        Steps ahead; leads between two of these take from both.
    method : str
        The one that is taken.
    losses : dict of str to float
        Pinball loss of each method on what it had not seen, older days fading. [unit of the series]
    days : float
        Days of observations that the losses rest on.
    """

    series: int
    lead: int
    method: str
    losses: dict[str, float]
    days: float


class Contest(Stateful):
    """Faded pinball losses by lead, candidate and series, and what follows from them.

    The last candidate is the blend of the methods before it, weighted by how close to the best each has been.

    Parameters
    ----------
    leads, candidates, series : int
        The candidates include the blend.
    fade : float
        Weight of a new loss.
    sharpness : float
        How fast a method's weight in the blend falls with its loss: by exp(-sharpness) where the loss is twice the
        least.
    margin : float
        Share by which another has to lose less than the one in use before it takes its place.
    """

    FIELDS: ClassVar[tuple[str, ...]] = ("losses", "counts", "chosen", "weights")

    def __init__(
        self, leads: int, candidates: int, series: int, *, fade: float, sharpness: float = 12.0, margin: float = 0.005
    ) -> None:
        self.fade, self.sharpness, self.margin = fade, sharpness, margin
        self.losses: Floats = np.zeros((leads, candidates, series))
        self.counts: Floats = np.zeros((leads, candidates, series))
        self.chosen: Ints = np.full((leads, series), candidates - 1, dtype=np.int64)
        self.weights: Floats = np.full((leads, candidates - 1, series), 1 / (candidates - 1))

    def learn(self, losses: Floats) -> None:
        """Take in the losses of a step, (lead, candidate, series); NaN changes nothing."""
        known = np.isfinite(losses)
        self.counts += known
        weight = np.maximum(self.fade, 1 / np.maximum(self.counts, 1))
        self.losses += np.where(known, weight * (np.where(known, losses, 0.0) - self.losses), 0.0)

    def decide(self) -> None:
        """Weigh the blend anew, and take another method where one has been better by the margin."""
        methods = self.losses[:, :-1]
        least = methods.min(axis=1, keepdims=True)
        some = np.where(least > 0, least, 1.0)
        weights = np.exp(-self.sharpness * np.where(least > 0, methods / some - 1, methods > 0))
        self.weights = weights / weights.sum(axis=1, keepdims=True)
        now = np.take_along_axis(self.losses, self.chosen[:, None], axis=1)[:, 0]
        best = self.losses.argmin(axis=1)
        better = self.losses.min(axis=1) < (1 - self.margin) * now
        self.chosen = np.where(better, best, self.chosen)

    def shares(self) -> Floats:
        """Weight of each method in what is taken, (lead, method, series): one method alone, or the blend's."""
        methods = np.arange(int(self.losses.shape[1]) - 1, dtype=np.int64)
        alone: Floats = np.where(self.chosen[:, None] == methods[:, None], 1.0, 0.0)
        return np.where((self.chosen == len(methods))[:, None], self.weights, alone)
