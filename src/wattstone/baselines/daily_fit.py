"""Fit daily models of use by weather and calendar to the meters of a batch, all at once."""

from collections.abc import Sequence
from dataclasses import replace
from typing import cast

import numpy as np
import numpy.typing as npt

from wattstone.baselines.changepoint import Sums, sums_of
from wattstone.baselines.conditions import Conditions, Extra
from wattstone.baselines.daily_level import recent_level
from wattstone.baselines.daily_model import PER_METER, DailyModel, DailySettings, Slopes, hinged
from wattstone.baselines.daily_splits import (
    GROUPS,
    SPLITS,
    UNSPLIT,
    Chosen,
    candidates,
    choose,
    groups_of,
    resting,
    southern,
)
from wattstone.baselines.daily_terms import calendar_terms, felt, least_squares, with_extra
from wattstone.baselines.model import Fitter
from wattstone.baselines.statistics import NORMAL, median

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

LEAST_KNOWN = 30
"""Days without which nothing is fitted."""
HUBER = 1.345  # 95 % efficiency at the normal distribution: P. J. Huber, Annals of Math. Stat. 35 (1964) 73
ROUNDS = 3
WITHOUT_COOLING = frozenset({"gas", "natural_gas", "fuel_oil", "diesel", "petrol", "lpg", "coal", "biomass", "heat"})
WITHOUT_HEATING = frozenset({"cooling", "chilled_water"})
_CHUNK = 64
_EARLY = tuple(tuple(sorted(part)) for part in sorted({part for split in SPLITS[:UNSPLIT] for part in split}))


def fit_daily_models(
    use: npt.NDArray[np.floating],
    conditions: Conditions,
    extra: Extra | None = None,
    *,
    kinds: Sequence[str] | None = None,
    settings: DailySettings | None = None,
) -> DailyModel:
    """Fit a change-point model with splits and calendar terms to the daily use of each meter.

    Parameters
    ----------
    use : (m, t) array
        Per day, NaN where it is not known or must not be fitted. Below 0 where a meter exports.
    conditions : Conditions
        Days.
    extra : Extra or None
        Further variables, linear; a day is fitted where all of them are known.
    kinds : sequence of str or None
        Canonical kind of each meter: fuels and heat get no slope of cooling, chilled water none of heating.
    settings : DailySettings or None
        The defaults where None.

    Returns
    -------
    DailyModel
        A meter with less than `LEAST_KNOWN` known days or without variation predicts NaN.

    Raises
    ------
    ValueError
        For hours or bills.
    """
    if conditions.step != "day":
        raise ValueError("daily models are fitted to days: fold hours first")
    chosen = settings or DailySettings()
    rest = resting(conditions)
    south = southern(conditions)
    group = groups_of(conditions, rest, south=south, weekend=chosen.weekend)
    _, columns = calendar_terms(conditions, rest, weekend=chosen.weekend)
    batch = _Days(conditions, felt(conditions, chosen.memory), group, columns[:, : columns.shape[1] * chosen.calendar])
    names = tuple(kinds or ("",) * len(use))
    parts = [
        _fit(np.asarray(use[at], dtype=np.float64), batch, extra.rows(at) if extra else None, names[at], chosen, south)
        for at in (slice(low, low + _CHUNK) for low in range(0, max(len(use), 1), _CHUNK))
    ]
    return joined(parts)


def daily_fitter(kinds: Sequence[str], settings: DailySettings | None = None) -> Fitter:
    """`fit(use, conditions, extra)` for meters of some kinds, as `model.Fitter` asks."""

    def fit(use: Floats, conditions: Conditions, extra: Extra | None = None) -> DailyModel:
        return fit_daily_models(use, conditions, extra, kinds=kinds, settings=settings)

    return fit


def joined(models: Sequence[DailyModel]) -> DailyModel:
    """Models of several batches of the same fit as one."""
    if len(models) == 1:
        return models[0]
    arrays = {name: np.concatenate([getattr(one, name) for one in models]) for name in PER_METER}
    return replace(models[0], **arrays)


class _Days:
    """What the meters of a batch share."""

    def __init__(self, conditions: Conditions, temperature: Floats, group: Ints, columns: Floats) -> None:
        self.conditions = conditions
        self.known = ~np.isnan(temperature) & (conditions.hours > 0)
        self.temperature = np.nan_to_num(temperature)
        self.group = group
        self.columns = columns
        self.hours = np.maximum(conditions.hours, 1e-9)


class _Meters:
    """What is fitted: power in parts of its mean size, 0 where it is not known; and weights."""

    def __init__(self, use: Floats, days: _Days, extra: Extra | None, kinds: Sequence[str], slopes: Slopes) -> None:
        power = use / days.hours
        columns = with_extra(days.columns, extra, len(use))
        known = ~np.isnan(power) & days.known & ~np.isnan(columns).any(axis=-1)
        self.count = known.sum(axis=1)
        y = np.where(known, power, 0.0)
        many = np.maximum(self.count, 1)
        size = np.abs(y).sum(axis=1) / many
        centre = np.where(known, y - (y.sum(axis=1) / many)[:, None], 0.0)
        self.fitted = (self.count >= LEAST_KNOWN) & (np.abs(centre).max(axis=1, initial=0.0) > 1e-9 * size)
        self.known = known & self.fitted[:, None]
        self.size = np.where(self.fitted, size, 1.0)
        self.y = np.where(self.known, y / self.size[:, None], 0.0)
        self.columns = np.nan_to_num(columns)
        self.may = may_slope(kinds, self.y, slopes)
        self.drifts = drifts(kinds)


