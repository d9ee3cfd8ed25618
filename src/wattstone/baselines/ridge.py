"""Hourly use by a ridge regression for each hour of the day, in which what is recent counts more."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

import numpy as np
import numpy.typing as npt

from wattstone.baselines.conditions import Conditions, Extra, Index
from wattstone.baselines.daily_fit import WITHOUT_COOLING
from wattstone.baselines.ridge_design import PENALTIES, groups
from wattstone.baselines.ridge_solve import TINY, effective, solve, squares
from wattstone.baselines.towt import arrayed, listed, values_named
from wattstone.baselines.towt_design import hourly
from wattstone.baselines.towt_fold import complete, layout
from wattstone.baselines.towt_solve import chunks, values_of

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

METHOD = "ridge/1"
DAY = 24
MEMORY = 180.0, 60.0
"""Age at which an hour counts half in the regression, and in the level that is set last. [d]"""
MEMORY_OF_HEAT = 365.0, 120.0
"""The same of fuels and heat, of which a few months tell less. [d]"""


@dataclass(frozen=True, kw_only=True)
class Ridge:
    """Ridge models of m meters; see `fit_ridge`.

    Parameters
    ----------
    zone : str
        Of the hours that were fitted.
    sunlit : bool
        Whether irradiance is a covariate.
    names : tuple of str
        Extra variables.
    centre, size : (j,) array
        By which the covariates are standardised; size is infinite where a covariate did not vary.
    slope : (m, 24, 1 + j + k) array
        Of each hour of the day: constant, covariates, extra variables; mean power.
    level : (m, 2, 2) array
        Added last, on days off and on working days: up to the last hour that was fitted, and after it.
    until : datetime64[s]
        That hour.
    parameters : (m,) array of int
        Effective number of parameters, the trace of the hat matrix, of a meter that knows every hour.
    """

    zone: str
    sunlit: bool
    names: tuple[str, ...]
    centre: Floats
    size: Floats
    slope: Floats
    level: Floats
    until: np.datetime64
    parameters: Ints

    @property
    def method(self) -> str:
        """Name and version."""
        return METHOD

    def predict(self, conditions: Conditions, extra: Extra | None = None) -> Floats:
        """Expected use of each hour, as in `wattstone.baselines.model.Model`. (m, t)"""
        return self.expected(conditions, extra, after=conditions.start > self.until)

    def expected(self, conditions: Conditions, extra: Extra | None, *, after: npt.NDArray[np.bool_] | bool) -> Floats:
        """Expected use, at the level of the last months in hours that count as `after` the fit. (m, t)"""
        hourly(conditions, self.zone)
        x, working, _ = design(conditions, sunlit=self.sunlit)
        z = standardised(x, self.centre, self.size)
        found = _product(self.slope, z, conditions.hour)
        if self.names:
            found += np.einsum(
                "mtk,mtk->mt", values_named(extra, self.names), self.slope[:, conditions.hour, z.shape[1] :]
            )
        found += self.level[:, working.astype(np.int64), np.broadcast_to(after, len(conditions)).astype(np.int64)]
        return found * conditions.hours

    def rows(self, at: Index) -> "Ridge":
        """The models of some meters."""
        return replace(self, slope=self.slope[at], level=self.level[at], parameters=self.parameters[at])

    def to_json(self, at: int) -> dict[str, Any]:
        """One meter's model as JSON values."""
        return {
            "method": METHOD,
            "zone": self.zone,
            "sunlit": self.sunlit,
            "names": list(self.names),
            "centre": self.centre.tolist(),
            "size": [None if np.isinf(one) else float(one) for one in self.size],
            "slope": listed(self.slope[at]),
            "level": listed(self.level[at]),
            "until": str(self.until),
            "parameters": int(self.parameters[at]),
        }


