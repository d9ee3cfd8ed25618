"""Plans for the live loop: forecasts from what was measured, prices from the site file, the planner of `dispatch`."""

import math
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, Protocol
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

from wattstone.base import InputRefused
from wattstone.dispatch.demand import PeakBook, with_peak
from wattstone.dispatch.outlook import Errors, State, Task
from wattstone.dispatch.plan import Plan
from wattstone.dispatch.site import Pv
from wattstone.dispatch.site_file import SiteFile
from wattstone.dispatch.solve import Planner
from wattstone.forecasting import LEVELS, Forecast, Forecaster, Spec, made
from wattstone.forecasting.kinds import Kind
from wattstone.workflows.dispatch.foresight import UNSURE, Carbon, Seen, apart, spread_of
from wattstone.workflows.dispatch.peaks import DAYS, book_of
from wattstone.workflows.live.following import adjusted
from wattstone.workflows.live.model import NoPlan, PlanRequest, Sample, SetPoints
from wattstone.workflows.live.site_view import SiteView
from wattstone.workflows.live.times import floor

Floats = npt.NDArray[np.float64]
KEPT = timedelta(days=42)
"""How much of the past forecasts are learnt from."""


class Ahead(Protocol):
    """What the workspace says of the time to come, asked anew for each plan."""

    def intensity(self, start: datetime, steps: int) -> Floats | None:
        """Of the grid, by step. (t,) [kg CO2e kWh-1]"""
        ...

    def outdoor(self, start: datetime, steps: int) -> Floats | None:
        """Temperature, by step; None where none is known. (t,) [degC]"""
        ...

    def tasks(self, start: datetime, steps: int) -> tuple[Task, ...]:
        """Vehicles that are there or will come, and what they still need."""
        ...

    def occupied(self, start: datetime, steps: int) -> Mapping[str, npt.NDArray[np.bool_]]:
        """By charger, the steps in which something is known of its vehicle. (t,) each"""
        ...

    def gave(self, charger: str, power: float, *, start: datetime, seconds: float) -> None:
        """What a charger acknowledged, and for how long it holds."""
        ...


