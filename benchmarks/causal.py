"""The product's forecasters as a backtest takes them: they see what has passed, and say medians and a spread."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from wattstone.dispatch.backtest import Backtest, Expected, Past
from wattstone.dispatch.backtest import Forecaster as Ahead
from wattstone.dispatch.outlook import Errors, Outlook, State
from wattstone.dispatch.plan import Plan
from wattstone.dispatch.site import Site
from wattstone.dispatch.solve import Planner
from wattstone.forecasting import LEVELS, Forecast, Forecaster, Kind, Spec, made

Floats = NDArray[np.float64]
AGREES = 1e-6  # relative: objective against the cost recomputed from the schedule


@dataclass(frozen=True, kw_only=True, eq=False)
class Learnt:
    """What was measured before a backtest begins: load (t,), pv (systems, t) [kW], intensity (t,) [kg kWh-1]."""

    start: datetime
    minutes: int
    zone: str
    load: Floats
    pv: Floats
    intensity: Floats | None
    pv_most: Floats


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
        Quantile of the load that is planned with. Above the median a plan keeps energy for peaks, of which one that
        was not foreseen costs a month's charge.
    """

    def __init__(self, learnt: Learnt, *, horizon: int, unsure: int, level: float = 0.5) -> None:
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
        return Expected(load.quantile(self._level)[0], sun, carbon, spread(load, pv, min(self._unsure, steps)))


class Careful(Planner):
    """A planner that stays below the month's peak by as much as the net load may lie above its forecast.

    Else each plan fills up to the peak, each error goes beyond it, and the next plan takes the higher peak for free.
    Rooms are planned with the outdoor temperature of a day ago: what will warm them is not known.

    Parameters
    ----------
    truth : Outlook
        Of which the drift before the plan's start is used.
    day : int
        Steps of a day.
    """

    def __init__(self, truth: Outlook, day: int) -> None:
        super().__init__()
        self._truth, self._day = truth, day

    def plan(self, site: Site, outlook: Outlook, state: State) -> Plan:
        """As `Planner.plan`."""
        now = round((outlook.start - self._truth.start) / timedelta(hours=self._truth.hours))
        drift, rooms = outlook.drift.copy(), [row for row, one in enumerate(site.buffers) if one.kind == "zone"]
        for row in rooms:
            past = self._truth.drift[row, max(0, now - self._day) : now]
            drift[row] = np.resize(past, outlook.steps) if past.size else 0.0
        margin = 0.0 if outlook.errors is None else float(outlook.errors.values[:, -1].max())
        careful = replace(state, peak=max(0.0, state.peak - margin))
        return super().plan(site, replace(outlook, drift=drift), careful)


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


def looking(truth_load: Floats, truth_pv: Floats, intensity: Floats) -> Ahead:
    """The forecaster that knows the coming steps, to tell what forecast error costs."""

    def known(past: Past, steps: int) -> Expected:
        ahead = slice(past.step, past.step + steps)
        return Expected(truth_load[ahead], truth_pv[:, ahead], intensity[ahead])

    return known


def starts(first: datetime, minutes: int, steps: int) -> list[datetime]:
    """Starts of the steps, naive UTC."""
    return [first + index * timedelta(minutes=minutes) for index in range(steps)]


def agreement(results: list[Backtest]) -> float:
    """Largest relative difference between an objective and the cost of its schedule."""
    return max(one.objective_error for one in results)
