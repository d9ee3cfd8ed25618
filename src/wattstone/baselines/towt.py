"""Time of week and temperature: hourly use by a constant for each hour of the week and a broken line in temperature."""

from dataclasses import dataclass, replace
from typing import Any, cast

import numpy as np
import numpy.typing as npt

from wattstone.base import WattstoneError
from wattstone.baselines.conditions import HOURS_A_WEEK, Bools, Conditions, Extra, Index
from wattstone.baselines.statistics import deviation
from wattstone.baselines.towt_design import CLASSES, KNOTS, classes, hourly, irradiance, knots, pieces
from wattstone.baselines.towt_fold import Covariates, complete, covered, layout
from wattstone.baselines.towt_solve import Slopes, chunks, occupied, regress, summed, values_of

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

HUBER = 1.345  # 95 % efficiency at the normal distribution: P. J. Huber, Annals of Math. Stat. 35 (1964) 73
ROUNDS = 5
METHOD = "towt/1"


@dataclass(frozen=True, kw_only=True)
class Towt:
    """Time-of-week-and-temperature models of m meters; see `fit_towt`.

    Parameters
    ----------
    zone : str
        Of the hours that were fitted.
    holidays : bool
        Whether days off have constants of their own.
    bounds : tuple of float
        Between the pieces of temperature. [degC]
    sunlit : bool
        Whether irradiance is a covariate, the last one.
    names : tuple of str
        Extra variables.
    constant : (m, 192) array
        Of each hour of the week, then of days off; mean power.
    busy : (m, 192) array of bool
        Which of them are occupied.
    slope : (m, 2, j) array
        Of temperature in pieces, and of irradiance; unoccupied, then occupied.
    extra : (m, k) array
        Of the extra variables.
    parameters : (m,) array of int
        How many were fitted.
    """

    zone: str
    holidays: bool
    bounds: tuple[float, ...]
    sunlit: bool
    names: tuple[str, ...]
    constant: Floats
    busy: Bools
    slope: Floats
    extra: Floats
    parameters: Ints

    @property
    def method(self) -> str:
        """Name and version."""
        return METHOD

    def predict(self, conditions: Conditions, extra: Extra | None = None) -> Floats:
        """Expected use of each hour, as in `wattstone.baselines.model.Model`. (m, t)"""
        hourly(conditions, self.zone)
        x = covariates(conditions, self.bounds, sunlit=self.sunlit)
        kind = classes(conditions, holidays=self.holidays)
        slope = self.slope
        found = np.where(self.busy[:, kind], slope[:, 1] @ x.T, slope[:, 0] @ x.T)
        found += self.constant[:, kind]
        if self.names:
            found += np.einsum("mtk,mk->mt", values_named(extra, self.names), self.extra)
        return found * conditions.hours

    def rows(self, at: Index) -> "Towt":
        """The models of some meters."""
        return replace(
            self,
            constant=self.constant[at],
            busy=self.busy[at],
            slope=self.slope[at],
            extra=self.extra[at],
            parameters=self.parameters[at],
        )

    def to_json(self, at: int) -> dict[str, Any]:
        """One meter's model as JSON values."""
        return {
            "method": METHOD,
            "zone": self.zone,
            "holidays": self.holidays,
            "bounds": list(self.bounds),
            "sunlit": self.sunlit,
            "names": list(self.names),
            "constant": listed(self.constant[at]),
            "busy": np.flatnonzero(self.busy[at]).tolist(),
            "slope": listed(self.slope[at]),
            "extra": listed(self.extra[at]),
            "parameters": int(self.parameters[at]),
        }


def towt_from_json(values: dict[str, Any]) -> Towt:
    """One meter's model back from `Towt.to_json`."""
    constant = arrayed(values["constant"])
    return Towt(
        zone=values["zone"],
        holidays=values["holidays"],
        bounds=tuple(values["bounds"]),
        sunlit=values["sunlit"],
        names=tuple(values["names"]),
        constant=constant[None],
        busy=np.isin(np.arange(len(constant)), values["busy"])[None],
        slope=arrayed(values["slope"])[None],
        extra=arrayed(values["extra"])[None],
        parameters=np.array([values["parameters"]]),
    )


