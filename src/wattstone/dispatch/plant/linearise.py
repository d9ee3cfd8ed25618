"""Piecewise-linear curves of machines for the mixed-integer program, and how far they lie from the machines' own.

The breakpoints of a machine are placed in every step by dynamic programming, so that the largest distance is least.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from wattstone.dispatch.commitment.types import Carrier, Commitment, Store, Unit
from wattstone.dispatch.plant.result import Approximation

if TYPE_CHECKING:
    from wattstone.dispatch.plant.plant import Ahead, Machine, Plant
    from wattstone.dispatch.plant.sheets import Sheet

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]

__all__ = ["breakpoints", "commitment", "unit_of"]

COARSE, JUMP = 2, 0.02
"""Every second point is a candidate for a break, and every point where that leaves more than this error (a curve that
jumps, as where free cooling ends)."""


def breakpoints(sheet: Sheet, segments: int) -> tuple[Rows, Approximation]:
    """Rows of a sheet at which its curve is broken in every step, and the error that remains.

    Parameters
    ----------
    sheet : Sheet
        The machine.
    segments : int
        Pieces wanted, 1 or more.

    Returns
    -------
    rows : (t, k) array of int
        k = `segments` + 1, the first and the last row among them.
    approximation : Approximation
        Over all loads of the sheet and all steps in which it may run. [kW]
    """
    taken = sheet.flows.electricity + sheet.flows.fuel + sheet.flows.driving
    taken = np.where(sheet.runs, taken, 0.0)
    last = len(taken) - 1
    for each in (COARSE, 1):
        candidates = np.unique(np.append(np.arange(0, last, each), last))
        rows = candidates[_placed(taken, candidates, segments)]
        error = _error(sheet, taken, rows)
        if error.most_share <= JUMP:
            break
    return rows, error


def commitment(
    plant: Plant, ahead: Ahead, found: tuple[Sheet, ...], segments: int
) -> tuple[Commitment, tuple[Approximation, ...]]:
    """The mixed-integer program of a plant.

    Parameters
    ----------
    plant, ahead : Plant, Ahead
        The plant and its hours.
    found : tuple of Sheet
        Its machines, sampled.
    segments : int
        Pieces of every curve.

    Returns
    -------
    problem : Commitment
        Units in the order of the machines, then the plant's own units.
    approximation : tuple of Approximation
        Of every machine.
    """
    units: list[Unit] = []
    errors: list[Approximation] = []
    for machine, sheet in zip(plant.machines, found, strict=True):
        rows, error = breakpoints(sheet, segments)
        units.append(unit_of(machine, sheet, rows, ahead.hours))
        errors.append(error)
    problem = Commitment(
        hours=ahead.hours,
        steps=ahead.steps,
        carriers=_carriers(plant, ahead),
        units=(*units, *plant.units),
        stores=tuple(Store(**vars(one)) for one in plant.stores),
        carbon_price=plant.carbon_price,
    )
    return problem, tuple(errors)


def unit_of(machine: Machine, sheet: Sheet, rows: Rows, hours: float) -> Unit:
    """A machine as a unit of the program.

    Parameters
    ----------
    machine, sheet : Machine, Sheet
        Its rules and its curve.
    rows : (t, k) array of int
        Breakpoints.
    hours : float
        Length of a step. [h]
    """
    fixed = bool((sheet.capacity - sheet.least <= 1e-9 * sheet.capacity)[sheet.runs].any())
    at = rows[:, -1:] if fixed else rows

    def points(values: Floats) -> Floats:
        return np.nan_to_num(np.take_along_axis(values.T, at, axis=1))

    flows = sheet.flows
    given = {
        "electricity": -points(flows.electricity),
        "fuel": -points(flows.fuel),
        "water": -points(flows.water),
        "heat": points(flows.heat - flows.driving),
        "cold": points(flows.cold),
    }
    leading = "heat" if sheet.kind == "heat" else "cold"
    used = {name: one for name, one in given.items() if name == leading or np.abs(one).max() > 0}
    # What it delivers is its load, so that the program's load is the machine's.
    used[leading] = points(sheet.load)
    return Unit(
        name=machine.name,
        carrier=leading,
        load=points(sheet.load),
        flows=used,
        start_cost=machine.start_cost,
        run_cost=machine.run_cost,
        least_up=_steps(machine.least_up, hours),
        least_down=_steps(machine.least_down, hours),
        ramp=None if machine.ramp is None else machine.ramp * hours,
        on_before=machine.on_before,
        since=_steps(min(machine.since, 1e6), hours),
        load_before=machine.load_before,
        available=sheet.runs,
    )


def _steps(hours: float, step: float) -> int:
    return max(1, int(np.ceil(hours / step - 1e-9)))


def _carriers(plant: Plant, ahead: Ahead) -> tuple[Carrier, ...]:
    """What machines make and take; what the plant's units make beside."""
    exported = 0.0 if bool((ahead.other < 0).any()) else None
    own = (
        Carrier(name="cold", demand=ahead.cold, sale=0.0 if plant.cold_may_leave else None),
        Carrier(name="heat", demand=ahead.heat, sale=0.0 if plant.heat_may_leave else None),
        Carrier(
            name="electricity",
            demand=ahead.other,
            price=ahead.price,
            carbon=ahead.carbon,
            sale=exported,
            demand_charge=plant.demand_charge,
            peak_before=ahead.peak_before,
        ),
        Carrier(name="fuel", price=ahead.fuel_price, carbon=ahead.fuel_carbon),
        Carrier(name="water", price=ahead.water_price, unit="m3/h"),
    )
    return (*own, *plant.carriers)


