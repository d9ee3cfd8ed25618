"""Portfolios as arrays: hours to local days, and what is known of each meter and site."""

from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import polars as pl

from wattstone.baselines.sun import sun_elevation
from wattstone.rates.calendars import Calendar
from wattstone.readings.schema import Flag

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

SLOTS = 24
DOUBTFUL = int(Flag.MISSING_ZERO | Flag.SPIKE | Flag.STUCK | Flag.NEGATIVE | Flag.RESET)
LONELY = 3.0  # times the level that all but a hundredth of the hours stay below
BRIGHT, DARK = 6.0, -6.0  # deg; below -6 deg civil twilight is over


@dataclass(frozen=True, kw_only=True)
class Meters:
    """Meters side by side.

    Parameters
    ----------
    ids : tuple of str
        m of them.
    site, parent : (m,) array of int
        Position of the site; of the meter that counts what this one counts, -1 for none.
    use : (m,) array of str
        What is behind it (`detection.uses`).
    role, unit : (m,) array of str
        As the inventory has them: `grid`, `fuel`...; `kWh`, `m3`.
    """

    ids: tuple[str, ...]
    site: Ints
    parent: Ints
    use: npt.NDArray[np.str_]
    role: npt.NDArray[np.str_]
    unit: npt.NDArray[np.str_]


@dataclass(frozen=True, kw_only=True)
class Sites:
    """Sites side by side.

    Parameters
    ----------
    ids, types : tuple of str
        s of them; a type may be empty.
    area : (s,) array
        Floor area; NaN where it is not known. [m2]
    latitude, longitude : (s,) array
        NaN where they are not known. [deg]
    station : (s,) array of int
        Position of the weather, -1 for none.
    """

    ids: tuple[str, ...]
    types: tuple[str, ...]
    area: npt.NDArray[np.float64]
    latitude: npt.NDArray[np.float64]
    longitude: npt.NDArray[np.float64]
    station: Ints


@dataclass(frozen=True, kw_only=True)
class Days:
    """Local days of a zone laid over hours of UTC.

    Parameters
    ----------
    dates : (d,) array of datetime64[D]
        On the clock of the zone.
    hour : (d, 24) array of int
        Which hour since `start` each hour of the day is; -1 for one that the clock skips. Of an hour that the clock
        repeats the first stands, so that what is said of a day is at most what was measured.
    start : datetime64
        Naive UTC, a full hour.
    holidays, exchanged : (n,) array of datetime64[D]
        Days off by a calendar, and days of a weekend that are worked in exchange; none where no calendar is known.
    """

    dates: npt.NDArray[np.datetime64]
    hour: Ints
    start: np.datetime64
    holidays: npt.NDArray[np.datetime64] = field(default_factory=lambda: _no_days())
    exchanged: npt.NDArray[np.datetime64] = field(default_factory=lambda: _no_days())

    @property
    def weekday(self) -> Ints:
        """0 (Monday) to 6 (Sunday), (d,)."""
        return (self.dates.astype("datetime64[D]").astype(np.int64) + 3) % 7

    @cached_property
    def working(self) -> Bools:
        """Monday to Friday without holidays, and the days of a weekend that are worked in exchange, (d,)."""
        return ((self.weekday < 5) & ~np.isin(self.dates, self.holidays)) | np.isin(self.dates, self.exchanged)

    @cached_property
    def resting(self) -> Bools:
        """Sundays and holidays: days off also where Saturdays are worked, (d,)."""
        return ((self.weekday == 6) | np.isin(self.dates, self.holidays)) & ~np.isin(self.dates, self.exchanged)

    def lay(self, hours: npt.NDArray[np.generic], nothing: float) -> npt.NDArray[np.generic]:
        """Hours (m, h) as days (m, d, 24); `nothing` where there is no such hour."""
        flat = self.hour.ravel()
        if flat[0] >= 0 and flat[-1] < hours.shape[1] and (np.diff(flat) == 1).all():
            laid = hours[:, flat[0] : flat[-1] + 1]
            return laid.reshape(len(hours), *self.hour.shape)
        inside = (flat >= 0) & (flat < hours.shape[1])
        laid = hours[:, np.where(inside, flat, 0)]
        laid[:, ~inside] = nothing
        return laid.reshape(len(hours), *self.hour.shape)

    def moment(self, day: int, slot: int = 0) -> np.datetime64:
        """The moment in naive UTC at which an hour of a day begins; of the day after the last one too."""
        if day >= len(self.dates):
            return self.start + np.timedelta64(int(self.hour[-1].max()) + 1, "h")
        at = int(self.hour[day, slot])
        return self.start + np.timedelta64(at if at >= 0 else int(self.hour[day, slot + 1]), "h")


def _no_days() -> npt.NDArray[np.datetime64]:
    return np.zeros(0, dtype="datetime64[D]")


