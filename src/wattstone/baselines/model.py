"""What a fitted model is: a batch of meters, predictions for any conditions, and JSON that predicts the same."""

from collections.abc import Callable
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from wattstone.baselines.conditions import Conditions, Extra, Index

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


class Model(Protocol):
    """Models of the m meters of a batch, fitted together.

    A model is fitted to mean power, use over hours, and predicts use; so a day of 23 hours needs no care. A meter that
    could not be fitted predicts NaN. Use below 0 (a net export) is a value like any other and is never clipped.
    """

    @property
    def method(self) -> str:
        """Name and version: `towt/1`."""
        ...

    @property
    def parameters(self) -> Ints:
        """Effective number of fitted parameters of each meter, p in degrees of freedom n - p. (m,)"""
        ...

    def predict(self, conditions: Conditions, extra: Extra | None = None) -> Floats:
        """Expected use of each interval; NaN where a condition that it needs is not known.

        Parameters
        ----------
        conditions : Conditions
            t intervals, of the same zone as those of the fit.
        extra : Extra or None
            Of the same names as in the fit.

        Returns
        -------
        (m, t) array
            In the unit of what was fitted, per interval.
        """
        ...

    def rows(self, at: Index) -> "Model":
        """The models of some meters."""
        ...

    def to_json(self, at: int) -> dict[str, Any]:
        """One meter's model as JSON values; `archive.from_json` gives it back, of one meter, predicting the same."""
        ...


Fitter = Callable[[Floats, Conditions, Extra | None], Model]
"""`fit(use, conditions, extra)`: use is (m, t), per interval, NaN where it is not known or must not be fitted."""
