"""A typical year of weather: from a file of one, or from the most typical months of the years that were measured."""

from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import numpy.typing as npt

from wattstone.baselines.conditions import Conditions
from wattstone.baselines.timeline import hours_of
from wattstone.rates.calendars import Calendar

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
DAY = 86400
MONTHS = 12
LEAST_YEARS = 3
"""Fewer years have no typical one among them."""
SEAM = 12
"""Hours over which the nearest known weather stands for what is missing."""


class TooFewYears(ValueError):
    """There is not enough weather for a typical year."""


@dataclass(frozen=True, kw_only=True, eq=False)
class WeatherHours:
    """Hourly weather of a station.

    Parameters
    ----------
    start : (t,) array of datetime64[s]
        Naive UTC, on the full hour, rising.
    temperature : (t,) array
        [degC]
    irradiance : (t,) array or None
        Global horizontal. [W m-2]
    """

    start: npt.NDArray[np.datetime64]
    temperature: Floats
    irradiance: Floats | None = None

    @property
    def month(self) -> Ints:
        """Calendar months since 1970-01. (t,)"""
        return self.start.astype("datetime64[M]").astype(np.int64)


@dataclass(frozen=True, kw_only=True, eq=False)
class TypicalYear:
    """A typical year on the calendar of a real one.

    Parameters
    ----------
    conditions : Conditions
        Its hours.
    source : str
        Where its weather comes from.
    months : tuple of int
        Year of which each month was taken; empty for a file.
    """

    conditions: Conditions
    source: str
    months: tuple[int, ...] = ()


