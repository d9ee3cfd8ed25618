"""Each machine over the year: hours and energy by state, part-load points, and how it compares with limits."""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from wattstone.detection.air.cells import FULLY, NAMEPLATE, Cells
from wattstone.detection.air.curve import MachineCurve
from wattstone.detection.air.leaks import NORMAL
from wattstone.detection.air.result import Estimate, MachineAssessment, State
from wattstone.detection.air.states import Running
from wattstone.equipment.air import Compressor
from wattstone.equipment.air.grade import grade
from wattstone.equipment.air.limits import isothermal_work

Floats = npt.NDArray[np.float64]

BINS = 20  # of flow, for the part-load points
MOSTLY = 0.95  # of an hour on: then it shows a part-load point


def machines(
    curves: Sequence[MachineCurve],
    runs: Sequence[Running],
    cells: Cells,
    weight: Floats,
    hours: float,
    drop: float,
    header: Floats,
) -> tuple[MachineAssessment, ...]:
    """Assess every machine.

    Parameters
    ----------
    curves, runs : sequences
        Of the machines, in one order.
    cells : Cells
    weight : (t,) array
        How many of each interval a year holds.
    hours : float
        Length of an interval. [h]
    drop : float
        Between machine and header. [bar]
    header : (t,) array
        Its pressure. [bar(g)]
    """
    pressure = np.where(np.isnan(cells.pressure), curves[0].compressor.pressure, cells.pressure) + drop
    return tuple(
        _machine(at, curve, run, cells, weight * hours, pressure, header + drop)
        for at, (curve, run) in enumerate(zip(curves, runs, strict=True))
    )


def _machine(
    at: int, curve: MachineCurve, run: Running, cells: Cells, hours: Floats, pressure: Floats, header: Floats
) -> MachineAssessment:
    on, load = np.nan_to_num(run.on), np.nan_to_num(run.load)
    span, energy = _by_state(curve, run, on, load, hours)
    made = float((cells.made[at] * cells.weight).sum()) * 60
    used = float((cells.power[at] * cells.weight).sum())
    doubt = float((cells.doubt[at] * cells.weight).sum()) * 60
    relative = float(np.hypot(NAMEPLATE, doubt / made)) if made > 0 else np.nan
    running = float((on * hours).sum())
    share = float((load * on * hours).sum()) / running if running > 0 else np.nan
    width = NORMAL * float((run.doubt * on * hours).sum()) / running if running > 0 else np.nan
    points, metered = _points(at, curve, run, cells, pressure)
    one = curve.compressor
    year = hours.sum() / max(np.count_nonzero(hours > 0), 1)
    step = float(year) if year > 0 else 0.0
    full = curve.full_at(_mean(pressure, cells.made[at] * cells.weight))
    return MachineAssessment(
        name=one.name,
        full_power=float(full) * run.levels.factor,
        idle_power=run.levels.idle,
        found_full=run.levels.found_full,
        found_idle=run.levels.found_idle,
        nameplate=float(full),
        state=run.state,
        flow=np.where(np.isnan(run.on), np.nan, load * on * curve.capacity_at(header)),
        hours=span,
        energy=energy,
        starts=run.starts * step / _logged_step(hours, cells),
        cycle=run.cycle,
        points=points,
        points_metered=metered,
        load=Estimate(share, max(share - width, 0.0), min(share + width, 1.0)),
        specific_power=_specific(used, made, relative),
        rated_specific_power=one.power / one.flow,
        regulation=_regulation(one),
        isothermal=float(isothermal_work(one.pressure)) * 60,
    )


def _regulation(one: Compressor) -> float:
    """Highest specific power that 10 CFR 431.345 allows; NaN if it does not cover the machine."""
    told = grade(one)
    return told.most_power if told.covered else float("nan")


def _logged_step(hours: Floats, cells: Cells) -> float:
    """Length of an interval that is known. [h]"""
    return float(cells.known.sum()) / max(np.count_nonzero(hours > 0), 1) or 1.0


def _specific(used: float, made: float, relative: float) -> Estimate:
    if not made > 0:
        return Estimate(np.nan, np.nan, np.nan)
    value = used / made * 60
    return Estimate(value, value / (1 + NORMAL * relative), value * (1 + NORMAL * relative))


def _by_state(
    curve: MachineCurve, run: Running, on: Floats, load: Floats, hours: Floats
) -> tuple[Mapping[State, float], Mapping[State, float]]:
    """Hours and kWh a year by state; an interval that holds two counts in shares."""
    power = np.nan_to_num(run.power)
    span = {state: 0.0 for state in State if state is not State.UNKNOWN}
    energy = dict(span)
    known = run.state != State.UNKNOWN
    starting = run.state == State.STARTING
    turning = known & (on > 0)
    span[State.OFF] = float((hours * np.where(known, 1 - on, 0.0)).sum())
    energy[State.OFF] = float((hours * power)[known & (on == 0)].sum())
    span[State.STARTING] = float((hours * on)[starting].sum())
    energy[State.STARTING] = float((hours * power)[starting].sum())
    rest = turning & ~starting
    if curve.cycles:
        loaded = np.where(rest, load * on, 0.0)
        taken = np.where(load >= FULLY, power, np.minimum(power, loaded * run.full))
        span[State.LOADED] = float((hours * loaded).sum())
        span[State.UNLOADED] = float((hours * np.where(rest, on - load * on, 0.0)).sum())
        energy[State.LOADED] = float((hours * taken)[rest].sum())
        energy[State.UNLOADED] = float((hours * (power - taken))[rest].sum())
        return span, energy
    idle = np.where(rest, run.idle * on, 0.0)
    wasted = np.where(run.idle >= 1, power, np.minimum(idle * run.levels.idle, power))
    span[State.UNLOADED] = float((hours * idle).sum())
    energy[State.UNLOADED] = float((hours * wasted)[rest].sum())
    for state, chosen in ((State.PARTLY, run.state != State.LOADED), (State.LOADED, run.state == State.LOADED)):
        span[state] = float((hours * (on - idle))[chosen & rest].sum())
        energy[state] = float((hours * (power - wasted))[chosen & rest].sum())
    return span, energy


def _points(at: int, curve: MachineCurve, run: Running, cells: Cells, pressure: Floats) -> tuple[Floats, bool]:
    """Part-load points of hours that it ran through: by metered flow where it ran alone, else by its power."""
    through = (cells.on[at] >= MOSTLY) & (cells.known >= 0.5)
    others = np.delete(cells.on, at, axis=0).max(axis=0, initial=0.0)
    alone = through & (others == 0) & cells.metered
    capacity, full = curve.capacity_at(pressure), curve.full_at(pressure)
    metered = np.count_nonzero(alone) >= 3
    if metered:
        flow, chosen = (cells.network + cells.purge) / capacity, alone
    else:
        flow, chosen = cells.made[at] / capacity, through
    x, y = flow[chosen], (cells.power[at] / full)[chosen]
    if x.size == 0:
        return np.zeros((0, 2)), False
    bins = np.clip((x * BINS).astype(np.int64), 0, BINS)
    held = [bins == one for one in np.unique(bins)]
    return np.array([[float(np.median(x[one])), float(np.median(y[one]))] for one in held]), bool(metered)


def _mean(values: Floats, weight: Floats) -> float:
    total = float(weight.sum())
    return float((values * weight).sum()) / total if total > 0 else float(values.mean())
