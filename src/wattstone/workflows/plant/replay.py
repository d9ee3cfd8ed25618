"""A past period of a plant, run by plans day after day, and by the operators' rules on the same demand."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from wattstone.base import Finding, InputRefused
from wattstone.dispatch.plant.evaluate import Schedule, lacking, operation, saving
from wattstone.dispatch.plant.plan import RULES, plan
from wattstone.dispatch.plant.plant import Ahead, Machine, Plant
from wattstone.dispatch.plant.replay import replay
from wattstone.dispatch.plant.result import Operation, PlantPlan
from wattstone.dispatch.plant.why import why
from wattstone.workflows.machinery.evidence import figures_of, kept
from wattstone.workflows.plant.expected import Expected, measured
from wattstone.workflows.plant.plan import PlannedPlant, filled, said, step_of
from wattstone.workflows.plant.read import ReadPlant, ahead_of, plant_of, read_plant, rests_of
from wattstone.workflows.series import floored
from wattstone.workflows.workspace import Workspace

__all__ = ["replay_plant"]

Floats = NDArray[np.float64]
METHOD = "plant.replay/1"
MOST = timedelta(days=31)
WEEK = timedelta(days=7)
DAY = 24.0  # h that are kept of each plan


def replay_plant(
    path: Path,
    *,
    start: datetime | None = None,
    end: datetime | None = None,
    ask: Sequence[datetime | int] = (),
    workspace: Workspace | None = None,
    gap: float = 0.005,
    seconds: float = 60.0,
    progress: Callable[[str, int, int | None], None] | None = None,
) -> PlannedPlant:
    """Run a past period by plans, each of the file's horizon, of which a day is kept; and by both rules.

    The plans know the demand of their horizon: it is told what planning is worth, without the errors of a forecast.

    Parameters
    ----------
    path : Path
        The plant file.
    start, end : datetime or None
        Naive UTC; the last week of the data where None. At most 31 days, which count as one month of demand charge.
    ask : sequence of datetime or int
        Hours whose reasons are wanted.
    workspace : Workspace or None
        Where the figures are kept; nowhere if None.
    gap, seconds : float
        Of each plan.
    progress : callable or None
        Called with what is done, how many days are, and how many there are.

    Returns
    -------
    PlannedPlant

    Raises
    ------
    InputRefused
        If the file or the data do not allow it.
    """
    began = time.perf_counter()
    read = read_plant(path)
    step = timedelta(hours=read.table.hours)
    last = floored(read.log.end if end is None else end, step)
    first = floored(last - WEEK if start is None else start, step)
    if not timedelta(0) < last - first <= MOST:
        raise InputRefused([_too_long(first, last)])
    expected = measured(read.log, read.columns, start=first, end=last, hours=read.table.hours)
    ahead, plant = ahead_of(read, expected), plant_of(read, expected)
    windows = list(_windows(read, expected, plant, gap, seconds, progress))
    schedule = Schedule(**{name: np.concatenate([getattr(one, name) for one in windows], axis=-1) for name in _PARTS})
    done = operation("plan", plant, ahead, schedule)
    made = _together(plant, ahead, done, time.perf_counter() - began)
    reasons = tuple(why(plant, ahead, made, step_of(expected, one)) for one in ask)
    findings = (*read.findings, *filled(read, expected), *made.findings)
    rests = rests_of(read, METHOD, (expected.start, expected.end), findings)
    figures = figures_of(tuple(said(made, read)), rests)
    run = None if workspace is None else kept(workspace, figures, rests)
    return PlannedPlant(
        read=read,
        expected=expected,
        plant=plant,
        ahead=ahead,
        plan=made,
        hours=reasons,
        figures=figures,
        run=run,
        findings=findings,
    )


_PARTS = ("load", "unit", "tank_in", "tank_out", "warmer")


def _windows(
    read: ReadPlant,
    whole: Expected,
    plant: Plant,
    gap: float,
    seconds: float,
    progress: Callable[[str, int, int | None], None] | None,
) -> Iterator[Schedule]:
    """The schedule of each day, planned with the state that the day before has left."""
    keep = round(DAY / whole.hours)
    horizon = round(read.table.horizon_hours / whole.hours)
    peak = read.table.peak_before_kw
    total = -(-whole.steps // keep)
    for number, first in enumerate(range(0, whole.steps, keep)):
        until = min(first + horizon, whole.steps)
        part = _cut(whole, first, until)
        now = plant_of(read, part)
        now = replace(now, machines=plant.machines, stores=plant.stores)
        ahead = ahead_of(read, part, peak_before=peak)
        made = plan(now, ahead, segments=read.table.segments, gap=gap, seconds=seconds)
        kept_steps = min(keep, until - first)
        yield _kept(made.operation, ahead, len(now.machines), kept_steps)
        plant = _after(plant, made.operation, kept_steps)
        peak = max(peak, float((made.operation.power + ahead.other)[:kept_steps].max()))
        if progress is not None:
            progress("plan", number + 1, total)


def _cut(whole: Expected, first: int, until: int) -> Expected:
    return replace(
        whole,
        start=whole.start + first * timedelta(hours=whole.hours),
        values={name: values[first:until] for name, values in whole.values.items()},
    )


def _kept(done: Operation, ahead: Ahead, machines: int, steps: int) -> Schedule:
    by = np.nan_to_num(done.settings["chilled_supply"] - ahead.at.chilled_supply)
    return Schedule(
        load=done.load[:machines, :steps],
        unit=done.load[machines:, :steps],
        tank_in=done.tank_in[:, :steps],
        tank_out=done.tank_out[:, :steps],
        warmer=by[:steps],
    )


def _after(plant: Plant, done: Operation, steps: int) -> Plant:
    """The plant as some steps of a plan leave it: levels, what runs, and for how long."""
    stores = tuple(replace(one, initial=float(done.level[row, steps])) for row, one in enumerate(plant.stores))
    on = done.on[:, :steps]
    machines = tuple(_left(one, on[row], done.hours) for row, one in enumerate(plant.machines))
    return replace(plant, machines=machines, stores=stores)


def _left(machine: Machine, on: NDArray[np.bool_], hours: float) -> Machine:
    last = bool(on[-1])
    changes = np.flatnonzero(on != last)
    same = on.size - int(changes[-1]) - 1 if changes.size else on.size
    since = same * hours + (machine.since if same == on.size and machine.on_before == last else 0.0)
    return replace(machine, on_before=last, since=since)


def _together(plant: Plant, ahead: Ahead, done: Operation, seconds: float) -> PlantPlan:
    """The period as a plan with its baselines."""
    baselines = tuple(replay(plant, ahead, rule) for rule in RULES)
    return PlantPlan(
        currency=plant.currency,
        start=ahead.start,
        cold=ahead.cold,
        heat=ahead.heat,
        price=ahead.price,
        operation=done,
        baselines=baselines,
        savings=tuple(saving(one.operation, done, one.rule) for one in baselines),
        objective=np.nan,
        before=done.bill.total,
        after=done.bill.total,
        bound=np.nan,
        gap=np.nan,
        approximation=(),
        seconds=seconds,
        findings=tuple(lacking(plant, ahead, done)),
    )


def _too_long(first: datetime, last: datetime) -> Finding:
    return Finding(
        code="plant.span",
        place="--from, --to",
        found="{first}Z to {last}Z is not a period that can be replayed",
        expected="a period that ends after it begins, of {most} days at most",
        remedy="replay month by month: a demand charge counts the highest power of a month",
        params={
            "first": first.isoformat(timespec="minutes"),
            "last": last.isoformat(timespec="minutes"),
            "most": MOST.days,
        },
    )
