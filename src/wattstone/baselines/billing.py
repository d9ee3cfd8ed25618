"""Change-point models fitted to bills of any length, which predict days and, by their sums, bills."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from wattstone.baselines.changepoint import PARAMETERS, Shapes, fit_shapes, hinge_sums, hinges
from wattstone.baselines.conditions import Conditions, Extra
from wattstone.baselines.daily_fit import drifts, may_slope
from wattstone.baselines.daily_level import recent_level
from wattstone.baselines.daily_model import DailyModel, DailySettings
from wattstone.baselines.daily_splits import GROUPS, bic, southern
from wattstone.baselines.daily_terms import felt, least_squares, with_extra

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

LEAST_BILLS = 6
"""Without which nothing is fitted; how many a baseline asks for is a rule of sufficiency."""
LEAST_COVER = 0.9  # of a bill's days with known weather: CalTRACK 2.0, billing methods
SPARE = 2
"""Degrees of freedom that a shape must leave."""
ROUNDS = 10
"""Of fitting variables of the user, then the shape."""
SETTINGS = DailySettings(calendar=False, seasons=False, memory=0.0)


def bill_places(days: Conditions, bills: Conditions) -> Ints:
    """Which bill each day begins in, -1 for none. (t,)"""
    at = np.searchsorted(bills.start, days.start, side="right") - 1
    end = bills.start + np.round(bills.hours * 3600).astype("timedelta64[s]")
    inside = (at >= 0) & (days.start < end[np.maximum(at, 0)]) if len(bills) else np.zeros(len(days), dtype=bool)
    return np.where(inside, at, -1)


def fold_bills(daily: npt.NDArray[np.floating], days: Conditions, bills: Conditions) -> Floats:
    """Use of bills from that of their days: the sum; NaN where a day is missing or not known. (m, b)

    Parameters
    ----------
    daily : (m, t) array
        Use of each day, as `DailyModel.predict` gives it.
    days, bills : Conditions
        The days, and the bills that they are summed to; bills begin and end with a day.
    """
    at = bill_places(days, bills)
    used = at >= 0
    total = np.zeros((len(daily), len(bills)))
    np.add.at(total.T, at[used], np.asarray(daily, dtype=np.float64).T[used])
    covered = np.bincount(at[used], weights=days.hours[used], minlength=len(bills))
    return np.where(np.abs(covered - bills.hours) < 1.5, total, np.nan)  # an hour, where a clock changes


def fit_bills(
    use: npt.NDArray[np.floating],
    bills: Conditions,
    days: Conditions,
    extra: Extra | None = None,
    *,
    kinds: Sequence[str] | None = None,
    settings: DailySettings = SETTINGS,
) -> DailyModel:
    """Fit a change-point model to the bills of each meter.

    Mean power of a bill is a constant and slopes times the mean of the hinges over its days; not the hinge of its mean
    temperature, as a month with cold and with mild days needs more heat than one of their mean. Bills weigh as long as
    they are. The shape is chosen by the Bayesian information criterion over the number of bills.

    Parameters
    ----------
    use : (m, b) array
        Of each bill; NaN where it must not be fitted.
    bills : Conditions
        Of step 'bill', any lengths.
    days : Conditions
        Their days, with the weather.
    extra : Extra or None
        Means over each bill. (m, b, k)
    kinds : sequence of str or None
        As in `fit_daily_models`.
    settings : DailySettings
        Grid, memory and slopes; splits, calendar and weights are for days alone.

    Returns
    -------
    DailyModel
        Of method 'billing/1'; it predicts days, which `fold_bills` sums to bills. NaN for a meter with less than
        `LEAST_BILLS` known bills or without variation.

    Raises
    ------
    ValueError
        If the steps are not bills and days.
    """
    if (bills.step, days.step) != ("bill", "day"):
        raise ValueError("billing models are fitted to bills, with the weather of their days")
    settings = replace(settings, calendar=False, seasons=False, robust=False)
    kelvins, counts, cover = _means(felt(days, settings.memory), settings.grid, days, bills)
    columns = with_extra(np.empty((len(bills), 0)), extra, len(use))
    power = np.asarray(use, dtype=np.float64) / np.maximum(bills.hours, 1e-9)
    known = ~np.isnan(power) & (cover >= LEAST_COVER) & ~np.isnan(columns).any(axis=-1)
    y = np.where(known, power, 0.0)
    number = known.sum(axis=1)
    size = np.abs(y).sum(axis=1) / np.maximum(number, 1)
    spread = np.where(known, power, -np.inf).max(axis=1, initial=-np.inf) - np.where(known, power, np.inf).min(
        axis=1, initial=np.inf
    )
    fitted = (number >= LEAST_BILLS) & (spread > 1e-9 * size)
    size = np.where(fitted, size, 1.0)
    y, weight = y / size[:, None], np.where(fitted[:, None], known, False) * bills.hours / 24
    columns = np.nan_to_num(columns)
    may = may_slope(kinds or ("",) * len(use), y, settings.slopes)
    terms: Floats = np.zeros((len(use), columns.shape[-1]))
    both: Floats = kelvins[0][:, :, None] * kelvins[1][:, None, :]
    cross = (weight @ both.reshape(len(bills), -1)).reshape(len(use), *both.shape[1:])
    shapes = fit_shapes(hinge_sums(y, weight, kelvins, counts), *may, cross=cross)
    best = _choose(shapes, weight, number - terms.shape[1])
    for _ in range(ROUNDS if terms.shape[1] else 0):
        terms = least_squares(_design(shapes, best, kelvins, columns), y, weight)[:, 3:]
        left = y - np.einsum("mtk,mk->mt", columns, terms)
        shapes = fit_shapes(hinge_sums(left, weight, kelvins, counts), *may, cross=cross)
        best = _choose(shapes, weight, number - terms.shape[1])
    slopes = _design(shapes, best, kelvins, columns)
    power = np.einsum("mtk,mk->mt", slopes, np.concatenate([_picked(shapes, best), terms], axis=1))
    length = bills.hours / 24
    age = (bills.start[-1:] - bills.start) / np.timedelta64(1, "D")
    level = recent_level(y, power, weight, age, length, days=settings.level_days, prior=settings.level_prior)
    goes_on = drifts(kinds or ("",) * len(use))
    level = np.where(goes_on, level[0], 1.0), np.where(goes_on, level[1], 0.0)
    return _model(shapes, best, terms, level, size, fitted, number, extra, settings, days, bills)


def _picked(shapes: Shapes, best: Ints) -> Floats:
    return shapes.coefficients[np.arange(len(best)), best]


def _means(temperature: Floats, grid: Floats, days: Conditions, bills: Conditions) -> tuple[Floats, Floats, Floats]:
    """Of each bill: means of the hinges over its known days, days on each hinge, and the share of it that is known."""
    at = bill_places(days, bills)
    used = np.flatnonzero((at >= 0) & ~np.isnan(temperature))
    member = (at[used] == np.arange(len(bills))[:, None]).astype(np.float64)
    hours = member @ days.hours[used]
    sides = hinges(temperature[used], grid)
    kelvins = (member * days.hours[used]) @ sides / np.maximum(hours, 1e-9)[:, None]
    return kelvins, member @ (sides > 0).astype(np.float64), hours / np.maximum(bills.hours, 1e-9)


def _choose(shapes: Shapes, weight: Floats, number: Ints) -> Ints:
    length = np.maximum(weight.sum(axis=1) / np.maximum((weight > 0).sum(axis=1), 1), 1e-9)
    criterion = bic(shapes.sse / length[:, None], number[:, None].astype(np.float64), PARAMETERS)
    criterion[:, 1:][(number[:, None] - PARAMETERS < SPARE)[:, 1:]] = np.inf
    return criterion.argmin(axis=1)


def _design(shapes: Shapes, best: Ints, kelvins: Floats, columns: Floats) -> Floats:
    rows = np.arange(len(best))
    balance, slopes = shapes.balance[rows, best], _picked(shapes, best)[:, 1:]
    sides = [kelvins[side][:, balance[:, side]].T * (slopes[:, side, None] != 0) for side in (0, 1)]
    return np.concatenate([np.stack([np.ones_like(sides[0]), *sides], axis=-1), columns], axis=-1)


def _model(
    shapes: Shapes,
    best: Ints,
    terms: Floats,
    level: tuple[Floats, Floats],
    size: Floats,
    fitted: Bools,
    number: Ints,
    extra: Extra | None,
    settings: DailySettings,
    days: Conditions,
    bills: Conditions,
) -> DailyModel:
    rows = np.arange(len(best))
    coefficients = np.where(fitted[:, None], _picked(shapes, best), np.nan) * size[:, None]
    has = np.stack([np.isin(best, (1, 3, 4)), np.isin(best, (2, 3, 4))], axis=-1)
    balance = np.where(has, settings.grid[shapes.balance[rows, best]], np.nan)
    used = days.date[bill_places(days, bills) >= 0].astype("datetime64[D]")
    first, last = (used.min(), used.max()) if len(used) else (np.datetime64("NaT", "D"),) * 2

    def spread(values: npt.NDArray[np.generic]) -> npt.NDArray[np.generic]:
        """The same for both layers and all groups of days."""
        return np.repeat(np.repeat(values[:, None, None], 2, axis=1), GROUPS, axis=2)

    return DailyModel(
        settings=settings,
        zone=days.zone,
        south=southern(days),
        names=extra.names if extra else (),
        first=first,
        last=last,
        step="bill",
        split=np.where(fitted, 0, -1),
        shape=spread(best).astype(np.int64),
        balance=spread(balance).astype(np.float64),
        coefficients=spread(coefficients).astype(np.float64),
        terms=np.where(fitted[:, None], terms * size[:, None], np.nan),
        factor=level[0],
        shift=level[1] * size,
        parameters=np.where(fitted, PARAMETERS[best] + terms.shape[1], 0),
        days=number,
    )
