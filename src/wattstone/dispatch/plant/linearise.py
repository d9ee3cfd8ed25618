"""Piecewise-linear curves of machines for the mixed-integer program, and how far they lie from the machines' own.

The breakpoints of a machine are the same shares of its range in all steps, placed by dynamic programming so that the
largest distance over all steps is least.
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

__all__ = ["breakpoints", "commitment", "unit_of"]

STEPS_LOOKED_AT = 24
CANDIDATES = 33


def breakpoints(sheet: Sheet, segments: int) -> tuple[list[int], Approximation]:
    """Rows of a sheet at which its curve is broken, and the error that remains.

    Parameters
    ----------
    sheet : Sheet
        The machine.
    segments : int
        Pieces wanted, 1 or more.

    Returns
    -------
    rows : list of int
        `segments` + 1 of them, the first and the last row among them.
    approximation : Approximation
        Over all loads of the sheet and all steps in which it may run. [kW]
    """
    taken = sheet.flows.electricity + sheet.flows.fuel + sheet.flows.driving
    steps = np.flatnonzero(sheet.runs)
    rows = np.unique(np.linspace(0, len(sheet.load) - 1, CANDIDATES).round().astype(int))
    if not steps.size:
        few = np.linspace(0, len(rows) - 1, min(segments, len(rows) - 1) + 1).round().astype(int)
        none = Approximation(machine=sheet.name, segments=len(few) - 1, most=0, mean=0, most_share=0, mean_share=0)
        return rows[few].tolist(), none
    some = steps[np.unique(np.linspace(0, len(steps) - 1, STEPS_LOOKED_AT).round().astype(int))]
    chosen = rows[_placed(taken[np.ix_(rows, some)], segments)].tolist()
    return chosen, _error(sheet, taken, chosen, steps)


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


def unit_of(machine: Machine, sheet: Sheet, rows: list[int], hours: float) -> Unit:
    """A machine as a unit of the program.

    Parameters
    ----------
    machine, sheet : Machine, Sheet
        Its rules and its curve.
    rows : list of int
        Breakpoints.
    hours : float
        Length of a step. [h]
    """
    fixed = bool((sheet.capacity - sheet.least <= 1e-9 * sheet.capacity)[sheet.runs].any())
    at = [len(sheet.load) - 1] if fixed else rows
    flows = sheet.flows
    heat = flows.heat[at].T - flows.driving[at].T
    given = {
        "electricity": -flows.electricity[at].T,
        "fuel": -flows.fuel[at].T,
        "water": -flows.water[at].T,
        "heat": heat,
        "cold": flows.cold[at].T,
    }
    leading = "heat" if sheet.kind == "heat" else "cold"
    used = {name: np.nan_to_num(one) for name, one in given.items() if name == leading or np.nanmax(np.abs(one)) > 0}
    # What it delivers is its load, so that the program's load is the machine's.
    used[leading] = sheet.load[at].T
    return Unit(
        name=machine.name,
        carrier=leading,
        load=sheet.load[at].T,
        flows=used,
        start_cost=machine.start_cost,
        run_cost=machine.run_cost,
        least_up=_steps(machine.least_up, hours),
        least_down=_steps(machine.least_down, hours),
        ramp=None if machine.ramp is None else machine.ramp * hours,
        on_before=machine.on_before,
        since=_steps(min(machine.since, 1e6), hours),
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


def _placed(taken: Floats, segments: int) -> list[int]:
    """Rows of (r, t) curves that break them into so many pieces with the least largest distance."""
    count = len(taken)
    segments = min(segments, count - 1)
    error = np.full((count, count), np.inf)
    scale = np.maximum(taken[-1], 1e-9)
    for first in range(count - 1):
        for last in range(first + 1, count):
            share = (np.arange(first, last + 1) - first)[:, None] / (last - first)
            line = taken[first] + share * (taken[last] - taken[first])
            error[first, last] = float((np.abs(line - taken[first : last + 1]) / scale).max())
    best, came = np.where(np.arange(count) == 0, 0.0, np.inf), list[NDArray[np.intp]]()
    for _ in range(segments):
        through = np.maximum(best[:, None], error)
        came.append(through.argmin(axis=0))
        best = through.min(axis=0)
    rows = [count - 1]
    for step in reversed(came):
        rows.append(int(step[rows[-1]]))
    return sorted(set(rows))


def _error(sheet: Sheet, taken: Floats, rows: list[int], steps: NDArray[np.intp]) -> Approximation:
    share = np.arange(len(taken)) / (len(taken) - 1)
    at = np.clip(np.searchsorted(rows, np.arange(len(taken)), side="right") - 1, 0, len(rows) - 2)
    low, high = np.array(rows)[at], np.array(rows)[at + 1]
    part = ((share * (len(taken) - 1) - low) / (high - low))[:, None]
    line = taken[low] + part * (taken[high] - taken[low])
    off, full = np.abs(line - taken)[:, steps], np.maximum(taken[-1, steps], 1e-9)
    return Approximation(
        machine=sheet.name,
        segments=len(rows) - 1,
        most=float(off.max()),
        mean=float(off.mean()),
        most_share=float((off / full).max()),
        mean_share=float((off / full).mean()),
    )
