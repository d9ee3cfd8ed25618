"""What enters a daily model linearly beside temperature: days of the week, holidays, variables of the user."""

from typing import cast

import numpy as np
import numpy.typing as npt

from wattstone.baselines.conditions import Conditions, Extra

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

RECALL = 4
"""Days before that `felt` looks back to."""
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def felt(conditions: Conditions, memory: float) -> Floats:
    """Temperature that a building feels: the mean over the day and the `RECALL` days before it, weighted memory^age.

    Masonry and water store heat, so that a day's use follows the weather of the days before as well. A first-order lag
    has these weights (of a discrete time constant of -1 / ln memory days).

    Parameters
    ----------
    conditions : Conditions
        Days, in the order of time.
    memory : float
        Weight of the day before, 0 (none) to below 1.

    Returns
    -------
    (t,) array
        NaN where the day's own temperature is not known; earlier ones that are not known are left out. [degC]

    Examples
    --------
    >>> from wattstone.baselines.timeline import hours_of, fold_days
    >>> from datetime import date
    >>> from dataclasses import replace
    >>> days = fold_days(hours_of(date(2024, 6, 1), date(2024, 6, 2), "UTC"))
    >>> felt(replace(days, temperature=np.array([10.0, 20.0])), 0.25)
    array([10., 18.])
    """
    own = conditions.temperature
    if memory == 0 or not len(own):
        return own
    day = conditions.date.astype("datetime64[D]").astype(np.int64)
    total, weight = np.nan_to_num(own), np.ones(len(own))
    for age in range(1, RECALL + 1):
        at = np.searchsorted(day, day - age)
        there = (day[at] == day - age) & ~np.isnan(own[at])
        total = total + memory**age * np.where(there, np.nan_to_num(own[at]), 0.0)
        weight = weight + memory**age * there
    return np.where(np.isnan(own), np.nan, total / weight)


def calendar_terms(conditions: Conditions, rest: Bools, *, weekend: tuple[int, ...]) -> tuple[tuple[str, ...], Floats]:
    """Columns of the calendar: one for holidays, and one for each day of the week but the two that stand for the rest.

    Parameters
    ----------
    conditions : Conditions
        Days.
    rest : (t,) array of bool
        Holidays and bridges between them.
    weekend : tuple of int
        Days without work, Monday 0.

    Returns
    -------
    tuple
        Names, and a (t, k) array of 0 and 1. The second working day and the last of the weekend have no column, as the
        constants of the two kinds of days stand for them.
    """
    working = [day for day in range(7) if day not in weekend]
    without = {*working[1:2], *weekend[-1:]}
    days = [day for day in range(7) if day not in without]
    columns = [rest, *((conditions.weekday == day) & ~rest for day in days)]
    return ("holiday", *(_DAYS[day] for day in days)), np.stack(columns, axis=-1).astype(np.float64)


def with_extra(columns: Floats, extra: Extra | None, meters: int) -> Floats:
    """Columns of each meter: those of the calendar and the user's own. (m, t, k), NaN where not known."""
    shared = np.broadcast_to(columns, (meters, *columns.shape))
    if extra is None:
        return shared
    own = np.broadcast_to(extra.values, (meters, *extra.values.shape[1:]))
    return np.concatenate([shared, own], axis=-1)


def least_squares(x: Floats, y: Floats, weight: Floats) -> Floats:
    """Coefficients of weighted least squares of each meter; 0 for a column that says nothing of its own.

    Parameters
    ----------
    x : (m, t, k) array
        Not NaN.
    y, weight : (m, t) array
        Not NaN.

    Returns
    -------
    (m, k) array
    """
    weighted = (x * weight[..., None]).transpose(0, 2, 1)
    normal = weighted @ x
    right = (weighted @ y[..., None])[..., 0]
    size = np.sqrt(np.einsum("mkk->mk", normal))
    dead = size <= 0
    scale = 1 / np.where(dead, 1.0, size)
    normal = normal * scale[:, :, None] * scale[:, None, :]
    normal += np.eye(normal.shape[1]) * (1e-9 + dead)[:, None]  # holds up a column that others make up
    solved = cast("Floats", np.linalg.solve(normal, (right * scale)[..., None]))
    return solved[..., 0] * scale
