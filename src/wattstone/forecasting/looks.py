"""What a model of one kind of series (load, PV, carbon intensity) has to offer to the forecaster."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from wattstone.forecasting.arrays import Floats, Ints

__all__ = ["Look", "Model", "filled", "moved"]


@dataclass(frozen=True, eq=False)
class Look:
    """What a model sees ahead, from what was observed so far.

    Parameters
    ----------
    points : (method, step, series) array
        A point forecast by each of the model's methods.
    features : (feature, step, series) array
        What the regression corrects the first method by.
    groups : (step, series) array of int
        Which of the model's groups of errors a step belongs to: errors of a workday are not those of a Sunday, nor
        those under a clear sky those under clouds.
    most : (step, series) array or None
        What cannot be exceeded, where the model knows of such a bound.
    """

    points: Floats
    features: Floats
    groups: Ints
    most: Floats | None = None


class Model(Protocol):
    """A kind of series: its methods and the features of its regression."""

    methods: tuple[str, ...]
    width: int
    """How many features."""
    groups: int
    """How many groups of errors."""
    reach: int
    """Slots of the day, before and after, whose errors are alike."""

    def learn(self, index: int, values: Floats) -> None:
        """Take in what was observed at a step, (series,); NaN where absent."""
        ...

    def look(self, targets: Ints, inputs: Floats) -> Look:
        """See ahead to some steps; `inputs` is (input, step, series)."""
        ...

    def arrays(self, prefix: str = "") -> dict[str, NDArray[np.generic]]:
        """See `Stateful`."""
        ...


def filled(first: Floats, *others: Floats) -> Floats:
    """The first, and where it is NaN the next that is not."""
    for other in others:
        if not np.isnan(first).any():
            break
        first = np.where(np.isnan(first), other, first)
    return first


def moved(mean: Floats, values: Floats, rate: float) -> Floats:
    """An exponentially weighted mean, one step on; NaN values leave it, and a NaN mean begins with the first value."""
    step = np.where(np.isfinite(mean), mean + rate * (values - mean), values)
    return np.where(np.isfinite(values), step, mean)