def may_slope(kinds: Sequence[str], y: Floats, slopes: Slopes) -> tuple[Bools, Bools, Bools]:
    """Whether each meter may have a slope of heating, one of cooling, and negative ones. (m,) each"""
    negative = cast("Bools", (y < 0).any(axis=1)) if slopes == "auto" else np.full(len(y), slopes == "free")
    return (
        np.array([kind not in WITHOUT_HEATING for kind in kinds], dtype=bool),
        np.array([kind not in WITHOUT_COOLING for kind in kinds], dtype=bool),
        negative,
    )


def drifts(kinds: Sequence[str]) -> Bools:
    """Whether the level of the last months is carried on: not for what heats, whose level the weather sets. (m,)"""
    return np.array([kind not in WITHOUT_COOLING for kind in kinds], dtype=bool)


def _fit(
    use: Floats, days: _Days, extra: Extra | None, kinds: Sequence[str], settings: DailySettings, south: bool
) -> DailyModel:
    meters = _Meters(use, days, extra, kinds, settings.slopes)
    terms, weight = _terms(meters, days, settings)
    added = np.einsum("mtk,mk->mt", meters.columns, terms) * meters.known
    found = candidates(_sums(meters.y - added, weight, days, settings), settings.grid, meters.may)
    with_seasons = choose(found, SPLITS if settings.seasons else SPLITS[:UNSPLIT])
    layers = (choose(found, SPLITS[:UNSPLIT]), with_seasons)
    balance = np.stack([one.balance for one in layers], axis=1)
    coefficients = np.stack([one.coefficients for one in layers], axis=1)
    power = hinged(balance, coefficients, days.temperature, days.group) + added
    dates = days.conditions.date.astype("datetime64[D]")
    age = (dates[-1:] - dates).astype(np.float64)
    factor, shift = recent_level(
        meters.y, power, weight, age, np.ones(len(age)), days=settings.level_days, prior=settings.level_prior
    )
    factor, shift = np.where(meters.drifts, factor, 1.0), np.where(meters.drifts, shift, 0.0)
    none, size = ~meters.fitted, meters.size
    varied = (meters.known[..., None] & (meters.columns != 0)).any(axis=1).sum(axis=-1)
    coefficients[none], terms[none] = np.nan, np.nan
    return DailyModel(
        settings=settings,
        zone=days.conditions.zone,
        south=south,
        names=extra.names if extra else (),
        first=dates.min() if len(dates) else np.datetime64("NaT", "D"),
        last=dates.max() if len(dates) else np.datetime64("NaT", "D"),
        split=np.where(none, -1, with_seasons.split),
        shape=np.stack([one.shape for one in layers], axis=1),
        balance=balance,
        coefficients=coefficients * size[:, None, None, None],
        terms=terms * size[:, None],
        factor=factor,
        shift=shift * size,
        parameters=np.where(none, 0, with_seasons.parameters + varied),
        days=meters.count,
    )


def _sums(y: Floats, weight: Floats, days: _Days, settings: DailySettings) -> Sums:
    return sums_of(y, weight, days.temperature, days.group, settings.grid, GROUPS)


def _terms(meters: _Meters, days: _Days, settings: DailySettings) -> tuple[Floats, Floats]:
    """Coefficients of the linear terms, fitted together with a model without seasons; and the weights of the days."""
    weight = meters.known.astype(np.float64)
    terms: Floats = np.zeros((len(weight), meters.columns.shape[-1]))
    if not settings.robust and not terms.shape[1]:
        return terms, weight
    for _ in range(ROUNDS if settings.robust else 1):
        added = np.einsum("mtk,mk->mt", meters.columns, terms) * meters.known
        sums = _sums(meters.y - added, weight, days, settings)
        model = choose(candidates(sums, settings.grid, meters.may, _EARLY), SPLITS[:UNSPLIT], _EARLY)
        x = np.concatenate([_hinges(model, days), meters.columns], axis=-1)
        solved = least_squares(x, meters.y, weight)
        for _ in range(ROUNDS if settings.robust else 0):
            weight = _huber(meters, meters.y - np.einsum("mtk,mk->mt", x, solved))
            solved = least_squares(x, meters.y, weight)
        terms = solved[:, 6:]
    return terms, weight


def _hinges(model: Chosen, days: _Days) -> Floats:
    """Constant and hinges of working days, then of days of rest, those of the same model in one. (m, t, 6)"""
    temperature, rest = days.temperature, days.group % 2 == 1
    x = np.zeros((len(model.split), len(temperature), 6))
    apart = model.split == 1
    for kind in (0, 1):
        t = temperature[rest == kind]
        heat = np.maximum(model.balance[:, kind, 0, None] - t, 0.0)
        cool = np.maximum(t - model.balance[:, kind, 1, None], 0.0)
        own = np.nan_to_num(np.stack([np.ones_like(heat), heat, cool], axis=-1))
        x[:, rest == kind, :3] = np.where(apart[:, None, None] & (kind == 1), 0.0, own)
        x[:, rest == kind, 3:] = np.where(apart[:, None, None] & (kind == 1), own, 0.0)
    return x


def _huber(meters: _Meters, residual: Floats) -> Floats:
    """Weights after Huber, by the median absolute residual."""
    away = np.abs(residual)
    spread = NORMAL * np.nan_to_num(median(np.where(meters.known, away, np.nan)))
    limit = HUBER * np.maximum(spread, 1e-9)[:, None]
    return meters.known * (limit / np.maximum(away, limit))
