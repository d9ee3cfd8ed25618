"""Public holidays as dated data: days off, and days of a weekend that are worked in exchange.

A table is TOML: a head that says whom it is for, and of each year its `source`, `rest` (pairs of the first and last day
off) and `work` (days of a weekend that are worked). A year that a calendar does not hold is not known.
"""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from itertools import chain
from pathlib import Path
from typing import Any

from wattstone.base import Finding, InputRefused

_HEAD = ("country", "sites")


@dataclass(frozen=True, kw_only=True)
class Calendar:
    """Days off and days worked instead.

    Parameters
    ----------
    name : str
        `holidays_cn`, or the name of the workspace's own file.
    country : str
        ISO 3166-1 alpha-2; empty for every one.
    sites : tuple of str
        Sites it is for; none means all of its country.
    rest, work : frozenset of date
        Local days.
    sources : mapping of int to str
        Of each year that is known.
    """

    name: str
    country: str
    sites: tuple[str, ...]
    rest: frozenset[date]
    work: frozenset[date]
    sources: Mapping[int, str]


def shipped_table(country: str) -> dict[str, Any]:
    """The table of a country as it is shipped, by year.

    Parameters
    ----------
    country : str
        ISO 3166-1 alpha-2, in small letters.
    """
    return tomllib.loads(files("wattstone.rates").joinpath("data", f"holidays_{country}.toml").read_text("utf-8"))


@cache
def shipped_calendars() -> tuple[Calendar, ...]:
    """The calendars that come with the product: CN 2021 to 2023; GB (England and Wales) 2018 and 2019."""
    return tuple(
        _calendar(f"holidays_{name}", {**shipped_table(name), "country": name.upper()}) for name in ("cn", "gb")
    )


def read_calendars(paths: Sequence[Path]) -> tuple[Calendar, ...]:
    """Read a workspace's own calendars.

    Parameters
    ----------
    paths : sequence of Path
        TOML files.

    Returns
    -------
    tuple of Calendar
        In the order of the paths.

    Raises
    ------
    InputRefused
        With a finding for every file that cannot be used.
    """
    read: list[Calendar] = []
    findings: list[Finding] = []
    for path in paths:
        try:
            read.append(_calendar(path.stem, tomllib.loads(path.read_text(encoding="utf-8-sig"))))
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            findings.append(_unusable(path.name, str(error)))
    if findings:
        raise InputRefused(findings)
    return tuple(read)


def calendar_for(calendars: Sequence[Calendar], *, country: str | None, site_id: str) -> Calendar | None:
    """The calendar of a site: one that names it, else one of its country, else one for all, else None.

    Parameters
    ----------
    calendars : sequence of Calendar
        Of two that fit alike the first, so that own ones stand before those that are shipped.
    country : str or None
        ISO 3166-1 alpha-2.
    site_id : str
        Of the site.

    Examples
    --------
    >>> calendar_for(shipped_calendars(), country="GB", site_id="HQ").name
    'holidays_gb'
    """
    named = (one for one in calendars if site_id in one.sites)
    national = (one for one in calendars if not one.sites and one.country and one.country == country)
    general = (one for one in calendars if not one.sites and not one.country)
    return next(chain(named, national, general), None)


def _calendar(name: str, table: Mapping[str, Any]) -> Calendar:
    years = {int(year): entry for year, entry in table.items() if year not in _HEAD}
    rest = {day for entry in years.values() for pair in entry.get("rest", ()) for day in _span(*pair)}
    work = {_day(day) for entry in years.values() for day in entry.get("work", ())}
    return Calendar(
        name=name,
        country=str(table.get("country", "")),
        sites=tuple(str(one) for one in table.get("sites", ())),
        rest=frozenset(rest),
        work=frozenset(work),
        sources={year: str(entry["source"]) for year, entry in years.items()},
    )


def _span(first: str | date, last: str | date) -> Iterator[date]:
    start, end = _day(first), _day(last)
    if end < start:
        raise ValueError(f"{end} is before {start}")
    return (start + timedelta(days=number) for number in range((end - start).days + 1))


def _day(value: str | date) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value)


def _unusable(name: str, message: str) -> Finding:
    return Finding(
        code="rates.calendar",
        place=name,
        found="it cannot be used: {message}",
        expected="TOML: of each year a source, and rest as pairs of the first and last day off",
        remedy="correct it; docs/how-to/detect.md shows a calendar",
        params={"message": message},
    )
