"""The product's forecasters as a backtest takes them: they see what has passed, and say medians and a spread."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from itertools import pairwise
from multiprocessing import get_context

import numpy as np
from numpy.typing import NDArray

from benchmarks.measuring import cpu_now
from wattstone.dispatch.backtest import Backtest, Expected, Past, backtest, month_numbers, window
from wattstone.dispatch.backtest import Forecaster as Ahead
from wattstone.dispatch.outlook import Errors, Outlook, State
from wattstone.dispatch.plan import Plan
from wattstone.dispatch.realise import Done
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


@dataclass(frozen=True, eq=False)
class Quarter:
    """A part of a year that can be run beside the others: what happens, and what was before."""

    truth: Outlook
    learnt: Learnt


def quarters(site: Site, truth: Outlook, learnt: Learnt, *, months: int = 3) -> list[Quarter]:
    """A year in parts of some months.

    Parameters
    ----------
    site : Site
        For its clock.
    truth : Outlook
        The year.
    learnt : Learnt
        What was before it; each part learns from as many steps.
    months : int
        In a part.

    Returns
    -------
    list of Quarter
        A vehicle that is there at the end of a part has to be charged by then, which is never to the good of a plan.
    """
    number = month_numbers(site, truth) // months
    edges = [*np.flatnonzero(np.diff(number, prepend=-1)).tolist(), truth.steps]
    before = learnt.load.size
    load, pv = np.concatenate([learnt.load, truth.load]), np.concatenate([learnt.pv, truth.pv], axis=1)
    intensity = None if learnt.intensity is None else np.concatenate([learnt.intensity, truth.carbon])
    found: list[Quarter] = []
    for first, last in pairwise(edges):
        tasks = tuple(
            replace(task, first=task.first - first, last=min(task.last, last) - first)
            for task in truth.tasks
            if first <= task.first < last - 1
        )
        past = slice(first, first + before)
        seen = replace(
            learnt,
            start=learnt.start + first * timedelta(minutes=learnt.minutes),
            load=load[past],
            pv=pv[:, past],
            intensity=None if intensity is None else intensity[past],
        )
        found.append(Quarter(replace(window(truth, first, last - first), tasks=tasks), seen))
    return found


def joined(parts: list[Backtest], truth: Outlook) -> Backtest:
    """Parts of a year as one: powers one after the other, sums added."""
    first = parts[0]
    arrays = {
        name: np.concatenate([getattr(one.done, name) for one in parts], axis=-1)
        for name in ("net", "pv", "battery", "soc", "flexible", "states")
    }
    sums = {name: float(sum(getattr(one.done, name) for one in parts)) for name in ("comfort", "unserved", "left")}
    done = Done(**arrays, **sums)  # pyright: ignore[reportArgumentType]
    return Backtest(
        name=first.name, site=first.site, truth=truth, done=done,
        months=month_numbers(first.site, truth), plans=sum(one.plans for one in parts),
        relaxed=sum(one.relaxed for one in parts), safe=sum(one.safe for one in parts),
        objective_error=max(one.objective_error for one in parts),
    )  # fmt: skip


def side_by_side(run: Callable[[Quarter], Backtest], parts: list[Quarter], truth: Outlook) -> tuple[Backtest, float]:
    """Run the parts of a year, each in a process of its own, and join them; with the CPU seconds of all."""
    if len(parts) == 1:
        began = cpu_now()
        return joined([run(parts[0])], truth), cpu_now() - began
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
        done = list(pool.map(partial(_timed, run), parts))
    return joined([one for one, _ in done], truth), sum(spent for _, spent in done)


def _timed(run: Callable[[Quarter], Backtest], part: Quarter) -> tuple[Backtest, float]:
    began = cpu_now()
    return run(part), cpu_now() - began


@dataclass(frozen=True, kw_only=True, eq=False)
class Own:
    """Plans by the product's own forecasts over a part of a year.

    Parameters
    ----------
    site : Site
        Devices, limits, weights.
    initial : State
        At the start of each part.
    horizon, every, unsure : int
        Steps of a plan, between plans, and with a spread.
    level, memory : float
        Quantile of the load that is planned with; share of last month's peak that is not fought.
    """

    site: Site
    initial: State
    horizon: int
    every: int
    unsure: int
    level: float
    memory: float

    def __call__(self, part: Quarter) -> Backtest:
        """Run it."""
        ahead = Foresight(part.learnt, horizon=self.horizon, unsure=self.unsure, level=self.level)
        return backtest(
            self.site, part.truth, ahead, initial=self.initial, horizon=self.horizon, every=self.every,
            peak_memory=self.memory, planner=Careful(part.truth, self.horizon),
        )  # fmt: skip
