"""What the newest search for waste and faults looked at: at how many meters each rule could look, and what others lack.

A search that finds nothing says something only of what it could see.
"""

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import polars as pl

from wattstone.base import Period, local_year
from wattstone.detection.moments import INDUSTRY
from wattstone.detection.peers import LEAST
from wattstone.detection.solar import PEERS
from wattstone.detection.uses import use_of
from wattstone.inventory.plan import Stream
from wattstone.workflows.inventory.plans import plan_of
from wattstone.workflows.inventory.record import EVIDENCE
from wattstone.workflows.overview.findings import newest_run
from wattstone.workflows.workspace import Workspace

__all__ = ["Lacks", "Look", "Searched", "searched"]

Lacks = Literal["", "meters", "lighting", "place", "water", "solar", "sun", "main", "plants", "weather", "peers"]
"""What a rule lacks where it can look at no meter; empty where it can."""

_USED = ("grid", "fuel", "network")
_HOUR = 3600


@dataclass(frozen=True)
class Look:
    """A rule, and where it could look.

    Parameters
    ----------
    code : str
        Of its findings; of several the first, as `pv_outage`.
    meters : int
        At how many it could look.
    lacks : str
        What it lacks, where that is none.
    """

    code: str
    meters: int
    lacks: Lacks


@dataclass(frozen=True, kw_only=True)
class Searched:
    """What the newest search looked at, as far as the reader may see it.

    Parameters
    ----------
    year, run : int
        Of the search.
    before : bool
        Whether it read the year before too.
    meters, sites : int
        With readings of an hour and shorter in that year.
    coarse : int
        Meters whose readings are longer than an hour: no rule can look at them.
    silent : int
        Meters without a reading in that year.
    looks : tuple of Look
        Every rule.
    """

    year: int
    run: int
    before: bool
    meters: int
    sites: int
    coarse: int
    silent: int
    looks: tuple[Look, ...]


@dataclass(frozen=True)
class _Known:
    """A meter with what tells which rules can look at it."""

    stream: Stream
    use: str


def searched(workspace: Workspace, year: int | None = None) -> Searched | None:
    """What the newest search looked at; None where nobody has searched.

    Parameters
    ----------
    workspace : Workspace
        Guarded: only what the reader may see is counted. What is known of the meters is as it is now.
    year : int or None
        Of the search; of the newest year where None.
    """
    newest = newest_run(workspace, year)
    if newest is None:
        return None
    year, run = newest
    plan = plan_of(workspace, year)
    streams = [one for one in plan.streams if one.meter.expression is None]
    read = _read(workspace, plan.span)
    coarse = {one.key for one in streams if (one.meter.interval_seconds or 0) > _HOUR}
    seen = [one for one in streams if one.key in read and one.key not in coarse]
    known = [_Known(one, use_of(one.meter.id, one.kind, main=one.meter.parent_id is None)) for one in seen]
    return Searched(
        year=year,
        run=run,
        before=_years(workspace, year, run) > 1,
        meters=len(seen),
        sites=len({one.site.id for one in seen}),
        coarse=len(coarse & read),
        silent=sum(one.key not in read for one in streams),
        looks=tuple(_looks(known, *_weather(workspace, year))),
    )


def _read(workspace: Workspace, span: Period) -> set[int]:
    """Keys of the meters that have a value in a year."""
    held = workspace.lake.scan("slices")
    if held is None:
        return set()
    inside = (pl.col("until") > span.start) & (pl.col("first") < span.end) & (pl.col("rows") > pl.col("gaps"))
    return set(held.filter(inside).select(pl.col("meter").unique()).collect()["meter"].to_list())


def _years(workspace: Workspace, year: int, run: int) -> int:
    """How many years a run read, as its evidence says."""
    held = workspace.lake.scan(EVIDENCE, parts=[year])
    rows = None if held is None else held.filter(pl.col("id") == f"waste:{run}").select("content").collect()
    return 1 if rows is None or rows.is_empty() else int(json.loads(rows["content"][0]).get("years", 1))


def _weather(workspace: Workspace, year: int) -> tuple[set[str], set[str]]:
    """Stations of which temperatures are known in a year, and those of which irradiance is."""
    held = workspace.lake.scan("weather", parts=range(year - 1, year + 2))
    if held is None:
        return set(), set()
    span = local_year(year, "UTC")
    inside = held.filter((pl.col("start") >= span.start) & (pl.col("start") < span.end))
    known = inside.group_by("station").agg(pl.col("air_temperature").count(), pl.col("global_irradiance").count())
    rows = known.collect()
    warm, sunny = (rows.filter(pl.col(name) > 0)["station"] for name in ("air_temperature", "global_irradiance"))
    return set(warm.to_list()), set(sunny.to_list())


def _looks(known: list[_Known], warm: set[str], sunny: set[str]) -> Iterable[Look]:
    used = [one for one in known if one.stream.role in _USED]
    lights, water, solar = ([one for one in known if one.use == use] for use in ("lighting", "water", "solar"))
    placed = [one for one in lights if one.stream.site.latitude is not None]
    lit = [one for one in solar if len(solar) > PEERS or _station(one, sunny) is not None]
    grid = [one for one in known if one.stream.role == "grid" and one.stream.meter.parent_id is None]
    both = _both(known)
    tempered = [one for one in both if _station(one, warm) is not None]
    yield _look("lights_by_day", placed, "place" if lights else "lighting")
    yield _look("out_of_hours", [one for one in used if one.use not in ("lighting", "charging", "process")], "meters")
    yield _look("base_load_drift", [one for one in used if one.use != "charging"], "meters")
    yield _look("water_leak", water, "water")
    yield _look("pv_outage", lit, "sun" if solar else "solar")
    yield _look("heating_and_cooling", tempered, "weather" if both else "plants")
    yield _look("peak_event", grid, "main")
    yield _look("meter_silent", known, "meters")
    yield _look("above_peers", _compared(used), "peers")


def _look(code: str, meters: list[_Known], lacks: Lacks) -> Look:
    return Look(code, len(meters), "" if meters else lacks)


def _station(one: _Known, known: set[str]) -> str | None:
    """The station of a meter's site, if something is known of it; the only one serves sites that name none."""
    name = one.stream.site.weather_station
    if name is None and len(known) == 1:
        return next(iter(known))
    return name if name in known else None


def _both(known: list[_Known]) -> list[_Known]:
    """Meters of cooling at sites that heat by another meter, without industry, which heats and cools what it makes."""
    heated = {one.stream.site.id for one in known if one.use == "heating"}
    return [
        one
        for one in known
        if one.use in ("cooling", "hvac")
        and one.stream.site.id in heated
        and not any(word in (one.stream.site.type or "").lower() for word in INDUSTRY)
    ]


def _compared(used: list[_Known]) -> list[_Known]:
    """Meters that have peers enough: of one use, at sites of one type."""
    some = [one for one in used if one.use not in ("charging", "lighting") and one.stream.unit == "kWh"]
    groups = Counter((one.use, one.stream.site.type, one.stream.role) for one in some)
    return [one for one in some if groups[one.use, one.stream.site.type, one.stream.role] > LEAST]
