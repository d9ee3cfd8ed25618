"""Cities and working days: the data behind the simulation."""

import tomllib
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from typing import Any

from wattstone.rates.calendars import shipped_table


@dataclass(frozen=True)
class City:
    """A city with a simulated weather station.

    `temperature` holds twelve monthly means [degC], `clearness` the mean share of clear-sky irradiance, `humidity` the
    mean relative humidity [%].
    """

    name: str
    region: str
    latitude: float
    longitude: float
    clearness: float
    humidity: float
    heating: bool
    temperature: tuple[float, ...]

    @property
    def station(self) -> str:
        """Id of its weather station."""
        return f"sim-{self.name.lower()}"


def _table(name: str) -> dict[str, Any]:
    return tomllib.loads(files("wattstone.simulation").joinpath("data", name).read_text(encoding="utf-8"))


@cache
def cities() -> tuple[City, ...]:
    """All cities, in a fixed order."""
    rows: list[dict[str, Any]] = _table("cities.toml")["city"]
    for row in rows:
        row["temperature"] = tuple(row["temperature"])
    return tuple(City(**row) for row in rows)


@cache
def known_years() -> tuple[int, ...]:
    """Years whose holidays are known."""
    return tuple(sorted(int(year) for year in shipped_table("cn")))


def _span(first: str, last: str) -> set[date]:
    start, end = date.fromisoformat(first), date.fromisoformat(last)
    return {start + timedelta(days=n) for n in range((end - start).days + 1)}


@cache
def _days() -> tuple[frozenset[date], frozenset[date], frozenset[date]]:
    rest: set[date] = set()
    work: set[date] = set()
    spring: set[date] = set()
    for entry in shipped_table("cn").values():
        rest.update(*(_span(*pair) for pair in entry["rest"]))
        work.update(date.fromisoformat(day) for day in entry["work"])
        spring.update(_span(*entry["spring_festival"]))
    return frozenset(rest), frozenset(work), frozenset(spring)


def is_working_day(day: date) -> bool:
    """Whether offices work: a weekday that is no holiday, or a day of a weekend that is worked in exchange.

    Examples
    --------
    >>> is_working_day(date(2022, 1, 29)), is_working_day(date(2022, 1, 31))
    (True, False)
    """
    rest, work, _ = _days()
    return day in work or (day.weekday() < 5 and day not in rest)


def is_holiday(day: date) -> bool:
    """Whether the day is a day off of a public holiday, on a weekend or not."""
    return day in _days()[0]


def is_spring_festival(day: date) -> bool:
    """Whether the day is one of the days off around the lunar new year."""
    return day in _days()[2]
