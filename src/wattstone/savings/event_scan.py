"""Where the level of residuals changes: moving contrasts of many series at once, gaps left out."""

from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


def contrasts(values: Floats, *, window: int, least: int) -> Floats:
    """Mean of the days from each day on, less the mean of the days before it [1]_ [2]_.

    Parameters
    ----------
    values : (m, d) array
        By day; NaN where not known.
    window : int
        Days on each side; fewer at the ends of the series.
    least : int
        Known days that there must be on each side.

    Returns
    -------
    (m, d) array
        NaN where there are too few on a side.

    Notes
    -----
    The statistic of moving sums: unlike that of cumulative sums it answers to what is abrupt, for a slow drift differs
    little between two neighbouring windows.

    References
    ----------
    .. [1] P. Bauer and P. Hackl, "The use of MOSUMS for quality control," Technometrics 20 (4), 431-436, 1978.
    .. [2] B. Eichinger and C. Kirch, "A MOSUM procedure for the estimation of multiple random change points,"
       Bernoulli 24 (1), 526-564, 2018.

    Examples
    --------
    >>> contrasts(np.array([[0.0, 0.0, 3.0, 3.0]]), window=2, least=2)
    array([[nan, nan,  3., nan]])
    """
    days = values.shape[1]
    total, count = _running(values)
    at: Ints = np.arange(days, dtype=np.int64)
    early, late = np.maximum(at - window, 0), np.minimum(at + window, days)
    before, after = count[:, at] - count[:, early], count[:, late] - count[:, at]
    enough = (before >= least) & (after >= least)
    rise = _ratio(total[:, late] - total[:, at], after) - _ratio(total[:, at] - total[:, early], before)
    return np.where(enough, rise, np.nan)


def usual_season(residual: Floats, date: npt.NDArray[np.datetime64], onto: npt.NDArray[np.datetime64], *, half: int):
    """What the residuals of the baseline were like at the same time of the year.

    Parameters
    ----------
    residual : (m, d) array
        Of the baseline, by day.
    date : (d,) array of datetime64[D]
        Its days.
    onto : (e,) array of datetime64[D]
        Days asked for.
    half : int
        Days on each side over which it is averaged.

    Returns
    -------
    (m, e) array
        0 where the baseline knows nothing of that time of the year.
    """
    year = 366
    place = _day_of_year(date)
    sums, known = np.zeros((len(residual), year)), np.zeros((len(residual), year))
    seen = ~np.isnan(residual)
    np.add.at(sums.T, place, np.where(seen, residual, 0.0).T)
    np.add.at(known.T, place, seen.astype(np.float64).T)
    around = (np.arange(-half, half + 1)[None, :] + np.arange(year)[:, None]) % year
    total, count = sums[:, around].sum(axis=2), known[:, around].sum(axis=2)
    return np.nan_to_num(_ratio(total, count))[:, _day_of_year(onto)]


def coincidence(steps: Bools, *, half: int) -> Floats:
    """Share of the series that have a step within some days of each day.

    Parameters
    ----------
    steps : (m, d) array of bool
        Whether a series steps on a day.
    half : int
        Days on each side.

    Returns
    -------
    (d,) array
        0 to 1.
    """
    count = np.cumsum(np.concatenate([np.zeros((len(steps), 1), dtype=np.int64), steps], axis=1), axis=1)
    at: Ints = np.arange(steps.shape[1], dtype=np.int64)
    low, high = np.maximum(at - half, 0), np.minimum(at + half + 1, steps.shape[1])
    return (count[:, high] > count[:, low]).mean(axis=0)


def lasting(values: Floats, onset: int, rise: float, *, window: int, least: int) -> int:
    """Day after the last one of a shift; the length of the series if it does not end.

    Parameters
    ----------
    values : (d,) array
        One series by day.
    onset : int
        First day of the shift.
    rise : float
        Its size.
    window : int
        Days before the onset that tell the usual level, and days over which a return is judged.
    least : int
        Known days among them, and days that a shift lasts at least.

    Returns
    -------
    int
        From the first day on from which, for a window, less than half of the shift is left, the day within a window
        at which the series turns back most.
    """
    usual = values[max(0, onset - window) : onset]
    left = np.sign(rise) * (values - np.nanmean(usual))[None, :]
    total, count = _running(left)
    days = len(values)
    at: Ints = np.arange(onset + least, days, dtype=np.int64)
    late = np.minimum(at + window, days)
    mean, known = _ratio(total[0, late] - total[0, at], count[0, late] - count[0, at]), count[0, late] - count[0, at]
    gone = np.flatnonzero((known >= least) & (mean < abs(rise) / 2))
    if not len(gone):
        return days
    first = int(at[gone[0]])
    back = contrasts(left, window=window, least=min(least, days - first))[0, first : first + window]
    return first if np.isnan(back).all() else first + int(np.nanargmin(back))


def _running(values: Floats) -> tuple[Floats, Floats]:
    """Running sums of values and of how many are known."""
    known = ~np.isnan(values)
    zero = np.zeros((len(values), 1))
    return (
        np.concatenate([zero, np.cumsum(np.where(known, values, 0.0), axis=1)], axis=1),
        np.concatenate([zero, np.cumsum(known, axis=1, dtype=np.float64)], axis=1),
    )


def _day_of_year(date: npt.NDArray[np.datetime64]) -> Ints:
    days = date.astype("datetime64[D]")
    return (days - days.astype("datetime64[Y]").astype("datetime64[D]")).astype(np.int64)


def _ratio(above: npt.NDArray[Any], below: npt.NDArray[Any]) -> Floats:
    return np.divide(above, below, out=np.full(np.shape(above), np.nan), where=below > 0)
