"""What a way of running a site would have cost over a past period, step by step, with what was known then.

At each step a controller sees the past alone, and the tariff, which is published. What it decides is carried out by the
physics of the devices on what really happened. Every plan's objective is checked against the cost of its schedule.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from wattstone.dispatch.outlook import Outlook
from wattstone.dispatch.realise import Devices, Done, SetPoints, realised
from wattstone.dispatch.solve import Planner

if TYPE_CHECKING:
    import polars as pl

    from wattstone.dispatch.outlook import Errors, State, Task
    from wattstone.dispatch.plan import Plan
    from wattstone.dispatch.site import Site

Floats = NDArray[np.float64]

__all__ = ["Backtest", "Expected", "Forecaster", "Past", "backtest", "perfect", "seasonal_naive", "window"]


@dataclass(frozen=True, eq=False)
class Past:
    """What is known at a step: everything before it, nothing of it.

    Parameters
    ----------
    step : int
        Steps since the start of the period.
    load : (t,) array
        Up to the step, not included. [kW]
    pv : (systems, t) array
        What the sun allowed. [kW]
    intensity : (t,) array
        [kg CO2e kWh-1]
    """

    step: int
    load: Floats
    pv: Floats
    intensity: Floats


@dataclass(frozen=True, eq=False)
class Expected:
    """A forecast of h steps.

    Parameters
    ----------
    load : (h,) array
        [kW]
    pv : (systems, h) array
        [kW]
    intensity : (h,) array
        [kg CO2e kWh-1]
    errors : Errors or None
        Spread of the net load in the first steps.
    drift : (buffers, h) array or None
        What buffers gain by themselves; None takes what really came, which is right where it is a timetable.
    """

    load: Floats
    pv: Floats
    intensity: Floats
    errors: Errors | None = None
    drift: Floats | None = None


Forecaster = Callable[[Past, int], Expected]
"""Makes a forecast of some steps from the past."""


def seasonal_naive(day: int) -> Forecaster:
    """The forecaster that says: as at this time a day ago; 0 before there is a day.

    Parameters
    ----------
    day : int
        Steps of a day.
    """

    def again(series: Floats, steps: int) -> Floats:
        last = series[..., -day:]
        if last.shape[-1] < day:
            last = np.concatenate((np.zeros((*series.shape[:-1], day - last.shape[-1])), last), axis=-1)
        return np.tile(last, -(-steps // day))[..., :steps]

    def forecast(past: Past, steps: int) -> Expected:
        return Expected(again(past.load, steps), again(past.pv, steps), again(past.intensity, steps))

    return forecast


@dataclass(frozen=True, kw_only=True, eq=False)
class Backtest:
    """What came of a way of running a site.

    Parameters
    ----------
    name : str
        Of the way.
    site : Site
        The site.
    truth : Outlook
        What happened.
    done : Done
        Powers and states of every step.
    months : (t,) array of int
        Number of the local month of each step, from the first.
    plans, relaxed, safe : int
        How many plans were made; how many of them had to give way, or fell back.
    objective_error : float
        Largest relative difference between an objective and the cost of its schedule.
    """

    name: str
    site: Site
    truth: Outlook
    done: Done
    months: NDArray[np.int64]
    plans: int = 0
    relaxed: int = 0
    safe: int = 0
    objective_error: float = 0.0

    @property
    def peaks(self) -> Floats:
        """Highest import of each month. (months,) [kW]"""
        peaks = np.zeros(int(self.months[-1]) + 1)
        np.maximum.at(peaks, self.months, self.done.net)
        return peaks

    def totals(self) -> dict[str, float]:
        """The period in numbers.

        Returns
        -------
        dict of str to float
            `energy` (import less export), `demand` (monthly peaks), `wear`, `comfort`, `cost` (their sum, without
            weights) [currency]; `carbon` of import [kg CO2e]; `peak` [kW]; `import`, `export`, `pv`, `unserved` [kWh];
            `self_consumption` (share of what PV fed that stayed at the site), `left` (change of the stored energy)
            [kWh].
        """
        truth, done, hours = self.truth, self.done, self.truth.hours
        bought, sold = np.maximum(done.net, 0.0), np.maximum(-done.net, 0.0)
        energy = hours * float(truth.import_price @ bought - truth.export_price @ sold)
        demand = self.site.grid.demand_charge * float(self.peaks.sum())
        wear = hours * float(
            sum(b.wear * np.abs(p).sum() for b, p in zip(self.site.batteries, done.battery, strict=True))
        )
        fed = hours * float(done.pv.sum())
        return {
            "cost": energy + demand + wear + done.comfort,
            "energy": energy,
            "demand": demand,
            "wear": wear,
            "comfort": done.comfort,
            "carbon": hours * float(truth.carbon @ bought),
            "peak": float(self.peaks.max()),
            "import": hours * float(bought.sum()),
            "export": hours * float(sold.sum()),
            "pv": fed,
            "self_consumption": (fed - min(hours * float(sold.sum()), fed)) / fed if fed else 0.0,
            "unserved": done.unserved,
            "left": float(done.left),
        }

    def frame(self) -> pl.DataFrame:
        """A row for each step.

        Returns
        -------
        DataFrame
            `start` (naive UTC); `load`, `pv`, `battery`, `flexible`, `net` [kW]; `soc` [kWh]; `cost` [currency] and
            `carbon` [kg CO2e] of the step's energy: demand charges are monthly and not in it.
        """
        import polars as pl

        truth, done = self.truth, self.done
        bought, sold = np.maximum(done.net, 0.0), np.maximum(-done.net, 0.0)
        step = timedelta(hours=truth.hours)
        return pl.DataFrame(
            {
                "start": [truth.start + index * step for index in range(truth.steps)],
                "load": truth.load,
                "pv": done.pv.sum(axis=0),
                "battery": done.battery.sum(axis=0),
                "flexible": done.flexible,
                "net": done.net,
                "soc": done.soc.sum(axis=0),
                "cost": truth.hours * (truth.import_price * bought - truth.export_price * sold),
                "carbon": truth.hours * truth.carbon * bought,
            },
            schema_overrides={"start": pl.Datetime("us")},
        )


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
    peak_memory: float = 0.0,
    hold_peak: bool = False,
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
        Steps between two plans.
    announced : bool
        Whether sessions are known before vehicles arrive; runs of shiftable loads always are.
    peak_memory : float
        Share of last month's peak that a plan does not try to stay below in a new month.
    hold_peak : bool
        Whether batteries also follow the meter where import would pass the peak that is paid for already, or that the
        plan accepts: what a plan of expected values cannot see. The rules follow the meter of the step in the same way.
    planner : Planner or None
        One that is warm already.

    Returns
    -------
    Backtest
        Named `plan`.
    """
    planner, count, months = planner or Planner(), _Count(), month_numbers(site, truth)
    devices = Devices(site, truth, initial)
    chargers = {one.id for one in site.chargers}
    floors = _Peaks(months, peak_memory)
    plan: Plan | None = None
    made, plan_rows, plan_peak = 0, (), 0.0
    for step in range(truth.steps):
        if plan is None or step - made >= min(every, plan.outlook.steps):
            steps = min(horizon, truth.steps - step)
            past = Past(step, truth.load[:step].copy(), truth.pv[:, :step].copy(), truth.carbon[:step].copy())
            expected = forecast(past, steps)
            tasks, rows = devices.open_tasks(step, known=None if announced else chargers)
            look = _look(truth, expected, step, steps, tasks)
            plan, made = planner.plan(site, look, devices.state(peak=floors.at(step, devices.done.net))), step
            count.take(plan)
            plan_rows, plan_peak = rows, float(plan.schedule.net.max())
        ceiling = max(plan_peak, floors.at(step, devices.done.net)) if hold_peak else np.inf
        realised(devices, step, SetPoints.of_plan(plan, step - made, plan_rows, ceiling=ceiling))
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
        stretch = slice(first, first + steps)
        seen = Expected(truth.load[stretch], truth.pv[:, stretch], truth.carbon[stretch])
        plan = planner.plan(site, _look(truth, seen, first, steps, tasks), devices.state(peak=0.0))
        count.take(plan)
        for step in range(first, after):
            realised(devices, step, SetPoints.of_plan(plan, step - first, rows))
    return _result("perfect", site, truth, devices, months, count)