def ridge_from_json(values: dict[str, Any]) -> Ridge:
    """One meter's model back from `Ridge.to_json`."""
    size = arrayed(values["size"])
    return Ridge(
        zone=values["zone"],
        sunlit=values["sunlit"],
        names=tuple(values["names"]),
        centre=arrayed(values["centre"]),
        size=np.where(np.isnan(size), np.inf, size),
        slope=arrayed(values["slope"])[None],
        level=arrayed(values["level"])[None],
        until=np.datetime64(values["until"], "s"),
        parameters=np.array([values["parameters"]]),
    )


def fit_ridge(
    use: npt.NDArray[np.floating],
    conditions: Conditions,
    extra: Extra | None = None,
    *,
    kinds: Sequence[str] | None = None,
    sunlit: bool = False,
    half_life: float | None = None,
    level_half_life: float | None = None,
) -> Ridge:
    """Fit a ridge regression for each hour of the day [1]_, then set its level by what was left of late.

    Parameters
    ----------
    use : (m, t) array
        Of each hour; NaN where not known.
    conditions : Conditions
        Hours.
    extra : Extra or None
        Further variables, each with a slope for every hour of the day.
    kinds : sequence of str or None
        Canonical kind of each meter: fuels and heat are remembered longer.
    sunlit : bool
        Whether irradiance is a covariate: for meters with PV behind them.
    half_life, level_half_life : float or None
        Age, from the last hour, at which an hour counts half in the regression and in the level; where None `MEMORY`,
        or `MEMORY_OF_HEAT`. [d]

    Returns
    -------
    Ridge
        NaN throughout for meters with no more hours than effective parameters (20 days), and in hours never read.

    Notes
    -----
    P(t) = a[h] + sum_j b[h, j] x_j(t) + c[w(t)], with h the hour of the day, x the covariates of
    `ridge_design.groups`, standardised, and w whether the day is worked. The a and b of each hour minimise
    sum_t g(t) (P(t) - a - b x)^2 + sum_t g(t) sum_j penalty_j b_j^2, g(t) = 2^(-age / half life). After the last
    fitted hour c is the mean of what is left, weighted by the shorter half life, since use drifts and the next year
    begins where the last one ended; up to that hour c is the plain mean, so that there is no bias where it is fitted.

    References
    ----------
    .. [1] A. E. Hoerl and R. W. Kennard, "Ridge regression: biased estimation for nonorthogonal problems,"
       Technometrics 12 (1), 55-67, 1970.
    """
    hourly(conditions, sunlit=sunlit)
    heat = np.isin(list(kinds or [""] * len(use)), list(WITHOUT_COOLING))
    parts: list[Ridge] = []
    order = [np.flatnonzero(~heat), np.flatnonzero(heat)]
    for rows, usual in zip(order, (MEMORY, MEMORY_OF_HEAT), strict=True):
        memory = half_life or usual[0], level_half_life or usual[1]
        mine = None if extra is None else extra.rows(rows)
        if len(rows) or not parts:
            parts.append(_fit(use[rows], conditions, mine, sunlit=sunlit, memory=memory))
    return _joined(parts, np.argsort(np.concatenate(order)))


def _joined(parts: list[Ridge], at: Ints) -> Ridge:
    """Models of several batches of the same design as one, in another order."""
    if len(parts) == 1:
        return parts[0]
    whole = {
        name: np.concatenate([getattr(one, name) for one in parts])[at] for name in ("slope", "level", "parameters")
    }
    return replace(parts[0], **whole)


