"""Covariates of hourly models: classes of the week, and temperature as pieces of a broken line."""

from itertools import pairwise

import numpy as np
import numpy.typing as npt

from wattstone.base import WattstoneError
from wattstone.baselines.conditions import HOURS_A_WEEK, Conditions

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

CLASSES = HOURS_A_WEEK + 24
"""Hours of the week, Monday 00:00 first, then the hours of a day off."""

KNOTS = tuple((edge - 32) / 1.8 for edge in (30.0, 45.0, 55.0, 65.0, 75.0, 90.0))
"""Bounds of the pieces of temperature: CalTRACK 2.0, 3.9.1.1 (30, 45, 55, 65, 75, 90 degF). [degC]"""

LEAST = 20
"""Hours that a piece must have, or it is joined with its neighbour: CalTRACK 2.0, 3.9.1.2."""


def classes(conditions: Conditions, *, holidays: bool) -> Ints:
    """Class of each hour.

    Parameters
    ----------
    conditions : Conditions
        Hours.
    holidays : bool
        Whether days off are a day of their own; else they are Sundays.

    Returns
    -------
    (t,) array of int
        Below `CLASSES`.
    """
    first = HOURS_A_WEEK if holidays else HOURS_A_WEEK - 24
    return np.where(conditions.off, first + conditions.hour, conditions.week_hour)


def knots(temperature: Floats, bounds: tuple[float, ...] = KNOTS) -> tuple[float, ...]:
    """The bounds that leave `LEAST` hours or more in every piece.

    Parameters
    ----------
    temperature : (t,) array
        Of the hours that are fitted; NaN where not known. [degC]
    bounds : tuple of float
        Rising. [degC]

    Examples
    --------
    >>> knots(np.repeat([0.0, 10.0, 20.0], 30), (5.0, 8.0, 15.0))
    (5.0, 15.0)
    """
    kept: list[float] = []
    known = temperature[~np.isnan(temperature)]
    below = 0
    for bound in bounds:
        count = np.count_nonzero(known < bound)
        if count - below >= LEAST:
            kept.append(bound)
            below = count
    while kept and np.count_nonzero(known >= kept[-1]) < LEAST:
        kept.pop()
    return tuple(kept)


def pieces(temperature: Floats, bounds: tuple[float, ...]) -> Floats:
    """Temperature in pieces that add up to it.

    Parameters
    ----------
    temperature : (t,) array
        NaN where not known. [degC]
    bounds : tuple of float
        Rising. [degC]

    Returns
    -------
    (t, len(bounds) + 1) array
        What lies below the first bound, between neighbours, and above the last. [K]

    Examples
    --------
    >>> pieces(np.array([3.0, 12.0]), (5.0, 10.0))
    array([[3., 0., 0.],
           [5., 5., 2.]])
    """
    if not bounds:
        return temperature[:, None]
    steps = [np.clip(temperature - low, 0.0, high - low) for low, high in pairwise(bounds)]
    ends = np.minimum(temperature, bounds[0]), np.maximum(temperature - bounds[-1], 0.0)
    return np.stack([ends[0], *steps, ends[1]], axis=1)


def irradiance(conditions: Conditions) -> Floats:
    """Irradiance of each hour, NaN throughout where nobody knows it. (t,)"""
    return np.full(len(conditions), np.nan) if conditions.irradiance is None else conditions.irradiance


def hourly(conditions: Conditions, zone: str | None = None, *, sunlit: bool = False) -> None:
    """Refuse what is not hours, or not of the zone of the fit, or has no irradiance where a fit needs it."""
    if conditions.step != "hour":
        raise WattstoneError(f"an hourly model was given intervals of a {conditions.step}")
    if zone is not None and conditions.zone != zone:
        raise WattstoneError(f"a model of zone {zone} was given hours of {conditions.zone}")
    if sunlit and conditions.irradiance is None:
        raise WattstoneError("a model with irradiance needs the irradiance of its hours")