def window(truth: Outlook, first: int, steps: int) -> Outlook:
    """A stretch of an outlook; tasks are left out. Arrays are views."""
    there = slice(first, first + steps)
    return replace(
        truth,
        start=truth.start + first * timedelta(hours=truth.hours),
        load=truth.load[there],
        import_price=truth.import_price[there],
        export_price=truth.export_price[there],
        pv=truth.pv[:, there],
        intensity=truth.carbon[there],
        drift=truth.drift[:, there],
        wanted=truth.wanted[:, there],
        needed=truth.needed[:, there],
        tasks=(),
        errors=None,
        dark=None if truth.dark is None else truth.dark[there],
    )


def _look(truth: Outlook, expected: Expected, first: int, steps: int, tasks: tuple[Task, ...]) -> Outlook:
    """Tariff and clock of the truth, all else as expected."""
    there = window(truth, first, steps)
    return replace(
        there,
        load=expected.load,
        pv=expected.pv,
        intensity=expected.intensity,
        errors=expected.errors,
        drift=there.drift if expected.drift is None else expected.drift,
        tasks=tasks,
    )


def month_numbers(site: Site, truth: Outlook) -> NDArray[np.int64]:
    """Number of the local month of each step, from the first. (t,)"""
    zone, step = ZoneInfo(site.zone), timedelta(hours=truth.hours)
    local = [(truth.start + index * step).replace(tzinfo=UTC).astimezone(zone) for index in range(truth.steps)]
    months = np.array([one.year * 12 + one.month for one in local], dtype=np.int64)
    return months - months[0]


@dataclass(eq=False)
class _Peaks:
    """The peak of the month so far, and at first a share of the last month's."""

    months: NDArray[np.int64]
    memory: float
    _month: int = 0
    _seen: int = 0
    _now: float = 0.0
    _last: float = 0.0

    def at(self, step: int, net: Floats) -> float:
        """At the start of a step. [kW]"""
        for one in range(self._seen, step):
            if self.months[one] != self._month:
                self._month, self._last, self._now = int(self.months[one]), self._now, 0.0
            self._now = max(self._now, float(net[one]))
        self._seen = step
        if self.months[step] != self._month:
            return self.memory * self._now
        return max(self._now, self.memory * self._last)


def _result(
    name: str, site: Site, truth: Outlook, devices: Devices, months: NDArray[np.int64], count: _Count
) -> Backtest:
    return Backtest(
        name=name, site=site, truth=truth, done=devices.finished(), months=months,
        plans=count.plans, relaxed=count.relaxed, safe=count.safe, objective_error=count.worst,
    )  # fmt: skip
