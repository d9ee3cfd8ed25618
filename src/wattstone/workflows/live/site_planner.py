"""Plans for the live loop: forecasts from what was measured, prices from the site file, the planner of `dispatch`."""

from collections import deque
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

import numpy as np
import numpy.typing as npt

from wattstone.base import InputRefused
from wattstone.dispatch.outlook import State
from wattstone.dispatch.plan import Plan
from wattstone.dispatch.site_file import SiteFile
from wattstone.dispatch.solve import Planner
from wattstone.forecasting import Forecaster, Spec, made
from wattstone.forecasting.kinds import Kind
from wattstone.workflows.live.model import NoPlan, PlanRequest, Sample, SetPoints
from wattstone.workflows.live.site_view import SiteView
from wattstone.workflows.live.times import floor

Floats = npt.NDArray[np.float64]
KEPT = timedelta(days=60)
"""How much of the past forecasts are learnt from."""


class SitePlanner:
    """Makes one plan after the other for one site; every call sees what has arrived until then.

    Parameters
    ----------
    file : SiteFile
        Devices, limits, prices.
    view : SiteView
        Which meter says what.
    past : iterable of Sample
        Readings from before, in order of time, to learn from.
    """

    def __init__(self, file: SiteFile, view: SiteView, *, past: Iterable[Sample] = ()) -> None:
        self._file, self._view = file, view
        self._planner = Planner(seconds=10.0)
        self._step = timedelta(hours=file.hours)
        self._arrived: deque[Sample] = deque(past)  # filled by one thread, emptied by another
        load = view.roles.load
        self._load = None if load is None else _Watch("load", load, file, self._step)
        self._pv = {name: _Watch("pv", meter, file, self._step) for name, meter in view.roles.pv.items()}

    def observe(self, samples: Sequence[Sample]) -> None:
        """Readings as they arrive."""
        self._arrived.extend(samples)

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
        powers = [plan.device_powers(step) for step in range(plan.outlook.steps)]
        by_device = {name: tuple(one[name] / self._view.full(name) for one in powers) for name in self._view.devices}
        return SetPoints(start, self._step, by_device)

    def _plan(self, start: datetime, request: PlanRequest) -> Plan | NoPlan:
        state = self._state(request)
        if isinstance(state, NoPlan):
            return state
        steps = self._file.steps
        load = np.zeros(steps) if self._load is None else self._load.ahead(start, steps)
        if not np.isfinite(load).all():
            return NoPlan("there are no readings of the load yet from which to forecast it")
        pv = [self._sun(name, start, steps) for name in (one.id for one in self._file.site.pv)]
        outlook = self._file.outlook(start, load, pv=np.array(pv).reshape(-1, steps))
        return self._planner.plan(self._file.site, outlook, state)

    def _sun(self, name: str, start: datetime, steps: int) -> Floats:
        """What a PV system can feed; nothing is counted on before anything was measured."""
        watch = self._pv.get(name)
        return np.zeros(steps) if watch is None else np.nan_to_num(watch.ahead(start, steps))

    def _state(self, request: PlanRequest) -> State | NoPlan:
        site, view = self._file.site, self._view
        found = {one.id: view.state(one.id, request.latest) for one in (*site.batteries, *site.buffers)}
        if unknown := [name for name, state in found.items() if state is None]:
            return NoPlan(f"no reading says what state {', '.join(unknown)} is in")
        known = {name: 0.0 if state is None else state for name, state in found.items()}
        soc = [min(max(known[one.id], 0.0), one.capacity) for one in site.batteries]
        return State(soc=np.array(soc), buffers=np.array([known[one.id] for one in site.buffers]))

    def _sort_in(self) -> None:
        watches = {one.meter: one for one in (self._load, *self._pv.values()) if one is not None}
        while self._arrived:
            sample = self._arrived.popleft()
            if (watch := watches.get(sample.meter_id)) is not None and (power := self._view.power(sample)) is not None:
                watch.take(sample, power)


class _Watch:
    """One meter's mean power by step, and a forecaster that has seen every step that is over.

    Parameters
    ----------
    kind : {'load', 'pv'}
        What it measures.
    meter : str
        Whose readings.
    file : SiteFile
        For zone and horizon.
    step : timedelta
        Of the plan.
    """

    def __init__(self, kind: Kind, meter: str, file: SiteFile, step: timedelta) -> None:
        self.meter = meter
        self._kind: Kind = kind
        self._zone, self._step, self._hours = file.site.zone, step, file.steps * file.hours
        self._sums: dict[datetime, tuple[float, float]] = {}  # by step: kW s, s
        self._forecaster: Forecaster | None = None
        self._next: datetime | None = None  # the step that the forecaster has not seen yet

    def take(self, sample: Sample, power: float) -> None:
        """Add a reading to its step; one that comes after its step was learnt from serves a new beginning alone."""
        at = floor(sample.start, self._step)
        energy, seconds = self._sums.get(at, (0.0, 0.0))
        self._sums[at] = (energy + power * sample.seconds, seconds + sample.seconds)

    def ahead(self, start: datetime, steps: int) -> Floats:
        """The median of the coming steps. (t,) [kW]; NaN where nothing was ever seen"""
        self._learn(start)
        if self._forecaster is None:
            return np.full(steps, np.nan)
        return self._forecaster.forecast(steps).median[0]

    def _learn(self, until: datetime) -> None:
        """See the steps that are over; where the clock was set back or far forward, begin anew with what is kept."""
        self._sums = {at: said for at, said in self._sums.items() if at >= until - KEPT}
        if self._next is None or not until - KEPT <= self._next <= until:
            over = [at for at in self._sums if at < until]
            self._next = min(over, default=None)
            self._forecaster = None if self._next is None else self._begun(self._next)
        while self._forecaster is not None and self._next is not None and self._next < until:
            energy, seconds = self._sums.get(self._next, (0.0, 0.0))
            self._forecaster.observe(np.array([energy / seconds if seconds else np.nan]))
            self._next += self._step

    def _begun(self, start: datetime) -> Forecaster:
        minutes = round(self._step.total_seconds() / 60)
        return made(Spec(self._kind, series=1, start=start, step=minutes, zone=self._zone, hours=self._hours))
