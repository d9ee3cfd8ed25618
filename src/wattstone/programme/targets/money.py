r"""What a measure costs a year, what it is worth, and what a tonne costs: annuity, net present value, unit cost.

References
----------
.. [1] ISO 15686-5:2017, "Buildings and constructed assets: Service life planning, part 5: Life-cycle costing" (net
   present value and annual equivalent).
.. [2] S. Taylor, "The ranking of negative-cost emissions reduction measures," Energy Policy 48, 2012, pp. 430-438.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["annual_cost", "annuity", "net_present_value", "unit_cost"]

Floats = NDArray[np.float64]


def annuity(rate: float, years: ArrayLike) -> Floats:
    r"""Share of an investment that falls on each year of its life [1]_.

    Parameters
    ----------
    rate : float
        Discount rate, above -1. [1/a]
    years : array
        Lifetime, 1 or more. [a]

    Returns
    -------
    array
        Annuity factor. [1/a]

    Notes
    -----
    :math:`a = r / (1 - (1 + r)^{-n})`, and :math:`1/n` for :math:`r = 0`; computed by logarithms, so that small rates
    lose no digits.

    Examples
    --------
    >>> annuity(0.08, [10.0]).round(6), annuity(0.0, [4.0])
    (array([0.149029]), array([0.25]))
    """
    life = np.atleast_1d(np.asarray(years, dtype=np.float64))
    if rate == 0:
        return 1.0 / life
    return rate / -np.expm1(-life * np.log1p(rate))


def annual_cost(capex: ArrayLike, running: ArrayLike, saving: ArrayLike, rate: float, years: ArrayLike) -> Floats:
    r"""Cost a year over the life of a measure; negative where it saves more than it costs [1]_.

    Parameters
    ----------
    capex : array
        Investment before the first year. [currency]
    running, saving : array
        Running cost and saved cost, the same each year. [currency/a]
    rate : float
        Discount rate, in the terms of the costs (real or nominal). [1/a]
    years : array
        Lifetime. [a]

    Returns
    -------
    array
        :math:`c = a\,I + o - s`. [currency/a]

    Examples
    --------
    >>> annual_cost([1000.0], [10.0], [200.0], 0.0, [10.0])
    array([-90.])
    """
    floats = (np.asarray(one, dtype=np.float64) for one in (capex, running, saving))
    invested, out, back = floats
    return annuity(rate, years) * invested + out - back


def net_present_value(capex: ArrayLike, running: ArrayLike, saving: ArrayLike, rate: float, years: ArrayLike) -> Floats:
    r"""Worth of a measure today: what comes back over its life, less what it costs [1]_.

    Parameters
    ----------
    capex, running, saving, rate, years
        As of `annual_cost`.

    Returns
    -------
    array
        :math:`-I + \sum_{t=1}^{n} (s - o)(1 + r)^{-t} = -c / a`. [currency]

    Examples
    --------
    >>> net_present_value([1000.0], [10.0], [200.0], 0.0, [10.0])
    array([900.])
    """
    return -annual_cost(capex, running, saving, rate, years) / annuity(rate, years)


def unit_cost(cost: ArrayLike, reduction: ArrayLike) -> Floats:
    """Cost of a tonne; no rank below zero, where a larger reduction makes the same gain look worse [2]_.

    Parameters
    ----------
    cost : array
        Annual cost. [currency/a]
    reduction : array
        Emissions reduced a year. [t CO2e/a]

    Returns
    -------
    array
        [currency/t CO2e]; NaN where nothing is reduced.
    """
    each, tonnes = np.asarray(cost, dtype=np.float64), np.asarray(reduction, dtype=np.float64)
    some = tonnes > 0
    return np.where(some, each / np.where(some, tonnes, 1.0), np.nan)
