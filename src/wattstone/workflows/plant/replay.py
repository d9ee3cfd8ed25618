"""A past period of a plant, run by plans day after day, and by the operators' rules on the same demand."""

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from wattstone.base import Finding, InputRefused
from wattstone.dispatch.plant.evaluate import Schedule, lacking, operation, saving
from wattstone.dispatch.plant.plan import RULES
from wattstone.dispatch.plant.plant import Ahead, Plant
from wattstone.dispatch.plant.replay import replay
from wattstone.dispatch.plant.result import Operation, PlantPlan
from wattstone.dispatch.plant.rolling import rolled
from wattstone.dispatch.plant.why import why
from wattstone.workflows.machinery.evidence import figures_of, kept
from wattstone.workflows.plant.checks import refuse_impossible, softened, unequal, wasted
from wattstone.workflows.plant.expected import Expected, forecast, measured
from wattstone.workflows.plant.plan import PlannedPlant, charged, filled, said, step_of
from wattstone.workflows.plant.read import ReadPlant, ahead_of, plant_of, read_plant, rests_of
from wattstone.workflows.series import floored
from wattstone.workflows.workspace import Workspace

__all__ = ["replay_plant"]

Floats = NDArray[np.float64]
METHOD = "plant.replay/1"
MOST = timedelta(days=31)
WEEK = timedelta(days=7)
DAY = 24.0  # h that are carried out of each plan
PRICES = frozenset({"price"})


def replay_plant(
    path: Path,
    *,
    start: datetime | None = None,
    end: datetime | None = None,
    known: bool = False,
    ask: Sequence[datetime | int] = (),
    workspace: Workspace | None = None,
    gap: float = 0.005,
    seconds: float = 60.0,
    progress: Callable[[str, int, int | None], None] | None = None,
) -> PlannedPlant:
    """Run a past period by plans, each of the file's horizon, of which a day is carried out; and by both rules.

    Each plan is made on a forecast from what was measured before it, and carried out on what then came; prices are
    taken as known, as those of a tariff or of the day ahead are.

    Parameters
    ----------
    path : Path
        The plant file.
    start, end : datetime or None
        Naive UTC; the last week of the data where None. At most 31 days, which count as one month of demand charge.
    known : bool
        Whether plans know the demand and weather of their horizon: what planning is worth without a forecast's errors.
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
    read = read_plant(path, workspace)
    step = timedelta(hours=read.table.hours)
    last = floored(read.log.end if end is None else end, step)
    first = floored(last - WEEK if start is None else start, step)
    if not timedelta(0) < last - first <= MOST:
        raise InputRefused([_too_long(first, last)])
    expected = measured(read.log, read.columns, start=first, end=last, hours=read.table.hours)
    ahead, plant = ahead_of(read, expected), plant_of(read, expected)
    refuse_impossible(read, plant, expected, ahead)
    schedule = _rolled(read, expected, plant, known=known, gap=gap, seconds=seconds, progress=progress)
    done = operation("plan", plant, ahead, schedule)
    made = _together(plant, ahead, done, time.perf_counter() - began)
    reasons = tuple(why(plant, ahead, made, step_of(expected, one)) for one in ask)
    told = (*softened(made.findings), *wasted(read, plant, ahead, done), *unequal(read, ahead, made))
    findings = (*read.findings, *filled(read, expected), *charged(read, made), *told)
    rests = rests_of(read, METHOD, (expected.start, expected.end), findings)
    figures = figures_of(tuple(said(made, read)), rests)
    run = None
    if workspace is not None:
        run, figures = kept(workspace, figures, rests)
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


def _rolled(
    read: ReadPlant,
    whole: Expected,
    plant: Plant,
    *,
    known: bool,
    gap: float,
    seconds: float,
    progress: Callable[[str, int, int | None], None] | None,
) -> Schedule:
    """Plans of the file's horizon, of which a day is carried out, one after the other."""

    def happened(first: int, last: int) -> tuple[Plant, Ahead]:
        part = _cut(whole, first, last)
        return plant_of(read, part), ahead_of(read, part)

    def expected(first: int, last: int) -> tuple[Plant, Ahead]:
        if known:
            return happened(first, last)
        at = whole.start + first * timedelta(hours=whole.hours)
        part = forecast(
            read.log, read.columns, at=at, steps=last - first, hours=whole.hours, zone=read.table.zone, told=PRICES
        )
        return plant_of(read, part), ahead_of(read, part)

    return rolled(
        plant,
        whole.steps,
        expected=expected,
        happened=happened,
        every=round(DAY / whole.hours),
        horizon=round(read.table.horizon_hours / whole.hours),
        peak=read.table.peak_before_kw,
        segments=read.table.segments,
        gap=gap,
        limit=seconds,
        progress=None if progress is None else lambda done, total: progress("plan", done, total),
    ).schedule


def _cut(whole: Expected, first: int, until: int) -> Expected:
    return replace(
        whole,
        start=whole.start + first * timedelta(hours=whole.hours),
        values={name: values[first:until] for name, values in whole.values.items()},
    )


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