def days_of(first: int, last: int, zone: str, calendar: Calendar | None = None) -> Days:
    """The local days of some calendar years.

    Parameters
    ----------
    first, last : int
        Years, both included.
    zone : str
        IANA.
    calendar : Calendar or None
        Of holidays; only weekends are days off where None.

    Examples
    --------
    >>> days_of(2019, 2019, "Europe/London").hour[89, :4]
    array([2136,   -1, 2137, 2138])
    """
    dates = np.arange(np.datetime64(f"{first}-01-01"), np.datetime64(f"{last + 1}-01-01"))
    begin = dates[0].astype("datetime64[h]") - np.timedelta64(24, "h")
    count = 24 * (len(dates) + 2)
    offsets: Ints = np.arange(count, dtype=np.int64)
    hours: npt.NDArray[np.datetime64] = begin + offsets.astype("timedelta64[h]")
    local = (
        pl.Series(hours.astype("datetime64[us]")).dt.replace_time_zone("UTC").dt.convert_time_zone(ZoneInfo(zone).key)
    )
    day = (local.dt.date().to_numpy().astype("datetime64[D]") - dates[0]).astype(np.int64)
    slot = local.dt.hour().to_numpy().astype(np.int64)
    table = np.full((len(dates), SLOTS), -1, dtype=np.int64)
    inside = np.flatnonzero((day >= 0) & (day < len(dates)))[::-1]  # the first of two wins
    table[day[inside], slot[inside]] = inside
    start = int(table[0].min(where=table[0] >= 0, initial=len(hours)))
    off, worked = (np.array(sorted(of), dtype="datetime64[D]") for of in (_rest(calendar), _work(calendar)))
    return Days(
        dates=dates, hour=np.where(table >= 0, table - start, -1), start=hours[start], holidays=off, exchanged=worked
    )


def _rest(calendar: Calendar | None) -> frozenset[date]:
    return frozenset() if calendar is None else calendar.rest


def _work(calendar: Calendar | None) -> frozenset[date]:
    return frozenset() if calendar is None else calendar.work


@dataclass(frozen=True, kw_only=True)
class View:
    """Some sites of one zone over some years: what every detector looks at.

    Parameters
    ----------
    days : Days
        d local days; those of the assessed year are the last ones.
    first : int
        First day of the assessed year; what lies before is history.
    power : (m, d, 24) array of float32
        Mean power by local hour, as it was read; NaN where it is not known. [kW; m3 h-1]
    flags : (m, d, 24) array of uint8
        What is doubtful.
    meters, sites : Meters, Sites
        Who they are.
    temperature, irradiance : (w, d, 24) array of float32
        By weather station; NaN where not known. [degC], [W m-2]
    """

    days: Days
    first: int
    power: Floats
    flags: npt.NDArray[np.uint8]
    meters: Meters
    sites: Sites
    temperature: Floats
    irradiance: Floats
    _cache: dict[str, npt.NDArray[np.generic]] = field(default_factory=dict[str, "npt.NDArray[np.generic]"], repr=False)

    @cached_property
    def clean(self) -> Floats:
        """Power without what is doubtful. [kW]"""
        doubtful = ((self.flags & DOUBTFUL) != 0) | self.isolated
        return np.where(doubtful, np.float32(np.nan), self.power) if doubtful.any() else self.power

    @cached_property
    def isolated(self) -> Bools:
        """Single hours far above all but a hundredth of a meter's hours, between two hours that are not, (m, d, 24).

        Flags of spikes rest on a partition of the readings; where that is a day it says little of a year.
        """
        flat = self.power.reshape(len(self.power), -1)
        known = np.nan_to_num(flat)
        top = np.partition(known, -known.shape[1] // 100, axis=1)[:, -known.shape[1] // 100][:, None]
        high, low = known > LONELY * top, known < 1.5 * top
        single = high & (top > 0) & (self.meters.role != "export")[:, None]  # a surplus is rare by nature
        single[:, 1:] &= low[:, :-1]
        single[:, :-1] &= low[:, 1:]
        return single.reshape(self.power.shape)

    @cached_property
    def daily(self) -> npt.NDArray[np.float64]:
        """Mean power of each day of which 18 hours and more are known, (m, d). [kW]"""
        from wattstone.baselines.statistics import mean

        return mean(self.clean, least=18)

    @cached_property
    def level(self) -> npt.NDArray[np.float64]:
        """Mean power of each meter over all days, (m,). [kW]"""
        from wattstone.baselines.statistics import mean

        return mean(self.daily)

    def elevation(self, site: int) -> npt.NDArray[np.float64]:
        """Elevation of the sun in the middle of each local hour at a site, (d, 24). [deg]"""
        name = f"{self.sites.latitude[site]:.1f},{self.sites.longitude[site]:.1f}"
        if name not in self._cache:
            middle = self.days.start + self.days.hour.ravel() * np.timedelta64(1, "h") + np.timedelta64(30, "m")
            height = sun_elevation(middle, float(self.sites.latitude[site]), float(self.sites.longitude[site]))
            self._cache[name] = height.reshape(self.days.hour.shape)
        return self._cache[name].astype(np.float64)
