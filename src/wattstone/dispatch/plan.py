"""What was planned: set-points and states of every device in every step, what they cost, and how they came about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from datetime import datetime

    import polars as pl

    from wattstone.base import Finding
    from wattstone.dispatch.infeasible import Conflict
    from wattstone.dispatch.outlook import Outlook
    from wattstone.dispatch.site import Site

Floats = NDArray[np.float64]
Mode = Literal["optimal", "relaxed", "safe"]

__all__ = ["CostParts", "Mode", "Plan", "Schedule", "nothing_for"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Schedule:
    """Powers and states over h steps; rows are devices in the order of the site, tasks in the order of the outlook.

    Parameters
    ----------
    net : (h,) array
        Import less export, at the forecast. [kW]
    pv : (systems, h) array
        Fed by each system. [kW]
    charge, discharge : (batteries, h) arrays
        Both 0 or more. [kW]
    soc : (batteries, h) array
        Energy at the end of each step. [kWh]
    tasks : (tasks, h) array
        Drawn by each session or shiftable load. [kW]
    dimmables : (dimmables, h) array
        [kW]
    buffers : (buffers, h) array
        [kW]
    states : (buffers, h) array
        State of each buffer at the end of each step. [its unit]
    """

    net: Floats
    pv: Floats
    charge: Floats
    discharge: Floats
    soc: Floats
    tasks: Floats
    dimmables: Floats
    buffers: Floats
    states: Floats

    @property
    def battery(self) -> Floats:
        """Power of each battery, charge positive. (batteries, h) [kW]"""
        return self.charge - self.discharge


@dataclass(frozen=True, kw_only=True)
class CostParts:
    """The objective in its parts, each with its weight.

    Parameters
    ----------
    energy, carbon, ramping, wear, comfort, delay : float
        [currency]
    demand : float
        What the demand charge rises by if the month's peak becomes that of the schedule: a real charge. [currency]
    demand_ahead : float
        What the expected cost of the month's peak (`dispatch.demand`) differs from that: an expectation of days left
        and of forecast error, below 0 where a higher peak is likely to come anyway. [currency]
    terminal : float
        Less what is left in the batteries. [currency]
    ties : float
        Less the small worth by which schedules of equal cost are told apart. [currency]
    """

    energy: float = 0.0
    carbon: float = 0.0
    demand: float = 0.0
    demand_ahead: float = 0.0
    ramping: float = 0.0
    wear: float = 0.0
    comfort: float = 0.0
    delay: float = 0.0
    terminal: float = 0.0
    ties: float = 0.0

    @property
    def total(self) -> float:
        """The objective. [currency]"""
        return sum(self.as_dict().values())

    def as_dict(self) -> dict[str, float]:
        """Part by part, in the order of their declaration."""
        return {name: float(getattr(self, name)) for name in type(self).__dataclass_fields__}


@dataclass(frozen=True, kw_only=True, eq=False)
class Plan:
    """A plan, and what has to be said about it.

    Parameters
    ----------
    site : Site
        For which it was made.
    outlook : Outlook
        From which it was made, as it was used.
    schedule : Schedule
        What to do.
    costs : CostParts
        Recomputed from the schedule.
    objective : float
        What the optimiser said; equals `costs.total` where the mode is optimal. [currency]
    mode : {'optimal', 'relaxed', 'safe'}
        Relaxed: no schedule keeps everything that was asked, `conflicts` says what gave way. Safe: the declared
        fallback.
    conflicts : tuple of Conflict
        What could not be kept, in which hour, and what would free it.
    findings : tuple of Finding
        What was replaced in the input.
    gap : float
        How far the optimum could be below at most, where integers were needed; 0 else. [currency]
    worth : (batteries, h) array or None
        What one more kWh in a battery at the end of each step would save; None where no multipliers tell it.
        [currency kWh-1]
    ceiling : float
        Import that the plan accepts as the month's peak; infinite without a demand charge. [kW]
    """

    site: Site
    outlook: Outlook
    schedule: Schedule
    costs: CostParts
    objective: float
    mode: Mode = "optimal"
    conflicts: tuple[Conflict, ...] = ()
    findings: tuple[Finding, ...] = ()
    gap: float = 0.0
    worth: Floats | None = None
    ceiling: float = np.inf

    @property
    def starts(self) -> list[datetime]:
        """Starts of the steps, naive UTC."""
        step = timedelta(hours=self.outlook.hours)
        return [self.outlook.start + index * step for index in range(self.outlook.steps)]

    def device_powers(self, step: int = 0) -> dict[str, float]:
        """Set-point of every device in a step: PV as its limit, batteries charge positive.

        Parameters
        ----------
        step : int
            0 is the interval that comes now.

        Returns
        -------
        dict of str to float
            By id; a charger without a vehicle has 0. [kW]
        """
        powers = dict.fromkeys((one.id for one in self.site.devices), 0.0)
        one = self.schedule
        for devices, values in (
            (self.site.pv, one.pv),
            (self.site.batteries, one.battery),
            (self.site.dimmables, one.dimmables),
            (self.site.buffers, one.buffers),
        ):
            powers.update({device.id: float(values[row, step]) for row, device in enumerate(devices)})
        for row, task in enumerate(self.outlook.tasks):
            powers[task.device] += float(one.tasks[row, step])
        return powers

    def frame(self) -> pl.DataFrame:
        """A row for each step and device, each meter of a building, and the site's `grid`.

        Returns
        -------
        DataFrame
            `start` (naive UTC), `device`, `kind`, `power` (charge and consumption positive, PV negative) [kW], `state`
            (energy or state at the end; null where there is none), `cost` (energy and carbon of the site, on `grid`).
        """
        import polars as pl

        from wattstone.dispatch.accounts import COMMON, account_nets
        from wattstone.dispatch.cost import step_costs

        one, h = self.schedule, self.outlook.steps
        blank = np.full(h, np.nan)
        series: list[tuple[str, str, Floats, Floats, Floats]] = [
            ("grid", "grid", one.net, blank, step_costs(self.site, self.outlook, one))
        ]
        nets = account_nets(self.site, self.outlook, one)
        series += [
            (a.id or COMMON, "building", net, blank, blank) for a, net in zip(self.site.accounts, nets, strict=True)
        ]
        series += [(d.id, "pv", -one.pv[i], blank, blank) for i, d in enumerate(self.site.pv)]
        series += [(d.id, "battery", one.battery[i], one.soc[i], blank) for i, d in enumerate(self.site.batteries)]
        series += [(d.id, "charger", self._drawn(d.id), blank, blank) for d in self.site.chargers]
        series += [(d.id, "shiftable", self._drawn(d.id), blank, blank) for d in self.site.shiftables]
        series += [(d.id, "dimmable", one.dimmables[i], blank, blank) for i, d in enumerate(self.site.dimmables)]
        series += [(d.id, d.kind, one.buffers[i], one.states[i], blank) for i, d in enumerate(self.site.buffers)]
        return pl.DataFrame(
            {
                "start": self.starts * len(series),
                "device": [name for name, *_ in series for _ in range(h)],
                "kind": [kind for _, kind, *_ in series for _ in range(h)],
                "power": np.concatenate([power for _, _, power, _, _ in series]),
                "state": np.concatenate([state for *_, state, _ in series]),
                "cost": np.concatenate([cost for *_, cost in series]),
            },
            schema_overrides={"start": pl.Datetime("us")},
        ).with_columns(pl.col("state", "cost").fill_nan(None))

    def _drawn(self, device: str) -> Floats:
        rows = [index for index, task in enumerate(self.outlook.tasks) if task.device == device]
        return self.schedule.tasks[rows].sum(axis=0) if rows else np.zeros(self.outlook.steps)


def nothing_for(site: Site, outlook: Outlook) -> Schedule:
    """A schedule of zeros in the right shapes, to be filled."""
    h = outlook.steps

    def zeros(count: int) -> Floats:
        return np.zeros((count, h))

    return Schedule(
        net=np.zeros(h),
        pv=zeros(len(site.pv)),
        charge=zeros(len(site.batteries)),
        discharge=zeros(len(site.batteries)),
        soc=zeros(len(site.batteries)),
        tasks=zeros(len(outlook.tasks)),
        dimmables=zeros(len(site.dimmables)),
        buffers=zeros(len(site.buffers)),
        states=zeros(len(site.buffers)),
    )
