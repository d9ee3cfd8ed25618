r"""What a price of carbon would cost in a scenario, and what energy would cost: by year, as it is and with levers.

References
----------
.. [1] TCFD, "Guidance on Scenario Analysis for Non-Financial Companies," 2020.
.. [2] TCFD, "Guidance on Metrics, Targets, and Transition Plans," 2021, section on internal carbon prices.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["carbon_cost", "emissions_ahead", "energy_cost", "shared_out"]

Floats = NDArray[np.float64]


def carbon_cost(emissions: ArrayLike, covered: float, price: ArrayLike, rate: float) -> Floats:
    r"""Cost of the price of carbon in a year.

    Parameters
    ----------
    emissions : (..., t) array
        That the price meets. [t CO2e/a]
    covered : float
        Share of them that pays, 0 to 1: what is allotted for free, or below a threshold, does not.
    price : (t,) array
        In the money of the path. [money/t CO2]
    rate : float
        Of the report's currency for a unit of that money, prices of its year included. [currency/money]

    Returns
    -------
    (..., t) array
        NaN wherever an input is. [currency/a]

    Notes
    -----
    .. math:: C_y = E_y\, f\, p_y\, r

    In the money of one year: nothing is discounted, and no passing on to customers is counted.

    Examples
    --------
    Of 1000 t half pays 100 dollars each, at 7 yuan a dollar.

    >>> carbon_cost([1000.0], 0.5, [100.0], 7.0)
    array([350000.])
    """
    return np.asarray(emissions, dtype=np.float64) * covered * np.asarray(price, dtype=np.float64) * rate


def emissions_ahead(base: float, activity: ArrayLike, grid: ArrayLike | None = None) -> Floats:
    r"""Emissions in years ahead if nothing is done: those of the reporting year, moved by activity and the grid.

    Parameters
    ----------
    base : float
        Of the reporting year. [t CO2e/a]
    activity : (t,) array
        Activity against the reporting year, 1 where no driver is entered.
    grid : (t,) array or None
        Emission factor of bought energy against that year; None of what is no bought energy.

    Returns
    -------
    (t,) array
        [t CO2e/a]

    Notes
    -----
    .. math:: E_y = E_0\, \frac{A_y}{A_0}\, \frac{g_y}{g_0}

    Examples
    --------
    >>> emissions_ahead(100.0, [1.0, 1.1], [1.0, 0.5])
    array([100.,  55.])
    """
    moved = base * np.asarray(activity, dtype=np.float64)
    return moved if grid is None else moved * np.asarray(grid, dtype=np.float64)


def energy_cost(use: float, activity: ArrayLike, price: float, moved: ArrayLike) -> Floats:
    r"""Cost of a carrier in years ahead.

    Parameters
    ----------
    use : float
        In the reporting year. [kWh/a]
    activity : (t,) array
        Against that year.
    price : float
        In that year. [currency/kWh]
    moved : (t,) array
        Price against that year.

    Returns
    -------
    (t,) array
        [currency/a]

    Examples
    --------
    >>> energy_cost(1000.0, [1.0, 1.2], 0.5, [1.0, 2.0])
    array([ 500., 1200.])
    """
    return use * np.asarray(activity, dtype=np.float64) * price * np.asarray(moved, dtype=np.float64)


def shared_out(parts: Floats, whole: ArrayLike) -> Floats:
    """Parts that are no more than the whole: where their sum is, each is cut by the same share.

    Parameters
    ----------
    parts : (n, t) array
        Reductions of measures on the same emissions. [t CO2e/a]
    whole : (t,) array
        These emissions. [t CO2e/a]

    Returns
    -------
    (n, t) array

    Examples
    --------
    >>> shared_out(np.array([[30.0, 30.0], [10.0, 90.0]]), [100.0, 60.0])
    array([[30., 15.],
           [10., 45.]])
    """
    most = np.asarray(whole, dtype=np.float64)
    total = parts.sum(axis=0)
    over = total > most
    share = np.where(over, most / np.where(over, total, 1.0), 1.0)
    return parts * share