def _placed(taken: Floats, candidates: NDArray[np.intp], segments: int) -> Rows:
    """Candidates (t, k) that break the curve of every step into so many pieces, with the least largest distance."""
    count, steps = candidates.size, taken.shape[1]
    segments = min(segments, count - 1)
    error = np.full((count, count, steps), np.inf)
    scale = np.maximum(taken[-1], 1e-9)
    for first in range(count - 1):
        for last in range(first + 1, count):
            low, high = int(candidates[first]), int(candidates[last])
            share: Floats = np.linspace(0.0, 1.0, high - low + 1)[:, None]
            line: Floats = taken[low] + share * (taken[high] - taken[low])
            error[first, last] = np.abs(line - taken[low : high + 1]).max(axis=0) / scale
    best = np.full((count, steps), np.inf)
    best[0] = 0.0
    came: list[Rows] = []
    for _ in range(segments):
        through = np.maximum(best[:, None], error)
        came.append(through.argmin(axis=0))
        best = through.min(axis=0)
    rows = np.zeros((steps, segments + 1), dtype=np.int64)
    rows[:, -1] = count - 1
    for piece in reversed(range(segments)):
        rows[:, piece] = came[piece][rows[:, piece + 1], np.arange(steps)]
    return rows


def _error(sheet: Sheet, taken: Floats, rows: Rows) -> Approximation:
    runs = np.flatnonzero(sheet.runs)
    if not runs.size:
        few = rows.shape[1] - 1
        return Approximation(machine=sheet.name, segments=few, most=0.0, mean=0.0, most_share=0.0, mean_share=0.0)
    place = np.arange(len(taken))
    line = np.zeros((place.size, runs.size))
    for column, step in enumerate(runs.tolist()):
        line[:, column] = np.interp(place, rows[step], taken[rows[step], step])
    off, full = np.abs(line - taken[:, runs]), np.maximum(taken[-1, runs], 1e-9)
    return Approximation(
        machine=sheet.name,
        segments=rows.shape[1] - 1,
        most=float(off.max()),
        mean=float(off.mean()),
        most_share=float((off / full).max()),
        mean_share=float((off / full).mean()),
    )