def _fit(
    use: npt.NDArray[np.floating],
    conditions: Conditions,
    extra: Extra | None,
    *,
    sunlit: bool,
    memory: tuple[float, float],
) -> Ridge:
    x, working, penalty = design(conditions, sunlit=sunlit)
    fitted = complete(x)
    centre, size = _standard(x[fitted])
    z = standardised(x, centre, size)
    spread = layout(conditions.hour, DAY, fitted)
    k = 0 if extra is None else len(extra.names)
    lam = np.concatenate([[TINY], penalty])
    age = (conditions.start[-1:] - conditions.start).astype(np.float64) / 86400
    late = 0.5 ** (age / memory[1])
    weights = spread.fold(fitted * 0.5 ** (age / memory[0]))[:, :, None]
    known = np.isfinite(use) & fitted
    if extra is not None:
        known &= np.isfinite(extra.values).all(axis=-1)
    m = len(use)
    slope, level = np.full((m, DAY, z.shape[1] + k), np.nan), np.full((m, 2, 2), np.nan)
    folded = spread.fold(np.nan_to_num(z))
    square = squares(folded, weights)
    for at, whole in chunks(known[:, fitted]):
        power = use[at] / conditions.hours
        extras = None if extra is None else extra.values[at]
        v, weight = values_of(spread, power, extras, known[at])
        found = solve(folded, square, v, weights, None if whole else weight, lam)
        left = np.where(known[at], power - _expected(found, z, conditions.hour, extras), 0.0)
        level[at] = _levels(left, known[at], working, late)
        seen = weight.max(axis=1).T > 0  # an hour of the day that nobody has read has no model
        slope[at] = np.where(np.expand_dims(seen, -1), found, np.nan)
    parameters = round(effective(square, weights, lam)) + DAY * k + 2
    lost = known.sum(axis=1) <= parameters
    slope[lost], level[lost] = np.nan, np.nan
    return Ridge(
        zone=conditions.zone,
        sunlit=sunlit,
        names=() if extra is None else extra.names,
        centre=centre,
        size=size,
        slope=slope,
        level=level,
        until=conditions.start[-1] if len(conditions) else np.datetime64(0, "s"),
        parameters=np.full(m, parameters),
    )


def _levels(left: Floats, known: npt.NDArray[np.bool_], working: npt.NDArray[np.bool_], late: Floats) -> Floats:
    """Mean of what is left on days off and on working days, of all hours and of late ones. (m, 2, 2)"""
    found = np.empty((len(left), 2, 2))
    for mode, when in product((0, 1), (0, 1)):
        share = known * (working == mode) * (late if when else 1.0)
        found[:, mode, when] = (left * share).sum(axis=1) / np.maximum(share.sum(axis=1), TINY)
    return found


def design(conditions: Conditions, *, sunlit: bool) -> tuple[Floats, npt.NDArray[np.bool_], Floats]:
    """Covariates (t, j), whether each hour is of a working day (t,), and the penalties (j,)."""
    found = groups(conditions, sunlit=sunlit)
    penalty = np.concatenate([np.full(one.shape[1], PENALTIES[name]) for name, one in found.items()])
    return np.concatenate(list(found.values()), axis=1), found["working"][:, 0] > 0, penalty


def standardised(x: Floats, centre: Floats, size: Floats) -> Floats:
    """A column of ones, then the covariates about their centre in units of their size. (t, 1 + j)"""
    return np.concatenate([np.ones((len(x), 1)), (x - centre) / size], axis=1)


def _standard(x: Floats) -> tuple[Floats, Floats]:
    n = max(len(x), 1)
    mean = x.sum(axis=0) / n
    size = np.sqrt(((x - mean) ** 2).sum(axis=0) / n)
    size[size <= TINY] = np.inf
    return mean, size


def _expected(slope: Floats, z: Floats, hour: Ints, extra: Floats | None) -> Floats:
    found = _product(slope, z, hour)
    if extra is not None:
        found += np.einsum("mtk,mtk->mt", np.nan_to_num(extra), slope[:, hour, z.shape[1] :])
    return found


def _product(slope: Floats, z: Floats, hour: Ints) -> Floats:
    """Expected mean power without the extra variables. (m, t)"""
    found = np.empty((len(slope), len(z)))
    for one in range(DAY):
        at = np.flatnonzero(hour == one)
        found[:, at] = slope[:, one, : z.shape[1]] @ z[at].T
    return found