class SitePlanner:
    """Makes one plan after the other for one site; every call sees what has arrived until then.

    Parameters
    ----------
    file : SiteFile
        Devices, limits, prices.
    view : SiteView
        Which meter says what.
    ahead : Ahead or None
        Intensities and vehicles; nothing of either where None.
    """

    def __init__(self, file: SiteFile, view: SiteView, *, ahead: Ahead | None = None) -> None:
        self._file, self._view, self._known = file, view, ahead
        self._planner = Planner(seconds=10.0)
        self._step = timedelta(hours=file.hours)
        self._chargers = frozenset(one.id for one in file.site.chargers)
        self._book: tuple[date, PeakBook] | None = None
        self._arrived: deque[Sample] = deque()  # filled by one thread, emptied by another
        self._load = Watch("load", view.roles.load_signs, file)
        self._parts = [Watch("load", signs, file) for signs in view.roles.parts] if file.site.accounts else []
        self._inforce: Plan | None = None
        self._pv = {name: Watch("pv", dict.fromkeys(names, 1.0), file) for name, names in view.roles.pv.items()}

    def observe(self, samples: Sequence[Sample]) -> None:
        """Readings as they arrive."""
        self._arrived.extend(samples)

    def accepted(self, device: str, value: float, *, start: datetime, seconds: float) -> None:
        """What a device acknowledged, in its unit, and for how long it holds: a charger's goes into a vehicle."""
        if self._known is not None and device in self._chargers:
            self._known.gave(device, value * self._view.full(device), start=start, seconds=seconds)

    def make(self, request: PlanRequest) -> SetPoints | NoPlan:
        """A plan that begins with the step in which the request's interval lies."""
        start = floor(request.start, self._step)
        self._sort_in()
        try:
            plan = self._plan(start, request)
        except InputRefused as refused:
            return NoPlan(refused.findings[0].text(), refused.findings)
        if isinstance(plan, NoPlan):
            return plan
        self._inforce = plan
        powers = [plan.device_powers(step) for step in range(plan.outlook.steps)]
        # A charger of whose vehicle nothing is known is not told to stop: it does what its fallback says.
        blind = self._blind(start, plan.outlook.steps)
        by_device = {
            name: tuple(
                math.nan if name in blind and blind[name][step] else one[name] / self._view.full(name)
                for step, one in enumerate(powers)
            )
            for name in self._view.devices
        }
        return SetPoints(start, self._step, by_device)

    def adjusted(
        self, wanted: Mapping[str, float], *, start: datetime, latest: Mapping[str, Sample]
    ) -> Mapping[str, float]:
        """Set-points with those of batteries as the meters ask for them now; `following` tells when."""
        plan = self._inforce
        if plan is None:
            return wanted
        return adjusted(self._view, plan, wanted, start=start, latest=latest)

    def _blind(self, start: datetime, steps: int) -> dict[str, npt.NDArray[np.bool_]]:
        """By charger, the steps in which nothing is known of its vehicle. (t,) each"""
        blind = {name: np.ones(steps, dtype=np.bool_) for name in self._chargers}
        if self._known is not None:
            for name, there in self._known.occupied(start, steps).items():
                blind[name] = ~there
        return blind

    def _plan(self, start: datetime, request: PlanRequest) -> Plan | NoPlan:
        steps, known = self._file.steps, self._known
        load, fed = self._load.ahead(start, steps), {name: one.ahead(start, steps) for name, one in self._pv.items()}
        if load is None or not np.isfinite(load.median).all():
            return NoPlan("there are no readings of the load yet from which to forecast it")
        state = self._state(start, request)
        if isinstance(state, NoPlan):
            return state
        outdoor = None if known is None else known.outdoor(start, steps)
        if self._file.table.zone_air and outdoor is None:
            return NoPlan("the workspace knows no outdoor temperature, without which rooms cannot be planned")
        parts = self._apart(load, fed, start)
        if isinstance(parts, NoPlan):
            return parts
        outlook = self._file.outlook(
            start,
            load.median[0],
            pv=np.array([self._sun(one, fed.get(one.id), steps) for one in self._file.site.pv]).reshape(-1, steps),
            intensity=None if known is None else known.intensity(start, steps),
            tasks=() if known is None else known.tasks(start, steps),
            errors=self._errors(load, fed),
            outdoor=outdoor,
            **parts,
        )
        weighed = with_peak(self._file.site, outlook, state, self._peaks(start))
        return self._planner.plan(self._file.site, weighed, state)

    def _peaks(self, start: datetime) -> PeakBook:
        """What the last days cost under a peak; looked at anew each day."""
        day = start.replace(tzinfo=UTC).astimezone(ZoneInfo(self._file.site.zone)).date()
        if self._book is None or self._book[0] != day:
            self._book = day, book_of(self._file, self._seen(start))
        return self._book[1]

    def _seen(self, end: datetime) -> Seen:
        """What was measured in the last weeks, on the steps of the site; nothing where there is no demand charge."""
        count = (DAYS + 1) * timedelta(days=1) // self._step if self._file.site.grid.demand_charge else 0
        start = end - count * self._step
        watches = [self._pv.get(one.id) for one in self._file.site.pv]
        pv = [np.zeros(count) if one is None else one.series(start, count) for one in watches]
        carbon = Carbon("none", 0.0, "kg CO2e/kWh", {})
        fed = np.array(pv).reshape(len(pv), count)
        parts, load = self._parts[:-1], self._load.series(start, count)
        own = np.array([one.series(start, count) for one in parts]).reshape(len(parts), count)
        return Seen(start, self._file.hours, load, fed, np.zeros(count), carbon, buildings=own)

    def _apart(self, load: Forecast, fed: Mapping[str, Forecast | None], start: datetime) -> dict[str, Any] | NoPlan:
        """The load of each building and its spread, where buildings count by themselves."""
        site, steps = self._file.site, load.values.shape[1]
        if not site.accounts:
            return {}
        told = [one.ahead(start, steps) for one in self._parts]
        known = [one for one in told if one is not None and np.isfinite(one.values).all()]
        if len(known) < len(told):
            return NoPlan("there are no readings of each building yet from which to forecast its load")
        dark = np.zeros((1, steps, len(LEVELS)))
        suns = [dark if (one := fed.get(system.id)) is None else one.values for system in site.pv]
        pv = replace(load, values=np.concatenate(suns)) if suns else None
        parts = replace(load, values=np.concatenate([one.values for one in known]))
        buildings, errors = apart(site, load.median[0], parts, pv, min(steps, max(1, round(UNSURE / self._file.hours))))
        return {"buildings": buildings, "building_errors": errors}

    def _errors(self, load: Forecast, fed: Mapping[str, Forecast | None]) -> Errors:
        """The spread of the net load in the first hour, as a plan from the workspace takes it."""
        told = [one.values for one in fed.values() if one is not None]
        pv = replace(load, values=np.concatenate(told)) if told else None
        return spread_of(load, pv, min(load.values.shape[1], max(1, round(UNSURE / self._file.hours))))

    @staticmethod
    def _sun(one: Pv, told: Forecast | None, steps: int) -> Floats:
        """What a PV system can feed; nothing is counted on before anything was measured."""
        return np.zeros(steps) if told is None else np.clip(np.nan_to_num(told.median[0]), 0.0, one.capacity)

    def _state(self, start: datetime, request: PlanRequest) -> State | NoPlan:
        site, view = self._file.site, self._view
        found = {one.id: view.state(one.id, request.latest) for one in (*site.batteries, *site.buffers)}
        if unknown := [name for name, state in found.items() if state is None]:
            return NoPlan(f"no reading says what state {', '.join(unknown)} is in")
        known = {name: 0.0 if state is None else state for name, state in found.items()}
        soc = [min(max(known[one.id], 0.0), one.capacity) for one in site.batteries]
        return State(
            soc=np.array(soc), buffers=np.array([known[one.id] for one in site.buffers]), peak=self._peak(start)
        )

    def _peak(self, start: datetime) -> float:
        """Highest mean power of load less PV in this month; what devices drew is not in it. [kW]"""
        zone = ZoneInfo(self._file.site.zone)
        local = start.replace(tzinfo=UTC).astimezone(zone).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
        month = local.astimezone(UTC).replace(tzinfo=None)
        fed = [one.measured() for one in self._pv.values()]
        net = [
            power - sum(one.get(at, 0.0) for one in fed)
            for at, power in self._load.measured().items()
            if month <= at < start
        ]
        return max(0.0, *net) if net and self._file.site.grid.demand_charge else 0.0

    def _sort_in(self) -> None:
        watches = [self._load, *self._parts, *self._pv.values()]
        while self._arrived:
            sample = self._arrived.popleft()
            if sample.meter_id in self._view.meters and (power := self._view.power(sample)) is not None:
                for watch in watches:
                    watch.take(sample, power)


