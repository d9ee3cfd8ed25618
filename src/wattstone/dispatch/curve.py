"""What net power through a meter costs: convex and piecewise linear, an expectation where the net load is not known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from wattstone.dispatch.accounts import Prices
    from wattstone.dispatch.outlook import Errors

Floats = NDArray[np.float64]

__all__ = ["Curve", "curve"]


@dataclass(frozen=True, eq=False)
class Curve:
    """The cost of net power in each step: convex pieces in the first k, two slopes after them.

    Parameters
    ----------
    buy, sell : (h,) arrays
        Slope far above and far below; weights and carbon are in it. [currency kWh-1]
    base : (h,) array
        Where the first piece begins, 0 after the first k steps. [kW]
    least, most : (h,) arrays
        Ends of the range in which it is needed. [kW]
    width : (pieces, k) array
        Of the bounded pieces. [kW]
    probability : (pieces, k) array
        That power is imported, within each piece.
    constant : float
        Cost at the bases. [currency]
    constant_import : (h,) array
        Expected import at the bases. [kW]
    """

    buy: Floats
    sell: Floats
    base: Floats
    least: Floats
    most: Floats
    width: Floats
    probability: Floats
    constant: float
    constant_import: Floats

    @property
    def concave(self) -> NDArray[np.bool_]:
        """Steps in which feeding in earns more than drawing costs. (h,)"""
        return self.sell > self.buy + 1e-12

    @property
    def slope(self) -> Floats:
        """Of the bounded pieces. (pieces, k) [currency kWh-1]"""
        k = self.width.shape[1]
        return self.sell[:k] + (self.buy - self.sell)[:k] * self.probability

    @property
    def top(self) -> Floats:
        """Where the last piece ends. (h,) [kW]"""
        top = self.base.copy()
        top[: self.width.shape[1]] += self.width.sum(axis=0)
        return top


def curve(each: Prices, errors: Errors | None, hours: float, *, most: Floats, least: Floats) -> Curve:
    """The cost of net power at a meter in each step.

    Parameters
    ----------
    each : Prices
        Of import and export, weighted.
    errors : Errors or None
        Of the net load behind the meter.
    hours : float
        Length of a step. [h]
    most, least : (h,) arrays
        Range of net power in which the curve is needed. [kW]

    Returns
    -------
    Curve
        Exact for the weighted points of the error.
    """
    buy, sell = each
    h = buy.size
    base, constant_import = np.zeros(h), np.zeros(h)
    if errors is None:
        return Curve(buy, sell, base, least, most, np.zeros((0, 0)), np.zeros((0, 0)), 0.0, constant_import)
    k = min(errors.values.shape[0], h)
    # A concave step is left to integers, which know one net power: its forecast is then taken as certain.
    values = np.where((sell > buy + 1e-12)[:k, None], 0.0, errors.values[:k])
    order = np.argsort(-values, axis=1)
    points = np.clip(np.take_along_axis(-values, order, axis=1), least[:k, None], most[:k, None])
    share = np.cumsum(errors.weights[order], axis=1)
    base[:k] = points[:, 0]
    at_base = points[:, :1] + values
    constant_import[:k] = np.maximum(at_base, 0.0) @ errors.weights
    fed_in = np.maximum(-at_base, 0.0) @ errors.weights
    constant = hours * float(buy[:k] @ constant_import[:k] - sell[:k] @ fed_in)
    width = np.diff(points, axis=1).T
    return Curve(buy, sell, base, least, most, width, share[:, :-1].T, constant, constant_import)
