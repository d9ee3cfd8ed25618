"""How methods are mixed for each series and lead: by what each lost so far, out of sample."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from wattstone.forecasting.arrays import Floats, Stateful

__all__ = ["BLEND", "Choice", "Contest"]

BLEND = "blend"


@dataclass(frozen=True)
class Choice:
    """What is taken for one series at one lead, and why.

    Parameters
    ----------
    series : int
        Row of the series.
    lead : int
        Steps ahead; leads between two of these take from both.
    method : str
        The one with more than half of the weight; `blend` where there is none such.
    weights : dict of str to float
        Share of each method in what is forecast; their sum is 1.
    losses : dict of str to float
        Mean absolute error of each method and of the blend on what they had not seen, older days fading.
        [unit of the series]
    days : float
        Days of observations that the losses rest on.
    """

    series: int
    lead: int
    method: str
    weights: dict[str, float]
    losses: dict[str, float]
    days: float


class Contest(Stateful):
    r"""Faded absolute errors by lead, method and series, and the weights that follow from them.

    With l the loss of a method and s the sharpness of the lead, its weight is

    .. math:: w_m \propto \exp\left(-s\,(l_m / \min_k l_k - 1)\right),

    the exponentially weighted average of prediction with expert advice [1]_, with losses that fade and are measured
    against the least of them, so that it means the same in any unit.

    Parameters
    ----------
    methods, series : int
        The blend is not among the methods; its losses are kept beside theirs.
    sharpness : (lead,) array
        How fast a weight falls with the loss. The further ahead, the more alike the methods' errors and the noisier
        their order, so the more evenly they should be weighed.
    fade : float
        Weight of a new loss.

    References
    ----------
    .. [1] N. Cesa-Bianchi and G. Lugosi, "Prediction, Learning, and Games," Cambridge University Press, 2006.
    """

    FIELDS: ClassVar[tuple[str, ...]] = ("losses", "counts", "weights")

    def __init__(self, methods: int, series: int, *, sharpness: Floats, fade: float) -> None:
        leads = len(sharpness)
        self.sharpness, self.fade = np.reshape(sharpness, (leads, 1, 1)), fade
        self.losses: Floats = np.zeros((leads, methods + 1, series))
        self.counts: Floats = np.zeros((leads, series))
        self.weights: Floats = np.full((leads, methods, series), 1 / methods)

    def learn(self, errors: Floats) -> None:
        """Take in the errors of a step, (lead, method and blend, series); NaN in any changes nothing."""
        known = np.asarray(np.isfinite(errors).all(axis=1))
        self.counts += known
        weight = np.where(known, np.maximum(self.fade, 1 / np.maximum(self.counts, 1)), 0.0)
        sizes = np.where(known[:, None], np.abs(errors), 0.0)
        self.losses += weight[:, None] * (sizes - self.losses)

    def decide(self) -> None:
        """Weigh the methods anew."""
        methods = self.losses[:, :-1]
        least = methods.min(axis=1, keepdims=True)
        ratio = methods / np.where(least > 0, least, 1.0)
        worse = np.where(least > 0, ratio - 1, np.where(methods > 0, np.inf, 0.0))
        weights = np.exp(-self.sharpness * worse)
        self.weights = weights / weights.sum(axis=1, keepdims=True)

    def best(self) -> tuple[Floats, Floats]:
        """The place of the method with most weight, and that weight; each (lead, series)."""
        return self.weights.argmax(axis=1).astype(np.float64), self.weights.max(axis=1)