def fit_towt(
    use: npt.NDArray[np.floating],
    conditions: Conditions,
    extra: Extra | None = None,
    *,
    holidays: bool = True,
    sunlit: bool = False,
    robust: bool = False,
    bounds: tuple[float, ...] = KNOTS,
) -> Towt:
    """Fit time-of-week-and-temperature models [1]_, with occupancy and pieces of temperature as in CalTRACK [2]_.

    Parameters
    ----------
    use : (m, t) array
        Of each hour; NaN where not known.
    conditions : Conditions
        Hours.
    extra : Extra or None
        Further variables, each with one slope.
    holidays : bool
        Whether days off have constants of their own; else they are Sundays.
    sunlit : bool
        Whether irradiance is a covariate: for meters with PV behind them.
    robust : bool
        Whether outliers count less: Huber's M-estimator, `ROUNDS` of reweighting.
    bounds : tuple of float
        Of the pieces of temperature; those with too few hours are joined. [degC]

    Returns
    -------
    Towt
        NaN throughout for meters with no more hours than parameters. An hour of the week without any reading is taken
        from the same hour of other days, one of a day off from Sundays.

    Notes
    -----
    P(t) = a[w(t)] + sum_j b[o(w(t)), j] T_j(t) + sum_k c[k] z_k(t), with w the hour of the week, T_j the pieces of
    temperature, and o whether the hour of the week is occupied: whether more than 65 % of its residuals from a
    regression on heating and cooling degrees (50 and 65 degF) are positive. Ordinary least squares.

    References
    ----------
    .. [1] J. L. Mathieu, P. N. Price, S. Kiliccote and M. A. Piette, "Quantifying changes in building electricity use,
       with application to demand response," IEEE Transactions on Smart Grid 2 (3), 507-518, 2011.
    .. [2] CalTRACK methods 2.0, sections 3.8 and 3.9, docs.caltrack.org.
    """
    hourly(conditions, sunlit=sunlit)
    bounds = knots(conditions.temperature, bounds)
    x = covariates(conditions, bounds, sunlit=sunlit)
    fitted = complete(x)
    spread = layout(classes(conditions, holidays=holidays), CLASSES, fitted)
    folded, warmth = covered(spread.fold(x)), spread.fold(conditions.temperature)
    known = np.isfinite(use[:, fitted])
    if extra is not None:
        known &= np.isfinite(extra.values[:, fitted]).all(axis=-1)
    m, k = len(use), 0 if extra is None else len(extra.names)
    found = Slopes(
        np.full((m, CLASSES), np.nan),
        np.full((m, 2, x.shape[1]), np.nan),
        np.full((m, k), np.nan),
        np.zeros(m, dtype=np.int64),
    )
    busy = np.zeros((m, CLASSES), dtype=bool)
    for at, whole in chunks(known):
        told = np.zeros((len(at), len(conditions)), dtype=bool)
        told[:, fitted] = known[at]
        power = use[at] / conditions.hours
        v, weight = values_of(spread, power, None if extra is None else extra.values[at], told)
        mode = occupied(warmth, v[:, :, 0], weight[:, :, :1] if whole else weight)
        one = _solved(folded, v, weight, mode, whole=whole, robust=robust)
        enough = told.sum(axis=1) > one.parameters
        busy[at] = mode.T & enough[:, None]
        found.parameters[at] = one.parameters
        for all_of, part in ((found.constant, one.constant), (found.slope, one.slope), (found.extra, one.extra)):
            all_of[at[enough]] = part[enough]
    return Towt(
        zone=conditions.zone,
        holidays=holidays,
        bounds=bounds,
        sunlit=sunlit,
        names=() if extra is None else extra.names,
        constant=filled(found.constant),
        busy=busy,
        slope=found.slope,
        extra=found.extra,
        parameters=found.parameters,
    )


def _solved(x: Covariates, v: Floats, weight: Floats, mode: Bools, *, whole: bool, robust: bool) -> Slopes:
    """One batch; with weights by Huber where outliers shall count less."""
    found = regress(summed(x, v, weight, complete=whole), mode)
    if not robust:
        return found
    w, length, _, m = v.shape
    for _ in range(ROUNDS):
        by_mode: Floats = np.einsum("wjl,mqj->qwlm", x.x, found.slope, optimize=True)
        weather = cast("Floats", np.where(mode[:, None, :], by_mode[1], by_mode[0]))
        others: Floats = np.einsum("wlkm,mk->wlm", v[:, :, 1:], found.extra)
        expected = np.nan_to_num(found.constant).T[:, None, :] + weather + others
        residual = np.where(weight > 0, v[:, :, 0] - expected, np.nan)
        scale = np.maximum(deviation(residual.reshape(w * length, m).T), 1e-12)
        far = np.abs(np.nan_to_num(residual)) / scale
        found = regress(summed(x, v, weight * np.minimum(1.0, HUBER / np.maximum(far, HUBER)), complete=False), mode)
    return found


def covariates(conditions: Conditions, bounds: tuple[float, ...], *, sunlit: bool) -> Floats:
    """Pieces of temperature, and irradiance where it is asked for. (t, j)"""
    warm = pieces(conditions.temperature, bounds)
    return np.concatenate([warm, irradiance(conditions)[:, None]], axis=1) if sunlit else warm


def filled(constant: Floats) -> Floats:
    """Constants of classes without a reading: of days off from Sundays, else from the same hour of other days."""
    week = constant[:, :HOURS_A_WEEK].reshape(len(constant), 7, 24)
    known = ~np.isnan(week)
    count = known.sum(axis=1)
    same = np.where(count > 0, np.where(known, week, 0.0).sum(axis=1) / np.maximum(count, 1), np.nan)
    week = np.where(known, week, same[:, None, :])
    off = constant[:, HOURS_A_WEEK:]
    return np.concatenate([week.reshape(len(constant), HOURS_A_WEEK), np.where(np.isnan(off), week[:, 6], off)], axis=1)


def values_named(extra: Extra | None, names: tuple[str, ...]) -> Floats:
    """Values of the extra variables of a fit, in its order. (m, t, k)"""
    if extra is None or not set(names) <= set(extra.names):
        raise WattstoneError(f"the model needs the variables {', '.join(names)}")
    return extra.values[:, :, [extra.names.index(name) for name in names]]


def listed(values: npt.NDArray[np.floating]) -> list[Any]:
    """An array as nested lists for JSON, None for NaN."""
    told: npt.NDArray[np.object_] = values.astype(object)
    told[np.isnan(values)] = None
    return told.tolist()


def arrayed(values: list[Any]) -> Floats:
    """An array from nested lists, NaN for None."""
    return np.array(values, dtype=np.float64)
