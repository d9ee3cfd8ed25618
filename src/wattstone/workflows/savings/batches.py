"""Meters of a workspace as batches: hours of those that share clock, calendar and weather station."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from wattstone.baselines.conditions import Conditions, Extra, Index
from wattstone.baselines.timeline import hours_of
from wattstone.inventory.plan import Stream
from wattstone.rates.calendars import Calendar
from wattstone.readings.hours import Hours
from wattstone.readings.schema import Flag
from wattstone.savings.periods import Dates
from wattstone.workflows.calendars import calendars_of
from wattstone.workflows.hours import read_hours
from wattstone.workflows.savings.weather import Weather, weather_of
from wattstone.workflows.workspace import Workspace

Item = TypeVar("Item")
Floats = npt.NDArray[np.float32]

CELLS = 60_000_000  # hours of meters held at once: 0.3 GB
MOST = 256  # meters in a batch: its float64 arrays then stay small beside the hours of all
DOUBTFUL = int(Flag.MISSING_ZERO | Flag.SPIKE | Flag.STUCK | Flag.RESET)
"""Readings with one of these flags count as missing; below 0 is a net export, and stands."""


@dataclass(frozen=True, kw_only=True)
class Batch:
    """Hours of meters that share clock, calendar and station.

    Parameters
    ----------
    streams : tuple of Stream
        m meters.
    use : (m, t) array of float32
        Of each hour, in the unit of the meter; NaN where it is not known.
    flags : (m, t) array of uint8
        What is doubtful about it (`readings.Flag`).
    conditions : Conditions
        t hours of whole local days.
    station : str or None
        Whose weather it is.
    calendar : Calendar or None
        Of holidays.
    days : Conditions or None
        Where the intervals are bills: the days that they are made of.
    extra : Extra or None
        What explains use beside the weather.
    """

    streams: tuple[Stream, ...]
    use: Floats
    flags: npt.NDArray[np.uint8]
    conditions: Conditions
    station: str | None
    calendar: Calendar | None
    days: Conditions | None = None
    extra: Extra | None = None

    @property
    def meters(self) -> tuple[str, ...]:
        """Ids."""
        return tuple(one.meter.id for one in self.streams)

    @property
    def kinds(self) -> tuple[str, ...]:
        """Canonical kinds."""
        return tuple(one.kind for one in self.streams)

    @property
    def units(self) -> tuple[str, ...]:
        """Units of use."""
        return tuple(one.unit for one in self.streams)

    def within(self, dates: Dates) -> "Batch":
        """The intervals of some local days; of bills those that begin and end in them."""
        days = self.conditions.date
        first, after = np.datetime64(dates.first, "D"), np.datetime64(dates.last, "D") + 1
        if self.conditions.step == "bill":
            ends = days + np.round(self.conditions.hours / 24).astype("timedelta64[D]")
            whole = np.flatnonzero((days >= first) & (ends <= after))
            return replace(
                self, use=self.use[:, whole], flags=self.flags[:, whole], conditions=self.conditions.take(whole)
            )
        at = slice(int(np.searchsorted(days, first)), int(np.searchsorted(days, after)))
        extra = None if self.extra is None else self.extra.take(at)
        conditions = self.conditions.take(at)
        return replace(self, use=self.use[:, at], flags=self.flags[:, at], conditions=conditions, extra=extra)

    def rows(self, at: npt.NDArray[np.int64] | Index) -> "Batch":
        """Some of the meters."""
        chosen: npt.NDArray[np.int64] = np.arange(len(self.streams))[at]
        streams = tuple(self.streams[int(one)] for one in chosen)
        extra = None if self.extra is None else self.extra.rows(chosen)
        return replace(self, streams=streams, use=self.use[chosen], flags=self.flags[chosen], extra=extra)


def batches(workspace: Workspace, streams: Sequence[Stream], dates: Dates, *, most: int = MOST) -> Iterator[Batch]:
    """Read meters in batches, in memory that does not grow with their number.

    Parameters
    ----------
    workspace : Workspace
        With readings and weather.
    streams : sequence of Stream
        Meters, not virtual ones.
    dates : Dates
        Local days of each meter's own site.
    most : int
        Meters in a batch.

    Yields
    ------
    Batch
        Sorted by zone, calendar and station.
    """
    weather = weather_of(workspace.lake, dates.first.year, dates.last.year)
    years = range(dates.first.year, dates.last.year + 1)
    calendars = calendars_of(workspace, {one.site.id: one.site for one in streams}.values(), years)

    def clock(one: Stream) -> tuple[str, str, str]:
        calendar = calendars.get(one.site.id)
        return one.site.zone, calendar.name if calendar else "", weather.station(one.site.weather_station) or ""

    every = len(streams) == len([one for one in workspace.records.meters() if one.expression is None])
    for zone in sorted({one.site.zone for one in streams}):
        mine = sorted((one for one in streams if one.site.zone == zone), key=lambda one: (clock(one), one.key))
        plain = hours_of(dates.first, dates.last, zone)
        for slab in _chunks(mine, max(CELLS // len(plain), 1)):
            keys = np.array([one.key for one in slab], dtype=np.int64)
            whole = every and len(slab) == len(streams)
            hours = read_hours(workspace.lake, workspace.workers, keys, plain.start[0], len(plain), every=whole)
            yield from _split(slab, hours, dates, [clock(one) for one in slab], calendars, weather, most)


def _split(
    slab: Sequence[Stream],
    hours: Hours,
    dates: Dates,
    clocks: Sequence[tuple[str, str, str]],
    calendars: Mapping[str, Calendar],
    weather: Weather,
    most: int,
) -> Iterator[Batch]:
    """Cut a slab, in the order of its clocks, into batches."""
    for clock in sorted(set(clocks)):
        at = [row for row, one in enumerate(clocks) if one == clock]
        conditions = conditions_of([slab[row] for row in at], dates, calendars.get(slab[at[0]].site.id), weather)
        for rows in _chunks(at, most):
            streams = tuple(slab[row] for row in rows)
            calendar = calendars.get(streams[0].site.id)
            station = clock[2] or None
            yield Batch(
                streams=streams,
                use=hours.power[rows],
                flags=hours.flags[rows],
                conditions=conditions,
                station=station,
                calendar=calendar,
            )


def conditions_of(streams: Sequence[Stream], dates: Dates, calendar: Calendar | None, weather: Weather) -> Conditions:
    """The hours of meters that share a clock, with weather and sun.

    The sun is that of the middle of their sites: what a station serves lies close together.
    """
    sites = {one.site.id: one.site for one in streams}.values()
    places = [(one.latitude, one.longitude) for one in sites if one.latitude is not None and one.longitude is not None]
    place = (
        (sum(one for one, _ in places) / len(places), sum(one for _, one in places) / len(places)) if places else None
    )
    hours = hours_of(dates.first, dates.last, streams[0].site.zone, calendar=calendar, place=place)
    temperature, irradiance = weather.at(weather.station(streams[0].site.weather_station), hours)
    known = None if np.isnan(irradiance).all() else irradiance
    return replace(hours, temperature=temperature, irradiance=known)


def _chunks(items: list[Item], size: int) -> Iterator[list[Item]]:
    return (items[at : at + size] for at in range(0, len(items), size))
