"""What the workspace says of the time to come: carbon intensity of the grid, and vehicles that are plugged in."""

from datetime import datetime, timedelta

import numpy as np
import numpy.typing as npt

from wattstone.dispatch.outlook import Task, tasks_of
from wattstone.forecasting import Forecaster, Spec, made
from wattstone.workflows.dispatch.foresight import LEARNT, Carbon, carbon_of
from wattstone.workflows.dispatch.sessions import sessions_of
from wattstone.workflows.dispatch.site import DispatchSite
from wattstone.workflows.live.times import floor
from wattstone.workflows.series import intensities
from wattstone.workflows.workspace import Workspace

Floats = npt.NDArray[np.float64]
_ANEW = timedelta(days=1)  # how often the lake is asked whether there are newer intensities


class WorkspaceAhead:
    """Asks the workspace, and forecasts what it does not know.

    Parameters
    ----------
    workspace : Workspace
        With intensities, factors and sessions.
    place : DispatchSite
        The site.
    """

    def __init__(self, workspace: Workspace, place: DispatchSite) -> None:
        self._workspace, self._place = workspace, place
        self._step = timedelta(hours=place.file.hours)
        self._carbon: Carbon | None = None
        self._asked: datetime | None = None
        self._forecaster: Forecaster | None = None
        self._next: datetime | None = None

    def intensity(self, start: datetime, steps: int) -> Floats | None:
        """By step; the hourly values' forecast, or the published factor, or None where neither is known."""
        if self._asked is None or not self._asked <= start < self._asked + _ANEW:
            self._ask(start)
        if self._carbon is None or self._carbon.source == "none":
            return None
        if self._forecaster is None or self._next is None:
            return np.full(steps, self._carbon.value)
        while self._next < start:
            self._forecaster.observe(np.array([np.nan]))
            self._next += self._step
        return np.nan_to_num(self._forecaster.forecast(steps).median[0])

    def tasks(self, start: datetime) -> tuple[Task, ...]:
        """Of the vehicles that are plugged in, as far as the workspace knows."""
        now = timedelta(microseconds=1)
        sessions, _ = sessions_of(self._workspace, self._place, start=start, end=start, known=start + now)
        return tasks_of(self._place.file.site, sessions, start=start, hours=self._place.file.hours)[0]

    def _ask(self, start: datetime) -> None:
        place, since = self._place, floor(start - LEARNT, self._step)
        self._asked, self._forecaster, self._next = start, None, None
        self._carbon = carbon_of(self._workspace, place, start=since, end=start)
        if self._carbon.source != "hourly":
            return
        held = intensities(self._workspace.lake, str(place.place.region), start=since, end=start, step=self._step)
        if held is not None:
            minutes, hours = round(self._step.total_seconds() / 60), place.file.steps * place.file.hours
            self._forecaster = made(Spec("carbon", 1, since, minutes, zone=place.place.zone, hours=hours))
            self._forecaster.observe_all(held.values[:1])
            self._next = since + held.values.shape[1] * self._step
