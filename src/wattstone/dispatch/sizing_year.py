"""A year's dispatch of a site with other PV and storage: week by week with foresight, some weeks as it would be run.

A week that is planned with what will happen is cheap to work out and too good. So some weeks, spread evenly over the
year, are also run with forecasts that see the past alone, and the difference is put on the year.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from wattstone.dispatch.backtest import Expected, Past, backtest, month_numbers, window
from wattstone.dispatch.foreseen import past_of
from wattstone.dispatch.outlook import State
from wattstone.dispatch.site import Pv
from wattstone.dispatch.solve import Planner

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wattstone.dispatch.backtest import Forecaster
    from wattstone.dispatch.outlook import Outlook, Task
    from wattstone.dispatch.site import Battery, Site

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

__all__ = ["PARTS", "ROOF", "Option", "Tried", "Year", "options_of", "sized", "step_of_week", "trial", "year"]

PARTS = ("bought", "sold", "carbon", "import", "export", "pv")
"""Sums of a week: paid for import, earned by export [currency]; of import [kg CO2e]; [kWh]."""
PACK, ROOF = "sized storage", "sized pv"


@dataclass(frozen=True, order=True)
class Option:
    """What could be built.

    Parameters
    ----------
    pv : float
        Peak power. [kW]
    energy, power : float
        Of the storage. [kWh], [kW]
    """

    pv: float
    energy: float
    power: float


def options_of(pv: Sequence[float], energy: Sequence[float], hours: Sequence[float]) -> tuple[Option, ...]:
    """All pairs of PV and storage, each storage with each of some durations; nothing at all comes first.

    Parameters
    ----------
    pv, energy : sequences of float
        [kW], [kWh]; 0 is always among them.
    hours : sequence of float
        Energy over power. [h]

    Examples
    --------
    >>> options_of([50], [100], [2.0])
    (Option(pv=0.0, energy=0.0, power=0.0), Option(pv=0.0, energy=100.0, power=50.0), \
Option(pv=50.0, energy=0.0, power=0.0), Option(pv=50.0, energy=100.0, power=50.0))
    """
    packs = {(0.0, 0.0), *((float(e), e / h) for e in energy for h in hours if e > 0)}
    return tuple(sorted(Option(float(p), e, kw) for p in {0.0, *pv} for e, kw in packs))


def sized(site: Site, option: Option, *, storage: Battery) -> Site:
    """The site with an option built beside what is there.

    Parameters
    ----------
    site : Site
        As it is.
    option : Option
        What is added.
    storage : Battery
        Efficiencies, limits as shares, and wear of the storage; its capacity and powers give way to the option's.
    """
    pack = replace(storage, id=PACK, capacity=option.energy, charge=option.power, discharge=option.power)
    roof = Pv(id=ROOF, capacity=option.pv)
    return replace(
        site,
        pv=(*site.pv, roof) if option.pv else site.pv,
        batteries=(*site.batteries, pack) if option.energy else site.batteries,
    )


@dataclass(frozen=True, eq=False)
class Year:
    """Dispatch of o options over w weeks with foresight.

    Parameters
    ----------
    options : tuple of Option
        The options.
    sums : (o, w, parts) array
        In the order of `PARTS`.
    peaks : (o, w) array
        Highest import. [kW]
    months : (w,) array of int
        Number of the local month in which each week begins, from the first.
    monthly : (o,) array
        Mean of the true peaks of all months. [kW]
    days : float
        Length of the weeks together. [d]
    """

    options: tuple[Option, ...]
    sums: Floats
    peaks: Floats
    months: Ints
    monthly: Floats
    days: float


@dataclass(frozen=True, eq=False)
class Tried:
    """What forecast error added in m weeks: as run less as foreseen.

    Parameters
    ----------
    sums : (o, m, parts) array
        In the order of `PARTS`.
    peaks : (o, m) array
        [kW]
    weeks : tuple of int
        Which weeks.
    """

    sums: Floats
    peaks: Floats
    weeks: tuple[int, ...]


def year(
    site: Site, truth: Outlook, options: Sequence[Option], *, storage: Battery, per_kw: Floats, week: int, day: int
) -> Year:
    """Dispatch each option over all whole weeks, each planned with what will happen in it and on the day after.

    Parameters
    ----------
    site : Site
        As it is.
    truth : Outlook
        What happened over t steps, with the PV that is there.
    options : sequence of Option
        What could be built.
    storage : Battery
        As for `sized`.
    per_kw : (t,) array
        What a kW of new PV would have fed. [kW kW-1]
    week, day : int
        Steps.

    Returns
    -------
    Year
        Flows are those of the plans: with foresight and constant efficiencies nothing else can happen.
    """
    months = month_numbers(site, truth)
    weeks = truth.steps // week
    sums, peaks = np.zeros((len(options), weeks, len(PARTS))), np.zeros((len(options), weeks))
    monthly = np.zeros(len(options))
    for row, option in enumerate(options):
        made, seen = sized(site, option, storage=storage), _with_pv(truth, option, per_kw)
        net, fed = _foreseen(made, seen, weeks * week, week=week, day=day, months=months)
        sums[row], peaks[row] = _weekly(seen, net, fed, week)
        most = np.zeros(int(months[weeks * week - 1]) + 1)
        np.maximum.at(most, months[: weeks * week], net)
        monthly[row] = most.mean()
    days = weeks * week * truth.hours / 24
    return Year(tuple(options), sums, peaks, months[: weeks * week : week], monthly, days)


def trial(
    site: Site,
    truth: Outlook,
    options: Sequence[Option],
    forecast: Forecaster,
    *,
    storage: Battery,
    per_kw: Floats,
    week: int,
    day: int,
    count: int,
    every: int = 1,
) -> Tried:
    """Run some weeks, spread evenly, as they would be run: plan after plan with forecasts from the past alone.

    Parameters
    ----------
    site, truth, options, storage, per_kw, week, day
        As for `year`.
    forecast : Forecaster
        For the site with a kW of new PV as its last system; it is asked once for each plan, in order.
    count : int
        How many weeks.
    every : int
        Steps between plans.

    Returns
    -------
    Tried
        What is left in storage at the end of a week counts at the week's lowest price.
    """  # fmt: skip
    weeks = truth.steps // week
    chosen = tuple(int((index + 0.5) * weeks / count) for index in range(count))
    sums, peaks = np.zeros((len(options), count, len(PARTS))), np.zeros((len(options), count))
    one_kw = _with_pv(truth, Option(1.0, 0.0, 0.0), per_kw)
    planner, foreseer = Planner(), Planner()
    for column, number in enumerate(chosen):
        first = number * week
        told = {
            step - first: _asked(forecast, one_kw, step, min(day, first + week - step))
            for step in range(first, first + week, every)
        }
        for row, option in enumerate(options):
            made, seen = sized(site, option, storage=storage), _stretch(_with_pv(truth, option, per_kw), first, week)
            initial = _start(made)
            run = backtest(
                made, seen, _scaled(told, option), initial=initial, horizon=day, every=every, planner=planner
            )
            plan = foreseer.plan(made, seen, initial)
            was, most = _weekly(seen, run.done.net, run.done.pv.sum(axis=0), week)
            could, least = _weekly(seen, plan.schedule.net, plan.schedule.pv.sum(axis=0), week)
            sums[row, column], peaks[row, column] = (was - could)[0], (most - least)[0]
            held = plan.schedule.soc[:, -1].sum() - initial.soc.sum()
            sums[row, column, 0] -= (run.done.left - held) * float(seen.import_price.min())
    return Tried(sums, peaks, chosen)


def _with_pv(truth: Outlook, option: Option, per_kw: Floats) -> Outlook:
    if not option.pv:
        return truth
    there = truth.pv if truth.pv.size else np.zeros((0, truth.steps))
    return replace(truth, pv=np.concatenate([there, option.pv * per_kw[None]]))


def _start(site: Site) -> State:
    """Half full, buffers in the middle of their bands, or at what is finite of them."""
    middle = [
        float(np.mean([edge for edge in (one.low, one.high) if np.isfinite(edge)] or [0.0])) for one in site.buffers
    ]
    return State(soc=np.array([max(b.floor, b.capacity / 2) for b in site.batteries]), buffers=np.array(middle))


def _stretch(truth: Outlook, first: int, steps: int) -> Outlook:
    """A stretch with the tasks that lie in it whole."""
    inside = tuple(
        replace(task, first=task.first - first, last=task.last - first)
        for task in truth.tasks
        if task.first >= first and task.last <= first + steps
    )
    return replace(window(truth, first, steps), tasks=inside)


def _foreseen(site: Site, truth: Outlook, steps: int, *, week: int, day: int, months: Ints) -> tuple[Floats, Floats]:
    """Net power and PV fed, week after week; each begins where the last ended."""
    planner, state = Planner(), _start(site)
    owed = np.array([task.energy for task in truth.tasks])
    net, fed = np.zeros(steps), np.zeros(steps)
    for first in range(0, steps, week):
        length = min(week + day, truth.steps - first)
        tasks, rows = _open(truth, owed, first, length)
        look = replace(window(truth, first, length), tasks=tasks)
        plan = planner.plan(site, look, state).schedule
        net[first : first + week], fed[first : first + week] = plan.net[:week], plan.pv[:, :week].sum(axis=0)
        for index, row in enumerate(rows):
            owed[row] -= plan.tasks[index, :week].sum() * truth.tasks[row].efficiency * truth.hours
        after = first + week
        same = after < steps and months[after] == months[after - 1]
        now = net[:after][months[:after] == months[after - 1]]
        state = State(
            soc=plan.soc[:, week - 1], buffers=plan.states[:, week - 1], net=float(net[after - 1]),
            peak=max(0.0, float(now.max())) if same else 0.0,
        )  # fmt: skip
    return net, fed


def _open(truth: Outlook, owed: Floats, first: int, steps: int) -> tuple[tuple[Task, ...], list[int]]:
    rows = [
        row
        for row, task in enumerate(truth.tasks)
        if task.last > first and task.first < first + steps and owed[row] > 1e-6
    ]
    tasks = [truth.tasks[row] for row in rows]
    moved = (
        replace(task, first=task.first - first, last=task.last - first, energy=float(owed[row]))
        for row, task in zip(rows, tasks, strict=True)
    )
    return tuple(moved), rows


def _weekly(truth: Outlook, net: Floats, fed: Floats, week: int) -> tuple[Floats, Floats]:
    """(weeks, parts), (weeks,)"""
    bought, sold, steps = np.maximum(net, 0.0), np.maximum(-net, 0.0), net.size
    each = np.stack([
        truth.import_price[:steps] * bought, truth.export_price[:steps] * sold, truth.carbon[:steps] * bought, bought,
        sold, fed,
    ])  # fmt: skip
    by_week = each.reshape(len(PARTS), -1, week).sum(axis=2).T * truth.hours
    return by_week, np.maximum(net.reshape(-1, week).max(axis=1), 0.0)


def _asked(forecast: Forecaster, truth: Outlook, step: int, steps: int) -> Expected:
    return forecast(past_of(truth, step), steps)


def _scaled(told: dict[int, Expected], option: Option) -> Forecaster:
    """Forecasts for a kW of new PV, for an option; the spread is left out, as it would need their joint errors."""

    def forecast(past: Past, steps: int) -> Expected:
        one = told[past.step]
        new = one.pv[-1:] * option.pv if option.pv else np.zeros((0, one.load.size))
        pv = np.concatenate([one.pv[:-1], new])
        drift = None if one.drift is None else one.drift[:, :steps]
        intensity, buildings = one.intensity[:steps], one.buildings[:, :steps]
        return Expected(one.load[:steps], pv[:, :steps], intensity, drift=drift, buildings=buildings)

    return forecast


def step_of_week(truth: Outlook) -> tuple[int, int]:
    """Steps of a week and of a day."""
    day = round(timedelta(days=1) / timedelta(hours=truth.hours))
    return 7 * day, day
