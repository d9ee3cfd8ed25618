"""Public holidays as dated data: days off, and days of a weekend that are worked in exchange.

A table is TOML: a head that says whom it is for, and of each year its `source`, `rest` (pairs of the first and last day
off: holidays, school terms, shutdowns) and `work` (days of a weekend that are worked). A year that a calendar does not
hold is not known. A head with `adds_to = "GB"` adds its days to those of that country instead of standing for them.
Years and countries that are not shipped are taken from the library `holidays` where it is installed.
"""

import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from importlib import import_module
from importlib.resources import files
from itertools import chain
from pathlib import Path
from typing import Any

from wattstone.base import Finding, InputRefused

_HEAD = ("country", "sites", "adds_to")
_REGION = {"GB": "ENG"}  # whose days stand for those of the country; the shipped table holds England and Wales


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
    adds_to : str
        Country whose own days belong to it as well; empty where its days are all there are.
    """

    name: str
    country: str
    sites: tuple[str, ...]
    rest: frozenset[date]
    work: frozenset[date]
    sources: Mapping[int, str]
    adds_to: str = ""


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
    """The calendars that come with the product: CN 2021 to 2023; GB (England and Wales) 2000 to 2026."""
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


def calendar_of(
    calendars: Sequence[Calendar], *, country: str | None, site_id: str, years: Iterable[int]
) -> Calendar | None:
    """The calendar of a site with the years that are asked for, those that it lacks from the library `holidays`.

    Parameters
    ----------
    calendars : sequence of Calendar
        Own ones, then those that are shipped.
    country : str or None
        ISO 3166-1 alpha-2.
    site_id : str
        Of the site.
    years : iterable of int
        Local years.

    Returns
    -------
    Calendar or None
        As of `calendar_for`. Years are filled in calendars of a country, not in a site's own or one for all, which
        stand as they are unless they add to a country. `sources` holds the years that are known.

    Examples
    --------
    >>> found = calendar_of(shipped_calendars(), country="GB", site_id="HQ", years=(2012,))
    >>> date(2012, 6, 5) in found.rest
    True
    """
    wanted = tuple(years)
    found = calendar_for(calendars, country=country, site_id=site_id)
    if found is None:
        return None if country is None else library_calendar(country, wanted)
    if found.adds_to:
        national = [one for one in calendars if not one.adds_to and not one.sites]
        return _together(found, calendar_of(national, country=found.adds_to, site_id="", years=wanted))
    missing = [year for year in wanted if year not in found.sources]
    if found.sites or not found.country or not missing:
        return found
    return _together(found, library_calendar(found.country, missing))


def library_calendar(country: str, years: Iterable[int]) -> Calendar | None:
    """Public holidays of a country by the library `holidays`, which is optional.

    Parameters
    ----------
    country : str
        ISO 3166-1 alpha-2; of GB, those of England.
    years : iterable of int
        Local years.

    Returns
    -------
    Calendar or None
        Sources name the library and its version; None without the library, or where it does not know the country.
    """
    try:
        library: Any = import_module("holidays")
    except ImportError:
        return None
    wanted = tuple(years)
    try:
        days = frozenset(library.country_holidays(country, subdiv=_REGION.get(country), years=wanted))
    except NotImplementedError:
        return None
    source = f"python library holidays {library.__version__}"
    return Calendar(
        name=f"holidays_{country.lower()}",
        country=country,
        sites=(),
        rest=days,
        work=frozenset(),
        sources=dict.fromkeys(sorted(wanted), source),
    )


def _together(one: Calendar, other: Calendar | None) -> Calendar:
    """Days of both; a year's source names both where both know it."""
    if other is None:
        return one
    sources = {
        year: "; ".join(dict.fromkeys(of[year] for of in (one.sources, other.sources) if year in of))
        for year in sorted({*one.sources, *other.sources})
    }
    return replace(one, rest=one.rest | other.rest, work=one.work | other.work, sources=sources)


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
        adds_to=str(table.get("adds_to", "")),
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
