"""What the workspace says of the time to come: carbon intensity, outdoor temperature, and vehicles.

Vehicles are those that were announced while the loop runs, at the chargers that were named, less what these gave them;
and those of which the workspace has a record.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np
import numpy.typing as npt

from wattstone.dispatch.outlook import Task, tasks_of
from wattstone.dispatch.tasks import Session
from wattstone.forecasting import Forecaster, Spec, made
from wattstone.workflows.dispatch.announced import Announced, Announcements, announcements, session_of
from wattstone.workflows.dispatch.foresight import KELVIN, LEARNT, Carbon, carbon_of
from wattstone.workflows.dispatch.sessions import drawn_since, sessions_of
from wattstone.workflows.dispatch.site import DispatchSite
from wattstone.workflows.dispatch.weather import weather_of
from wattstone.workflows.live.times import floor
from wattstone.workflows.series import intensities
from wattstone.workflows.workspace import Workspace

Floats = npt.NDArray[np.float64]
_ANEW = timedelta(days=1)  # how often the lake is asked whether there are newer intensities and weather


class WorkspaceAhead:
    """Asks the workspace, and forecasts what it does not know.

    Parameters
    ----------
    workspace : Workspace
        With intensities, factors, weather and sessions.
    place : DispatchSite
        The site.
    announced : Announcements or None
        Vehicles that were announced, to which others may add; those of the workspace where None.
    """

    def __init__(self, workspace: Workspace, place: DispatchSite, *, announced: Announcements | None = None) -> None:
        self._workspace, self._place = workspace, place
        self._step = timedelta(hours=place.file.hours)
        self._carbon: Carbon | None = None
        self._asked: datetime | None = None
        self._intensity: _Series | None = None
        self._outdoor: _Series | None = None
        self._announced = announcements(workspace, place.place.id) if announced is None else announced
        self._given: dict[str, float] = {}  # kWh into each announced vehicle since its need was said
        self._counted: dict[str, Announced] = {}

    def intensity(self, start: datetime, steps: int) -> Floats | None:
        """By step; the hourly values' forecast, or the published factor, or None where neither is known."""
        self._ask(start)
        if self._carbon is None or self._carbon.source == "none":
            return None
        if self._intensity is None:
            return np.full(steps, self._carbon.value)
        return np.nan_to_num(self._intensity.ahead(start, steps))

    def outdoor(self, start: datetime, steps: int) -> Floats | None:
        """Temperature by step, None where the site has no rooms or no weather. (t,) [degC]"""
        self._ask(start)
        return None if self._outdoor is None else self._outdoor.ahead(start, steps) - KELVIN

    def sessions(self, start: datetime, end: datetime) -> tuple[Session, ...]:
        """Vehicles that are there or announced for the time up to `end`, with what they still need.

        One that comes within the first step, which may be half over, counts as there: it need not wait for the next.
        """
        now = timedelta(microseconds=1)
        announced = self._announced.between(start, end)
        names = {one.session_id for one in self._announced.all()}
        recorded, _ = sessions_of(self._workspace, self._place, start=start, end=start, known=start + now)
        others = tuple(one for one in recorded if one.name not in names)
        known = (*(session_of(one, drawn=self._drawn(one, start)) for one in announced), *others)
        soon = start + self._step
        return tuple(replace(one, arrival=min(one.arrival, start)) if one.arrival < soon else one for one in known)

    def tasks(self, start: datetime, steps: int) -> tuple[Task, ...]:
        """Of the vehicles that are known, for a plan of some steps."""
        sessions = self.sessions(start, start + steps * self._step)
        return tasks_of(self._place.file.site, sessions, start=start, hours=self._place.file.hours)[0]

    def occupied(self, start: datetime, steps: int) -> dict[str, npt.NDArray[np.bool_]]:
        """Steps in which something is known of the vehicle at each charger that has one. (t,) each"""
        found: dict[str, npt.NDArray[np.bool_]] = {}
        for one in self.sessions(start, start + steps * self._step):
            first, last = max(0, (one.arrival - start) // self._step), -((start - one.departure) // self._step)
            found.setdefault(one.charger, np.zeros(steps, dtype=np.bool_))[first:last] = True
        return found

    def gave(self, charger: str, power: float, *, start: datetime, seconds: float) -> None:
        """Take note of what a charger acknowledged: it counts towards the need of the vehicle that is there.

        Parameters
        ----------
        charger : str
            Id of a device; others than chargers are passed over.
        power : float
            [kW]
        start : datetime
            Naive UTC.
        seconds : float
            How long it holds. [s]
        """
        device = next((one for one in self._place.file.site.chargers if one.id == charger), None)
        if device is None:
            return
        for one in self._announced.between(start, start + timedelta(seconds=seconds)):
            if one.charger == charger:
                before = self._drawn(one, start)
                self._given[one.session_id] = before + max(power, 0.0) * seconds / 3600 * device.efficiency

    def _drawn(self, one: Announced, now: datetime) -> float:
        """What a vehicle was given since its need was said; a newer saying begins anew, a new start asks the lake."""
        held = self._counted.get(one.session_id)
        if held is None or held.said != one.said:
            self._counted[one.session_id] = one
            self._given[one.session_id] = drawn_since(self._workspace, self._place, one, now)
        return self._given[one.session_id]

    def _ask(self, start: datetime) -> None:
        if self._asked is not None and self._asked <= start < self._asked + _ANEW:
            return
        place, since = self._place, floor(start - LEARNT, self._step)
        self._asked, self._intensity, self._outdoor = start, None, None
        self._carbon = carbon_of(self._workspace, place, start=since, end=start)
        if self._carbon.source == "hourly":
            held = intensities(self._workspace.lake, str(place.place.region), start=since, end=start, step=self._step)
            if held is not None:
                self._intensity = _Series(held.values[0], since, self._step, self._made)
        if place.file.table.zone_air:
            weather = weather_of(self._workspace.lake, place.place, start=since, end=start, step=self._step)
            if np.isfinite(weather.temperature).any():
                self._outdoor = _Series(weather.temperature + KELVIN, since, self._step, self._made)

    def _made(self, start: datetime) -> Forecaster:
        minutes, hours = round(self._step.total_seconds() / 60), self._place.file.steps * self._place.file.hours
        return made(Spec("carbon", 1, start, minutes, zone=self._place.place.zone, hours=hours))


class _Series:
    """A series that is forecast, though nothing more of it arrives until the lake is asked again."""

    def __init__(self, values: Floats, start: datetime, step: timedelta, new: Callable[[datetime], Forecaster]) -> None:
        self._forecaster, self._step, self._next = new(start), step, start + values.size * step
        self._forecaster.observe_all(values[None])

    def ahead(self, start: datetime, steps: int) -> Floats:
        """The median of the coming steps."""
        while self._next < start:
            self._forecaster.observe(np.array([np.nan]))
            self._next += self._step
        return self._forecaster.forecast(steps).median[0]