def typical_months(weather: WeatherHours) -> tuple[int, ...]:
    """The year in which each month was most like all its years [1]_.

    Parameters
    ----------
    weather : WeatherHours
        Of several years; a month is a candidate if half of the hours of each of its days are known.

    Returns
    -------
    tuple of int
        Twelve years.

    Raises
    ------
    TooFewYears
        If a month has fewer than three candidates.

    Notes
    -----
    The statistic of Finkelstein and Schafer: the mean distance between the distribution of the daily means of a month
    and that of all its years, summed here over temperature and, where there is some, irradiance with equal weight.
    Makers of typical years for simulation weigh ten and more variables, wind and humidity among them; a model of use
    knows none of these, so they have no weight here. There is no smoothing where two months meet.

    References
    ----------
    .. [1] J. M. Finkelstein and R. E. Schafer, "Improved goodness-of-fit tests," Biometrika 58 (3), 641-645, 1971.
    """
    day = weather.start.astype("datetime64[D]")
    days, place = np.unique(day, return_inverse=True)
    wanted = [weather.temperature] if weather.irradiance is None else [weather.temperature, weather.irradiance]
    means = [_means(values, place, len(days)) for values in wanted]
    month = days.astype("datetime64[M]").astype(np.int64)
    known = ~np.isnan(np.sum(means, axis=0))
    found: list[int] = []
    for of in range(MONTHS):
        mine = np.unique(month[month % MONTHS == of])
        whole = [at for at in mine if known[month == at].sum() == _length(int(at))]
        if len(whole) < LEAST_YEARS:
            raise TooFewYears(f"month {of + 1} is known in {len(whole)} years; a typical one needs {LEAST_YEARS}")
        every = np.isin(month, whole) & known
        distance = [sum(_distance(one[known & (month == at)], one[every]) for one in means) for at in whole]
        found.append(1970 + int(whole[int(np.argmin(distance))]) // MONTHS)
    return tuple(found)


def typical_year(
    weather: WeatherHours,
    *,
    year: int,
    zone: str,
    calendar: Calendar | None = None,
    place: tuple[float, float] | None = None,
    months: tuple[int, ...] | None = None,
    source: str = "",
) -> TypicalYear:
    """Typical weather on the calendar of a year.

    Parameters
    ----------
    weather : WeatherHours
        Of several years; or of one typical year, whatever years its months are dated.
    year : int
        Whose days of the week and holidays it has.
    zone, calendar, place
        As for `hours_of`.
    months : tuple of int or None
        Year of which each month is taken; chosen by `typical_months` if left out.
    source : str
        Told of the weather.

    Returns
    -------
    TypicalYear
        An hour without weather has that of the nearest that has some, within `SEAM` hours: at the seams of months of
        a file whose clock is not UTC, and in gaps. A 29 February has the weather of the 28th.
    """
    months = typical_months(weather) if months is None else months
    hours = hours_of(date(year, 1, 1), date(year, 12, 31), zone, calendar=calendar, place=place)
    moment = hours.start.astype("datetime64[M]")
    since = hours.start - moment.astype("datetime64[s]")
    of = moment.astype(np.int64) % MONTHS
    chosen = (np.array(months)[of] - 1970) * MONTHS + of
    length = np.array([_length(int(at)) for at in np.unique(chosen)])[np.unique(chosen, return_inverse=True)[1]]
    since = since.astype("timedelta64[s]").astype(np.int64)
    since = np.where(since >= length * DAY, since - DAY, since)
    wanted = chosen.astype("datetime64[M]").astype("datetime64[s]") + since.astype("timedelta64[s]")
    conditions = replace(
        hours,
        temperature=_looked_up(weather.start, weather.temperature, wanted),
        irradiance=None if weather.irradiance is None else _looked_up(weather.start, weather.irradiance, wanted),
    )
    first, last = int(weather.start[0].astype("datetime64[Y]").astype(int)), weather.start[-1]
    told = f"typical months of {first + 1970}-{last.astype('datetime64[Y]')}, after Finkelstein and Schafer"
    return TypicalYear(conditions=_mended(conditions), source=source or told, months=months)


def year_of_file(
    weather: WeatherHours,
    *,
    year: int,
    zone: str,
    source: str,
    calendar: Calendar | None = None,
    place: tuple[float, float] | None = None,
) -> TypicalYear:
    """A typical year that somebody else made, as a file has it: each month dated as the maker took it.

    Parameters
    ----------
    weather : WeatherHours
        8,760 h; each month in one year.
    source : str
        Name of the file and its maker.
    year, zone, calendar, place
        As for `typical_year`.

    Raises
    ------
    TooFewYears
        If a month of the year is not there.
    """
    month = weather.month
    months: list[int] = []
    for of in range(MONTHS):
        at = month[month % MONTHS == of]
        if not len(at):
            raise TooFewYears(f"month {of + 1} is missing in {source}")
        values, counts = np.unique(at, return_counts=True)
        months.append(1970 + int(values[counts.argmax()]) // MONTHS)  # the shift to UTC moves some hours to a neighbour
    return typical_year(
        weather, year=year, zone=zone, calendar=calendar, place=place, months=tuple(months), source=source
    )


def _mended(conditions: Conditions) -> Conditions:
    """Hours without weather as the nearest known."""

    def nearest(values: Floats) -> Floats:
        known = np.flatnonzero(~np.isnan(values))
        if not len(known):
            return values
        at = np.arange(len(values))
        right = np.searchsorted(known, at).clip(0, len(known) - 1)
        left = (right - 1).clip(0)
        closer = np.where(np.abs(known[left] - at) <= np.abs(known[right] - at), known[left], known[right])
        return np.where(np.isnan(values) & (np.abs(closer - at) <= SEAM), values[closer], values)

    irradiance = None if conditions.irradiance is None else nearest(conditions.irradiance)
    return replace(conditions, temperature=nearest(conditions.temperature), irradiance=irradiance)


def _looked_up(start: npt.NDArray[np.datetime64], values: Floats, wanted: npt.NDArray[np.datetime64]) -> Floats:
    order = np.argsort(start, kind="stable")  # a file of a typical year jumps between years
    at = np.searchsorted(start[order], wanted).clip(0, len(start) - 1)
    return np.where(start[order][at] == wanted, values[order][at], np.nan)


def _means(values: Floats, place: Ints, count: int) -> Floats:
    """Daily means; NaN for days of which less than half is known."""
    known = ~np.isnan(values)
    total = np.bincount(place[known], weights=values[known], minlength=count)
    number = np.bincount(place[known], minlength=count)
    return np.where(number >= SEAM, total / np.maximum(number, 1), np.nan)


def _length(month: int) -> int:
    """Days of a month since 1970-01."""
    edges = np.array([month, month + 1]).astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    return int(edges[1] - edges[0])


def _distance(some: Floats, every: Floats) -> float:
    """Mean distance between the distribution functions of some values and of all, at each of some."""
    mine, all_of = np.sort(some), np.sort(every)
    near = np.searchsorted(mine, mine, side="right") / len(mine)
    return float(np.abs(near - np.searchsorted(all_of, mine, side="right") / len(all_of)).mean())
