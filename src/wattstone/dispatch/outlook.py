"""What a plan is made from: the state of the devices now, and what is expected over the horizon.

Forecasts, prices and factors reach the planner as arrays. What cannot be planned with is told at once, all of it; what
has a stated fallback is replaced, and the finding says so.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from wattstone.base import Finding, InputRefused
from wattstone.dispatch.demand import PeakCost
from wattstone.dispatch.tasks import Session, Task, tasks_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from wattstone.dispatch.site import Site

Floats = NDArray[np.float64]

__all__ = ["Errors", "Outlook", "Session", "State", "Task", "checked", "tasks_of"]


@dataclass(frozen=True, eq=False)
class Errors:
    """The spread of the net load around its forecast in the first steps, as points with weights.

    Parameters
    ----------
    values : (k, j) array
        What is added to the net load of the first k steps in each of j cases. [kW]
    weights : (j,) array
        Their probabilities; they add up to 1.
    """

    values: Floats
    weights: Floats

    @classmethod
    def from_quantiles(cls, quantiles: Floats, levels: Floats) -> Errors:
        """Points from quantiles of the error of the net load: each stands for the probability nearest to it.

        Parameters
        ----------
        quantiles : (k, j) array
            Quantiles of (net load - its forecast) in the first k steps. [kW]
        levels : (j,) array
            Their probabilities, rising, between 0 and 1.

        Examples
        --------
        >>> Errors.from_quantiles(np.array([[-1.0, 0.0, 2.0]]), np.array([0.1, 0.5, 0.9])).weights
        array([0.3, 0.4, 0.3])
        """
        edges = np.concatenate(([0.0], (levels[1:] + levels[:-1]) / 2, [1.0]))
        return cls(np.asarray(quantiles, dtype=np.float64), np.diff(edges))


@dataclass(frozen=True, kw_only=True, eq=False)
class Outlook:
    """What is expected over the horizon of h steps.

    Parameters
    ----------
    start : datetime
        Start of the first step, naive UTC.
    hours : float
        Length of a step. [h]
    load : (h,) array
        Of all that is not planned. [kW]
    import_price, export_price : (h,) arrays
        Paid for a kWh drawn, earned by a kWh fed in. [currency kWh-1]
    pv : (systems, h) array
        What the sun allows. [kW]
    intensity : (h,) array or None
        Of imported electricity; None counts as 0. [kg CO2e kWh-1]
    tasks : tuple of Task
        Sessions and shiftable loads.
    drift : (buffers, h) array
        What each buffer's state gains by itself in a step.
    wanted, needed : (dimmables, h) arrays
        Level that people would choose, and the least allowed, as shares of full.
    errors : Errors or None
        Spread of the net load in the first steps.
    terminal_value : float or None
        Worth of a kWh in a battery at the end; None takes the lowest import price of the horizon, at which it could be
        bought then, after discharge losses. [currency kWh-1]
    buildings : (buildings, h) array
        Load of each building that is not planned, which is within `load`. [kW]
    building_errors : tuple of Errors
        Spread of the net load of each building, and last of what is common; empty where it counts as certain.
    dark : (h,) array of bool or None
        Where the sun is below the horizon: PV expected then is set to 0 and told.
    margin : (h,) array or None
        By how much the net power may lie above its forecast where peaks are concerned; -inf in steps that do not count
        for the month's peak. None: 0. [kW]
    peak_cost : PeakCost or None
        What a highest net power costs, margin included. None: the demand charge above the month's peak so far.
    """

    start: datetime
    hours: float
    load: Floats
    import_price: Floats
    export_price: Floats
    pv: Floats = field(default_factory=lambda: np.zeros((0, 0)))
    intensity: Floats | None = None
    tasks: tuple[Task, ...] = ()
    drift: Floats = field(default_factory=lambda: np.zeros((0, 0)))
    wanted: Floats = field(default_factory=lambda: np.zeros((0, 0)))
    needed: Floats = field(default_factory=lambda: np.zeros((0, 0)))
    errors: Errors | None = None
    terminal_value: float | None = None
    buildings: Floats = field(default_factory=lambda: np.zeros((0, 0)))
    building_errors: tuple[Errors, ...] = ()
    dark: NDArray[np.bool_] | None = None
    margin: Floats | None = None
    peak_cost: PeakCost | None = None

    @property
    def steps(self) -> int:
        """Number of steps h."""
        return self.load.size

    @property
    def carbon(self) -> Floats:
        """Intensity, 0 where none is given. [kg CO2e kWh-1]"""
        return np.zeros(self.steps) if self.intensity is None else self.intensity

    @property
    def account_loads(self) -> Floats:
        """Load of each building, and last of what is common to all. (buildings + 1, h) [kW]"""
        return np.vstack((self.buildings, self.load - self.buildings.sum(axis=0)))

    @property
    def spare(self) -> Floats:
        """Margin, 0 where none is given. (h,) [kW]"""
        return np.zeros(self.steps) if self.margin is None else self.margin

    def ties(self, site: Site) -> tuple[Floats, Floats]:
        """By how much charging and discharging cost more in one step than in another, where all else is equal.

        Batteries are charged early. They are discharged early too, which makes room for the sun, but late where there
        is a demand charge, for which energy is kept. (h,), (h,) [currency kWh-1]
        """
        early: Floats = site.weights.ties * self.hours * np.arange(self.steps, dtype=np.float64)
        late = site.grid.demand_charge * site.weights.demand > 0
        return early, early[::-1] if late else early

    def peak_costs(self, site: Site, state: State) -> PeakCost:
        """What a highest net power costs, weighted."""
        rate = site.grid.demand_charge * site.weights.demand
        return PeakCost.above(state.peak, rate) if self.peak_cost is None else self.peak_cost

    def terminal(self, site: Site) -> Floats:
        """Worth of a kWh left in each battery. (batteries,) [currency kWh-1]"""
        if self.terminal_value is not None:
            return np.full(len(site.batteries), self.terminal_value)
        lowest = float(np.min(site.weights.energy * self.import_price + site.weights.carbon * self.carbon))
        # A hair less, so that what costs the same is used within the horizon: else it would be put off for ever.
        hair = 2 * site.weights.ties * self.hours * self.steps
        return np.array([max(lowest * one.discharge_efficiency - hair, 0.0) for one in site.batteries])


@dataclass(frozen=True, kw_only=True, eq=False)
class State:
    """What is measured now.

    Parameters
    ----------
    soc : (batteries,) array
        Energy in the batteries. [kWh]
    buffers : (buffers,) array
        States of the buffers. [their units]
    net : float or None
        Net power of the interval before, from which ramping counts; None leaves the first step free. [kW]
    peak : float
        Highest import of the month so far, at least 0. [kW]
    """

    soc: Floats = field(default_factory=lambda: np.zeros(0))
    buffers: Floats = field(default_factory=lambda: np.zeros(0))
    net: float | None = None
    peak: float = 0.0


def checked(site: Site, outlook: Outlook, state: State) -> tuple[Outlook, State, tuple[Finding, ...]]:
    """The outlook and state as they can be planned with, and what was replaced.

    Parameters
    ----------
    site : Site
        With its devices.
    outlook : Outlook
        As it came.
    state : State
        As it came.

    Returns
    -------
    (Outlook, State, tuple of Finding)
        PV below 0, above the inverter or in the dark is cut, energy beyond a battery's limits is clipped; each is told.

    Raises
    ------
    InputRefused
        For anything that has no stated fallback: a missing forecast, a gap in load or price, arrays of another length.
    """
    wrong = [*_shapes(site, outlook, state)]
    if not wrong:
        wrong += [*_gaps(outlook, state), *_tasks(site, outlook)]
    if wrong:
        raise InputRefused(wrong)
    told: list[Finding] = []
    pv = _sun(site, outlook, told)
    soc = _energies(site, state, told)
    # A sensor of clean air may read a little below 0; from there no plan could keep a concentration at 0 or above.
    clean = [max(x, 0.0) if one.kind == "fan" else x for one, x in zip(site.buffers, state.buffers, strict=True)]
    state = replace(state, soc=soc, buffers=np.array(clean, dtype=np.float64), peak=max(0.0, state.peak))
    return replace(outlook, pv=pv), state, tuple(told)


def _shapes(site: Site, outlook: Outlook, state: State) -> Iterator[Finding]:
    h = outlook.steps
    expected: list[tuple[str, tuple[int, ...], tuple[int, ...]]] = [
        ("import_price", outlook.import_price.shape, (h,)),
        ("export_price", outlook.export_price.shape, (h,)),
        ("intensity", outlook.carbon.shape, (h,)),
        ("margin", outlook.spare.shape, (h,)),
        ("soc", state.soc.shape, (len(site.batteries),)),
        ("buffers", state.buffers.shape, (len(site.buffers),)),
    ]
    for name, array, devices in (
        ("pv", outlook.pv, site.pv),
        ("drift", outlook.drift, site.buffers),
        ("wanted", outlook.wanted, site.dimmables),
        ("needed", outlook.needed, site.dimmables),
        *((("buildings", outlook.buildings, site.buildings),) if site.accounts else ()),
    ):
        if devices or array.size:
            expected.append((name, array.shape, (len(devices), h)))
    if h == 0:
        yield _shape("load", (0,), (1,), "the forecast of the load is missing")
    if not (np.isfinite(outlook.hours) and outlook.hours > 0):
        yield _shape("hours", (), (), f"a step is {outlook.hours} h long")
    if site.accounts and outlook.building_errors:
        same = outlook.building_errors[0].values.shape
        found = tuple(one.values.shape for one in outlook.building_errors)
        if found != (same,) * len(site.accounts):
            yield _shape("building_errors", found, (len(site.accounts), *same), "")
    for name, shape, wanted in expected:
        if shape != wanted:
            yield _shape(name, shape, wanted, "")


def _shape(name: str, shape: tuple[object, ...], wanted: tuple[int, ...], said: str) -> Finding:
    return Finding(
        code="dispatch.outlook_shape",
        place=f"outlook, '{name}'",
        found=said or "it has the shape {shape}",
        expected="the shape {wanted}: a value for each device and each step of the horizon",
        remedy="give a forecast for the whole horizon; without one the declared fallback runs the site",
        params={"shape": str(shape), "wanted": str(wanted)},
    )


def _gaps(outlook: Outlook, state: State) -> Iterator[Finding]:
    arrays: Sequence[tuple[str, Floats]] = (
        ("load", outlook.load),
        ("import_price", outlook.import_price),
        ("export_price", outlook.export_price),
        ("intensity", outlook.carbon),
        ("pv", outlook.pv),
        ("drift", outlook.drift),
        ("wanted", outlook.wanted),
        ("needed", outlook.needed),
        ("buildings", outlook.buildings),
        ("soc", state.soc),
        ("buffers", state.buffers),
        ("peak", np.array([state.peak])),
        ("net", np.array([0.0 if state.net is None else state.net])),
        ("errors", np.zeros(0) if outlook.errors is None else outlook.errors.values),
        ("margin", np.where(np.isneginf(outlook.spare), 0.0, outlook.spare)),
        *(("building_errors", one.values) for one in outlook.building_errors),
    )
    for name, array in arrays:
        bad = ~np.isfinite(array)
        if bad.any():
            yield Finding(
                code="dispatch.outlook_gap",
                place=f"outlook, '{name}'",
                found="{count} of {total} values {count:is|are} missing or infinite",
                expected="a finite number for every step; a gap in a tariff or a forecast is never taken as 0",
                remedy="fill the gap by a named method, or extend the tariff; without it the declared fallback runs",
                params={"total": array.size},
                count=int(bad.sum()),
                first=f"step {int(np.argmax(bad.reshape(-1, bad.shape[-1]).any(axis=0)))}",
            )


def _tasks(site: Site, outlook: Outlook) -> Iterator[Finding]:
    for task in outlook.tasks:
        numbers = np.isfinite([task.energy, task.power, task.efficiency]).all()
        if (
            site.task_device(task.device) is None
            or not numbers
            or min(task.energy, task.power) < 0
            or task.efficiency <= 0
        ):
            yield Finding(
                code="dispatch.task",
                place=f"task '{task.name}' of '{task.device}'",
                found="its device, energy or power cannot be planned with",
                expected="a charger or shiftable load of the site, and finite numbers of 0 or more",
                remedy="correct it or leave it out",
            )


def _sun(site: Site, outlook: Outlook, told: list[Finding]) -> Floats:
    if not site.pv:
        return np.zeros((0, outlook.steps))
    capacity = np.array([[one.capacity] for one in site.pv])
    most = capacity if outlook.dark is None else np.where(outlook.dark, 0.0, capacity)
    cut = np.clip(outlook.pv, 0.0, most)
    bad = np.abs(cut - outlook.pv) > 1e-9 * (1 + capacity)
    if bad.any():
        told.append(
            Finding(
                code="dispatch.pv_impossible",
                place="outlook, 'pv'",
                found="{count} {count:value is|values are} below 0, above the inverter's limit or in the dark",
                expected="0 kW at night and no more than the capacity by day",
                remedy="look at the forecast's clock and sign; the planner took the nearest possible value",
                count=int(bad.sum()),
                first=f"step {int(np.argmax(bad.any(axis=0)))}",
                severity="warning",
            )
        )
    return cut


def _energies(site: Site, state: State, told: list[Finding]) -> Floats:
    capacity = np.array([one.capacity for one in site.batteries])
    clipped = np.clip(state.soc, 0.0, capacity)
    for battery, was, now in zip(site.batteries, state.soc, clipped, strict=True):
        if abs(was - now) > 1e-6 * (1 + battery.capacity):
            told.append(
                Finding(
                    code="dispatch.soc_impossible",
                    place=f"battery '{battery.id}'",
                    found="it reports {was} kWh in {capacity} kWh",
                    expected="between 0 and its capacity",
                    remedy="check the reading's unit and the capacity; the planner took {now} kWh",
                    params={"was": float(was), "capacity": battery.capacity, "now": float(now)},
                    severity="warning",
                )
            )
    return clipped