class Watch:
    """The mean power of some meters together by step, and a forecaster that has seen every step that is over.

    Parameters
    ----------
    kind : {'load', 'pv'}
        What they measure.
    signs : mapping of str to float
        By meter, 1 for what is added and -1 for what is taken off; nothing at all is 0 kW for ever.
    file : SiteFile
        For zone, step and horizon.
    """

    def __init__(self, kind: Kind, signs: Mapping[str, float], file: SiteFile) -> None:
        self._kind: Kind = kind
        self._signs, self._zone = dict(signs), file.site.zone
        self._step, self._hours = timedelta(hours=file.hours), file.steps * file.hours
        self._sums: dict[datetime, dict[str, tuple[float, float]]] = {}  # by step and meter: kW s, s
        self._forecaster: Forecaster | None = None
        self._next: datetime | None = None  # the step that the forecaster has not seen yet

    def take(self, sample: Sample, power: float) -> None:
        """Add a reading to its step; one that comes after its step was learnt from serves a new beginning alone."""
        if sample.meter_id in self._signs:
            step = self._sums.setdefault(floor(sample.start, self._step), {})
            energy, seconds = step.get(sample.meter_id, (0.0, 0.0))
            step[sample.meter_id] = (energy + power * sample.seconds, seconds + sample.seconds)

    def measured(self) -> dict[datetime, float]:
        """Mean power of the steps in which every meter has a reading. [kW]"""
        return {at: power for at in self._sums if np.isfinite(power := self._mean(at))}

    def series(self, start: datetime, steps: int) -> Floats:
        """Mean power of each step; NaN where a meter has no reading. (t,) [kW]"""
        known = self.measured() if self._signs else {}
        unknown = math.nan if self._signs else 0.0
        return np.array([known.get(start + at * self._step, unknown) for at in range(steps)], dtype=np.float64)

    def ahead(self, start: datetime, steps: int) -> Forecast | None:
        """The coming steps with their quantiles, one series [kW]; None where nothing was ever seen."""
        if not self._signs:
            return Forecast(start, self._step, LEVELS, np.zeros((1, steps, len(LEVELS))))
        self._learn(start)
        return None if self._forecaster is None else self._forecaster.forecast(steps)

    def _mean(self, at: datetime) -> float:
        known = self._sums.get(at, {})
        if len(known) < len(self._signs):
            return math.nan
        return sum(self._signs[name] * energy / seconds for name, (energy, seconds) in known.items())

    def _learn(self, until: datetime) -> None:
        """See the steps that are over; where the clock was set back or far forward, begin anew with what is kept."""
        self._sums = {at: said for at, said in self._sums.items() if at >= until - KEPT}
        if self._next is None or not until - KEPT <= self._next <= until:
            over = [at for at in self._sums if at < until]
            self._next = min(over, default=None)
            self._forecaster = None if self._next is None else self._begun(self._next)
        while self._forecaster is not None and self._next is not None and self._next < until:
            self._forecaster.observe(np.array([self._mean(self._next)]))
            self._next += self._step

    def _begun(self, start: datetime) -> Forecaster:
        minutes = round(self._step.total_seconds() / 60)
        return made(Spec(self._kind, series=1, start=start, step=minutes, zone=self._zone, hours=self._hours))
