"""Hours and days of a local calendar as conditions of models."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

from wattstone.baselines.conditions import Bools, Conditions, Floats
from wattstone.baselines.sun import sun_elevation
from wattstone.rates.calendars import Calendar

HALF = 0.5
"""Share of a day's hours that must be known: CalTRACK 2.0, 2.2.2.1 and 2.2.2.3 allow half to be missing."""


def hours_of(
    first: date,
    last: date,
    zone: str,
    *,
    calendar: Calendar | None = None,
    place: tuple[float, float] | None = None,
) -> Conditions:
    """All hours of some local days, still without weather.

    Parameters
    ----------
    first, last : date
        Local days, both included.
    zone : str
        IANA zone.
    calendar : Calendar or None
        Of holidays; a day of a weekend that is worked in exchange is not off, but keeps its day of the week.
    place : tuple of float or None
        Latitude and longitude, for the elevation of the sun. [deg]

    Returns
    -------
    Conditions
        Temperature NaN throughout. In zones off the full hour, hours begin where the local day does.
    """
    clock = ZoneInfo(zone)
    begin, end = (datetime.combine(day, time(), clock).astimezone(UTC) for day in (first, last + timedelta(days=1)))
    count = round((end - begin) / timedelta(hours=1))
    start = np.datetime64(begin.replace(tzinfo=None), "s") + np.arange(count) * np.timedelta64(3600, "s")
    local = start + _offsets(start, clock)
    days = local.astype("datetime64[D]")
    since = (local - days).astype("timedelta64[s]").astype(np.int64)
    return Conditions(
        step="hour",
        zone=zone,
        start=start,
        hours=np.ones(count),
        date=days,
        hour=since // 3600,
        off=rests(days, calendar),
        temperature=np.full(count, np.nan),
        elevation=None if place is None else np.maximum(sun_elevation(start + np.timedelta64(1800, "s"), *place), 0.0),
    )


def _offsets(start: npt.NDArray[np.datetime64], clock: ZoneInfo) -> npt.NDArray[np.timedelta64]:
    """Offset of the local clock at each hour: a day at a time, hour by hour where the clock changes in between."""
    lasts = np.minimum(np.arange(0, len(start), 24) + 23, len(start) - 1)
    before, after = _looked_up(start[::24], clock), _looked_up(start[lasts], clock)
    found = np.repeat(before, 24)[: len(start)]
    for day in np.flatnonzero(before != after):
        of = slice(24 * int(day), 24 * int(day) + 24)
        found[of] = _looked_up(start[of], clock)
    return found


def _looked_up(moments: npt.NDArray[np.datetime64], clock: ZoneInfo) -> npt.NDArray[np.timedelta64]:
    """Offset of the local clock at each moment of UTC."""
    known: list[datetime] = moments.astype("datetime64[s]").tolist()
    none = timedelta(0)
    offsets = [one.replace(tzinfo=UTC).astimezone(clock).utcoffset() or none for one in known]
    return np.array(offsets, dtype="timedelta64[s]")


def rests(days: npt.NDArray[np.datetime64], calendar: Calendar | None) -> Bools:
    """Whether each local day is off by a calendar. (t,)"""
    if calendar is None:
        return np.zeros(len(days), dtype=bool)
    return np.isin(days, np.array(sorted(calendar.rest), dtype="datetime64[D]"))


def fold_days(conditions: Conditions) -> Conditions:
    """The local days of some hours, with the means of their weather.

    Parameters
    ----------
    conditions : Conditions
        Hours, of whole days.

    Returns
    -------
    Conditions
        Weather is NaN on days of which less than `HALF` is known.
    """
    at, first = _places(conditions)
    return Conditions(
        step="day",
        zone=conditions.zone,
        start=conditions.start[first],
        hours=np.bincount(at, weights=conditions.hours).astype(np.float64),
        date=conditions.date[first],
        hour=conditions.hour[first],
        off=conditions.off[first],
        temperature=_means(conditions.temperature, at),
        irradiance=None if conditions.irradiance is None else _means(conditions.irradiance, at),
        elevation=None if conditions.elevation is None else _means(conditions.elevation, at),
    )


def fold_use(use: npt.NDArray[np.floating], conditions: Conditions, *, least: float = HALF) -> Floats:
    """Use of each local day from that of its hours.

    Parameters
    ----------
    use : (m, t) array
        Of each hour; NaN where not known.
    conditions : Conditions
        The hours, of whole days.
    least : float
        Share of a day's hours that must be known.

    Returns
    -------
    (m, d) array
        Where some hours are missing, the mean of the known ones stands for them; NaN where too few are known.
    """
    at, first = _places(conditions)
    known = ~np.isnan(use)
    total = np.add.reduceat(np.where(known, use, 0.0), first, axis=1, dtype=np.float64)
    count = np.add.reduceat(known, first, axis=1, dtype=np.int64)
    whole = np.bincount(at)
    return np.where(count >= np.maximum(least * whole, 1), total * whole / np.maximum(count, 1), np.nan)


def _places(conditions: Conditions) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """The day of each hour, from 0, and the first hour of each day."""
    new = np.concatenate([[True], conditions.date[1:] != conditions.date[:-1]])
    return np.cumsum(new) - 1, np.flatnonzero(new)


def _means(values: Floats, at: npt.NDArray[np.int64]) -> Floats:
    known = ~np.isnan(values)
    total = np.bincount(at, weights=np.where(known, values, 0.0))
    count, whole = np.bincount(at, weights=known.astype(np.float64)), np.bincount(at)
    return np.where(count >= np.maximum(HALF * whole, 1), total / np.maximum(count, 1), np.nan)
