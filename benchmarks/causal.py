"""The product's forecasters as a backtest takes them: they see what has passed, and say medians and a spread."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from wattstone.dispatch.foreseen import Expected, Past, again
from wattstone.dispatch.foreseen import Forecaster as Ahead
from wattstone.dispatch.outcome import Backtest
from wattstone.dispatch.outlook import Errors, Outlook
from wattstone.forecasting import LEVELS, Forecast, Forecaster, Kind, Spec, made

Floats = NDArray[np.float64]
AGREES = 1e-6  # relative: objective against the cost recomputed from the schedule


@dataclass(frozen=True, kw_only=True, eq=False)
class Learnt:
    """What was measured before a backtest begins.

    Load (t,), pv (systems, t) [kW], intensity (t,) [kg kWh-1], and what buffers gained by themselves (buffers, t).
    """

    start: datetime
    minutes: int
    zone: str
    load: Floats
    pv: Floats
    intensity: Floats | None
    pv_most: Floats
    drift: Floats | None = None


class Foresight:
    """Forecasts of one site; each step that has passed is taken in once, so that nothing later is ever seen.

    Parameters
    ----------
    learnt : Learnt
        From which it begins.
    horizon : int
        Most steps that are asked for.
    unsure : int
        First steps of which the spread of the net load is told.
    level : float
        Quantile of the net load that peaks are planned for.
    """

    def __init__(self, learnt: Learnt, *, horizon: int, unsure: int, level: float = 0.95) -> None:
        self._learnt, self._unsure, self._level, self._taken = learnt, unsure, level, 0
        self._hours = horizon * learnt.minutes / 60
        self._load = self._made("load", learnt.load[None])
        self._pv = self._made("pv", learnt.pv) if len(learnt.pv) else None
        self._intensity = None if learnt.intensity is None else self._made("carbon", learnt.intensity[None])

    def _made(self, kind: Kind, past: Floats) -> Forecaster:
        one = self._learnt
        forecaster = made(Spec(kind, len(past), one.start, one.minutes, zone=one.zone, hours=self._hours))
        forecaster.observe_all(past)
        return forecaster

    def __call__(self, past: Past, steps: int) -> Expected:
        """Take in what is new, and forecast."""
        for step in range(self._taken, past.step):
            self._load.observe(past.load[step : step + 1])
            if self._pv is not None:
                self._pv.observe(past.pv[:, step])
            if self._intensity is not None:
                self._intensity.observe(past.intensity[step : step + 1])
        self._taken = past.step
        load = self._load.forecast(steps)
        pv = None if self._pv is None else self._pv.forecast(steps)
        sun = np.zeros((0, steps)) if pv is None else np.clip(pv.median, 0.0, self._learnt.pv_most[:, None])
        carbon = np.zeros(steps) if self._intensity is None else self._intensity.forecast(steps).median[0]
        errors = spread(load, pv, min(self._unsure, steps))
        drift = None
        if self._learnt.drift is not None:
            day = 1440 // self._learnt.minutes
            drift = again(np.concatenate([self._learnt.drift[:, -day:], past.drift], axis=1), steps, day=day)
        return Expected(load.median[0], sun, carbon, errors, drift, margin=above(load, pv, self._level))


def spread(load: Forecast, pv: Forecast | None, steps: int) -> Errors | None:
    """Quantiles of the error of load less PV in the first steps; errors of both count as independent."""
    if not steps:
        return None
    levels = np.array(LEVELS)
    square = np.stack([load.quantile(a)[0, :steps] - load.median[0, :steps] for a in levels], axis=1) ** 2
    if pv is not None:
        for a, column in zip(levels, square.T, strict=True):
            away = pv.quantile(round(1 - float(a), 9))[:, :steps] - pv.median[:, :steps]
            column += (away**2).sum(axis=0)
    return Errors.from_quantiles(np.sort(np.sign(levels - 0.5) * np.sqrt(square), axis=1), levels)


def above(load: Forecast, pv: Forecast | None, level: float) -> Floats:
    """By how much the net load may lie above its median, at a quantile; errors of both count as independent."""
    square = (load.quantile(level)[0] - load.median[0]) ** 2
    if pv is not None:
        square = square + ((pv.median - pv.quantile(round(1 - level, 9))) ** 2).sum(axis=0)
    return np.sqrt(square)


def looking(truth: Outlook) -> Ahead:
    """The forecaster that knows the coming steps, to tell what forecast error costs."""

    def known(past: Past, steps: int) -> Expected:
        ahead = slice(past.step, past.step + steps)
        return Expected(truth.load[ahead], truth.pv[:, ahead], truth.carbon[ahead], drift=truth.drift[:, ahead])

    return known


def starts(first: datetime, minutes: int, steps: int) -> list[datetime]:
    """Starts of the steps, naive UTC."""
    return [first + index * timedelta(minutes=minutes) for index in range(steps)]


def agreement(results: list[Backtest]) -> float:
    """Largest relative difference between an objective and the cost of its schedule."""
    return max(one.objective_error for one in results)
