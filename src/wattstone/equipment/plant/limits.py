"""What nature allows: Carnot's and Lorenz's limits of cold, heat and both, in kelvin.

References
----------
S. Carnot, "Réflexions sur la puissance motrice du feu," 1824; H. Lorenz, "Die Ermittlung der Grenzwerte der
thermodynamischen Energieumwandlung," Zeitschrift für die gesammte Kälte-Industrie, 1894-95; E. W. Lemmon and others use
the log-mean of a stream's temperatures as its entropic mean, which is exact for a constant heat capacity:
A. Bejan, "Advanced engineering thermodynamics," 4th ed., Wiley, 2016.
"""

import numpy as np
import numpy.typing as npt

from wattstone.equipment.arrays import Floats

__all__ = [
    "KELVIN",
    "absorption_limit",
    "carnot_cold",
    "carnot_heat",
    "least_work",
    "log_mean",
    "lorenz_cold",
    "lorenz_heat",
    "plant_limit",
]

# 0 degC in kelvin, by definition of the Celsius scale
KELVIN = 273.15


def carnot_cold(cold: npt.ArrayLike, hot: npt.ArrayLike) -> Floats:
    """Most cold for a unit of work between two temperatures: T_c / (T_h - T_c).

    Parameters
    ----------
    cold, hot : float or array
        Temperatures between which heat is lifted. [degC]

    Returns
    -------
    array
        Infinite where nothing has to be lifted. [1]

    Examples
    --------
    >>> round(float(carnot_cold(7.0, 30.0)), 2)
    12.18
    """
    low, high = np.asarray(cold, dtype=float) + KELVIN, np.asarray(hot, dtype=float) + KELVIN
    lift = high - low
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(lift > 0, low / np.where(lift > 0, lift, 1.0), np.where(np.isnan(lift), np.nan, np.inf))


def carnot_heat(cold: npt.ArrayLike, hot: npt.ArrayLike) -> Floats:
    """Most heat for a unit of work between two temperatures: one more than `carnot_cold`. [1]

    Examples
    --------
    >>> round(float(carnot_heat(7.0, 80.0)), 2)
    4.84
    """
    return carnot_cold(cold, hot) + 1.0


def log_mean(one: npt.ArrayLike, other: npt.ArrayLike) -> Floats:
    """Entropic mean temperature of a stream between two temperatures: (T1 - T2) / ln(T1 / T2), in kelvin. [degC]"""
    first, second = np.asarray(one, dtype=float) + KELVIN, np.asarray(other, dtype=float) + KELVIN
    x = first / second - 1.0
    small = np.abs(x) < 1e-6
    ratio = np.where(small, 1.0 + x / 2.0, x / np.log1p(np.where(small, 1.0, x)))
    return second * ratio - KELVIN


def lorenz_cold(
    returned: npt.ArrayLike, supply: npt.ArrayLike, entering: npt.ArrayLike, leaving: npt.ArrayLike
) -> Floats:
    """Most cold for a unit of work between two streams: `carnot_cold` of their log-mean temperatures.

    Parameters
    ----------
    returned, supply : float or array
        Stream that is cooled, before and after. [degC]
    entering, leaving : float or array
        Stream that takes the heat, before and after. [degC]

    Returns
    -------
    array
        [1]

    Examples
    --------
    >>> round(float(lorenz_cold(12.0, 7.0, 30.0, 35.0)), 2)
    12.29
    """
    return carnot_cold(log_mean(returned, supply), log_mean(entering, leaving))


def lorenz_heat(
    source: npt.ArrayLike, cooled: npt.ArrayLike, entering: npt.ArrayLike, leaving: npt.ArrayLike
) -> Floats:
    """Most heat for a unit of work between two streams; arguments as in `lorenz_cold`. [1]

    Examples
    --------
    >>> round(float(lorenz_heat(40.0, 30.0, 60.0, 80.0)), 2)
    9.82
    """
    return lorenz_cold(source, cooled, entering, leaving) + 1.0


def least_work(cold: npt.ArrayLike, from_: npt.ArrayLike, to: npt.ArrayLike) -> Floats:
    """Least work that lifts heat: Q_c (T_h / T_c - 1), 0 where it flows by itself.

    Parameters
    ----------
    cold : float or array
        Heat that is taken at the lower temperature. [kW]
    from_, to : float or array
        (Log-mean) temperatures it is taken at and brought to. [degC]

    Returns
    -------
    array
        [kW]

    Examples
    --------
    >>> round(float(least_work(100.0, 7.0, 30.0)), 2)
    8.21
    """
    low, high = np.asarray(from_, dtype=float) + KELVIN, np.asarray(to, dtype=float) + KELVIN
    return np.asarray(cold, dtype=float) * np.maximum(high / low - 1.0, 0.0)


def absorption_limit(cold: npt.ArrayLike, ambient: npt.ArrayLike, driving: npt.ArrayLike) -> Floats:
    """Most cold for a unit of driving heat: an ideal engine that drives an ideal chiller, both to the same ambient. [1]

    Examples
    --------
    >>> round(float(absorption_limit(7.0, 30.0, 90.0)), 3)
    2.012
    """
    high, low = np.asarray(driving, dtype=float) + KELVIN, np.asarray(ambient, dtype=float) + KELVIN
    return np.maximum(1.0 - low / high, 0.0) * carnot_cold(cold, ambient)


def plant_limit(
    cold: npt.ArrayLike,
    heat: npt.ArrayLike,
    *,
    chilled: npt.ArrayLike,
    heated: npt.ArrayLike,
    sink: npt.ArrayLike,
    source: npt.ArrayLike,
) -> Floats:
    """Least electricity that makes cold and heat at once, each with the surroundings that help it most.

    W = Q_c (T_sink / T_c - 1) + Q_h (1 - T_source / T_h), 0 or more: the exergy of both. Where the heat of the cold is
    all that is wanted, it becomes Q_c (T_h / T_c - 1).

    Parameters
    ----------
    cold, heat : float or array
        Delivered. [kW]
    chilled, heated : float or array
        Log-mean temperatures at which; not needed where there is none. [degC]
    sink, source : float or array
        Coldest surroundings that take heat (wet bulb), and warmest that give it (dry bulb). [degC]

    Returns
    -------
    array
        [kW]

    Examples
    --------
    >>> round(float(plant_limit(100.0, 0.0, chilled=7.0, heated=60.0, sink=30.0, source=30.0)), 2)
    8.21
    """
    made, given = np.asarray(cold, dtype=float), np.asarray(heat, dtype=float)
    low, high = np.asarray(chilled, dtype=float) + KELVIN, np.asarray(heated, dtype=float) + KELVIN
    of_cold = np.where(made == 0, 0.0, made * ((np.asarray(sink, dtype=float) + KELVIN) / low - 1.0))
    of_heat = np.where(given == 0, 0.0, given * (1.0 - (np.asarray(source, dtype=float) + KELVIN) / high))
    return np.maximum(of_cold + of_heat, 0.0)
