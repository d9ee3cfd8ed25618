"""Covariates of the ridge model of hours: kind of day, temperature now and before, turn of the year."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from wattstone.baselines.conditions import Bools, Conditions
from wattstone.baselines.towt_design import irradiance

Floats = npt.NDArray[np.float64]

BENDS = (5.0, 10.0, 15.0, 20.0)
"""Where the slopes in temperature may change. [degC]"""
SLOW_BENDS = (10.0, 16.0)
"""The same of the mean of three days. [degC]"""

PENALTIES = {
    "weekday": 0.1,
    "working": 0.0001,
    "year_end": 0.003,
    "hour_warmth": 0.03,
    "day_warmth": 0.03,
    "days_warmth": 0.1,
    "working_warmth": 0.1,
    "sun": 0.03,
}
"""Ridge penalty of each group in units of the (weighted) number of hours, of standardised covariates.

Chosen on the baseline years 2008 to 2012 of 67 meters of a university estate, by their next years: docs/methods.
"""


@dataclass(frozen=True)
class Design:
    """Covariates with their penalties.

    Parameters
    ----------
    x : (t, j) array
        Standardised; NaN in hours that have none.
    penalty : (j,) array
        Of each.
    """

    x: Floats
    penalty: Floats


def groups(conditions: Conditions, *, sunlit: bool) -> dict[str, Floats]:
    """Raw covariates by group, (t, j) each.

    Parameters
    ----------
    conditions : Conditions
        Hours.
    sunlit : bool
        Whether irradiance takes part, alone and on working days.
    """
    weekend = conditions.weekday >= 5
    year_end = turn_of_year(conditions)
    working = (~weekend & ~conditions.off & ~year_end).astype(np.float64)[:, None]
    day = np.where(conditions.off, 7, conditions.weekday)
    hour_warmth = _bent(conditions.temperature, BENDS)
    turns = np.stack([year_end & ~weekend, year_end & weekend, _around(conditions) & ~weekend], axis=1)
    found: dict[str, Floats] = {
        "weekday": np.eye(8)[day],
        "working": working,
        "year_end": turns.astype(np.float64),
        "hour_warmth": hour_warmth,
        "day_warmth": _bent(trailing(conditions, 24), BENDS),
        "days_warmth": _bent(trailing(conditions, 72), SLOW_BENDS),
        "working_warmth": hour_warmth * working,
    }
    if sunlit:
        sun = irradiance(conditions)[:, None]
        found["sun"] = np.concatenate([sun, sun * working], axis=1)
    return found


def turn_of_year(conditions: Conditions) -> Bools:
    """Whether an hour is of 24 December to 1 January, when much is closed that has no holiday. (t,)"""
    month, day = conditions.month, _day_of_month(conditions)
    return ((month == 12) & (day >= 24)) | ((month == 1) & (day == 1))


def _around(conditions: Conditions) -> Bools:
    """The days on either side of the turn of the year, 20 to 23 December and 2 to 4 January. (t,)"""
    month, day = conditions.month, _day_of_month(conditions)
    return ((month == 12) & (day >= 20) & (day < 24)) | ((month == 1) & (day >= 2) & (day <= 4))


def _day_of_month(conditions: Conditions) -> npt.NDArray[np.int64]:
    date = conditions.date.astype("datetime64[D]")
    return (date - date.astype("datetime64[M]").astype("datetime64[D]")).astype(np.int64) + 1


def _bent(values: Floats, bends: tuple[float, ...]) -> Floats:
    return np.stack([values, *(np.maximum(values - bend, 0.0) for bend in bends)], axis=1)


def trailing(conditions: Conditions, hours: int) -> Floats:
    """Mean temperature of the hours up to each one.

    Parameters
    ----------
    conditions : Conditions
        Hours, of which some may be left out.
    hours : int
        How many, the hour itself among them.

    Returns
    -------
    (t,) array
        Of those that are known among them; NaN where none is. [degC]
    """
    known = ~np.isnan(conditions.temperature)
    total = np.concatenate([[0.0], np.cumsum(np.where(known, conditions.temperature, 0.0))])
    count = np.concatenate([[0], np.cumsum(known)])
    first = np.searchsorted(conditions.start, conditions.start - np.timedelta64(hours - 1, "h"))
    last = np.arange(1, len(conditions) + 1)
    number = count[last] - count[first]
    return np.where(number > 0, (total[last] - total[first]) / np.maximum(number, 1), np.nan)
