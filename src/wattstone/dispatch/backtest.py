"""What a way of running a site would have cost over a past period, step by step, with what was known then.

At each step a controller sees the past alone, and the tariff, which is published. What it decides is carried out by the
physics of the devices on what really happened. Every plan's objective is checked against the cost of its schedule.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from wattstone.dispatch.demand import PeakBook, with_peak
from wattstone.dispatch.follow import follow_of
from wattstone.dispatch.foreseen import Expected, Forecaster, Past, again, past_of, seasonal_naive
from wattstone.dispatch.outcome import Backtest, day_numbers, month_numbers, window
from wattstone.dispatch.realise import Devices, SetPoints, realised
from wattstone.dispatch.solve import Planner

if TYPE_CHECKING:
    from wattstone.dispatch.outlook import Outlook, State
    from wattstone.dispatch.plan import Plan
    from wattstone.dispatch.site import Site
    from wattstone.dispatch.tasks import Task

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

__all__ = [
    "Backtest",
    "Expected",
    "Forecaster",
    "Past",
    "backtest",
    "month_numbers",
    "perfect",
    "seasonal_naive",
    "window",
]


@dataclass(eq=False)
class _Count:
    plans: int = 0
    relaxed: int = 0
    safe: int = 0
    worst: float = 0.0

    def take(self, plan: Plan) -> None:
        self.plans += 1
        self.relaxed += plan.mode == "relaxed"
        self.safe += plan.mode == "safe"
        error = abs(plan.objective - plan.costs.total) / max(abs(plan.objective), 1e-3)
        self.worst = max(self.worst, error)


def backtest(
    site: Site,
    truth: Outlook,
    forecast: Forecaster,
    *,
    initial: State,
    horizon: int,
    every: int = 1,
    announced: bool = False,
    book: PeakBook | None = None,
    planner: Planner | None = None,
) -> Backtest:
    """Run a site through a period by plans that are renewed as it goes.

    Parameters
    ----------
    site : Site
        Devices, limits, weights.
    truth : Outlook
        What happened, over t steps; its tasks count from the first step.
    forecast : Forecaster
        It is given copies of the past alone.
    initial : State
        At the first step.
    horizon : int
        Steps of a plan.
    every : int
        Steps between two plans; a month begins with a new one.
    announced : bool
        Whether sessions are known before vehicles arrive; runs of shiftable loads always are.
    book : PeakBook or None
        What days before the period cost under a peak; days of the period are added to it as they pass. None begins an
        empty one.
    planner : Planner or None
        One that is warm already.

    Returns
    -------
    Backtest
        Named `plan`.
    """
    planner, count, months = planner or Planner(), _Count(), month_numbers(site, truth)
    devices, known = Devices(site, truth, initial), None if announced else {one.id for one in site.chargers}
    book = PeakBook(site) if book is None else book
    days = _Days(site, truth, devices, book)
    plan: Plan | None = None
    made, plan_rows, peak = 0, (), 0.0
    for step in range(truth.steps):
        days.begin(step)
        peak = peak if step and months[step] == months[step - 1] else 0.0
        if plan is None or step - made >= min(every, plan.outlook.steps) or months[step] != months[made]:
            steps = min(horizon, truth.steps - step)
            expected = forecast(past_of(truth, step), steps)
            tasks, plan_rows = devices.open_tasks(step, known=known)
            state = devices.state(peak=peak)
            look = _look(truth, expected, step, steps, tasks)
            if steps < horizon:
                look = replace(look, terminal_value=_end_value(site, truth, look, horizon))
            plan, made = planner.plan(site, with_peak(site, look, state, book), state), step
            count.take(plan)
        follow = follow_of(plan, step - made, peak=max(plan.ceiling, peak))
        realised(devices, step, SetPoints.of_plan(plan, step - made, plan_rows, follow=follow))
        peak = max(peak, float(devices.done.net[step]))
    return _result("plan", site, truth, devices, months, count)


def perfect(site: Site, truth: Outlook, *, initial: State, margin: int, planner: Planner | None = None) -> Backtest:
    """Run a site through a period by one plan for each month, made with what will happen.

    Parameters
    ----------
    site, truth, initial
        As for `backtest`.
    margin : int
        Steps by which a plan looks into the next month.
    planner : Planner or None
        None takes one with presolve, as these programs are large.

    Returns
    -------
    Backtest
        Named `perfect`. It is what better forecasts could reach with the same planner; months are chained, so that the
        true optimum can be lower by what energy carried over from one month to the next is worth.
    """
    planner, count, months = planner or Planner(presolve=True), _Count(), month_numbers(site, truth)
    devices, edges = Devices(site, truth, initial), np.flatnonzero(np.diff(months, prepend=-1)).tolist()
    for first, after in zip(edges, [*edges[1:], truth.steps], strict=True):
        steps = min(after + margin, truth.steps) - first
        tasks, rows = devices.open_tasks(first, known=None, until=first + steps)
        come = window(truth, first, steps)
        seen = Expected(come.load, come.pv, come.carbon, drift=come.drift, buildings=come.buildings)
        look = _look(truth, seen, first, steps, tasks)
        look = replace(look, margin=np.where(np.arange(steps) < after - first, 0.0, -np.inf))
        plan = planner.plan(site, look, devices.state(peak=0.0))
        count.take(plan)
        for step in range(first, after):
            realised(devices, step, SetPoints.of_plan(plan, step - first, rows))
    return _result("perfect", site, truth, devices, months, count)


@dataclass(eq=False)
class _Days:
    """Days of the period, each learnt from when it is over."""

    site: Site
    truth: Outlook
    devices: Devices
    book: PeakBook
    _numbers: Ints = field(init=False)
    _first: int = 0
    _state: State = field(init=False)
    _owed: Floats = field(init=False)

    def __post_init__(self) -> None:
        self._numbers = day_numbers(self.site, self.truth)
        self._state, self._owed = self.devices.state(peak=0.0), self.devices.owed.copy()

    def begin(self, step: int) -> None:
        """Take in the day before where a new one begins."""
        if not step or self._numbers[step] == self._numbers[step - 1]:
            return
        whole = self._first or (self._numbers[:step] == self._numbers[0]).sum() * self.truth.hours >= 23.0
        if whole and self.site.grid.demand_charge:
            day = replace(window(self.truth, self._first, step - self._first), tasks=self._tasks(step))
            self.book.learn(day, self._state)
        self._first, self._state, self._owed = step, self.devices.state(peak=0.0), self.devices.owed.copy()

    def _tasks(self, end: int) -> tuple[Task, ...]:
        """Tasks that had begun by the end of the day, as they were at its start."""
        return tuple(
            replace(task, first=task.first - self._first, last=task.last - self._first, energy=float(owed))
            for task, owed in zip(self.truth.tasks, self._owed, strict=True)
            if task.first < end and task.last > self._first and owed > 1e-6
        )


def _look(truth: Outlook, expected: Expected, first: int, steps: int, tasks: tuple[Task, ...]) -> Outlook:
    """Tariff and clock of the truth, all else as expected; a drift of which nothing is said is that of a day ago."""
    there, drift = window(truth, first, steps), expected.drift
    if drift is None:
        drift = again(truth.drift[:, :first], steps, day=max(1, round(24 / truth.hours)))
    return replace(
        there,
        load=expected.load,
        pv=expected.pv,
        intensity=expected.intensity,
        errors=expected.errors,
        drift=drift,
        wanted=there.wanted if expected.wanted is None else expected.wanted,
        needed=there.needed if expected.needed is None else expected.needed,
        margin=expected.margin,
        buildings=expected.buildings,
        building_errors=expected.building_errors,
        tasks=tasks,
    )


def _end_value(site: Site, truth: Outlook, look: Outlook, horizon: int) -> float | None:
    """Worth of a kWh left at the end of the period, by the prices of a whole horizon before it."""
    if truth.terminal_value is not None or not site.batteries:
        return truth.terminal_value
    first = max(0, truth.steps - horizon)
    intensity = np.concatenate((truth.carbon[first : truth.steps - look.steps], look.carbon))
    prices = site.weights.energy * truth.import_price[first:] + site.weights.carbon * intensity
    return max(0.0, float(prices.min())) * min(one.discharge_efficiency for one in site.batteries)


def _result(name: str, site: Site, truth: Outlook, devices: Devices, months: Ints, count: _Count) -> Backtest:
    return Backtest(
        name=name,
        site=site,
        truth=truth,
        done=devices.finished(),
        months=months,
        plans=count.plans,
        relaxed=count.relaxed,
        safe=count.safe,
        objective_error=count.worst,
    )
