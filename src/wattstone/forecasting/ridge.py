"""Ridge regression of many series and leads at once, learnt online with forgetting."""

from typing import ClassVar

import numpy as np

from wattstone.forecasting.arrays import Floats, Stateful

__all__ = ["Ridge"]


class Ridge(Stateful):
    r"""Corrections of a point forecast, one regression per lead and series [1]_.

    The target is the error of a first forecast, so that with little data the correction shrinks to none. With features
    x and error e, sums fade by a factor f a step,

    .. math:: A \leftarrow f A + x x^T, \quad b \leftarrow f b + x e,

    and the coefficients solve (D A D + p I) w = D b with D = diag(A)^(-1/2), so that the penalty p means the same for
    each feature and unit.

    Parameters
    ----------
    leads, series, width : int
        Leads, series, features.
    fade : float
        What is left of a sum a step later.
    penalty : float
        Of the standardised coefficients, with endless data.
    prior : float
        Steps that the penalty at the start weighs as much as.

    References
    ----------
    .. [1] A. E. Hoerl and R. W. Kennard, "Ridge regression: biased estimation for nonorthogonal problems,"
       Technometrics 12(1), 1970.
    """

    FIELDS: ClassVar[tuple[str, ...]] = ("products", "targets", "weight", "coefficients")

    def __init__(
        self, leads: int, series: int, width: int, *, fade: float, penalty: float = 0.001, prior: float = 1.0
    ) -> None:
        self.fade, self.penalty, self.prior = fade, penalty, prior
        self.products: Floats = np.zeros((width, width, leads, series))
        self.targets: Floats = np.zeros((width, leads, series))
        self.weight: Floats = np.zeros((leads, series))
        self.coefficients: Floats = np.zeros((width, leads, series))

    def learn(self, features: Floats, errors: Floats) -> None:
        """Take in what a first forecast erred by.

        Parameters
        ----------
        features : (feature, lead, series) array
            As they were known when the forecast was made.
        errors : (lead, series) array
            Observed less first forecast; NaN, there or in a feature, leaves that series and lead as it is.
        """
        known = np.isfinite(errors) & np.isfinite(features).all(axis=0)
        features = np.where(known, features, 0.0)
        errors = np.where(known, errors, 0.0)
        self.products *= self.fade
        self.products += features[:, None] * features[None]
        self.targets *= self.fade
        self.targets += features * errors
        self.weight *= self.fade
        self.weight += known

    def solve(self) -> None:
        """Set the coefficients to what the sums say."""
        width = len(self.targets)
        products = np.moveaxis(self.products, (0, 1), (2, 3))
        diagonal = np.diagonal(products, axis1=2, axis2=3)
        used = diagonal > 1e-12 * np.max(diagonal, axis=-1, keepdims=True, initial=1e-300)
        unit = np.where(used, 1 / np.sqrt(np.where(used, diagonal, 1.0)), 0.0)
        penalty = self.penalty + self.prior / np.maximum(self.weight, 1.0)
        system = products * unit[..., :, None] * unit[..., None, :] + penalty[..., None, None] * np.eye(width)
        right = np.moveaxis(self.targets, 0, -1) * unit
        solved = np.linalg.solve(system, right[..., None])[..., 0] * unit
        self.coefficients = np.ascontiguousarray(np.moveaxis(solved, -1, 0), dtype=np.float64)

    def correct(self, features: Floats, coefficients: Floats | None = None) -> Floats:
        """The correction that features call for; an absent feature corrects nothing.

        Parameters
        ----------
        features : (feature, lead, series) array
            At the leads of the fit, or, with `coefficients` of the same shape, at any.
        coefficients : array, optional
            In place of the fit's own.

        Returns
        -------
        (lead, series) array
        """
        weights = self.coefficients if coefficients is None else coefficients
        return np.einsum("fhs,fhs->hs", np.nan_to_num(features), weights)
